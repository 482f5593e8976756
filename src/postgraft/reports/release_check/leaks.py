"""What may not leave the house, as a value, and how a list of it reads as a report."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import Final

MOST: Final = 5
"""Findings of one kind that are told of one file; of the others only how many there are."""


class Kind(Enum):
    """A kind of leak, in words; ``REMEDIES`` says what to do about each."""

    identifier = "patient identifiers"
    event = "days on which something happened to a patient"
    rows = "rows that stand for single patients"
    count = "counts that are not printed as at level release"
    level = "not made for release"
    run = "a run that is not whole"
    origin = "unknown origin"
    changed = "not what its notebook renders to"
    machine = "traces of a machine or a person at it"
    hidden = "content that nobody sees"
    unread = "cannot be read"


REMEDIES: Final = {
    Kind.identifier: "take them out of the notebook or its inputs and run the report again",
    Kind.event: "tell days since transplant, or years, instead of dates",
    Kind.rows: "show counts of patients instead; single patients stay in the house",
    Kind.count: "run the report again with disclosure level release, and print no other counts",
    Kind.level: "run the report again with disclosure level release, without notebooks on single patients",
    Kind.run: "run the report again until every cell is done",
    Kind.origin: "keep only pages that stand beside their executed notebook and its record in provenance.json",
    Kind.changed: "make the report again with this version, and change nothing by hand",
    Kind.machine: "run it from a folder of the project, without paths and names in what is shown",
    Kind.hidden: "take it out, or make the file again",
    Kind.unread: "what cannot be read cannot be checked: mend it or take it out",
}


@dataclass(frozen=True, slots=True)
class Leak:
    """One thing found: in which file of the report, where in it, and what, telling no value but an identifier."""

    file: str
    place: str
    kind: Kind
    found: str


def report(leaks: Sequence[Leak]) -> str:
    """All leaks as text, by file and kind, with what to do about each kind."""
    lines: list[str] = []
    for file, in_file in groupby(sorted(leaks, key=lambda leak: leak.file), key=lambda leak: leak.file):
        lines.append(f"  {file}")
        of_file = list(in_file)
        for kind in Kind:
            lines += _told(kind, [leak for leak in of_file if leak.kind is kind])
    return "\n".join(lines)


def once(leaks: Iterable[Leak]) -> Iterator[Leak]:
    """Every leak once, in the order found; the same thing in the same place may be met in several readings."""
    yield from dict.fromkeys(leaks)


def _told(kind: Kind, leaks: Sequence[Leak]) -> list[str]:
    if not leaks:
        return []
    lines = [f"    {kind.value} ({len(leaks)}): {REMEDIES[kind]}"]
    lines += [f"      {leak.place}: {leak.found}" for leak in leaks[:MOST]]
    return lines + ([f"      and {len(leaks) - MOST} more"] if len(leaks) > MOST else [])
