"""Medications: ends, doses, sums of administrations, and one kind of record a day."""

import pytest
from unit.sources.bench import fates, remarks

from postgraft.sources.medications import medications

DAY = "2020-01-01"


@pytest.fixture
def prednisone(bench):
    """Adds a row of prednisone, an order unless said."""
    code = bench.code(("medications", "prednisone"))

    def add(day=DAY, **columns):
        bench.row(code, day, **{"kind": "order", **columns})

    return add


def ends(bench, **options):
    return [row[1:3] for row in bench.written(bench.made(medications, **options))]


@pytest.mark.parametrize(("columns", "end"), [
    ({"last": "2020-01-05", "supply": 30}, "2020-01-05"),
    ({"last": DAY, "supply": 1}, DAY),
    ({"last": DAY, "supply": 2}, "2020-01-02"),
    ({"supply": 30}, "2020-01-30"),
    ({"supply": 2.5}, "2020-01-03"),
    ({"supply": 0}, DAY),
    ({}, DAY),
])  # fmt: skip
def test_the_end_is_recorded_or_supplied_or_the_start(bench, prednisone, columns, end):
    prednisone(**columns)
    assert ends(bench) == [(DAY, end)]


def test_the_mapping_says_the_supply_where_the_row_says_none(bench):
    code = bench.code(("medications", "pegfilgrastim", "days_supply=14"))
    bench.row(code, DAY, kind="order")
    bench.row(code, "2020-03-01", kind="order", supply=7)
    assert ends(bench) == [(DAY, "2020-01-14"), ("2020-03-01", "2020-03-07")]


@pytest.mark.parametrize(("unknown_end", "end"), [(None, DAY), ("start", DAY), ("open", None)])
def test_an_unknown_end_is_as_the_site_says_and_counted(bench, prednisone, unknown_end, end):
    prednisone()
    done = bench.made(medications, unknown_end=unknown_end)
    assert [row[1:3] for row in bench.written(done)] == [(DAY, end)]
    assert remarks(done)["unknown end"] == 1


def test_an_end_before_the_start_is_not_used_and_noted(bench, prednisone):
    prednisone(last="2019-12-31", supply=3)
    done = bench.made(medications)
    assert [row[1:3] for row in bench.written(done)] == [(DAY, "2020-01-03")]
    assert remarks(done) == {"end before start, not used": 1, "unknown dose": 1}


@pytest.mark.parametrize(("columns", "dose"), [
    ({"last": "2020-01-10", "dose": 200.0, "dose_unit": "mg"}, (20.0, "mg/day")),
    ({"last": DAY, "dose": 200.0, "dose_unit": "mg"}, (200.0, "mg")),
    ({"last": "2020-01-10", "dose": 1.0, "dose_unit": "mg/kg/day"}, (1.0, "mg/kg/day")),
    ({"last": "2020-01-10", "dose": -1.0, "dose_unit": "mg"}, (None, None)),
    ({"last": "2020-01-10", "dose": 1.0, "dose_unit": "puff"}, (None, None)),
])  # fmt: skip
def test_an_amount_over_several_days_is_divided_by_them(bench, prednisone, columns, dose):
    prednisone(**columns)
    assert [row[4:6] for row in bench.written(bench.made(medications))] == [dose]


def test_an_amount_over_days_without_end_is_unknown(bench, prednisone):
    prednisone(dose=200.0, dose_unit="mg")
    done = bench.made(medications, unknown_end="open")
    assert [row[2:6] for row in bench.written(done)] == [(None, "prednisone", None, None)]
    assert remarks(done)["amount over days without end, no dose"] == 1


def test_several_ingredients_are_a_row_each_without_dose(bench):
    code = bench.code(("medications", "sofosbuvir"), ("medications", "ledipasvir"))
    bench.row(code, DAY, last=DAY, kind="order", dose=400.0, dose_unit="mg")
    done = bench.made(medications)
    assert [row[3:6] for row in bench.written(done)] == [("ledipasvir", None, None), ("sofosbuvir", None, None)]
    assert done.found == 2


def test_the_route_is_said_by_the_row_else_the_mapping_else_the_form(bench):
    plain = bench.code(("medications", "prednisone"), title="prednisone 20 MG Oral Tablet")
    said = bench.code(("medications", "hydrocortisone", "route=topical"), title="hydrocortisone 10 MG Oral Tablet")
    bench.row(plain, "2020-01-01", kind="order", route="Intravenous route")
    bench.row(plain, "2020-01-02", kind="order", route="unheard of")
    bench.row(said, "2020-01-03", kind="order")
    assert [row[6] for row in bench.written(bench.made(medications))] == ["intravenous", "oral", "topical"]


def test_the_purpose_is_said_by_the_reason_else_the_source_text_else_the_mapping(bench):
    code = bench.code(("medications", "rituximab", "purpose=relapse_prevention"))
    text = bench.code(("medications", "rituximab"), ("purposes", "investigational"))
    bench.mapped("purposes", "gvhd", "source", "For GVHD")
    bench.row(code, "2020-01-01", kind="order", reason="immune_cytopenia")
    bench.row(code, "2020-01-02", kind="order", reason=" for gvhd")
    bench.mapped("purposes", "ignore", "source", "because")
    bench.row(code, "2020-01-03", kind="order", reason="because")
    bench.row(text, "2020-01-04", kind="order")
    purposes = [row[7] for row in bench.written(bench.made(medications))]
    assert purposes == ["immune_cytopenia", "gvhd", "relapse_prevention", "investigational"]


def test_administrations_of_one_day_unit_route_and_purpose_are_added_up(bench, prednisone):
    for dose, route in ((10.0, "oral"), (15.0, "oral"), (10.0, "intravenous")):
        prednisone(kind="administration", last=DAY, dose=dose, dose_unit="mg", route=route)
    prednisone(kind="order", day="2020-02-01", last="2020-02-01", dose=1.0, dose_unit="mg")
    prednisone(kind="order", day="2020-02-01", last="2020-02-01", dose=1.0, dose_unit="mg")
    done = bench.made(medications)
    doses = [(row[1], row[4], row[6]) for row in bench.written(done)]
    assert doses == [
        (DAY, 10.0, "intravenous"),
        (DAY, 25.0, "oral"),
        ("2020-02-01", 1.0, None),
        ("2020-02-01", 1.0, None),
    ]
    assert fates(done) == {
        ("prednisone", "written", ""): 4,
        ("prednisone", "added up", "administrations of one day"): 1,
    }


def test_days_of_later_kinds_are_cut_away(bench, prednisone):
    prednisone("2020-01-01", last="2020-01-10", dose=200.0, dose_unit="mg")
    for day in ("2020-01-03", "2020-01-04", "2020-01-07"):
        prednisone(day, last=day, kind="administration", dose=30.0, dose_unit="mg")
    prednisone("2020-01-04", last="2020-01-04", kind="statement")
    prednisone("2020-01-10", last="2020-01-12", kind="statement")
    done = bench.made(medications)
    assert [row[1:3] + row[4:6] for row in bench.written(done)] == [
        ("2020-01-01", "2020-01-02", 20.0, "mg/day"),
        ("2020-01-03", "2020-01-03", 30.0, "mg"),
        ("2020-01-04", "2020-01-04", 30.0, "mg"),
        ("2020-01-05", "2020-01-06", 20.0, "mg/day"),
        ("2020-01-07", "2020-01-07", 30.0, "mg"),
        ("2020-01-08", "2020-01-10", 20.0, "mg/day"),
        ("2020-01-11", "2020-01-12", None, None),
    ]
    assert fates(done) == {
        ("prednisone", "written", ""): 5,
        ("prednisone", "cut", "days of an earlier kind of record"): 1,
    }
    assert remarks(done)["split around an earlier kind of record"] == 2


def test_an_open_row_is_cut_and_stays_open(bench, prednisone):
    prednisone("2020-01-01")
    prednisone("2020-01-05", last="2020-01-06", kind="administration")
    written = ends(bench, unknown_end="open")
    assert written == [("2020-01-01", "2020-01-04"), ("2020-01-05", "2020-01-06"), ("2020-01-07", None)]


def test_another_drug_cuts_nothing(bench, prednisone):
    prednisone("2020-01-01", last="2020-01-10")
    other = bench.code(("medications", "dexamethasone"))
    bench.row(other, "2020-01-05", last="2020-01-05", kind="administration")
    assert len(bench.written(bench.made(medications))) == 2


def test_the_order_of_kinds_is_the_sites_and_a_kind_not_named_is_dropped(bench, prednisone):
    prednisone("2020-01-01", last="2020-01-02", kind="order")
    prednisone("2020-01-02", last="2020-01-03", kind="statement")
    prednisone("2020-01-02", last="2020-01-03", kind="dispensing")
    done = bench.made(medications, medications_from=("statement", "order"))
    assert [row[1:3] for row in bench.written(done)] == [("2020-01-01", "2020-01-01"), ("2020-01-02", "2020-01-03")]
    assert fates(done)["prednisone", "dropped", "kind of record not asked for"] == 1
