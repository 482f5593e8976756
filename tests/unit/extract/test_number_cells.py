"""What stands for a number in a cell and is none: an error that says what is accepted, never a silent gap."""

import pytest

from postgraft.extract import Extract

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}
SIGNED = "not a number; accepted: a number with a decimal point, perhaps after <, <=, > or >=, or an empty cell"
PLAIN = "not a number; accepted: a number with a decimal point and no unit, or an empty cell"

NO_NUMBER = [
    "5 mg", "1,200", "1.200,5", "1.200.5", "12 000", "12'000", "n/a", "N/A", "NA", "pending", "see note", "-", ".", "?",
    "five", "5%", "0x10", "1_000", "１２", "−1", "1e", "1/2", "5-10", "~5", "5±1", "TRUE", "#N/A", "#VALUE!", "None",
]  # fmt: skip
NO_INTERVAL = ["<5 (LLOQ)", "<", "<<5", "< 5 mg", "less than 5", "5<", "<5,0", "<>5"]


def only_error(tables):
    with pytest.raises(Exception, match=r"\S") as caught:
        Extract.from_tables(MANIFEST, tables)
    (finding,) = [f for f in caught.value.findings if f.severity == "error"]
    return finding.file, finding.column, finding.message


@pytest.mark.parametrize("text", [*NO_NUMBER, *NO_INTERVAL])
def test_a_value_that_is_no_number(spoilt, text):
    message = f"{SIGNED} (1 row: 2)"
    assert only_error(spoilt("measurements", 0, value=text)) == ("measurements", "value", message)


@pytest.mark.parametrize("text", [*NO_NUMBER, "<5"])
def test_a_dose_that_is_no_number(spoilt, text):
    assert only_error(spoilt("medications", 0, dose=text)) == ("medications", "dose", f"{PLAIN} (1 row: 2)")


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5), ("5.0", 5), (" 5 ", 5), ("\xa05\xa0", 5), ("+5", 5), ("5e0", 5), (".5e1", 5), ("005", 5), ("5.", 5)],
)
def test_a_number(spoilt, text, value):
    extract = Extract.from_tables(MANIFEST, spoilt("measurements", 0, value=text))
    assert extract.series("platelets").value.tolist() == [value]
    assert extract.warnings == ()
