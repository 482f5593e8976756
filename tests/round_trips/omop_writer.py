"""The way back: a cohort extract as an OMOP CDM, so that an import of it must give the same verdicts.

Public codes where the shipped mapping has one that says it, local texts elsewhere, with the mapping that these need.
What a CDM cannot say is left out: engraftment dates, ABO, conditioning, adjudications, half-lives.

``PYTHONPATH=tests python -m round_trips.omop_writer EXTRACT FOLDER`` writes cdm.duckdb, mapping.csv and options.yaml.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from round_trips.cdm import Cdm

from postgraft.sources.codes import NOT_USED, Row, shipped
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.codes import GVHD_CONDITIONS

PERSON_ONE = 100_001
"""The number of the first patient of an extract; the others follow, so that they keep their order."""
ORDER = 32838
"""Type of every drug's record: an order, since rows of one day are not added up."""
UCUM, OPERATOR = 9_000, {"<": 4171756, "<=": 4171754, ">": 4172704, ">=": 4171755}
MALE, FEMALE = 8507, 8532
CANNOT_SAY: Mapping[str, tuple[str, ...]] = {
    "transplants": ("conditioning", "abo_mismatch", "neutrophil_engraftment_date", "platelet_engraftment_date"),
    "medications": ("half_life_days",),
}
"""Columns that a CDM has no place for."""


@dataclass
class Written:
    """A CDM, the mapping that its local texts need, and the options that make it that extract again."""

    cdm: Cdm = field(default_factory=Cdm)
    mapping: set[tuple[str, ...]] = field(default_factory=set)
    options: dict[str, Any] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)
    _concepts: dict[tuple[str, str], int] = field(default_factory=dict)

    def files(self, folder: Path) -> tuple[Path, Path]:
        """The mapping and the options as files."""
        mapping, options = folder / "mapping.csv", folder / "options.yaml"
        with mapping.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([Row._fields, *sorted(self.mapping)])
        options.write_text(yaml.safe_dump(self.options), encoding="utf-8")
        return mapping, options

    def public(self, table: str, name: str) -> int:
        """The concept of a public code for a name, 0 where there is none."""
        row = _public().get((table, name))
        return self.concept(row.system, row.code, title(name)) if row else 0

    def local(self, table: str, name: str, **value: str) -> str:
        """A text of the site's own for a name, and what else it says; it goes into the mapping."""
        said = {key: cell for key, cell in value.items() if cell}
        text = " | ".join([table, name, *said.values()])
        self.mapping.add((table, name, "source", text, "; ".join(f"{k}={v}" for k, v in said.items()), ""))
        return text

    def concept(self, system: str, code: str, name: str) -> int:
        if (system, code) not in self._concepts:
            self._concepts[system, code] = UCUM + len(self._concepts)
            kind = "Ingredient" if system == "RxNorm" else ""
            self.cdm.concept(self._concepts[system, code], system, code, name, kind)
        return self._concepts[system, code]


def written(extract: Path) -> Written:
    """The CDM of an extract in CSV with dates."""
    made = Written(options=_options(extract))
    patients = list(rows(extract, "patients"))
    made.persons = {one["patient_id"]: PERSON_ONE + place for place, one in enumerate(patients)}
    sites = sorted({one.get("site", "") for one in patients} - {""})
    labels = made.options.pop("sites", {})
    for place, site in enumerate(sites, 1):
        made.cdm.add("care_site", care_site_id=place, care_site_source_value=site, care_site_name=labels.get(site, ""))
    for one in patients:
        _patient(made, one, sites.index(one["site"]) + 1 if one.get("site") else None)
    for table, write in _WRITERS.items():
        for row in _said_in_full(extract, table):
            write(made, made.persons[row["patient_id"]], row)
    made.cdm.add(
        "cdm_source", cdm_source_name="Round trip", source_release_date=made.options.pop("extracted_on"),
        cdm_version="v5.4", vocabulary_version="none",
    )  # fmt: skip
    return made


def _said_in_full(extract: Path, table: str) -> list[dict[str, str]]:
    """The rows of a table; one of GVHD without an end ends where the next of its kind takes its place.

    An extract means that and need not say it; in a CDM the two would be one spell without an end.
    """
    listed = list(rows(extract, table))
    starts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in listed if table == "conditions" else ():
        starts[row["patient_id"], row["condition"]].append(row["start_date"])
    for row in listed:
        later = [
            day for day in starts.get((row["patient_id"], row.get("condition", "")), ()) if day > row["start_date"]
        ]
        if later and row["condition"] in GVHD_CONDITIONS and not row["end_date"]:
            row["end_date"] = (date.fromisoformat(min(later)) - timedelta(days=1)).isoformat()
    return listed


def rows(extract: Path, table: str) -> Iterator[dict[str, str]]:
    """The rows of a table, none where it is missing."""
    path = extract / f"{table}.csv"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def title(name: str) -> str:
    """A name such as a vocabulary could have for the code."""
    return _titles().get(name, name.replace("_", " ")).capitalize()


def _options(extract: Path) -> dict[str, Any]:
    manifest = yaml.safe_load((extract / "extract.yaml").read_text(encoding="utf-8"))
    kept = ("name", "extracted_on", "complete", "complete_though_empty", "plausible", "sites")
    said = {key: manifest[key] for key in kept if key in manifest}
    return {**said, "transplant_gap_days": 0, "condition_gap_days": 0, "unknown_end": "open"}


@cache
def _public() -> dict[tuple[str, str], Row]:
    """A shipped code a name that says the name and nothing else."""
    found: dict[tuple[str, str], Row] = {}
    for row in shipped():
        plain = row.code and row.system not in ("OMOP", "ingredient") and not row.value
        if plain and row.name not in NOT_USED and "unverified" not in row.note:
            found.setdefault((row.table, row.name), row)
    return found


@cache
def _titles() -> dict[str, str]:
    text = resources.files("postgraft.sources").joinpath("data/words.csv").read_text(encoding="utf-8")
    return {row["name"]: row["words"] for row in csv.DictReader(text.splitlines())}


def _patient(made: Written, row: dict[str, str], site: int | None) -> None:
    person, cdm = made.persons[row["patient_id"]], made.cdm
    born = (row.get("birth_date") or row.get("birth_year") or "").split("-")
    year, month, day = (
        (int(part) for part in born) if len(born) == 3 else (int(born[0]) if born[0] else None, None, None)
    )
    cdm.add(
        "person", person_id=person, gender_concept_id={"male": MALE, "female": FEMALE}.get(row["sex"], 0),
        year_of_birth=year, month_of_birth=month, day_of_birth=day, care_site_id=site,
    )  # fmt: skip
    if row.get("death_date"):
        cdm.add("death", person_id=person, death_date=row["death_date"])
    elif row["last_contact_date"]:
        cdm.add("visit_occurrence", person_id=person, visit_start_date=row["last_contact_date"])
    if row.get("observed_from_date"):
        cdm.add(
            "observation_period", person_id=person, observation_period_start_date=row["observed_from_date"],
            observation_period_end_date=row["last_contact_date"],
        )  # fmt: skip


def _transplant(made: Written, person: int, row: dict[str, str]) -> None:
    text = made.local("transplants", row["type"], graft_source=row["graft_source"], donor=row["donor"])
    made.cdm.add(
        "procedure_occurrence", person_id=person, procedure_concept_id=made.public("transplants", row["type"]),
        procedure_date=row["transplant_date"], procedure_source_value=text,
    )  # fmt: skip
    if row["indication"]:
        made.cdm.add(
            "condition_occurrence", person_id=person, condition_start_date=row["transplant_date"],
            condition_source_value=made.local("indications", row["indication"]),
        )  # fmt: skip


def _measurement(made: Written, person: int, row: dict[str, str]) -> None:
    concept = made.public("measurements", row["analyte"])
    known = ANALYTES[row["analyte"]]
    cells: dict[str, Any] = {}
    if known.numeric:
        cells = {
            "value_as_number": _number(row["value"]), "operator_concept_id": OPERATOR.get(row["operator"]),
            "range_low": _number(row["lower_limit"]), "range_high": _number(row["upper_limit"]),
            "unit_source_value": row["unit"] or known.unit,
        }  # fmt: skip
    elif row["result"]:
        answer = made.public("results", row["result"])
        cells = {"value_as_concept_id": answer or None, "value_source_value": None if answer else row["result"]}
    made.cdm.add(
        "measurement", person_id=person, measurement_concept_id=concept, measurement_date=row["date"],
        measurement_source_value=row["analyte"] if concept else made.local("measurements", row["analyte"]), **cells,
    )  # fmt: skip


def _medication(made: Written, person: int, row: dict[str, str]) -> None:
    daily = row["dose_unit"].endswith("/day") or not row["dose_unit"]
    dose = {"quantity": _number(row["dose"]), "dose_unit_source_value": row["dose_unit"]} if row["dose_unit"] else {}
    made.cdm.add(
        "drug_exposure", person_id=person, drug_concept_id=made.public("medications", row["drug"]),
        drug_source_value=made.local("medications", row["drug"], route=row["route"], purpose=row["purpose"]),
        drug_exposure_start_date=row["start_date"], drug_type_concept_id=ORDER, route_source_value=row["route"],
        drug_exposure_end_date=row["end_date"] or (None if daily else row["start_date"]), **dose,
    )  # fmt: skip


def _transfusion(made: Written, person: int, row: dict[str, str]) -> None:
    made.cdm.add(
        "procedure_occurrence", person_id=person, procedure_concept_id=made.public("transfusions", row["product"]),
        procedure_date=row["date"], procedure_source_value=row["product"], quantity=_number(row["units"]),
    )  # fmt: skip


def _status(made: Written, person: int, row: dict[str, str]) -> None:
    made.cdm.add(
        "observation", person_id=person, observation_date=row["date"],
        observation_source_value=made.local("disease_status", row["status"]),
    )  # fmt: skip


def _condition(made: Written, person: int, row: dict[str, str]) -> None:
    name, said = row["condition"], {key: row[key] for key in ("grade", "detail") if row[key]}
    concept = 0 if said else made.public("conditions", name)
    made.cdm.add(
        "condition_occurrence", person_id=person, condition_concept_id=concept, condition_start_date=row["start_date"],
        condition_end_date=row["end_date"] or None,
        condition_source_value=name if concept else made.local("conditions", name, **said),
    )  # fmt: skip


def _number(text: str) -> float | int | None:
    """A number as it is written."""
    return None if not text else float(text) if not text.isdigit() else int(text)


_WRITERS = {
    "transplants": _transplant, "measurements": _measurement, "medications": _medication,
    "transfusions": _transfusion, "disease_status": _status, "conditions": _condition,
}  # fmt: skip


def main(extract: str, folder: str) -> None:
    """Write the CDM of an extract, and the mapping and options that it needs."""
    import duckdb

    made, to = written(Path(extract)), Path(folder)
    to.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(to / "cdm.duckdb")) as connection:
        made.cdm.write(connection)
    made.files(to)


if __name__ == "__main__":
    main(*sys.argv[1:])
