"""Transplants: groups of bills, what is near to a boost, and indications."""

import pytest
from unit.sources.bench import fates, remarks

from postgraft.sources.transplants import transplants


def test_rows_up_to_the_gap_after_the_first_of_their_group_are_one_transplant(bench):
    code = bench.code(("transplants", "allogeneic"))
    for day in ("2020-01-01", "2020-01-08", "2020-01-09", "2020-01-16", "2020-01-17"):
        bench.row(code, day)
    done = bench.made(transplants)
    days = [row[1] for row in bench.written(done)]
    # The gap runs from the first of the group: the 16th is 7 days after the 9th, the 17th 8.
    assert days == ["2020-01-01", "2020-01-09", "2020-01-17"]
    assert fates(done) == {("allogeneic", "written", ""): 3, ("allogeneic", "joined", "of the same transplant"): 2}


def test_a_gap_of_0_joins_one_day_only(bench):
    code = bench.code(("transplants", "autologous"))
    for day in ("2020-01-01", "2020-01-01", "2020-01-02"):
        bench.row(code, day)
    days = [row[1] for row in bench.written(bench.made(transplants, transplant_gap_days=0))]
    assert days == ["2020-01-01", "2020-01-02"]


def test_what_one_row_leaves_empty_another_fills(bench):
    plain = bench.code(("transplants", "allogeneic"))
    graft = bench.code(("transplants", "allogeneic", "graft_source=bone_marrow"))
    donor = bench.code(("transplants", "allogeneic", "graft_source=cord_blood; donor=haploidentical"))
    bench.row(plain, "2020-01-01")
    bench.row(graft, "2020-01-02")
    bench.row(donor, "2020-01-03")
    row = ("a", "2020-01-01", "allogeneic", None, "bone_marrow", "haploidentical")
    assert bench.written(bench.made(transplants)) == [row]


@pytest.mark.parametrize(("day", "types"), [
    ("2020-02-22", ["allogeneic", "boost"]), ("2020-02-23", ["boost"]), ("2020-03-08", ["boost"]),
    ("2020-03-09", ["boost", "allogeneic"]),
])  # fmt: skip
def test_an_allogeneic_row_near_a_boost_is_that_and_a_conflict(bench, day, types):
    allogeneic, boost = bench.code(("transplants", "allogeneic")), bench.code(("transplants", "boost"))
    bench.row(allogeneic, day)
    bench.row(boost, "2020-03-01")
    done = bench.made(transplants)
    assert [row[2] for row in bench.written(done)] == types
    conflicts = {} if len(types) == 2 else {"conflict: allogeneic, but near boost": 1}
    assert remarks(done) == conflicts


def test_the_nearest_of_boost_and_donor_lymphocytes_counts(bench):
    allogeneic = bench.code(("transplants", "allogeneic"))
    boost, lymphocytes = bench.code(("transplants", "boost")), bench.code(("transplants", "donor_lymphocytes"))
    bench.row(allogeneic, "2020-03-01")
    bench.row(boost, "2020-03-05")
    bench.row(lymphocytes, "2020-02-28")
    written = bench.written(bench.made(transplants))
    assert [row[1:3] for row in written] == [("2020-02-28", "donor_lymphocytes"), ("2020-03-05", "boost")]


def test_history_is_no_transplant_and_not_found(bench):
    history, allogeneic = bench.code(("transplants", "history")), bench.code(("transplants", "allogeneic"))
    bench.row(history, "2019-01-01")
    bench.row(allogeneic, "2020-01-01")
    done = bench.made(transplants)
    assert [row[1] for row in bench.written(done)] == ["2020-01-01"]
    assert done.found == 1


def test_the_indication_is_the_latest_at_or_before_day_0(bench):
    allogeneic = bench.code(("transplants", "allogeneic"))
    aml, mds = bench.code(("indications", "aml")), bench.code(("indications", "mds"))
    bench.row(allogeneic, "2020-01-10")
    bench.row(mds, "2020-01-09")
    bench.row(aml, "2020-01-10")
    bench.row(mds, "2020-01-11")
    done = bench.made(transplants)
    assert [row[3] for row in bench.written(done)] == ["aml"]
    assert fates(done) == {
        ("allogeneic", "written", ""): 1,
        ("aml", "joined", "indication of a transplant"): 1,
        ("mds", "dropped", "not the latest at or before a transplant"): 2,
    }


def test_two_indications_on_the_latest_day_are_none(bench):
    allogeneic = bench.code(("transplants", "allogeneic"))
    aml, mds = bench.code(("indications", "aml")), bench.code(("indications", "mds"))
    bench.row(allogeneic, "2020-01-10")
    for code, day in ((aml, "2020-01-08"), (aml, "2020-01-09"), (mds, "2020-01-09"), (aml, "2020-01-09")):
        bench.row(code, day)
    done = bench.made(transplants)
    assert [row[3] for row in bench.written(done)] == [None]
    assert fates(done)["aml", "dropped", "another indication on that day"] == 2


def test_what_the_source_leaves_out_is_dropped_with_its_reason(bench):
    allogeneic = bench.code(("transplants", "allogeneic"))
    bench.row(allogeneic, "2020-01-01", dropped="status not-done")
    bench.row(allogeneic, None)
    done = bench.made(transplants)
    assert bench.written(done) == []
    assert fates(done) == {("allogeneic", "dropped", "no day"): 1, ("allogeneic", "dropped", "status not-done"): 1}
