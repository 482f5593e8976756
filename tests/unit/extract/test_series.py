"""Daily series: units, bounds, several results of one day, and how they lie in memory."""

import numpy as np
import pandas as pd
import pytest

from postgraft.extract import Extract
from postgraft.vocabulary.analytes import ABSENT, ANALYTES, DECREASED, INDETERMINATE, NEGATIVE, NORMAL, POSITIVE

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


def strange(extract):
    """The warnings, but for the numbers written here without a unit."""
    return [warning for warning in extract.warnings if warning.kind != "no-unit"]


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


def test_values_and_limits_are_converted_and_held_to_15_digits():
    extract = read(
        ("a", 1, "hemoglobin", 123), ("a", 2, "hemoglobin", 7.2), ("a", 3, "hemoglobin", 12.3),
        unit=["g/L", "mmol/L", None], lower_limit=[120, 7.5, 12], upper_limit=[160, 10, NAN],
    ).series("hemoglobin")  # fmt: skip
    assert extract.value.tolist() == [12.3, 11.6016757976152, 12.3]  # 7.2 / 0.6206
    assert extract.lower.tolist() == [12, 12.0850789558492, 12]
    np.testing.assert_array_equal(extract.upper, [16, 16.1134386077989, NAN])


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "canonical"),
    [
        ("platelets", "0.0113", "10*12/L", 11.3), ("ldh", "3.67", "ukat/L", 220.2), ("ldh", "7", "nkat/L", 0.42),
        ("haptoglobin", "0.07", "g/L", 7), ("weight", "154", "lb", 69.85322498), ("hemoglobin", "113.4", "g/L", 11.34),
    ],
)  # fmt: skip
def test_a_converted_number_is_the_one_written_in_the_canonical_unit(analyte, value, unit, canonical):
    """To the last bit: the latest of the lowest results is told by equality."""
    assert read(("a", 1, analyte, value), unit=unit).series(analyte).value.tolist() == [canonical]


@pytest.mark.parametrize("text", [" 10 ", "1e1", "+10.0", "10."])
def test_a_number_as_text(text):
    series = read(("a", 1, "platelets", text)).series("platelets")
    assert (series.value.tolist(), series.censored.tolist()) == ([10], [0])


def test_a_sign_before_a_limit_is_not_read():
    series = read(("a", 1, "platelets", 10), lower_limit="<140", upper_limit=">400").series("platelets")
    assert (series.lower.tolist(), series.upper.tolist()) == ([140], [400])


SIGNED = [
    ("<", 9.999999, -1), ("<=", 10, -1), ("≤", 10, -1), ("=<", 10, -1), (">", 10.000001, 1), (">=", 10, 1),
    ("≥", 10, 1),
]  # fmt: skip


@pytest.mark.parametrize(("sign", "value", "censored"), SIGNED)
def test_a_sign_makes_an_interval(sign, value, censored):
    """``<10`` is held as the number next below 10 and everything down from it, ``<=10`` as 10 and down."""
    in_value = [read(("a", 1, "platelets", text)) for text in (f"{sign}10", f"{sign} 10", f" {sign}10.0")]
    in_column = read(("a", 1, "platelets", 10), operator=sign)
    in_both = read(("a", 1, "platelets", f"{sign}10"), operator=sign)
    for extract in (*in_value, in_column, in_both):
        series = extract.series("platelets")
        assert (series.value.tolist(), series.censored.tolist()) == ([value], [censored])
        assert strange(extract) == []
        assert extract.fingerprint == in_column.fingerprint
    assert in_column.fingerprint != read(("a", 1, "platelets", 10)).fingerprint


@pytest.mark.parametrize("sign", ["=", "==", None, ""])
def test_no_sign_is_the_number_itself(sign):
    series = read(("a", 1, "platelets", 10), operator=[sign]).series("platelets")
    assert (series.value.tolist(), series.censored.tolist()) == ([10], [0])


def test_the_unit_scales_the_number_and_not_the_sign():
    rows = [("a", 1, "hemoglobin", "<70"), ("a", 2, "hemoglobin", ">=70")]
    series = read(*rows, unit="g/L").series("hemoglobin")
    assert (series.value.tolist(), series.censored.tolist()) == ([6.999999, 7], [-1, 1])


OF_ONE_DAY = [
    ("platelets", ["10", "<10"], 9.999999, -1),
    ("platelets", ["10", "<=10", ">=10"], 10, -1),
    ("platelets", ["10", ">=10"], 10, 0),
    ("platelets", ["10", ">10"], 10, 0),
    ("ldh", ["246", ">246"], 246.000001, 1),
    ("ldh", ["246", ">=246", "<=246"], 246, 1),
    ("ldh", ["246", "<=246"], 246, 0),
    ("ldh", ["246", "<246"], 246, 0),
    ("weight", ["70", ">=80"], 75, 0),  # the mean of the numbers; the sign is that of the lowest
]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("analyte", "texts", "value", "censored"), OF_ONE_DAY)
def test_intervals_and_numbers_of_one_day(analyte, texts, value, censored, turned):
    """Among equal ones that goes first which may be worse yet."""
    texts = texts[::-1] if turned else texts
    series = read(*[("a", 5, analyte, text) for text in texts]).series(analyte)
    assert (series.value.tolist(), series.censored.tolist()) == ([value], [censored])


def test_the_same_number_with_another_sign_is_no_duplicate():
    (warning,) = strange(read(*[("a", 5, "ldh", text) for text in ("<=30", "30", "<=30")]))
    assert (warning.kind, warning.count) == ("duplicate-rows", 1)


def test_exact_results_take_no_memory_for_their_sign():
    extract = read(("a", 1, "alt", 12), ("b", 1, "alt", 5))
    assert extract.series("alt").censored.strides == (0,)
    assert extract.select(["b"]).series("alt").censored.strides == (0,)


def test_a_sign_survives_the_selection_of_patients():
    extract = read(("a", 1, "alt", 12), ("b", 1, "alt", "<5")).select(["b"])
    assert extract.series("alt").censored.tolist() == [-1]


IMPOSSIBLE = [(-1, 5), (5, 5), (6, 5), (0, NAN), (-1, NAN), (NAN, 0)]
POSSIBLE = [(0, 5), (5, 6), (1, NAN), (NAN, 1)]


@pytest.mark.parametrize(("lower", "upper"), IMPOSSIBLE)
def test_reference_limits_that_cannot_be(lower, upper):
    extract = read(("a", 1, "alt", 12), ("a", 2, "alt", 12), lower_limit=[lower, 1], upper_limit=[upper, 9])
    np.testing.assert_array_equal(extract.series("alt").lower, [NAN, 1])
    np.testing.assert_array_equal(extract.series("alt").upper, [NAN, 9])
    (warning,) = strange(extract)
    assert (warning.kind, warning.count, warning.rows) == ("limits", 1, (2,))


@pytest.mark.parametrize(("lower", "upper"), POSSIBLE)
def test_reference_limits_that_can_be(lower, upper):
    extract = read(("a", 1, "alt", 12), lower_limit=lower, upper_limit=upper)
    np.testing.assert_array_equal(extract.series("alt").lower, [lower])
    np.testing.assert_array_equal(extract.series("alt").upper, [upper])
    assert strange(extract) == []


def test_number_columns_of_qualitative_rows_are_not_read():
    extract = read(("a", 1, "hbv_dna", "detected"), lower_limit="see text", unit="IU/mL")
    assert extract.series("hbv_dna").value.tolist() == [POSITIVE]
    assert strange(extract) == []


def test_mixed_numbers_and_text_of_a_frame():
    assert read(("a", 1, "alt", 12), ("a", 2, "alt", "<=5")).series("alt").value.tolist() == [12, 5]


def test_series_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        read(("a", 1, "alt", 12)).series("alt").value[0] = 1
