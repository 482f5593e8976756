"""An extract as FHIR NDJSON, imported again, gives the same verdicts."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from architecture.project import ROOT
from round_trips.fhir_writer import CANNOT_SAY, Written

import postgraft as pg
from postgraft.sources.fhir.importing import import_fhir
from postgraft.synthetic import write_cohort


def without_what_fhir_cannot_say(extract: Path, to: Path) -> Path:
    to.mkdir()
    for file in extract.iterdir():
        if file.suffix == ".csv" and file.stem != "adjudications":
            table = pd.read_csv(file, dtype=str, keep_default_na=False)
            kept = table.drop(columns=table.columns.intersection(CANNOT_SAY.get(file.stem, ())))
            kept.to_csv(to / file.name, index=False)
    shutil.copy(extract / "extract.yaml", to)
    return to


def there_and_back(extract: Path, folder: Path) -> list[pg.Outcome]:
    mapping, options = Written(extract).files(folder)
    import_fhir(folder / "export", folder / "imported", mapping, options)
    before = without_what_fhir_cannot_say(extract, folder / "before")
    return [pg.evaluate(pg.read_extract(one), pg.load_protocol()) for one in (before, folder / "imported")]


def differing(before: pg.Outcome, after: pg.Outcome) -> list[str]:
    """Patients whose verdict differs, on any day in any criterion or part of one; what else is said is compared."""
    for name in ("patients", "transplants"):
        pd.testing.assert_frame_equal(getattr(before, name), getattr(after, name))
    names = before.patients["patient_id"]
    return [
        one for one in names if not before.verdicts(one, components=True).equals(after.verdicts(one, components=True))
    ]


def test_the_demo_cohort_comes_back_with_every_verdict(tmp_path):
    before, after = there_and_back(ROOT / "cohorts" / "demo", tmp_path)

    assert len(before.patients) == 72
    assert set(before.patients["status"]) == {"eligible", "possible", "ineligible"}
    assert differing(before, after) == []


@pytest.mark.long
def test_generated_patients_come_back_with_every_verdict(tmp_path):
    write_cohort(tmp_path / "made", 500, 11, enrich=8)
    before, after = there_and_back(tmp_path / "made", tmp_path)

    assert len(before.patients) == 500
    assert differing(before, after) == []
