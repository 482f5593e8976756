"""I5a and I5b, the work-up verdict: the direct antiglobulin test, and other causes of hemolysis."""

import pytest
from spec.cytopenias import aiha, conditions
from spec.patient import FAIL, PASS, UNKNOWN
from spec.workup import OPEN, VERDICTS, is_aiha


@pytest.mark.parametrize(
    ("dat", "verdict"),
    [
        ("90 | positive", PASS),
        ("61 | positive", PASS),
        ("60 | positive", UNKNOWN),
        ("90 | indeterminate", UNKNOWN),
        ("90 | negative", UNKNOWN),
        ("80 | positive\n90 | negative", UNKNOWN),
        ("80 | negative\n90 | positive", PASS),
        ("90 | negative\n90 | positive", PASS),
    ],
)
def test_the_latest_dat_of_30_days(dat: str, verdict: str):
    """Positive passes; none, indeterminate and negative leave it open. Of one day the worst counts."""
    is_aiha(aiha(dat=dat), VERDICTS[verdict], **OPEN)


def test_a_dat_too_old_for_the_window():
    """`dat_window_days`: 31 days hold day 60."""
    is_aiha(aiha(dat="60 | positive"), {90: PASS}, dat_window_days=31)


def test_dat_negative_aiha():
    """Read as open, as excluded, or as included where other causes of hemolysis are known to be absent."""
    negative = aiha(dat="90 | negative")
    is_aiha(negative, {90: UNKNOWN}, **OPEN)
    is_aiha(negative, {90: FAIL}, dat_negative_aiha="excluded", **OPEN)
    is_aiha(negative, {90: PASS}, dat_negative_aiha="included", **OPEN)
    included = {"dat_negative_aiha": "included", **OPEN}
    is_aiha(negative + conditions("80..95 | pnh"), {90: FAIL}, **included)
    is_aiha(negative + conditions("80..89 | pnh"), {90: PASS}, **included)
    is_aiha(negative, {90: UNKNOWN}, complete=["transfusions", "medications"], **included)
    # under `included` none and indeterminate are still unknown
    is_aiha(aiha(dat="90 | indeterminate"), {90: UNKNOWN}, **included)


@pytest.mark.parametrize(
    "cause",
    [
        "ta_tma", "ttp", "dic", "drug_induced_hemolysis", "g6pd_deficiency", "pnh", "transfusion_reaction",
        "passenger_lymphocyte", "ivig_hemolysis",
    ],
)  # fmt: skip
def test_other_causes_of_hemolysis(cause: str):
    """Each is in the way of a DAT-negative AIHA."""
    patient = aiha(dat="90 | negative") + conditions(f"80.. | {cause}")
    is_aiha(patient, {90: FAIL}, dat_negative_aiha="included", **OPEN)


def test_the_list_of_other_causes_of_hemolysis():
    """`hemolysis_other_causes` can be amended, and is what must be known to be absent."""
    negative = aiha(dat="90 | negative")
    read = {"dat_negative_aiha": "included", "hemolysis_other_causes": ["pnh"], **OPEN}
    is_aiha(
        negative + conditions("80.. | ttp"), {90: PASS}, complete={"conditions": ["pnh"], "transfusions": True}, **read
    )
    is_aiha(negative, {90: UNKNOWN}, complete={"conditions": ["ttp"], "transfusions": True}, **read)


def test_a_positive_dat_needs_no_search_for_other_causes():
    """Whatever else is active, and under every reading."""
    patient = aiha() + conditions("80.. | ttp")
    is_aiha(patient, {90: PASS})
    is_aiha(patient, {90: PASS}, dat_negative_aiha="included")
