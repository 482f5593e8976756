"""Figures and tables of amendments and thresholds: what they say, whom they leave out, and that they fit the page."""

import re

import pandas as pd
import pytest
from unit.cohorts import PROTOCOL, bare, eight_extract
from unit.exhibits.drawing import check_fits_the_page, texts

import postgraft as pg
from postgraft import exhibits
from postgraft.exhibits.labels import amendment_name

LATER = {"name": "later", "set": {"days_since_transplant_min": 60}}
WITHOUT_HIV = {"name": "without HIV", "drop": ["hiv"]}
NEEDED = {"name": "hiv_reading = documented_negative", "set": {"hiv_reading": "documented_negative"}}
IDLE = {"name": "from day 20", "set": {"days_since_transplant_min": 20}}
DAYS = "days_since_transplant_min"
COUNTS = "neutrophils_min"


def compared(*amendments, extract=None):
    return pg.compare(extract or eight_extract(), PROTOCOL, list(amendments))


def many(count):
    """A comparison in which each of many amendments, of long names, moves somebody."""
    base, later = (row for _, row in compared(LATER).iterrows())
    moved = [
        later.to_dict() | {"amendment": f"an amendment with a rather long name of its own, number {i}", "lost": i}
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
        "certain": [2, 4, 3, 5],
        "possible": [1, 1, 1, 0],
        "gained": [0, 2, 1, 3],
        "best": [True, True, False, True],
    }
)

FIGURES = {
    "tornado": lambda: exhibits.tornado(compared(LATER, WITHOUT_HIV, NEEDED, IDLE)),
    "tornado of 40": lambda: exhibits.tornado(many(40)),
    "tornado of 70": lambda: exhibits.tornado(many(70)),
    "tornado of the idle": lambda: exhibits.tornado(compared(IDLE)),
    "tornado of none": lambda: exhibits.tornado(compared()),
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


def test_the_tornado_is_sorted_and_leaves_out_whom_it_names_below():
    shown = texts(FIGURES["tornado"]())
    named = [word for word in shown if word in ("later", "without HIV", "HIV reading = documented negative")]
    assert named == ["without HIV", "later", "HIV reading = documented negative"]
    assert "from day 20" not in shown
    [note] = [word for word in shown if "Nobody is gained or lost" in word]
    assert note.endswith("under: from day 20.")
    assert {"+1", "\N{MINUS SIGN}1", "\N{MINUS SIGN}2"} <= set(shown)


def test_what_the_tornado_says():
    assert FIGURES["tornado"]().alt == (
        "Net change under 4 amendments of a protocol with 2 of 7 (28.6\N{NO-BREAK SPACE}%) patients eligible and 2 "
        "more possible. "
        "Largest gain of eligible patients: without HIV, +1 (gained 1, lost 0; 95 % interval −1.8 to +3.6). "
        "Largest loss of eligible patients: HIV reading = documented negative, −2 (gained 0, lost 2; 95 % interval "
        "−4.5 to +1.2). 1 amendment by which nobody is gained or lost."
    ).replace("−", "\N{MINUS SIGN}")


def test_a_tornado_of_more_than_fit_says_how_many_it_leaves_out():
    [note] = [word for word in texts(FIGURES["tornado of 70"]()) if "Not drawn" in word]
    assert "Not drawn: 25 amendments that move fewer patients" in note


def test_a_tornado_of_nothing_says_so():
    assert FIGURES["tornado of none"]().alt == "No amendment was given."
    assert FIGURES["tornado of the idle"]().alt == "Nobody is gained or lost under from day 20."
    nobody = exhibits.tornado(compared(LATER, IDLE, extract=bare(0)))
    assert nobody.alt == "Nobody is gained or lost under any of 2 amendments."


def test_the_curve_marks_the_protocol_and_names_units():
    exhibit = FIGURES["curve"]()
    assert {"Days since transplant min (days)", "Patients", " protocol"} <= set(texts(exhibit))
    assert exhibit.alt == (
        "Patients at 4 values of Days since transplant min (days): from 14 gives 20 eligible, 25 eligible or possible; "
        "to 60 gives 17 eligible, 22 eligible or possible; "
        "the protocol's 45 gives 18 eligible, 23 eligible or possible."
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
    assert {"0.5", "1", "1.5", "30", "45", "Neutrophils min (×10⁹/L)"} <= set(shown)
    assert exhibit.alt == (
        "Patients at 6 pairs of values of Days since transplant min (days) and Neutrophils min (×10⁹/L). "
        "Most eligible: 30, 0.5 gives 20 eligible, 25 eligible or possible. "
        "Fewest: 45, 1.5 gives 15 eligible, 20 eligible or possible."
    )


def cells(table):
    """The rows of a table as text."""
    rows = re.findall(r"<tr>(.*?)</tr>", table.html, flags=re.DOTALL)
    return [[re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]


def test_the_comparison_table():
    same = {"name": "same", "set": {DAYS: 45}}
    rows = {row[0]: row[1:] for row in cells(exhibits.comparison_table(compared(LATER, same))) if row}
    assert rows["base"] == ["2", "2", "0", "0", "0", "–", "56", "22"]
    later = "\N{MINUS SIGN}14.3 (\N{MINUS SIGN}51.3 to +26.2)"
    assert rows["later"] == ["1", "2", "0", "1", "\N{MINUS SIGN}1", later, "60", "10"]
    assert rows["same"] == ["2", "2", "0", "0", "0", "no change", "56", "22"]
    nobody = {row[0]: row[1:] for row in cells(exhibits.comparison_table(compared(extract=bare(0)))) if row}
    assert nobody["base"] == ["0", "0", "0", "0", "0", "–", "–", "0"]


def test_the_table_of_changes():
    rows = {row[0]: row[1:] for row in cells(exhibits.changes_table(compared(LATER, WITHOUT_HIV))) if row}
    assert rows == {"later": [f"{DAYS} 45 → 60"], "without HIV": ["without hiv"]}
    assert "No amendment was given." in exhibits.changes_table(compared()).html


def test_the_frontier_table_holds_the_best_of_each_number():
    table = exhibits.frontier_table(FRONTIER)
    rows = [row for row in cells(table) if len(row) == 4]
    assert rows == [
        ["the protocol as it is", "2", "1", "0"],
        ["a", "4", "1", "2"],
        ["a + DAT negative AIHA = included", "5", "0", "3"],
    ]
    assert "Of 4 combinations" in table.html


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
