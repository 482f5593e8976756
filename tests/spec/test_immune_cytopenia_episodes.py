"""I5, episodes: how long a cytopenia stays active or unknown, and when it has resolved."""

import pytest
from spec.cytopenias import aiha, itp, medications, prca, transfusions
from spec.patient import FAIL, PASS, UNKNOWN, criterion

is_aiha = criterion("immune_cytopenia.aiha")
is_itp = criterion("immune_cytopenia.itp")
is_prca = criterion("immune_cytopenia.prca")

OPEN = {"absent_diagnosis": "ignored"}


def thrombocytopenia(*results: str, before: str = "150", marrow: str = "90 | normal") -> str:
    """ITP from day 90, platelets as given from then on."""
    rows = "\n".join(results)
    return f"""
        day        | platelets
        0..85 by 5 | {before}
        {rows}

        day | marrow_megakaryocytes
        {marrow}

        """


# ---- unknown


def test_unknown_lasts_28_days():
    """From the evidence day to the 27th day after it; then nothing speaks for the cytopenia any more."""
    patient = thrombocytopenia("90 | 15", marrow="-300 | normal")
    is_itp(patient, {89: FAIL, "90..117": UNKNOWN, "118..": FAIL}, **OPEN)
    is_itp(patient, {89: FAIL, "90..99": UNKNOWN, "100..": FAIL}, unknown_carry_days=10, **OPEN)


def test_unknown_is_counted_from_the_latest_such_day():
    """Day 110 looks back at the low count of day 90, and is unknown again."""
    patient = thrombocytopenia("90 | 15", "110 | 150", marrow="-300 | normal")
    is_itp(patient, {89: FAIL, "90..137": UNKNOWN, "138..": FAIL}, **OPEN)


def test_a_later_fail_does_not_end_unknown():
    """A marrow of day 100 without megakaryocytes fails that day's onset; day 90 stays open for its 28 days."""
    patient = thrombocytopenia("90 | 15", marrow="100 | absent")
    is_itp(patient, {89: FAIL, "90..117": UNKNOWN, "118..": FAIL}, **OPEN)


def test_unknown_ends_with_resolution():
    """Counts back at 100 for 28 days end it, though day 115 would carry to day 142."""
    patient = thrombocytopenia("90 | 15", "100..115 by 5 | {0}", "130 | {0}", marrow="-300 | normal")
    is_itp(patient.format(100), {"90..129": UNKNOWN, "130..": FAIL}, **OPEN)
    is_itp(patient.format(99), {"90..142": UNKNOWN, "143..": FAIL}, **OPEN)


# ---- active


def test_active_until_resolution():
    """Without a count, or with counts short of the level, an episode goes on."""
    is_itp(thrombocytopenia("90 | 15"), {"0..89": FAIL, "90..": PASS})
    is_itp(thrombocytopenia("90 | 15", "100..360 by 5 | 99"), {"0..89": FAIL, "90..": PASS})


def test_active_outlasts_its_work_up():
    """The marrow is current for 60 days; what it proved stays."""
    is_itp(itp(), {"90..": PASS})


# ---- resolution


def test_28_days_between_two_results():
    """Both at the level, all between too: day 120 and day 148, not day 147."""
    is_itp(thrombocytopenia("90..110 by 5 | 15", "120 | 100", "148 | 100"), {"90..147": PASS, "148..": FAIL})
    is_itp(thrombocytopenia("90..110 by 5 | 15", "120 | 100", "147 | 100"), {"90..": PASS})
    is_itp(
        thrombocytopenia("90..110 by 5 | 15", "120 | 100", "147 | 100"),
        {"90..146": PASS, "147..": FAIL},
        resolution_days=27,
    )


def test_it_is_seen_on_the_day_of_a_result():
    """Weekly counts from day 120: day 148 is the first 28 days later; every 5 days it is day 150."""
    is_itp(thrombocytopenia("90..110 by 5 | 15", "120..200 by 7 | 100"), {147: PASS, 148: FAIL})
    is_itp(thrombocytopenia("90..110 by 5 | 15", "120..200 by 5 | 100"), {149: PASS, 150: FAIL})


def test_a_result_below_the_level_starts_it_anew():
    """99 on day 130 is one step too low; from day 135 the 28 days end on day 163, seen on 165."""
    patient = thrombocytopenia("90..110 by 5 | 15", "120..125 by 5 | 100", "130 | 99", "135..200 by 5 | 100")
    is_itp(patient, {"90..164": PASS, "165..": FAIL})


@pytest.mark.parametrize(
    ("before", "low", "high"),
    [("150", "99", "100"), ("70", "69", "70"), ("50", "49", "50"), ("45", "49", "50")],
)
def test_the_level_of_itp(before: str, low: str, high: str):
    """100, or the baseline if that is lower, but at least 50."""
    for platelets, resolved in ((low, PASS), (high, FAIL)):
        patient = thrombocytopenia("90..110 by 5 | 15", f"120..200 by 5 | {platelets}", before=before)
        is_itp(patient, {149: PASS, 150: resolved})


@pytest.mark.parametrize(("before", "low", "high"), [("13", "9.9", "10.0"), ("9.6", "9.5", "9.6")])
def test_the_level_of_aiha(before: str, low: str, high: str):
    """10, or the baseline if that is lower."""
    for hemoglobin, resolved in ((low, PASS), (high, FAIL)):
        patient = aiha(before=before).replace("90..365 by 5 | 2.0         | 150       | 7.5", "90 | | | 7.5")
        patient += f"day | hemoglobin\n120 | {hemoglobin}\n150 | {hemoglobin}"
        is_aiha(patient, {149: PASS, 150: resolved})


@pytest.mark.parametrize(("before", "low", "high"), [("13", "9.9", "10.0"), ("7.9", "7.9", "8.0")])
def test_the_level_of_prca(before: str, low: str, high: str):
    """The same for both anemias; 8 at least."""
    for hemoglobin, resolved in ((low, PASS), (high, FAIL)):
        patient = prca(before=before).replace("90..365 by 5 | 2.0         | 150       | 7", "90 | | | 7")
        patient += f"day | hemoglobin\n120 | {hemoglobin}\n150 | {hemoglobin}"
        is_prca(patient, {149: PASS, 150: resolved})


def test_its_levels_can_be_amended():
    """Level and floor of both lineages."""
    patient = thrombocytopenia("90..110 by 5 | 15", "120..200 by 5 | 60")
    is_itp(patient, {"90..149": PASS, "150..": FAIL}, itp_resolved_platelets=60)
    patient = thrombocytopenia("90..110 by 5 | 15", "120..200 by 5 | 60", before="60")
    is_itp(patient, {150: FAIL})
    is_itp(patient, {150: PASS}, itp_resolved_floor=61)
    patient = prca(before="9").replace("90..365 by 5 | 2.0         | 150       | 7", "90 | | | 7")
    patient += "day | hemoglobin\n120 | 9\n150 | 9"
    is_prca(patient, {149: PASS, 150: FAIL})
    is_prca(patient, {150: PASS}, anemia_resolved_floor=9.1)
    patient = patient.replace("| 9\n        90", "| 13\n        90")
    is_prca(patient, {150: PASS})
    is_prca(patient, {150: FAIL}, anemia_resolved_hemoglobin=9)


RECOVERED = thrombocytopenia("90..110 by 5 | 15", "120..200 by 5 | 100")


@pytest.mark.parametrize(("day", "resolved"), [(119, 150), (120, 155), (130, 165), (150, 185)])
def test_a_transfusion_breaks_it(day: int, resolved: int):
    """None of the lineage from the first to the last result of the stretch, both days included."""
    patient = RECOVERED + transfusions("platelets", day)
    is_itp(patient, {f"90..{resolved - 1}": PASS, f"{resolved}..": FAIL})


def test_a_transfusion_that_does_not_break_it():
    """Red cells do not hold platelets up, and none recorded is none here, complete or not."""
    is_itp(RECOVERED + transfusions("red_cells", 130), {149: PASS, 150: FAIL})
    is_itp(RECOVERED + transfusions("platelets", 151), {149: PASS, "150..": FAIL})
    recorded = "\n\ntransplants:\nplatelet_engraftment_day\n25"
    is_itp(RECOVERED + recorded, {149: PASS, 150: FAIL}, complete=["conditions", "medications"])


def test_red_cells_break_the_resolution_of_an_anemia():
    """The lineage of AIHA and PRCA is hemoglobin and red cells."""
    recovered = "\n\nday | hemoglobin\n120..200 by 5 | 11\n\n"
    for patient, component in ((aiha(hemoglobin="7.5"), is_aiha), (prca(), is_prca)):
        patient = patient.replace("90..365 by 5", "90..110 by 5") + recovered
        component(patient, {"90..149": PASS, "150..": FAIL})
        component(patient + transfusions("platelets", 130), {149: PASS, 150: FAIL})
        component(patient + transfusions("red_cells", 130), {"90..164": PASS, "165..": FAIL})


@pytest.mark.parametrize(
    ("row", "resolved"),
    [
        ("100..119 | prednisone | 0.5 mg/kg/day |", 150),
        ("100..120 | prednisone | 0.5 mg/kg/day |", 155),
        ("100..131 | prednisone | 0.5 mg/kg/day |", 165),
        ("100..131 | prednisone | 0.475 mg/kg/day |", 165),  # the tolerance of 5 %
        ("100..131 | prednisone | 0.47 mg/kg/day |", 150),
        ("131 | dexamethasone | 0.1 mg/kg |", 165),  # 0.67 mg/kg of prednisone on one day
        ("100..131 | prednisone | 0.5 mg/kg/day | gvhd", 165),
        ("100..131 | prednisone | 0.5 mg/kg/day | premedication", 150),
        ("100..131 | prednisone | mg/kg/day |", 150),  # not known to be that high
        ("100..131 | prednisone | 70 mg/day |", 150),  # no weight: not known either
    ],
)
def test_steroids_break_it(row: str, resolved: int):
    """No day known to have 0.5 mg/kg of prednisone-equivalent or more."""
    is_itp(RECOVERED + medications(row), {f"90..{resolved - 1}": PASS, f"{resolved}..": FAIL})


def test_resolution_comes_before_the_onset_of_the_day():
    """The counts are back for 28 days, but the low count of day 119 is 30 days old: at once a new onset."""
    patient = thrombocytopenia("90..115 by 5 | 15", "119 | 15", "120 | 100", "148 | 100", "176 | 100")
    # resolved and begun again on day 148, so that the next 28 days run from there to day 176
    is_itp(patient, {"90..175": PASS, "176..": FAIL})


def test_a_new_episode_after_resolution():
    """Begins with a new onset of its own, for which the old marrow is too old."""
    patient = thrombocytopenia("90..110 by 5 | 15", "120..195 by 5 | 120", "200..300 by 5 | 15", "320 | 15")
    is_itp(patient, {"90..149": PASS, "150..": FAIL})
    is_itp(patient + "day | marrow_megakaryocytes\n210 | normal", {"150..209": FAIL, "210..": PASS})


def test_the_second_episode_resolves_by_its_own_baseline():
    """Typical values before the second were 80: it is over at 80, the first was at 100."""
    patient = thrombocytopenia(
        "90..110 by 5 | 15", "120..150 by 5 | 100", "155..335 by 5 | 80", "340 | 15", "350..400 by 5 | 80"
    )
    patient += "day | marrow_megakaryocytes\n340 | normal\n\npatients:\nlast_contact_day\n400"
    # day 340: six blocks back to day 166 hold nothing but 80; then 350 + 28 = 378, seen on day 380
    is_itp(patient, {149: PASS, "150..339": FAIL, "340..379": PASS, "380..": FAIL})
