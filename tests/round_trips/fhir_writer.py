"""The way back: a cohort extract as FHIR NDJSON, so that an import of it must give the same verdicts.

Public codes where the shipped mapping has one that says it, local texts elsewhere, with the mapping that these need.
What FHIR, as it is read, cannot say is left out: engraftment dates, ABO, conditioning, adjudications, half-lives, the
day from which a patient was observed, and units of blood.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from round_trips.fhir_files import coded, patient, resource

from postgraft.sources.codes import NOT_USED, Row, by_key, shipped
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.codes import GVHD_CONDITIONS

CANNOT_SAY = {
    "patients": ("observed_from_date",),
    "transplants": ("conditioning", "abo_mismatch", "neutrophil_engraftment_date", "platelet_engraftment_date"),
    "medications": ("half_life_days",),
    "transfusions": ("units",),
}


class Written:
    """Resources by kind, the mapping that their local texts need, and the options that make it that extract again."""

    def __init__(self, extract: Path):
        self.resources: dict[str, list[Any]] = defaultdict(list)
        self.mapping: set[tuple[str, ...]] = set()
        manifest = yaml.safe_load((extract / "extract.yaml").read_text(encoding="utf-8"))
        kept = ("name", "extracted_on", "complete", "complete_though_empty", "plausible")
        self.options = {key: manifest[key] for key in kept if key in manifest}
        self.options |= {"transplant_gap_days": 0, "condition_gap_days": 0, "unknown_end": "open"}
        for site, label in manifest.get("sites", {}).items():
            self.resources["Organization"].append({"resourceType": "Organization", "id": site, "name": label})
        for table, write in WRITERS.items():
            for row in _said_in_full(extract, table):
                write(self, row)

    def files(self, folder: Path) -> tuple[Path, Path]:
        """Writes the resources under ``folder``/export; the mapping and the options beside it."""
        (folder / "export").mkdir(parents=True)
        for kind, listed in self.resources.items():
            text = "".join(json.dumps(one) + "\n" for one in listed)
            (folder / "export" / f"{kind}.ndjson").write_text(text, encoding="utf-8")
        mapping, options = folder / "mapping.csv", folder / "options.yaml"
        with mapping.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([Row._fields, *sorted(self.mapping)])
        options.write_text(yaml.safe_dump(self.options), encoding="utf-8")
        return mapping, options

    def add(self, kind: str, person: str, **fields: Any) -> None:
        said = {key: value for key, value in fields.items() if value not in (None, "", {}, [])}
        self.resources[kind].append(resource(kind, person, **said))

    def concept(self, table: str, name: str, **value: str) -> dict[str, Any]:
        """A public code for a name where there is one, and what it does not say as a text of the site's own."""
        said = {key: cell for key, cell in value.items() if cell}
        public = next((row for row in _public() if (row.table, row.name) == (table, name)), None)
        if public and not said:
            return coded(public.system, public.code)
        text = " | ".join([table, name, *said.values()])
        self.mapping.add((table, name, "source", text, "; ".join(f"{k}={v}" for k, v in said.items()), ""))
        return {**(coded(public.system, public.code) if public else {}), "text": text}


def rows(extract: Path, table: str) -> Iterator[dict[str, str]]:
    path = extract / f"{table}.csv"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _said_in_full(extract: Path, table: str) -> list[dict[str, str]]:
    """The rows of a table; one of GVHD without an end ends where the next of its kind takes its place."""
    listed = list(rows(extract, table))
    starts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in listed if table == "conditions" else ():
        starts[row["patient_id"], row["condition"]].append(row["start_date"])
    for row in listed:
        same = starts.get((row["patient_id"], row.get("condition", "")), ())
        later = [day for day in same if day > row["start_date"]]
        if later and row["condition"] in GVHD_CONDITIONS and not row["end_date"]:
            row["end_date"] = (date.fromisoformat(min(later)) - timedelta(days=1)).isoformat()
    return listed


@cache
def _public() -> list[Row]:
    """Shipped codes that say one name and nothing else."""
    systems = ("LOINC", "SNOMED", "RxNorm", "ICD10CM", "HCPCS", "CPT4")
    names = by_key(shipped())
    return [
        row
        for row in shipped()
        if row.system in systems and len(names.get(row.key, ())) == 1
        and not row.value and row.name not in NOT_USED and "unverified" not in row.note
    ]  # fmt: skip


def _quantity(value: str, unit: str = "", operator: str = "") -> dict[str, Any]:
    if not value:
        return {}
    said = {"value": float(value), "unit": unit, "comparator": operator}
    return {key: cell for key, cell in said.items() if cell != ""}


def _patient(made: Written, row: dict[str, str]) -> None:
    name, site = row["patient_id"], row.get("site")
    born = row.get("birth_date") or row.get("birth_year")
    fields = {
        "gender": row["sex"], "birthDate": born, "deceasedDateTime": row.get("death_date"),
        "managingOrganization": {"reference": f"Organization/{site}"} if site else None,
    }  # fmt: skip
    made.resources["Patient"].append(patient(name, **{key: cell for key, cell in fields.items() if cell}))
    if row["last_contact_date"]:
        made.add("Encounter", name, status="finished", period={"end": row["last_contact_date"]})


def _transplant(made: Written, row: dict[str, str]) -> None:
    name, day = row["patient_id"], row["transplant_date"]
    code = made.concept("transplants", row["type"], graft_source=row["graft_source"], donor=row["donor"])
    made.add("Procedure", name, status="completed", code=code, performedDateTime=day)
    if row["indication"]:
        made.add("Condition", name, code=made.concept("indications", row["indication"]), onsetDateTime=day)


def _measurement(made: Written, row: dict[str, str]) -> None:
    known = ANALYTES[row["analyte"]]
    unit = row["unit"] or known.unit
    value: dict[str, Any] = {}
    if known.numeric:
        limits = {"low": _quantity(row["lower_limit"], unit), "high": _quantity(row["upper_limit"], unit)}
        limits = {key: cell for key, cell in limits.items() if cell}
        value = {"valueQuantity": _quantity(row["value"], unit, row["operator"])}
        value["referenceRange"] = [limits] if limits else []
    elif row["result"]:
        value = {"valueCodeableConcept": {"text": row["result"]}}
    code = made.concept("measurements", row["analyte"])
    made.add("Observation", row["patient_id"], status="final", code=code, effectiveDateTime=row["date"], **value)


def _medication(made: Written, row: dict[str, str]) -> None:
    name = row["patient_id"]
    code = made.concept("medications", row["drug"], route=row["route"], purpose=row["purpose"])
    unit = row["dose_unit"]
    if unit and not unit.endswith("/day"):
        dosage = {"dose": _quantity(row["dose"], unit)}
        made.add(
            "MedicationAdministration", name, status="completed", medicationCodeableConcept=code,
            effectiveDateTime=row["start_date"], dosage=dosage,
        )  # fmt: skip
        return
    period = {"start": row["start_date"], **({"end": row["end_date"]} if row["end_date"] else {})}
    dose = _quantity(row["dose"], unit.removesuffix("/day"))
    dosage = {"timing": {"code": {"coding": [{"code": "QD"}]}}, "doseAndRate": [{"doseQuantity": dose}]} if unit else {}
    made.add(
        "MedicationStatement", name, status="completed", medicationCodeableConcept=code, effectivePeriod=period,
        dosage=[dosage] if dosage else [],
    )  # fmt: skip


def _transfusion(made: Written, row: dict[str, str]) -> None:
    code = made.concept("transfusions", row["product"])
    made.add("Procedure", row["patient_id"], status="completed", code=code, performedDateTime=row["date"])


def _status(made: Written, row: dict[str, str]) -> None:
    code = made.concept("disease_status", row["status"])
    made.add("Condition", row["patient_id"], code=code, onsetDateTime=row["date"])


def _condition(made: Written, row: dict[str, str]) -> None:
    code = made.concept("conditions", row["condition"], grade=row["grade"], detail=row["detail"])
    ends = row["end_date"]
    made.add("Condition", row["patient_id"], code=code, onsetDateTime=row["start_date"], abatementDateTime=ends)


WRITERS = {
    "patients": _patient, "transplants": _transplant, "measurements": _measurement, "medications": _medication,
    "transfusions": _transfusion, "disease_status": _status, "conditions": _condition,
}  # fmt: skip


def main(extract: str, folder: str) -> None:
    """Write the resources of an extract, and the mapping and options that they need."""
    Written(Path(extract)).files(Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
