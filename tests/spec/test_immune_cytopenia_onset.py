"""I5, onset: low count and work-up come together, with what a recorded diagnosis adds."""

from spec.cytopenias import aiha, conditions, itp, prca
from spec.patient import FAIL, PASS, UNKNOWN, criterion

is_aiha = criterion("immune_cytopenia.aiha")
is_itp = criterion("immune_cytopenia.itp")
is_prca = criterion("immune_cytopenia.prca")

OPEN = {"absent_diagnosis": "ignored"}
NO_MARROW = itp(marrow="-300 | normal")


def one_low_count(workup: str) -> str:
    """Platelets are low on day 90, and never counted again."""
    return f"day | platelets\n0..85 by 5 | 150\n90 | 15\n\nday | {workup}"


def test_the_work_up_may_follow_within_30_days():
    """On the day of the marrow, count days of that day and the 29 before are looked at."""
    is_itp(one_low_count("marrow_megakaryocytes\n119 | normal"), {"0..118": FAIL, "119..": PASS})
    is_itp(one_low_count("marrow_megakaryocytes\n120 | normal"), {"..": FAIL})
    is_itp(one_low_count("marrow_megakaryocytes\n120 | normal"), {"120..": PASS}, workup_days=31)


def test_the_work_up_may_come_first():
    """As long as it is current on the day of the count."""
    is_itp(one_low_count("marrow_megakaryocytes\n31 | normal"), {89: FAIL, "90..": PASS})
    is_itp(one_low_count("marrow_megakaryocytes\n30 | normal"), {"..": FAIL})


def test_every_result_of_the_work_up_is_evidence():
    """AIHA is complete with its last element: hemoglobin on day 90, DAT 92, LDH 95, haptoglobin 97."""
    patient = """
        day        | neutrophils | hemoglobin | dat      | ldh | haptoglobin
        0..85 by 5 | 2.0         | 13         |          |     |
        90         |             | 7.5        |          |     |
        92         |             |            | positive |     |
        95         |             |            |          | 600 |
        97         |             |            |          |     | 10
        """
    is_aiha(patient, {"0..96": FAIL, "97..": PASS})
    is_aiha(patient, {89: FAIL, "90..96": UNKNOWN, "97..": PASS}, **OPEN)


def test_a_test_that_is_no_part_of_the_work_up_is_no_evidence():
    """Without the marrow nothing but counts, transfusions and diagnoses is evidence of ITP."""
    patient = one_low_count("marrow_megakaryocytes\n110 | normal") + conditions("90..100 | ttp")
    is_itp(patient, {"0..109": FAIL, "110..": PASS})
    is_itp(patient, {"..": FAIL}, megakaryocytes_required=False)


# ---- a recorded diagnosis


def test_a_recorded_diagnosis_fills_what_is_unknown():
    """From the first evidence day on which it is active; its own start is one."""
    is_itp(NO_MARROW, {"..": FAIL})
    is_itp(NO_MARROW + conditions("92.. | itp"), {"0..91": FAIL, "92..": PASS})
    is_itp(NO_MARROW + conditions("-20.. | itp"), {"0..89": FAIL, "90..": PASS})
    is_aiha(aiha(dat="-300 | positive") + conditions("92.. | aiha"), {"0..91": FAIL, "92..": PASS})
    is_prca(prca(reticulocytes="-300 | 1 |") + conditions("92.. | prca"), {"0..91": FAIL, "92..": PASS})


def test_whatever_element_was_unknown():
    """Also a count verdict that is open because the gate is: low from day 40, engraftment open until 35."""
    patient = """
        day         | neutrophils | platelets
         0..35 by 5 | 2.0         | 150
        40..60 by 5 | 2.0         | 15
        """
    is_itp(patient + conditions("40.. | itp"), {39: FAIL, "40..": PASS})


def test_a_diagnosis_that_is_over_fills_nothing():
    """It must be active on the evidence day."""
    is_itp(NO_MARROW + conditions("50..89 | itp"), {"..": FAIL})
    is_itp(NO_MARROW + conditions("50..90 | itp"), {89: FAIL, "90..": PASS})


def test_a_diagnosis_does_not_turn_a_fail():
    """No low count, or too few megakaryocytes, stay FAIL."""
    is_itp(itp(platelets="31") + conditions("92.. | itp"), {"..": FAIL})
    # the marrow is known for 60 days; after them it is unknown, and filled
    is_itp(itp(marrow="90 | absent") + conditions("92.. | itp"), {"0..149": FAIL, "150..": PASS})
    # 31 days after the only low count there is no count day in the span
    is_itp(one_low_count("dat\n90 | negative") + conditions("120.. | itp"), {"..": FAIL})
    is_itp(one_low_count("dat\n90 | negative") + conditions("119.. | itp"), {118: FAIL, "119..": PASS})


def test_evans_is_aiha_and_itp():
    """One diagnosis for both; not for PRCA."""
    is_itp(NO_MARROW + conditions("92.. | evans"), {91: FAIL, "92..": PASS})
    is_aiha(aiha(dat="-300 | positive") + conditions("92.. | evans"), {91: FAIL, "92..": PASS})
    is_prca(prca(reticulocytes="-300 | 1 |") + conditions("92.. | evans"), {"..": FAIL})


def test_a_diagnosis_that_suffices():
    """Its start day alone is PASS, whatever the results say, or where there are none."""
    reading = {"recorded_diagnosis": "suffices"}
    is_itp(itp(platelets="150") + conditions("92.. | itp"), {91: FAIL, "92..119": PASS}, **reading)
    is_itp(conditions("92.. | itp"), {"0..91": UNKNOWN, "92..": PASS}, **reading)
    # a start before day 0 is no start day, and no element is filled on later evidence days
    is_itp(NO_MARROW + conditions("-20.. | itp"), {89: FAIL, 90: UNKNOWN}, **reading)


def test_a_diagnosis_that_is_ignored():
    """No evidence day and no effect."""
    reading = {"recorded_diagnosis": "ignored", **OPEN}
    is_itp(NO_MARROW + conditions("92.. | itp"), {89: FAIL, 90: UNKNOWN}, **reading)
    # day 100 is no evidence: unknown from day 90 lasts 28 days
    patient = one_low_count("dat\n90 | negative") + conditions("100.. | itp")
    is_itp(patient, {"90..117": UNKNOWN, "118..": FAIL}, **reading)
    is_itp(patient, {"90..99": UNKNOWN, "100..": PASS}, **OPEN)


# ---- no recorded diagnosis


def test_no_diagnosis_fails_what_is_unknown():
    """Where conditions are complete for it; for AIHA and ITP that takes evans too."""
    for declared, verdict in (
        (["ttp", "itp", "evans"], FAIL),
        (["ttp", "itp"], UNKNOWN),
        (["ttp", "evans"], UNKNOWN),
        (True, FAIL),
    ):
        complete = {"transfusions": True, "medications": True, "conditions": declared}
        is_itp(NO_MARROW, {89: FAIL, 90: verdict}, complete=complete, itp_other_causes=["ttp"])
    no_causes = {"prca_obvious_causes": ["bleeding"]}
    for declared, verdict in ((["bleeding", "prca"], FAIL), (["bleeding"], UNKNOWN)):
        complete = {"transfusions": True, "medications": True, "conditions": declared}
        is_prca(prca(reticulocytes="-300 | 1 |"), {89: FAIL, 90: verdict}, complete=complete, **no_causes)


def test_no_diagnosis_does_not_turn_a_pass():
    """What the results prove needs no diagnosis."""
    is_itp(itp(), {89: FAIL, "90..": PASS})


def test_an_active_diagnosis_keeps_it_open_though_ignored():
    """`absent_diagnosis` asks whether one is active on the day, whatever a recorded one is worth."""
    is_itp(NO_MARROW + conditions("50.. | itp"), {90: UNKNOWN}, recorded_diagnosis="ignored")
    is_itp(NO_MARROW + conditions("50..89 | itp"), {90: FAIL}, recorded_diagnosis="ignored")


def test_nothing_later_changes_an_earlier_day():
    """A marrow of day 100 proves the cytopenia from day 100 on, not from the count of day 90."""
    is_itp(itp(marrow="100 | normal"), {"90..99": FAIL, "100..": PASS})


def test_missing_measurements_leave_it_open():
    """While no count and no transfusion is known since day 0; what else was tested is no lineage result."""
    is_itp("", {"..": UNKNOWN})
    is_itp(
        "day | platelets | marrow_megakaryocytes\n-5 | 15 |\n10 | | normal\n20 | 150 |",
        {"0..19": UNKNOWN, "20..": FAIL},
    )
    is_itp("transfusions:\nday | product\n5 | red_cells\n10 | platelets", {"0..9": UNKNOWN, "10..": FAIL})
    is_prca("transfusions:\nday | product\n5 | red_cells\n10 | platelets", {"0..4": UNKNOWN, "5..": FAIL})
