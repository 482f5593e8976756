"""Tables hold the numbers of the results, with their denominators."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from unit.cohorts import PROTOCOL, bare, eight, eight_extract

import postgraft as pg
from postgraft import exhibits
from postgraft.analysis import computability as reference_limits
from postgraft.analysis import duration as follow_up
from postgraft.exhibits.labels import label, words
from postgraft.exhibits.tables import table
from postgraft.extract import overview
from postgraft.extract.imported import ImportReport
from postgraft.vocabulary.carried import NOTHING


def cells(made):
    """The rows of a rendered table as lists of text, without its header and notes."""
    soup = BeautifulSoup(made.html, "html.parser")
    return [[cell.get_text(strip=True) for cell in row.find_all(["td", "th"])] for row in soup.select("tbody tr")]


def notes(made):
    soup = BeautifulSoup(made.html, "html.parser")
    return " ".join(note.get_text(" ", strip=True) for note in soup.select(".gt_sourcenote"))


def test_the_summary_of_eight_patients():
    found = cells(exhibits.summary_table(eight()))

    assert ["In the extract", "8", "–", "–", ""] in found
    assert ["Left out: no allogeneic transplant", "1", "12\xa0%", "8", "in the extract"] in found
    assert ["Alive and observed on day 45", "6", "86\xa0%", "7", "with a transplant"] in found
    assert ["On 7 consecutive days"] in found
    assert ["Eligible", "2", "67\xa0%", "3", "with a treated one"] in found
    assert ["Eligible or not ruled out", "4", "57\xa0%", "7", "with a transplant"] in found


def test_readings_and_answers_of_the_sponsor_stand_side_by_side():
    made = exhibits.readings_side_by_side(pg.evaluate_readings(eight_extract(), PROTOCOL))

    assert cells(made) == [
        ["base", "2", "2", "1", "2"],
        ["strict", "0", "0", "0", "0"],
        ["lenient", "2", "2", "1", "2"],
        ["sponsor's agreement granted", "2", "2", "1", "2"],
        ["sponsor's agreement withheld", "2", "2", "1", "2"],
        ["sponsor's agreement open", "2", "2", "1", "2"],
    ]
    assert "Of 7 patients with an allogeneic transplant" in notes(made)


def test_a_cohort_of_nobody_has_no_share_of_anything():
    nobody = pg.evaluate(bare(0), PROTOCOL)
    ends = cells(exhibits.follow_up_table(follow_up.follow_up(nobody.observations)))
    assert {tuple(row[1:3]) for row in ends} == {("0", "–")}


def test_one_is_not_written_as_many():
    one = pg.evaluate(bare(1), PROTOCOL)
    assert "Of 1 transplant with" in notes(exhibits.follow_up_table(follow_up.follow_up(one.observations)))


def test_the_first_column_heads_its_rows_and_no_heading_is_blank():
    for made in (exhibits.summary_table(eight()), exhibits.stretch_table(eight())):
        soup = BeautifulSoup(made.html, "html.parser")
        body = [row for row in soup.select("tbody tr") if row.find("td")]
        assert all(row.find(["td", "th"]).get("scope") == "row" for row in body)
        assert all(head.get_text(strip=True) for head in soup.select("thead th"))


def test_what_ends_the_stretches():
    made = exhibits.stretch_table(eight())

    assert cells(made) == [
        ["Observation ends", "Death", "1", "50.0\xa0%"],
        ["A criterion is failed", "Immune cytopenia", "1", "50.0\xa0%"],
    ]
    assert "median 11 days, quartiles 9.5 and 12.5, shortest 8, longest 14, in 2 eligible patients" in notes(made)
    nobody = exhibits.stretch_table(pg.evaluate(bare(0), PROTOCOL))
    assert "No patient is eligible." in nobody.html


def test_the_extract_in_tables():
    extract = eight_extract()
    facts = dict(cells(exhibits.facts_table(overview.extract_facts(extract))))
    assert facts["Left out, no allogeneic transplant"] == "1"
    assert facts["End of the extract"] == "none: no calendar day is known"

    by_table = {row[0]: row[1:] for row in cells(exhibits.rows_table(overview.table_rows(extract)))}
    assert by_table["patients"] == ["yes", "8", "0", "7", "100.0\xa0%", "required"]
    assert by_table["medications"] == ["yes", "4", "0", "4", "57.1\xa0%", "yes"]
    assert by_table["disease_status"] == ["no", "0", "0", "0", "0.0\xa0%", "no"]

    analytes = {row[0]: row[1:] for row in cells(exhibits.coverage_table(extract.coverage()))}
    assert analytes["Platelets"][:4] == ["6", "0", "6", "85.7\xa0%"]
    limits = reference_limits.own_limits(extract, PROTOCOL)
    assert ["Haptoglobin", "lower", "30", "0", "0", "0"] in cells(exhibits.limits_table(limits))
    warned = cells(exhibits.warnings_table(overview.warnings_found(extract)))
    assert ["1", "7"] in [[row[1], row[4]] for row in warned if "left out" in row[0]]
    quiet = exhibits.warnings_table(overview.warnings_found(bare(1)))
    assert "No warning." in quiet.html


def test_units_are_told_with_their_number_of_rows():
    found = pd.DataFrame(
        {
            "analyte": ["neutrophils"],
            "rows": [14000],
            "intervals": [12],
            "patients": [100],
            "share": [1.0],
            "units": ["10*9/L: 14215, x10E9/L: 12, (none): 1000000"],
        }
    )
    assert cells(exhibits.coverage_table(found)) == [
        ["Neutrophils", "14,000", "12", "100", "100.0\xa0%", "10*9/L: 14,215, x10E9/L: 12, (none): 1,000,000"]
    ]


def test_conditions_declared_one_by_one_are_named():
    manifest = {"format": 1, "time": "days", "complete": {"conditions": ["dic", "ta_tma"]}}
    tables = {
        "patients": pd.DataFrame({"patient_id": ["A"], "sex": "male", "age_at_transplant": 50, "last_contact_day": 9}),
        "transplants": pd.DataFrame({"patient_id": ["A"], "transplant_day": 0, "type": "allogeneic"}),
        "conditions": pd.DataFrame(columns=["patient_id", "start_day", "condition"]),
    }
    rows = overview.table_rows(pg.Extract.from_tables(manifest, tables)).set_index("table")
    assert rows.loc["conditions", "complete"] == "for dic, ta_tma"


def test_follow_up_and_ledger_have_all_their_rows():
    outcome = eight()
    assert cells(exhibits.follow_up_table(follow_up.follow_up(outcome.observations)))[-1][:3] == [
        "All",
        "8",
        "100.0\xa0%",
    ]

    ledger = pg.computability(outcome.extract, PROTOCOL)
    found = cells(exhibits.computability_table(ledger))
    assert len(found) == len(ledger)
    assert (
        found[[row[0] for row in found].index("– AIHA")][1]
        == ledger.set_index("criterion").loc["immune_cytopenia.aiha", "state"]
    )


def test_readings_and_what_is_left_open():
    used = pg.readings_used(PROTOCOL)
    assert len(cells(exhibits.readings_table(used))) == len(used)
    left = pg.not_answerable(PROTOCOL)
    assert [row[0] for row in cells(exhibits.not_answerable_table(left))] == [label(name) for name in left["criterion"]]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no_ta_tma", "No TA-TMA"),
        ("gvhd_controlled", "GVHD controlled"),
        ("hav_igm", "HAV IgM"),
        ("remission", "Remission"),
    ],
)
def test_names_become_words(name, said):
    assert label(name) == said


def test_names_within_a_text_become_words():
    assert words("ta_tma 5, graft_failure 0 (of 7 patients)") == "TA-TMA 5, graft failure 0 (of 7 patients)"


def test_numbers_are_written_for_people():
    frame = pd.DataFrame({"what": ["a", "b", "c"], "n": [12345, 0.25, None]})
    assert cells(table(frame, "T", {"what": "", "n": "N"}, numbers=("n",))) == [
        ["a", "12,345"],
        ["b", "0.2"],
        ["c", "–"],
    ]


def test_text_of_an_extract_is_never_markup():
    frame = pd.DataFrame({"what": ["<b>x</b> & **y**"]})
    assert cells(table(frame, "T", {"what": "What"})) == [["<b>x</b> & **y**"]]


def test_a_table_shows_itself():
    assert exhibits.stretch_table(eight())._repr_mimebundle_(include=None, exclude=None).keys() == {
        "text/html",
        "text/plain",
    }


def test_what_an_import_made_is_shown_with_most_rows_first() -> None:
    mapping = {"name in the source": ["", "Hemoglobin"], "source text": ["pred", "HB"], "note": ["unmapped", ""]}
    mapping |= {"table": ["drug_exposure", "measurement"], "rows": [7, 90], "patients": [3, 9]}
    dropped = {"table": ["measurements"], "name": ["hemoglobin"], "reason": ["number without a unit"]}
    changed = {"table": ["conditions"], "name": ["itp"], "reason": ["joined: of the same spell"]}
    dropped, changed = dropped | {"rows": [20], "patients": [2]}, changed | {"rows": [1], "patients": [1]}
    frames = (pd.DataFrame(one) for one in (mapping, {"table": []}, dropped, changed))
    shown = exhibits.import_table(ImportReport(*frames, text=""))
    assert shown is not None
    assert cells(shown) == [
        ["hemoglobin", "measurements", "dropped: number without a unit", "20", "2"],
        ["pred", "drug_exposure", "unmapped", "7", "3"],
        ["itp", "conditions", "joined: of the same spell", "1", "1"],
    ]
    assert "Lines with most rows, 3 of 3; all are in import/report.md." in shown.html


def test_an_extract_that_no_import_made_has_no_such_table() -> None:
    assert NOTHING in exhibits.import_table(None).html
