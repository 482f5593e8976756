"""Standardised differences of shares by hand, and that the table of who is left compares the right two steps."""

from dataclasses import replace
from math import isnan

import pytest
from unit.cohorts import PROTOCOL, eight, eight_extract
from unit.exhibits.drawing import cells

import postgraft as pg
from postgraft import exhibits
from postgraft.exhibits.composition import standardised_difference


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (0.5, 0.2, 0.3 / 0.205**0.5),  # (0.25 + 0.16) / 2
        (0.2, 0.5, -0.3 / 0.205**0.5),
        (0.4, 0.4, 0.0),
        (1.0, 0.5, 2**0.5),  # 0.5 / sqrt(0.125)
    ],
)
def test_by_hand(one, other, expected):
    assert standardised_difference(one, other) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("one", "other"), [(0, 0), (1, 1), (0, 1)])
def test_there_is_none_where_neither_share_varies(one, other):
    assert isnan(standardised_difference(one, other))


def test_all_eight_patients_are_men_so_nothing_differs():
    """Everybody with a cytopenia and everybody eligible is a man: neither share varies, and a dash stands there."""
    made = exhibits.composition_table(eight())
    by_level = {row[0]: row[-1] for row in cells(made)}

    assert by_level["Male"] == "–"
    assert by_level["All"] == by_level["Median (quartiles)"] == "–"
    assert "standardised, eligible less with a cytopenia" in made.html


def test_the_eligible_less_those_with_a_cytopenia():
    """One of the four with a cytopenia is a woman, one of the two eligible: 0.25 / sqrt((0.25 + 0.1875) / 2)."""
    extract = eight_extract()
    sex = extract.patients["sex"].mask(extract.patients["patient_id"] == "sure", "female")
    frames = {**extract.contents.frames, "patients": extract.patients.assign(sex=sex)}
    changed = replace(extract, contents=replace(extract.contents, frames=frames))
    by_level = {row[0]: row[-1] for row in cells(exhibits.composition_table(pg.evaluate(changed, PROTOCOL)))}

    assert (by_level["Female"], by_level["Male"]) == ("+0.53", "\N{MINUS SIGN}0.53")
