"""Reads and validates an extract: every table through its declaration, every fault noted in one pass."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from postgraft.extract.cells import words
from postgraft.extract.doubts import (
    note_empty,
    note_light_adults,
    note_units,
    note_unusable,
    patients_with_cytopenia,
)
from postgraft.extract.events import day_column, event_frame, no_events
from postgraft.extract.manifest import MANIFEST_FILE, Manifest
from postgraft.extract.measurements import Measurements
from postgraft.extract.missing_cells import emptied
from postgraft.extract.notes import Notes, Place
from postgraft.extract.order import offsets
from postgraft.extract.other_names import meant_column, meant_table
from postgraft.extract.patients import (
    drop_impossible_ages,
    fill_last_contact,
    has_allogeneic,
    merge_same_day,
    patients_frame,
    read_people,
    without_left_out,
)
from postgraft.extract.people import People
from postgraft.extract.series import Series
from postgraft.extract.sources import Batch, Source, UnreadableError, nameless, row_count, whole_columns
from postgraft.extract.table_files import FILES, forms, open_source
from postgraft.extract.tables import MEASUREMENTS, PATIENTS, TABLES, TRANSPLANTS, Table
from postgraft.vocabulary.findings import Severity

_BESIDE: Final = ("truth", "import")
_DATA: Final = (
    ".csv", ".gz", ".parquet", ".tsv", ".txt", ".tab", ".dat", ".xls", ".xlsx", ".ods", ".json", ".feather", ".arrow",
    ".sas7bdat", ".xpt", ".sav", ".dta", ".rds", ".db", ".duckdb", ".sqlite", ".zip", ".bz2", ".xz", ".zst", ".7z",
)  # fmt: skip
FORMS: Final = "{0}.csv, {0}.csv.gz, {0}.parquet, or a folder {0}/ of .parquet parts"


@dataclass(frozen=True, slots=True)
class Counts:
    """``patients_in_file`` of which ``patients_left_out`` have no allogeneic transplant; rows by table.

    ``rows`` are those in the file, ``ignored`` those of patients that are in but not used: after death,
    the end of the extract or last contact, without a value that can be, or of a dose or units of 0.
    """

    patients_in_file: int
    patients_left_out: int
    rows: Mapping[str, int]
    ignored: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Contents:
    """What an extract is made of; ``units`` counts the rows of a file by analyte and spelling of the unit."""

    manifest: Manifest
    frames: Mapping[str, pd.DataFrame]
    series: Mapping[str, Series]
    captured: frozenset[str]
    counts: Counts
    units: Mapping[tuple[str, str], int]


def find_sources(folder: Path, notes: Notes) -> dict[str, Source | None]:
    """The tables of a folder, None for one that cannot be read; this is noted, and what looks like one."""
    sources: dict[str, Source | None] = {}
    for name in TABLES:
        found = forms(folder, name)
        if len(found) > 1:
            several = ", ".join(path.name for path in found)
            notes.add(
                "error", "several-forms", name, "", f"is there more than once: {several}", "one of them"
            )
            sources[name] = None
        elif found:
            try:
                sources[name] = open_source(found[0], notes)
            except UnreadableError as error:
                notes.add("error", "unreadable", found[0].name, "", str(error))
                sources[name] = None
    _note_unread(folder, TABLES.keys() - sources.keys(), notes)
    return sources


def _note_unread(folder: Path, missing: Collection[str], notes: Notes) -> None:
    """Notes what nothing reads; as an error where it may be a table that is ``missing``."""
    read = {path for name in TABLES for path in forms(folder, name)} | {folder / MANIFEST_FILE}
    for path in sorted(set(folder.iterdir()) - read):
        if path.name in _BESIDE or path.name.casefold().startswith((".", "readme", "license")):
            continue
        meant = meant_table(path.name.split(".")[0], TABLES) if _of_data(path) else None
        found = f"is not read (did you mean {meant}?)" if meant else "is not read"
        if path.name in {form.format(meant) for form in FILES}:
            found = "is no file: a folder, a pipe or a link to nothing"
        severity: Severity = "error" if meant in missing else "warning"
        notes.add(severity, "unread-file", path.name, "", found, FORMS.format(meant) if meant else "")


def _of_data(path: Path) -> bool:
    return path.is_dir() or any(path.name.casefold().endswith(form) for form in _DATA)


def read_contents(sources: Mapping[str, Source | None], manifest: Manifest, notes: Notes) -> Contents:
    """Reads every table; after an error noted on the way the contents are not fit for use."""
    for name, table in TABLES.items():
        if name not in sources:
            if table.required:
                notes.add("error", "missing-table", name, "", "is missing", FORMS.format(name))
            elif name not in manifest.though_empty and manifest.complete.declares(name):
                found = f"{name} is declared complete but has no file"
                notes.add(
                    "error", "complete-missing", MANIFEST_FILE, f"complete.{name}", found, FORMS.format(name)
                )
    return _Reader(sources, manifest, notes).contents()


class _Reader:
    def __init__(self, sources: Mapping[str, Source | None], manifest: Manifest, notes: Notes) -> None:
        self.sources, self.manifest, self.notes = sources, manifest, notes
        self.broken: set[str] = set()
        """Tables of which a part cannot be read, so that nothing is told of their rows."""
        self.rows = dict.fromkeys(TABLES, 0)
        self.ignored = dict.fromkeys(TABLES, 0)

    def contents(self) -> Contents:
        cells, place = self._whole(PATIENTS)
        in_file = self.rows["patients"]
        values, everyone = read_people(cells, in_file, self.manifest, place)
        transplants = self._events(TRANSPLANTS, everyone)
        included = has_allogeneic(transplants, in_file)
        age = drop_impossible_ages(values, transplants, place)
        place.at("").warning("left-out", "patient without an allogeneic transplant, left out", "", ~included)
        nobody = in_file > 0 and everyone.listed and "transplants" in self.sources and not included.any()
        if nobody and not self.notes.findings("error"):
            found = "no patient has an allogeneic transplant, so that nobody is left"
            place.at("").error("nobody-left", found, "at least one patient with an allogeneic transplant")
        people = everyone.without(~included)
        patients = patients_frame(values, included)
        frames = {
            "transplants": merge_same_day(without_left_out(transplants, included), self._place(TRANSPLANTS))
        }
        results = self._measurements(people)
        series = results.finish(self._place(MEASUREMENTS))
        for name, table in TABLES.items():
            if table.day and name not in ("transplants", "measurements"):
                frames[name] = self._events(table, people)
        days = [(s.offsets, s.day) for s in series.values()]
        days += [
            (offsets(frame["patient"].to_numpy(), people.count), frame[day_column(frame)].to_numpy())
            for frame in frames.values()
        ]
        unknown = np.isnan(values["last_contact_date"]) & included
        self._doubts(results, series, frames, people)
        note_light_adults(self.manifest, series, age[included], self._place(MEASUREMENTS))
        frames["patients"] = fill_last_contact(patients, days, unknown, place)
        captured = self.sources.keys() | set(
            filter(self.manifest.complete.declares, self.manifest.though_empty)
        )
        return Contents(
            self.manifest, frames, series, frozenset(captured),
            Counts(in_file, int(np.count_nonzero(~included)), self.rows, self.ignored),
            results.units,
        )  # fmt: skip

    def _doubts(
        self, results: Measurements, series: Mapping[str, Series], frames: Mapping[str, pd.DataFrame],
        people: People,
    ) -> None:  # fmt: skip
        manifest, place = self.manifest, self._place(MEASUREMENTS)
        there = {name: self.rows[name] for name in self.sources}
        note_empty(manifest, there, frames["conditions"]["condition"].unique(), self.notes)
        note_unusable(manifest, results.rows, results.unusable, self.rows["patients"], place)
        with_cytopenia = patients_with_cytopenia(series, frames, people.count)
        note_units(manifest, series, people, with_cytopenia, place)

    def _events(self, table: Table, people: People) -> pd.DataFrame:
        cells, place = self._whole(table)
        rows = self.rows[table.name]
        if not rows:
            return no_events(table.name).copy(deep=False)
        values = table.read(cells, rows, place)
        frame, self.ignored[table.name] = event_frame(table, values, cells, people, place)
        return frame

    def _measurements(self, people: People) -> Measurements:
        results = Measurements(people)
        place = self._place(MEASUREMENTS)
        for batch in self._batches(MEASUREMENTS, self._columns(MEASUREMENTS)):
            rows = row_count(batch)
            results.add(batch, rows, replace(place, before=self.rows["measurements"]))
            self.rows["measurements"] += rows
        self.ignored["measurements"] = results.ignored
        return results

    def _whole(self, table: Table) -> tuple[Batch, Place]:
        columns = self._columns(table)
        cells = whole_columns(self._batches(table, columns), columns)
        if table.name in self.broken:
            cells = {}
        self.rows[table.name] = row_count(cells)
        return cells, self._place(table)

    def _batches(self, table: Table, columns: Sequence[str]) -> Iterator[Batch]:
        source = self.sources.get(table.name)
        if source is None or not columns:
            return
        place = self._place(table)
        try:
            for batch in source.batches(columns):
                batch = emptied(batch, self.manifest.missing)
                _note_nameless(batch, source.header, place)
                place = replace(place, before=place.before + row_count(batch))
                yield batch
        except UnreadableError as error:
            self.broken.add(table.name)
            self.notes.add("error", "unreadable", source.file, "", str(error))

    def _place(self, table: Table) -> Place:
        source = self.sources.get(table.name)
        if source is None:
            return Place(self.notes, table.name, self.manifest.time)
        return Place(self.notes, source.file, self.manifest.time, source.first_row, source.skipped)

    def _columns(self, table: Table) -> list[str]:
        """All columns of the table's file; columns missing, twice or unknown are noted.

        Columns that nothing reads still tell whether a row is there twice. Without a column to read there is none.
        """
        source, place, time = self.sources.get(table.name), self._place(table), self.manifest.time
        if source is None:
            return []
        headers = table.headers(time)
        strange = [name for name in source.header if name not in headers and not nameless(name)]
        for name in sorted({name for name in source.header if source.header.count(name) > 1}):
            place.at(name).error("duplicate-column", "column that is there twice")
        for name, column in headers.items():
            if column.presence != "optional" and name not in source.header:
                close = next((n for n in strange if meant_column(n, table.name, [name], time)), None)
                found = f"required column is missing{f' (there is {close})' if close else ''}"
                place.at(name).error("missing-column", found, column.kind.accepted(place))
        one_of = table.alternatives(time)
        if one_of and not set(one_of) & set(source.header):
            place.error("missing-column", "none of the columns of which one is required", ", ".join(one_of))
        absent = [
            name
            for name, column in headers.items()
            if column.presence == "optional" and name not in source.header
        ]
        for name in strange:
            meant = meant_column(name, table.name, absent, time)
            if meant:
                found = f"unknown column (did you mean {meant}?)"
                place.at(name).error(
                    "near-column", found, f"the column named {meant}, or no column of this name"
                )
            else:
                place.at(name).warning("unknown-column", "unknown column, not read")
        return list(dict.fromkeys(source.header)) if set(headers) & set(source.header) else []


def _note_nameless(batch: Batch, header: Sequence[str], place: Place) -> None:
    """Warns of cells in columns without a name; those of a spreadsheet's edge are empty and said nothing of."""
    for name, cells in batch.items():
        if nameless(name):
            found = f"column {header.index(name) + 1} has no name and is not read, but has cells"
            place.warning("unknown-column", found, "", ~words(cells).missing)
