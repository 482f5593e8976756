"""Measurements: units, limits, words, thresholds and computed neutrophils."""

import pytest
from unit.sources.bench import fates, remarks

from postgraft.sources.measurements import measurements, units

DAY = "2020-01-01"


def test_a_number_is_written_as_it_stands_with_its_unit_as_read_and_its_operator(bench):
    hb = bench.code(("measurements", "hemoglobin"))
    bench.row(hb, DAY, number=95.0, unit="G/L", operator="<", low=120.0, high=160.0)
    assert bench.written(bench.made(measurements)) == [("a", DAY, "hemoglobin", 95.0, "<", None, "g/L", 120.0, 160.0)]


def test_the_unit_of_the_mapping_stands_in_only_where_the_source_gives_none(bench):
    hb = bench.code(("measurements", "hemoglobin", "unit=g/dL"))
    bench.row(hb, "2020-01-01", number=9.5, unit=" ")
    bench.row(hb, "2020-01-02", number=95.0, unit="g/L")
    assert [(row[3], row[6]) for row in bench.written(bench.made(measurements))] == [(9.5, "g/dL"), (95.0, "g/L")]


def test_a_number_without_a_unit_or_with_one_that_does_not_fit_is_dropped_by_unit(bench):
    hb = bench.code(("measurements", "hemoglobin"))
    bench.row(hb, DAY, number=9.5)
    bench.row(hb, DAY, number=9.5, unit="K/uL")
    bench.row(hb, DAY, number=9.5, unit="K/uL")
    bench.row(hb, DAY, unit="g/dL")
    bench.row(hb, DAY, number=float("inf"), unit="g/dL")
    bench.row(hb, DAY, number=9.5, unit="g/dL", operator="about")
    done = bench.made(measurements)
    assert bench.written(done) == []
    assert {reason: rows for (_, _, reason), rows in fates(done).items()} == {
        "number without a unit": 1,
        "unit does not fit: K/uL": 2,
        "no number": 1,
        "no finite number": 1,
        "operator not understood": 1,
    }


def test_units_are_counted_as_found_and_as_read(bench):
    hb = bench.code(("measurements", "hemoglobin", "unit=g/dL"))
    for number, unit in ((9.0, None), (80.0, "g/l"), (100.0, "g/l"), (90.0, "g/l"), (7.0, "?")):
        bench.row(hb, DAY, number=number, unit=unit)
    bench.made(measurements)
    assert units(bench.database).to_numpy().tolist() == [
        ["hemoglobin", "", "g/dL", 1, 9.0, 9.0, 9.0],
        ["hemoglobin", "?", "", 1, 7.0, 7.0, 7.0],
        ["hemoglobin", "g/l", "g/L", 3, 80.0, 90.0, 100.0],
    ]


def test_a_result_of_its_own_limit_needs_it(bench):
    ldh = bench.code(("measurements", "ldh", "limit=own"))
    bench.row(ldh, "2020-01-01", number=900.0, unit="U/L", high=600.0)
    bench.row(ldh, "2020-01-02", number=900.0, unit="U/L")
    done = bench.made(measurements)
    assert [row[1] for row in bench.written(done)] == ["2020-01-01"]
    assert fates(done)["ldh", "dropped", "no upper limit of its own"] == 1


def test_an_answer_is_read_by_code_then_by_text_then_by_the_words_of_the_extract(bench):
    dat = bench.code(("measurements", "dat"))
    bench.mapped("results", "negative", "SNOMED", "260385009")
    bench.mapped("results", "indeterminate", "source", "Weak  C3d only")
    bench.mapped("results", "ignore", "source", "not done")
    bench.row(dat, "2020-01-01", answer_system="SNOMED", answer_code="260385009", answer_text="pos")
    bench.row(dat, "2020-01-02", answer_text=" weak  c3d ONLY ")
    bench.row(dat, "2020-01-03", answer_text="Reactive.")
    bench.row(dat, "2020-01-04", answer_text="Detected (qualifier value)")
    bench.row(dat, "2020-01-05", answer_text="see comment")
    bench.row(dat, "2020-01-06", answer_text="not done")
    bench.row(dat, "2020-01-07", answer_text="decreased")
    bench.row(dat, "2020-01-08")
    done = bench.made(measurements)
    assert [row[5] for row in bench.written(done)] == ["negative", "indeterminate", "positive", "positive"]
    assert {reason: rows for (_, fate, reason), rows in fates(done).items() if fate == "dropped"} == {
        "word not understood": 2,
        "answer not used": 1,
        "no result": 1,
    }


@pytest.mark.parametrize(("operator", "number", "result"), [
    (None, 4.9, "negative"), (None, 5.0, "indeterminate"), (None, 24.9, "indeterminate"), (None, 25.0, "positive"),
    ("<", 5.0, "negative"), ("<", 5.1, "indeterminate"), ("<=", 5.0, "indeterminate"), ("<=", 4.9, "negative"),
    (">", 25.0, "positive"), (">=", 25.0, "positive"), (">", 24.9, "indeterminate"), ("=", 25.0, "positive"),
])  # fmt: skip
def test_a_number_is_positive_from_and_negative_below(bench, operator, number, result):
    code = bench.code(("measurements", "anti_hbs", "positive_from=25; negative_below=5"))
    bench.row(code, DAY, number=number, operator=operator)
    assert bench.written(bench.made(measurements)) == [("a", DAY, "anti_hbs", None, None, result, None, None, None)]


@pytest.mark.parametrize(("number", "result"), [(9.9, "negative"), (10.0, "positive")])
def test_without_negative_below_it_is_positive_from(bench, number, result):
    code = bench.code(("measurements", "anti_hbs", "positive_from=10; unit=m[IU]/mL"))
    bench.row(code, "2020-01-01", number=number)
    bench.row(code, "2020-01-02", number=number, unit="IU/L")
    bench.row(code, "2020-01-03", number=number, unit="IU/mL")
    done = bench.made(measurements)
    assert [row[5] for row in bench.written(done)] == [result, result]
    assert fates(done)["anti_hbs", "dropped", "unit does not fit: IU/mL"] == 1


@pytest.mark.parametrize(("operator", "number", "result"), [
    (None, 0.0, "not_detected"), (None, 1.0, "detected"), ("<", 20.0, "indeterminate"), (">", 1e7, "detected"),
])  # fmt: skip
def test_a_load_is_detected_by_any_number_but_under_a_limit(bench, operator, number, result):
    code = bench.code(("measurements", "hbv_dna", "positive_from=number"))
    bench.row(code, DAY, number=number, operator=operator)
    assert [row[5] for row in bench.written(bench.made(measurements))] == [result]


def test_a_number_says_nothing_where_the_mapping_has_no_threshold(bench):
    bench.row(bench.code(("measurements", "hbsag")), DAY, number=3.0)
    assert fates(bench.made(measurements)) == {("hbsag", "dropped", "number without positive_from"): 1}


@pytest.fixture
def blood(bench):
    """Adds leukocytes or a percent of a moment."""
    codes = {name: bench.code(("measurements", name)) for name in ("leukocytes", "neutrophils_percent", "neutrophils")}

    def add(name, number, moment=None, day=DAY, unit=None, **columns):
        unit = unit or {"neutrophils_percent": "%"}.get(name, "K/uL")
        bench.row(codes[name], day, number=number, unit=unit, moment=moment and f"{day} {moment}", **columns)

    return add


def test_neutrophils_are_computed_from_one_sample(bench, blood):
    for hour, cells, percent in ((8, 5.2, 45.0), (20, 4.0, 50.0)):
        blood("leukocytes", cells, f"{hour:02d}:00")
        blood("neutrophils_percent", percent, f"{hour:02d}:00")
    done = bench.made(measurements)
    assert [row[2:7] for row in bench.written(done)] == [
        ("neutrophils", 2.0, None, None, "10*9/L"),
        ("neutrophils", 2.34, None, None, "10*9/L"),
    ]
    assert fates(done) == {
        ("leukocytes", "written", ""): 2,
        ("neutrophils_percent", "joined", "with leukocytes to neutrophils"): 2,
    }
    assert remarks(done) == {"computed: neutrophils from leukocytes and percent": 2}


def test_not_from_two_moments_nor_where_one_moment_has_several(bench, blood):
    blood("leukocytes", 5.0, "08:00")
    blood("neutrophils_percent", 50.0, "08:01")
    blood("leukocytes", 5.0, "08:00", day="2020-01-02")
    blood("leukocytes", 6.0, "08:00", day="2020-01-02")
    blood("neutrophils_percent", 50.0, "08:00", day="2020-01-02")
    done = bench.made(measurements)
    assert bench.written(done) == []
    reasons = {reason for _, _, reason in fates(done)}
    assert reasons == {"no leukocytes and percent of one sample"}


def test_without_times_from_a_day_that_has_one_of_each(bench, blood):
    blood("leukocytes", 5000.0, unit="/uL", operator="<")
    blood("neutrophils_percent", 0.5, unit="1", moment="08:00")
    blood("leukocytes", 5.0, day="2020-01-02")
    blood("neutrophils_percent", 50.0, day="2020-01-02")
    blood("neutrophils_percent", 60.0, day="2020-01-02")
    assert [row[1:5] for row in bench.written(bench.made(measurements))] == [(DAY, "neutrophils", 2500.0, "<")]


def test_not_where_there_is_a_count_on_that_day(bench, blood):
    blood("neutrophils", 2.0)
    blood("leukocytes", 5.0)
    blood("neutrophils_percent", 50.0)
    done = bench.made(measurements)
    assert [row[3] for row in bench.written(done)] == [2.0]
    assert fates(done)["leukocytes", "dropped", "not needed: neutrophils counted on that day"] == 1


def test_a_count_that_is_dropped_is_none(bench, blood):
    blood("neutrophils", 2.0, unit="g/dL")
    blood("leukocytes", 5.0)
    blood("neutrophils_percent", 50.0)
    assert [row[3] for row in bench.written(bench.made(measurements))] == [2.5]


@pytest.mark.parametrize("percent", [100.1, -1.0])
def test_not_from_a_percent_that_cannot_be(bench, blood, percent):
    blood("leukocytes", 5.0)
    blood("neutrophils_percent", percent)
    assert bench.written(bench.made(measurements)) == []
