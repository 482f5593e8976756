"""Counts of patients: every place that states one, and numbers that state none."""

import nbformat
import pandas as pd
import pytest

from postgraft.disclosure.rule import Rule
from postgraft.exhibits.key_numbers import MIME
from postgraft.exhibits.tables import table
from postgraft.reports.release_check import Kind
from postgraft.reports.release_check.counts import Counts
from postgraft.reports.release_check.material import Piece

pytestmark = pytest.mark.slow

v4 = nbformat.v4
COUNTS = Counts(Rule())


def wrong(text, alt=False):
    return [leak.found for leak in COUNTS.in_prose(Piece("a", "b", text, alt))]


@pytest.mark.parametrize("number", ["0", "15", "20", "1,000", "2,005"])
def test_printed_counts_pass(number):
    assert wrong(f"{number} patients") == []


@pytest.mark.parametrize("number", ["1", "5", "10", "11", "14", "16", "72", "1,001", "2,004", "27.1"])
def test_other_counts_do_not(number):
    [found, *_] = wrong(f"{number} patients")
    assert number in found


def test_the_rule_is_that_of_the_report():
    counts = Counts(Rule(threshold=4, rounding=1))
    assert [*counts.in_prose(Piece("a", "b", "5 patients, 72 of 101 patients; 1–4 of 5 patients"))] == []
    assert [*counts.in_prose(Piece("a", "b", "4 patients"))] != []
    assert [*counts.in_prose(Piece("a", "b", "1–3 of 5 patients"))] != []


@pytest.mark.parametrize(
    "text",
    [
        "In all 18 eligible patients",
        "3 patients",
        "three patients",
        "11 more possible",
        "Gained 4, lost 0",
        "gained 0, lost 18",
        "possible patients: 11",
        "57 of 2,000",
        "15 of 72 (21 %)",
        "Patients by best verdict, of 72.",
        "n = 12",
        "(N=7)",
        "eligible (12)",
        "62.5 % of the patients",
        "7.685 transplants a year",
        "4 charts, 20 donors",
        "eligible for certain: in 18, kept out by criteria 54",
        "1–10 patients, 3 of them women; 3 women",
    ],
)
def test_sentences_that_state_counts(text):
    assert wrong(text)


@pytest.mark.parametrize(
    "text",
    [
        "Largest groups: AIHA, refractory: 6; ITP: 15.",
        "ruled out at: Incomplete response (26).",
        "with a share of 25.2.",
        "{'eligible': 18}",
        "eligible     7",
        "12",
        "[3, 4]",
        "net change +4",
    ],
)
def test_texts_of_pictures_and_of_what_is_printed(text):
    assert wrong(text, alt=True)


@pytest.mark.parametrize(
    "text",
    [
        "on 7 consecutive days, from day 45 after transplant to day 1,095",
        "median day 195 after transplant (quartiles 135 and 298)",
        "in 2019, in the years 2015 to 2025",
        "platelets at most 30 ×10⁹/L, hemoglobin 7.5 g/dL, 1 mg/kg/day",
        "the 95 % interval, 80 % probability, below 0.1 %",
        "40 % of the patients",
        "postgraft 0.1.0, pandas 3.0.0, Python 3.11.2",
        "fingerprint 088c86242b30",
        "Page 4 of 12, section 3, table 2",
        "on 11 of 23 criteria",
        "over 23 criteria, under 48 amendments, of 130 combinations, 1,000 draws",
        "Statements I10, E3 and E6a; CD38, B19",
        "Computed 2025-06-30 10:00 UTC, in 12 s",
        "per 100 transplants",
        "Patient 25: median 2047-12-21",
        "after at least ten donors of the rarer outcome",
        "1–10 patients, 15 of 40 (38 %), withheld",
        "Seed: 7",
        "Median day: 195",
        "Patients by site (7): withheld",
        "from 0.5, 50 gives 20 eligible",
    ],
)
@pytest.mark.parametrize("alt", [False, True])
def test_numbers_that_count_nobody_are_no_alarm(text, alt):
    assert wrong(text, alt) == []


def in_table(header, value, row="Adult"):
    frame = pd.DataFrame({"what": [row], "number": [value]})
    made = table(frame, "Numbers", {"what": "Criterion", "number": header})
    output = v4.new_output("display_data", data=made._repr_mimebundle_())
    return lambda notebook: notebook.cells[3].outputs.append(output)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Patients", 3),
        ("Eligible", "12"),
        ("Possible, diagnosis open", 9),
        ("Of", 72),
        ("Gained", 1),
        ("Net", "+3"),
        ("Only way", 5),
        ("Donors", 41),
        ("Rows in the file", 72),
        ("Patients with what it needs", "birth day 72 (of 80 patients)"),
        ("Estimate", 27.1),
        ("95 % interval", "24 – 29"),
        ("Share", "37.5 %"),
        ("", 3),
        ("A column that nobody declared", 3),
        ("A column that nobody declared", "12 (8 to 17)"),
    ],
)
def test_cells_that_state_counts(checked, header, value):
    [leak, *_] = checked(in_table(header, value)).leaks
    assert leak.kind is Kind.count
    assert "cell 4, output 4, text/html, table “Numbers”, row “Adult”" in leak.place
    assert f"column “{header}”" in leak.place or not header


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Patients", "1–10"),
        ("Patients", "withheld"),
        ("Patients", "–"),
        ("Patients", 15),
        ("Net", "−20"),
        ("Share", "38 %"),
        ("Consecutive days", 7),
        ("Median (day)", 418.5),
        ("First eligible day", 195),
        ("Days: met", "96.5 %"),
        ("Value needed", "0.75"),
        ("Steps", 3),
        ("Statements", "I8, E6"),
        ("Opens", "2023-07-21"),
        ("Sees", "2.5 %"),
        ("Reading used", "14: the longer limit"),
        ("From the protocol's value to the amendment's", "neutrophils_min 1 → 0.5"),
        ("Note", "Asked are 14 days"),
    ],
)
def test_cells_that_state_none(checked, header, value):
    assert checked(in_table(header, value)).passed


@pytest.mark.parametrize(
    ("row", "value", "passes"),
    [("Seed", 7, True), ("Deadline of the plan", "2026-06-29", True), ("Kept out by criteria", 54, False)],
)
def test_where_the_header_says_nothing_the_row_does(checked, row, value, passes):
    assert checked(in_table("Value", value, row)).passed is passes


@pytest.mark.parametrize(
    ("name", "value", "passes"),
    [
        ("eligible", 3, False),
        ("eligible", 20, True),
        ("eligible", "1–10", True),
        ("eligible", "18", False),
        ("gained.no remission", 4, False),
        ("gained_top_patients", 2.5, False),
        ("eligible_share", 0.375, False),
        ("eligible_share", 0.38, True),
        ("a_name_that_nobody_declared", 7, False),
        ("median_first_eligible_day", 195, True),
        ("target", 12, True),
        ("probability_by_deadline.no remission", 0.123, True),
        ("date_of_target", "after 2048", True),
    ],
)
@pytest.mark.parametrize("mime", [MIME, "application/vnd.vega.v5+json"])
def test_numbers_of_json_by_name(checked, name, value, passes, mime):
    output = v4.new_output("display_data", data={mime: {name: value}, "text/plain": "Key figures"})
    found = checked(lambda notebook: notebook.cells[3].outputs.append(output))
    assert found.passed is passes
    assert passes or f"name {name}" in found.leaks[0].place


def plain(text):
    output = v4.new_output("stream", name="stdout", text=text)
    return lambda notebook: notebook.cells[3].outputs.append(output)


FRAME = pd.DataFrame({"criterion": ["adult", "hiv"], "patients": [3, 20]})


@pytest.mark.parametrize(
    "text",
    [
        repr(FRAME),
        repr(FRAME.set_index("criterion")),
        repr(FRAME.set_index("criterion")["patients"]),
        FRAME.to_csv(index=False),
        "| criterion | patients |\n|---|---|\n| adult | 3 |\n",
        "eligible: 3\n",
    ],
)
def test_tables_in_plain_text(checked, text):
    assert {leak.kind for leak in checked(plain(text)).leaks} == {Kind.count}


def test_one_page_tells_some_of_many_and_how_many_more(checked):
    text = str(checked(plain("; ".join(f"{i} patients" for i in range(1, 10)))))
    assert "    counts that are not printed as at level release (9): run the report again" in text
    assert "      and 4 more" in text
    assert text.count("cell 4, output 4, stdout") == 5
