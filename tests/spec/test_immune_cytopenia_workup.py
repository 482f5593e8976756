"""I5a to I5d, the work-up verdict: the tests and the absence of other causes that make a low count immune."""

import pytest
from spec.cytopenias import aiha, conditions, itp, prca
from spec.patient import BASE, FAIL, PASS, UNKNOWN, criterion, outcome

from postgraft.eligibility.reference_limits import own_limits

is_aiha = criterion("immune_cytopenia.aiha")
is_itp = criterion("immune_cytopenia.itp")
is_prca = criterion("immune_cytopenia.prca")

# where the diagnosis is not on file UNKNOWN would become FAIL, and the elements could not be told apart
OPEN = {"absent_diagnosis": "ignored"}
VERDICTS = {PASS: {89: FAIL, 90: PASS}, FAIL: {89: FAIL, 90: FAIL}, UNKNOWN: {89: FAIL, 90: UNKNOWN}}


def hemolysis(header: str, *rows: str) -> str:
    """An anemia with a positive DAT and these markers only."""
    return aiha(markers="-300 | |") + f"day | {header}\n" + "\n".join(rows)


# ---- AIHA: direct antiglobulin test


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
        negative + conditions("80.. | ttp"),
        {90: PASS},
        complete={"conditions": ["pnh"], "transfusions": True},
        **read,
    )
    is_aiha(negative, {90: UNKNOWN}, complete={"conditions": ["ttp"], "transfusions": True}, **read)


def test_a_positive_dat_needs_no_search_for_other_causes():
    """Whatever else is active, and under every reading."""
    patient = aiha() + conditions("80.. | ttp")
    is_aiha(patient, {90: PASS})
    is_aiha(patient, {90: PASS}, dat_negative_aiha="included")


# ---- AIHA: markers of hemolysis


@pytest.mark.parametrize(
    ("ldh", "haptoglobin", "verdict"),
    [
        ("247", "29", PASS),
        ("246", "29", UNKNOWN),  # reticulocytes and bilirubin may still make the second
        ("247", "30", UNKNOWN),
        ("280 [..280]", "29", UNKNOWN),  # its own upper limit, not the fallback
        ("281 [..280]", "29", PASS),
        ("247", "29 [25..]", UNKNOWN),  # its own lower limit
        ("200 [..190]", "35 [36..]", PASS),
        ("246", "30", UNKNOWN),
        (">246", "<30", PASS),
        (">=246", "29", UNKNOWN),  # may be 246
        ("247", "<=30", UNKNOWN),  # may be 30
        (">600", "<=29", PASS),
        ("247", "<31", UNKNOWN),
        ("<600", "29", UNKNOWN),
        (">280 [..280]", "<25 [25..]", PASS),
        (">246 [..280]", "<25 [25..]", UNKNOWN),
    ],
)
def test_two_markers_beyond_their_limits(ldh: str, haptoglobin: str, verdict: str):
    """Strictly beyond the row's own limit, else the fallback (LDH 246 U/L, haptoglobin 30 mg/dL)."""
    is_aiha(hemolysis("ldh | haptoglobin", f"90 | {ldh} | {haptoglobin}"), VERDICTS[verdict], **OPEN)


@pytest.mark.parametrize(
    ("haptoglobin", "verdict"),
    [
        ("25 [20..200]", UNKNOWN),
        ("25 [6..200]", UNKNOWN),  # a fifth of 30
        ("25 [5.9..200]", PASS),  # less than a fifth: haptoglobin of 25 is held against 30
        ("149 [150..300]", PASS),  # five times 30
        ("149 [151..300]", UNKNOWN),
        ("25 [0..200]", PASS),  # a range, but no limit of a low haptoglobin
        ("25 [200..20]", PASS),  # no range
        ("25 [20..20]", PASS),
        ("25 [-20..20]", PASS),
        ("25 [20..]", UNKNOWN),
        ("25 [..200]", PASS),
        ("25 [0..]", PASS),
    ],
)
def test_reference_limits_that_count(haptoglobin: str, verdict: str):
    """Own limits count if 0 ≤ lower < upper, or positive where alone, and within a factor 5 of the fallback."""
    is_aiha(hemolysis("ldh | haptoglobin", f"90 | 600 | {haptoglobin}"), VERDICTS[verdict], **OPEN)


def test_upper_reference_limits_that_count():
    """The same for LDH, of which 49.2 U/L is a fifth of the fallback and 1230 U/L five times it."""
    for ldh, verdict in (
        ("240 [..49.2]", PASS), ("240 [..49.1]", UNKNOWN), ("247 [..1230]", UNKNOWN), ("247 [..1231]", PASS),
        ("247 [300..280]", PASS), ("247 [..0]", PASS),
    ):  # fmt: skip
        is_aiha(hemolysis("ldh | haptoglobin", f"90 | {ldh} | 10"), VERDICTS[verdict], **OPEN)
    far = hemolysis("ldh | haptoglobin", "90 | 247 [..1231] | 10")
    is_aiha(far, {90: UNKNOWN}, reference_limit_factor_max=6, **OPEN)
    limits = own_limits(outcome(far).extract, BASE).set_index("analyte").loc["ldh"]
    assert limits[["fallback", "results", "own", "left_aside"]].tolist() == [246, 1, 1, 1]


@pytest.mark.parametrize(
    ("percent", "absolute", "verdict"),
    [
        ("2.6", "", PASS),
        ("2.5", "", FAIL),
        ("", "101", PASS),
        ("", "100", FAIL),
        ("2.5", "101", PASS),
        ("2.6", "100", PASS),
        ("2.5 [..2.0]", "", PASS),
        ("", "101 [..120]", FAIL),
        (">2.5", "", PASS),
        ("<2.5", "", FAIL),
        ("<3", "", UNKNOWN),
        ("<3", "100", UNKNOWN),
        ("<3", "101", PASS),
    ],
)
def test_reticulocytes_by_either_measure(percent: str, absolute: str, verdict: str):
    """As % (2.5) or absolute (100): one available that is increased suffices. LDH is the other marker."""
    header = "ldh | haptoglobin | bilirubin_indirect | reticulocytes_percent | reticulocytes"
    is_aiha(hemolysis(header, f"90 | 600 | 100 | 0.5 | {percent} | {absolute}"), VERDICTS[verdict], **OPEN)


def test_fewer_than_two_are_possible():
    """FAIL where even the unknown ones could not make two: three are normal."""
    header = "ldh | haptoglobin | bilirubin_indirect"
    is_aiha(hemolysis(header, "90 | 600 | 100 | 0.5"), {90: UNKNOWN}, **OPEN)
    is_aiha(hemolysis(header, "90 | 200 | 100 | 0.5"), {90: FAIL}, **OPEN)


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        (["90 | 600 | 0.9 |  |"], PASS),
        (["90 | 600 | 0.8 |  |"], UNKNOWN),
        (["90 | 600 | 0.9 [..1.0] |  |"], UNKNOWN),
        (["90 | 600 |  | 1.4 | 0.5"], PASS),  # 0.9
        (["90 | 600 |  | 1.4 | 0.6"], UNKNOWN),  # 0.8 to 1e-9
        (["90 | 600 |  | 1.4 |"], UNKNOWN),  # no direct one to subtract
        (["77 | 600 |  | 1.4 | 0.4", "90 | 600 | | 0.5 |"], PASS),  # day 77 has both, and is in the window
        (["76 | 600 |  | 1.4 | 0.4", "90 | 600 | | 0.5 |"], UNKNOWN),
        (
            ["80 | 600 |  | 1.4 | 0.4", "85 | | | 0.5 | 0.4", "90 | 600 | | |"],
            UNKNOWN,
        ),  # the latest day with both
        (["80 | 600 | 0.5 | |", "90 | 600 |  | 1.4 | 0.4"], UNKNOWN),  # measured in the window goes first
        (["90 | 600 |  | >1.4 | 0.6"], PASS),
        (["90 | 600 |  | >=1.4 | 0.6"], UNKNOWN),
        (["90 | 600 |  | <3 | 0.6"], UNKNOWN),
        (["90 | 600 |  | 1.4 | <0.6"], PASS),
        (["90 | 600 |  | >1.2 | <0.4"], PASS),
        (["90 | 600 |  | >3 | >0.2"], UNKNOWN),  # pulled to both sides
        (["80 | 600 |  | 3 | 0.2", "90 | | | <3 | <0.2"], UNKNOWN),  # the latest day with both
        (["90 | 600 |  | 1.4 [..3.0] | 0.4"], PASS),  # against the fallback, not the limit of the total
    ],
)
def test_indirect_bilirubin(rows: list[str], verdict: str):
    """The measured one in the window, else total − direct of the latest day with both, against 0.8 mg/dL."""
    header = "ldh | bilirubin_indirect | bilirubin_total | bilirubin_direct"
    is_aiha(hemolysis(header, *rows), VERDICTS[verdict], **OPEN)


def test_chemistry_is_current_for_14_days():
    """Day 77 is in the window of day 90, day 76 is not; the latest result in it speaks."""
    is_aiha(aiha(markers="77 | 600 | 10"), {90: PASS})
    is_aiha(aiha(markers="76 | 600 | 10"), {90: UNKNOWN}, **OPEN)
    is_aiha(aiha(markers="76 | 600 | 10"), {90: PASS}, chemistry_window_days=15)
    is_aiha(aiha(markers="80 | 600 | 10\n90 | 200 | 10"), {90: UNKNOWN}, **OPEN)


def test_the_worst_of_one_day():
    """The highest LDH, the lowest haptoglobin."""
    is_aiha(aiha(markers="90 | 600 | 10\n90 | 200 | 100"), {90: PASS})


def test_parameters_of_hemolysis():
    """The number of markers and every fallback limit."""
    one = hemolysis("ldh", "90 | 600")
    is_aiha(one, {90: PASS}, hemolysis_markers_min=1)
    header = "ldh | haptoglobin | bilirubin_indirect | reticulocytes_percent | reticulocytes"
    normal = hemolysis(header, "90 | 240 | 35 | 0.7 | 2 | 90")
    is_aiha(normal, {90: FAIL}, **OPEN)
    is_aiha(normal, {90: PASS}, ldh_upper_limit=239, haptoglobin_lower_limit=36)
    is_aiha(normal, {90: PASS}, bilirubin_indirect_upper_limit=0.6, reticulocytes_upper_limit=89)
    is_aiha(normal, {90: PASS}, bilirubin_indirect_upper_limit=0.6, reticulocytes_percent_upper_limit=1.9)


# ---- ITP


@pytest.mark.parametrize(
    ("marrow", "verdict"),
    [
        ("90 | normal", PASS),
        ("90 | increased", PASS),
        ("90 | decreased", FAIL),
        ("90 | absent", FAIL),
        ("31 | normal", PASS),
        ("30 | normal", UNKNOWN),
        ("80 | absent\n90 | normal", PASS),
        ("90 | normal\n90 | decreased", FAIL),
        ("90 | increased\n90 | normal", PASS),
    ],
)
def test_megakaryocytes_of_the_last_60_days(marrow: str, verdict: str):
    """Normal or increased pass, decreased and absent fail, none is unknown; of one day the fewest."""
    is_itp(itp(marrow=marrow), VERDICTS[verdict], **OPEN)


def test_without_the_marrow():
    """`megakaryocytes_required: false` leaves this element out, whatever it shows."""
    is_itp(itp(marrow="90 | absent"), {89: FAIL, 90: PASS}, megakaryocytes_required=False)
    is_itp(itp(marrow="-300 | absent"), {89: FAIL, 90: PASS}, megakaryocytes_required=False)
    is_itp(itp(marrow="30 | normal"), {90: PASS}, marrow_window_days=61)


@pytest.mark.parametrize(
    "cause",
    [
        "drug_induced_thrombocytopenia", "ta_tma", "dic", "hit", "ttp", "graft_failure", "poor_graft_function",
        "hypersplenism", "sinusoidal_obstruction", "infection_thrombocytopenia", "relapse_marrow",
        "drug_induced_marrow_suppression",
    ],
)  # fmt: skip
def test_other_causes_of_low_platelets(cause: str):
    """Any one that is active is in the way; on the next count day after its end it is not."""
    is_itp(itp() + conditions(f"80..92 | {cause}"), {"89..94": FAIL, "95..": PASS})


def test_a_cause_that_is_over():
    """One that ended the day before explains nothing."""
    is_itp(itp() + conditions("80..90 | ttp"), {90: FAIL, 95: PASS})
    is_itp(itp() + conditions("80..89 | ttp"), {89: FAIL, 90: PASS})
    is_prca(prca() + conditions("80..90 | renal_anemia"), {90: FAIL, 95: PASS})
    is_prca(prca() + conditions("80..89 | renal_anemia"), {89: FAIL, 90: PASS})


def test_an_old_acute_cause_without_an_end():
    """Active for 90 days from its start, then unknown; a chronic one stays active."""
    is_itp(itp() + conditions("1.. | hit"), {90: FAIL, "91..94": FAIL, 95: UNKNOWN}, **OPEN)
    is_itp(itp() + conditions("0.. | hit"), {90: UNKNOWN}, **OPEN)
    is_itp(itp() + conditions("0.. | hypersplenism"), {"..": FAIL}, **OPEN)
    is_itp(itp() + conditions("1.. | hit"), {90: UNKNOWN}, open_condition_days=89, **OPEN)


def test_each_cause_by_completeness():
    """A list that leaves out one cause leaves ITP open; the other eleven don't help."""
    causes = [
        "drug_induced_thrombocytopenia", "ta_tma", "dic", "hit", "ttp", "graft_failure", "poor_graft_function",
        "hypersplenism", "sinusoidal_obstruction", "infection_thrombocytopenia", "relapse_marrow",
        "drug_induced_marrow_suppression",
    ]  # fmt: skip
    declared = {"transfusions": True, "medications": True}
    is_itp(itp(), {89: FAIL, 90: PASS}, complete={**declared, "conditions": causes})
    is_itp(itp(), {89: FAIL, 90: UNKNOWN}, complete={**declared, "conditions": causes[:-1]})
    is_itp(itp(), {90: PASS}, complete={**declared, "conditions": ["ttp"]}, itp_other_causes=["ttp"])


# ---- PRCA


@pytest.mark.parametrize(
    ("reticulocytes", "either", "both", "percent", "absolute"),
    [
        ("90 | 0.9 | 9", PASS, PASS, PASS, PASS),
        ("90 | 1.0 | 9", PASS, FAIL, FAIL, PASS),
        ("90 | 0.9 | 10", PASS, FAIL, PASS, FAIL),
        ("90 | 1.0 | 10", FAIL, FAIL, FAIL, FAIL),
        ("90 | 0.9 |", PASS, UNKNOWN, PASS, UNKNOWN),
        ("90 | 1.0 |", FAIL, FAIL, FAIL, UNKNOWN),
        ("90 | | 9", PASS, UNKNOWN, UNKNOWN, PASS),
        ("90 | | 10", FAIL, FAIL, UNKNOWN, FAIL),
        ("-300 | 0.9 | 9", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        ("90 | <1.0 | <10", PASS, PASS, PASS, PASS),
        ("90 | <1.1 | 10", UNKNOWN, FAIL, UNKNOWN, FAIL),
        ("90 | 1.0 | <11", UNKNOWN, FAIL, FAIL, UNKNOWN),
        ("90 | <1.1 | 9", PASS, UNKNOWN, UNKNOWN, PASS),
        ("90 | <1.1 |", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        ("90 | >=1.0 |", FAIL, FAIL, FAIL, UNKNOWN),
    ],
)
def test_reticulocytopenia(reticulocytes: str, either: str, both: str, percent: str, absolute: str):
    """Below 1 % or below 10 ×10⁹/L, by each reading of which must be low."""
    readings = {"either": either, "both": both, "percent": percent, "absolute": absolute}
    for rule, verdict in readings.items():
        is_prca(prca(reticulocytes=reticulocytes), VERDICTS[verdict], prca_reticulocyte_rule=rule, **OPEN)


def test_reticulocytes_are_current_for_14_days():
    """The chemistry window; the lowest of a day."""
    is_prca(prca(reticulocytes="77 | 0.3 |"), {90: PASS})
    is_prca(prca(reticulocytes="76 | 0.3 |"), {90: UNKNOWN}, **OPEN)
    is_prca(prca(reticulocytes="90 | 0.3 |\n90 | 2 |"), {90: PASS})


@pytest.mark.parametrize(
    "cause",
    [
        "bleeding", "iron_deficiency", "vitamin_deficiency", "renal_anemia", "graft_failure",
        "poor_graft_function", "relapse_marrow", "parvovirus_b19", "drug_induced_marrow_suppression",
    ],
)  # fmt: skip
def test_obvious_causes_of_anemia(cause: str):
    """Any one that is active is in the way."""
    is_prca(prca() + conditions(f"80..92 | {cause}"), {"89..94": FAIL, "95..": PASS})


def test_obvious_causes_by_completeness():
    """Each must be known to be absent."""
    is_prca(prca(), {89: FAIL, 90: UNKNOWN}, complete=["transfusions", "medications"])
    declared = {"transfusions": True, "medications": True, "conditions": ["bleeding"]}
    is_prca(prca(), {90: PASS}, complete=declared, prca_obvious_causes=["bleeding"])


def test_parvovirus():
    """Detected in its window of 14 days fails; absent, negative or indeterminate is no objection."""
    is_prca(prca() + "day | parvovirus_b19\n77 | detected", {"89..90": FAIL}, **OPEN)
    is_prca(prca() + "day | parvovirus_b19\n76 | detected", {90: PASS})
    is_prca(prca() + "day | parvovirus_b19\n80 | detected\n90 | not_detected", {90: PASS})
    is_prca(prca() + "day | parvovirus_b19\n90 | indeterminate", {90: PASS})


def test_parameters_of_reticulocytopenia():
    """Both limits are exclusive."""
    is_prca(prca(reticulocytes="90 | 1.5 | 15"), {90: FAIL}, **OPEN)
    is_prca(prca(reticulocytes="90 | 1.5 | 15"), {90: PASS}, prca_reticulocyte_percent_below=1.6)
    is_prca(prca(reticulocytes="90 | 1.5 | 15"), {90: FAIL}, prca_reticulocyte_percent_below=1.5, **OPEN)
    is_prca(prca(reticulocytes="90 | 1.5 | 15"), {90: PASS}, prca_reticulocytes_below=16)
    is_prca(prca(reticulocytes="90 | 1.5 | 15"), {90: FAIL}, prca_reticulocytes_below=15, **OPEN)
