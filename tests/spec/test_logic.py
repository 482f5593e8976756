"""Section 1: Kleene's logic of three values, as the criteria show it."""

from spec.cytopenias import aiha, conditions, itp, medications
from spec.patient import FAIL, PASS, UNKNOWN, criterion

OPEN = {"absent_diagnosis": "ignored"}


def test_and_is_the_worst():
    """FAIL < UNKNOWN < PASS: a known objection decides, an open question is only left open by passes."""
    gvhd = criterion("gvhd_controlled")
    rows = "conditions:\ndays | condition | grade | detail\n"
    passed, unknown, failed = (
        "50..60 | acute_gvhd | 1 | untreated",
        "50..60 | acute_gvhd | 1 | responsive",
        "50..60 | acute_gvhd | 4 | responsive",
    )
    given = {"sponsor_agreement": "open"}
    gvhd(rows + passed, {55: PASS}, **given)
    gvhd(f"{rows}{passed}\n{unknown}", {55: UNKNOWN}, **given)
    gvhd(f"{rows}{unknown}\n{failed}", {55: FAIL}, **given)
    gvhd(f"{rows}{passed}\n{unknown}\n{failed}", {55: FAIL}, **given)


def test_or_is_the_best():
    """One cytopenia that is sure is enough, however open the others are."""
    immune_cytopenia = criterion("immune_cytopenia")
    platelets_only = "day | platelets\n0..365 by 5 | 150"
    immune_cytopenia(platelets_only, {"0..27": FAIL, "28..": UNKNOWN})  # ITP fails, the anemias are unknown
    immune_cytopenia(
        platelets_only.replace("365", "85") + "\n90 | 15\n\nday | marrow_megakaryocytes\n90 | normal",
        {89: UNKNOWN, 90: PASS},
    )


def test_not_swaps():
    """NOT a cause of thrombocytopenia: active fails, unknown stays unknown, absent passes."""
    is_itp = criterion("immune_cytopenia.itp")
    is_itp(itp() + conditions("85..90 | dic"), {90: FAIL}, **OPEN)
    is_itp(itp() + conditions("0.. | dic"), {90: UNKNOWN}, **OPEN)  # acute, without an end for 90 days
    is_itp(itp(), {90: PASS}, **OPEN)


def test_at_least_two_of_four():
    """PASS with two, FAIL where the unknown ones could not make two, else UNKNOWN."""
    is_aiha = criterion("immune_cytopenia.aiha")
    high, normal, none = "600", "200", ""
    for ldh, haptoglobin, indirect, reticulocytes, verdict in (
        (high, "10", "0.5", "1", PASS),
        (high, "10", none, none, PASS),
        (high, none, none, none, UNKNOWN),
        (none, none, none, none, UNKNOWN),
        (high, "100", "0.5", none, UNKNOWN),
        (high, "100", "0.5", "1", FAIL),
        (normal, "100", none, none, UNKNOWN),
        (normal, "100", "0.5", none, FAIL),
    ):
        patient = aiha(markers="-300 | |") + (
            "day | ldh | haptoglobin | bilirubin_indirect | reticulocytes_percent\n"
            f"90 | {ldh} | {haptoglobin} | {indirect} | {reticulocytes}"
        )
        is_aiha(patient, {90: verdict}, **OPEN)


def test_some_run_of_days():
    """OR over the windows of AND over their days: FAIL if none fits, UNKNOWN if one may hold."""
    refractory = criterion("incomplete_response.refractory")
    patient = itp() + medications(
        "100..103 | prednisone | 1 mg/kg/day |",
        "104 | prednisone | mg/kg/day |",
        "105..106 | prednisone | 1 mg/kg/day |",
    )
    refractory(patient, {"0..105": FAIL, "106..": UNKNOWN})


def test_either_of_two_measures():
    """PASS if one that is available passes, FAIL if one is and none passes, UNKNOWN if none is."""
    is_prca = criterion("immune_cytopenia.prca")
    for percent, absolute, verdict in (
        ("0.5", "", PASS),
        ("0.5", "50", PASS),
        ("2", "", FAIL),
        ("2", "50", FAIL),
        ("", "", UNKNOWN),
    ):
        patient = """
            day          | neutrophils | platelets | hemoglobin
             0..85 by 5  | 2.0         | 150       | 13
            90           | 2.0         | 150       | 7

            day | reticulocytes_percent | reticulocytes
            """
        is_prca(f"{patient}90 | {percent} | {absolute}", {90: verdict}, **OPEN)
