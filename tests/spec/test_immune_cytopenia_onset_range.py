"""I6, the onset day: it is known only as a range, and what its two ends do not agree on is unknown."""

import pytest
from spec.cytopenias import anemia, conditions, itp, medications, thrombocytopenia
from spec.patient import COMPLETE, FAIL, PASS, UNKNOWN, criterion

is_itp = criterion("immune_cytopenia.itp")
refractory = criterion("incomplete_response.refractory")
dependent = criterion("incomplete_response.dependent")
two_lines = criterion("incomplete_response.two_lines")

OPEN = {"absent_diagnosis": "ignored"}
NEVER = {"..": FAIL}


def full_dose(first: int, last: int) -> str:
    return medications(f"{first}..{last} | prednisone | 1 mg/kg/day |")


# ---- the onset day, where it is known: seven days at 1 mg/kg/day count if the last of them is on or after it


@pytest.mark.parametrize(("last", "verdict"), [(89, FAIL), (90, PASS)])
def test_the_first_day_of_the_spell(last: int, verdict: str):
    """Low from day 90, with a marrow of that day; that of day 119 shows it as well."""
    refractory(itp() + full_dose(last - 6, last), {"0..89": FAIL, "90..": verdict})
    patient = itp(marrow="119 | normal") + full_dose(last - 6, last)
    refractory(patient, {"0..118": FAIL, "119..": verdict})


def test_low_counts_before_the_spell():
    """Platelets are low from day 90, but of another cause until day 97: the spell opens with the count of 100."""
    patient = itp() + conditions("80..97 | ttp")
    is_itp(patient, {"0..99": FAIL, "100..": PASS})
    refractory(patient + full_dose(93, 99), NEVER)
    refractory(patient + full_dose(94, 100), {"0..99": FAIL, "100..": PASS})


PROVEN_ON_200 = itp(marrow="200 | normal")  # low from day 90 on


def test_29_days_before_the_first_onset():
    """Without a diagnosis the onset fails until the marrow of day 200: the spell is old, the onset day is 171."""
    is_itp(PROVEN_ON_200, {"0..199": FAIL, "200..": PASS})
    refractory(PROVEN_ON_200 + full_dose(164, 170), NEVER)
    refractory(PROVEN_ON_200 + full_dose(165, 171), {"0..199": FAIL, "200..": PASS})
    refractory(PROVEN_ON_200 + full_dose(164, 170), {"200..": PASS}, workup_days=31)


def test_29_days_before_the_onset_of_an_anemia():
    """The same for hemoglobin: anemic from day 90, hemolysis on day 150, so the onset day is 121."""
    patient = anemia("90..200 by 5 | 7.5").replace("90 | positive", "150 | positive").replace("90 | 600", "150 | 600")
    refractory(patient + full_dose(114, 120), NEVER)
    refractory(patient + full_dose(115, 121), {"0..149": FAIL, "150..241": PASS, "256..": FAIL})


def test_each_spell_has_its_own():
    """What was given in the first spell is no treatment of the second, which opens on day 200."""
    patient = thrombocytopenia("90..95 by 5 | 15", "200..300 by 5 | 15", marrow="90 | normal\n200 | normal")
    refractory(patient + full_dose(92, 98), {"98..136": PASS, "200..": FAIL})
    refractory(patient + full_dose(193, 199), NEVER)
    refractory(patient + full_dose(194, 200), {"0..199": FAIL, "200..341": PASS})


# ---- a range


@pytest.mark.parametrize(("last", "from_200"), [(89, FAIL), (90, UNKNOWN), (150, UNKNOWN), (170, UNKNOWN), (171, PASS)])
def test_between_the_first_that_may_be_and_the_first_that_is(last: int, from_200: str):
    """The onset is unknown from day 90 and sure on day 200: the onset day lies between 90 and 171."""
    is_itp(PROVEN_ON_200, {"0..89": FAIL, "90..199": UNKNOWN, "200..": PASS}, **OPEN)
    before = FAIL if from_200 == FAIL else UNKNOWN
    expected = {"0..89": FAIL, f"{max(last, 90)}..199": before, "200..": from_200}
    refractory(PROVEN_ON_200 + full_dose(last - 6, last), expected, **OPEN)


@pytest.mark.parametrize(("last", "verdict"), [(89, FAIL), (90, UNKNOWN), (94, UNKNOWN), (95, PASS)])
def test_the_count_that_a_diagnosis_fills(last: int, verdict: str):
    """Whether other causes were absent on days 90 and 95 is not told; a diagnosis of day 100 fills day 95."""
    patient = itp().replace("90..365", "90..95") + conditions("100.. | itp") + full_dose(last - 6, last)
    captured = {"complete": ["transfusions", "medications"]}
    before = FAIL if verdict == FAIL else UNKNOWN
    refractory(patient, {"0..89": FAIL, "95..99": before, "100..136": verdict}, **captured)


def test_no_evidence_at_all():
    """Nobody counted: the onset day may be any since the transplant, so a run that reaches day 0 may count."""
    refractory(full_dose(-7, -1), NEVER)
    refractory(full_dose(-6, 0), {"0..27": FAIL, "28..": UNKNOWN})
    refractory("", NEVER)


# ---- what it decides


def test_the_nadir():
    """Counted from 13 days before the onset day: from it on only 25, but 5 on day 100 if the onset is early.

    40 from day 195 on is twice the nadir of 5, not of 25; 25 under steroids is a full response to 5 alone.
    """
    patient = PROVEN_ON_200.replace("90..365 by 5", "90..95 by 5")
    patient += "day | platelets\n100 | 5\n105..190 by 5 | 25\n195..365 by 5 | 40\n\n" + full_dose(180, 190)
    refractory(patient, {"0..199": FAIL, "200..250": PASS})  # onset day 171
    refractory(patient, {"0..185": FAIL, "186..250": UNKNOWN, "251..": FAIL}, **OPEN)  # day 90 … 171


@pytest.mark.parametrize(("day", "verdict"), [(157, PASS), (158, FAIL)])
def test_the_nadir_is_looked_for_13_days_back(day: int, verdict: str):
    """The onset day is 171: the 5 of day 158 is the nadir, that of day 157 is none; 40 is twice 15, not 25."""
    patient = PROVEN_ON_200.replace("90..365 by 5", "90..150 by 5")
    patient += f"day | platelets\n{day} | 5\n165..190 by 5 | 25\n195..365 by 5 | 40\n\n" + full_dose(174, 180)
    refractory(patient, {"0..199": FAIL, "200..245": verdict})


def diagnosed(*platelets: str) -> str:
    """Low on days 90 and 95, the onset day is one of 90 … 95: other causes are not told, the diagnosis is of 100."""
    return thrombocytopenia("90..95 by 5 | 15", *platelets) + conditions("100.. | itp")


UNTOLD = {"complete": ["transfusions", "medications"]}


def test_the_span_of_dependence():
    """56 days from 90 are over on day 145, from 95 on day 150."""
    patient = diagnosed("102..250 by 5 | 60") + medications("80..200 | prednisone | 0.5 mg/kg/day |")
    reading = {"dependence_evidence": "continuing_dose", **UNTOLD}
    dependent(patient, {"0..144": FAIL, "145..149": UNKNOWN, "150..200": PASS, "201..": FAIL}, **reading)


def test_a_response_before_the_onset():
    """60 on day 120 was lost on day 145. If the onset is 136 it came before it, and is no response to anything."""
    lost = ("90 | 15", "97..140 by 5 | 60", "145..200 by 5 | 15")
    steroids = medications("95..120 | prednisone | 0.5 mg/kg/day |")
    early = thrombocytopenia(*lost, marrow="119 | normal") + steroids
    dependent(early, {"0..144": FAIL, "145..241": PASS})  # onset day 90
    late = thrombocytopenia(*lost, marrow="165 | normal") + steroids
    is_itp(late, {"0..164": FAIL, "165..255": PASS})
    dependent(late, NEVER)  # onset day 136
    dependent(late, {"0..144": FAIL, "145..255": UNKNOWN}, **OPEN)  # day 90 … 136


def test_a_pair_after_the_latest_onset():
    """Response and loss both after day 95 show the relapse, whichever day of 90 … 95 is right."""
    patient = diagnosed("102..140 by 5 | 60", "145..200 by 5 | 15")
    patient += medications("96..120 | prednisone | 0.5 mg/kg/day |")
    dependent(patient, {"0..144": FAIL, "145..241": PASS, "256..": FAIL}, **UNTOLD)


def test_lines_since_the_first_onset():
    """Two drugs of days 92 and 110 count if the first onset is 90, not if it is 171."""
    patient = PROVEN_ON_200 + medications("92..100 | danazol | 400 mg/day |", "110..120 | eltrombopag | 50 mg/day |")
    two_lines(patient, NEVER)  # the first onset day is 171
    two_lines(patient, {"0..123": FAIL, "124..": UNKNOWN}, **OPEN)  # 90 … 171
    late = PROVEN_ON_200 + medications("162..171 | danazol | 400 mg/day |", "162..171 | eltrombopag | 50 mg/day |")
    two_lines(late, {"0..175": FAIL, "176..199": UNKNOWN, "200..": PASS}, **OPEN)


def test_medications_that_are_not_complete():
    """A run on file that reaches both ends is enough; an earlier one may have gone on unrecorded."""
    captured = {"complete": [table for table in COMPLETE if table != "medications"]}
    refractory(itp() + full_dose(84, 90), {"0..89": FAIL, "90..": PASS}, **captured)
    refractory(itp() + full_dose(83, 89), {"0..89": FAIL, "90..": UNKNOWN}, **captured)
