"""What speaks against releasing a report: everything is found at once, by file and place."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

from postgraft.disclosure.house import House
from postgraft.disclosure.rule import Rule
from postgraft.extract import Extract, read_extract
from postgraft.protocol import load_protocol
from postgraft.release.patients import event_days, patient_ids
from postgraft.release.report import NOTEBOOK, PAGES, FinishedReport, Record, cohorts_told, read_report, sha256
from postgraft.release.scan import IDENTIFIER, PATH, UNREADABLE, Scan, dated
from postgraft.release.shipped import SINGLE_PATIENTS, shipped_notebooks, why_not
from postgraft.reports.manifest import FAILED, INDEX
from postgraft.reports.manifest import FILE as MANIFEST
from postgraft.reports.notebooks import RELEASED_NOTEBOOKS
from postgraft.reports.project import named_input, project_root
from postgraft.vocabulary.errors import Finding, PostgraftError, report
from postgraft.vocabulary.shown import shown_value

LEVEL: Final = "release"
MOST_PLACES: Final = 5
AGAIN: Final = "make the report again"
AS_WRITTEN: Final = f"the file as the run wrote it: {AGAIN}"
ACCEPTED: Final = {
    IDENTIFIER: f"none: take it out of the study's title, names, labels and amendments, and {AGAIN}",
    PATH: f"none: keep the study's files within the project's folder, and {AGAIN}",
    UNREADABLE: AS_WRITTEN,
}
NO_EVENT: Final = f"none: say in which year or how many days after transplant it was, and {AGAIN}"
WITHIN_A_NAME: Final = "a file of the report"
"""In place of a name that may not be printed."""


@dataclass(frozen=True, eq=False)
class Checked:
    """A report, the extracts it is about and what speaks against releasing it; ``leaving`` are the files' bytes."""

    report: FinishedReport
    extracts: Mapping[Path, Extract]
    house: House
    leaving: Mapping[str, bytes]

    @cached_property
    def scan(self) -> Scan:
        """The search for the patients of all extracts, and for paths of this machine."""
        ids: set[str] = set()
        events: dict[str, set[int]] = {}
        for folder, extract in self.extracts.items():
            ids |= patient_ids(folder, extract)
            for kind, days in event_days(folder, extract).items():
                events.setdefault(kind, set()).update(days)
        folders = [Path.home(), project_root(), self.house.folder, self.report.folder, *self.extracts]
        return Scan(ids, events, {one.resolve() for one in folders}, self._known_days())

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that speaks against it; nothing: it may be released, as far as a program can see."""
        found = sorted((*_files(self.report), *_records(self), *self._leaks()), key=lambda one: one.file)
        telling = {name for name in {one.file for one in found} if any(self.scan.text(name))}
        return tuple(replace(one, file=WITHIN_A_NAME) if one.file in telling else one for one in found)

    @property
    def rule(self) -> Rule:
        """The strictest rule of the records, at least the house's."""
        rules = [self.house.rule, *(rule for one in self.report.records.values() if (rule := _rule(one)))]
        return Rule(max(rule.threshold for rule in rules), max(rule.rounding for rule in rules))

    def records_of(self, extract: Extract) -> list[Record]:
        """The records that are about an extract."""
        return [one for one in self.report.records.values() if self.salted(extract) in cohorts_told(one)]

    def salted(self, extract: Extract) -> str:
        """The fingerprint of an extract as a record has it."""
        return self.house.hmac("fingerprint", extract.fingerprint).hex()

    def problems(self) -> str:
        """All findings as text."""
        return report(f"{self.report.folder}: not released", self.findings)

    def _known_days(self) -> set[int]:
        """Days that a report prints for another reason than a patient: of the run, the data cut and the trial."""
        texts = [
            f"{record.get('started')} {record.get('ended')} {record.get('seed')}"
            for record in self.report.records.values()
        ]
        for name in {str(one["protocol"]) for one in self.report.records.values() if one.get("protocol")}:
            trial = load_protocol(named_input(name)).trial
            texts.append(f"{trial.start_date} {trial.completion_date}")
        days = {day for text in texts for _, day in dated(text)}
        return days | {int(one.extracted_on) for one in self.extracts.values() if one.extracted_on is not None}

    def _leaks(self) -> Iterator[Finding]:
        for name, data in self.leaving.items():
            for what in sorted({what for _, what in self.scan.text(name)}):
                yield _leak(name, ["its name"], what)
            for what, places in self.scan.file(name, data).items():
                yield _leak(name, places, what)


def check_release(folder: Path, cohorts: Sequence[Path], house: House) -> Checked:
    """Read a report and the extracts that it is about, and find what speaks against releasing it.

    Raises:
        ReportError: no report there, or a file of it that may not be read.
        ExtractError: a cohort that cannot be read.
    """
    found = read_report(folder)
    return Checked(found, {one: read_extract(one) for one in cohorts}, house, found.leaving())


def _files(found: FinishedReport) -> Iterator[Finding]:
    """Whether the folder holds what the run wrote, all of it and nothing else."""
    recorded = list(dict.fromkeys(found.recorded()))
    changed = {}
    for name, digest in recorded:
        if name not in found.files:
            changed[name] = "is missing"
        elif sha256(found.files[name]) != digest:
            changed[name] = "is not as the run wrote it"
    for name, what in changed.items():
        yield _finding(name, "", what, AS_WRITTEN)
    for name in found.files.keys() - {name for name, _ in recorded} - {MANIFEST}:
        if name.endswith(FAILED):
            yield _finding(name, "", "is of a run that failed", f"a run that did not: {AGAIN}")
        else:
            yield _finding(name, "", "was not written by the run", "none: move it out of the report's folder")
    for name in found.files:
        own = str(PurePosixPath(name).with_suffix(NOTEBOOK))
        if name.endswith(PAGES) and name != INDEX and own not in found.records:
            yield _finding(name, "", "has no record of where it comes from", AS_WRITTEN)


def _records(checked: Checked) -> Iterator[Finding]:
    """Whether each notebook may leave, at its level, of the cohort that was named."""
    found, shipped = checked.report, shipped_notebooks()
    known = {checked.salted(extract) for extract in checked.extracts.values()}
    unused = known - {one for record in found.records.values() for one in cohorts_told(record)}
    if not found.records:
        yield _finding(found.folder.name, "", "has no record of a notebook", AS_WRITTEN)
    for name, record in found.records.items():
        stem = PurePosixPath(name).stem
        if name in found.files and (why := why_not(stem, found.files[name], shipped)):
            accepted = f"{', '.join(RELEASED_NOTEBOOKS)}, unchanged; other pages stay in the house"
            yield _finding(name, "", why, accepted)
        yield from _level(name, record, checked.house.rule)
        # At another level the record has the fingerprint without salt, which says nothing here.
        at_level = record.get("disclosure", {}).get("level") == LEVEL
        for of in [name for one, name in cohorts_told(record).items() if one not in known and at_level]:
            forgotten = not unused and not any(checked.scan.text(of))
            yield _finding(
                name, "record",
                f"no --cohort is the extract of {shown_value(of)}" if forgotten
                else "is not about the extract named with --cohort",
                f"the folder of the extract as it was when the report was made, and the secret of then; else {AGAIN}",
            )  # fmt: skip


def _level(name: str, record: Record, house_rule: Rule) -> Iterator[Finding]:
    stated = record.get("disclosure", {})
    if record.get("identifiable"):
        yield _finding(name, "record", SINGLE_PATIENTS, "a report without it")
    if stated.get("level") != LEVEL:
        yield _finding(name, "record", f"level {stated.get('level')}", f"{LEVEL}: {AGAIN} with --disclosure {LEVEL}")
    else:
        asked = stated.get("threshold"), stated.get("rounding")
        try:
            Rule(*asked)  # None, which a house's rule would take for its own, is none
            house_rule.stricter(*asked)
        except PostgraftError as error:
            what, _, accepted = str(error).partition("; accepted is ")
            yield _finding(name, "record", what, accepted)
    here, made = importlib.metadata.version("postgraft"), record.get("packages", {}).get("postgraft")
    if made != here:
        yield _finding(name, "record", f"made by postgraft {made}", f"{here}, the one that checks: {AGAIN}")


def _rule(record: Record) -> Rule | None:
    stated = record.get("disclosure", {})
    try:
        return Rule(stated.get("threshold"), stated.get("rounding"))
    except PostgraftError:
        return None


def _leak(file: str, places: Collection[str], what: str) -> Finding:
    shown = ", ".join(list(places)[:MOST_PLACES])
    more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
    return _finding(file, shown + more, what, ACCEPTED.get(what, NO_EVENT))


def _finding(file: str, place: str, found: str, accepted: str) -> Finding:
    return Finding("error", "release", file, place, found, accepted)
