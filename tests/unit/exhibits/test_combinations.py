"""The sets of criteria that keep patients out, drawn."""

from functools import cache

import pytest
from unit.cohorts import bare, eight
from unit.exhibits.drawing import check_fits_the_page, texts
from unit.judged import CRITERIA, failing, judged

import postgraft as pg
from postgraft import exhibits
from postgraft.exhibits.combinations import in_words

UPPER = "eligible_or_possible"


def many_sets():
    """17 sets: one of all criteria with two patients, then 16 of one criterion with one patient each."""
    return judged(*[failing(*CRITERIA)] * 2, *(failing(one) for one in CRITERIA[:16]))


COHORTS = {
    "eight": eight,
    "many": many_sets,
    "all at once": lambda: judged(failing(*CRITERIA)),
    "large sets": lambda: judged(*(failing(*CRITERIA[:k]) for k in range(1, 24)), failing(*CRITERIA)),
    "nobody kept out": lambda: judged({}),
    "nobody": lambda: pg.evaluate(bare(0), pg.load_protocol()),
}


@cache
def outcome(cohort):
    return COHORTS[cohort]()


@pytest.mark.parametrize("counting", ["eligible", UPPER])
@pytest.mark.parametrize("cohort", COHORTS)
def test_the_matrix_fits_the_page_and_nothing_is_cut_off(cohort, counting):
    check_fits_the_page(exhibits.combination_matrix(outcome(cohort), counting))


def test_the_matrix_of_eight_patients():
    made = exhibits.combination_matrix(eight())
    bars, dots = made.figure.axes

    only, others = ([bar.get_height() for bar in drawn] for drawn in bars.containers)
    assert only == [2, 0, 1, 1]  # undocumented is kept out by two sets, and has another way at each
    assert others == [1, 1, 0, 0]
    assert [tick.get_text() for tick in dots.get_yticklabels()] == [
        "Days since transplant",
        "Immune cytopenia",
        "Incomplete response",
        "HIV",
    ]
    joined = [tuple(line.get_ydata()) for line in dots.lines if line.get_linestyle() == "-"]
    assert joined == [(1, 2), (3,), (2,), (0, 1, 2)]
    assert made.alt == (
        "Sets of criteria that keep patients from being eligible: 4 sets. Largest: "
        "Immune cytopenia + incomplete response, 3 patients (2 with no other way in); "
        "HIV, 1 patient (0 with no other way in); "
        "Incomplete response, 1 patient (1 with no other way in)."
    )


def test_what_is_unknown_keeps_nobody_out_of_the_possible():
    made = exhibits.combination_matrix(eight(), UPPER)

    assert made.alt == (
        "Sets of criteria that keep patients from being eligible or not ruled out: 2 sets. Largest: "
        "Incomplete response, 2 patients (2 with no other way in); "
        "Days since transplant + immune cytopenia + incomplete response, 1 patient (1 with no other way in)."
    )


def test_of_more_sets_than_fit_the_largest_are_shown_and_the_rest_summed_up():
    made = exhibits.combination_matrix(outcome("many"))
    bars, dots = made.figure.axes

    assert len(bars.containers[0]) == 12
    assert [bar.get_height() for bar in bars.containers[0]] == [2] + [1] * 11
    assert len(dots.get_yticklabels()) == 23
    assert "Not shown: 5 more sets, with 1 patient each." in texts(made)


@pytest.mark.parametrize("cohort", ["nobody", "nobody kept out"])
def test_where_nobody_is_kept_out_words_say_so(cohort):
    said = "No set of criteria keeps a patient out."

    assert exhibits.combination_matrix(outcome(cohort)).alt == said


def test_sets_in_words():
    assert in_words("adult + no_ta_tma + hiv") == "Adult + no TA-TMA + HIV"
    assert in_words("no_ta_tma") == "No TA-TMA"
