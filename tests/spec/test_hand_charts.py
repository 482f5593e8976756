from spec.patient import FAIL, PASS, UNKNOWN, criterion

# Fifteen charts written by hand from criteria.md alone; no engine was run to find a verdict.
# Day arithmetic used throughout (criteria.md 1 and 3):
#   a window of n days is d-n+1 .. d;  an event on day c carries a spell c .. c+55;
#   a work-up on d pairs with counts on d-29 .. d;  o = later of (spell's first day, first onset day - 29);
#   steroids, for a run or a line, count in [o-14, d] if the run's last day is >= o;
#   low(c) of ITP is the lowest platelet result of c-6 .. c, so counts after a low one come >= 7 days later here.
# Unless told otherwise the patient is observed on days 0 .. 365 and every table is complete: an onset that is
# UNKNOWN is then FAIL unless a diagnosis is active (absent_diagnosis).
aiha, itp, prca = (criterion(f"immune_cytopenia.{name}") for name in ("aiha", "itp", "prca"))
incomplete_response = criterion("incomplete_response")
refractory, dependent, two_lines = (
    criterion(f"incomplete_response.{part}") for part in ("refractory", "dependent", "two_lines")
)
gvhd_controlled, no_ta_tma = criterion("gvhd_controlled"), criterion("no_ta_tma")

NEVER = {"0..": FAIL}

# Both lines engrafted on day 14 (so aiha and itp counts hold from day 28 on); blood counts normal until day 93.
WELL_UNTIL_93 = """
transplants:
day | neutrophil_engraftment_day | platelet_engraftment_day
  0 | 14                         | 14

day         | platelets | hemoglobin
16..93 by 7 | 150       | 13
"""
# The fall to 15 on day 100 with a normal marrow: ITP, o = 100; with no other event the spell ends on day 155.
ITP_ON_100 = (
    WELL_UNTIL_93
    + """
day | platelets | marrow_megakaryocytes
100 | 15        | normal
"""
)


def only(verdict, first, last):
    """``verdict`` on first .. last, FAIL on every other observed day."""
    return {f"..{first - 1}": FAIL, f"{first}..{last}": verdict, f"{last + 1}..": FAIL}


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


def itp_after_gvhd_steroids(days):
    """ITP on day 100 (o = 100), eltrombopag from that day, no response before day 170; spell to 163 + 55 = 218."""
    return (
        ITP_ON_100
        + f"""
        day           | platelets
        107..163 by 7 | 18
        170..184 by 7 | 150

        medications:
        days     | drug        | dose        | purpose
        {days}   | prednisone  | 2 mg/kg/day | gvhd
        100..200 | eltrombopag | 50 mg/day   | immune_cytopenia
        """
    )


def test_02_gvhd_steroids_that_ended_before_the_onset():
    """2 mg/kg for GVHD to day 93, or to the very day before the onset: "What ended before is no treatment".

    The span of runs opens on day 86, so days 86..99 lie in it; but no run of 7 full days ends on or after
    o = 100. To day 93, no 7 days that end on day 100 or later hold a steroid day: eltrombopag is the only line.
    """
    itp(itp_after_gvhd_steroids("80..93"), only(PASS, 100, 218))
    for days in ("80..93", "80..99"):
        refractory(itp_after_gvhd_steroids(days), NEVER)
        dependent(itp_after_gvhd_steroids(days), NEVER)
    two_lines(itp_after_gvhd_steroids("80..93"), NEVER)
    incomplete_response(itp_after_gvhd_steroids("80..93"), NEVER)


def test_03_gvhd_steroids_that_reach_the_onset():
    """The same patient, the GVHD steroids one day longer: the run 94..100 ends on o = 100 and counts at once.

    Refractory from day 100 (platelets 15 to 18, nadir 15) to 169; on 170 they are 150. Two lines once eltrombopag
    (day 100) is 14 days old: from day 114. GVHD steroids carry no spell and make nobody dependent.
    """
    chart = itp_after_gvhd_steroids("80..100")
    itp(chart, only(PASS, 100, 218))
    refractory(chart, only(PASS, 100, 169))
    two_lines(chart, only(PASS, 114, 169))
    dependent(chart, NEVER)
    incomplete_response(chart, only(PASS, 100, 169))


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


def test_09_who_responds_and_relapses_is_not_refractory():
    """1 mg/kg from day 101, platelets 120 on day 107, the day the run of 7 is full; relapse on taper on day 135.

    A full response at >= 0.5 mg/kg after the first run (107..127) rules refractory out for the rest of the episode.
    Dependent by relapse on taper: r in 107..127, t = 135 at 0.4 mg/kg. Over on 163: off steroids, platelets 150.
    Last low day 156: the spell ends on 211.
    """
    chart = (
        ITP_ON_100
        + """
    day           | platelets
    107           | 120
    114..128 by 7 | 150
    135           | 12
    142..156 by 7 | 14
    163..177 by 7 | 150

    medications:
    days     | drug       | dose          | purpose
    101..127 | prednisone | 1 mg/kg/day   | immune_cytopenia
    128..148 | prednisone | 0.4 mg/kg/day | immune_cytopenia
    """
    )
    itp(chart, only(PASS, 100, 211))
    refractory(chart, NEVER)
    dependent(chart, only(PASS, 135, 162))
    two_lines(chart, NEVER)
    incomplete_response(chart, only(PASS, 135, 162))


NO_TRANSFUSIONS_ON_FILE = ("medications", "disease_status", "conditions")


def test_10_transfusions_not_complete_itp():
    """Platelets 15 on day 100, 150 from 107: by the drug, or by transfusions nobody recorded?

    Sure: count of day 100, prednisone to day 114, so to 114 + 55 = 169. Wide: on every count day a transfusion
    may lie in the last 7 days, so each, to day 163, may be low: to 163 + 55 = 218. (Counts of 150 open no
    spell: not 30 % below 150.) The response may be support: refractory UNKNOWN from 107, the end of the run;
    dependent UNKNOWN from 115, the first day off steroids. With transfusions complete: a responder.
    """
    chart = (
        ITP_ON_100
        + """
    day           | platelets
    107..163 by 7 | 150

    medications:
    days     | drug       | dose        | purpose
    101..114 | prednisone | 1 mg/kg/day | immune_cytopenia
    """
    )
    unrecorded = {"complete": NO_TRANSFUSIONS_ON_FILE}
    itp(chart, {"0..99": FAIL, "100..169": PASS, "170..218": UNKNOWN, "219..": FAIL}, **unrecorded)
    refractory(chart, only(UNKNOWN, 107, 218), **unrecorded)
    dependent(chart, only(UNKNOWN, 115, 218), **unrecorded)
    itp(chart, only(PASS, 100, 169))
    incomplete_response(chart, NEVER)


def test_10_transfusions_not_complete_prca():
    """Hb 7.5 and reticulocytes 0.5 % on day 100; GVHD steroids on days 60..80.

    Two unrecorded transfusion days may make any earlier count one of PRCA: the wide spell is long open on day
    100, the sure one opens there. o- = 100 - 29 = 71 (the run 65..71 counts), o+ = 100 (the steroids ended
    before): refractory is UNKNOWN. Before 100 no reticulocytes: onset UNKNOWN, hence FAIL.
    Sure to 114 + 55 = 169, wide (the count of 121 may be low too) to 176.
    """
    chart = (
        WELL_UNTIL_93
        + """
    day           | hemoglobin | reticulocytes_percent
    100           | 7.5        | 0.5
    107..114 by 7 | 7.5        |
    121           | 12         |

    medications:
    days   | drug       | dose        | purpose
    60..80 | prednisone | 1 mg/kg/day | gvhd
    """
    )
    unrecorded = {"complete": NO_TRANSFUSIONS_ON_FILE}
    prca(chart, {"0..99": FAIL, "100..169": PASS, "170..176": UNKNOWN, "177..": FAIL}, **unrecorded)
    refractory(chart, only(UNKNOWN, 100, 176), **unrecorded)
    prca(chart, only(PASS, 100, 169))
    refractory(chart, NEVER)


def test_11_the_nadir_is_not_hidden_by_the_onset_day():
    """Platelets 15 on day 100, steroids and eltrombopag from 101, platelets 80 from day 105: a responder.

    Marrow on 101: o = max(100, 101 - 29) = 100. Marrow on 134: it pairs with the count of day 105 (low(105)
    = 15, in its 7 days), o = 134 - 29 = 105, and the nadir, from o - 13 = 92 on, is still the 15 of day 100.
    80 >= 2 x 15 and >= 30: more than minimal, so no refractory and no "two lines" (a nadir of 80 would give both
    drugs as failed from day 115). Marrow on 135: no low count in [106, 135].
    Last event: prednisone of day 128, so to 183.
    """
    for marrow, expected in ((101, only(PASS, 101, 183)), (134, only(PASS, 134, 183)), (135, NEVER)):
        chart = (
            WELL_UNTIL_93
            + f"""
        day           | platelets
        100           | 15
        105..189 by 7 | 80

        day      | marrow_megakaryocytes
        {marrow} | normal

        medications:
        days     | drug        | dose        | purpose
        101..128 | prednisone  | 1 mg/kg/day | immune_cytopenia
        101..200 | eltrombopag | 50 mg/day   | immune_cytopenia
        """
        )
        itp(chart, expected)
        refractory(chart, NEVER)
        two_lines(chart, NEVER)
        incomplete_response(chart, NEVER)


def test_12_censored_counts_do_not_engraft():
    """Neutrophils <0.5 and platelets <20 on day 16 are below the bound: they break the run of 15, 16, 17.

    FAIL while the latest result is below (10..14 and 16); the run 17, 18, 19 is complete on day 19.
    """
    chart = """
    day | neutrophils | platelets
     10 | 0.1         | 5
     15 | 0.6         | 25
     16 | <0.5        | <20
     17 | 0.7         | 25
     18 | 0.8         | 30
     19 | 0.9         | 40
    """
    expected = {"0..9": UNKNOWN, "10..14": FAIL, 15: UNKNOWN, 16: FAIL, "17..18": UNKNOWN, "19..": PASS}
    criterion("neutrophil_engraftment")(chart, expected)
    criterion("platelet_engraftment")(chart, expected)
    counts = """
    day | neutrophils      # ">= 1.0"; each result serves 14 days
     60 | <0.5
     74 | <1.5
     88 | >1
    102 | >0.5
    116 | <1
    """
    expected = {"0..59": UNKNOWN, "60..73": FAIL, "74..87": UNKNOWN, "88..101": PASS, "102..115": UNKNOWN}
    criterion("neutrophil_count")(counts, {**expected, "116..129": FAIL, "130..": UNKNOWN})


def test_12_censored_counts_and_work_up():
    """Platelets <20 and <30 are "<= 30"; <50 may be. Haptoglobin <30 is decreased, LDH >246 increased.

    <50: the count's numbers are UNKNOWN, so a coded diagnosis does not fill them (UNKNOWN to 155); without: FAIL.
    Haptoglobin <40, LDH >240: neither marker is decided; UNKNOWN where diagnoses are not complete.
    """
    low = (("<20", "", PASS), ("<30", "", PASS), ("<50", "", FAIL), ("<50", "itp", UNKNOWN))
    for value, diagnosed, verdict in low:
        chart = (
            WELL_UNTIL_93
            + f"""
        day | platelets | marrow_megakaryocytes
        100 | {value}   | normal
        114 | 150       |

        conditions:
        days  | condition
        100.. | {diagnosed or "bleeding"}      # bleeding is no cause of ITP
        """
        )
        itp(chart, only(verdict, 100, 155))
    for haptoglobin, ldh, verdict in (
        ("<30", ">246", PASS),
        ("<40", ">246", UNKNOWN),
        ("<30", ">240", UNKNOWN),
    ):
        chart = (
            WELL_UNTIL_93
            + f"""
        day | hemoglobin | dat      | haptoglobin   | ldh
        100 | 9          | positive | {haptoglobin} | {ldh}
        114 | 12         |          |               |
        """
        )
        aiha(chart, only(verdict, 100, 155), complete=("transfusions", "medications", "disease_status"))


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
    for name in (
        "immune_cytopenia",
        "immune_cytopenia.aiha",
        "immune_cytopenia.itp",
        "immune_cytopenia.prca",
    ):
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


def test_15_a_spell_carried_by_steroids_and_dependence():
    """Low on day 100 only, then platelets 80; prednisone 0.475 mg/kg (0.5 less 5 % tolerance) from day 90 on.

    Steroids carry the spell to 180 days past the last low day: 280, though given to 320. Dependent from day 155,
    when 100..155 are 56 days from o on (days 90..99 do not count: "FAIL if d - 55 < o"). Off on 200: to 255.
    A low count on day 270 (and low(275) = 12) carries on past 365; no dependence on 270..274: no response.
    0.47 is below the tolerance: low day 100 alone, to 155. Never 1 mg/kg: not refractory.
    """
    paused = {"0..154": FAIL, "155..269": PASS, "270..274": FAIL, "275..320": PASS, "321..": FAIL}
    for days, dose, again, active, dependence in (
        ("90..320", 0.475, "", only(PASS, 100, 280), only(PASS, 155, 280)),
        ("90..200", 0.475, "", only(PASS, 100, 255), only(PASS, 155, 200)),
        ("90..320", 0.47, "", only(PASS, 100, 155), NEVER),
        ("90..320", 0.475, "270 | 12", {"0..99": FAIL, "100..": PASS}, paused),
    ):
        chart = (
            ITP_ON_100
            + f"""
        day           | platelets
        107..359 by 7 | 80
        {again or "# no further fall"}

        medications:
        days   | drug       | dose             | purpose
        {days} | prednisone | {dose} mg/kg/day | immune_cytopenia
        """
        )
        itp(chart, active)
        dependent(chart, dependence)
        refractory(chart, NEVER)
        two_lines(chart, NEVER)
