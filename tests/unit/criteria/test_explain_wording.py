"""What explanations say: the value, the threshold in force, the days searched, what would settle it."""

from __future__ import annotations

import pytest
from spec.cytopenias import itp
from spec.patient import outcome
from unit.criteria.explained import row, says

from postgraft.analysis.explain import evidence

pytestmark = pytest.mark.slow

COUNT = "day | neutrophils\n60 | 0.8"


def test_a_count_names_value_day_and_the_threshold_in_force():
    found = row(COUNT, 70, "neutrophil_count")

    assert found["verdict"] == "FAIL"
    assert found["reason"] == "Neutrophils 0.8 ×10⁹/L on day 60, below the 1 ×10⁹/L required."
    assert found["results_used"] == "neutrophils 0.8 ×10⁹/L on day 60 [window: days 57 to 70]"
    lower = row(COUNT, 70, "neutrophil_count", neutrophils_min=0.5)
    assert lower["reason"] == "Neutrophils 0.8 ×10⁹/L on day 60, at least the 0.5 ×10⁹/L required."


def test_a_missing_result_names_the_days_searched_the_last_one_and_the_table():
    found = row(COUNT, 80, "neutrophil_count")

    assert (found["verdict"], found["results_used"]) == ("UNKNOWN", "")
    assert found["reason"] == (
        "No result for neutrophils in measurements on days 67 to 80, the last is neutrophils 0.8 ×10⁹/L on "
        "day 60; at least 1 ×10⁹/L are required."
    )
    says(COUNT, 80, "neutrophil_count", "the extract has no table measurements", missing=["measurements"])


def test_nothing_after_the_day_is_told():
    later = "day | neutrophils\n60 | 0.8\n90 | 3.3\n\nmedications:\ndrug | days\nfilgrastim | 62..75"

    used = evidence(outcome(later), "P1", 70)

    assert 3.3 not in used["value"].tolist()
    assert used.set_index("what")["last_day"].isna()["filgrastim"]  # its end is not known yet
    assert (used["first_day"] <= 70).all()


def test_evidence_is_machine_readable():
    used = evidence(outcome(COUNT), "P1", 70).query("criterion == 'neutrophil_count'")

    assert used[["what", "first_day", "last_day", "value", "unit", "window_first", "window_last"]].iloc[0].tolist() == [
        "neutrophils",
        60,
        60,
        0.8,
        "10*9/L",
        57,
        70,
    ]


def test_a_result_below_or_above_a_bound_is_told_as_reported():
    low = row("day | neutrophils\n60 | <0.5", 70, "neutrophil_count")
    open_ = row("day | neutrophils\n60 | <=1.5", 70, "neutrophil_count")

    assert low["reason"] == "Neutrophils < 0.5 ×10⁹/L on day 60, below the 1 ×10⁹/L required."
    assert low["results_used"] == "neutrophils < 0.5 ×10⁹/L on day 60 [window: days 57 to 70]"
    assert open_["reason"] == (
        "Neutrophils ≤ 1.5 ×10⁹/L on day 60, so it is not known whether that reaches the 1 ×10⁹/L required."
    )
    used = evidence(outcome("day | neutrophils\n60 | <0.5"), "P1", 70).query("criterion == 'neutrophil_count'")
    assert used[["operator", "value"]].iloc[0].tolist() == ["<", 0.5]


def test_a_run_that_may_be_none_says_so():
    says(
        "day | neutrophils\n10 | 0.1\n12..14 | <1",
        20,
        "neutrophil_engraftment",
        "3 successive results of neutrophils that may all be at least 0.5 ×10⁹/L, the first on day 12 (< 1 on day 12,",
    )


ENGRAFTED = "day | neutrophils | platelets\n10 | 0.1 | 5\n" + "\n".join(
    f"{day} | {n} | {p}" for day, n, p in [(12, 0.6, 25), (14, 0.8, 30), (16, 1.2, 40)]
)


def test_engraftment_names_the_run():
    says(
        ENGRAFTED,
        20,
        "neutrophil_engraftment",
        "3 successive results of neutrophils of at least 0.5 ×10⁹/L, the first on day 12 (0.6 on day 12,",
    )
    says(ENGRAFTED, 14, "neutrophil_engraftment", "after the nadir on day 10", "0.8", "not yet documented")
    says(ENGRAFTED, 10, "neutrophil_engraftment", "the latest is below 0.5 ×10⁹/L")


def test_platelet_engraftment_needs_the_transfusions():
    sure = row(ENGRAFTED, 20, "platelet_engraftment")
    open_ = row(ENGRAFTED, 20, "platelet_engraftment", complete=[])

    assert (sure["verdict"], open_["verdict"]) == ("PASS", "UNKNOWN")
    assert "no platelet transfusion on days 6 to 14" in sure["reason"]
    assert "does not declare transfusions complete" in open_["reason"]
    assert (
        "no table transfusions"
        in row(ENGRAFTED, 20, "platelet_engraftment", complete=[], missing=["transfusions"])["reason"]
    )


def test_a_recorded_engraftment_is_used():
    recorded = "transplants:\nneutrophil_engraftment_day\n17"

    found = row(recorded, 20, "neutrophil_engraftment")

    assert found["reason"] == "Engraftment of neutrophils on day 17 is recorded in transplants."
    assert found["results_used"] == "neutrophil engraftment on day 17"


@pytest.mark.parametrize(
    ("doses", "verdict", "phrase"),
    [
        ("filgrastim | 60.. | 300 mcg/day", "PASS", "was given at one dose, for 14 days or more"),
        ("filgrastim | 90.. | 300 mcg/day", "FAIL", "was not given 14 days or more before day 100"),
        ("filgrastim | 60.. | ", "UNKNOWN", "a dose of filgrastim is missing in medications".capitalize()),
        (
            "filgrastim | 60..90 | 300 mcg/day\nfilgrastim | 91.. | 480 mcg/day",
            "FAIL",
            "was not given at one dose on days 73 to 100",
        ),
    ],
)
def test_growth_factors(doses, verdict, phrase):
    found = says(f"medications:\ndrug | days | dose\n{doses}", 100, "stable_growth_factor", phrase)

    assert found["verdict"] == verdict


def test_an_acute_condition_without_an_end_may_be_over():
    infection = "conditions:\ncondition | days\nuncontrolled_infection | 10.."

    assert row(infection, 50, "no_uncontrolled_condition")["verdict"] == "FAIL"
    found = says(infection, 150, "no_uncontrolled_condition", "since day 10 may be over or not", "90 days")
    assert found["verdict"] == "UNKNOWN"


@pytest.mark.parametrize(
    ("gvhd", "verdict", "phrase"),
    [
        ("acute_gvhd | 50.. | 4 | responsive", "FAIL", "of grade 4 or more"),
        ("acute_gvhd | 50.. | 2 | refractory", "FAIL", "refractory to its treatment"),
        (
            "chronic_gvhd | 50.. | 2 | responsive",
            "PASS",
            "the agreement of sponsor and principal investigator, which the record asks for",
        ),
        ("chronic_gvhd | 50.. | 2 | untreated", "PASS", "needs no treatment"),
        ("chronic_gvhd | 50.. | 2 | ", "PASS", "no drug was begun against it"),
    ],
)
def test_gvhd(gvhd, verdict, phrase):
    found = says(f"conditions:\ncondition | days | grade | detail\n{gvhd}", 60, "gvhd_controlled", phrase)

    assert found["verdict"] == verdict


def test_gvhd_without_a_detail_names_what_may_treat_it():
    gvhd = "conditions:\ncondition | days | grade\nacute_gvhd | 50..200 | 2\n\n"
    given = gvhd + "medications:\ndays | drug | dose\n40..90 | tacrolimus | 2 mg/day\n60..70 | prednisone | 50 mg/day"

    found = says(given, 90, "gvhd_controlled", "prednisone", "may have been given against it", "detail (responsive")
    assert found["verdict"] == "UNKNOWN"
    assert "tacrolimus" not in found["reason"]  # it is prophylaxis
    late = "patients:\nobserved_from_day\n60\n\n" + gvhd
    assert says(late, 90, "gvhd_controlled", "on record only from a later day on")["verdict"] == "UNKNOWN"


def test_a_row_of_gvhd_that_the_next_one_ends_has_no_end_before():
    rows = "chronic_gvhd | 50.. | 2 | refractory\nchronic_gvhd | 80.. | 0 |"
    gvhd = f"conditions:\ncondition | days | grade | detail\n{rows}"

    says(gvhd, 79, "gvhd_controlled", "GVHD (grade 2, refractory) since day 50 is active")
    found = says(gvhd, 80, "gvhd_controlled", "o chronic GVHD is active")
    assert found["verdict"] == "PASS"


def test_a_remission_that_is_too_old_says_so():
    status = "disease_status:\nday | status\n10 | remission"

    for name in ("remission", "no_relapse"):
        found = says(status, 200, name, "it counts for 180 days", "disease_status", complete=[])
        assert found["verdict"] == "UNKNOWN"


def test_pregnancy_names_the_test_that_still_counts():
    woman = "patients:\nsex | age_at_transplant\nfemale | 30\n\nday | pregnancy_test\n20 | positive\n"

    found = says(woman, 200, "not_pregnant", "positive on day 20")
    assert found["verdict"] == "FAIL"
    says(woman + "190 | negative", 200, "not_pregnant", "negative on day 190")
    assert row(woman, 320, "not_pregnant")["verdict"] == "PASS"


def test_prophylaxis_that_may_be_maintenance():
    drug = "medications:\ndays | drug | dose | purpose\n50.. | tacrolimus | 2 mg/day | gvhd"

    given = {"complete": ["medications"], "gvhd_prophylaxis_is_maintenance": True}
    maybe = "is maintenance unless GVHD is active, which is not known"
    open_ = says(drug, 60, "maintenance_therapy", maybe, sponsor_agreement="withheld", **given)
    agreed = says(drug, 60, "maintenance_therapy", maybe, "it keeps nobody out", **given)

    assert (open_["verdict"], agreed["verdict"]) == ("UNKNOWN", "PASS")


@pytest.mark.parametrize(
    ("results", "verdict", "phrase"),
    [
        ("anti_hbc\n10 | positive", "UNKNOWN", "a result of hbv_dna would settle it"),
        ("hcv_rna\n10 | detected", "FAIL", "hepatitis C virus RNA detected on day 10"),
        ("hav_igm\n10 | positive", "UNKNOWN", "leaves it open"),
        ("hbsag\n10 | negative", "PASS", "nothing that shows active disease"),
    ],
)
def test_hepatitis(results, verdict, phrase):
    found = says(f"day | {results}", 60, "hepatitis", phrase)

    assert found["verdict"] == verdict


def test_hepatitis_c_that_may_be_under_treatment():
    found = says(
        "day | hcv_rna\n10 | detected",
        60,
        "hepatitis",
        "hepatitis C virus RNA detected on day 10; treatment begun before, which the reading exclusion_note accepts",
        "does not declare medications complete",
        complete=[],
    )
    assert found["verdict"] == "UNKNOWN"
    treated = "day | hcv_rna\n10 | detected\n\nmedications:\ndays | drug\n55..90 | sofosbuvir"
    says(treated, 60, "hepatitis", "may be under way: sofosbuvir")


def test_a_washout_names_drug_days_and_half_life():
    drug = "medications:\ndrug | days | purpose | half_life_days\nmystery | 90 | investigational | "

    found = says(
        drug + "10", 100, "investigational_washout", "Mystery was last given 10 days ago; 50 days are required"
    )
    assert found["verdict"] == "FAIL"
    says(drug, 120, "investigational_washout", "its half-life is unknown", "140 days to be sure")


RULED = "adjudications:\ncriterion | days | verdict | source\n{} | 50..80 | FAIL | chart review"


def test_an_adjudicated_verdict_says_so_with_its_source():
    found = row(COUNT.replace("0.8", "1.8") + "\n\n" + RULED.format("neutrophil_count"), 70, "neutrophil_count")

    assert found["verdict"] == "FAIL"
    assert found["reason"] == (
        "Adjudicated by the site as FAIL since day 50 (source: chart review). Computed it would be PASS: "
        "Neutrophils 1.8 ×10⁹/L on day 60, at least the 1 ×10⁹/L required."
    )
    assert "adjudication FAIL (chart review) since day 50" in found["results_used"]


def test_an_adjudicated_component_says_so():
    ruled = RULED.format("immune_cytopenia.itp").replace("50..80", "92..100")

    says(itp() + ruled, 95, "immune_cytopenia", "ITP is not active: adjudicated by the site as FAIL since day 92")


def test_a_dropped_criterion_says_so():
    found = row(COUNT, 70, "neutrophil_count", drop=["neutrophil_count"])

    assert (found["verdict"], found["results_used"]) == ("PASS", "")
    assert found["reason"] == 'Dropped by the protocol "spec", so it counts as met on every day.'


def test_an_attested_criterion_says_so():
    says(COUNT, 70, "consent", "taken as given (attested: assumed)")
    assert says(COUNT, 70, "consent", "only the patient or the physician can tell", attested="open")["verdict"] == (
        "UNKNOWN"
    )


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        ("granted", "PASS", "taken as given"),
        ("withheld", "FAIL", "taken as withheld"),
        ("open", "UNKNOWN", "left open"),
    ],
)
def test_a_washout_that_the_sponsor_may_waive_says_what_was_answered(answer, verdict, said):
    drug = "medications:\ndays | drug | purpose\n50..60 | gilteritinib | investigational"
    given = {"washout_waiver": "sponsor_agreement", "sponsor_agreement": answer}

    early = row(drug, 70, "investigational_washout", **given)
    late = row(drug, 90, "investigational_washout", **given)

    assert early["verdict"] == verdict
    assert early["reason"] == (
        "Gilteritinib was last given 10 days ago; 23.5417 days are required (the longer of 14 days and 5 half-lives "
        f"of 4.70833 days); for a shorter washout the agreement of sponsor and principal investigator is {said}."
    )
    assert late["verdict"] == "PASS"
    assert "agreement" not in late["reason"]
