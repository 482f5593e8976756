"""Charts written by hand: the low count, its work-up, the spell and its onset."""

from spec.hand_charts import (
    NEVER,
    WELL_UNTIL_93,
    aiha,
    dependent,
    incomplete_response,
    itp,
    only,
    prca,
    refractory,
    two_lines,
)
from spec.patient import FAIL, PASS, UNKNOWN, criterion


def test_01_anaemia_of_another_cause_runs_into_aiha():
    """Hb 9 from day 60 without haemolysis, prednisone for GVHD; the same anaemia becomes AIHA on day 190.

    One spell from day 60 (a low count every 14 days), but its first onset is day 190: "an anaemia of another
    cause that runs into an AIHA does not move its onset back": o = max(60, 190 - 29) = 161, not 60.
    Prednisone to day 160 "ended before" o; to day 161 the run 155..161 has its last day on o and counts.
    Last low Hb on day 214, so the spell ends on day 214 + 55 = 269.
    """
    for steroids_end, expected in (
        (160, NEVER),  # with o = 60 this would be refractory from day 190
        (161, only(PASS, 190, 227)),  # Hb 12 on day 228 is a rise of 3.6 over the nadir 8.4
    ):
        chart = f"""
        transplants:
        day | neutrophil_engraftment_day | platelet_engraftment_day
          0 | 14                         | 14

        day           | hemoglobin | platelets
        16..58 by 7   | 12         | 200
        60..186 by 14 |  9         | 200        # 60, 74, ... 172, 186
        190           |  8.5       | 200
        200           |  8.4       | 200        # nadir
        214           |  8.6       | 200        # the last low day
        228..242 by 7 | 12         | 200

        day | dat      | ldh | haptoglobin | reticulocytes_percent | bilirubin_indirect
         60 | negative | 200 | 120         | 1.5                   | 0.4      # no haemolysis
        190 | positive | 400 | 10          |                       |

        medications:
        days              | drug       | dose        | purpose
        60..{steroids_end} | prednisone | 1 mg/kg/day | gvhd
        """
        aiha(chart, only(PASS, 190, 269))
        itp(chart, NEVER)
        prca(chart, NEVER)  # Hb never below 8, nothing transfused
        refractory(chart, expected)
        dependent(chart, NEVER)  # rows of purpose gvhd do not count
        two_lines(chart, NEVER)  # steroids are at most one line
        incomplete_response(chart, expected)


def test_05_gaps_between_counts_longer_than_a_spell():
    """A low count on day 100 carries the spell to day 155. The next low count: on 155 it is inside, on 156 not.

    The marrow of day 95 serves days 95..154 and no later. So a count on 156 opens a spell of its own that has no
    onset (UNKNOWN, hence FAIL); on 155 it carries the old one to 210. Day 215 opens a new spell either way,
    and a new marrow on day 220 pairs with it: PASS from 220 to 215 + 55 = 270.
    """
    for second, end in ((155, 210), (156, 155)):
        chart = (
            WELL_UNTIL_93
            + f"""
        day      | platelets
        100      | 15
        {second} | 20
        215      | 18

        day | marrow_megakaryocytes
         95 | normal
        220 | normal
        """
        )
        first_spell = {"0..99": FAIL, f"100..{end}": PASS, f"{end + 1}..219": FAIL}
        itp(chart, {**first_spell, "220..270": PASS, "271..": FAIL})


def test_07_an_old_diagnosis_says_nothing_of_a_new_fall():
    """ITP coded on day 100 with the first fall and never closed; no marrow at all. A second fall after recovery.

    On day 100 the row stands in for the marrow: PASS 100..155. On day 159 its start is still in [d-59, d] =
    [100, 159]: PASS. On day 160 it is not: onset UNKNOWN, and UNKNOWN it stays since the row is active.
    Had the row ended on day 130, none is active on 159: FAIL.
    """
    for fall, diagnosis, verdict in ((159, "100..", PASS), (160, "100..", UNKNOWN), (159, "100..130", FAIL)):
        chart = (
            WELL_UNTIL_93
            + f"""
        day           | platelets
        100           | 15
        107..156 by 7 | 150
        {fall}        | 15
        170           | 150

        conditions:
        days        | condition
        {diagnosis} | itp
        """
        )
        second_spell = {f"156..{fall - 1}": FAIL, f"{fall}..{fall + 55}": verdict, f"{fall + 56}..": FAIL}
        itp(chart, {"0..99": FAIL, "100..155": PASS, **second_spell})


def test_08_work_up_before_and_after_the_low_count():
    """One low count on day 100, work-up on one day: the first day on which the two meet, and the last.

    After the count: a work-up on d meets counts of [d-29, d]: day 129 is the last, 130 too late. Before it: on
    day 100 the chemistry of 87 is in its 14 days (86 is not), the marrow of 41 in its 60 (40 is not).
    Active from the first onset day to 100 + 55 = 155, never before the count itself.
    """
    for labs, marrow, expected in (
        (99, 99, only(PASS, 100, 155)),
        (101, 101, only(PASS, 101, 155)),
        (87, 41, only(PASS, 100, 155)),
        (86, 40, NEVER),
        (129, 129, only(PASS, 129, 155)),
        (130, 130, NEVER),
    ):
        chart = (
            WELL_UNTIL_93
            + f"""
        day | platelets | hemoglobin
        100 | 15        | 8.5
        114 | 150       | 12

        day    | dat      | ldh | haptoglobin
        {labs} | positive | 400 | 10

        day      | marrow_megakaryocytes
        {marrow} | normal
        """
        )
        aiha(chart, expected)
        itp(chart, expected)


def test_13_aplasia_is_no_immune_cytopenia():
    """Everything low on days 0..27, with a work-up that would fit all three; counts recover from day 34 on.

    "c >= 28, else FAIL": no count holds, though nothing is known of diagnoses (conditions not complete).
    Day 34: two red-cell days (12, 20) in its 28, but neutrophils were not engrafted on day 34 - 28 = 6: FAIL.
    """
    chart = """
    day         | neutrophils | platelets | hemoglobin
    0..27 by 3  | 0.1         | 12        | 7.5
    34..90 by 7 | 2.0         | 120       | 10.5

    day | dat      | ldh | haptoglobin | reticulocytes_percent | marrow_megakaryocytes
     20 | positive | 500 | 5           | 0.2                   | normal

    transfusions:
    day | product   | units
      5 | red_cells | 1
     12 | red_cells | 1
     17 | platelets | 1
     20 | red_cells | 1
    """
    for name in ("immune_cytopenia", "immune_cytopenia.aiha", "immune_cytopenia.itp", "immune_cytopenia.prca"):
        criterion(name)(chart, NEVER, complete=("transfusions", "medications", "disease_status"))


def test_13_low_on_day_27_and_on_day_28():
    """Engrafted on day 10, platelets 150 to day 20, then 15: day 27 is no count, day 28 is the first that can be.

    Day 28: engrafted on 28 - 14 = 14, baseline 150 from days 12, 16, 20 (block -6..21): PASS 28..83.
    A normal count on day 28 after 15 on day 27 has low(28) = 15, the lowest of days 22..28: it holds as well.
    The count of day 35 looks back to day 29 only.
    """
    for counts, expected in (
        ("27 | 15", NEVER),
        ("28 | 15", only(PASS, 28, 83)),
        ("27 | 15\n28 | 18", only(PASS, 28, 83)),
        ("27 | 15\n28 | 150", only(PASS, 28, 83)),  # the text to the letter
    ):
        chart = f"""
        transplants:
        day | neutrophil_engraftment_day | platelet_engraftment_day
          0 | 10                         | 10

        day         | platelets
        12..20 by 4 | 150
        {counts}
        35..70 by 7 | 150

        day | marrow_megakaryocytes
         27 | normal
        """
        itp(chart, expected)
