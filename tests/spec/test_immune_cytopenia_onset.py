"""I5, onset: a low count and a work-up that agrees, at most 30 days apart, on any day."""

from spec.cytopenias import aiha, conditions, itp, thrombocytopenia
from spec.patient import FAIL, PASS, UNKNOWN, criterion

is_aiha = criterion("immune_cytopenia.aiha")
is_itp = criterion("immune_cytopenia.itp")

OPEN = {"absent_diagnosis": "ignored"}
NEVER = {"..": FAIL}


def low_on_90(*workup: str) -> str:
    """Platelets are low on day 90 and never counted again: a spell of days 90 … 145."""
    return thrombocytopenia("90 | 15", marrow="\n".join(workup))


# hemoglobin 7.5 on day 90, the DAT of day 92 current to 121, LDH of 95 to 108, haptoglobin of 97 to 110
ONE_BY_ONE = """
    day        | neutrophils | hemoglobin | dat      | ldh | haptoglobin
    0..85 by 5 | 2.0         | 13         |          |     |
    90         |             | 7.5        |          |     |
    92         |             |            | positive |     |
    95         |             |            |          | 600 |
    97         |             |            |          |     | 10
    """


def test_the_work_up_may_follow_within_30_days():
    """On the day of the marrow, count days of that day and the 29 before are looked at."""
    is_itp(low_on_90("119 | normal"), {"0..118": FAIL, "119..145": PASS, "146..": FAIL})
    is_itp(low_on_90("120 | normal"), NEVER)
    is_itp(low_on_90("120 | normal"), {"0..119": FAIL, "120..145": PASS, "146..": FAIL}, workup_days=31)
    is_itp(low_on_90("119 | normal"), NEVER, workup_days=29)


def test_the_work_up_may_come_first():
    """As long as it is current on the day of the count; no onset is before the count itself."""
    is_itp(low_on_90("31 | normal"), {"0..89": FAIL, "90..145": PASS, "146..": FAIL})
    is_itp(low_on_90("30 | normal"), NEVER)


def test_the_work_up_is_complete_with_its_last_element():
    """AIHA is shown on day 97, and stays so to the end of its spell."""
    is_aiha(ONE_BY_ONE, {"0..96": FAIL, "97..145": PASS, "146..": FAIL})
    is_aiha(ONE_BY_ONE, {"0..89": FAIL, "90..96": UNKNOWN, "97..145": PASS, "146..": FAIL}, **OPEN)


def test_an_element_that_has_expired():
    """The LDH of day 82 is current to day 95; a haptoglobin of that day meets it, one of day 96 does not."""
    for day, verdict in ((95, PASS), (96, FAIL)):
        patient = ONE_BY_ONE.replace("    95 ", "    82 ").replace("    97 ", f"    {day} ")
        is_aiha(patient, {day: verdict, 145: verdict})


def test_a_day_without_any_result():
    """The cause ends on day 105: on day 106 count and marrow are enough, though nothing new is on file."""
    patient = low_on_90("97 | normal") + conditions("95..105 | ttp")
    is_itp(patient, {"0..105": FAIL, "106..145": PASS, "146..": FAIL})
    # on day 119 the count of day 90 is in the span for the last time
    for last, verdict in ((118, PASS), (119, FAIL)):
        patient = low_on_90("97 | normal") + conditions(f"95..{last} | ttp")
        is_itp(patient, {last: FAIL, last + 1: verdict})


def test_a_test_that_is_no_part_of_the_work_up():
    """Without the marrow it is shown on the day of the count, whatever the marrow says."""
    is_itp(low_on_90("110 | absent"), {89: FAIL, "90..145": PASS}, megakaryocytes_required=False)


def test_a_work_up_that_disagrees():
    """On its day and while it is current there is no onset, whatever an earlier day left open."""
    is_itp(low_on_90("90 | absent", "110 | normal"), {"0..109": FAIL, "110..145": PASS})
    is_itp(low_on_90("90 | absent"), NEVER, **OPEN)


def test_any_count_day_of_the_span():
    """Day 95 has a cause of its own; the marrow of day 119 still reaches day 90, that of day 120 only day 95."""
    for marrow, verdict in ((119, PASS), (120, FAIL)):
        patient = thrombocytopenia("90 | 15", "95 | 15", marrow=f"{marrow} | normal")
        is_itp(patient + conditions("91..100 | ttp"), {marrow: verdict, 145: verdict})


def test_nothing_later_changes_an_earlier_day():
    """A marrow of day 100 proves the cytopenia from day 100 on, not from the count of day 90."""
    is_itp(itp(marrow="100 | normal"), {"0..99": FAIL, "100..": PASS})
    is_aiha(aiha(dat="100 | positive"), {"0..99": FAIL, "100..": PASS})
