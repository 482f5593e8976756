"""How a count is printed: the borders of what is hidden, and of what is rounded alike."""

import pytest

from postgraft.disclosure.rule import Bounds, Rule
from postgraft.vocabulary.errors import PostgraftError

RULES = [Rule(t, r) for t in (1, 2, 4, 5, 7, 9, 10, 11, 14, 15) for r in (1, 2, 3, 4, 5, 10, 20)]


def print_of(rule, count):
    return rule.hidden if rule.hides(count) else str(rule.printed(count))


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_bounds_hold_exactly_the_counts_that_print_alike(rule):
    counts = range(rule.threshold + 5 * rule.rounding + 10)
    alike = {}
    for count in range(counts[-1] + rule.rounding + 1):
        alike.setdefault(print_of(rule, count), []).append(count)
    for count in counts:
        assert [*range(rule.bounds(count).low, rule.bounds(count).high + 1)] == alike[print_of(rule, count)]


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_what_is_printed_is_a_multiple_above_the_threshold(rule):
    for count in range(rule.threshold + 1, rule.threshold + 60):
        printed = rule.printed(count)
        assert printed % rule.rounding == 0
        assert printed > rule.threshold
        assert printed >= rule.lowest
        assert abs(printed - count) <= rule.rounding / 2 or printed == rule.lowest
        assert rule.printed(printed) == printed, "what is printed would be printed so itself"


@pytest.mark.parametrize(
    ("count", "printed"), [(0, 0), (11, 15), (12, 15), (17, 15), (18, 20), (22, 20), (23, 25), (1002, 1000)]
)
def test_usual_rule(count, printed):
    assert Rule().printed(count) == printed


@pytest.mark.parametrize(("count", "hidden"), [(0, False), (1, True), (9, True), (10, True), (11, False)])
def test_threshold_is_hidden_and_one_more_is_not(count, hidden):
    assert Rule().hides(count) is hidden


def test_half_of_an_even_base_is_rounded_up():
    rule = Rule(threshold=2, rounding=4)
    assert [rule.printed(n) for n in (5, 6, 9, 10, 13, 14)] == [4, 8, 8, 12, 12, 16]
    assert rule.bounds(10) == Bounds(10, 13)


def test_texts_of_what_is_hidden():
    assert Rule().hidden == "1–10"
    assert Rule(threshold=1).hidden == "1"
    assert Rule(threshold=1).bounds(1) == Bounds(1, 1)
    assert str(Rule(7, 3)) == "counts from 1 to 7 are hidden, other counts are rounded to multiples of 3"


@pytest.mark.parametrize("value", [0, -1, 1001, 5.0, "5", True, None])
@pytest.mark.parametrize("name", ["threshold", "rounding"])
def test_a_rule_names_what_it_does_not_accept(name, value):
    with pytest.raises(PostgraftError, match=rf"^disclosure: {name}: found {value!r}; accepted is a whole"):
        Rule(**{name: value})
