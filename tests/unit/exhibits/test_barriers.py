"""Who fails one criterion only, drawn, and what each criterion costs the whole cohort, as a table."""

from functools import cache

import evaluated
import pytest
from unit.cohorts import PROTOCOL, bare, eight, eight_extract
from unit.exhibits.drawing import cells, check_fits_the_page, notes
from unit.judged import CRITERIA, failing, judged

import postgraft as pg
from postgraft import exhibits
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.disclosure.rule import Rule
from postgraft.exhibits.barriers import MEANING, amount


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


def longer():
    """The eight patients where 30 days are asked for: the cytopenia of nobody lasts so long."""
    return pg.evaluate(eight_extract(), PROTOCOL.amend(name="longer", set={"eligible_days_min": 30}))


def printed(count):
    return eight().released(lambda marks: [ReleasedCount.of(count, Rule()) for _ in marks])


ILL = "with an immune cytopenia"
ANSWERS = {
    f"Of 4 patients {ILL}, 2 are not eligible: 1 only by HIV, 1 only by incomplete response.": eight,
    f"Of 4 patients {ILL}, 4 are not eligible: 4 with a cytopenia for too few days.": longer,
    f"Of 1 patient {ILL}, 1 is not eligible: 1 otherwise.": lambda: outcome("one patient"),
    f"The one patient {ILL} is eligible.": lambda: outcome("nobody kept out"),
    f"All 2 patients {ILL} are eligible.": lambda: judged({}, {}),
    f"The data show no patient {ILL}.": lambda: outcome("nobody"),
    f"Of 15 patients {ILL}, 15 are eligible.": lambda: printed(15),
    f"Of ≤ 10 patients {ILL}, ≤ 10 are eligible.": lambda: printed(None),
}


@pytest.mark.parametrize("said", ANSWERS)
def test_the_answer(said):
    made = exhibits.answer_barriers(ANSWERS[said]())

    assert str(made) == said
    assert len(said.split()) <= 30
    assert "kept_out" in made.numbers


def test_a_cytopenia_that_is_too_short_is_not_called_a_failed_criterion():
    made = exhibits.only_this_one(longer())

    assert [tick.get_text() for tick in made.figure.axes[0].get_yticklabels()] == ["With a cytopenia for too few days"]
    assert made.figure.axes[0].get_title(loc="left") == (
        "4 of 4 (100\N{NO-BREAK SPACE}%) are with a cytopenia for too few days"
    )


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
    assert amount(value) == shown
