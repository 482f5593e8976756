"""An extract as an OMOP database, imported again, gives the same verdicts."""

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from architecture.project import ROOT
from round_trips.omop_writer import CANNOT_SAY, Written, written

import postgraft as pg
from postgraft.sources.omop.importing import import_omop
from postgraft.synthetic import write_cohort


def without_what_a_cdm_cannot_say(extract: Path, to: Path) -> Path:
    to.mkdir()
    for file in extract.iterdir():
        if file.suffix == ".csv" and file.stem != "adjudications":
            table = pd.read_csv(file, dtype=str, keep_default_na=False)
            table.drop(columns=table.columns.intersection(CANNOT_SAY.get(file.stem, ()))).to_csv(
                to / file.name, index=False
            )
    shutil.copy(extract / "extract.yaml", to)
    return to


def there_and_back(extract: Path, folder: Path) -> tuple[pg.Outcome, pg.Outcome, Written]:
    made = written(extract)
    with duckdb.connect(str(folder / "site.duckdb")) as connection:
        made.cdm.write(connection)
    import_omop(folder / "site.duckdb", folder / "imported", *made.files(folder))
    protocol = pg.load_protocol()
    before = without_what_a_cdm_cannot_say(extract, folder / "before")
    outcomes = [pg.evaluate(pg.read_extract(one), protocol) for one in (before, folder / "imported")]
    return outcomes[0], outcomes[1], made


def differences(before: pg.Outcome, after: pg.Outcome, made: Written) -> list[str]:
    """Patients whose verdict differs, on any day in any criterion or part of one, or whose status does."""
    found = []
    for name in ("patients", "transplants"):
        one, other = getattr(before, name), getattr(after, name)
        renamed = one.assign(patient_id=one["patient_id"].map(made.persons).astype(str).astype(one["patient_id"].dtype))
        pd.testing.assert_frame_equal(renamed.reset_index(drop=True), other.reset_index(drop=True))
    for patient, person in made.persons.items():
        one, other = (o.verdicts(p, components=True) for o, p in ((before, patient), (after, str(person))))
        if not one.equals(other):
            found.append(patient)
    return found


def test_the_demo_cohort_comes_back_with_every_verdict(tmp_path):
    before, after, made = there_and_back(ROOT / "cohorts" / "demo", tmp_path)

    assert len(made.persons) == 72
    assert set(before.patients["status"]) == {"eligible", "possible", "ineligible"}
    assert differences(before, after, made) == []


@pytest.mark.long
def test_generated_patients_come_back_with_every_verdict(tmp_path):
    write_cohort(tmp_path / "made", 500, 11, enrich=8)
    before, after, made = there_and_back(tmp_path / "made", tmp_path)

    assert len(made.persons) == 500
    assert differences(before, after, made) == []
