"""What explanations of immune cytopenias and of their treatment say."""

from spec.cytopenias import aiha, itp, prca
from unit.eligibility.explained import says


def test_itp_names_counts_baseline_work_up_and_days():
    found = says(
        itp(), 100, "immune_cytopenia",
        "ITP is active since day 90 (onset day 90).",
        "platelets 15 ×10⁹/L on day 100 is at most 30 ×10⁹/L",
        "at least 30 % under the baseline of 150 ×10⁹/L",
        "megakaryocytes in the marrow normal on day 90",
        "AIHA is not active.",
        "hemoglobin 13 g/dL on day 100 is not below 10 g/dL",
    )  # fmt: skip

    assert found["verdict"] == "PASS"
    assert "platelets 15 ×10⁹/L on day 100 [window: days 94 to 100]" in found["results_used"]


def test_an_unknown_itp_says_what_is_missing_and_a_diagnosis_fills_it():
    unseen = itp(marrow="300 | normal")
    conditions = {"conditions": ["ta_tma"], "transfusions": True}
    found = says(
        unseen, 100, "immune_cytopenia",
        "ITP is not known to be active or not.",
        "no result for megakaryocytes in the marrow in measurements on days 41 to 100",
        "does not declare conditions complete for drug induced thrombocytopenia, DIC",
        "This stays open to day 127, 28 days from the evidence.",
        "an adjudication of immune_cytopenia.itp would settle it",
        complete=conditions,
    )  # fmt: skip
    assert found["verdict"] == "UNKNOWN"

    diagnosed = unseen + "conditions:\ncondition | days\nitp | 92.."
    says(
        diagnosed, 100, "immune_cytopenia", "ITP is active", "A recorded diagnosis (ITP since day 92) stands in",
        complete=conditions,
    )  # fmt: skip
    says(unseen, 100, "immune_cytopenia", "so unknown becomes no")


def test_aiha_names_each_marker_with_its_limit():
    says(
        aiha(), 95, "immune_cytopenia",
        "AIHA is active since day 90",
        "hemoglobin is 5.5 g/dL below its baseline of 13 g/dL (a fall of 2 g/dL is required)",
        "direct antiglobulin test positive on day 90",
        "2 of 4 markers of hemolysis abnormal, 2 needed",
        "LDH 600 U/L on day 90, above 246 U/L (limit of the protocol)",
        "haptoglobin 10 mg/dL on day 90, below 30 mg/dL",
    )  # fmt: skip
    says(
        aiha(dat="90 | negative"), 95, "immune_cytopenia", "test negative on day 90, which rules AIHA out",
        dat_negative_aiha="excluded",
    )  # fmt: skip


def test_prca_names_its_reticulocytes():
    says(prca(), 95, "immune_cytopenia", "PRCA is active", "0.3 % on day 90, below 1 %")


def test_an_episode_that_resolved_says_so():
    counts = """
        day           | neutrophils | hemoglobin | platelets
         0..85 by 5   | 2.0         | 13         | 150
        90..110 by 5  | 2.0         | 13         | 15
        115..365 by 5 | 2.0         | 13         | 120

        day | marrow_megakaryocytes
        90  | normal
        """

    says(
        counts, 160, "immune_cytopenia", "ITP is not active.",
        "It was active on days 90 to 144 and has resolved: platelets of at least 100 ×10⁹/L over 28 days",
    )  # fmt: skip


STEROIDS = "medications:\ndrug | days | dose | purpose\nprednisone | 92..101 | 1 mg/kg/day | immune_cytopenia"


def test_incomplete_response_names_run_response_and_lines():
    found = says(
        itp() + STEROIDS, 110, "incomplete_response",
        "ITP (active, onset day 90): platelets 15 ×10⁹/L on day 110 against a nadir of 15 ×10⁹/L",
        "Refractory met: 10 days in a row with prednisone-equivalent of 1 mg/kg/day or more "
        "(up to 5 % less counts) on days 92 to 101; 7 days needed",
        "Two lines not met: lines of treatment on days 90 to 110 (2 lines needed)",
        "steroids for 7 days at a mean of at least 0.5 mg/kg/day: met",
        "rituximab, 0 of 4 doses",
    )  # fmt: skip

    assert found["verdict"] == "PASS"
    assert "prednisone 1 mg/kg/day (immune cytopenia) on days 92 to 101" in found["results_used"]
    says(
        itp() + STEROIDS.replace("1 mg/kg/day", "80 mg/day"), 110, "incomplete_response",
        "the dose of 10 days is not known (a dose or weight is missing)",
    )  # fmt: skip
    says(itp(), 60, "incomplete_response", "no immune cytopenia is active on day 60".capitalize())


def test_another_line_of_treatment_is_named_with_its_start():
    drugs = STEROIDS + "\nromiplostim | 95..120 | | immune_cytopenia"

    says(
        itp() + drugs, 112, "incomplete_response", "Two lines met",
        "romiplostim on day 95 (1 drug begun 14 days ago or more)",
    )  # fmt: skip
