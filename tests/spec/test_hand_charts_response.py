"""Charts written by hand: steroids, response, dependence and lines."""

from spec.hand_charts import (
    ITP_ON_100,
    NEVER,
    WELL_UNTIL_93,
    dependent,
    incomplete_response,
    itp,
    only,
    refractory,
    two_lines,
)
from spec.patient import FAIL, PASS


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
