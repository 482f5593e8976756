"""A synthetic cohort: manifest and tables in the form of an extract, and the planted truth beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import table
from postgraft.synthetic.dress import dress, dress_truth
from postgraft.synthetic.files import TRUTH, Writer
from postgraft.synthetic.histories import EXTRACTED_ON, Chunk, draw_chunk
from postgraft.vocabulary.codes import CONDITIONS
from postgraft.vocabulary.errors import PostgraftError

CHUNK_PATIENTS: Final = 5_000
DEFAULT_SEED: Final = 20250630
COMPLETE_TABLES: Final = ("transfusions", "medications", "disease_status")
COMPLETE_CONDITIONS: Final = (
    "ta_tma",
    "acute_gvhd",
    "chronic_gvhd",
    "ttp",
    "dic",
    "hit",
    "graft_failure",
    "poor_graft_function",
    "sinusoidal_obstruction",
    "relapse_marrow",
    "drug_induced_thrombocytopenia",
    "drug_induced_marrow_suppression",
    "infection_thrombocytopenia",
    "hypersplenism",
    "parvovirus_b19",
    "uncontrolled_infection",
)
"""What sites code as a rule; deficiencies, bleeding and the cytopenias themselves are often left out."""
DIAGNOSES: Final = frozenset({"aiha", "itp", "prca", "evans"})
"""Coded for some of the patients only, whatever else is known."""

MOST_ENRICHED: Final = 100
"""From 1 / the smaller incidence of ``calibration.csv`` on, 67, a larger factor adds no AIHA and no ITP."""

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
    each test that the criteria ask for on each visit that a site hands over (``complete.not_done``); no detail, dose or
    date is left blank, and all conditions but the diagnoses of the cytopenias are declared complete. Counts of
    platelets and hemoglobin, and when an illness was recorded as over, stay as they are. Raises PostgraftError
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
        part: Chunk = draw_chunk(child.spawn(1)[0], size, enrich, complete)
        rng = np.random.default_rng(child.spawn(1)[0])
        yield dress(rng, part, first), dress_truth(part, first)
