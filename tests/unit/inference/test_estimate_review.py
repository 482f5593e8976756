"""The chart review: what is drawn, what is read back, and what it says of the cohort."""

import pandas as pd
import pytest
from unit.analysis.toy import never, outcome, patient

from postgraft.inference.chart_review import read_review, review_sample, sample_files
from postgraft.vocabulary.errors import PostgraftError


@pytest.fixture(scope="module")
def cohort():
    certain = [patient(f"C{i}", hiv_FAIL=[(0, 59)]) for i in range(12)]
    possible = [patient(f"P{i}", hiv_FAIL=[(0, 69)], hiv_UNKNOWN=[(70, 200)]) for i in range(20)]
    short = [patient("I0", last=80, **never())]
    return outcome(*certain, *possible, *short, *(patient(f"I{i}", **never()) for i in range(1, 30)))


@pytest.fixture
def filled(cohort, tmp_path):
    """Writes a sample with changes and returns its path; without any, certain patients are eligible."""

    def write(change=lambda sample: sample, total=40):
        sample = review_sample(cohort, total, seed=1)
        sample["adjudicated"] = sample["stratum"].map(
            {"certain": "eligible", "possible": "not eligible", "ineligible": "Not eligible "}
        )
        path = tmp_path / "charts.csv"
        change(sample).to_csv(path, index=False)
        return path

    return write


def test_a_sample_has_charts_of_every_stratum_and_the_day_to_look_at(cohort):
    sample = review_sample(cohort, 62, seed=1).set_index("patient_id")

    assert sample["stratum"].value_counts().to_dict() == {"certain": 12, "possible": 20, "ineligible": 30}
    assert sample.loc["C3", ["transplant", "day"]].tolist() == [1, 60]
    assert sample.loc["P3", "day"] == 70
    assert sample.loc["I3", "day"] == 100
    assert sample.loc["I0", "day"] == 80
    assert (sample[["adjudicated", "comment"]] == "").all(axis=None)


def test_a_sample_is_random_but_the_same_for_a_seed(cohort):
    one, again, other = (review_sample(cohort, 40, seed)["patient_id"].tolist() for seed in (1, 1, 2))
    assert one == again
    assert set(one) != set(other)
    assert len(set(one)) == 40
    assert [name[0] for name in one] != sorted(name[0] for name in one)  # the order tells nothing


def test_too_small_a_sample_is_refused(cohort):
    with pytest.raises(PostgraftError, match="29 charts are too few for 10 of each stratum; needed are 30"):
        review_sample(cohort, 29, 1)
    with pytest.raises(PostgraftError, match="seed: found -1"):
        review_sample(cohort, 40, -1)


def test_adjudications_are_read_back(cohort, filled):
    found = read_review(filled(), cohort)
    assert len(found) == 40
    assert found.groupby("stratum")["eligible"].agg(["min", "max"]).loc["certain"].tolist() == [True, True]
    assert not found.loc[found["stratum"] != "certain", "eligible"].any()


def test_rows_not_filled_in_count_as_not_reviewed(cohort, filled):
    path = filled(lambda sample: sample.assign(adjudicated=sample["adjudicated"].where(sample.index < 35, "")))
    assert len(read_review(path, cohort)) == 35


def test_a_file_from_a_spreadsheet_is_read(cohort, tmp_path):
    path = tmp_path / "charts.csv"
    path.write_text(
        "comment,adjudicated,stratum,patient_id\r\n"
        '"two\r\nlines",ELIGIBLE, certain ,C1\r\n,,,\r\n,not_eligible,possible,P1\r\n',
        encoding="utf-8-sig",
        newline="",
    )
    assert read_review(path, cohort)[["patient_id", "eligible"]].to_numpy().tolist() == [["C1", True], ["P1", False]]


def test_everything_that_is_wrong_is_told_at_once(cohort, tmp_path):
    path = tmp_path / "charts.csv"
    path.write_text(
        "patient_id,stratum,adjudicated\n"
        "C1,certain,eligible\n"
        "C99,certain,eligible\n"
        "C1,certain,eligible\n"
        "P1,certain,eligible\n"
        "P2,possible,perhaps\n",
        encoding="utf-8",
    )
    with pytest.raises(PostgraftError) as error:
        read_review(path, cohort)
    first, *lines = str(error.value).splitlines()
    assert "4 thing(s) to mend" in first
    assert lines[0].startswith("  line 3, patient_id: no patient 'C99'")
    assert lines[1].startswith("  line 4, patient_id: 'C1' is there twice, first in line 2")
    assert lines[2].startswith("  line 5, stratum: found 'certain'; patient 'P1' is 'possible'")
    assert lines[3] == "  line 6, adjudicated: found 'perhaps'; accepted are eligible, not eligible, or empty"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column patient_id, adjudicated; needed are patient_id, transplant, adjudicated, comment"),
        (b"patient_id;adjudicated\n", "no column patient_id, adjudicated"),
        (b"patient_id,stratum,adjudicated\nJ\xf6rg,certain,eligible\n", "cannot be read as CSV in UTF-8"),
        (None, r"cannot be read \(No such file or directory\)"),
    ],
)
def test_a_file_that_is_none_is_refused(cohort, tmp_path, content, words):
    path = tmp_path / "charts.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PostgraftError, match=words):
        read_review(path, cohort)


@pytest.fixture
def two_files(cohort, tmp_path):
    """A sample in its two files, filled in as if all charts were of eligible patients; the path of the review."""
    path = tmp_path / "charts.csv"
    for file, frame in sample_files(review_sample(cohort, 40, seed=1), path).items():
        frame.replace({"adjudicated": ""}, "eligible").to_csv(file, index=False)
    return path


def test_the_reviewers_file_tells_nothing_of_the_stratum(cohort, two_files):
    review, kept = pd.read_csv(two_files), pd.read_csv(two_files.with_name("charts.strata.csv"))

    assert list(review) == ["patient_id", "transplant", "adjudicated", "comment"]
    assert list(kept) == ["patient_id", "stratum", "day"]
    sample = review_sample(cohort, 40, seed=1)
    assert review["patient_id"].tolist() == kept["patient_id"].tolist() == sample["patient_id"].tolist()
    assert kept["stratum"].tolist() == sample["stratum"].tolist()


def test_the_strata_are_found_by_the_second_file(cohort, two_files):
    found = read_review(two_files, cohort)

    sample = review_sample(cohort, 40, seed=1)
    assert found["stratum"].tolist() == sample["stratum"].tolist()
    assert found["eligible"].all()


def test_a_review_without_its_second_file_is_told(cohort, two_files):
    renamed = two_files.rename(two_files.with_name("back.csv"))

    with pytest.raises(PostgraftError) as error:
        read_review(renamed, cohort)
    assert str(error.value) == (
        f"{renamed}: has no column stratum, and there is no file {renamed.with_name('back.strata.csv')}; accepted is "
        "the review beside the second file that review-sample wrote with it, under this name"
    )


def test_a_second_file_that_is_not_the_samples_is_told(cohort, two_files):
    strata = two_files.with_name("charts.strata.csv")
    kept = pd.read_csv(strata)
    [first, second, *_] = kept["patient_id"]
    kept.loc[1, "stratum"] = "none"
    kept.iloc[1:].to_csv(strata, index=False)

    with pytest.raises(PostgraftError) as error:
        read_review(two_files, cohort)
    head, *lines = str(error.value).splitlines()
    assert head == f"{two_files}: 2 thing(s) to mend"
    assert lines[0] == f"  line 2, patient_id: {first!r} has no stratum in {strata}"
    assert lines[1].startswith(f"  line 3, stratum: found 'none' in {strata}; patient {second!r} is ")
    strata.write_text("patient_id,day\n")
    with pytest.raises(PostgraftError, match=r"charts\.strata\.csv: no column stratum; needed are patient_id, stratum"):
        read_review(two_files, cohort)


def test_a_review_of_every_chart_leaves_nothing_open(cohort, filled):
    def one_possible_is_eligible(sample):
        return sample.assign(
            adjudicated=sample["adjudicated"]
            .mask(sample["patient_id"].isin(["P1", "I1"]), "eligible")
            .mask(sample["patient_id"] == "C1", "not eligible")
        )

    review = read_review(filled(one_possible_is_eligible, total=62), cohort)
    found = cohort.estimate(review=review).reviewed.set_index(["measure", "stratum"])
    values = ["estimate", "low", "high"]

    assert found.loc[("predictive_value", "certain"), values].tolist() == [11 / 12] * 3
    assert found.loc[("predictive_value", "possible"), values].tolist() == [1 / 20] * 3
    assert found.loc[("sensitivity", "certain"), values].tolist() == pytest.approx([11 / 13] * 3)
    assert found.loc[("sensitivity", "possible"), values].tolist() == pytest.approx([12 / 13] * 3)
    whole = found.xs("eligible_reviewed").iloc[0]
    assert whole[values].tolist() == pytest.approx([13 / 62] * 3)
    assert (whole["of"], whole["denominator"]) == (62, "transplanted")


def test_a_sample_carries_its_uncertainty_into_the_number(cohort, filled):
    found = cohort.estimate(review=read_review(filled(), cohort)).reviewed.set_index(["measure", "stratum"])
    whole = found.xs("eligible_reviewed").iloc[0]
    assert whole["estimate"] == pytest.approx(12 / 62)
    assert whole["low"] <= 12 / 62 < whole["high"]
    charts = found.loc["reviewed"]
    assert charts["of"].sum() == 40
    assert (charts["count"] <= charts["of"]).all()


def test_a_stratum_without_a_reviewed_chart_is_an_error(cohort, filled):
    path = filled(lambda sample: sample[sample["stratum"] != "possible"])
    with pytest.raises(PostgraftError, match="stratum possible: of 20 patients none was reviewed"):
        _ = cohort.estimate(review=read_review(path, cohort)).reviewed


def test_without_a_review_there_is_none(cohort):
    assert cohort.estimate().reviewed is None
    assert isinstance(cohort.estimate().review_sample(40), pd.DataFrame)
