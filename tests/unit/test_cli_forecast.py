"""The command ``forecast``: what it prints and writes, and how a mistake ends."""

import pandas as pd
import pytest

from postgraft.synthetic import write_cohort

PLAN = "participation: 0.5\nscreen_failure: 0.2\nsites: [{name: A, capture: 1}]\ntarget: 3\n"


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write_cohort(tmp_path_factory.mktemp("cohorts") / "made-up", patients=40, seed=1, enrich=12)


def test_it_prints_the_words_of_the_shipped_plan(run, cohort):
    status, out, err = run("forecast", cohort)
    assert (status, err) == (0, "")
    head, *words = out.splitlines()
    assert head.endswith("plan shipped: 25 patients by 2026-06-29")
    assert any(line.startswith("base, eligible: Probability of 25 by 2026-06-29: ") for line in words)
    assert any(line.startswith("base, all not ruled out: Patient 25: median ") for line in words)


def test_it_takes_a_plan_and_amendments_and_writes_a_row_a_date(run, cohort, tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN)
    (tmp_path / "a.yaml").write_text("- {name: earlier, set: {days_since_transplant_min: 30}}\n")

    arguments = ("--plan", tmp_path / "plan.yaml", "--amend", tmp_path / "a.yaml", "--out", tmp_path / "o.csv")
    status, out, err = run("forecast", cohort, *arguments)

    assert (status, err) == (0, "")
    assert "plan plan: 3 patients by 2026-06-29" in out
    assert "earlier, eligible: Probability of 3 by" in out
    written = pd.read_csv(tmp_path / "o.csv")
    assert written["protocol"].unique().tolist() == ["base", "earlier"]
    assert "2026-06-29" in set(written["date"])
    assert written["probability"].between(0, 1).all()


def test_a_bad_plan_ends_with_2_before_anything_is_read(run, tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN + "particpation: 0.4\n")
    for command in ("forecast", "report"):
        status, out, err = run(command, tmp_path / "absent", "--plan", tmp_path / "plan.yaml")
        assert (status, out) == (2, "")
        assert "plan.yaml: particpation: unknown key (did you mean participation?)" in err
        assert ("extract.yaml" in err) == (command == "report")  # which tells all that is wrong at once


def test_a_missing_cohort_or_an_output_that_cannot_be_ends_with_2(run, cohort, tmp_path):
    status, out, err = run("forecast", tmp_path / "absent")
    assert (status, out) == (2, "")
    assert "extract.yaml" in err
    assert run("forecast", cohort, "--out", tmp_path / "o.xlsx")[0] == 2
