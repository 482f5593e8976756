"""``postgraft estimate`` and ``postgraft review-sample``."""

import re

import pandas as pd
import pytest
from typer.main import get_command

from postgraft.cli import app
from postgraft.estimation.review import LEAST
from postgraft.synthetic import write_cohort

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write_cohort(tmp_path_factory.mktemp("cohorts") / "made-up", patients=60, seed=1, enrich=10)


def test_a_sample_is_drawn_filled_in_and_read_back(run, cohort, tmp_path):
    charts = tmp_path / "charts.csv"
    status, out, _ = run("review-sample", cohort, "--out", charts, "--total", 40, "--seed", 3)
    sample, kept = pd.read_csv(charts), pd.read_csv(tmp_path / "charts.strata.csv")
    assert status == 0
    said = {"certain": "eligible", "possible": "not ruled out", "ineligible": "not eligible"}
    counts = ", ".join(f"{n} {said[name]}" for name, n in kept["stratum"].value_counts().items())
    assert out == (
        f"Wrote {charts}: 40 charts, for the reviewer\n"
        f"Wrote {tmp_path / 'charts.strata.csv'}: the stratum of each ({counts}); keep it from the reviewer, and "
        "beside the review\n"
    )
    assert len(sample) == 40
    assert "stratum" not in sample

    sample["adjudicated"] = "not eligible"
    sample.loc[kept["stratum"] == "certain", "adjudicated"] = "eligible"
    sample.to_csv(charts, index=False)
    status, out, _ = run("estimate", cohort, "--review", charts)
    assert status == 0
    for title in (
        "Eligible, and eligible or not ruled out; low and high: 95 % CI of the share",
        "If the untested were like this; low and high hold if the assumption does",
        "untested × 0.25",
        "Rates",
        "What to collect first",
        "By chart review",
    ):
        assert title in out


def test_the_answer_is_two_ends_with_the_interval_of_each(run, cohort):
    status, out, _ = run("estimate", cohort)
    assert status == 0
    share = r"\(\d+ %; 95 % CI \d+ to \d+ %\)"
    assert out.index("per_year ") < out.index("A rate is a count of new patients per 100 transplants")
    answer = rf": \d+ of 60 patients eligible on 7 consecutive days {share}, \d+ eligible or not ruled out {share}\.$"
    assert re.search(answer, out.splitlines()[0])


def test_without_donors_the_answer_says_what_is_missing(run, tmp_path):
    run("import", "kmsurv", "--out", tmp_path / "kmsurv")
    status, out, _ = run("estimate", tmp_path / "kmsurv")
    assert status == 0
    assert out.splitlines()[0].endswith(
        ": 0 of 137 patients eligible on 7 consecutive days (0.0 %; 95 % CI 0.0 to 2.7 %), "
        "115 eligible or not ruled out (83.9 %; 95 % CI "
        "76.9 to 89.1 %). Nothing is estimated between the two: no patient of this extract shows whether there was an "
        "immune cytopenia or whether the response to its treatment was incomplete."
    )
    assert "untested" not in out


def test_a_mistake_ends_in_one_message(run, cohort, tmp_path):
    status, out, err = run("review-sample", cohort, "--out", tmp_path / "charts.csv", "--total", 3, "--seed", 1)
    assert (status, out) == (2, "")
    assert "3 charts are too few" in err
    status, out, err = run("estimate", cohort, "--review", tmp_path / "none.csv")
    assert (status, out) == (2, "")
    assert "cannot be read" in err


def test_a_sample_says_how_many_a_stratum_needs_and_that_it_takes_everybody(run, cohort, tmp_path):
    [total] = [one for one in get_command(app).commands["review-sample"].params if one.name == "total"]
    assert total.help == f"How many charts: at least {LEAST} of each stratum, or all of one that has fewer."
    charts = tmp_path / "charts.csv"
    _, out, _ = run("review-sample", cohort, "--out", charts, "--total", 99, "--seed", 1)
    assert out.splitlines()[0] == (
        f"Wrote {charts}: 60 charts, for the reviewer (there are no more patients; 99 were asked for)"
    )


def test_a_review_that_is_empty_or_lacks_a_stratum_is_named(run, cohort, tmp_path):
    charts = tmp_path / "charts.csv"
    run("review-sample", cohort, "--out", charts, "--total", 40, "--seed", 3)
    assert run("estimate", cohort, "--review", charts) == (
        2,
        "",
        f"{charts}: no chart has a word in adjudicated; accepted are eligible, not eligible\n",
    )

    sample, strata = pd.read_csv(charts), pd.read_csv(tmp_path / "charts.strata.csv")
    sample["adjudicated"] = (strata["stratum"] == "possible").map({True: "", False: "not eligible"})
    sample.to_csv(charts, index=False)
    status, out, err = run("estimate", cohort, "--review", charts)
    assert (status, out) == (2, "")
    assert re.fullmatch(
        rf"{charts}: review: stratum possible: of \d+ patients none was reviewed, so nothing is known of them\n", err
    )
