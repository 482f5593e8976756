"""Words of the vocabularies: results, dose units, near misses, findings as text."""

import pytest

from postgraft.vocabulary import codes
from postgraft.vocabulary.analytes import ANALYTES, CELLULARITY, FINDING, INDETERMINATE, NEGATIVE, POSITIVE
from postgraft.vocabulary.errors import ExtractError, Finding
from postgraft.vocabulary.units import DOSE_UNITS, read_dose_unit
from postgraft.vocabulary.words import did_you_mean, nearest, normal_word

FINDING_WORDS = {
    POSITIVE: ["positive", "POS", "Detected", "reactive", "detectable", "+", "2+", " present ",
               "Positive.", "Detected (qualifier value)", "POSITIVE (finding)", "Pos . "],
    NEGATIVE: ["negative", "Neg", "not_detected", "Not Detected", "not-detected", "nonreactive",
    "Non-Reactive",
               "undetectable", "Target not detected", "Not detected.", "Negative (qualifier value)"],
    INDETERMINATE: ["indeterminate", "Equivocal", "borderline", "ind."],
}  # fmt: skip


@pytest.mark.parametrize(("severity", "text"), [(s, text) for s, texts in FINDING_WORDS.items() for text in texts])
def test_results_and_synonyms(severity, text):
    assert FINDING.read(text) == severity


@pytest.mark.parametrize(
    "text",
    ["", "-", ".", "(finding)", "normal", "maybe", "posit", "not", "1", "positive (see comment)", "negative..", "+."],
)
def test_words_that_are_no_result(text):
    assert FINDING.read(text) is None


def test_scales_rise_with_severity():
    assert [FINDING.read(word) for word in FINDING.words] == [0, 1, 2]
    assert [CELLULARITY.read(word) for word in CELLULARITY.words] == [0, 1, 2, 3]
    assert CELLULARITY.words[::-1] == ("absent", "decreased", "normal", "increased")
    assert FINDING.words[::-1] == ("positive", "indeterminate", "negative")


DOSES = [
    ("mg", "mg"), ("MG/KG/DAY", "mg/kg/day"), ("mg/kg/d", "mg/kg/day"), ("mg/day/kg", "mg/kg/day"),
    ("µg/kg", "mcg/kg"), ("μg", "mcg"), ("ug", "mcg"), ("gm", "g"), ("g / m²", "g/m2"), ("IU/day", "U/day"),
    ("units", "U"), ("u/kg", "U/kg"), ("mg/24h", "mg/day"),
    ("milligram", "mg"), ("Gram", "g"), ("[iU]", "U"), ("[IU]/kg", "U/kg"), ("[U]/d", "U/day"),
    ("milligrams/kg", "mg/kg"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "unit"), DOSES)
def test_dose_units(text, unit):
    assert read_dose_unit(text) == unit


@pytest.mark.parametrize("text", ["", "mL", "mg/week", "mg/kg/kg", "mg/day/day", "mg/kg/m2", "tablets", "/day", "mg/"])
def test_what_is_no_dose_unit(text):
    assert read_dose_unit(text) is None


def test_there_are_24_dose_units_and_each_is_its_own_spelling():
    assert len(DOSE_UNITS) == 24
    assert all(read_dose_unit(text) == text == unit.text for text, unit in DOSE_UNITS.items())
    assert DOSE_UNITS["mcg/m2/day"].in_mg == 0.001
    assert DOSE_UNITS["g"].in_mg == 1000


def test_near_misses():
    assert normal_word("  Acute-GVHD  grade ") == "acute_gvhd_grade"
    assert nearest("Platelet", ANALYTES) == "platelets"
    assert nearest("potassium", ANALYTES) is None
    assert did_you_mean("prednisone", codes.DRUGS) == ""
    assert did_you_mean("predisone", codes.DRUGS) == " (did you mean prednisone?)"


@pytest.mark.parametrize("words", [codes.DRUGS, codes.CONDITIONS, codes.NONMALIGNANT_INDICATIONS, tuple(ANALYTES)])
def test_vocabularies_are_distinct_and_in_normal_form(words):
    assert len(set(words)) == len(words)
    assert all(normal_word(word) == word for word in words)


def test_plausible_ranges_are_ranges():
    assert all(a.low < a.high for a in ANALYTES.values() if a.numeric)


def test_a_finding_as_a_line():
    plain = Finding("error", "unit", "a.csv", "unit", "wrong")
    assert plain.message == "wrong"
    counted = Finding("error", "unit", "a.csv", "unit", "wrong", "right", 7, (2, 3))
    assert counted.message == "wrong; accepted: right (7 rows: 2, 3, …)"
    assert Finding("error", "unit", "a.csv", "unit", "wrong", count=1, rows=(9,)).message == "wrong (1 row: 9)"
    assert Finding("error", "unit", "a.csv", "unit", "wrong", count=3).message == "wrong (3 rows)"


def test_findings_of_one_place_stand_together():
    findings = [
        Finding("error", "k", "b.csv", "x", "first"),
        Finding("warning", "k", "a.csv", "", "odd"),
        Finding("error", "k", "a.csv", "y", "second"),
        Finding("error", "k", "b.csv", "x", "third"),
    ]
    error = ExtractError("cohort", findings)
    assert error.findings == findings
    assert str(error).splitlines() == [
        "cohort: 3 errors", "  b.csv", "    x", "      first", "      third", "  a.csv", "    y",
        "      second",
        "cohort: 1 warning", "  a.csv", "    odd",
    ]  # fmt: skip
