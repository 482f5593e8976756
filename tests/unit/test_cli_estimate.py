"""``postgraft estimate`` and ``postgraft review-sample``."""

import pandas as pd
import pytest

from postgraft.synthetic import write_cohort


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write_cohort(tmp_path_factory.mktemp("cohorts") / "made-up", patients=60, seed=1, enrich=10)


def test_a_sample_is_drawn_filled_in_and_read_back(run, cohort, tmp_path):
    charts = tmp_path / "charts.csv"
    status, out, _ = run("review-sample", cohort, "--out", charts, "--total", 40, "--seed", 3)
    sample, kept = pd.read_csv(charts), pd.read_csv(tmp_path / "charts.strata.csv")
    assert status == 0
    counts = ", ".join(f"{n} {name}" for name, n in kept["stratum"].value_counts().items())
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
        "Bounds",
        "Between them",
        "Rates",
        "What to collect first",
        "By chart review",
        "Missing at random",
    ):
        assert title in out


def test_a_mistake_ends_in_one_message(run, cohort, tmp_path):
    status, out, err = run(
        "review-sample", cohort, "--out", tmp_path / "charts.csv", "--total", 3, "--seed", 1
    )
    assert (status, out) == (2, "")
    assert "3 charts are too few" in err
    status, out, err = run("estimate", cohort, "--review", tmp_path / "none.csv")
    assert (status, out) == (2, "")
    assert "cannot be read" in err
