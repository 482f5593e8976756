"""The explorer's answers on cohorts whose counts can be checked by hand, and what it says of what is not allowed."""

import pytest
from unit.cohorts import PROTOCOL, bare, eight, eight_extract

import postgraft as pg
from postgraft.analysis import what_if as explore
from postgraft.analysis.what_if import Explorer
from postgraft.api import evaluate


@pytest.fixture
def explorer() -> Explorer:
    return Explorer(eight())


def test_nothing_changed_is_the_protocol(explorer):
    base, outcome = explorer.base, eight()
    status = outcome.patients["status"].value_counts()

    assert (base.changes, base.amendment, base.problem, base.as_yaml()) == ("no change", None, "", "")
    assert base.counts.of == len(outcome.patients) == 7
    assert (base.counts.certain, base.counts.possible) == (status["eligible"], status["possible"])
    assert (base.counts.gained, base.counts.lost, base.counts.net) == (0, 0, 0)
    assert [step.remaining_eligible for step in base.counts.funnel] == outcome.funnel()["remaining_eligible"].tolist()


def test_counts_are_those_of_compare(explorer):
    values, dropped = {"days_since_transplant_min": 60}, ["hiv"]
    answer = explorer(values, dropped)
    row = pg.compare(eight_extract(), PROTOCOL, [{"name": "later", "set": values, "drop": dropped}]).iloc[1]

    for name in vars(answer.counts).keys() - {"funnel"}:
        assert getattr(answer.counts, name) == row[name], name
    assert answer.changes == row["changes"] == "days_since_transplant_min 45 → 60; without hiv"
    assert answer.counts.gained or answer.counts.lost


def test_a_dropped_criterion_opens_the_way_to_those_after_it():
    """Who never gets that far under the protocol is judged by a changed parameter as everybody else."""
    extract = eight_extract()
    protocol = pg.load_protocol().amend(name="late", set={"days_since_transplant_min": 300}, drop=PROTOCOL.dropped)
    explorer = Explorer(evaluate(extract, protocol))
    values, dropped = {"refractory_steroid_days": 12}, ["days_since_transplant"]
    amended = protocol.amend(name="x", set=values, drop=dropped)
    alone = evaluate(extract, amended).patients

    assert explorer.base.counts.certain == 0
    without = explorer({}, dropped).counts
    answer = explorer(values, dropped).counts
    assert answer.certain == (alone["status"] == "eligible").sum()
    assert answer.possible == (alone["status"] == "possible").sum()
    assert 0 < answer.certain < without.certain


@pytest.mark.parametrize(
    ("values", "dropped", "words"),
    [
        (
            {"neutrophils_min": 500},
            [],
            "neutrophils_min: found 500 (out of range); accepted is a number, at least 0 and at most 100 10*9/L.",
        ),
        ({"hiv_reading": "perhaps"}, [], "hiv_reading: found the text 'perhaps'; accepted is one of "),
        ({"no_such": 1}, [], "unknown parameter 'no_such'"),
        ({}, ["no_such"], "unknown criterion 'no_such'"),
    ],
)
def test_what_is_not_allowed_is_told_in_words(explorer, values, dropped, words):
    answer = explorer(values, dropped)
    assert answer.problem.startswith(words)
    assert answer.counts is None
    assert answer.as_yaml() == ""


def test_each_problem_has_a_line(explorer):
    answer = explorer({"neutrophils_min": -1, "age_min_years": 500})
    assert [line.split(":")[0] for line in answer.problem.splitlines()] == ["neutrophils_min", "age_min_years"]


def test_the_amendment_can_go_into_a_file(explorer, tmp_path):
    values = {
        "neutrophils_min": 0.5,
        "hiv_reading": "documented_negative",
        "growth_factors": ["filgrastim"],
        "onset_after_engraftment_days": {"itp": 20},
        "age_min_years": 18,  # the protocol's own value: no change
    }
    file = tmp_path / "study.yaml"
    file.write_text(explorer(values, ["hiv"]).as_yaml("mine"))
    [amendment] = pg.load_amendments(str(file))

    amended = PROTOCOL.amended(amendment)
    assert amendment.name == "mine"
    assert "age_min_years" not in amendment.set
    assert amended.changes == PROTOCOL.amend(name="x", set=values, drop=["hiv"]).changes
    assert amended.dropped == PROTOCOL.amend(name="x", drop=["hiv"]).dropped


def test_an_answer_is_computed_once(explorer, monkeypatch):
    first = explorer({"days_since_transplant_min": 60})
    monkeypatch.setattr(Explorer, "_explored", None)
    assert explorer({"days_since_transplant_min": 60, "age_min_years": 18}) is first


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(explore, "REMEMBERED", 3)
    explorer = Explorer(eight())
    for day in range(40, 60):
        explorer({"days_since_transplant_min": day})
        explorer({"horizon_days": day})
    assert len(explorer._found) == 3
    assert len(explorer._grids) == explore.GRIDS
    assert explorer({}) == explorer.base


@pytest.mark.parametrize("patients", [0, 1])
def test_of_almost_nobody(patients):
    extract, protocol = bare(patients), pg.load_protocol()
    explorer = Explorer(evaluate(extract, protocol))
    for values in ({"horizon_days": 10}, {"itp_platelets_max": 50}, {"assume_complete": ["medications"]}):
        answer = explorer(values, ["immune_cytopenia", "days_since_transplant"])
        amended = protocol.amend(name="x", set=values, drop=["immune_cytopenia", "days_since_transplant"])
        funnel = evaluate(extract, amended).funnel()
        assert answer.counts.of == patients
        assert answer.counts.funnel == tuple(funnel.itertuples(index=False, name=None))
