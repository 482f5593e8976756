"""The scan: identifiers as words of their own, days in the usual spellings, paths; and where it finds them."""

import datetime as dt
from pathlib import Path

import pytest
from unit.release import made

from postgraft.release.patients import event_days, patient_ids
from postgraft.release.scan import EPOCH, IDENTIFIER, PATH, UNREADABLE, Scan, dated


def day(text):
    return (dt.date.fromisoformat(text) - EPOCH).days


SCAN = Scan(
    ["MRD-0713", "SYN000007", "100200", "0042", "7", "1024", "ab1", "müller"],
    {"birth": [day("1951-03-14")], "transplant": [day("2019-08-05")], "death": [day("2025-06-30")]},
    [Path("/ward/cohorts/ours"), Path("/")],
    known=[day("2025-06-30")],
)


def kinds(text):
    return [what for _, what in SCAN.text(text)]


@pytest.mark.parametrize(
    "text",
    [
        "MRD-0713",
        "of mrd-0713, who",
        "(SYN000007)",
        "id_SYN000007_x",
        "after 100200.",
        "0042",
        "Müller",
        "patient 7",
        "Patient no. 7,",
        "patient_id=1024",
        'patient_id: "AB1"',
        "MRN #7",
    ],
)
def test_an_identifier_is_found(text):
    assert kinds(text) == [IDENTIFIER]


@pytest.mark.parametrize(
    "text",
    [
        "MRD-07130",
        "XSYN000007",
        "SYN0000071",
        "0.100200 and 100200,5 and 1,100200",
        "10042",
        "7 of 1024 patients; day 7, AB1",
        "patients 7",
        "inpatient 7",
        "patient 77",
        "müllerian",
    ],
)
def test_what_only_holds_the_same_characters_is_none(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "2019-08-05",
        "2019/8/5",
        "20190805",
        "05.08.2019",
        "5/8/2019",
        "8/5/2019",
        "5 August 2019",
        "5th of Aug. 2019",
        "05-AUG-2019",
        "August 5,\n2019",
        "2019-08-05T10:00",
    ],
)
def test_a_day_is_found_however_it_is_spelled(text):
    assert kinds(f"on {text}.") == ["the day of a patient's transplant"]


@pytest.mark.parametrize("text", ["2019-08-06", "12019-08-05", "2019-08-051", "2025-06-30", "2019", "31.2.2019"])
def test_other_days_and_those_a_report_tells_anyway_are_none(text):
    assert kinds(text) == []


def test_a_day_and_month_that_could_be_either_are_both():
    assert [one for _, one in dated("5/8/2019")] == [day("2019-08-05"), day("2019-05-08")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("in /ward/cohorts/ours/patients.csv", [PATH]),
        ("in /ward/cohorts/ours-too", []),
        ("/ward/cohorts", []),
        ("https://example.org/ward/cohorts/ours", []),
        ("/".join(("", "home", "anna", "x")), [PATH]),
        ("C:\\Users\\anna", [PATH]),
        ("file:///data", [PATH]),
        ("a/b and / alone", []),
    ],
)
def test_paths(text, found):
    assert kinds(text) == found


def test_a_page_is_read_with_its_attributes_and_entities_but_without_styles_and_images():
    page = (
        "<style>\n.a { color: #100200 }\n</style>\n<img alt='of SYN000007' src='data:image/png;base64,AA+100200+AA'>\n"
        "<p>MRD&#45;0713</p>\n<title>SYN000007, SYN000007</title>"
    )
    assert SCAN.file("a.html", page.encode()) == {IDENTIFIER: ["line 4", "line 5", "line 6"]}


def test_a_pdf_is_read_by_pages_with_its_metadata():
    assert SCAN.file("a.pdf", made.pdf("of SYN000007")) == {IDENTIFIER: ["page 1"]}
    assert SCAN.file("a.pdf", made.pdf("of nobody", title="5 August 2019")) == {
        "the day of a patient's transplant": ["metadata"]
    }
    assert SCAN.file("a.pdf", made.pdf("of nobody")) == {}


def test_what_cannot_be_read_is_told():
    assert SCAN.file("a.pdf", b"%PDF-1.4 broken") == {UNREADABLE: [""]}
    assert SCAN.file("a.html", b"\xff\xfe") == {UNREADABLE: [""]}


def test_the_patients_of_the_files_are_known_even_those_left_out(cohort):
    from postgraft.extract import read_extract

    extract = read_extract(cohort)
    assert len(extract.patients) == len(made.IDS) - 1
    assert patient_ids(cohort, extract) == set(made.IDS)
    days = event_days(cohort, extract)
    assert {kind: len(found) for kind, found in days.items()} == {"birth": 40, "transplant": 40, "death": 1}
    assert (day(made.BIRTH) in days["birth"], day(made.DEATH) in days["death"]) == (True, True)
