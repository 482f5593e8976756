"""The chart and the table of barriers: each criterion with its numbers, and no number without its meaning."""

from functools import cache

import evaluated
import pytest
from unit.cohorts import PROTOCOL, bare, eight, eight_extract
from unit.exhibits.drawing import cells, check_fits_the_page, notes, texts
from unit.judged import CRITERIA, failing, judged

import postgraft as pg
from postgraft import exhibits
from postgraft.exhibits.barriers import SAME_NUMBER, amount
from postgraft.exhibits.labels import label


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
    return exhibits.barrier_chart(outcome(cohort))


@pytest.mark.parametrize("cohort", COHORTS)
def test_the_chart_fits_the_page_and_nothing_is_cut_off(cohort):
    check_fits_the_page(chart(cohort))


def test_every_criterion_has_a_row_where_every_one_costs_something():
    shown = texts(chart("every criterion"))

    assert {label(name) for name in CRITERIA} <= set(shown)
    assert not [words for words in shown if "Keep nobody out" in words]


def test_rows_are_sorted_by_share_and_hold_three_numbers_on_either_side():
    axes = chart("eight").figure.axes
    assert [tick.get_text() for tick in axes[0].get_yticklabels()] == [
        "Incomplete response",
        "Immune cytopenia",
        "HIV",
        "Days since transplant",
    ]
    widths = [[bar.get_width() for bar in bars] for panel in axes for bars in panel.containers]
    assert widths == [
        pytest.approx(one)
        for one in (
            [1, 0, 1, 0],  # certain: gained if dropped, share, lost if asked alone
            [2.5, 1.5, 2 / 3, 1 / 3],
            [4, 3, 0, 1],
            [2, 0, 0, 0],  # or possible
            [7 / 3, 1 / 3, 0, 1 / 3],
            [3, 1, 0, 1],
        )
    ]


def test_the_same_bars_have_one_scale_on_both_sides():
    certain, alone, upper, alone_upper = chart("generated").figure.axes

    assert certain.get_xlim() == upper.get_xlim()
    assert alone.get_xlim() == alone_upper.get_xlim()


def test_the_three_kinds_of_bars_differ_in_grey():
    bars = [panel[0].get_facecolor() for axes in chart("eight").figure.axes[:2] for panel in axes.containers]
    greys = sorted(0.299 * red + 0.587 * green + 0.114 * blue for red, green, blue, _ in bars)

    assert len(greys) == 3
    assert min(greys[1] - greys[0], greys[2] - greys[1]) > 0.2


def test_who_has_no_row_is_named_below_by_reason():
    [below] = [words.replace("\n", " ") for words in texts(chart("eight")) if "nobody is lost" in words]

    assert below.startswith(SAME_NUMBER)
    assert "Keep nobody out: GVHD controlled." in below
    assert "Dropped by this protocol: Adult, Remission," in below


def test_what_the_chart_of_eight_patients_says():
    assert chart("eight").alt == (
        "Eligible, certain: criteria keep out 5 of 7 (71 %) patients. Largest barrier: Incomplete response, with a "
        "share of 2.5; 1 gained if it alone is dropped, 4 lost if it alone is asked. "
        "Eligible or possible: criteria keep out 3 of 7 (43 %) patients. Largest barrier: Incomplete response, "
        "with a share of 2.3; 2 gained if it alone is dropped, 3 lost if it alone is asked."
    ).replace(" %", "\N{NO-BREAK SPACE}%")


def test_criteria_that_cost_as_much_are_named_together():
    assert exhibits.barrier_chart(judged(failing("hiv", "hepatitis"))).alt.startswith(
        "Eligible, certain: criteria keep out 1 of 1 (100\N{NO-BREAK SPACE}%) patients. "
        "Largest barriers, each with a share of 0.5: Hepatitis, HIV. "
        "Nobody is gained if one criterion is dropped. Eligible or possible: "
    )
    assert "with a share of 2: Hepatitis, HIV. Most are gained if Hepatitis is dropped: 2." in (
        exhibits.barrier_chart(judged(*[failing("hiv"), failing("hepatitis")] * 2)).alt
    )


def test_the_chart_says_if_dropping_another_than_the_largest_gains_more():
    often = [failing("hiv", "hepatitis"), failing("hiv", "adult")] * 2
    other = exhibits.barrier_chart(judged(*often, failing("consent")))
    assert "Largest barrier: HIV, with a share of 2; 0 gained if it alone is dropped, 4 lost" in other.alt
    assert "Most are gained if Consent is dropped: 1." in other.alt


@pytest.mark.parametrize(
    ("cohort", "more"),
    [
        ("nobody", ""),
        ("nobody kept out", ""),
        ("one day", " Not in whatever is dropped, since observed too shortly: 2 patients."),
    ],
)
def test_where_no_criterion_costs_anything_words_say_so(cohort, more):
    said = f"No criterion keeps a patient out.{more}"

    assert chart(cohort).alt == said
    assert cells(exhibits.barriers_table(outcome(cohort))) == [[said]]


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
    assert "in 2, kept out by criteria 5, of 7 patients with an allogeneic transplant." in below
    assert SAME_NUMBER in below
    assert "observed too shortly" not in below


def test_the_table_tells_whom_no_dropped_criterion_lets_in():
    longer = PROTOCOL.amend(name="longer", set={"eligible_days_min": 30})
    below = notes(exhibits.barriers_table(pg.evaluate(eight_extract(), longer)))

    # "early" is seen on 21 days.
    assert "Not in whatever is dropped, since observed too shortly: 1 patient." in below
    assert "in 0, kept out by criteria 6, of 7 patients with an allogeneic transplant." in below


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.04, "<0.1"), (0.06, "0.1"), (2.0000000000001, "2"), (1234.56, "1,234.6"), (1234, "1,234")],
)
def test_shares_have_one_decimal_and_what_is_small_is_not_none(value, shown):
    assert amount(value) == shown
