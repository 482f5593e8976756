"""Key numbers say the same to readers and to programs."""

import pytest
from architecture.project import ROOT
from bs4 import BeautifulSoup

import postgraft as pg
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.disclosure.rule import Rule
from postgraft.estimation.intervals import wilson
from postgraft.exhibits.key_numbers import (
    MIME,
    barrier_numbers,
    compared_numbers,
    forecast_numbers,
    key_numbers,
    said,
    written,
)

DEMO = ROOT / "cohorts" / "demo"


@pytest.fixture(scope="module")
def extract():
    return pg.read_extract(DEMO)


@pytest.fixture(scope="module")
def outcome(extract):
    return pg.evaluate(extract, pg.load_protocol())


def shown(numbers):
    """The rows of the table."""
    body = BeautifulSoup(numbers.table.html, "html.parser").select("tbody tr")
    return dict([c.get_text() for c in row.select("th, td")] for row in body)


def test_table_and_output_for_programs_agree(extract, outcome):
    compared = pg.compare(extract, pg.load_protocol(), [{"name": "early", "set": {"lines_min": 1}}])
    for made in (
        key_numbers(outcome),
        barrier_numbers(outcome),
        compared_numbers(compared),
        forecast_numbers(pg.forecast(outcome)),
    ):
        bundle = made._repr_mimebundle_()
        own = {name: value for name, value in bundle[MIME].items() if "." not in name}
        assert shown(made) == {said(name): written(name, value) for name, value in own.items()}
        assert bundle["text/plain"] == "Key figures"
        assert all(type(value) in (int, float, str) for value in bundle[MIME].values())
        assert len(own) == len({said(name) for name in own}) > 4


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("transplanted", 2000, "2,000"),
        ("eligible", "≤ 10", "≤ 10"),
        ("eligible_share", 0.028, "2.8\N{NO-BREAK SPACE}%"),
        ("probability_by_deadline", "below 0.1 %", "below 0.1 %"),
        ("new_eligible_per_year", 2.01, "2.01"),
        ("new_eligible_per_year", 2.0, "2"),
        ("shapley_top", "no_ta_tma, remission", "no TA-TMA, remission"),
        ("date_of_target", "2030-01-31", "2030-01-31"),
        ("gained_top", "lines_min = 1", "lines min = 1"),
    ],
)
def test_a_number_is_written_as_in_every_table(name, value, words):
    assert written(name, value) == words


def test_each_end_has_the_interval_of_its_share(outcome):
    numbers = key_numbers(outcome).numbers
    for name in ("eligible", "eligible_or_possible"):
        low, high = wilson(numbers[name], numbers["transplanted"])
        assert numbers[f"{name}_share_low"] == round(low, 3) < numbers[f"{name}_share"]
        assert numbers[f"{name}_share_high"] == round(high, 3) > numbers[f"{name}_share"]


def test_outside_the_interval_is_that_of_the_printed_counts_in_whole_percent(outcome):
    def lots(marks):
        return [ReleasedCount.of(Rule().printed(int(mark.sum())), Rule()) for mark in marks]

    numbers = key_numbers(outcome.released(lots)).numbers
    counts = [int(numbers[name]) for name in ("eligible", "transplanted")]
    ends = [numbers["eligible_share_low"], numbers["eligible_share_high"]]
    assert ends == [f"{100 * end:.0f}\N{NO-BREAK SPACE}%" for end in wilson(*counts)]

    hidden = key_numbers(outcome.released(lambda marks: [ReleasedCount.of(None, Rule()) for _ in marks])).numbers
    assert {hidden[f"{name}_share{end}"] for name in ("eligible", "eligible_or_possible") for end in ("", "_low")} == {
        "–"
    }


def test_outside_no_criterion_or_amendment_is_named_for_a_hidden_number(extract, outcome):
    few = barrier_numbers(outcome.released(lambda marks: [ReleasedCount.of(None, Rule()) for _ in marks])).numbers
    assert set(few) == {"kept_out", "kept_out_or_possible"}


def test_outside_a_part_that_is_printed_as_more_than_its_whole_has_an_interval(outcome):
    more = {True: 75, False: 70}
    parts = outcome.released(lambda marks: [ReleasedCount.of(more[not mark.all()], Rule()) for mark in marks])
    assert key_numbers(parts).numbers["eligible_share"] == "100\N{NO-BREAK SPACE}%"


def test_names_in_words():
    assert said("eligible_or_possible") == "Eligible or not ruled out"
    assert said("kept_out_or_possible") == "Kept out by criteria, if all unknown were met"
    assert said("gained.from day 30") == "Gained: from day 30"
    assert said("something_else") == "Something else"


def test_where_nothing_costs_anything_nothing_is_named(extract, outcome):
    base = pg.compare(extract, pg.load_protocol(), [])

    numbers = compared_numbers(base).numbers

    assert (numbers["gained_top"], numbers["gained_top_patients"]) == ("none", 0)
    assert not [name for name in numbers if "." in name]
