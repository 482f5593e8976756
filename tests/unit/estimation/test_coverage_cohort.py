"""The benchmark of whole cohorts counts what it says, on two cohorts made up by hand."""

from coverage_cohort import Found, counts, coverage, sampling

PAIR = [
    Found({"of patients": (2, 6), "odds × 1": (0.25, 0.35)}, recorded=(2, 6), eligible=2, upto=4, broken=0),
    Found({"of patients": (1, 3), "odds × 1": (0.1, 0.4)}, recorded=(1, 3), eligible=4, upto=4, broken=1),
]
"""Of ten patients each: 3 of 10 are eligible when complete, 4 of 10 with those still open."""


def test_a_range_of_patients_is_held_against_its_own_cohort_and_one_of_shares_against_all():
    assert coverage(PAIR, patients=10).to_numpy().tolist() == [
        ["of patients", "2 to 4", "50.0% ± 70.7%", "50.0% ± 70.7%"],
        ["odds × 1", "17.5% to 37.5%", "100.0% ± 61.2%", "50.0% ± 70.7%"],
    ]


def test_a_cohort_without_a_table_counts_for_no_row_of_it():
    without = PAIR[1]._replace(stated={"of patients": (1, 3)})
    assert coverage([PAIR[0], without], patients=10)["holds the truth"].tolist() == ["50.0% ± 70.7%", "100.0% ± 94.3%"]


def test_each_end_is_held_against_the_share_of_all_cohorts_as_recorded():
    # Of 10 and 0 of ten patients, 5 in all, the first interval begins at 72 % and the second ends at 28 %.
    assert sampling([(10, 5), (0, 5)], patients=10)["holds the share of all cohorts, as recorded"].tolist() == [
        "0.0% ± 61.2%",
        "100.0% ± 61.2%",
    ]


def test_patients_of_a_cohort_are_told_with_their_range():
    assert counts(PAIR)["range"].tolist() == ["1–2", "3–6", "2–4", "4–4", "0–1"]
