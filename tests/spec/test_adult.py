"""I1 and the registry's minimum age: at least 18 years old on the day."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

adult = criterion("adult")


def test_age_at_transplant_grows_with_the_days():
    """Without a birth date years are days / 365.25: 17.9 years and 36 days are not yet 18, 37 days are."""
    adult(
        """
        patients:
        age_at_transplant
        17.9
        """,
        {"0..36": FAIL, "37..": PASS},
    )


def test_a_birth_day_of_an_extract_in_days():
    """18 years are 6574.5 days, so who was born on day −6574 is an adult from day 1."""
    adult(
        """
        patients:
        birth_day
        -6574
        """,
        {0: FAIL, "1..": PASS},
    )


def test_a_birth_date_is_counted_in_completed_years():
    """With a calendar date the 18th birthday itself is the first day, whatever the leap years between."""
    adult(
        """
        patients:
        sex    | birth_date | last_contact_date
        female | 2002-03-01 | 2020-12-31

        transplants:
        day        | type
        2020-02-20 | allogeneic
        """,
        {"0..9": FAIL, "10..": PASS},
        extracted_on="2021-06-30",
    )


def test_born_on_a_leap_day():
    """In a year without 29 February, 18 years are completed on 1 March."""
    adult(
        """
        patients:
        sex  | birth_date | last_contact_date
        male | 2004-02-29 | 2022-12-31

        transplants:
        day        | type
        2022-02-27 | allogeneic
        """,
        {"0..1": FAIL, "2..": PASS},  # 28 February is day 1, 1 March day 2
        extracted_on="2023-06-30",
    )


def test_a_birth_year_is_unknown_while_the_possible_birth_dates_disagree():
    """Born in 2002: 18 on 1 January 2020 at the earliest, on 31 December 2020 (day 213) at the latest."""
    adult(
        """
        patients:
        sex    | birth_year | last_contact_date
        female | 2002       | 2021-03-31

        transplants:
        day        | type
        2020-06-01 | allogeneic
        """,
        {"0..212": UNKNOWN, "213..": PASS},
        extracted_on="2021-06-30",
    )


def test_a_birth_year_in_days_is_set_against_the_year_of_the_transplant():
    """Day 0 may be any day of the year: oldest if born on 1 January and transplanted on 31 December."""
    patient = """
        patients:
        birth_year | transplant_year | last_contact_day
        2001       | 2018            | 800
        """
    # oldest: 18 on 2019-01-01, the day after 2018-12-31; youngest: 18 on 2019-12-31, day 729 from 2018-01-01
    adult(patient, {0: FAIL, "1..728": UNKNOWN, "729..": PASS})


def test_nothing_known_of_the_age():
    """No age at all, or a birth year in a `days` extract without the year of the transplant."""
    adult(
        """
        patients:
        sex  | age_at_transplant
        male |
        """,
        {"..": UNKNOWN},
    )
    adult(
        """
        patients:
        birth_year
        1960
        """,
        {"..": UNKNOWN},
    )


def test_another_minimum_age():
    """`age_min_years` is inclusive."""
    patient = """
        patients:
        age_at_transplant
        20
        """
    adult(patient, {"..": PASS}, age_min_years=20)
    adult(patient, {"0..365": FAIL}, age_min_years=21)
    # 365 / 365.25 is not yet one year
