"""Observations of a few hundred patients with a transplant, as a bulk export writes them, in two NDJSON files."""

from __future__ import annotations

import json
from pathlib import Path

from sources_omop import opened

PATIENTS = 500
ANALYTES = {
    "718-7": ("Hemoglobin [Mass/volume] in Blood", "g/dL", 9.5),
    "777-3": ("Platelets [#/volume] in Blood by Automated count", "10*3/uL", 120),
    "751-8": ("Neutrophils [#/volume] in Blood by Automated count", "10*3/uL", 2.5),
    "2345-7": ("Glucose [Mass/volume] in Serum or Plasma", "mg/dL", 101),
}
"""The last one is not used: an export holds much that nobody asks for."""


def observation(number: int) -> dict[str, object]:
    """One result as a server writes it, about 800 bytes."""
    code, (title, unit, value) = list(ANALYTES.items())[number % len(ANALYTES)]
    day = f"{2015 + number % 9}-{1 + number % 12:02}-{1 + number % 28:02}T08:{number % 60:02}:00+01:00"
    category = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation",
        "id": f"o-{number}",
        "meta": {"versionId": "1", "lastUpdated": "2025-01-01T00:00:00Z"},
        "status": "final",
        "category": [{"coding": [{"system": category, "code": "laboratory", "display": "Laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": title}], "text": title},
        "subject": {"reference": f"Patient/p{number % PATIENTS}"},
        "encounter": {"reference": f"Encounter/e{number // 20}"},
        "effectiveDateTime": day,
        "issued": day,
        "valueQuantity": {
            "value": value + number % 7, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit,
        },
        "referenceRange": [{"low": {"value": 1, "unit": unit}, "high": {"value": 400, "unit": unit}}],
    }  # fmt: skip


def write(folder: Path, resources: int) -> None:
    folder.mkdir()
    with (folder / "Patient.ndjson").open("w", encoding="utf-8") as file:
        for number in range(PATIENTS):
            transplant = {
                "resourceType": "Procedure", "status": "completed", "performedDateTime": "2018-05-01",
                "subject": {"reference": f"Patient/p{number}"},
                "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "38240"}]},
            }  # fmt: skip
            patient = {"resourceType": "Patient", "id": f"p{number}", "gender": "male", "birthDate": "1970-01-02"}
            file.write(json.dumps(patient) + "\n" + json.dumps(transplant) + "\n")
    for part in (0, 1):
        with (folder / f"Observation.{part}.ndjson").open("w", encoding="utf-8") as file:
            for number in range(part, resources, 2):
                file.write(json.dumps(observation(number)) + "\n")


def scan(folder: Path) -> None:
    """The floor of FHIR: the reader that the import uses goes through every line once."""
    paths = [str(path) for path in sorted(folder.glob("Observation.*"))]
    with opened() as connection:
        query = "SELECT max(length(json)) FROM read_json_objects($1, format = 'newline_delimited')"
        connection.execute(query, [paths]).fetchall()
