"""Section 1: which days of which transplant are observed."""

import pytest
from spec.cytopenias import conditions, itp, medications, transfusions
from spec.patient import FAIL, PASS, UNKNOWN, criterion, outcome

consent = criterion("consent")
no_relapse = criterion("no_relapse")
neutrophil_engraftment = criterion("neutrophil_engraftment")
days_since_transplant = criterion("days_since_transplant")


def observed(patient: str, transplant: int | None = None, **given: object) -> tuple[int, int]:
    """First and last observed day."""
    days = outcome(patient, **given).verdicts("P1", transplant).index  # type: ignore[arg-type]
    return days[0], days[-1]


def person(columns: str, cells: str) -> str:
    return f"patients:\n{columns}\n{cells}\n\n"


@pytest.mark.parametrize(
    ("columns", "cells", "last"),
    [
        ("last_contact_day", "200", 200),
        ("last_contact_day", "2000", 1095),
        ("last_contact_day", "1095", 1095),
        ("death_day | last_contact_day", "150 | 200", 150),
        ("death_day | last_contact_day", "300 | 200", 200),
        ("last_contact_day", "0", 0),
    ],
)
def test_to_death_last_contact_or_the_horizon(columns: str, cells: str, last: int):
    """Whichever is first; that day is still observed, and so is day 1095."""
    assert observed(person(columns, cells)) == (0, last)


def test_another_horizon():
    """`horizon_days` is the last day that is observed."""
    assert observed("", horizon_days=100) == (0, 100)


def test_the_end_of_an_extract_in_dates():
    """Nothing is observed after `extracted_on`: 2024-03-01 is 60 days after 2024-01-01."""
    patient = """
        patients:
        sex  | birth_date | last_contact_date
        male | 1970-01-01 | 2024-12-31

        transplants:
        day        | type
        2024-01-01 | allogeneic

        """
    assert observed(patient, extracted_on="2024-03-01") == (0, 60)
    status = "disease_status:\nday | status\n2024-01-31 | relapse\n2024-03-02 | remission"
    no_relapse(patient + status, {"0..29": PASS, "30..60": FAIL}, extracted_on="2024-03-01")


def test_observed_from():
    """Days before it are not observed, but rows before it count where a window reaches back to them."""
    patient = person("observed_from_day", "40")
    assert observed(patient) == (40, 365)
    assert observed(person("observed_from_day", "-40")) == (0, 365)
    counts = "day | neutrophils\n5 | 0.1\n20..22 | 0.6\n"
    neutrophil_engraftment(patient + counts, {"40..": PASS})
    no_relapse(patient + "disease_status:\nday | status\n20 | relapse", {"40..": FAIL})


TWO = """
    transplants:
    day | type
      0 | allogeneic
    100 | allogeneic

    """


def test_each_transplant_on_its_own():
    """From its day 0 to the day before the next; days are counted from its own day 0."""
    assert observed(TWO, 1) == (0, 99)
    assert observed(TWO, 2) == (0, 265)
    for transplant in (1, 2):
        days_since_transplant(TWO, {"0..44": FAIL, "45..": PASS}, transplant=transplant)


def test_earlier_rows_belong_to_the_second_transplant_too():
    """Relapse on day 50 led to it and lies before its day 0; counts of day 95 are not its own."""
    patient = TWO + "disease_status:\nday | status\n50 | relapse\n130 | relapse"
    no_relapse(patient, {"0..49": PASS, "50..": FAIL}, transplant=1)
    no_relapse(patient, {"0..29": PASS, "30..": FAIL}, transplant=2)
    counts = TWO + "day | neutrophils\n5 | 0.1\n20..22 | 0.6\n95 | 0.6\n105 | 0.1\n120..122 | 0.6"
    neutrophil_engraftment(counts, {"0..4": UNKNOWN, "5..19": FAIL, "20..21": UNKNOWN, "22..": PASS}, transplant=1)
    neutrophil_engraftment(counts, {"0..4": UNKNOWN, "5..19": FAIL, "20..21": UNKNOWN, "22..": PASS}, transplant=2)


def test_boosts_and_lymphocytes_are_no_transplants():
    """Nor is an autologous one; they end nothing and have no day 0."""
    patient = """
        transplants:
        day  | type
        -100 | autologous
           0 | allogeneic
          50 | boost
          60 | donor_lymphocytes
          70 | autologous
        """
    assert observed(patient) == (0, 365)
    assert len(outcome(patient).transplants) == 1


def test_which_transplants_are_observed():
    """`index_transplant`: each, only the last, only the first (which the second still ends)."""
    assert outcome(TWO).transplants["transplant"].tolist() == [1, 2]
    assert outcome(TWO, index_transplant="last").transplants["transplant"].tolist() == [2]
    assert outcome(TWO, index_transplant="first").transplants["transplant"].tolist() == [1]
    assert observed(TWO, index_transplant="last") == (0, 265)
    assert observed(TWO, index_transplant="first") == (0, 99)


def test_the_indication_is_that_of_the_transplant():
    """Remission by a non-malignant indication holds for its own transplant."""
    patient = """
        transplants:
        day | type       | indication
          0 | allogeneic | aplastic_anemia
        100 | allogeneic | acute_myeloid_leukemia
        """
    criterion("remission")(patient, {"..": PASS}, transplant=1)
    criterion("remission")(patient, {"..": UNKNOWN}, transplant=2)


@pytest.mark.parametrize("last", [12, 60, 92, 104, 118, 150, 170])
def test_nothing_later_changes_a_verdict(last: int):
    """Seen to an earlier day, the same patient has the same verdicts up to that day, in every criterion."""
    patient = itp().replace("90..365 by 5", "90..110 by 5") + "day | platelets\n115..160 by 5 | 110\n165..200 by 5 | 12"
    patient += transfusions("platelets", 3, 91) + medications(
        "100..104 | prednisone | 1 mg/kg/day |", "105..130 | prednisone | 0.5 mg/kg/day |"
    )
    patient += (
        conditions("10..120 | uncontrolled_infection", "40..60 | ta_tma")
        + "disease_status:\nday | status\n30 | remission\n140 | relapse"
    )
    whole = outcome(patient + "\n\n" + person("last_contact_day", "200")).verdicts("P1", components=True)
    part = outcome(patient + "\n\n" + person("last_contact_day", str(last))).verdicts("P1", components=True)
    assert part.equals(whole.loc[:last])


def test_a_transplant_after_last_contact_is_not_observed():
    """Of two transplants the second, of the day after last contact, is ignored; on that day it counts."""
    person = "patients:\nlast_contact_day\n200\n\n"
    for day, transplants in ((200, 2), (201, 1)):
        found = outcome(person + f"transplants:\nday | type\n0 | allogeneic\n{day} | allogeneic")
        assert len(found.transplants) == transplants
