"""Who fails one criterion only, drawn, and what each criterion costs the whole cohort, as a table."""

from functools import cache

import evaluated
import pytest
from unit.cohorts import bare, eight
from unit.exhibits.drawing import cells, check_fits_the_page, notes
from unit.judged import CRITERIA, failing, judged

import postgraft as pg
from postgraft import exhibits
from postgraft.exhibits.barriers import MEANING, _amount


def generated():
    return evaluated.generated(120, seed=11)


COHORTS = {
    "generated": generated,
    "eight": eight,
    "every criterion": lambda: judged(*(failing(one) for one in CRITERIA), failing(*CRITERIA)),
    "one patient": lambda: judged(failing("hiv", "hepatitis")),
    "nobody kept out": lambda: judged({}),
    "one day": lambda: pg.evaluate(bare(2), pg.load_protocol()),
    "nobody": lambda: pg.evaluate(bare(0), pg.load_protocol()),
}


@cache
def outcome(cohort):
    return COHORTS[cohort]()


@cache
def chart(cohort):
    return exhibits.only_this_one(outcome(cohort))


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_chart_fits_the_page_and_nothing_is_cut_off(cohort):
    check_fits_the_page(chart(cohort))


def test_a_bar_for_each_criterion_that_alone_keeps_a_patient_with_a_cytopenia_out():
    made = chart("eight")
    [axes] = made.figure.axes

    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["HIV only", "Incomplete response only"]
    assert [bar.get_width() for bar in axes.containers[0]] == [1, 1]  # undocumented; untreated
    assert axes.get_title(loc="left") == "1 of 2 (50\N{NO-BREAK SPACE}%) fail HIV only"
    assert made.alt == (
        "Patients with a cytopenia who are not eligible, n = 2: HIV only, 1; incomplete response only, 1."
    )


def test_several_criteria_together_come_last_and_look_different():
    made = exhibits.only_this_one(judged(failing("hiv"), failing("hepatitis", "hiv"), failing("hepatitis", "hiv")))
    [axes] = made.figure.axes

    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["HIV only", "More than one criterion"]
    one, more = axes.containers[0]
    assert one.get_hatch() != more.get_hatch()


@pytest.mark.parametrize("cohort", ["nobody", "nobody kept out"])
def test_where_nobody_is_kept_out_words_say_so(cohort):
    assert chart(cohort).alt == "Nobody with a cytopenia is kept out."


@pytest.mark.parametrize("cohort", ["nobody", "nobody kept out", "one day"])
def test_where_no_criterion_costs_anything_the_table_says_so(cohort):
    assert "no criterion keeps a patient out" in exhibits.barriers_table(outcome(cohort)).html


def test_the_table_of_eight_patients():
    made = exhibits.barriers_table(eight())

    assert cells(made) == [
        ["Incomplete response", "1", "2.5", "4", "2", "2.3", "3"],
        ["Immune cytopenia", "0", "1.5", "3", "0", "0.3", "1"],
        ["HIV", "1", "0.7", "0", "0", "0", "0"],
        ["Days since transplant", "0", "0.3", "1", "0", "0.3", "1"],
        ["All together", "5", "5", "5", "3", "3", "3"],
    ]
    below = notes(made)
    assert "Eligible (what is failed or unknown keeps out): 2, kept out 5, of 7 patients." in below
    assert MEANING in below


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.04, "<0.1"), (0.06, "0.1"), (2.0000000000001, "2"), (1234.56, "1,234.6"), (1234, "1,234")],
)
def test_shares_have_one_decimal_and_what_is_small_is_not_none(value, shown):
    assert _amount(value) == shown
