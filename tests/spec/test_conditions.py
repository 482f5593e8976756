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


def test_any_condition_made_acute():
    """`acute_conditions` is a list like any other; what is not in it stays active."""
    criterion("immune_cytopenia.itp")(itp() + conditions("0.. | dic"), {"..": FAIL}, acute_conditions=["hit"])
    no_ta_tma(conditions("0.. | ta_tma"), {"0..89": FAIL, "90..": UNKNOWN}, acute_conditions=["ta_tma"])


def test_several_rows_of_one_condition():
    """Active on the days of any; a row that is surely active wins over one that is unknown."""
    patient = conditions("20.. | uncontrolled_infection", "150..160 | uncontrolled_infection")
    no_uncontrolled_condition(patient, {"20..109": FAIL, "110..149": UNKNOWN, "150..160": FAIL, "161..": UNKNOWN})


def test_ever():
    """From the start on, whatever the end."""
    criterion("hiv")(conditions("50..60 | hiv"), {49: PASS, "50..": FAIL})


TWO_GRAFTS = """
    transplants:
    day | type
      0 | allogeneic
    100 | allogeneic
    """


def test_a_condition_of_a_graft_ends_with_it():
    """Begun before the day 0 of a later transplant it is over by then, also where it has a later end of its own."""
    for days in ("50..", "99..", "50..150"):
        patient = TWO_GRAFTS + conditions(f"{days} | ta_tma")
        no_ta_tma(patient, {"..": PASS}, transplant=2)
    no_ta_tma(TWO_GRAFTS + conditions("50..150 | ta_tma"), {"0..49": PASS, "50..": FAIL}, transplant=1)
    no_ta_tma(TWO_GRAFTS + conditions("100..150 | ta_tma"), {"0..50": FAIL, "51..": PASS}, transplant=2)


def test_a_condition_from_before_the_first_graft():
    """Belongs to no graft, so the first one does not end it."""
    patient = TWO_GRAFTS + conditions("-50.. | ta_tma")
    no_ta_tma(patient, {"..": FAIL}, transplant=1)
    no_ta_tma(patient, {"..": PASS}, transplant=2)


def test_other_infusions_are_no_later_graft():
    """A boost, donor lymphocytes or an autologous transplant end nothing."""
    for kind in ("boost", "donor_lymphocytes", "autologous"):
        patient = f"transplants:\nday | type\n0 | allogeneic\n70 | {kind}\n\n"
        no_ta_tma(patient + conditions("50.. | ta_tma"), {49: PASS, "50..": FAIL})


def test_conditions_that_are_not_bound_to_a_graft():
    """Go on; an acute one counts its days from its own start. `graft_bound_conditions` can be amended."""
    infection = TWO_GRAFTS + conditions("50.. | uncontrolled_infection")
    no_uncontrolled_condition(infection, {"0..39": FAIL, "40..": UNKNOWN}, transplant=2)
    no_uncontrolled_condition(infection, {"..": PASS}, transplant=2, graft_bound_conditions=["uncontrolled_infection"])
    tma = TWO_GRAFTS + conditions("50..150 | ta_tma")
    no_ta_tma(tma, {"0..50": FAIL, "51..": PASS}, transplant=2, graft_bound_conditions=["aiha"])


def test_ever_is_not_bound_to_a_graft():
    """What was recorded ever was recorded, whatever the list says."""
    patient = TWO_GRAFTS + conditions("50..60 | hiv")
    criterion("hiv")(patient, {"..": FAIL}, transplant=2, graft_bound_conditions=["hiv"])


def test_the_last_transplant_alone_has_earlier_ones():
    """`index_transplant: last` observes one transplant, which is a later one all the same."""
    no_ta_tma(TWO_GRAFTS + conditions("50.. | ta_tma"), {"..": PASS}, index_transplant="last")


def drug(days: str, dose: str) -> str:
    return f"medications:\ndays | drug | dose\n{days} | sorafenib | {dose}"


def test_a_drug_is_given_from_start_to_end():
    """Both included; without an end to last contact; without /day in its unit on the start day only."""
    maintenance_therapy(drug("50..60", "400 mg/day"), {49: PASS, "50..60": FAIL, 61: PASS}, **WITHHELD)
    maintenance_therapy(drug("50..", "400 mg/day"), {49: PASS, "50..": FAIL}, **WITHHELD)
    maintenance_therapy(drug("50..", "400 mg"), {49: PASS, 50: FAIL, "51..": PASS}, **WITHHELD)
    maintenance_therapy(drug("50", "400 mg"), {49: PASS, 50: FAIL, "51..": PASS}, **WITHHELD)
    maintenance_therapy(drug("-50..5", "400 mg/day"), {"0..5": FAIL, "6..": PASS}, **WITHHELD)


def test_a_dose_of_0_was_not_given():
    """Its row is left out: no dose, no day given; an empty dose was given in an unknown amount."""
    for dose in ("0 mg/day", "0.0 mg"):
        maintenance_therapy(drug("50..50", dose), {"..": PASS}, **WITHHELD)
    maintenance_therapy(drug("50..60", "0.001 mg/day"), {49: PASS, "50..60": FAIL, 61: PASS}, **WITHHELD)
    maintenance_therapy(drug("50..60", "mg/day"), {49: PASS, "50..60": FAIL, 61: PASS}, **WITHHELD)


def test_a_transfusion_of_0_units_was_not_given():
    """Two units support the platelets, none do not; an empty cell is a transfusion."""
    engraftment = criterion("platelet_engraftment")
    counts = "day | platelets\n10 | 5\n20..26 | 40\n\n"
    for units, verdict in (("0", PASS), ("1", FAIL), ("", FAIL)):
        transfusion = f"transfusions:\nday | product | units\n19 | platelets | {units}"
        engraftment(counts + transfusion, {22: verdict})


def test_a_drug_without_a_unit():
    """Covers its days: an empty unit is no unit without /day."""
    maintenance_therapy(drug("50..60", ""), {49: PASS, "50..60": FAIL, 61: PASS}, **WITHHELD)
