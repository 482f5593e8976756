"""The key numbers of a notebook, for programs."""

import pytest
from architecture.project import ROOT

import postgraft as pg
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.disclosure.rule import Rule
from postgraft.estimation.intervals import wilson
from postgraft.exhibits.answer import Answer
from postgraft.exhibits.key_numbers import barrier_numbers, compared_numbers, forecast_numbers, key_numbers
from postgraft.vocabulary.carried import MIME

DEMO = ROOT / "cohorts" / "demo"


@pytest.fixture(scope="module")
def extract():
    return pg.read_extract(DEMO)


@pytest.fixture(scope="module")
def outcome(extract):
    return pg.evaluate(extract, pg.load_protocol())


def test_numbers_are_of_types_that_programs_read(extract, outcome):
    compared = pg.compare(extract, pg.load_protocol(), [{"name": "early", "set": {"lines_min": 1}}])
    for numbers in (
        key_numbers(outcome),
        barrier_numbers(outcome),
        compared_numbers(compared),
        forecast_numbers(pg.forecast(outcome)),
    ):
        assert all(type(value) in (int, float, str) for value in numbers.values())
        assert len([name for name in numbers if "." not in name]) > 4
        carried = Answer("So many.", numbers)._repr_mimebundle_()[MIME]
        assert carried == {name: one.replace("\N{NO-BREAK SPACE}", " ") if type(one) is str else one
                           for name, one in numbers.items()}  # fmt: skip


def test_each_end_has_the_interval_of_its_share(outcome):
    numbers = key_numbers(outcome)
    for name in ("eligible", "eligible_or_possible"):
        low, high = wilson(numbers[name], numbers["transplanted"])
        assert numbers[f"{name}_share_low"] == round(low, 3) < numbers[f"{name}_share"]
        assert numbers[f"{name}_share_high"] == round(high, 3) > numbers[f"{name}_share"]


def test_outside_the_interval_is_that_of_the_printed_counts_in_whole_percent(outcome):
    def lots(marks):
        return [ReleasedCount.of(Rule().printed(int(mark.sum())), Rule()) for mark in marks]

    numbers = key_numbers(outcome.released(lots))
    counts = [int(numbers[name]) for name in ("eligible", "transplanted")]
    ends = [numbers["eligible_share_low"], numbers["eligible_share_high"]]
    assert ends == [f"{100 * end:.0f}\N{NO-BREAK SPACE}%" for end in wilson(*counts)]

    hidden = key_numbers(outcome.released(lambda marks: [ReleasedCount.of(None, Rule()) for _ in marks]))
    assert {hidden[f"{name}_share{end}"] for name in ("eligible", "eligible_or_possible") for end in ("", "_low")} == {
        "–"
    }


def test_outside_no_criterion_or_amendment_is_named_for_a_hidden_number(extract, outcome):
    few = barrier_numbers(outcome.released(lambda marks: [ReleasedCount.of(None, Rule()) for _ in marks]))
    assert set(few) == {"kept_out", "kept_out_or_possible"}


def test_outside_a_part_that_is_printed_as_more_than_its_whole_has_an_interval(outcome):
    more = {True: 75, False: 70}
    parts = outcome.released(lambda marks: [ReleasedCount.of(more[not mark.all()], Rule()) for mark in marks])
    assert key_numbers(parts)["eligible_share"] == "100\N{NO-BREAK SPACE}%"


def test_where_nothing_costs_anything_nothing_is_named(extract, outcome):
    base = pg.compare(extract, pg.load_protocol(), [])

    numbers = compared_numbers(base)

    assert (numbers["gained_top"], numbers["gained_top_patients"]) == ("none", 0)
    assert not [name for name in numbers if "." in name]
