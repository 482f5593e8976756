"""I5, from when on a count may qualify: day 28, and some time after engraftment."""

import pytest
from spec.cytopenias import aiha, conditions, engrafted, itp
from spec.patient import FAIL, PASS, UNKNOWN, criterion

is_aiha = criterion("immune_cytopenia.aiha")
is_itp = criterion("immune_cytopenia.itp")
is_prca = criterion("immune_cytopenia.prca")

# where the diagnosis is not on file UNKNOWN would become FAIL, and the elements could not be told apart
OPEN = {"absent_diagnosis": "ignored"}


def early(day: int, engraftment: int = 0) -> str:
    """Platelets of 150 to day 12, then 15 on `day`, with a marrow of that day."""
    return f"""
        day       | platelets | marrow_megakaryocytes
        2..12 by 2| 150       |
        {day}     | 15        | normal
        """ + engrafted(engraftment)


def test_day_28():
    """Aplasia after conditioning is none: the count of day 27 fails, that of day 28 holds."""
    is_itp(early(27), {"..": FAIL}, **OPEN)
    is_itp(early(28), {"0..27": FAIL, "28..83": PASS, "84..": FAIL})
    is_itp(early(27), {"0..26": FAIL, "27..82": PASS, "83..": FAIL}, onset_day_min=27)
    is_itp(early(28), {"..": FAIL}, onset_day_min=29, **OPEN)


def test_a_diagnosis_before_day_28():
    """Does not bring it forward."""
    is_itp(early(27) + conditions("20.. | itp"), {"..": FAIL})


@pytest.mark.parametrize(("days", "verdict"), [(28, PASS), (29, FAIL)])
def test_the_gate_is_no_day_before_the_transplant(days: int, verdict: str):
    """Engrafted on day 0: for the count of day 28 the verdict of day 0 is the earliest there is."""
    is_itp(early(28), {28: verdict}, onset_after_engraftment_days={"itp": days}, **OPEN)


@pytest.mark.parametrize(("day", "verdict"), [(14, PASS), (15, FAIL)])
def test_a_recorded_engraftment(day: int, verdict: str):
    """14 days before the count, or 13: on day 14 the latest count was low, so that it failed."""
    patient = early(28, day).replace("2..12 by 2| 150", "2..12 by 2| 15")
    before = "\n\nday | platelets\n16..18 by 2 | 150\n20..21 | 150\n\n"
    is_itp(patient + before, {"0..27": FAIL, 28: verdict}, **OPEN)


def after(day: int, before: str, low: str, workup: str) -> str:
    """Counts every 5 days to day 40, the low one on `day`; engraftment is known from day 35."""
    return f"""
        day        | neutrophils | hemoglobin | platelets
        0..40 by 5 | 2.0         | {before}
        {day}      | 2.0         | {low}

        day   | {workup.split("=")[0]}
        {day} | {workup.split("=")[1]}
        """


def test_the_gate_after_engraftment():
    """14 days after it is known for AIHA and ITP, 28 for PRCA; a day sooner the count has no typical value yet."""
    marrow = "marrow_megakaryocytes=normal"
    is_itp(after(48, "13 | 150", "13 | 15", marrow), {48: UNKNOWN}, **OPEN)
    is_itp(after(49, "13 | 150", "13 | 15", marrow), {48: FAIL, 49: PASS})
    hemolysis = "dat | ldh | haptoglobin=positive | 600 | 10"
    is_aiha(after(48, "13 | 150", "7.5 | 150", hemolysis), {48: UNKNOWN}, **OPEN)
    is_aiha(after(49, "13 | 150", "7.5 | 150", hemolysis), {48: FAIL, 49: PASS})
    aplasia = "reticulocytes_percent=0.3"
    is_prca(after(62, "13 | 150", "7 | 150", aplasia), {62: UNKNOWN}, **OPEN)
    is_prca(after(63, "13 | 150", "7 | 150", aplasia), {62: FAIL, 63: PASS})


def test_the_gate_can_be_moved():
    """`onset_after_engraftment_days`, each cytopenia its own."""
    patient = after(48, "13 | 150", "13 | 15", "marrow_megakaryocytes=normal")
    is_itp(patient, {48: PASS}, onset_after_engraftment_days={"itp": 13})
    is_itp(patient, {48: UNKNOWN}, onset_after_engraftment_days={"aiha": 13}, **OPEN)


def test_the_gate_reads_the_lineage():
    """Neutrophils for the anemias, platelets for ITP; FAIL while not engrafted, or before day 0."""
    late = "\n\ntransplants:\n{}_engraftment_day\n80\n\n"
    low_neutrophils = itp().replace("2.0", "0.2") + late.format("neutrophil")
    is_itp(low_neutrophils, {90: PASS})
    low_neutrophils = aiha().replace("2.0", "0.2") + late.format("neutrophil")
    # neutrophils passed on day 80, so day 93 is 13 days after and day 95 the first count day
    is_aiha(low_neutrophils, {"0..94": FAIL, 95: PASS})
    is_itp(after(13, "13 | 150", "13 | 15", "marrow_megakaryocytes=normal"), {"13..14": FAIL}, **OPEN)


def test_an_adjudicated_engraftment_does_not_open_the_gate():
    """The gate reads the computed verdict."""
    never = itp(before="19")
    review = "adjudications:\ndays | criterion | verdict\n0.. | platelet_engraftment | PASS"
    criterion("platelet_engraftment")(never + review, {"..": PASS})
    is_itp(never + review, {"..": FAIL})


def test_an_engraftment_that_is_not_known():
    """Without a neutrophil on file the count is unknown; the fall and the hemolysis are not."""
    patient = aiha().replace("| 2.0 ", "|     ")
    is_aiha(patient, {"0..89": FAIL, "90..": UNKNOWN}, **OPEN)
    is_aiha(patient + engrafted(25), {"0..89": FAIL, "90..": PASS})
