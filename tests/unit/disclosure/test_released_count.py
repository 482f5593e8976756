"""A count as a release has it: whatever is done with it, nothing exact comes out."""

import copy
import math
import pickle

import pandas as pd
import pytest

from postgraft.disclosure.released_count import NOT_PRINTED, ReleasedCount
from postgraft.disclosure.rule import Rule

RULE = Rule()


def of(count):
    """A count without noise as the usual rule has it printed."""
    return ReleasedCount.of(RULE.printed(count), RULE)


COUNTS = [0, 1, 4, 10, 11, 13, 17, 18, 72, 1234]
KINDS = [of(count) for count in (0, 4, 13, 72, 1234)]


@pytest.mark.parametrize(
    ("count", "text"), [(0, "≤ 10"), (1, "≤ 10"), (10, "≤ 10"), (11, "15"), (17, "15"), (1234, "1,235")]
)
def test_texts(count, text):
    assert of(count).text == text


def test_counts_that_print_alike_are_alike_in_all_that_can_be_had_of_them():
    for one in COUNTS:
        for other in COUNTS:
            alike = of(one).text == of(other).text
            same = vars(of(one)) == vars(of(other))
            assert alike == same


def test_nobody_is_not_told_apart_from_what_is_hidden():
    assert of(0)
    assert of(0) == of(10)
    assert float(of(0)) == 5


@pytest.mark.parametrize("spec", ["", ",", ",.0f", ".1f", ">12", "g", "+", "d"])
@pytest.mark.parametrize("one", KINDS, ids=str)
def test_every_format_prints_the_text(one, spec):
    assert format(one, spec) == str(one) == repr(one) == f"{one}" == one.text


@pytest.mark.parametrize("other", [*KINDS, 3, 2.5], ids=str)
@pytest.mark.parametrize("one", KINDS, ids=str)
def test_what_is_computed_is_printed_as_a_dash(one, other):
    for found in (one + other, other + one, one - other, other - one, one * other, other * one):
        assert isinstance(found, ReleasedCount)
        assert found.text == NOT_PRINTED
    assert sum([one, one]).text == NOT_PRINTED


@pytest.mark.parametrize("one", KINDS, ids=str)
def test_the_negative_is_the_text_with_a_sign_only_where_the_text_is_a_number_other_than_0(one):
    told = one.exact and float(one) != 0
    assert (-one).text == (f"−{one.text}" if told else one.text)


def test_a_difference_of_equal_prints_does_not_say_that_nobody_lies_between():
    assert (of(17) - of(11)).text == NOT_PRINTED


def test_shares_are_of_what_is_printed_in_whole_percent():
    assert of(13) / of(72) == round(15 / 70, 2)
    assert of(11) / of(70) == of(17) / of(68)


def test_a_part_that_is_printed_as_more_than_its_whole_is_all_of_it():
    assert of(20) / of(15) == 1
    assert 20 / of(15) == 1


@pytest.mark.parametrize(
    ("count", "whole"),
    [(of(4), of(72)), (of(0), of(4)), (of(72), of(4)), (of(72), of(0)), (of(72), 0), (of(4), 72), (72, of(4))],
)
def test_a_share_with_a_hidden_part_is_missing(count, whole):
    assert math.isnan(count / whole)


@pytest.mark.parametrize("one", KINDS, ids=str)
def test_copies_and_pickles_keep_the_text(one):
    for again in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
        assert again.text == one.text


def test_tables_of_pandas_keep_the_texts():
    frame = pd.DataFrame([{"a": one, "b": of(70)} for one in KINDS])
    assert [one.text for one in frame["a"]] == [one.text for one in KINDS]
    for made in (frame.to_string(), frame.to_html(), frame.to_csv()):
        assert all(one.text in made.replace('"', "") for one in KINDS)
        assert "5.0" not in made
    assert frame["b"].to_string(index=False).split() == ["70"] * len(KINDS)


def test_no_integer_and_no_rounded_number_is_made_of_it():
    for one in KINDS:
        for make in (int, round, abs, "{:d}".__mod__, "%d".__mod__):
            with pytest.raises(TypeError):
                make(one)


def test_order_is_that_of_what_is_drawn():
    assert [one.text for one in sorted([of(13), of(9), of(40), of(0)])] == ["≤ 10", "≤ 10", "15", "40"]
    assert not of(2) < of(9)
    assert not of(9) < of(2)
