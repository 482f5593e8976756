"""I6a: at best a minimal response to 7 days or more of prednisone-equivalent 1 mg/kg/day or more."""

import pytest
from spec.cytopenias import itp, medications
from spec.patient import COMPLETE, FAIL, PASS, UNKNOWN, criterion

refractory = criterion("incomplete_response.refractory")

NO_MEDICATIONS = [name for name in COMPLETE if name != "medications"]
WEIGHT = "day | weight\n-500 | 70\n\n"


def test_seven_days():
    """PASS from the seventh day of the dose on, and after it has ended; six days are not enough."""
    refractory(itp() + medications("100..106 | prednisone | 1 mg/kg/day |"), {"0..105": FAIL, "106..": PASS})
    refractory(itp() + medications("100..105 | prednisone | 1 mg/kg/day |"), {"..": FAIL})
    refractory(
        itp() + medications("100..105 | prednisone | 1 mg/kg/day |"),
        {"0..104": FAIL, "105..": PASS},
        refractory_steroid_days=6,
    )


def test_days_in_a_row():
    """A day off, or at less, starts the count anew."""
    patient = itp() + medications(
        "100..105 | prednisone | 1 mg/kg/day |", "107..115 | prednisone | 1 mg/kg/day |"
    )
    refractory(patient, {"0..112": FAIL, "113..": PASS})
    patient = itp() + medications(
        "100..105 | prednisone | 1 mg/kg/day |",
        "106 | prednisone | 0.5 mg/kg/day |",
        "107..112 | prednisone | 1 mg/kg/day |",
    )
    refractory(patient, {"..": FAIL})


def test_within_the_episode():
    """Days before the onset day 90 do not count: from day 85 to 95 six do, to 96 seven."""
    refractory(itp() + medications("85..95 | prednisone | 1 mg/kg/day |"), {"..": FAIL})
    refractory(itp() + medications("85..96 | prednisone | 1 mg/kg/day |"), {"0..95": FAIL, "96..": PASS})


@pytest.mark.parametrize(
    ("dose", "verdict"),
    [
        ("prednisone | 0.95 mg/kg/day", PASS),  # the tolerance of 5 %
        ("prednisone | 0.94 mg/kg/day", FAIL),
        ("prednisone | 66.5 mg/day", PASS),  # of 70 kg
        ("prednisone | 66 mg/day", FAIL),
        ("prednisone | 0.07 g/day", PASS),
        ("prednisone | 70000 mcg/day", PASS),
        ("prednisolone | 1 mg/kg/day", PASS),
        ("methylprednisolone | 0.76 mg/kg/day", PASS),  # × 1.25
        ("methylprednisolone | 0.75 mg/kg/day", FAIL),
        ("dexamethasone | 10 mg/day", PASS),  # × 6.6667 are 66.7 mg
        ("dexamethasone | 9.9 mg/day", FAIL),
        ("hydrocortisone | 3.8 mg/kg/day", PASS),  # × 0.25
        ("hydrocortisone | 3.7 mg/kg/day", FAIL),
        ("budesonide | 9 mg/kg/day", FAIL),  # acts in the gut
        ("eltrombopag | 75 mg/day", FAIL),  # no steroid
    ],
)
def test_prednisone_equivalent(dose: str, verdict: str):
    """Dose × factor ÷ weight, the latest weight however old; the threshold is met to within 5 %."""
    patient = itp() + WEIGHT + medications(f"100..106 | {dose} |")
    refractory(patient, {"0..105": FAIL, 106: verdict})


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ("prednisone | 1 mg/kg/day | oral | gvhd", PASS),
        ("prednisone | 1 mg/kg/day | intravenous |", PASS),
        ("prednisone | 1 mg/kg/day | | other", PASS),
        ("prednisone | 1 mg/kg/day | topical |", FAIL),
        ("prednisone | 1 mg/kg/day | inhaled |", FAIL),
        ("prednisone | 1 mg/kg/day | oral | premedication", FAIL),
    ],
)
def test_what_counts_as_systemic(row: str, verdict: str):
    """Topical and inhaled steroids and premedication do not count; steroids for GVHD do."""
    patient = itp() + f"medications:\ndays | drug | dose | route | purpose\n100..106 | {row}"
    refractory(patient, {106: verdict})


def test_drugs_of_one_day_add_up():
    """The sum over all systemic corticosteroids of the day."""
    patient = itp() + medications(
        "100..106 | prednisone | 0.5 mg/kg/day |", "98..110 | methylprednisolone | 0.4 mg/kg/day |"
    )
    refractory(patient, {"0..105": FAIL, "106..": PASS})


def test_single_administrations():
    """A unit without /day is the amount of one day: seven such rows make a week, one makes a day."""
    daily = medications(*(f"{day} | prednisone | 1 mg/kg |" for day in range(100, 107)))
    refractory(itp() + daily, {105: FAIL, 106: PASS})
    refractory(itp() + medications("100 | prednisone | 7 mg/kg |"), {"..": FAIL})


def test_the_weight_of_the_day():
    """The latest up to the day, the mean of several: 70 mg are enough for 70 kg, not for 80."""
    dose = medications("100..120 | prednisone | 70 mg/day |")
    refractory(itp() + "day | weight\n50 | 80\n104 | 70\n\n" + dose, {"0..109": FAIL, "110..": PASS})
    refractory(itp() + "day | weight\n50 | 60\n50 | 80\n\n" + dose, {"0..105": FAIL, "106..": PASS})


def test_a_dose_that_cannot_be_computed():
    """No weight, no dose, or a dose per m²: unknown, unless what is known reaches the threshold."""
    for dose in ("70 mg/day", "mg/kg/day", "40 mg/m2/day"):
        patient = itp() + medications(f"100..106 | prednisone | {dose} |")
        refractory(patient, {"0..105": FAIL, "106..": UNKNOWN})
    patient = itp() + medications(
        "100..106 | prednisone | mg/day |", "100..106 | dexamethasone | 0.2 mg/kg/day |"
    )
    refractory(patient, {"0..105": FAIL, "106..": PASS})
    # a weight that comes later is not known before
    patient = itp() + medications("100..120 | prednisone | 70 mg/day |") + "day | weight\n110 | 70"
    refractory(patient, {"106..115": UNKNOWN, "116..": PASS})


def test_medications_that_are_not_complete():
    """A day without a row is unknown, so from the seventh day of the episode on nothing fails."""
    refractory(itp(), {"0..95": FAIL, "96..": UNKNOWN}, complete=NO_MEDICATIONS)
    refractory(itp(), {"0..95": FAIL, "96..": UNKNOWN}, missing=["medications"])
    dose = medications("100..106 | prednisone | 1 mg/kg/day |")
    refractory(itp() + dose, {"96..105": UNKNOWN, "106..": PASS}, complete=NO_MEDICATIONS)
    # a low dose that is on file every week leaves no room for seven days
    low = medications(*(f"{day} | prednisone | 0.1 mg/kg/day |" for day in range(90, 366, 7)))
    refractory(itp() + low, {"..": FAIL}, complete=NO_MEDICATIONS)


def test_a_full_dose_in_mg():
    """`steroid_full_dose_mg`: so many mg of prednisone count as 1 mg/kg whatever the weight."""
    for dose, verdict in (("80 mg/day", PASS), ("76 mg/day", PASS), ("75 mg/day", FAIL)):
        patient = itp() + "day | weight\n0 | 120\n\n" + medications(f"100..106 | prednisone | {dose} |")
        refractory(patient, {106: FAIL})
        refractory(patient, {106: verdict}, steroid_full_dose_mg=80)
    # even where there is no weight
    patient = itp() + medications("100..106 | prednisone | 80 mg/day |")
    refractory(patient, {106: UNKNOWN})
    refractory(patient, {106: PASS}, steroid_full_dose_mg=80)


def test_its_parameters():
    """Dose and tolerance."""
    patient = itp() + medications("100..106 | prednisone | 0.8 mg/kg/day |")
    refractory(patient, {106: FAIL})
    refractory(patient, {106: PASS}, refractory_steroid_dose=0.8)
    refractory(patient, {106: PASS}, steroid_dose_tolerance=0.2)
    refractory(patient, {106: FAIL}, steroid_dose_tolerance=0.19)


def test_corticosteroids_that_are_not_counted():
    """`uncounted_corticosteroids` (budesonide) are no systemic dose, by any route; the list can be amended."""
    pulses = itp() + medications("100..106 | dexamethasone | 0.5 mg/kg/day |")
    refractory(pulses, {106: PASS})
    refractory(pulses, {106: FAIL}, uncounted_corticosteroids=["budesonide", "dexamethasone"])


def test_a_response_that_comes_later_ends_it():
    """At best a minimal response is asked of the day: more than that ends it while it lasts."""
    patient = (
        itp().replace("90..365 by 5", "90..145 by 5")
        + "day | platelets\n150..180 by 5 | 60\n185..365 by 5 | 15"
    )
    patient += medications("100..106 | prednisone | 1 mg/kg/day |")
    refractory(patient, {"106..149": PASS, "150..184": FAIL, "185..": PASS})
