"""How many resources of FHIR are imported a second, beside one scan of the same file by the same reader.

python benchmarks/sources.py [RESOURCES]

Observations of a few hundred patients with a transplant, as a bulk export writes them, in two NDJSON files. Where
others use the machine, the last column says what two free processors would do.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from postgraft.sources.fhir.importing import import_fhir
from postgraft.sources.fhir.source import Fhir
from postgraft.sources.mapping import load_mapping
from postgraft.sources.options import Options
from postgraft.sources.staging import staging

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


def write(folder: Path, resources: int) -> list[Path]:
    with (folder / "Patient.ndjson").open("w", encoding="utf-8") as file:
        for number in range(PATIENTS):
            transplant = {
                "resourceType": "Procedure", "status": "completed", "performedDateTime": "2018-05-01",
                "subject": {"reference": f"Patient/p{number}"},
                "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "38240"}]},
            }  # fmt: skip
            patient = {"resourceType": "Patient", "id": f"p{number}", "gender": "male", "birthDate": "1970-01-02"}
            file.write(json.dumps(patient) + "\n" + json.dumps(transplant) + "\n")
    parts = [folder / f"Observation.{part}.ndjson" for part in (0, 1)]
    for part, path in enumerate(parts):
        with path.open("w", encoding="utf-8") as file:
            for number in range(part, resources, 2):
                file.write(json.dumps(observation(number)) + "\n")
    return parts


def timed(what: str, resources: int, function: Callable[[], object]) -> float:
    """Prints a line, and gives the seconds of processors that it took."""
    begin, busy = time.perf_counter(), time.process_time()
    function()
    seconds, busy = time.perf_counter() - begin, time.process_time() - busy
    print(f"| {what} | {seconds:.2f} s | {resources / seconds:,.0f} | {busy:.2f} s | {2 * resources / busy:,.0f} |")
    return busy


def main(resources: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "export"
        folder.mkdir()
        paths = [str(path) for path in write(folder, resources)]
        size = sum(Path(path).stat().st_size for path in paths)
        print(f"{resources:,} observations, {size / resources:.0f} bytes each\n")
        print("| what | time | a second | processor time | a second of two processors |\n|---|---|---|---|---|")
        with duckdb.connect(config={"threads": 2}) as connection:

            def scan() -> None:
                query = "SELECT max(length(json)) FROM read_json_objects($1, format = 'newline_delimited')"
                connection.execute(query, [paths]).fetchall()

            scan()
            floor = timed("one scan", resources, scan)
        mapping = load_mapping()
        with staging() as database:
            source = Fhir(folder)
            found = timed("find", resources, lambda: source.find(database, mapping, Options()))
        options = {"extracted_on": "2025-06-30"}
        whole = timed("import", resources, lambda: import_fhir(folder, Path(name) / "out", options=options))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"\nfind {found / floor:.1f} times, import {whole / floor:.1f} times one scan; peak {peak:.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
