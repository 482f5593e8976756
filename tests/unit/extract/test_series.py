"""Daily series: units, bounds, several results of one day, and how they lie in memory."""

import numpy as np
import pandas as pd
import pytest

from postgraft.extract import Extract
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.results import ABSENT, DECREASED, INDETERMINATE, NEGATIVE, NORMAL, POSITIVE

MANIFEST = {"format": 1, "name": "Small", "time": "days"}
NAN = float("nan")


def read(*results, **columns):
    """An extract of days with rows (patient, day, analyte, value or word), and perhaps more columns."""
    rows = pd.DataFrame(results, columns=["patient_id", "day", "analyte", "value"])
    qualitative = rows["analyte"].map(lambda name: not ANALYTES[name].numeric)
    rows["result"] = rows["value"].where(qualitative)
    rows["value"] = rows["value"].where(~qualitative)
    patients = list(dict.fromkeys(["a", "b", *rows["patient_id"]]))
    return Extract.from_tables(MANIFEST, {
        "patients": pd.DataFrame({"patient_id": patients, "sex": "unknown", "birth_year": "1960",
                                  "last_contact_day": 999}),
        "transplants": pd.DataFrame({"patient_id": patients, "transplant_day": 0, "type": "allogeneic"}),
        "measurements": rows.assign(**columns),
    })  # fmt: skip


def content(series):
    return series.offsets.tolist(), series.day.tolist(), series.value.tolist()


def test_rows_lie_by_patient_and_day_whatever_their_order():
    extract = read(("b", 3, "platelets", 30), ("a", 9, "platelets", 90), ("b", -2, "platelets", 20))
    assert content(extract.series("platelets")) == ([0, 1, 3], [9, -2, 3], [90, 20, 30])
    assert extract.series("platelets").day.dtype == np.int32


def test_an_analyte_without_rows_is_empty():
    series = read(("a", 1, "platelets", 1)).series("ldh")
    assert content(series) == ([0, 0, 0], [], [])


def test_an_unknown_analyte_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError, match="plt"):
        read(("a", 1, "platelets", 1)).series("plt")


LOWEST = ["neutrophils", "platelets", "hemoglobin", "haptoglobin", "reticulocytes", "reticulocytes_percent"]
HIGHEST = ["ldh", "bilirubin_total", "bilirubin_direct", "bilirubin_indirect", "creatinine", "alt", "ast"]


@pytest.mark.parametrize(
    ("analyte", "expected"), [(a, 20) for a in LOWEST] + [(a, 23) for a in HIGHEST] + [("weight", 22)]
)
def test_several_numbers_of_one_day(analyte, expected):
    """23, 20 and 23 again with other limits, of which the mean is 22."""
    rows = [("a", 5, analyte, value) for value in (23, 20, 23)]
    series = read(*rows, lower_limit=[1, 1, 2]).series(analyte)
    assert content(series) == ([0, 1, 1], [5], [expected])


def test_a_mean_leaves_out_the_row_that_is_there_again():
    rows = [("a", 5, "weight", value) for value in (70, 80, 80, 80)]
    assert read(*rows).series("weight").value.tolist() == [75]


WORDS = [
    ("dat", ["negative", "pos", "indeterminate"], POSITIVE),
    ("dat", ["not detected", "equivocal"], INDETERMINATE),
    ("hbsag", ["Nonreactive", "NEG"], NEGATIVE),
    ("marrow_megakaryocytes", ["increased", "decreased", "normal"], DECREASED),
    ("marrow_megakaryocytes", ["Absent", "decreased"], ABSENT),
    ("marrow_megakaryocytes", ["normal", "increased"], NORMAL),
]


@pytest.mark.parametrize(("analyte", "words", "worst"), WORDS)
def test_of_several_words_the_worst(analyte, words, worst):
    assert read(*[("a", 5, analyte, word) for word in words]).series(analyte).value.tolist() == [worst]


LIMITS = [
    # lowest: among equal values the highest lower limit
    ("haptoglobin", [(30, 20, 200), (30, 36, 195)], (36, 195)),
    ("haptoglobin", [(30, NAN, NAN), (30, 20, 200)], (20, 200)),
    # highest: among equal values the lowest upper limit
    ("ldh", [(240, 120, 250), (240, 100, 220)], (100, 220)),
    # the limits go with the value that is chosen
    ("ldh", [(240, 120, 220), (241, 120, 250)], (120, 250)),
    ("haptoglobin", [(31, 36, 195), (30, 20, 200)], (20, 200)),
]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("analyte", "rows", "limits"), LIMITS)
def test_limits_are_those_of_the_chosen_row(analyte, rows, limits, turned):
    rows = rows[::-1] if turned else rows
    values, lower, upper = zip(*rows, strict=True)
    extract = read(*[("a", 5, analyte, v) for v in values], lower_limit=lower, upper_limit=upper)
    series = extract.series(analyte)
    assert (series.lower.tolist(), series.upper.tolist()) == ([limits[0]], [limits[1]])


def test_values_and_limits_are_converted_and_rounded():
    extract = read(
        ("a", 1, "hemoglobin", 123), ("a", 2, "hemoglobin", 7.2), ("a", 3, "hemoglobin", 12.3),
        unit=["g/L", "mmol/L", None], lower_limit=[120, 7.5, 12], upper_limit=[160, 10, NAN],
    ).series("hemoglobin")  # fmt: skip
    assert extract.value.tolist() == [12.3, 11.601675798, 12.3]  # 7.2 / 0.6206
    assert extract.lower.tolist() == [12, 12.085078956, 12]
    np.testing.assert_array_equal(extract.upper, [16, 16.113438608, NAN])


@pytest.mark.parametrize("text", ["<10", "< 10", ">10", "<=10", "≥10", " 10 ", "1e1", "+10.0", "10."])
def test_a_bound_reads_as_the_bound(text):
    extract = read(("a", 1, "platelets", text), lower_limit="<140", upper_limit=">400").series("platelets")
    assert (extract.value.tolist(), extract.lower.tolist(), extract.upper.tolist()) == ([10], [140], [400])


def test_number_columns_of_qualitative_rows_are_not_read():
    extract = read(("a", 1, "hbv_dna", "detected"), lower_limit="see text", unit="IU/mL")
    assert extract.series("hbv_dna").value.tolist() == [POSITIVE]
    assert extract.warnings == ()


def test_mixed_numbers_and_text_of_a_frame():
    assert read(("a", 1, "alt", 12), ("a", 2, "alt", "<5")).series("alt").value.tolist() == [12, 5]


def test_series_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        read(("a", 1, "alt", 12)).series("alt").value[0] = 1
