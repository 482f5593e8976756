"""A synthetic cohort: manifest and tables in the form of an extract, and the planted truth beside them."""

import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, Self, get_args

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import yaml

from postgraft.extract import TABLES
from postgraft.extract.table_files import forms
from postgraft.synthetic.calibration import table
from postgraft.synthetic.histories import EXTRACTED_ON, draw_chunk
from postgraft.synthetic.site_export import exported, exported_truth
from postgraft.vocabulary.codes import CONDITIONS
from postgraft.vocabulary.errors import PostgraftError, writing
from postgraft.vocabulary.words import TEXT

CHUNK_PATIENTS: Final = 5_000
DEFAULT_SEED: Final = 20250630
COMPLETE_TABLES: Final = ("transfusions", "medications", "disease_status")
COMPLETE_CONDITIONS: Final = (
    "ta_tma", "acute_gvhd", "chronic_gvhd", "ttp", "dic", "hit", "graft_failure", "poor_graft_function",
    "sinusoidal_obstruction", "relapse_marrow", "drug_induced_thrombocytopenia", "drug_induced_marrow_suppression",
    "infection_thrombocytopenia", "hypersplenism", "parvovirus_b19", "uncontrolled_infection",
)  # fmt: skip
"""What sites code as a rule; deficiencies, bleeding and the cytopenias themselves are often left out."""
DIAGNOSES: Final = frozenset({"aiha", "itp", "prca", "evans"})
"""Coded for some of the patients only, whatever else is known."""

MOST_ENRICHED: Final = 100
"""From 1 / the smaller incidence of ``calibration.csv`` on, 67, a larger factor adds no AIHA and no ITP."""

MANIFEST: Final = "extract.yaml"
TRUTH: Final = "truth"
Format = Literal["csv", "csv.gz", "parquet"]


@dataclass(frozen=True)
class Cohort:
    """A generated extract: manifest, tables by name with the columns of an extract, planted truth."""

    manifest: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    truth: pd.DataFrame


def generate(patients: int, seed: int = DEFAULT_SEED, enrich: float = 1.0, complete: bool = False) -> Cohort:
    """Generate a cohort in memory.

    ``enrich`` multiplies the incidence of the immune cytopenias (1: as calibrated). The same arguments give
    the same tables. ``complete``: the same patients with the same course and results, and beside these a result of
    each test that the criteria ask for on each visit that a site hands over (``laboratory.not_done``); no detail,
    dose or date is left blank, and all conditions but the diagnoses of the cytopenias are declared complete. Counts
    of platelets and hemoglobin, and when an illness was recorded as over, stay as they are. Raises PostgraftError
    if ``patients`` is not positive or ``enrich`` is not from 0 to ``MOST_ENRICHED``.
    """
    parts = list(_parts(patients, seed, enrich, complete))
    tables = {name: pd.concat([part[name] for part, _ in parts], ignore_index=True) for name in parts[0][0]}
    truth = pd.concat([truth for _, truth in parts], ignore_index=True)
    declared = {*CONDITIONS, *COMPLETE_CONDITIONS} - DIAGNOSES if complete else {*COMPLETE_CONDITIONS}
    described = manifest(patients, seed, enrich, {*COMPLETE_TABLES, *declared} - _with_row(tables))
    if complete:
        described["name"] += ", every test done"
        described["complete"]["conditions"] = sorted(declared)
    return Cohort(described, tables, truth)


def write_cohort(
    out: str | Path, patients: int, seed: int = DEFAULT_SEED, format: Format = "csv", enrich: float = 1.0
) -> Path:
    """Write a cohort to the folder ``out``, chunk by chunk so that memory stays flat, and return the folder.

    CSV tables are one file each, Parquet tables a folder of parts. The planted truth goes to
    ``truth/truth.csv``, which is no table of an extract. Raises PostgraftError on impossible arguments or if
    ``out`` holds an extract already.
    """
    without = {*COMPLETE_TABLES, *COMPLETE_CONDITIONS}
    with Writer(Path(out), format) as writer:
        for tables, truth in _parts(patients, seed, enrich):
            for name, rows in tables.items():
                writer.append(name, rows)
            writer.append(TRUTH, truth)
            without -= _with_row(tables)
    writer.write_manifest(manifest(patients, seed, enrich, without))
    return writer.folder


def _with_row(tables: dict[str, pd.DataFrame]) -> set[str]:
    """The tables, and the conditions, of which there is a row."""
    return {name for name, rows in tables.items() if len(rows)} | set(tables["conditions"]["condition"])


def manifest(patients: int, seed: int, enrich: float, without_row: set[str]) -> dict[str, Any]:
    """The manifest; its name says that the cohort is synthetic, and if it is enriched.

    ``without_row``: tables and conditions declared complete that have no row.
    """
    enriched = f", immune cytopenias enriched {enrich:g}-fold" if enrich != 1 else ""
    sites = table("sites")
    return {
        "format": 1,
        "name": f"Synthetic cohort ({patients} patients, seed {seed}{enriched})",
        "time": "dates",
        "extracted_on": EXTRACTED_ON.astype(object),
        "synthetic": True,
        "complete": {**dict.fromkeys(COMPLETE_TABLES, True), "conditions": list(COMPLETE_CONDITIONS)},
        "complete_though_empty": sorted(without_row),
        "sites": dict(zip(sites["site"].tolist(), sites["label"].tolist(), strict=True)),
    }


def _parts(
    patients: int, seed: int, enrich: float, complete: bool = False
) -> Iterator[tuple[dict[str, pd.DataFrame], pd.DataFrame]]:
    if patients < 1:
        raise PostgraftError(f"patients: found {patients}, accepted is a whole number of at least 1")
    if not 0 <= enrich <= MOST_ENRICHED:
        raise PostgraftError(
            f"enrich: found {enrich}, accepted is a number from 0 to {MOST_ENRICHED}, at which everybody who lives to "
            "the day of an AIHA or ITP has one"
        )
    for number, first in enumerate(range(0, patients, CHUNK_PATIENTS)):
        child = np.random.SeedSequence(seed, spawn_key=(number,))
        size = min(CHUNK_PATIENTS, patients - first)
        part = draw_chunk(child.spawn(1)[0], size, enrich, complete)
        rng = np.random.default_rng(child.spawn(1)[0])
        yield exported(rng, part, first), exported_truth(part, first)


class Writer:
    """Appends rows to the tables of one folder; a context that closes their files."""

    def __init__(self, folder: Path, format: str) -> None:
        if format not in get_args(Format):
            raise PostgraftError(f"format: found {format!r}, accepted are {', '.join(get_args(Format))}")
        if folder.exists() and not folder.is_dir():
            raise PostgraftError(f"{folder}: found a file, accepted is a folder without an extract")
        old = [path.name for name in TABLES for path in forms(folder, name)]
        if old or (folder / MANIFEST).exists():
            found = ", ".join(sorted(old)) or MANIFEST
            raise PostgraftError(f"{folder}: found {found}, accepted is a folder without an extract")
        self.folder, self.format = folder, format
        self._open: dict[str, BinaryIO] = {}
        self._parts: dict[str, int] = {}

    def append(self, name: str, rows: pd.DataFrame) -> None:
        """Add rows to a table."""
        part = self._parts.get(name, 0)
        self._parts[name] = part + 1
        arrow = to_arrow(rows)
        if self.format == "parquet" and name != TRUTH:
            path = self.folder / name / f"part-{part:04d}.parquet"
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                pyarrow.parquet.write_table(arrow, path, compression="zstd")
            return
        options = pyarrow.csv.WriteOptions(include_header=part == 0, quoting_style="none", quoting_header="none")
        with writing(self._path(name)):
            if name not in self._open:
                self._open[name] = self._create(name)
            pyarrow.csv.write_csv(arrow, self._open[name], options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as closing:  # all of them, also if one cannot be
            for name, handle in self._open.items():
                closing.enter_context(writing(self._path(name)))
                closing.callback(handle.close)

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Write ``extract.yaml``, after all tables: a broken run is not taken for an extract."""
        text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True)
        with writing(self.folder / MANIFEST):
            (self.folder / MANIFEST).write_text(text, encoding="utf-8")

    def _create(self, name: str) -> BinaryIO:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        # A time stamp in the header would make two runs differ.
        return gzip.GzipFile(path, "wb", mtime=0) if path.suffix == ".gz" else path.open("wb")  # type: ignore[return-value]

    def _path(self, name: str) -> Path:
        zipped = self.format == "csv.gz" and name != TRUTH
        return self.folder / (TRUTH if name == TRUTH else "") / f"{name}.csv{'.gz' if zipped else ''}"


def to_arrow(rows: pd.DataFrame) -> pa.Table:
    """Rows as an Arrow table: dates without time of day, empty text as null."""
    columns = {}
    for name in rows.columns:
        column = rows[name]
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            columns[name] = pa.Array.from_pandas(column).cast(pa.date32())
        elif column.dtype == object or pd.api.types.is_string_dtype(column.dtype):
            text = pa.array(column.astype(TEXT), pa.string(), from_pandas=True)
            columns[name] = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
        else:
            columns[name] = pa.Array.from_pandas(column)
    return pa.table(columns)
