"""E9: at least 14 days, or 5 half-lives if longer, since the last dose of an investigational drug."""

import pytest
from spec.patient import FAIL, PASS, UNKNOWN, criterion

investigational_washout = criterion("investigational_washout")


def trial_drug(*rows: str) -> str:
    return "medications:\ndays | drug | dose | purpose | half_life_days\n" + "\n".join(rows)


def test_fourteen_days_after_a_short_half_life():
    """Ruxolitinib is gone in hours; its last day given is 60, so day 73 is too early and 74 is not."""
    patient = trial_drug("50..60 | ruxolitinib | 10 mg/day | investigational |")
    investigational_washout(patient, {49: PASS, "50..73": FAIL, "74..": PASS})


def test_five_half_lives_if_longer():
    """Gilteritinib: 5 × 113 h are 23.5 days, so 24 are needed; isatuximab: 5 × 28 days are 140."""
    patient = trial_drug("50..60 | gilteritinib | 120 mg/day | investigational |")
    investigational_washout(patient, {"50..83": FAIL, "84..": PASS})
    patient = trial_drug("50 | isatuximab | 700 mg | investigational |")
    investigational_washout(patient, {"50..189": FAIL, "190..": PASS})


def test_the_rows_own_half_life_comes_first():
    """10 days make 50; for a drug in the table as for one that is not."""
    for drug in ("ruxolitinib", "study_drug"):
        patient = trial_drug(f"50..60 | {drug} | 10 mg/day | investigational | 10")
        investigational_washout(patient, {"50..109": FAIL, "110..": PASS})
    # exactly 14 days: 5 × 2.8, whatever the rounding of the product
    patient = trial_drug("50..60 | study_drug | 10 mg/day | investigational | 2.8")
    investigational_washout(patient, {"50..73": FAIL, "74..": PASS})


def test_an_unknown_half_life():
    """FAIL under 14 days, PASS from 140, unknown between."""
    patient = trial_drug("50..60 | study_drug | 10 mg/day | investigational |")
    investigational_washout(patient, {"50..73": FAIL, "74..199": UNKNOWN, "200..": PASS})


def test_an_unknown_half_life_without_least_days():
    """With no least number of days nothing is too early, yet five half-lives of today's dose are not over."""
    patient = trial_drug("50..60 | study_drug | 10 mg/day | investigational |")
    investigational_washout(patient, {49: PASS, "50..199": UNKNOWN, "200..": PASS}, washout_days_min=0)


def test_a_drug_that_is_still_given():
    """The last day given is today."""
    investigational_washout(trial_drug("50.. | ruxolitinib | 10 mg/day | investigational |"), {49: PASS, "50..": FAIL})


def test_a_single_dose_is_given_on_its_day_only():
    """A unit without /day is one administration."""
    patient = trial_drug("50 | ruxolitinib | 10 mg | investigational |")
    investigational_washout(patient, {"50..63": FAIL, "64..": PASS})


def test_every_row_counts():
    """AND over the rows; also a row before day 0."""
    patient = trial_drug(
        "-10..-5 | ruxolitinib | 10 mg/day | investigational |",
        "50..60 | ruxolitinib | 10 mg/day | investigational |",
        "55 | study_drug | 10 mg | investigational |",
    )
    investigational_washout(patient, {"0..8": FAIL, "9..49": PASS, "50..73": FAIL, "74..194": UNKNOWN, "195..": PASS})


@pytest.mark.parametrize("purpose", ["", "relapse_prevention", "other"])
def test_other_purposes_need_no_washout(purpose: str):
    """Only rows of purpose investigational count, whatever the drug."""
    patient = trial_drug(f"50..60 | isatuximab | 10 mg/day | {purpose} |")
    investigational_washout(patient, {"..": PASS})


def test_medications_that_are_not_complete():
    """AND with unknown: what is on file can only fail."""
    patient = trial_drug("50..60 | ruxolitinib | 10 mg/day | investigational |")
    investigational_washout(patient, {49: UNKNOWN, "50..73": FAIL, "74..": UNKNOWN}, complete=())
    investigational_washout("", {"..": UNKNOWN}, missing=["medications"])


@pytest.mark.parametrize(("agreement", "verdict"), [("granted", PASS), ("withheld", FAIL), ("open", UNKNOWN)])
def test_the_exception_for_aggressive_disease(agreement: str, verdict: str):
    """With the waiver a FAIL becomes the sponsor's answer; an UNKNOWN stays."""
    patient = trial_drug("50..60 | study_drug | 10 mg/day | investigational |")
    investigational_washout(
        patient,
        {49: PASS, "50..73": verdict, "74..199": UNKNOWN, "200..": PASS},
        washout_waiver="sponsor_agreement",
        sponsor_agreement=agreement,
    )
    investigational_washout(patient, {"50..73": FAIL}, sponsor_agreement=agreement)


def test_its_parameters():
    """The days, the half-lives and the days for an unknown half-life can be amended."""
    known = trial_drug("50 | gilteritinib | 120 mg | investigational |")
    investigational_washout(known, {"50..79": FAIL, "80..": PASS}, washout_days_min=30)
    investigational_washout(known, {"50..64": FAIL, "65..": PASS}, washout_half_lives=3)  # 14.1 days
    unknown = trial_drug("50 | study_drug | 10 mg | investigational |")
    investigational_washout(unknown, {"64..79": UNKNOWN, "80..": PASS}, washout_unknown_days=30)
