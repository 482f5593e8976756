"""Tables and lists in which rows stand for single patients."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from postgraft.extract.tables import TABLES
from postgraft.reports.release_check.cohort import LEAST_DIFFERENT, House
from postgraft.reports.release_check.identifiers import NAMES_A_PATIENT
from postgraft.reports.release_check.leaks import Kind, Leak
from postgraft.reports.release_check.material import Grid, Named, Piece

OUTCOME: Final = {
    *("status", "possible_kind", "transplant", "first_eligible_day", "eligible_days"),
    *("first_possible_day", "possible_days"),
}
"""Columns of ``Outcome.patients`` and ``Outcome.transplants``."""
EXPLAINED: Final = {"criterion", "verdict", "reason", "results_used"}
"""Columns of ``Outcome.explain``."""
FILES: Final = {
    name: frozenset(header for time in ("dates", "days") for header in table.headers(time))
    for name, table in TABLES.items()
}
"""Columns of the tables of an extract."""
VERDICTS: Final = {"PASS", "FAIL", "UNKNOWN"}
COMMON: Final = 3
"""Columns of one of these that a table must have to be taken for it."""
FEWEST: Final = 2
_VERDICT: Final = re.compile(r"\b(?:PASS|FAIL|UNKNOWN)\b")
_SIZE: Final = re.compile(
    r"\[?(\d+) rows (?:x|×) \d+ columns\]?|^Length: (\d+)\b|\bshape: \((\d+),", re.MULTILINE
)


def in_grid(grid: Grid, houses: Sequence[House]) -> Iterator[Leak]:
    """What makes the rows of a table single patients: a header, the columns it has, or its values."""
    headers = [_name(header) for header in grid.headers]
    for header in grid.headers:
        if NAMES_A_PATIENT.fullmatch(header.strip()) and grid.rows:
            yield Leak(grid.file, grid.place, Kind.rows, f"a column {header.strip()}")
    if known := _known_table(headers):
        yield Leak(grid.file, grid.place, Kind.rows, f"columns of {known}")
    verdicts = Counter(cell for row in grid.rows for cell in row)
    if len(grid.rows) > FEWEST and sum(verdicts[word] for word in VERDICTS) > len(grid.rows):
        yield Leak(grid.file, grid.place, Kind.rows, "verdicts of a patient by day")
    for header, values in grid.columns():
        for what in _own(values, houses):
            yield Leak(grid.file, f"{grid.place}, column “{header}”", Kind.rows, f"the values of {what}")


def in_named(named: Sequence[Named], houses: Sequence[House]) -> Iterator[Leak]:
    """Lists of JSON that hold a column of a table with a row a patient, by place and name."""
    by_name: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in named:
        by_name[one.file, one.place, one.name].append(f"{one.value}")
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (file, place, name), values in by_name.items():
        names[file, place] |= {name, *values}
        if NAMES_A_PATIENT.fullmatch(name):
            yield Leak(file, f"{place}, name {name}", Kind.rows, "values by patient")
        for what in _own(values, houses):
            yield Leak(file, f"{place}, name {name}", Kind.rows, f"the values of {what}")
    for (file, place), found in names.items():
        if known := _known_table([_name(name) for name in found]):
            yield Leak(file, place, Kind.rows, f"names of {known}")


def in_text(piece: Piece, houses: Sequence[House]) -> Iterator[Leak]:
    """A frame that pandas cut short says how many rows it has; and lines of verdicts, however they are set."""
    verdicts = [line for line in piece.text.splitlines() if len(_VERDICT.findall(line)) >= FEWEST]
    if len(verdicts) > FEWEST:
        yield Leak(piece.file, piece.place, Kind.rows, "verdicts of a patient by day")
    for found in _SIZE.finditer(piece.text):
        rows = int(next(filter(None, found.groups())))
        for house in houses:
            allogeneic = int((house.extract.transplants["type"] == "allogeneic").sum())
            if rows in (len(house.extract.patients), house.extract.counts.patients_in_file, allogeneic):
                yield Leak(piece.file, piece.place, Kind.rows, "a frame with a row a patient or transplant")


def _known_table(headers: Sequence[str]) -> str | None:
    here = set(headers)
    if len(here & OUTCOME) >= COMMON:
        return "a frame with a row a patient or transplant"
    if len(here & EXPLAINED) >= COMMON:
        return "the explanation of one patient's verdicts"
    return next(
        (f"the extract's table {name}" for name, own in FILES.items() if len(here & own) >= COMMON), None
    )


def _own(values: Iterable[str], houses: Sequence[House]) -> Iterator[str]:
    """What the cohort has in a column of as many and the same values."""
    shown = tuple(sorted(_plain(value) for value in values if value.strip()))
    if len(set(shown)) >= LEAST_DIFFERENT:
        for house in houses:
            yield from (name for name, own in house.own_values.items() if shown in own)


def _plain(value: str) -> str:
    text = value.strip().replace(",", "")
    try:
        return f"{float(text):g}"
    except ValueError:
        return text


def _name(header: str) -> str:
    return "_".join(header.strip().lower().split())
