"""A count as it may be shown: whatever is done with it, nothing exact comes out."""

import copy
import math
import pickle

import pandas as pd
import pytest

from postgraft.disclosure.rule import Rule
from postgraft.disclosure.shown import NOT_SHOWN, WITHHELD, Shown

RULE = Rule()
COUNTS = [0, 1, 4, 10, 11, 13, 17, 18, 72, 1234]
KINDS = [*(Shown.of(count, RULE) for count in (0, 4, 13, 72, 1234)), Shown.withheld()]


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (1, "1–10"), (10, "1–10"), (11, "15"), (17, "15"), (1234, "1,235")]
)
def test_texts(count, text):
    assert Shown.of(count, RULE).text == text


def test_counts_that_print_alike_are_alike_in_all_that_can_be_had_of_them():
    for one in COUNTS:
        for other in COUNTS:
            alike = Shown.of(one, RULE).text == Shown.of(other, RULE).text
            same = vars(Shown.of(one, RULE)) == vars(Shown.of(other, RULE))
            assert alike == same


def test_zero_is_told_apart_from_what_is_hidden_and_from_what_is_withheld():
    assert not Shown.of(0, RULE)
    assert Shown.of(1, RULE)
    assert Shown.withheld()
    assert math.isnan(float(Shown.withheld()))
    assert len({Shown.of(0, RULE).text, Shown.of(1, RULE).text, WITHHELD}) == 3


@pytest.mark.parametrize("spec", ["", ",", ",.0f", ".1f", ">12", "g", "+", "d"])
@pytest.mark.parametrize("one", KINDS, ids=str)
def test_every_format_prints_the_text(one, spec):
    assert format(one, spec) == str(one) == repr(one) == f"{one}" == one.text


@pytest.mark.parametrize("other", [*KINDS, 3, 2.5], ids=str)
@pytest.mark.parametrize("one", KINDS, ids=str)
def test_what_is_computed_is_printed_as_a_dash(one, other):
    for found in (one + other, other + one, one - other, other - one, one * other, other * one):
        assert isinstance(found, Shown)
        assert found.text == NOT_SHOWN
    assert sum([one, one]).text == NOT_SHOWN


@pytest.mark.parametrize("one", KINDS, ids=str)
def test_the_negative_is_the_text_with_a_sign_only_where_the_text_is_a_number_other_than_0(one):
    told = one.exact and float(one) != 0
    assert (-one).text == (f"−{one.text}" if told else one.text)


def test_a_difference_of_equal_prints_does_not_say_that_nobody_lies_between():
    assert (Shown.of(17, RULE) - Shown.of(11, RULE)).text == NOT_SHOWN


def test_shares_are_of_what_is_printed_in_whole_percent():
    assert Shown.of(13, RULE) / Shown.of(72, RULE) == round(15 / 70, 2)
    assert Shown.of(11, RULE) / Shown.of(70, RULE) == Shown.of(17, RULE) / Shown.of(68, RULE)


@pytest.mark.parametrize(
    ("count", "of"),
    [
        (Shown.of(4, RULE), Shown.of(72, RULE)),
        (Shown.of(0, RULE), Shown.of(4, RULE)),
        (Shown.of(72, RULE), Shown.of(4, RULE)),
        (Shown.withheld(), Shown.of(72, RULE)),
        (Shown.of(72, RULE), Shown.withheld()),
        (Shown.of(72, RULE), Shown.of(0, RULE)),
        (Shown.of(4, RULE), 72),
        (72, Shown.of(4, RULE)),
    ],
)
def test_a_share_with_a_hidden_part_is_missing(count, of):
    assert math.isnan(count / of)


@pytest.mark.parametrize("one", KINDS, ids=str)
def test_copies_and_pickles_keep_the_text(one):
    for again in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
        assert again.text == one.text


def test_tables_of_pandas_keep_the_texts():
    frame = pd.DataFrame([{"a": one, "b": Shown.of(70, RULE)} for one in KINDS])
    assert [one.text for one in frame["a"]] == [one.text for one in KINDS]
    for made in (frame.to_string(), frame.to_html(), frame.to_csv()):
        assert all(one.text in made.replace('"', "") for one in KINDS)
        assert "5.5" not in made
    assert frame["b"].to_string(index=False).split() == ["70"] * len(KINDS)


def test_no_integer_and_no_rounded_number_is_made_of_it():
    for one in KINDS:
        for make in (int, round, abs, "{:d}".__mod__, "%d".__mod__):
            with pytest.raises(TypeError):
                make(one)


def test_order_is_that_of_what_is_drawn_and_withheld_comes_first():
    in_order = sorted([Shown.of(13, RULE), Shown.withheld(), Shown.of(9, RULE), Shown.of(0, RULE)])
    assert [one.text for one in in_order] == [WITHHELD, "0", "1–10", "15"]
    assert not Shown.of(2, RULE) < Shown.of(9, RULE)
    assert not Shown.of(9, RULE) < Shown.of(2, RULE)
