"""Figures and tables of amendments and thresholds: what they say, whom they leave out, and that they fit the page."""

import re

import pandas as pd
import pytest
from unit.cohorts import PROTOCOL, bare, eight_extract
from unit.exhibits.drawing import check_fits_the_page, texts

import postgraft as pg
from postgraft import exhibits
from postgraft.exhibits.labels import amendment_name

pytestmark = pytest.mark.slow

LATER = {"name": "later", "set": {"days_since_transplant_min": 60}}
WITHOUT_HIV = {"name": "without HIV", "drop": ["hiv"]}
NEEDED = {"name": "hiv_reading = documented_negative", "set": {"hiv_reading": "documented_negative"}}
IDLE = {"name": "from day 20", "set": {"days_since_transplant_min": 20}}
DAYS = "days_since_transplant_min"
COUNTS = "neutrophils_min"
KINDS = ("amendment", "reading", "data")


def compared(*amendments, extract=None):
    return pg.compare(extract or eight_extract(), PROTOCOL, list(amendments))


def many(count):
    """A comparison in which each of many amendments, of long names, moves somebody."""
    base, later = (row for _, row in compared(LATER).iterrows())
    moved = [
        later.to_dict()
        | {"amendment": f"an amendment with a rather long name of its own, number {i}", "lost": i % 7}
        | {"title": f"An amendment with a rather long name of its own, number {i}", "kind": KINDS[i % 3]}
        for i in range(count)
    ]
    return pd.DataFrame([base.to_dict(), *moved])


def swept(**values):
    """A sweep in the form of ``eligibility.sweep``, its numbers made up."""
    frame = pd.MultiIndex.from_product(values.values(), names=values).to_frame(index=False)
    eligible = [20 - i for i in range(len(frame))]
    return frame.assign(certain=eligible, possible=5, certain_or_possible=[5 + n for n in eligible])


FRONTIER = pd.DataFrame(
    {
        "changes": [0, 1, 1, 2],
        "amendments": ["", "a", "b", "a + dat_negative_aiha = included"],
        "titles": ["", "A", "B", "A + DAT-negative AIHA included"],
        "certain": [2, 4, 3, 5],
        "possible": [1, 1, 1, 0],
        "gained": [0, 2, 1, 3],
        "best": [True, True, False, True],
    }
)

FIGURES = {
    "forest": lambda: exhibits.forest(compared(LATER, WITHOUT_HIV, NEEDED, IDLE)),
    "forest of 40": lambda: exhibits.forest(many(40)),
    "forest of the idle": lambda: exhibits.forest(compared(IDLE)),
    "forest of none": lambda: exhibits.forest(compared()),
    "curve": lambda: exhibits.threshold_curve(swept(**{DAYS: [14, 30, 45, 60]}), PROTOCOL, DAYS),
    "curve of one": lambda: exhibits.threshold_curve(swept(**{DAYS: [45]}), PROTOCOL, DAYS),
    "curve of readings": lambda: exhibits.threshold_curve(
        swept(hiv_reading=["known_positive", "documented_negative"]), PROTOCOL, "hiv_reading"
    ),
    "curve of nothing": lambda: exhibits.threshold_curve(swept(**{DAYS: []}), PROTOCOL, DAYS),
    "surface": lambda: exhibits.threshold_surface(
        swept(**{DAYS: [30, 45], COUNTS: [0.5, 1.0, 1.5]}), PROTOCOL, [DAYS, COUNTS]
    ),
    "surface of nothing": lambda: exhibits.threshold_surface(
        swept(**{DAYS: [], COUNTS: []}), PROTOCOL, [DAYS, COUNTS]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_cut_off_and_it_fits_the_page(name):
    check_fits_the_page(FIGURES[name]())


def test_the_forest_has_those_who_gain_most_first_and_counts_who_moves_nobody():
    made = FIGURES["forest"]()
    [axes] = made.figure.axes

    assert [tick.get_text() for tick in axes.get_yticklabels()] == [
        "Without HIV",
        "Later",
        "HIV reading = documented negative",
    ]
    assert "1 change gain and lose nobody." in texts(made)
    assert {"+1", "\N{MINUS SIGN}1", "\N{MINUS SIGN}2"} <= set(texts(made))
    assert made.alt == (
        "Eligible patients gained and lost under 4 changes. Amendments: Without HIV, gained 1, lost 0; "
        "Later, gained 0, lost 1; HIV reading = documented negative, gained 0, lost 2."
    )


def test_no_interval_reaches_beyond_nobody():
    """Who is gained and who is lost have intervals of their own: a change that can only gain loses nobody."""
    [axes] = FIGURES["forest"]().figure.axes

    for bars in axes.containers:
        [segments] = bars.lines[2][0].get_segments()
        ends = sorted(segments[:, 0])
        assert ends[0] >= 0 or ends[1] <= 0


def test_each_kind_of_change_has_a_panel_of_its_own():
    made = FIGURES["forest of 40"]()

    assert [axes.get_title(loc="left") for axes in made.figure.axes] == [
        "Amendments",
        "Other readings of the record",
        "Assumptions about the data",
    ]
    assert [len(axes.get_yticklabels()) for axes in made.figure.axes] == [10, 10, 10]
    assert [one for one in texts(made) if "that move fewer patients" in one] != []


def test_a_forest_of_nothing_says_so():
    assert FIGURES["forest of none"]().alt == "No change was given."
    assert FIGURES["forest of the idle"]().alt == "No change gains or loses an eligible patient."
    nobody = exhibits.forest(compared(LATER, IDLE, extract=bare(0)))
    assert nobody.alt == "No change gains or loses an eligible patient."


def test_the_curve_marks_the_protocol_and_names_units():
    exhibit = FIGURES["curve"]()
    assert {"Days since transplant, at least (I4) [days]", "Patients", " protocol"} <= set(texts(exhibit))
    assert exhibit.alt == (
        "Patients at 4 values of Days since transplant, at least (I4) [days]: "
        "from 14 gives 20 eligible, 25 eligible or not ruled out; "
        "to 60 gives 17 eligible, 22 eligible or not ruled out; "
        "the protocol's 45 gives 18 eligible, 23 eligible or not ruled out."
    )
    elsewhere = exhibits.threshold_curve(swept(**{DAYS: [14, 30]}), PROTOCOL, DAYS)
    assert " protocol" not in texts(elsewhere)
    assert "the protocol's" not in elsewhere.alt


def test_a_curve_over_readings_has_them_as_ticks():
    assert {"known positive", "documented negative"} <= set(texts(FIGURES["curve of readings"]()))


def test_the_surface_holds_every_pair():
    exhibit = FIGURES["surface"]()
    shown = texts(exhibit)
    assert [word for word in shown if word.isdigit() and 2 < int(word) < 21] == ["20", "19", "18", "17", "16", "15"]
    assert shown.count("+5") == 6
    assert {"0.5", "1", "1.5", "30", "45", "Neutrophils, at least (I7) [×10⁹/L]"} <= set(shown)
    assert exhibit.alt == (
        "Patients at 6 pairs of values of Days since transplant, at least (I4) [days] and "
        "Neutrophils, at least (I7) [×10⁹/L]. "
        "Most eligible: 30, 0.5 gives 20 eligible, 25 eligible or not ruled out. "
        "Fewest: 45, 1.5 gives 15 eligible, 20 eligible or not ruled out."
    )


def cells(table):
    """The rows of a table as text."""
    rows = re.findall(r"<tr>(.*?)</tr>", table.html, flags=re.DOTALL)
    return [[re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]


def test_the_comparison_table():
    same = {"name": "same", "set": {DAYS: 45}}
    rows = {row[0]: row[1:] for row in cells(exhibits.comparison_table(compared(LATER, same))) if row}
    assert rows["Protocol"] == ["2", "2", "0", "0", "–", "56", "22"]
    later = "\N{MINUS SIGN}14.3 (\N{MINUS SIGN}51.3 to +26.2)"
    assert rows["Later"] == ["1", "2", "0", "1", later, "60", "10"]
    assert rows["Same"] == ["2", "2", "0", "0", "no change", "56", "22"]
    nobody = {row[0]: row[1:] for row in cells(exhibits.comparison_table(compared(extract=bare(0)))) if row}
    assert nobody["Protocol"] == ["0", "0", "0", "0", "–", "–", "0"]


def test_the_table_of_changes():
    rows = {row[0]: row[1:] for row in cells(exhibits.changes_table(compared(LATER, WITHOUT_HIV), PROTOCOL)) if row}
    assert rows == {"Later": ["Days since transplant, at least (I4) 45 → 60"], "Without HIV": ["without hiv"]}
    assert "no amendment was given." in exhibits.changes_table(compared(), PROTOCOL).html


def test_the_frontier_table_holds_the_best_of_each_number():
    table = exhibits.frontier_table(FRONTIER)
    rows = [row for row in cells(table) if len(row) == 4]
    assert rows == [
        ["Protocol", "2", "1", "0"],
        ["A", "4", "1", "2"],
        ["A + DAT-negative AIHA included", "5", "0", "3"],
    ]
    assert "Best of 3 combinations, chosen after looking: expect less elsewhere." in table.html


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("dat_negative_aiha = included", "DAT negative AIHA = included"),
        ("one hit in dic", "one hit in dic"),
        ("lenient", "lenient"),
    ],
)
def test_names_of_parameters_are_words(name, shown):
    assert amendment_name(name) == shown
