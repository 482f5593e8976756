"""Values that cannot be: never used as a number, warned; both sides of each bound."""

import numpy as np
import pandas as pd
import pytest

from postgraft.extract import Extract
from postgraft.vocabulary.analytes import ANALYTES

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}


def read(tables, **manifest):
    return Extract.from_tables({**MANIFEST, **manifest}, tables)


def said(extract):
    return [(w.file, w.column, w.message) for w in extract.warnings]


def one_result(tables, analyte, value, **cells):
    """The values of the series, and what is said, where the only row of measurements has this value."""
    row = {"patient_id": "007", "date": "2020-02-01", "analyte": analyte, "value": value,
           "unit": ANALYTES[analyte].unit, **cells}  # fmt: skip
    extract = read({**tables, "measurements": pd.DataFrame([row], dtype=object)})
    return extract.series(analyte).value.tolist(), said(extract), extract.counts.ignored["measurements"]


FROM_ABOVE_0 = ["hemoglobin", "weight", "ldh", "creatinine"]
FROM_0 = [name for name, about in ANALYTES.items() if about.numeric and name not in FROM_ABOVE_0]


@pytest.mark.parametrize("analyte", FROM_ABOVE_0)
@pytest.mark.parametrize("value", ["0", "-1", "0.0", "-99", "<0", "<=0", ">0"])
def test_nobody_has_0_or_less(tables, analyte, value):
    expected = ("measurements", "value", f"{analyte} of 0 or below, which nobody has, row kept out (1 row: 2)")
    assert one_result(tables, analyte, value) == ([], [expected], 1)


@pytest.mark.parametrize("analyte", FROM_0)
@pytest.mark.parametrize("value", ["-1", "-0.001", "-9999", "<0"])
def test_nobody_has_less_than_0(tables, analyte, value):
    expected = ("measurements", "value", f"{analyte} below 0, which nobody has, row kept out (1 row: 2)")
    assert one_result(tables, analyte, value) == ([], [expected], 1)


@pytest.mark.parametrize("analyte", FROM_0)
@pytest.mark.parametrize("value", ["0", "0.0", "<=0"])
def test_0_is_what_aplasia_looks_like(tables, analyte, value):
    assert one_result(tables, analyte, value) == ([0], [], 0)


def test_an_implausible_value_is_used_and_told(tables):
    low = ("measurements", "value", "hemoglobin outside the plausible range 2 to 25 g/dL (1 row: 2)")
    assert one_result(tables, "hemoglobin", "0.1") == ([0.1], [low], 0)
    assert one_result(tables, "hemoglobin", "25.1") == ([25.1], [low], 0)
    assert one_result(tables, "hemoglobin", "2") == ([2], [], 0)
    assert one_result(tables, "hemoglobin", "25") == ([25], [], 0)


def test_0_in_another_unit_is_0(tables):
    said = [("measurements", "value", "hemoglobin of 0 or below, which nobody has, row kept out (1 row: 2)")]
    assert one_result(tables, "hemoglobin", "0", unit="g/L") == ([], said, 1)


def test_a_number_beside_a_word_is_not_read(tables):
    row = {"patient_id": "007", "date": "2020-02-01", "analyte": "dat", "value": "-1", "result": "positive"}
    extract = read({**tables, "measurements": pd.DataFrame([row], dtype=object)})
    assert said(extract) == []
    assert len(extract.series("dat").value) == 1


def test_weights_that_cannot_be_are_in_no_mean(tables):
    rows = pd.DataFrame({"patient_id": "007", "date": "2020-02-01", "analyte": "weight",
                         "value": ["70", "80", "0", "-1"], "unit": "kg"})  # fmt: skip
    extract = read({**tables, "measurements": rows})
    assert extract.series("weight").value.tolist() == [75]
    assert said(extract) == [
        ("measurements", "value", "weight of 0 or below, which nobody has, row kept out (2 rows: 4, 5)")
    ]


RANGES = [
    # table, column, last value that is used, first that is not, on the other side too, the range
    ("conditions", "grade", ["0", "4"], ["-1", "5", "9", "99"], "0 to 4"),
    ("patients", "age_at_transplant", ["0", "110"], ["-1", "110.1", "120", "999"], "0 to 110"),
    ("patients", "birth_year", ["1910", "2020"], ["1899", "0", "-1", "9999"], "1900 to 2050"),
    ("patients", "transplant_year", ["1950", "2050"], ["1949", "2051", "9999"], "1950 to 2050"),
    ("medications", "half_life_days", ["0.001", "400"], ["0", "-1", "401", "999"], "0.001 to 400"),
    ("medications", "dose", ["0.1", "1e6"], ["1000001", "9999999"], "0 to 1e+06"),
    ("transfusions", "units", ["1", "100"], ["101", "9999"], "0 to 100"),
]


@pytest.mark.parametrize(
    ("table", "column", "values", "bad", "span"),
    [(t, c, v, b, s) for t, c, values, bads, s in RANGES for v, b in [(v, False) for v in values]
     + [(v, True) for v in bads]],
)  # fmt: skip
def test_a_number_outside_of_what_can_be_reads_as_unknown(spoilt, table, column, values, bad, span):
    spoilt("patients", 0, birth_date=None)  # which would contradict most ages and years
    extract = read(spoilt(table, 0, **{column: values}))
    found = getattr(extract, table)[column][0]
    if bad:
        assert np.isnan(found)
        message = f"outside the plausible range {span}, read as unknown (1 row: 2)"
        assert said(extract) == [(table, column, message)]
    else:
        assert found == float(values)
        assert [message for _, _, message in said(extract) if message.startswith("outside")] == []


AGES = [
    # birth date and year, with a transplant on 2020-01-01
    ("birth_date", "1909-12-31", "age over 110 at the first allogeneic transplant, read as unknown (1 row: 2)"),
    ("birth_date", "1910-01-01", None),
    ("birth_date", "1900-01-01", "age over 110 at the first allogeneic transplant, read as unknown (1 row: 2)"),
    ("birth_date", "1899-12-31", "outside the plausible range 1900-01-01 to 2100-01-01, read as unknown (1 row: 2)"),
    ("birth_date", "2020-01-01", None),
    ("birth_date", "2020-01-02", "born after the first allogeneic transplant, read as unknown (1 row: 2)"),
    ("birth_year", "1909", "age over 110 at the first allogeneic transplant, read as unknown (1 row: 2)"),
    ("birth_year", "1910", None),
    ("birth_year", "1900", "age over 110 at the first allogeneic transplant, read as unknown (1 row: 2)"),
    ("birth_year", "2020", None),
    ("birth_year", "2021", "born after the first allogeneic transplant, read as unknown (1 row: 2)"),
]


@pytest.mark.parametrize(("column", "cell", "message"), AGES)
def test_an_age_that_cannot_be_reads_as_unknown(tables, column, cell, message):
    tables["patients"] = tables["patients"].drop(columns="birth_date").assign(**{column: [cell, None]})
    extract = read(tables)
    assert said(extract) == ([] if message is None else [("patients", column, message)])
    column = {"birth_date": "birth_day"}.get(column, column)
    assert np.isnan(extract.patients[column][0]) == (message is not None)


@pytest.mark.parametrize(
    ("column", "cell", "used"),
    [("birth_day", -40177, True), ("birth_day", -40178, False), ("birth_day", 0, True), ("birth_day", 1, False),
     ("birth_year", 1905, True), ("birth_year", 1904, False)],
)  # fmt: skip
def test_an_age_in_days(column, cell, used):
    """110 years are 40177.5 days; the transplant was in 2015."""
    tables = {
        "patients": pd.DataFrame({"patient_id": ["a"], "sex": "male", "last_contact_day": 50, column: cell,
                                  "transplant_year": 2015}),
        "transplants": pd.DataFrame({"patient_id": ["a"], "transplant_day": [0], "type": "allogeneic"}),
    }  # fmt: skip
    extract = read(tables, time="days", extracted_on=None)
    assert np.isnan(extract.patients[column][0]) != used
    assert [column for _, column, _ in said(extract)] == ([] if used else [column])


DAYS = [
    ("patients", "death_date", "death"), ("patients", "observed_from_date", "observed_from"),
    ("medications", "end_date", "end"), ("conditions", "end_date", "end"),
]  # fmt: skip


@pytest.mark.parametrize("cell", ["9999-12-31", "2100-01-02"])
@pytest.mark.parametrize(("table", "column", "name"), DAYS)
def test_a_date_that_stands_for_none(spoilt, table, column, name, cell):
    extract = read(spoilt(table, 0, **{column: cell}))
    message = "outside the plausible range 1900-01-01 to 2100-01-01, read as unknown (1 row: 2)"
    assert said(extract) == [(table, column, message)]
    assert np.isnan(getattr(extract, table)[name][0])


def test_a_last_contact_that_stands_for_none_is_none(spoilt):
    extract = read(spoilt("patients", 0, last_contact_date="9999-12-31"))
    assert [message for _, _, message in said(extract)] == [
        "outside the plausible range 1900-01-01 to 2100-01-01, read as unknown (1 row: 2)",
        "no last contact; the day of death, or else of the patient's last row, is taken (1 row: 2)",
    ]
    assert extract.patients["last_contact"][0] == 18322  # 2020-03-01


NAN = float("nan")
LIMITS = [
    # analyte, lower and upper as written, as used, the column and message
    ("ldh", ("240", "120"), (NAN, NAN), "lower_limit",
     "reference limits that can't be (lower below 0, or not below upper), left aside"),
    ("ldh", (None, "0"), (NAN, NAN), "lower_limit",
     "reference limits that can't be (lower below 0, or not below upper), left aside"),
    ("ldh", ("-1", "-1"), (NAN, NAN), "lower_limit",
     "reference limits that can't be (lower below 0, or not below upper), left aside"),
    ("ldh", (None, "-1"), (NAN, NAN), "lower_limit",
     "reference limits that can't be (lower below 0, or not below upper), left aside"),
    ("haptoglobin", ("30", "9999"), (30, NAN), "upper_limit",
     "a limit of 999, 9999 or more nines, which stands for none"),
    ("alt", (None, "999"), (NAN, NAN), "upper_limit", "a limit of 999, 9999 or more nines, which stands for none"),
    ("alt", ("9999.9", "40"), (NAN, 40), "lower_limit",
     "a limit of 999, 9999 or more nines, which stands for none"),
    ("hemoglobin", (None, "160"), (NAN, NAN), "upper_limit",
     "a limit of hemoglobin outside its plausible range 2 to 25 g/dL, left aside"),
    ("hemoglobin", ("26", None), (NAN, NAN), "lower_limit",
     "a limit of hemoglobin outside its plausible range 2 to 25 g/dL, left aside"),
    ("ldh", (None, "4.1"), (NAN, NAN), "upper_limit",
     "a limit of ldh outside its plausible range 20 to 30000 U/L, left aside"),
    ("ldh", (None, "19.9"), (NAN, NAN), "upper_limit",
     "a limit of ldh outside its plausible range 20 to 30000 U/L, left aside"),
    ("haptoglobin", ("30", "2000"), (30, NAN), "upper_limit",
     "a limit of haptoglobin outside its plausible range 0 to 1000 mg/dL, left aside"),
]  # fmt: skip
USED = [
    ("ldh", ("120", "240")), ("ldh", ("0", "240")), ("ldh", (None, "20")), ("hemoglobin", ("12", "25")),
    ("alt", (None, "998")), ("alt", (None, "99")), ("haptoglobin", ("30", "1000")), ("ldh", ("5", "246")),
]  # fmt: skip


def limited(tables, analyte, written):
    row = {"patient_id": "007", "date": "2020-02-01", "analyte": analyte, "value": "21", "unit": ANALYTES[analyte].unit,
           "lower_limit": written[0], "upper_limit": written[1]}  # fmt: skip
    measurements = pd.DataFrame([row], dtype=object)
    extract = read({**tables, "measurements": measurements}, plausible=[analyte])
    series = extract.series(analyte)
    return (series.lower[0], series.upper[0]), said(extract)


@pytest.mark.parametrize(("analyte", "written", "used", "column", "message"), LIMITS)
def test_a_limit_that_cannot_be_is_not_used(tables, analyte, written, used, column, message):
    found, warned = limited(tables, analyte, written)
    np.testing.assert_array_equal(found, used)
    assert warned == [("measurements", column, f"{message} (1 row: 2)")]


@pytest.mark.parametrize(("analyte", "written"), USED)
def test_a_limit_that_can_be_is_used(tables, analyte, written):
    found, warned = limited(tables, analyte, written)
    np.testing.assert_array_equal(found, [NAN if text is None else float(text) for text in written])
    assert warned == []


def test_limits_in_another_unit_than_their_result(tables):
    """Both of 120 to 160 g/L beside a result in g/dL."""
    found, warned = limited(tables, "hemoglobin", ("120", "160"))
    np.testing.assert_array_equal(found, (NAN, NAN))
    message = "a limit of hemoglobin outside its plausible range 2 to 25 g/dL, left aside (1 row: 2)"
    assert warned == [("measurements", "lower_limit", message), ("measurements", "upper_limit", message)]
