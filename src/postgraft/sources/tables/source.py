"""Spreadsheets and REDCap exports as a source: everything is read and checked before the import begins."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from postgraft.extract.tables import TABLES
from postgraft.sources.errors import SourceError
from postgraft.sources.made import Made
from postgraft.sources.options import Options, load_options
from postgraft.sources.tables.fill import Filled, Reader
from postgraft.sources.tables.more import RULES, insert, write_more
from postgraft.sources.tables.people import People, of_table, read_people
from postgraft.sources.tables.plan import Plan
from postgraft.sources.tables.plan_file import read_plan
from postgraft.sources.tables.staged import Staged, last_days, stage, write_codes, write_rows
from postgraft.vocabulary.errors import Finding
from postgraft.vocabulary.shown import names

if TYPE_CHECKING:
    import duckdb


@dataclass(slots=True)
class Sheets:
    """What a plan gives, read and checked. ``lacks``: tables of which the plan says nothing."""

    plan: Plan
    options: Options
    tables: Sequence[Filled]
    people: People
    staged: Staged
    rows: Mapping[str, int]
    name: str
    lacks: frozenset[str]
    kind: str = "tables"
    official: bool = False
    extracted_on: date | None = None
    rules: Mapping[str, Callable[..., Made]] = field(default_factory=lambda: RULES)

    @property
    def mapping(self) -> pd.DataFrame:
        """What the plan says of its codes, in the form of a mapping."""
        return self.staged.mapping

    def find(self, staging: duckdb.DuckDBPyConnection, mapping: pd.DataFrame, options: Options) -> int:
        """Fills ``persons`` and ``codes``; gives the number of persons."""
        write_codes(staging, self.staged)
        last = last_days(staging)
        insert(staging, "persons", [self._person(one, last) for one in sorted(self.people.allogeneic)])
        return len(self.people.allogeneic)

    def fetch(self, staging: duckdb.DuckDBPyConnection, options: Options) -> None:
        """Fills ``rows``, and tables of what only a plan can say."""
        write_rows(staging, self.staged)
        write_more(staging, self.tables, self.people)

    def provenance(self) -> dict[str, Any]:
        """Plan and files by name, digest and rows."""
        given = {self.plan.path, self.plan.dictionary, *(entry.path for entry in self.plan.entries)}
        files = sorted(file for file in given if file is not None)
        return {"files": {file.name: _digest(file) for file in files}, "rows": dict(self.rows)}

    def _person(self, patient: str, last: Mapping[str, Any]) -> dict[str, Any]:
        said = self.people.rows[patient]
        year = said.get("birth_year")
        return {
            "person": patient,
            "sex": said.get("sex") or "unknown",
            "birth_date": said.get("birth_date"),
            "birth_year": int(year) if year is not None else None,
            "death_date": said.get("death_date"),
            "dead_undated": False,
            "observed_from": said.get("observed_from_date"),
            "last_seen": said.get("last_contact_date") or last.get(patient),
            "site": said.get("site"),
        }


def read_source(path: str | Path) -> Sheets:
    """Reads a plan and all that it names.

    Raises:
        SourceError: with everything that is wrong with the plan; else with the files and cells.
    """
    plan, options = _plan_and_options(path)
    reader = Reader(plan)
    tables = reader.tables()
    findings = reader.findings
    people = read_people(tables, findings)
    if not findings and not people.allogeneic:
        findings.append(_nobody(plan, tables))
    if findings:
        raise SourceError(str(path), list(dict.fromkeys(findings)))
    lacks = frozenset(TABLES.keys() - {entry.table for entry in plan.entries})
    staged = stage(tables, people, options)
    return Sheets(plan, options, tables, people, staged, reader.rows, plan.path.stem, lacks)


def _plan_and_options(path: str | Path) -> tuple[Plan, Options]:
    plan, findings = read_plan(path)
    options = Options()
    try:
        options = load_options(plan.options)
    except SourceError as error:
        findings += [replace(one, file=plan.path.name) for one in error.findings]
    if "condition_gap_days" not in plan.options:
        # A row of a form is a statement of its own; the usual gap is one between visits.
        options = replace(options, condition_gap_days=0)
    if plan.entries and "extracted_on" not in plan.options:
        findings.append(Finding("error", "plan", plan.path.name, "extracted_on", "is missing", "the day of the export"))
    if findings:
        raise SourceError(str(path), findings)
    return plan, options


def _nobody(plan: Plan, tables: Sequence[Filled]) -> Finding:
    types = {kind for one in of_table(tables, "transplants") for kind in one.column("type") if kind is not None}
    found = f"no allogeneic transplant of a patient who is in patients (types found: {names(sorted(types)) or 'none'})"
    return Finding(
        "error", "nobody", plan.path.name, "tables.transplants", found, "a row of type allogeneic with a day"
    )


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
