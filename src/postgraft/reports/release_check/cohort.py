"""The patients of the cohort that a report is about, as its folder has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from postgraft.extract import Extract, read_extract
from postgraft.extract.notes import Notes, Place
from postgraft.extract.reading import find_sources
from postgraft.extract.sources import row_count, whole_columns
from postgraft.extract.tables import PATIENTS, TRANSPLANTS
from postgraft.extract.tables import Table as Declared
from postgraft.reports.errors import ReportError
from postgraft.reports.project import project_path
from postgraft.reports.release_check.identifiers import Identifiers
from postgraft.reports.release_check.leaks import Kind, Leak

LEAST_DIFFERENT: Final = 5
"""Values that must differ in a column before it is told apart from other columns by them."""


@dataclass(frozen=True, eq=False)
class House:
    """A cohort's folder and what is in it."""

    folder: Path
    extract: Extract

    @classmethod
    def read(cls, folder: Path) -> House:
        """Raises ExtractError for a folder that holds no usable extract."""
        return cls(folder, read_extract(folder))

    @cached_property
    def identifiers(self) -> Identifiers:
        """Of every patient in the files, also of those whom the extract leaves out."""
        patients, transplants = self._columns(PATIENTS), self._columns(TRANSPLANTS)
        words = patients["patient_id"]
        events = {
            "birth": patients["birth_date"],
            "death": patients["death_date"],
            "transplant": transplants["transplant_date"],
        }
        dates = self.extract.time == "dates"
        return Identifiers(
            [words.words[code] for code in np.unique(words.codes) if code >= 0],
            {kind: _days(days) if dates else () for kind, days in events.items()},
        )

    @cached_property
    def own_values(self) -> dict[str, list[tuple[str, ...]]]:
        """What a table with a row a patient, or a row a transplant, could show, as sorted texts by column."""
        people = self.extract.patients
        allogeneic = self.extract.transplants["type"] == "allogeneic"
        frames = {"patient": people, "transplant": self.extract.transplants[allogeneic]}
        found: dict[str, list[tuple[str, ...]]] = {}
        for what, frame in frames.items():
            for name in frame.columns.difference(["patient", "patient_id"]):
                values = frame[name].dropna()
                if values.nunique() >= LEAST_DIFFERENT:
                    texts = [_text(value) for value in values]
                    found.setdefault(f"{what}: {name}", []).append(tuple(sorted(texts)))
        return found

    def _columns(self, table: Declared) -> dict[str, Any]:
        notes = Notes()
        source = find_sources(self.folder, notes)[table.name]
        assert source is not None, "the extract was read before"
        headers = [name for name in table.headers(self.extract.time) if name in source.header]
        cells = whole_columns(source.batches(headers), headers)
        return table.read(cells, row_count(cells), Place(notes, source.file, self.extract.time))


def houses_of(records: Mapping[str, Mapping[str, Any]], cohorts: Sequence[Path]) -> dict[str, House]:
    """The cohorts by fingerprint: those given, and those that the records name and that are where they say."""
    folders = {folder.resolve(): folder for folder in cohorts}
    found = {house.extract.fingerprint: house for house in map(House.read, folders.values())}
    for record in records.values():
        named = record.get("parameters", {}).get("cohort")
        if record.get("cohort", {}).get("fingerprint") in found or not named:
            continue
        folder = project_path(named)
        if folder.is_dir() and folder.resolve() not in folders:
            folders[folder.resolve()] = folder
            house = House.read(folder)
            found[house.extract.fingerprint] = house
    if records and not found:
        raise ReportError(
            "The cohort of this report was not found where its record says; name its folder with --cohort"
        )
    return found


def unknown_cohorts(records: Mapping[str, Mapping[str, Any]], houses: Mapping[str, House]) -> Iterator[Leak]:
    """Reports whose patients are not known, so that nothing can be said of them."""
    for file, record in records.items():
        if record.get("cohort", {}).get("fingerprint") not in houses:
            yield Leak(
                file, "record", Kind.origin,
                "the fingerprint of its cohort is that of no extract found; name the folder with --cohort",
            )  # fmt: skip


def _days(values: Any) -> set[int]:
    return {int(day) for day in np.asarray(values, float) if np.isfinite(day)}


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value)
