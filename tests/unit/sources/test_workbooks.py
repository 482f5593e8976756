"""Workbooks of three programs give the same cells; what is no workbook is refused in words.

``data/hct.xls`` was written by xlwt 1.3.0 from the rows of ``HCT``.
"""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from unit.sources.workbooks import write_ods, write_xlsx

from postgraft.sources.errors import SourceError
from postgraft.sources.tables.redcap import read_dictionary
from postgraft.sources.tables.sheets import UnreadableError, as_text, read_sheet
from postgraft.sources.tables.source import read_source

pytest.importorskip("python_calamine", reason="needs the extra sources")

HCT = [
    ["UPN", "Sex", "Born", "Date of HCT", "Donor"],
    [7, "F", 1970, date(2020, 3, 4), 1],
    [12, "M", 1980.5, date(2021, 3, 4), 2],
]
XLS = Path(__file__).parent / "data" / "hct.xls"


@pytest.fixture
def book(tmp_path):
    def made(kind, rows=HCT, **more):
        path = tmp_path / f"hct.{kind}"
        if kind == "xls":
            return Path(shutil.copy(XLS, path))
        return {"xlsx": write_xlsx, "ods": write_ods}[kind](path, {"HCT": rows, **more})

    return made


def read(path, sheet="", wanted=tuple(HCT[0])):
    return read_sheet(path, sheet, wanted, ",", "utf-8-sig")


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_workbook_gives_its_cells(book, kind):
    sheet = read(book(kind))

    rows = [[as_text(cells.words[code]) for code in cells.codes] for cells in sheet.columns.values()]
    assert list(zip(*rows, strict=True)) == [
        ("7", "F", "1970", "2020-03-04", "1"),
        ("12", "M", "1980.5", "2021-03-04", "2"),
    ]
    assert sheet.columns["Date of HCT"].words == [date(2020, 3, 4), date(2021, 3, 4)]
    assert sheet.numbers.tolist() == [2, 3]


def test_rows_are_numbered_as_the_program_shows_them_and_blank_ones_are_none(book):
    sheet = read(book("xlsx", [[None] * 5, HCT[0], HCT[1], [None] * 5, [" 8 ", *HCT[2][1:]], HCT[1]]))

    assert sheet.numbers.tolist() == [3, 5, 6]
    assert sheet.twice.tolist() == [False, False, True]
    assert sheet.columns["UPN"].words == [7.0, "8"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [(1.0, "1"), (0.1, "0.1"), (True, "TRUE"), (datetime(2020, 3, 4, 12, 30), "2020-03-04 12:30:00"), (" a ", "a")],
)
def test_a_cell_as_text(cell, text):
    assert as_text(cell) == text


def test_one_true_and_1_are_different_cells(book):
    sheet = read(book("xlsx", [["UPN"], [1], [True], ["1"]]), wanted=["UPN"])
    assert [(type(word), word) for word in sheet.columns["UPN"].words] == [(float, 1.0), (bool, True), (str, "1")]


@pytest.mark.parametrize(
    ("sheet", "found", "accepted"),
    [("", "sheet is missing", "HCT, Labs"), ("Lab", "no sheet Lab (did you mean Labs?)", "HCT, Labs")],
)
def test_a_sheet_that_is_not_named_or_not_there(book, sheet, found, accepted):
    with pytest.raises(UnreadableError) as error:
        read(book("xlsx", Labs=HCT), sheet)
    assert (error.value.found, error.value.accepted) == (found, accepted)


def test_what_is_no_workbook(tmp_path):
    (tmp_path / "hct.xlsx").write_text("UPN,Sex\n7,F\n")
    with pytest.raises(UnreadableError) as error:
        read(tmp_path / "hct.xlsx")
    assert (error.value.found, error.value.accepted) == ("cannot be read as a workbook", "xlsx, xls, ods")


COLUMNS = "{patient_id: UPN, sex: Sex, birth_year: Born}"
PLAN = f"""\
extracted_on: 2025-06-30
tables:
  patients: {{from: hct.xlsx, columns: {COLUMNS}, values: {{sex: {{F: female, M: male}}}}}}
  transplants: {{from: hct.xlsx, columns: {{patient_id: UPN, transplant_date: Date of HCT, type: =allogeneic}}}}
"""


def refused(tmp_path, plan=PLAN):
    (tmp_path / "plan.yaml").write_text(plan)
    with pytest.raises(SourceError) as error:
        read_source(tmp_path / "plan.yaml")
    return [(one.column, one.message) for one in error.value.findings]


def test_a_date_where_there_can_be_none(book, tmp_path):
    book("xlsx", [HCT[0], [date(2020, 1, 2), "F", 1970, date(2020, 3, 4), 1]])
    assert ("UPN", "a date where there can be none; accepted: the column written as text (1 row: 2)") in refused(
        tmp_path
    )


def test_a_number_where_a_date_is_expected(book, tmp_path):
    book("xlsx", [HCT[0], [7, "F", 1970, 43894, 1]])
    assert refused(tmp_path)[0] == (
        "Date of HCT",
        "a number where a date is expected; accepted: cells that the spreadsheet shows as dates (1 row: 2)",
    )


def test_days_that_a_spreadsheet_may_have_taken_for_months(book, tmp_path):
    rows = [HCT[0], [7, "F", 1970, date(2020, 3, 4), 1], [8, "F", 1970, "25/04/2020", 1]]
    plan = PLAN.replace("type: =allogeneic}", "type: =allogeneic}, dates: DD/MM/YYYY")
    book("xlsx", rows)
    assert refused(tmp_path, plan) == [
        (
            "Date of HCT",
            "dates of the spreadsheet beside dates as text, none of them after the 12th: day and month may be swapped; "
            "accepted: all dates as text, or all as dates (1 row: 2)",
        )
    ]
    book("xlsx", [*rows, [9, "F", 1970, date(2020, 3, 14), 1]])
    assert len(read_source(tmp_path / "plan.yaml").people.allogeneic) == 3


DICTIONARY = """\
Variable / Field Name,Field Type,"Choices, Calculations, OR Slider Labels"
sex,radio,"1, Female | 2, Male"
donor,dropdown,"1, Sibling | 2, Unrelated, matched"
illness,checkbox,"1, TTP | -1, Other"
relapsed,yesno,
born,text,
"""


def test_a_dictionary_of_redcap(tmp_path):
    (tmp_path / "dict.csv").write_text(DICTIONARY)
    read = read_dictionary(tmp_path / "dict.csv")
    assert read.labels == {
        "sex": {"1": "Female", "2": "Male"},
        "donor": {"1": "Sibling", "2": "Unrelated, matched"},
        "relapsed": {"1": "Yes", "0": "No"},
    }
    assert read.boxes == {"illness": ("illness___1", "illness____1")}
