"""Section 1: chart reviews of the site override the computed verdict on the days they cover."""

import pytest
from spec.cytopenias import itp, medications, thrombocytopenia
from spec.patient import FAIL, PASS, UNKNOWN, criterion

adult = criterion("adult")
is_itp = criterion("immune_cytopenia.itp")
immune_cytopenia = criterion("immune_cytopenia")
refractory = criterion("incomplete_response.refractory")
incomplete_response = criterion("incomplete_response")

HEALTHY = """
    day          | neutrophils | hemoglobin | platelets
     0..365 by 5 | 2.0         | 13         | 150

    """


def review(*rows: str) -> str:
    return "\n\nadjudications:\ndays | criterion | verdict\n" + "\n".join(rows) + "\n\n"


@pytest.mark.parametrize("verdict", [PASS, FAIL, UNKNOWN])
def test_any_criterion(verdict: str):
    """On its days, both ends included; PASS, FAIL and UNKNOWN alike."""
    for name in ("adult", "hiv", "consent", "no_relapse", "gvhd_controlled", "investigational_washout"):
        criterion(name)(review(f"50..60 | {name} | {verdict}"), {49: PASS, "50..60": verdict, 61: PASS})


def test_without_an_end():
    """From its start to the last day; from before day 0 too."""
    adult(review("50.. | adult | FAIL"), {49: PASS, "50..": FAIL})
    adult(review("-90.. | adult | FAIL"), {"..": FAIL})


def test_a_review_of_an_earlier_graft():
    """Does not count for a later one, though its days reach into it."""
    patient = "transplants:\nday | type\n0 | allogeneic\n100 | allogeneic\n\n"
    adult(patient + review("50..200 | adult | FAIL"), {49: PASS, "50..": FAIL}, transplant=1)
    adult(patient + review("50..200 | adult | FAIL"), {"..": PASS}, transplant=2)
    adult(patient + review("99.. | adult | FAIL"), {"..": PASS}, transplant=2)
    adult(patient + review("100..200 | adult | FAIL"), {"0..100": FAIL, "101..": PASS}, transplant=2)


def test_the_latest_start_wins():
    """Whatever its verdict; after its end the earlier row speaks again."""
    adult(
        review("40..80 | adult | FAIL", "50..60 | adult | PASS", "55..58 | adult | UNKNOWN"),
        {39: PASS, "40..49": FAIL, "50..54": PASS, "55..58": UNKNOWN, "59..60": PASS, "61..80": FAIL, 81: PASS},
    )


def test_then_the_worse_verdict():
    """Of rows with one start: FAIL before UNKNOWN before PASS."""
    adult(review("50..60 | adult | PASS", "50..55 | adult | UNKNOWN"), {"50..55": UNKNOWN, "56..60": PASS})
    adult(review("50..60 | adult | UNKNOWN", "50..60 | adult | FAIL"), {"50..60": FAIL})


def test_a_component_of_the_cytopenia():
    """Replaces its active verdict on those days, and with it that of the criterion."""
    patient = HEALTHY + review("60..70 | immune_cytopenia.itp | PASS")
    is_itp(patient, {59: FAIL, "60..70": PASS, 71: FAIL})
    immune_cytopenia(patient, {59: FAIL, "60..70": PASS, 71: FAIL})
    criterion("immune_cytopenia.aiha")(patient, {"..": FAIL})
    is_itp(itp() + review("120..130 | immune_cytopenia.itp | FAIL"), {"90..119": PASS, "120..130": FAIL, "131..": PASS})


def test_the_criterion_alone():
    """An adjudicated criterion leaves its components as they are, and the response to treatment with them."""
    patient = HEALTHY + review("60..70 | immune_cytopenia | PASS")
    immune_cytopenia(patient, {59: FAIL, "60..70": PASS, 71: FAIL})
    is_itp(patient, {"..": FAIL})
    dose = medications("62..68 | prednisone | 1 mg/kg/day |")
    incomplete_response(patient + dose, {"..": FAIL})


@pytest.mark.parametrize(("last", "verdict"), [(59, FAIL), (60, PASS)])
def test_its_start_is_the_onset(last: int, verdict: str):
    """Seven days at 1 mg/kg/day that ended before day 60 are no treatment of it, those that reach it are."""
    patient = HEALTHY.replace("150", "15")
    patient += review("60..90 | immune_cytopenia.itp | PASS")
    patient += medications(f"50..{last} | prednisone | 1 mg/kg/day |")
    refractory(patient, {"0..59": FAIL, "60..90": verdict, "91..": FAIL})


@pytest.mark.parametrize(("last", "verdict"), [(-1, FAIL), (0, PASS)])
def test_a_start_before_day_0(last: int, verdict: str):
    """The onset is day 0 at the earliest."""
    patient = HEALTHY.replace("150", "15")
    patient += review("-30..90 | immune_cytopenia.itp | PASS")
    patient += medications(f"-10..{last} | prednisone | 1 mg/kg/day |")
    refractory(patient, {"0..90": verdict, "91..": FAIL})


def test_it_is_no_event_of_a_spell():
    """Spells and the first onset are computed without reviews: one of FAIL ends none, one of PASS opens none."""
    patient = thrombocytopenia("90 | 15")
    is_itp(patient + review("90..100 | immune_cytopenia.itp | FAIL"), {"90..100": FAIL, "101..145": PASS})
    is_itp(patient + review("145.. | immune_cytopenia.itp | FAIL"), {"90..144": PASS, "145..": FAIL})
    patient = HEALTHY + review("60 | immune_cytopenia.itp | PASS") + medications("60..70 | prednisone | 1 mg/kg/day |")
    is_itp(patient, {59: FAIL, 60: PASS, "61..": FAIL})


def test_its_start_is_the_first_onset_too():
    """Lines of an episode before do not count on the reviewed days, and count again after them."""
    two_lines = criterion("incomplete_response.two_lines")
    patient = itp() + medications("92..100 | danazol | 400 mg/day |", "110..120 | eltrombopag | 50 mg/day |")
    two_lines(patient, {"0..123": FAIL, "124..": PASS})
    reviewed = patient + review("150..180 | immune_cytopenia.itp | PASS")
    two_lines(reviewed, {"124..149": PASS, "150..180": FAIL, "181..": PASS})


def test_a_review_that_leaves_it_open():
    """UNKNOWN is carried to the response."""
    patient = HEALTHY.replace("150", "15") + review("60..90 | immune_cytopenia.itp | UNKNOWN")
    refractory(patient + medications("60..90 | prednisone | 1 mg/kg/day |"), {65: FAIL, "66..90": UNKNOWN, 91: FAIL})


def test_an_engraftment_that_was_reviewed():
    """Reaches neither gate nor baseline of the cytopenias, which read the computed verdict."""
    patient = itp() + review("0.. | platelet_engraftment | FAIL")
    criterion("platelet_engraftment")(patient, {"..": FAIL})
    is_itp(patient, {89: FAIL, "90..": PASS})
