"""I5, what a recorded diagnosis, or the absence of one, adds to an onset that is unknown."""

import pytest
from spec.cytopenias import aiha, conditions, engrafted, itp, prca, thrombocytopenia
from spec.patient import COMPLETE, FAIL, PASS, UNKNOWN, criterion

is_aiha = criterion("immune_cytopenia.aiha")
is_itp = criterion("immune_cytopenia.itp")
is_prca = criterion("immune_cytopenia.prca")

OPEN = {"absent_diagnosis": "ignored"}
NEVER = {"..": FAIL}
NO_MARROW = itp(marrow="-300 | normal")  # low from day 90 on
NO_CAUSES_TOLD = {"complete": ["transfusions", "medications"]}


def one_low_count(*diagnosis: str, marrow: str = "-300 | normal") -> str:
    """Platelets are low on day 90, and never counted again: a spell of days 90 … 145."""
    return thrombocytopenia("90 | 15", marrow=marrow) + conditions(*diagnosis)


# ---- it fills what is unknown


def test_it_stands_in_for_the_work_up():
    """From the first day on which it is active and a count day is in the span."""
    is_itp(NO_MARROW, NEVER)
    is_itp(NO_MARROW + conditions("92.. | itp"), {"0..91": FAIL, "92..": PASS})
    is_itp(NO_MARROW + conditions("70.. | itp"), {"0..89": FAIL, "90..": PASS})
    is_aiha(aiha(dat="-300 | positive") + conditions("92.. | aiha"), {"0..91": FAIL, "92..": PASS})
    is_prca(prca(reticulocytes="-300 | 1 |") + conditions("92.. | prca"), {"0..91": FAIL, "92..": PASS})


def test_it_stands_in_for_other_causes():
    """Where nothing says that there were none; not where one was active on the day of the count."""
    patient = one_low_count("92.. | itp", marrow="90 | normal")
    is_itp(patient, {"0..89": FAIL, "90..91": UNKNOWN, "92..145": PASS, "146..": FAIL}, **NO_CAUSES_TOLD)
    is_itp(patient + conditions("80..90 | ttp"), NEVER, **NO_CAUSES_TOLD)


@pytest.mark.parametrize(("start", "verdict"), [("31", PASS), ("30", UNKNOWN), ("-20", UNKNOWN)])
def test_it_counts_for_60_days(start: str, verdict: str):
    """A start 59 days before the count is recent; 60 days before it says nothing of this fall."""
    is_itp(NO_MARROW + conditions(f"{start}.. | itp"), {"0..89": FAIL, "90..": verdict})
    is_itp(NO_MARROW + conditions("30.. | itp"), {"90..": PASS}, diagnosis_valid_days=61)
    is_itp(NO_MARROW + conditions("31.. | itp"), {"90..": UNKNOWN}, diagnosis_valid_days=59)


def test_it_reaches_the_counts_of_30_days():
    """A diagnosis of day 119 still meets the count of day 90, one of day 120 does not."""
    is_itp(one_low_count("119.. | itp"), {"0..118": FAIL, "119..145": PASS, "146..": FAIL})
    is_itp(one_low_count("120.. | itp"), NEVER)


def test_it_must_be_active_on_the_day():
    """Its last day is such a day; one that is over fills nothing, and is then absent."""
    is_itp(NO_MARROW + conditions("50..89 | itp"), NEVER)
    is_itp(NO_MARROW + conditions("50..90 | itp"), {"0..89": FAIL, "90..": PASS})


def test_evans_is_aiha_and_itp():
    """One diagnosis for both; not for PRCA."""
    is_itp(NO_MARROW + conditions("92.. | evans"), {91: FAIL, "92..": PASS})
    is_aiha(aiha(dat="-300 | positive") + conditions("92.. | evans"), {91: FAIL, "92..": PASS})
    is_prca(prca(reticulocytes="-300 | 1 |") + conditions("92.. | evans"), NEVER)


# ---- never for the count


def test_a_count_that_fails():
    """Platelets of 31 are no thrombocytopenia, whoever coded one."""
    is_itp(itp(platelets="31") + conditions("92.. | itp"), NEVER)


def test_a_gate_that_is_open():
    """Low from day 40, engraftment not documented until 35: on day 49 the gate opens, seen in the count of 50."""
    patient = """
        day         | neutrophils | platelets
         0..35 by 5 | 2.0         | 150
        40..60 by 5 | 2.0         | 15
        """
    is_itp(patient + conditions("40.. | itp"), {"0..39": FAIL, "40..49": UNKNOWN, "50..115": PASS, "116..": FAIL})


def test_a_need_of_transfusions_that_is_not_told():
    """63 is 30 % below 90 but over 30: whether platelets were given is the count's own question."""
    patient = thrombocytopenia("90 | {}", before="90", marrow="90 | normal") + conditions("90.. | itp")
    patient += engrafted(0)
    captured = {"complete": [table for table in COMPLETE if table != "transfusions"]}
    is_itp(patient.format(63), {"0..89": FAIL, "90..145": UNKNOWN, "146..": FAIL}, **captured)
    is_itp(patient.format(30), {"0..89": FAIL, "90..145": PASS, "146..": FAIL}, **captured)


def test_a_baseline_that_is_not_known():
    """Of days 70 and 84 only one lies in the block 56 … 83: there is nothing to fall from."""
    patient = "day | platelets\n70 | 150\n{} | 150\n90 | 15\n" + conditions("90.. | itp") + engrafted(20)
    is_itp(patient.format(84), {"70..89": FAIL, "90..145": UNKNOWN, "146..": FAIL})
    is_itp(patient.format(83), {"70..89": FAIL, "90..145": PASS, "146..": FAIL})


def test_a_work_up_that_fails():
    """The marrow without megakaryocytes is known for 60 days, to day 149; after them it is unknown again."""
    marrow = itp(marrow="90 | absent")
    is_itp(marrow + conditions("91.. | itp"), {"0..149": FAIL, "150..": PASS})
    is_itp(marrow + conditions("90.. | itp"), {"0..149": FAIL, "150..": UNKNOWN})


# ---- other readings


def test_a_diagnosis_that_suffices():
    """Its start day alone is an onset and opens a spell of 56 days, whatever the results say."""
    reading = {"recorded_diagnosis": "suffices"}
    spell = {"0..91": FAIL, "92..147": PASS, "148..": FAIL}
    is_itp(itp(platelets="150") + conditions("92.. | itp"), spell, **reading)
    is_itp(itp(platelets="150") + conditions("92..92 | evans"), spell, **reading)
    is_itp(conditions("0.. | itp"), {"0..55": PASS, "56..": FAIL}, **reading)


def test_a_diagnosis_that_suffices_is_evidence():
    """Where there are no counts at all, nothing is known until then."""
    patient = conditions("92.. | itp")
    is_itp(patient, {"0..27": FAIL, "28..91": UNKNOWN, "92..147": PASS, "148..": FAIL}, recorded_diagnosis="suffices")
    is_itp(patient, {"0..27": FAIL, "28..": UNKNOWN})


def test_under_suffices_nothing_is_filled():
    """A start before day 0 is no start day, and being active fills no element on later days."""
    patient = NO_MARROW + conditions("-20.. | itp")
    is_itp(patient, {"0..89": FAIL, "90..": UNKNOWN}, recorded_diagnosis="suffices")
    # the start day is a count day: the marrow may follow it, and 15 on day 90 is one too
    patient = one_low_count("60..60 | itp", marrow="110 | normal")
    is_itp(patient, {"0..59": FAIL, "60..145": PASS, "146..": FAIL}, recorded_diagnosis="suffices")


def test_a_diagnosis_that_is_ignored():
    """No effect as a diagnosis that is there; but none is absent."""
    reading = {"recorded_diagnosis": "ignored"}
    patient = one_low_count("100.. | itp")
    is_itp(patient, {"0..89": FAIL, "90..145": UNKNOWN, "146..": FAIL}, **reading, **OPEN)
    is_itp(patient, {"0..99": FAIL, "100..145": UNKNOWN, "146..": FAIL}, **reading)


# ---- no recorded diagnosis


@pytest.mark.parametrize(
    ("declared", "verdict"),
    [(["ttp", "itp", "evans"], FAIL), (["ttp", "itp"], UNKNOWN), (["ttp", "evans"], UNKNOWN), (True, FAIL)],
)
def test_no_diagnosis_fails_what_is_unknown(declared: object, verdict: str):
    """Where conditions are complete for it; for AIHA and ITP that takes evans too."""
    complete = {"transfusions": True, "medications": True, "conditions": declared}
    is_itp(NO_MARROW, {89: FAIL, "90..": verdict}, complete=complete, itp_other_causes=["ttp"])
    is_itp(NO_MARROW, {89: FAIL, "90..": UNKNOWN}, complete=complete, itp_other_causes=["ttp"], **OPEN)


@pytest.mark.parametrize(("declared", "verdict"), [(["bleeding", "prca"], FAIL), (["bleeding"], UNKNOWN)])
def test_no_diagnosis_of_prca(declared: list[str], verdict: str):
    """It has no second name."""
    complete = {"transfusions": True, "medications": True, "conditions": declared}
    patient = prca(reticulocytes="-300 | 1 |")
    is_prca(patient, {89: FAIL, "90..": verdict}, complete=complete, prca_obvious_causes=["bleeding"])


def test_no_diagnosis_does_not_turn_a_pass():
    """What the results prove needs no diagnosis."""
    is_itp(itp(), {89: FAIL, "90..": PASS})


def test_an_active_diagnosis_keeps_it_open():
    """`absent_diagnosis` asks whether one is active on the day, however old it is and whatever it is worth."""
    for reading in ("fills_unknown", "ignored"):
        is_itp(NO_MARROW + conditions("-20.. | itp"), {"90..": UNKNOWN}, recorded_diagnosis=reading)
        is_itp(NO_MARROW + conditions("-20..89 | itp"), NEVER, recorded_diagnosis=reading)
