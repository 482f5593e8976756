"""The extract: validated, typed and immutable rows of the patients that are in, all by patient number."""

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from postgraft.extract.contents import RowCounts, TableContents, coverage, fingerprint
from postgraft.extract.doubts import WHO_COUNTS
from postgraft.extract.files import Source, from_frame
from postgraft.extract.findings import Location, Notes, Time
from postgraft.extract.imported import ImportReport, read_import
from postgraft.extract.manifest import MANIFEST_FILE, DeclaredComplete, Manifest, as_text, read_manifest
from postgraft.extract.partitions import KEY, folders_named, joined
from postgraft.extract.patient_index import gather, offsets
from postgraft.extract.reading import read_contents
from postgraft.extract.series import Series, empty_series
from postgraft.extract.table_files import find_sources, forms, leads_outside
from postgraft.extract.tables import TABLES
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.errors import ExtractError, Finding, must_be
from postgraft.vocabulary.shown import quoted
from postgraft.vocabulary.words import did_you_mean
from postgraft.vocabulary.yaml_text import YamlError, as_written, read_yaml_file


@dataclass(frozen=True, eq=False)
class Extract:
    """A cohort extract that has passed validation.

    Patients are numbered 0 … n-1 in the order of their file; every frame but ``patients`` has their number in
    ``patient`` and is sorted by patient, then day. Days count from 1970-01-01, or with ``time: days`` from
    day 0 of the index transplant. Intervals include both ends. A frame is the caller's own: what is written to it
    changes no other, and not the extract. ``imported`` is the report of the import that made the folder, None where
    none did.
    """

    contents: TableContents
    warnings: tuple[Finding, ...] = ()
    imported: ImportReport | None = None

    def __repr__(self) -> str:
        return (
            f"<Extract {quoted(self.name)}: {len(self.patients):,} patients, {len(self.transplants):,} transplants, "
            f"fingerprint {self.fingerprint[:8]}>"
        )

    @classmethod
    def from_tables(cls, manifest: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> "Extract":
        """The extract that a folder with this manifest and these tables would give.

        Frames have the names and cells of the files: text or typed, missing cells as None or NaN.
        Raises ExtractError.
        """
        must_be(tables, Mapping, "from_tables takes a mapping of table names to pandas DataFrames")
        notes = Notes()
        sources: dict[str, Source | None] = {}
        for name, frame in tables.items():
            if name in TABLES:
                sources[name] = from_frame(name, frame) if isinstance(frame, pd.DataFrame) else None
                if sources[name] is None:
                    found = f"is no pandas DataFrame but {type(frame).__name__}"
                    notes.add("error", "unreadable", name, "", found, "a pandas DataFrame")
        for name in [str(name) for name in tables if name not in TABLES]:
            found = f"unknown table{did_you_mean(name, TABLES)}"
            notes.add("error", "unknown-table", name, "", found, ", ".join(TABLES))
        return cls._checked("extract", read_manifest(as_text(manifest), notes, "extract"), sources, notes)

    @classmethod
    def from_folder(cls, path: str | Path) -> "Extract":
        """Reads and validates a folder. Raises ExtractError with everything that is wrong."""
        must_be(path, (str, PathLike), "read_extract takes the path of a folder")
        folder, notes = Path(path), Notes()
        given, shown = _given_manifest(folder, path, notes)
        if isinstance(given, dict) and KEY in given:
            return cls._of_partitions(folder, path, given, notes, shown)
        checked = read_manifest(given, notes, folder.resolve().name, shown)
        imported = read_import(folder, notes)
        return replace(cls._checked(str(path), checked, find_sources(folder, notes), notes), imported=imported)

    @classmethod
    def _of_partitions(
        cls, folder: Path, path: str | Path, given: dict[str, Any], notes: Notes, shown: bool
    ) -> "Extract":
        """One extract of several folders, each an extract; findings name the folder before the file."""
        parts: dict[str, Extract] = {}
        stated: dict[str, Any] = {}
        found: list[Finding] = []
        for name in folders_named(given[KEY], Location(notes, MANIFEST_FILE, "dates", shown=shown)):
            try:
                own, _ = _given_manifest(folder / name, name, Notes())
                if isinstance(own, dict) and KEY in own:
                    notes.add("error", KEY, f"{name}/{MANIFEST_FILE}", KEY, "partitions within a partition")
                    continue
                parts[name] = cls.from_folder(folder / name)
                stated = stated or own
                found += [replace(one, file=f"{name}/{one.file}") for one in parts[name].warnings]
            except ExtractError as error:
                found += [replace(one, file=f"{name}/{one.file}") for one in error.findings]
        for file in (file for table in TABLES for file in forms(folder, table)):
            notes.add("error", KEY, file.name, "", "is not read beside partitions", "a file of a partition")
        if parts:
            # What the manifest above does not say is as in the first partition.
            above = {"name": folder.resolve().name} | {key: value for key, value in given.items() if key != KEY}
            manifest = read_manifest(stated | above, notes, folder.resolve().name, shown)
            contents = joined(manifest, {name: one.contents for name, one in parts.items()}, notes)
        found += notes.findings("error")
        if not parts or any(one.severity == "error" for one in found):
            raise ExtractError(str(path), found)
        return cls(contents, tuple(found))

    @classmethod
    def _checked(cls, place: str, manifest: Manifest, sources: Mapping[str, Source | None], notes: Notes) -> "Extract":
        contents = read_contents(sources, manifest, notes)
        if notes.findings("error"):
            raise ExtractError(place, notes.findings())
        return cls(contents, tuple(notes.findings("warning")))

    @property
    def name(self) -> str:
        return self.contents.manifest.name

    @property
    def time(self) -> Time:
        return self.contents.manifest.time

    @property
    def extracted_on(self) -> float | None:
        """The last day on which anything is observed; None with ``time: days``."""
        return self.contents.manifest.extracted_on

    @property
    def sites(self) -> Mapping[str, str]:
        """Labels by site code."""
        return self.contents.manifest.sites

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """The warnings that can change who counts."""
        return tuple(warning for warning in self.warnings if warning.kind in WHO_COUNTS)

    @property
    def synthetic(self) -> bool:
        """Whether the manifest says that no row describes a person."""
        return self.contents.manifest.synthetic

    @property
    def complete(self) -> DeclaredComplete:
        """Where absence of a row means "no"."""
        return self.contents.manifest.complete

    @property
    def captured(self) -> frozenset[str]:
        """Tables that are there, even if empty."""
        return self.contents.captured

    @property
    def counts(self) -> RowCounts:
        return self.contents.counts

    @property
    def patients(self) -> pd.DataFrame:
        """A row a patient, by number: patient_id, sex, birth_day, birth_year, age_at_transplant (years),
        observed_from, death, last_contact (days), site, transplant_year; NaN where not given.
        """
        return self._frame("patients")

    @property
    def transplants(self) -> pd.DataFrame:
        """patient, day, type, indication, graft_source, donor, conditioning, abo_mismatch,
        neutrophil_engraftment, platelet_engraftment; one allogeneic row a day.
        """
        return self._frame("transplants")

    @property
    def medications(self) -> pd.DataFrame:
        """patient, start, end, drug, dose (as given), dose_unit, route, purpose, half_life_days, dose_mg,
        amount_unit, per, daily.

        ``end`` is NaN while still given; a row not ``daily`` is one administration and ends on its start.
        ``dose_mg`` is the amount in mg (per kg or m2 where ``per`` says so), NaN for U or without an amount.
        """
        return self._frame("medications")

    @property
    def transfusions(self) -> pd.DataFrame:
        """patient, day, product, units."""
        return self._frame("transfusions")

    @property
    def disease_status(self) -> pd.DataFrame:
        """patient, day, status."""
        return self._frame("disease_status")

    @property
    def conditions(self) -> pd.DataFrame:
        """patient, start, end (NaN: still active), condition, grade, detail."""
        return self._frame("conditions")

    @property
    def adjudications(self) -> pd.DataFrame:
        """patient, criterion, start, end (NaN: none), verdict (as in ``vocabulary.verdicts``), source."""
        return self._frame("adjudications")

    def _frame(self, name: str) -> pd.DataFrame:
        # Pandas copies the cells only if somebody writes to them, and then the extract keeps its own.
        return self.contents.frames[name].copy(deep=False)

    def series(self, analyte: str) -> Series:
        """Daily results of an analyte. Raises KeyError for a name that is not in ``ANALYTES``."""
        if analyte not in ANALYTES:
            raise KeyError(analyte)
        return self.contents.series.get(analyte) or empty_series(len(self.contents.frames["patients"]))

    def offsets(self, table: str) -> npt.NDArray[np.int64]:
        """Patient p has rows ``offsets[p]:offsets[p + 1]`` of the frame of this table of events."""
        return self._offsets[table]

    @cached_property
    def _offsets(self) -> Mapping[str, npt.NDArray[np.int64]]:
        count = len(self.contents.frames["patients"])
        return {
            name: offsets(frame["patient"].to_numpy(), count)
            for name, frame in self.contents.frames.items()
            if name != "patients"
        }

    def coverage(self) -> pd.DataFrame:
        """What is there by table and analyte: rows, patients, first and last day, units; see ``coverage``."""
        return coverage(self.contents, self.warnings)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything the evaluation sees, whatever the order of rows and the format of files."""
        return fingerprint(self.contents, self._offsets)

    def select(self, patient_ids: Collection[str]) -> "Extract":
        """The extract of these patients, in the order of the file. Raises ExtractError for one not there."""
        takes = "select takes the patient_ids as texts, in a list or set"
        must_be(patient_ids, Iterable, takes)
        patient_ids = list(patient_ids)
        for name in patient_ids:
            must_be(name, str, takes)
        numbers = {name: number for number, name in enumerate(self.patients["patient_id"])}
        notes = Notes()
        for name in patient_ids:
            if name not in numbers:
                found = f'no patient "{name}" with an allogeneic transplant{did_you_mean(name, numbers)}'
                notes.add("error", "unknown-patient", "patients", "patient_id", found)
        if notes.findings():
            raise ExtractError(self.name, notes.findings())
        chosen = np.sort(np.array([numbers[name] for name in set(patient_ids)], dtype=np.int64))
        frames = {"patients": self.patients.iloc[chosen].reset_index(drop=True)}
        for name, starts in self._offsets.items():
            lengths = np.diff(starts)[chosen]
            rows = self.contents.frames[name].iloc[gather(starts, chosen)].reset_index(drop=True)
            frames[name] = rows.assign(patient=np.repeat(np.arange(len(chosen), dtype=np.int32), lengths))
        series = {name: one.select(chosen) for name, one in self.contents.series.items()}
        return replace(self, contents=replace(self.contents, frames=frames, series=series))


def _given_manifest(folder: Path, path: str | Path, notes: Notes) -> tuple[Any, bool]:
    """The manifest of a folder as its YAML has it, and whether words of it may be shown. Raises ExtractError."""
    manifest = folder / MANIFEST_FILE
    try:
        there, found = manifest.is_file(), "is missing"
        found += "" if folder.is_dir() else f": {folder} is not a folder"
    except OSError as error:  # such as a name that is too long
        there, found = False, f"cannot be looked for ({os.strerror(error.errno or 0)})"
    if not there:
        notes.add("error", "manifest-missing", MANIFEST_FILE, "", found, f"a folder with {MANIFEST_FILE}")
        raise ExtractError(str(path), notes.findings())
    shown = not leads_outside(manifest)
    try:
        given = read_yaml_file(manifest, as_written)
    except YamlError as error:
        why = error.problem if shown else "cannot be read as YAML in UTF-8"
        where = f", line {error.line}" if error.line else ""
        notes.add("error", "manifest", MANIFEST_FILE, "", f"{why}{where}")
        raise ExtractError(str(path), notes.findings()) from None
    return given, shown
