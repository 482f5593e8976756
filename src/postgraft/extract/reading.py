"""Reads and validates an extract: every table through its declaration, every fault noted in one pass."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from postgraft.extract.cells import Mask
from postgraft.extract.columns import check_columns, note_nameless, note_nothing_emptied, note_unread_dates
from postgraft.extract.contents import RowCounts, TableContents
from postgraft.extract.doubts import note_empty, note_light_adults, note_units, note_unusable, patients_with_cytopenia
from postgraft.extract.events import day_column, event_frame, no_events
from postgraft.extract.files import Batch, Source, UnreadableError, emptied, row_count, whole_columns
from postgraft.extract.findings import Location, Notes
from postgraft.extract.manifest import MANIFEST_FILE, Manifest
from postgraft.extract.measurements import Measurements
from postgraft.extract.patient_index import PatientIndex, offsets
from postgraft.extract.patients import (
    fill_last_contact,
    first_and_last,
    merge_same_day,
    note_never_observed,
    patients_frame,
    read_births,
    read_people,
    without_left_out,
)
from postgraft.extract.series import Series
from postgraft.extract.table_files import FORMS
from postgraft.extract.tables import MEASUREMENTS, PATIENTS, TABLES, TRANSPLANTS, ExtractTable


def read_contents(sources: Mapping[str, Source | None], manifest: Manifest, notes: Notes) -> TableContents:
    """Reads every table; after an error noted on the way the contents are not fit for use."""
    for name, table in TABLES.items():
        if name not in sources:
            if table.required:
                notes.add("error", "missing-table", name, "", "is missing", FORMS.format(name))
            elif name not in manifest.though_empty and manifest.complete.declares(name):
                found = f"{name} is declared complete but has no file"
                notes.add("error", "complete-missing", MANIFEST_FILE, f"complete.{name}", found, FORMS.format(name))
    return _Reader(sources, manifest, notes).contents()


class _Reader:
    def __init__(self, sources: Mapping[str, Source | None], manifest: Manifest, notes: Notes) -> None:
        self.sources, self.manifest, self.notes = sources, manifest, notes
        self.broken: set[str] = set()
        """Tables of which a part cannot be read, so that nothing is told of their rows."""
        self.unlike: set[str] = set()
        """Tables without a column that they must have, whose file may be another one."""
        self.rows = dict.fromkeys(TABLES, 0)
        self.ignored = dict.fromkeys(TABLES, 0)

    def contents(self) -> TableContents:
        cells, place = self._whole(PATIENTS)
        in_file = self.rows["patients"]
        values, everyone = read_people(cells, in_file, self.manifest, place)
        transplants = self._events(TRANSPLANTS, everyone)
        first, last = first_and_last(transplants, in_file)
        included = ~np.isnan(first)
        age, earliest_birth = read_births(values, first, last, place)
        place.at("").warning("left-out", "patient without an allogeneic transplant, left out", "", ~included)
        self._note_nobody(included, place)
        people = replace(everyone, birth=earliest_birth).without(~included)
        patients = patients_frame(values, included)
        frames = {"transplants": merge_same_day(without_left_out(transplants, included), self._place(TRANSPLANTS))}
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
        note_never_observed(frames["patients"], included, self.manifest.extracted_on, place)
        captured = self.sources.keys() | set(filter(self.manifest.complete.declares, self.manifest.though_empty))
        return TableContents(
            self.manifest, frames, series, frozenset(captured),
            RowCounts(in_file, int(np.count_nonzero(~included)), self.rows, self.ignored),
            results.units,
        )  # fmt: skip

    def _note_nobody(self, included: Mask, place: Location) -> None:
        """Notes that nobody is left, unless something else is wrong that may be why."""
        no_row = len(included) == 0
        needed = (PATIENTS,) if no_row else (PATIENTS, TRANSPLANTS)
        read = all(self.sources.get(table.name) is not None for table in needed)
        why = [one for one in self.notes.findings("error") if not no_row or one.file == place.file]
        if read and not included.any() and not why:
            found = "the table has no row" if no_row else "no patient has an allogeneic transplant"
            accepted = "at least one patient with an allogeneic transplant"
            place.at("").error("nobody-left", f"{found}, so that nobody is left", accepted)

    def _doubts(
        self, results: Measurements, series: Mapping[str, Series], frames: Mapping[str, pd.DataFrame],
        people: PatientIndex,
    ) -> None:  # fmt: skip
        manifest, place = self.manifest, self._place(MEASUREMENTS)
        there = {name: self.rows[name] for name in self.sources}
        note_empty(manifest, there, frames["conditions"]["condition"].unique(), self.notes)
        note_unusable(manifest, results.rows, results.unusable, self.rows["patients"], place)
        with_cytopenia = patients_with_cytopenia(series, frames, people.count)
        note_units(manifest, series, results.units, people, with_cytopenia, place)

    def _events(self, table: ExtractTable, people: PatientIndex) -> pd.DataFrame:
        cells, place = self._whole(table)
        rows = self.rows[table.name]
        if not rows:
            return no_events(table.name).copy(deep=False)
        values = table.read(cells, rows, place)
        frame, self.ignored[table.name] = event_frame(table, values, cells, people, place)
        return frame

    def _measurements(self, people: PatientIndex) -> Measurements:
        results = Measurements(people)
        columns = self._columns(MEASUREMENTS)
        place = self._place(MEASUREMENTS)
        for batch in self._batches(MEASUREMENTS, columns):
            rows = row_count(batch)
            results.add(batch, rows, replace(place, before=self.rows["measurements"]))
            self.rows["measurements"] += rows
        self.ignored["measurements"] = results.ignored
        return results

    def _whole(self, table: ExtractTable) -> tuple[Batch, Location]:
        columns = self._columns(table)
        cells = whole_columns(self._batches(table, columns), columns)
        if table.name in self.broken:
            cells = {}
        self.rows[table.name] = row_count(cells)
        source = self.sources.get(table.name)
        if source is not None:
            note_unread_dates(table, source, cells, self._place(table))
        return cells, self._place(table)

    def _batches(self, table: ExtractTable, columns: Sequence[str]) -> Iterator[Batch]:
        source = self.sources.get(table.name)
        if source is None or not columns:
            return
        place, with_numbers = self._place(table), table.with_numbers(self.manifest.time)
        try:
            for batch in source.batches(columns):
                given, batch = batch, emptied(batch, self.manifest.missing, with_numbers)
                note_nothing_emptied(table, given, batch, place)
                note_nameless(batch, source.header, place)
                place = replace(place, before=place.before + row_count(batch))
                yield batch
        except UnreadableError as error:
            self.broken.add(table.name)
            self.notes.add("error", "unreadable", source.file, "", str(error))

    def _place(self, table: ExtractTable) -> Location:
        source = self.sources.get(table.name)
        if source is None:
            return Location(self.notes, table.name, self.manifest.time)
        shown = source.shown and table.name not in self.unlike
        return Location(self.notes, source.file, self.manifest.time, source.first_row, source.skipped, shown=shown)

    def _columns(self, table: ExtractTable) -> list[str]:
        """All columns of the table's file, if any of them is to be read.

        Columns that nothing reads still tell whether a row is there twice.
        """
        source = self.sources.get(table.name)
        if source is None:
            return []
        if not check_columns(table, source, self._place(table)):
            self.unlike.add(table.name)
        read = set(table.headers(self.manifest.time)) & set(source.header)
        return list(dict.fromkeys(source.header)) if read else []
