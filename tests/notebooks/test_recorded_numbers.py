"""The numbers that notebooks record for programs are those of the library, with other than the default parameters."""

import numpy as np
import pytest

import postgraft as pg
from postgraft.reports.numbers import read_numbers


@pytest.fixture(scope="module")
def extract(cohort):
    return pg.read_extract(cohort)


@pytest.fixture(scope="module")
def outcome(extract, protocol):
    return pg.evaluate(extract, protocol)


def test_the_inputs_are_others_than_the_defaults(extract, outcome, protocol, given):
    shipped = pg.evaluate(extract, pg.load_protocol())

    assert (protocol.lines_min, pg.load_protocol().lines_min) == (1, 2)
    assert shipped.patients["status"].tolist() != outcome.patients["status"].tolist()
    assert {*given("05_accrual_forecast")} == {"cohort", "protocol", "amendments", "plan"}


def test_of_eligible_patients(executed, outcome):
    found = read_numbers(executed("02_eligible_population"))
    status, kind = outcome.patients["status"], outcome.patients["possible_kind"]

    assert found["in_extract"] == found["transplanted"] == len(status) == 60
    assert found["eligible"] == (status == "eligible").sum() > 0
    assert found["possible_documentation"] == (kind == "documentation").sum()
    assert found["possible_diagnosis"] == (kind == "diagnosis").sum()
    assert found["eligible_or_possible"] == (status != "ineligible").sum()
    assert found["eligible_share"] == round(found["eligible"] / 60, 3)
    assert found["eligible_or_possible_share"] == round(found["eligible_or_possible"] / 60, 3)
    assert found["cytopenia"] >= found["treated"] >= found["eligible"]
    assert {type(found[name]) for name in ("in_extract", "cytopenia", "treated", "eligible")} == {int}


@pytest.mark.parametrize("upper", ["", "_or_possible"])
def test_of_barriers(executed, outcome, upper):
    found = read_numbers(executed("03_criterion_barriers"))
    costs = outcome.barriers().set_index("criterion")

    # The Shapley values share out all who are kept out.
    assert found[f"kept_out{upper}"] == round(costs[f"shapley{upper}"].sum()) > 0
    for name, column in (("shapley_top", "shapley"), ("gain_top", "gain_if_dropped")):
        most = costs[f"{column}{upper}"].max()
        top = costs.index[np.isclose(costs[f"{column}{upper}"], most)]
        assert found[f"{name}{upper}"] == ", ".join(top)
        assert found[f"{name}_patients{upper}"] == round(most, 1)


def test_of_amendments(executed, extract, protocol, folder):
    found = read_numbers(executed("04_amendment_whatif"))
    compared = pg.compare(extract, protocol, folder / "amendments.yaml").set_index("amendment")
    base, later = compared.loc["base"], compared.loc["later"]

    assert found == {
        "transplanted": base["of"],
        "eligible": base["certain"],
        "eligible_or_possible": base["certain_or_possible"],
        "gained_top": "none",
        "gained_top_patients": 0,
        "eligible.later": later["certain"],
        "eligible_or_possible.later": later["certain_or_possible"],
        "gained.later": 0,
        "lost.later": later["lost"],
    }
    assert found["lost.later"] > 0


def test_of_the_forecast(executed, extract, protocol, later, folder):
    found = read_numbers(executed("05_accrual_forecast"))
    plan = pg.load_plan(folder / "plan.yaml")
    figures = pg.forecast(pg.evaluate(extract, [protocol, later]), plan).key_figures

    assert (found["target"], found["deadline"]) == (plan.target, plan.deadline.isoformat()) == (3, "2026-06-29")
    assert len(found) == 3 + 2 * 2 * 4
    for row in figures.itertuples():
        upper = "_or_possible" if row.basis == "eligible_or_possible" else ""
        amendment = "" if row.protocol == protocol.name else f".{row.protocol}"
        name = f"{row.measure}{upper}{amendment}"
        if row.measure == "date_of_target":
            assert found[name] == row.value.isoformat()
        elif row.measure == "probability_by_deadline":
            assert 0.001 < row.value < 0.999
            assert found[name] == round(row.value, 3)
        elif row.measure in ("new_eligible_per_year", "enrolled_by_deadline"):
            assert found[name] == float(f"{row.value:.3g}")


def test_a_notebook_without_key_figures_records_none(executed):
    assert read_numbers(executed("01_extract_quality")) == {}
