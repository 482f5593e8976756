"""Barriers of eight patients, worked out by hand.

What stands in the way of each patient of ``unit.cohorts`` for 7 days or more, as the smallest sets of criteria
(T: days since transplant, C: immune cytopenia, R: incomplete response, H: HIV). The autologous patient has no
transplant that counts, and is nowhere in these numbers.

    patient       FAIL or UNKNOWN in the way                  FAIL alone in the way
    sure          nothing, days 56-69                         nothing
    dies          nothing, days 56-63                         nothing
    unclear       C R, from day 45                            nothing, days 66-79
    undocumented  H, days 56-69; or C R, from day 101         nothing, days 56-69
    twice         C R, from day 45 of the second transplant   R
    early         T C R, days 0-20                            T C R
    untreated     R, days 50-69                               R

A patient with one set is shared equally within it. "undocumented" gets in with H or with C and R together: of the six
orders in which the three can be dropped, H comes first in two and second in two, and so lets the patient in; C does
when it comes second after R, R when second after C. That is 4/6, 1/6 and 1/6.
"""

from fractions import Fraction

import pytest
from unit.cohorts import KEPT, PROTOCOL, bare, eight

import postgraft as pg

HALF, THIRD, SIXTH = Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)
T, C, R, G, H = KEPT

SHAPLEY = {
    T: THIRD,  # early
    C: HALF + SIXTH + HALF + THIRD,  # unclear, undocumented, twice, early
    R: HALF + SIXTH + HALF + THIRD + 1,  # and untreated
    G: 0,
    H: 4 * SIXTH,  # undocumented
}
SHAPLEY_OR_POSSIBLE = {T: THIRD, C: THIRD, R: 1 + THIRD + 1, G: 0, H: 0}  # twice, early, untreated


def by_criterion(column):
    return eight().barriers().set_index("criterion")[column].to_dict()


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("fails_alone", {R: 1, H: 1}),  # untreated; undocumented
        ("fails_alone_or_possible", {R: 2}),  # twice, untreated
        ("keeps_out", {T: 1, C: 3, R: 4}),  # early; unclear, twice, early; and untreated
        ("keeps_out_or_possible", {T: 1, C: 1, R: 3}),  # early; early; twice, early, untreated
    ],
)
def test_patients_whom_a_criterion_keeps_out_by_hand(column, expected):
    assert {name: count for name, count in by_criterion(column).items() if count} == expected


def test_what_is_gained_without_a_criterion_is_who_is_gained_when_it_is_dropped():
    for counting in ("", "_or_possible"):
        gained = by_criterion(f"gain_if_dropped{counting}")
        assert gained == by_criterion(f"fails_alone{counting}")
        for name in KEPT:
            without = eight(PROTOCOL.amend(name="without", drop=[name])).patients["status"]
            counted = without.isin(("eligible", "possible") if counting else ("eligible",)).sum()
            assert gained[name] == counted - (4 if counting else 2)


@pytest.mark.parametrize(("column", "expected"), [("shapley", SHAPLEY), ("shapley_or_possible", SHAPLEY_OR_POSSIBLE)])
def test_shapley_values_by_hand(column, expected):
    found = by_criterion(column)

    assert found == pytest.approx({name: float(expected.get(name, 0)) for name in found}, abs=1e-12)


def test_shapley_values_add_up_to_all_who_are_kept_out():
    assert sum(SHAPLEY.values()) == 5
    assert sum(SHAPLEY_OR_POSSIBLE.values()) == 3
    outcome = eight()
    assert outcome.kept_out().to_numpy().tolist() == [["eligible", 2, 5, 0, 7], ["eligible_or_possible", 4, 3, 0, 7]]


def test_sets_that_keep_patients_out_by_hand():
    columns = ["criteria", "size", "patients", "only_way", "gain_if_dropped"]
    sure, upper = eight().combinations(), eight().combinations("eligible_or_possible")

    assert sure.columns.tolist() == upper.columns.tolist() == columns
    assert sure.to_numpy().tolist() == [
        [f"{C} + {R}", 2, 3, 2, 4],  # unclear, twice; undocumented has another way; gains untreated too
        [H, 1, 1, 0, 1],
        [R, 1, 1, 1, 1],
        [f"{T} + {C} + {R}", 3, 1, 1, 5],  # early; gains all five
    ]
    assert upper.to_numpy().tolist() == [[R, 1, 2, 2, 2], [f"{T} + {C} + {R}", 3, 1, 1, 3]]


def test_a_dropped_criterion_costs_nothing_and_its_cost_falls_to_the_others():
    """Then untreated is in; C alone keeps out unclear and twice, C or H undocumented, T with C early."""
    outcome = eight(PROTOCOL.amend(name="without R", drop=[R]))
    found = outcome.barriers().set_index("criterion")

    assert found.loc[R].eq(0).all()
    assert found["fails_alone"][[T, C, G, H]].tolist() == [0, 3, 0, 1]
    assert found["shapley"][[T, C, G, H]].tolist() == [0.5, 3.0, 0, 0.5]
    assert outcome.combinations()["criteria"].tolist() == [C, H, f"{T} + {C}"]


@pytest.mark.parametrize(("patients", "unobserved"), [(0, 0), (1, 1)])
def test_nobody_is_kept_out_by_criteria_who_is_not_seen_for_long_enough(patients, unobserved):
    outcome = pg.evaluate(bare(patients), pg.load_protocol())
    found = outcome.barriers()

    assert found.drop(columns="criterion").eq(0).all(axis=None)
    assert outcome.combinations().empty
    people = outcome.kept_out()
    assert people[["in", "kept_out"]].eq(0).all(axis=None)
    assert people["unobserved"].tolist() == [unobserved, unobserved]
