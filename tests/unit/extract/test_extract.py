"""What an extract offers as a whole: completeness, coverage, fingerprint, selection."""

import pandas as pd
import pytest

from postgraft import evaluate, load_protocol
from postgraft.extract import DeclaredComplete, Extract
from postgraft.vocabulary.errors import ExtractError

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}


def read(tables, **manifest):
    return Extract.from_tables({**MANIFEST, **manifest}, tables)


def test_attributes(tables):
    extract = read(tables, sites={"NYC": "New York"})
    assert (extract.name, extract.time, extract.extracted_on) == ("Small", "dates", 19357)
    assert extract.sites == {"NYC": "New York"}
    assert extract.captured == set(tables)


def test_completeness(tables):
    complete = read(tables, complete={"transfusions": True, "medications": False, "conditions": ["dic"]}).complete
    assert complete.table("transfusions")
    assert not complete.table("medications")
    assert not complete.table("conditions")
    assert complete.condition("dic")
    assert not complete.condition("ttp")
    assert read(tables, complete={"conditions": True}).complete.condition("ttp")
    assert not read(tables).complete.table("transfusions")


def test_assumed_completeness_adds_tables_and_conditions():
    complete = DeclaredComplete(frozenset({"medications"}), frozenset({"dic"}))
    assumed = complete.assuming(("transfusions", "ttp"))
    assert assumed == DeclaredComplete(frozenset({"medications", "transfusions"}), frozenset({"dic", "ttp"}))
    assert complete.assuming(()) == complete


def test_coverage(tables):
    tables["measurements"] = pd.concat([tables["measurements"]] * 2)
    coverage = read(tables).coverage().set_index(["table", "analyte"])
    assert coverage.loc[("patients", ""), ["rows", "patients", "share"]].tolist() == [2, 2, 1.0]
    whole = coverage.loc[("measurements", "")]
    assert whole[["rows", "patients", "first_day", "last_day", "warnings"]].tolist() == [3, 2, 18293, 18444, 3]
    platelets = coverage.loc[("measurements", "platelets")]
    assert platelets[["captured", "rows", "patients", "share", "units"]].tolist() == [True, 1, 1, 0.5, "10*9/L: 2"]
    assert not coverage.loc[("measurements", "ldh"), "captured"]
    assert coverage.loc[("measurements", "ldh"), "rows"] == 0
    assert coverage.loc[("transfusions", ""), "patients"] == 1


def test_fingerprint_depends_on_content_alone(tables):
    first = read(tables).fingerprint
    turned = {name: table.iloc[::-1, ::-1] for name, table in tables.items()}
    assert read(turned).fingerprint == first
    tables["measurements"].loc[0, "unit"] = "K/uL"
    assert read(tables).fingerprint == first


CHANGES = [
    ("patients", "sex", "unknown"), ("patients", "patient_id", "7"), ("transplants", "transplant_date",
     "2020-01-02"),
    ("measurements", "value", "151"), ("measurements", "upper_limit", "401"), ("medications", "dose", "2"),
    ("conditions", "detail", "refractory"), ("adjudications", "verdict", "FAIL"),
    ("disease_status", "date", "2020-02-02"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "cell"), CHANGES)
def test_fingerprint_changes_with_any_cell(tables, table, column, cell):
    first = read(tables).fingerprint
    for name, other in tables.items():
        if column == "patient_id" and name != table:
            tables[name] = other.replace({"patient_id": {"007": cell}})
    tables[table].loc[0, column] = cell
    assert read(tables).fingerprint != first


def test_fingerprint_knows_captured_from_empty(tables):
    empty = read({**tables, "transfusions": tables["transfusions"].iloc[:0]}).fingerprint
    del tables["transfusions"]
    assert read(tables).fingerprint != empty


@pytest.mark.parametrize("patient", ["007", "B2"])
def test_selection_reads_as_if_the_others_were_not_there(tables, patient):
    """Completeness, warnings and captured tables stay those of the whole."""
    extract = read(tables)
    alone = read({name: table[table["patient_id"] == patient] for name, table in tables.items()})
    selected = extract.select([patient])
    for name in ("patients", "transplants", "medications", "transfusions", "conditions", "adjudications"):
        left, right = getattr(selected, name), getattr(alone, name)
        pd.testing.assert_frame_equal(left, right, check_categorical=False, check_dtype=False)
    for analyte in ("platelets", "hemoglobin", "dat"):
        left, right = selected.series(analyte), alone.series(analyte)
        assert left.offsets.tolist() == right.offsets.tolist()
        assert (left.day.tolist(), left.value.tolist()) == (right.day.tolist(), right.value.tolist())
    assert selected.captured == extract.captured


def test_selecting_all_changes_nothing(tables):
    extract = read(tables)
    assert extract.select(["B2", "007"]).fingerprint == extract.fingerprint


def test_selecting_a_patient_who_is_not_there(tables):
    with pytest.raises(ExtractError, match=r'no patient "b2" with an allogeneic transplant \(did you mean B2\?\)'):
        read(tables).select(["b2"])


FRAMES = {
    "patients": ("death", 0.0), "transplants": ("day", 10), "medications": ("dose", 9.0), "transfusions": ("day", 10),
    "disease_status": ("status", None), "conditions": ("grade", 4.0), "adjudications": ("verdict", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", FRAMES)
def test_what_is_written_to_a_frame_changes_the_extract_nowhere(tables, name):
    extract, (column, value) = read(tables), FRAMES[name]
    frame = getattr(extract, name)
    frame.loc[:, column] = value
    del frame["patient_id" if name == "patients" else "patient"]
    assert extract.fingerprint == read(tables).fingerprint
    pd.testing.assert_frame_equal(getattr(extract, name), getattr(read(tables), name))
    assert frame[column].to_list() != getattr(extract, name)[column].to_list()


def test_what_is_written_to_a_frame_changes_no_outcome(tables):
    outcome = evaluate(read(tables), load_protocol())
    expected = outcome.patients["status"].tolist()
    for frame, column, value in (
        (outcome.patients, "status", "x"), (outcome.transplants, "status", "x"),
        (outcome.extract.patients, "death", 0.0),
    ):  # fmt: skip
        frame.loc[:, column] = value
    assert outcome.patients["status"].tolist() == outcome.transplants["status"].tolist() == expected
    assert evaluate(outcome.extract, load_protocol()).patients.equals(outcome.patients)
