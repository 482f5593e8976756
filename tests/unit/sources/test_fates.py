"""Whatever rows are found, found = written + dropped + joined + added up + cut, and the extract has written + split."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.sources.bench import Bench, Options

from postgraft.sources.conditions import conditions
from postgraft.sources.disease_status import disease_status
from postgraft.sources.made import FATES, SPLIT
from postgraft.sources.measurements import measurements
from postgraft.sources.medications import medications
from postgraft.sources.staging import TABLES
from postgraft.sources.transfusions import transfusions
from postgraft.sources.transplants import transplants

pytestmark = pytest.mark.slow

START = date(2020, 1, 1)

CODES = {
    transplants: [
        [("transplants", "allogeneic", "graft_source=bone_marrow")], [("transplants", "boost")],
        [("transplants", "allogeneic"), ("transplants", "donor_lymphocytes")], [("transplants", "history")],
        [("indications", "aml")], [("indications", "mds")],
    ],
    measurements: [
        [("measurements", name)] for name in ("hemoglobin", "leukocytes", "neutrophils_percent", "neutrophils", "dat")
    ],
    medications: [
        [("medications", "prednisone")], [("medications", "rituximab")],
        [("medications", "sofosbuvir"), ("medications", "ledipasvir")], [("medications", "ignore")],
    ],
    transfusions: [[("transfusions", "platelets")], [("transfusions", "red_cells")], [("transfusions", "unstated")]],
    disease_status: [[("disease_status", "remission")], [("disease_status", "assessment")]],
    conditions: [
        [("conditions", "aiha")], [("conditions", "acute_gvhd", "grade=2"), ("conditions", "chronic_gvhd")],
    ],
}  # fmt: skip

DAYS = st.integers(0, 30).map(lambda day: START + timedelta(day))
ROW = st.fixed_dictionaries({
    "combo": st.integers(1, 6), "person": st.sampled_from("ab"), "day": st.none() | DAYS, "last": st.none() | DAYS,
    "moment": st.none() | DAYS, "number": st.none() | st.sampled_from([0.0, 5.0, 50.0]),
    "operator": st.sampled_from([None, "<", "?"]), "unit": st.sampled_from([None, "%", "K/uL", "g/dL"]),
    "answer_text": st.sampled_from([None, "pos", "?"]), "quantity": st.sampled_from([None, 0.0, 2.0, 300.0]),
    "supply": st.sampled_from([None, 1.0, 7.0]), "dose": st.sampled_from([None, 10.0, -1.0]),
    "dose_unit": st.sampled_from([None, "mg", "mg/day"]), "route": st.sampled_from([None, "PO"]),
    "kind": st.sampled_from(["administration", "dispensing", "order", "statement"]),
    "dropped": st.sampled_from([None, None, None, "status"]),
})  # fmt: skip
OPTIONS = st.builds(
    Options, transplant_gap_days=st.integers(0, 9), condition_gap_days=st.integers(0, 9),
    unknown_end=st.sampled_from([None, "start", "open"]),
    medications_from=st.permutations(["administration", "dispensing", "order", "statement"]).map(tuple),
)  # fmt: skip


@pytest.mark.parametrize("rule", CODES, ids=lambda rule: rule.__name__)
def test_the_sum_of_fates_is_what_was_found(database, rule):
    @settings(max_examples=10, deadline=None)
    @given(st.lists(ROW, max_size=25), OPTIONS)
    def check(rows, options):
        for table in TABLES:
            database.execute(f'DELETE FROM "{table}"')
        bench = Bench(database)
        for number, meanings in enumerate(CODES[rule]):
            bench.code(*meanings, source=f"table {number % 2}")
        for row in rows:
            bench.row(**row)
        done = rule(database, options)
        found = sum(
            1 for row in rows if row["combo"] <= len(CODES[rule])
            for _, name, *_ in CODES[rule][row["combo"] - 1] if name not in ("history", "ignore", "unstated")
        )  # fmt: skip
        counts = done.fates.groupby("fate")["rows"].sum()
        assert set(counts.index) <= set(FATES)
        assert counts.sum() == done.found == found
        split = done.remarks.loc[done.remarks["reason"].str.startswith(SPLIT), "rows"].sum()
        assert len(bench.written(done)) == done.written + split
        if rule is medications:
            _every_day_has_one_kind(database)

    check()


def _every_day_has_one_kind(database):
    """Days of a drug: none is lost by cutting, and each has rows of one kind only, the first of those it had."""
    recorded = database.execute("SELECT person, name, day, stop, rank FROM courses WHERE dropped IS NULL").fetchall()
    kept = database.execute("SELECT person, name, start, stop, rank FROM pieces WHERE fate <> 'cut'").fetchall()
    first: dict[tuple[object, ...], int] = {}
    for person, name, start, stop, rank in recorded:
        for day in _days(start, stop):
            first[person, name, day] = min(rank, first.get((person, name, day), rank))
    ranks = {
        ((person, name, day), rank) for person, name, start, stop, rank in kept for day in _days(start, stop)
    }  # fmt: skip
    assert ranks == set(first.items())


def _days(start, stop):
    """Days of a row up to some after the last one that is drawn; a row without end goes on."""
    last = min(stop, START + timedelta(60))
    return [start + timedelta(day) for day in range((last - start).days + 1)]
