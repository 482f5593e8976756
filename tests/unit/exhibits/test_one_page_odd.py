"""The summary of odd cohorts, amendments, plans and protocols."""

from datetime import date

import pytest
from disclosure.printed import HOUSE
from evaluated import demo
from unit.exhibits.test_one_page import overview

import postgraft as pg
from postgraft import exhibits
from postgraft.disclosure.cell_keys import CellKeys
from postgraft.evaluation.count import exact
from postgraft.exhibits.one_page.best import changes_panel
from postgraft.exhibits.one_page.flow_box import reasons_of
from postgraft.exhibits.one_page.verdict import verdict, verdict_said
from postgraft.protocol import Amendment, load_amendments, load_plan, menu
from postgraft.protocol.plan import Enrolled

pytestmark = pytest.mark.slow

PROTOCOL = pg.load_protocol()
PLAN = load_plan(protocol=PROTOCOL)


def of_demo(protocol=PROTOCOL, amendments=(), plan=PLAN, count=exact, cohorts=("demo",)):
    """The overview of the demo cohort, or of several that are all like it."""
    return exhibits.overview({name: (demo().extract, protocol, list(amendments), count) for name in cohorts}, plan)


def test_where_nobody_is_left_open_nothing_is_called_missing():
    made = of_demo(PROTOCOL.amend(name="late", set={"days_since_transplant_min": 900}))

    assert (made.counts.eligible, made.counts.open, verdict(made)) == (0, 0, "Not as planned.")
    assert verdict_said(made).startswith("0 of 72 patients (0")


def test_names_that_hold_a_plus_are_not_mixed_up():
    given = [
        {"name": "a", "title": "A", "set": {"days_since_transplant_min": 30}},
        {"name": "b + c", "title": "B and C", "set": {"lines_min": 1}},
        {"name": "a + b", "title": "A and B", "set": {"neutrophils_min": 0.5}},
        {"name": "c", "title": "A", "set": {"days_since_transplant_min": 30}},
    ]
    amendments = load_amendments(given, PROTOCOL)
    found = of_demo(amendments=amendments).best
    tried = pg.frontier(demo().extract, PROTOCOL, amendments)

    assert found.tried == len(tried) - 1 == 14
    assert max(one.eligible for one in found.changes) == tried["certain"].max() == 13


def test_each_cohort_has_its_part_of_the_transplants_of_the_plan():
    plan = PLAN.model_copy(update={"transplants_per_year": 50.0})
    made = of_demo(plan=plan, cohorts=("one", "other"))
    whole, one, other = (
        forecast.figures()["new_eligible_per_year"].value
        for forecast in (made.forecast, *(cohort.forecast for cohort in made.cohorts))
    )

    assert one == other == pytest.approx(whole / 2)


def test_sites_of_one_name_are_one():
    assert "2 cohorts · 7 sites" in str(exhibits.summary_answer(of_demo(cohorts=("one", "other"))))


def test_a_protocol_that_drops_the_cytopenia_counts_all_patients():
    made = of_demo(PROTOCOL.amend(name="none", drop=["immune_cytopenia", "incomplete_response"]))
    said = str(exhibits.summary_panels(made))

    assert (made.counts.cytopenia, made.counts.treated) == (None, None)
    assert sum(reasons_of(made).values()) == made.counts.of - made.counts.eligible
    assert "Immune cytopenia" not in said.split("B. How much")[0]
    assert "with a cytopenia" not in said + str(exhibits.summary_answer(made))


def test_a_target_that_was_met_is_no_deadline_that_has_passed():
    seen = [Enrolled(date=date(2021, 1, 1), enrolled=26)]
    made = of_demo(plan=PLAN.model_copy(update={"deadline": date(2021, 1, 1), "observed": seen}))
    said = str(exhibits.summary_answer(made))

    assert verdict(made) == "The target is met."
    assert "Enrolled by 1 Jan 2021 26 of 25 Patient 25 enrolled the target is met" in said
    assert "passed" not in said


def test_a_number_of_one_is_said_as_one():
    plan = PLAN.model_copy(update={"target": 1})
    made = of_demo(amendments=[Amendment("lines", {"lines_min": 1})], plan=plan)

    assert "recruit 1 patient here?" in str(exhibits.summary_answer(made))
    assert "Best of 1 combination, chosen" in changes_panel(made.best, 1)


def test_a_change_without_a_title_is_called_alike_at_each_level():
    amendments = [Amendment("drop_hiv", drop=("hiv",)), Amendment("lines_min of 1", {"lines_min": 1})]
    keys = CellKeys(demo().extract.patients["patient_id"].astype(str), HOUSE).counting
    titles = {one.title for one in of_demo(amendments=amendments, count=keys).best.changes}

    assert titles == {"Protocol", "Drop HIV", "Lines min of 1"}


def test_a_title_of_the_menu_stands_only_where_it_is_true():
    later = PROTOCOL.amend(name="later", set={"days_since_transplant_min": 180})
    titles = {one.name: one.title for one in menu(later)}
    same = {one.name: one.title for one in menu(PROTOCOL)}

    assert {name for name in same if same[name] and not titles[name]} == {"from day 30"}
    assert "not 45" not in changes_panel(of_demo(later).best, 25)


def test_a_release_without_a_start_has_no_forecast():
    """Its years are not all printed, so that the data cut is not known, and no other day stands for it."""
    released = overview({"demo": "cohorts/demo"}, "release", PLAN.model_copy(update={"transplants_per_year": 80.0}))

    assert verdict(released) == "No forecast."
    assert verdict_said(released).endswith(
        "There is no forecast: the plan has no start, and not all years of the transplants are printed."
    )
