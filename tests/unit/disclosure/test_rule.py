"""How a number is printed: the borders of what is hidden, and of what is rounded alike; and what a study may change."""

import pytest

from postgraft.disclosure.rule import Rule
from postgraft.vocabulary.errors import PostgraftError

RULES = [Rule(t, r) for t in (3, 4, 5, 7, 9, 10, 11, 14, 15) for r in (1, 2, 3, 4, 5, 10, 20)]


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_what_is_printed_is_a_multiple_above_the_threshold_and_would_be_printed_so_itself(rule):
    lowest = next(n for n in range(rule.threshold + 1, 100) if n % rule.rounding == 0)
    for count in range(rule.threshold + 1, rule.threshold + 60):
        printed = rule.printed(count)
        assert printed % rule.rounding == 0
        assert abs(printed - count) <= rule.rounding / 2 or printed == lowest
        assert rule.printed(printed) == printed


@pytest.mark.parametrize(
    ("count", "printed"),
    [(-3, None), (0, None), (1, None), (10, None), (11, 15), (17, 15), (18, 20), (22, 20), (1002, 1000)],
)
def test_usual_rule(count, printed):
    assert Rule().printed(count) == printed


def test_half_of_an_even_base_is_rounded_up():
    rule = Rule(threshold=3, rounding=4)
    assert [rule.printed(n) for n in (5, 6, 9, 10, 13, 14)] == [4, 8, 8, 12, 12, 16]


def test_its_words():
    assert Rule().hidden == "≤ 10"
    assert str(Rule(7, 3)) == "counts up to 7 are hidden, others are rounded to multiples of 3"


@pytest.mark.parametrize("value", [-1, 0, 1001, 5.0, "5", True, None])
@pytest.mark.parametrize(("name", "lowest"), [("threshold", 3), ("rounding", 1)])
def test_a_rule_names_what_it_does_not_accept(name, lowest, value):
    with pytest.raises(PostgraftError) as refused:
        Rule(**{name: value})
    assert str(refused.value) == (f"{name}: found {value!r}; accepted is a whole number from {lowest} to 1,000.")


def test_a_threshold_below_the_noise_is_none():
    with pytest.raises(PostgraftError, match="threshold: found 2; accepted is a whole number from 3 to"):
        Rule(threshold=2)


def test_a_study_may_be_stricter_never_weaker():
    house = Rule(10, 5)
    assert house.stricter() == house
    assert house.stricter(threshold=20) == Rule(20, 5)
    assert house.stricter(rounding=7) == Rule(10, 7)
    for name, found, least in (("threshold", 9, 10), ("rounding", 4, 5)):
        with pytest.raises(PostgraftError) as refused:
            house.stricter(**{name: found})
        assert str(refused.value) == (
            f"{name}: found {found}; accepted is {least} or more: the house's rule has {least}, and a study may be "
            "stricter, never weaker."
        )
