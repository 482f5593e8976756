"""Conditions: spells of one condition, grade and detail."""

import pytest
from unit.sources.bench import fates, remarks

from postgraft.sources.conditions import conditions


@pytest.mark.parametrize(("start", "spells"), [
    ("2020-04-30", [("2020-01-01", "2020-05-01")]),
    ("2020-05-01", [("2020-01-01", "2020-01-31"), ("2020-05-01", "2020-05-01")]),
])  # fmt: skip
def test_a_row_up_to_the_gap_after_the_end_so_far_belongs_to_the_spell(bench, start, spells):
    code = bench.code(("conditions", "aiha"))
    bench.row(code, "2020-01-01", last="2020-01-31")
    bench.row(code, "2020-01-02", last="2020-01-03")
    bench.row(code, start, last="2020-05-01")  # the 30th of April is 90 days after the 31st of January
    assert [row[1:3] for row in bench.written(bench.made(conditions))] == spells


def test_a_gap_of_0_joins_rows_that_touch(bench):
    code = bench.code(("conditions", "itp"))
    for start, end in (("2020-01-01", "2020-01-05"), ("2020-01-05", "2020-01-06"), ("2020-01-07", "2020-01-08")):
        bench.row(code, start, last=end)
    done = bench.made(conditions, condition_gap_days=0)
    assert [row[1:3] for row in bench.written(done)] == [("2020-01-01", "2020-01-06"), ("2020-01-07", "2020-01-08")]


def test_a_spell_without_end_takes_every_later_row_and_has_none(bench):
    code = bench.code(("conditions", "aiha"))
    bench.row(code, "2020-01-01")
    bench.row(code, "2023-01-01", last="2023-01-02")
    done = bench.made(conditions)
    assert bench.written(done) == [("a", "2020-01-01", None, "aiha", None, None)]
    assert fates(done)["aiha", "joined", "of the same spell"] == 1


def test_a_later_row_without_end_leaves_the_spell_without_one(bench):
    code = bench.code(("conditions", "aiha"))
    bench.row(code, "2020-01-01", last="2020-12-31")
    bench.row(code, "2020-02-01")
    assert [row[2] for row in bench.written(bench.made(conditions))] == [None]


def test_grades_and_details_of_the_mapping_are_spells_of_their_own(bench):
    none = bench.code(("conditions", "acute_gvhd", "grade=0"))
    two = bench.code(("conditions", "acute_gvhd", "grade=2; detail=refractory"))
    bench.row(two, "2020-01-01", last="2020-01-10")
    bench.row(none, "2020-01-11", last="2020-01-12")
    assert [row[1:] for row in bench.written(bench.made(conditions))] == [
        ("2020-01-01", "2020-01-10", "acute_gvhd", 2, "refractory"),
        ("2020-01-11", "2020-01-12", "acute_gvhd", 0, None),
    ]


def test_an_end_before_the_start_is_none_and_noted(bench):
    code = bench.code(("conditions", "aiha"))
    bench.row(code, "2020-01-02", last="2020-01-01", note="start from the day of recording")
    done = bench.made(conditions)
    assert [row[1:3] for row in bench.written(done)] == [("2020-01-02", None)]
    assert remarks(done) == {"end before start, taken as no end": 1, "start from the day of recording": 1}


def test_a_code_of_two_names_is_found_twice(bench):
    code = bench.code(("conditions", "acute_gvhd"), ("conditions", "chronic_gvhd"))
    bench.row(code, "2020-01-01")
    done = bench.made(conditions)
    assert [row[3] for row in bench.written(done)] == ["acute_gvhd", "chronic_gvhd"]
    assert done.found == 2
