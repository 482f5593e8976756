"""Charts written by hand: graft-versus-host disease, and what a second graft ends."""

from spec.hand_charts import ITP_ON_100, NEVER, dependent, gvhd_controlled, itp, no_ta_tma, only, refractory
from spec.patient import FAIL, PASS, UNKNOWN


def test_04_a_superseded_gvhd_row_stays_closed():
    """Grade 4 with its own end on day 200, superseded on day 100: not active again on day 200.

    "ends the day before the next row of the same condition starts, also where it has a later end of its own".
    A row of chronic GVHD does not close an acute one; a grade 0 row ends the disease (chronic, day 140),
    and the chronic grade 3 row does not come back on its own end, day 170.
    """
    chart = """
    conditions:
    days     | condition    | grade | detail
     60..200 | acute_gvhd   | 4     | refractory     # in force 60..99
    100..150 | acute_gvhd   | 2     | responsive     # in force 100..150 (its end day included)
    120..170 | chronic_gvhd | 3     | refractory     # in force 120..139
    140..    | chronic_gvhd | 0     |                # no disease
    """
    for agreement, verdict in (("granted", PASS), ("open", UNKNOWN)):  # of the responsive row
        expected = {"0..59": PASS, "60..99": FAIL, "100..119": verdict, "120..139": FAIL}
        gvhd_controlled(chart, {**expected, "140..150": verdict, "151..": PASS}, sponsor_agreement=agreement)


def test_06_a_second_graft_ends_what_was_bound_to_the_first():
    """First graft on day -200, second on day 0; rows of the first, open or with an end on day 50, end on -1.

    Second graft, day 28: platelets 15 with no marrow. The ITP row of day -20 is less than 60 days old but
    closed: it fills nothing (FAIL, else it would be PASS from 28). Day 100: graft failure and TMA of the first
    graft are no other cause, the marrow is normal: PASS 100..155. GVHD and TMA never stand in the way of this graft.
    Low on 28 only: that spell ends on 83, so day 100 is a spell of its own.
    """
    chart = """
    transplants:
    day  | neutrophil_engraftment_day | platelet_engraftment_day
    -200 | -185                       | -185
       0 |   10                       |   10

    day         | platelets
    12..20 by 4 | 150
    28          | 15
    35..91 by 7 | 150
    100         | 15

    day | marrow_megakaryocytes
    100 | normal

    conditions:
    days     | condition     | grade | detail
    -100..50 | acute_gvhd    | 4     | refractory
     -90..   | chronic_gvhd  | 3     | refractory
     -60..   | ta_tma        |       |
     -20..   | graft_failure |       |
     -20..   | itp           |       |
    """
    itp(chart, only(PASS, 100, 155), index_transplant="last")
    gvhd_controlled(chart, {"0..": PASS}, index_transplant="last")
    no_ta_tma(chart, {"0..": PASS}, index_transplant="last")
    # The first graft, in days of its own: GVHD from day -100 = its day 100, TMA from its day 140, to its day 199.
    gvhd_controlled(chart, {"0..99": PASS, "100..199": FAIL}, index_transplant="first")
    no_ta_tma(chart, {"0..139": PASS, "140..199": FAIL}, index_transplant="first")


def test_14_missing_purpose_and_missing_detail():
    """Acute GVHD grade 3 of empty detail (60..150); prednisone 80 mg (80 kg) from day 101, purpose not told.

    GVHD: tacrolimus began before the row (prophylaxis, aside), so untreated to day 100; from 101 a steroid of
    empty purpose "was given": UNKNOWN to the end, whatever the weight. ITP: an empty purpose is not gvhd, so it
    carries the spell to 170 + 55 = 225 and makes dependent once 101..d are 56 days: 156..170 (155 would need
    day 100). Without a weight, the dose is unknown: sure to 155 only (low on day 100), the rest UNKNOWN.
    """
    itp_to_225, itp_to_155 = only(PASS, 100, 225), only(PASS, 100, 155)
    itp_perhaps_to_225 = {"0..99": FAIL, "100..155": PASS, "156..225": UNKNOWN, "226..": FAIL}
    gvhd_fine, gvhd_unknown = {"0..": PASS}, {"0..100": PASS, "101..150": UNKNOWN, "151..": PASS}
    for purpose, weight, gvhd, active, dependence in (
        ("", 80, gvhd_unknown, itp_to_225, only(PASS, 156, 170)),
        ("immune_cytopenia", 80, gvhd_fine, itp_to_225, only(PASS, 156, 170)),
        ("gvhd", 80, gvhd_unknown, itp_to_155, NEVER),
        ("", "", gvhd_unknown, itp_perhaps_to_225, only(UNKNOWN, 156, 170)),
    ):
        chart = (
            ITP_ON_100
            + f"""
        day           | platelets | weight
        100           |           | {weight}
        107..226 by 7 | 80        |

        conditions:
        days    | condition  | grade | detail
        60..150 | acute_gvhd | 3     |

        medications:
        days     | drug       | dose      | purpose
        0..180   | tacrolimus | 4 mg/day  | gvhd
        101..170 | prednisone | 80 mg/day | {purpose}
        """
        )
        gvhd_controlled(chart, gvhd)
        itp(chart, active)
        dependent(chart, dependence)
        refractory(chart, NEVER)  # platelets 80 on day 107, the day the run of 7 is full
