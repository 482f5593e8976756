"""Section 1: when a condition is active, and when a drug is given."""

import pytest
from spec.cytopenias import aiha, conditions, itp, prca
from spec.patient import FAIL, PASS, UNKNOWN, criterion

no_ta_tma = criterion("no_ta_tma")
no_uncontrolled_condition = criterion("no_uncontrolled_condition")
maintenance_therapy = criterion("maintenance_therapy")

WITHHELD = {"sponsor_agreement": "withheld"}


def test_both_ends_are_active_days():
    """start ≤ d ≤ end, and a condition of one day is active on it."""
    no_ta_tma(conditions("50..80 | ta_tma"), {49: PASS, "50..80": FAIL, 81: PASS})
    no_ta_tma(conditions("50 | ta_tma"), {49: PASS, 50: FAIL, 51: PASS})


def test_without_an_end_it_stays_active():
    """To the last observed day; also from before day 0."""
    no_ta_tma(conditions("50.. | ta_tma"), {49: PASS, "50..": FAIL})
    no_ta_tma(conditions("-400.. | ta_tma"), {"..": FAIL})


def test_an_acute_condition_without_an_end():
    """Active for 90 days from its start, start … start+89; after that unknown."""
    patient = conditions("50.. | uncontrolled_infection")
    no_uncontrolled_condition(patient, {49: PASS, "50..139": FAIL, "140..": UNKNOWN})
    no_uncontrolled_condition(patient, {"50..59": FAIL, "60..": UNKNOWN}, open_condition_days=10)
    no_uncontrolled_condition(conditions("-60.. | uncontrolled_infection"), {"0..29": FAIL, "30..": UNKNOWN})


def test_an_acute_condition_with_an_end():
    """Over after it, and active until it within the 90 days."""
    patient = conditions("50..80 | uncontrolled_infection")
    no_uncontrolled_condition(patient, {49: PASS, "50..80": FAIL, "81..": PASS})


def test_an_end_is_not_known_before_its_day():
    """Knowing only what was recorded by the day, an infection of 120 days looks open-ended until its end."""
    patient = conditions("50..170 | uncontrolled_infection")
    no_uncontrolled_condition(patient, {"50..139": FAIL, "140..169": UNKNOWN, 170: FAIL, "171..": PASS})


THE_OTHER_CAUSES = {"absent_diagnosis": "ignored", "dat_negative_aiha": "included"}


@pytest.mark.parametrize(
    ("name", "component", "patient"),
    [
        ("dic", "itp", itp()),
        ("hit", "itp", itp()),
        ("infection_thrombocytopenia", "itp", itp()),
        ("drug_induced_thrombocytopenia", "itp", itp()),
        ("sinusoidal_obstruction", "itp", itp()),
        ("bleeding", "prca", prca()),
        ("drug_induced_hemolysis", "aiha", aiha(dat="90 | negative")),
        ("transfusion_reaction", "aiha", aiha(dat="90 | negative")),
    ],
)
def test_the_acute_conditions(name: str, component: str, patient: str):
    """The default list, as causes of a cytopenia of day 90: begun on day 1 active, on day 0 unknown."""
    is_active = criterion(f"immune_cytopenia.{component}")
    is_active(patient + conditions(f"1.. | {name}"), {90: FAIL}, **THE_OTHER_CAUSES)
    is_active(patient + conditions(f"0.. | {name}"), {90: UNKNOWN}, **THE_OTHER_CAUSES)


def test_an_acute_pregnancy_and_any_condition_made_acute():
    """`acute_conditions` is a list like any other; what is not in it stays active."""
    criterion("immune_cytopenia.itp")(
        itp() + conditions("0.. | dic"), {"..": FAIL}, acute_conditions=["pregnant"]
    )
    woman = "patients:\nsex\nfemale\n\n"
    criterion("not_pregnant")(woman + conditions("0.. | pregnant"), {"0..89": FAIL, "90..": UNKNOWN})
    no_ta_tma(conditions("0.. | ta_tma"), {"0..89": FAIL, "90..": UNKNOWN}, acute_conditions=["ta_tma"])


def test_several_rows_of_one_condition():
    """Active on the days of any; a row that is surely active wins over one that is unknown."""
    patient = conditions("20.. | uncontrolled_infection", "150..160 | uncontrolled_infection")
    no_uncontrolled_condition(
        patient, {"20..109": FAIL, "110..149": UNKNOWN, "150..160": FAIL, "161..": UNKNOWN}
    )


def test_ever():
    """From the start on, whatever the end."""
    criterion("hiv")(conditions("50..60 | hiv"), {49: PASS, "50..": FAIL})


def drug(days: str, dose: str) -> str:
    return f"medications:\ndays | drug | dose\n{days} | sorafenib | {dose}"


def test_a_drug_is_given_from_start_to_end():
    """Both included; without an end to last contact; without /day in its unit on the start day only."""
    maintenance_therapy(drug("50..60", "400 mg/day"), {49: PASS, "50..60": FAIL, 61: PASS}, **WITHHELD)
    maintenance_therapy(drug("50..", "400 mg/day"), {49: PASS, "50..": FAIL}, **WITHHELD)
    maintenance_therapy(drug("50..", "400 mg"), {49: PASS, 50: FAIL, "51..": PASS}, **WITHHELD)
    maintenance_therapy(drug("50", "400 mg"), {49: PASS, 50: FAIL, "51..": PASS}, **WITHHELD)
    maintenance_therapy(drug("-50..5", "400 mg/day"), {"0..5": FAIL, "6..": PASS}, **WITHHELD)


def test_a_drug_without_a_unit():
    """Covers its days: an empty unit is no unit without /day."""
    maintenance_therapy(drug("50..60", ""), {49: PASS, "50..60": FAIL, 61: PASS}, **WITHHELD)
