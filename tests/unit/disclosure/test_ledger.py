"""What is given out of a cohort, in whatever order, and what is withheld for the sake of what is hidden."""

import numpy as np
import pytest

from postgraft.disclosure.ledger import Ledger
from postgraft.disclosure.rule import Rule

WITHHELD, HIDDEN = "withheld", "1–10"
EXACT = Rule(threshold=10, rounding=1)


def of(patients, *members):
    """Sets of patients by their positions."""
    marks = np.zeros((len(members), patients), bool)
    for row, inside in zip(marks, members, strict=True):
        row[list(inside)] = True
    return marks


def texts(ledger, marks):
    return [one.text for one in ledger.give(marks)]


def test_one_set_is_printed_as_the_rule_has_it():
    ledger = Ledger(40, Rule())
    sets = of(40, range(0), range(4), range(13), range(40))
    assert texts(ledger, sets) == ["0", HIDDEN, "15", "40"]
    assert ledger.recoverable == 0
    assert len(ledger.withheld) == 0


def test_a_set_is_printed_the_same_in_whatever_call_and_place():
    lot = np.random.default_rng(4)
    sets = lot.random((14, 40)) < 0.4
    ledger = Ledger(40, EXACT)
    first = texts(ledger, sets)
    order = lot.permutation(14)
    assert texts(ledger, sets[order]) == [first[k] for k in order]
    assert [texts(ledger, sets[k : k + 1])[0] for k in range(14)] == first
    more = np.concatenate((lot.random((6, 40)) < 0.4, sets))
    assert texts(ledger, more)[6:] == first


def test_equal_sets_of_one_call_are_printed_alike():
    sets = of(30, range(30), range(26), range(26), range(30), range(26))
    found = texts(Ledger(30, EXACT), sets)
    assert found[0] == found[3]
    assert found[1] == found[2] == found[4]


def test_the_complement_of_a_few_is_withheld_where_counts_are_exact():
    """Everybody, and everybody but four."""
    found = texts(Ledger(40, EXACT), of(40, range(40), range(36)))
    assert sorted(found)[1] == WITHHELD
    assert sorted(found)[0] in ("40", "36")


def test_the_difference_of_two_calls_is_not_told():
    ledger = Ledger(40, EXACT)
    assert texts(ledger, of(40, range(40))) == ["40"]
    assert texts(ledger, of(40, range(36))) == [WITHHELD]
    assert texts(ledger, of(40, range(20))) == ["20"]


def test_rounding_makes_room_for_a_difference():
    assert texts(Ledger(40, Rule()), of(40, range(40), range(36))) == ["40", "35"]


def test_rounding_does_not_always_make_room():
    """62 and 63 are printed as 60 and 65: no room; 58 and 67 are the widest of the same, with room for 9."""
    ledger = Ledger(70, Rule())
    assert texts(ledger, of(70, range(62), range(63))) == ["60", "65"]
    found = texts(ledger, of(70, range(58), range(67)))
    assert found == ["60", "65"]
    assert ledger.recoverable == 0


def test_a_table_whose_other_cells_are_exact_loses_a_second_cell():
    """A row of four cells with its total, one of them small."""
    sets = of(60, range(60), range(20), range(20, 36), range(36, 56), range(56, 60))
    found = texts(Ledger(60, EXACT), sets)
    assert found[4] in (HIDDEN, WITHHELD)
    assert WITHHELD in found[:4]
    assert found.count(WITHHELD) <= 2


def test_a_table_with_margins_in_both_directions():
    """Three by three, one small cell: each of its row and its column loses another cell, or margins."""
    cells = np.array([[4, 20, 16], [15, 30, 25], [12, 22, 18]])
    kind = np.repeat(np.arange(9), cells.ravel())
    rows = [np.isin(kind, range(3 * i, 3 * i + 3)) for i in range(3)]
    columns = [kind % 3 == j for j in range(3)]
    sets = np.array([*(kind == k for k in range(9)), *rows, *columns, kind >= 0])
    ledger = Ledger(kind.size, EXACT)
    found = texts(ledger, sets)
    assert found[0] in (HIDDEN, WITHHELD)
    assert WITHHELD in [found[k] for k in (1, 2, 9)]
    assert WITHHELD in [found[k] for k in (3, 6, 12)]
    assert ledger.recoverable == 0


@pytest.mark.parametrize("rule", [Rule(), EXACT], ids=str)
def test_ten_groups_of_one_with_their_total(rule):
    """Ten that are somebody and together at most ten would be one each."""
    sets = of(40, *([k] for k in range(10)), range(10))
    ledger = Ledger(40, rule)
    found = texts(ledger, sets)
    assert set(found) <= {HIDDEN, WITHHELD}
    assert WITHHELD in found
    assert ledger.recoverable == 0


def test_nine_groups_with_their_total_are_told():
    """One of them may be two."""
    assert set(texts(Ledger(40, Rule()), of(40, *([k] for k in range(9)), range(9)))) == {HIDDEN}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_whatever_the_order_of_calls_one_of_three_is_withheld(order):
    """Two parts and their total, one part small, counts exact."""
    sets = of(50, range(50), range(45), range(45, 50))
    ledger = Ledger(50, EXACT)
    found = [texts(ledger, sets[k : k + 1])[0] for k in order]
    assert WITHHELD in found
    assert ledger.recoverable == 0


def test_a_zero_is_told_apart_from_what_is_hidden():
    assert texts(Ledger(40, EXACT), of(40, range(40), range(20), range(0))) == ["40", "20", "0"]
    assert texts(Ledger(40, Rule()), of(40, range(40), range(4), range(0))) == ["40", HIDDEN, "0"]


def test_beside_what_is_withheld_nobody_is_withheld_as_well():
    """Else what is withheld would be known not to be 0."""
    assert texts(Ledger(40, EXACT), of(40, range(40), range(36), range(0), range(0)))[2:] == [WITHHELD] * 2


def test_what_follows_from_what_was_told_is_counted_and_nothing_else_is_withheld_for_it():
    ledger = Ledger(60, EXACT)
    assert texts(ledger, of(60, range(30), range(12), range(12, 25))) == ["30", "12", "13"]
    rest, other = texts(ledger, of(60, range(25, 30), range(30, 48)))
    assert ledger.recoverable == 1
    assert (rest, other) == (WITHHELD, "18")
    assert texts(ledger, of(60, range(30, 60))) == ["30"]


def test_reloaded_it_gives_out_the_same():
    lot = np.random.default_rng(11)
    first, second = lot.random((10, 30)) < 0.5, lot.random((10, 30)) < 0.5
    first[0], second[0] = True, np.arange(30) < 26
    ledger = Ledger(30, EXACT)
    before = texts(ledger, first)
    again = Ledger(30, EXACT, ledger.told, ledger.withheld)
    assert texts(again, first) == before
    assert len(again.told) == len(ledger.told)
    after = texts(again, second)
    assert after[0] == WITHHELD
    assert (
        texts(Ledger(30, EXACT, again.told, again.withheld), np.concatenate((second, first)))
        == after + before
    )


def test_no_sets_and_no_patients():
    assert Ledger(5, Rule()).give(np.zeros((0, 5), bool)) == []
    assert texts(Ledger(0, Rule()), np.zeros((2, 0), bool)) == ["0", "0"]
