"""What a cell of a notebook shows of a value: one short line that says what it is, and no row of a patient."""

from dataclasses import replace

import pytest
from unit.cohorts import PROTOCOL, bare, eight, eight_extract

import postgraft as pg
from postgraft.analysis.patient_record import PatientRecord

LATER = {"name": "later", "set": {"days_since_transplant_min": 60}}
UNDER = 'of "Eight" under "five criteria": 2 eligible, 2 possible of 7 patients>'


def named(extract, name):
    return replace(extract, contents=replace(extract.contents, manifest=replace(extract.contents.manifest, name=name)))


@pytest.fixture(scope="module")
def shown():
    """Values that hold frames or patients, each with its line."""
    extract, outcome = eight_extract(), eight()
    estimates = outcome.estimate(draws=2, seed=1)
    return [
        (extract, f'<Extract "Eight": 7 patients, 8 transplants, fingerprint {extract.fingerprint[:8]}>'),
        (outcome, f"<Outcome {UNDER}"),
        (outcome.observations, '<Observations of "Eight" under "five criteria": 8 transplants>'),
        (estimates, f"<Estimates {UNDER}"),
        (estimates.sensitivity, "<Sensitivity: 5 assumptions about 2 patients not ruled out, 2 draws, seed 1>"),
        (estimates.incidence(), '<Incidence by day of "eligible": 6 transplants from day 45 on>'),
        (PROTOCOL, '<Protocol "five criteria" of NCT05873205: 0 parameters changed, 18 of 23 criteria dropped>'),
        (pg.forecast(outcome), '<Forecast of "Eight" under the plan "shipped": 25 patients by 2026-06-29, 1 protocol>'),
        (
            pg.evaluate_readings(extract, PROTOCOL, pg.load_amendments([LATER])),
            "<Readings: base, strict, lenient; sponsor agreement granted, withheld, open; 1 amendment>",
        ),
        (PatientRecord(outcome, 0), "<Chart of transplant 1 of a patient: days 0 to 365, eligible>"),
    ]


def test_each_says_what_it_is_and_names_no_patient(shown):
    patients = eight_extract().patients["patient_id"]
    for value, line in shown:
        assert repr(value) == line
        assert not [name for name in patients if name in line]


def test_a_long_name_does_not_make_it_long():
    extract = named(eight_extract(), "a name that\x1b goes on " * 20)
    outcome = pg.evaluate(extract, PROTOCOL.amend(name="another " * 20, set=LATER["set"]))
    for value in (extract, outcome, outcome.observations, outcome.estimate(), pg.forecast(outcome)):
        assert len(repr(value)) < 200
        assert "a name that goes on a name that goes on…" in repr(value)


def test_of_nobody_there_is_a_line_too():
    outcome = pg.evaluate(bare(0), PROTOCOL)
    assert repr(outcome) == '<Outcome of "Bare" under "five criteria": 0 eligible, 0 possible of 0 patients>'
    assert repr(bare(0)).startswith('<Extract "Bare": 0 patients, 0 transplants, fingerprint ')


def test_what_an_extract_is_made_of_shows_no_row():
    assert len(repr(eight_extract().contents)) < 200
