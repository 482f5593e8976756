"""Plans of recruitment: what may be left out, and every problem told together with its place."""

from datetime import date
from math import inf

import pytest

from postgraft.protocol import load_plan, load_protocol
from postgraft.protocol.plan import Proportion
from postgraft.vocabulary.errors import ProtocolError

LEAST = {"participation": 0.5, "screen_failure": 0.2, "sites": [{"name": "A", "capture": 1}]}


def problems(source):
    with pytest.raises(ProtocolError) as caught:
        load_plan(source)
    return str(caught.value).splitlines()


def test_the_shipped_plan_takes_its_facts_from_the_trial():
    plan, trial = load_plan(), load_protocol().trial

    assert (plan.target, plan.start, plan.deadline) == (25, None, date(2026, 6, 29))
    assert tuple(site.name for site in plan.sites) == trial.sites
    full = [site.name for site in plan.sites if site.activity == "full"]
    assert full == ["New York", "Commack", "Nassau (Rockville Centre)"]
    assert sum(site.capture for site in plan.sites) == pytest.approx(1)
    limited = [site.name for site in plan.sites if site.activity == "limited"]
    assert limited == ["Basking Ridge", "Monmouth (Middletown)", "Bergen (Montvale)", "Westchester (Harrison)"]
    assert {site.opens for site in plan.sites} == {None}
    assert (plan.as_of, plan.enrolled, plan.screening_days, plan.captures) == (None, 0, 14, "cohort")
    assert plan.sources["screening_days"].startswith("ours: ")


def test_the_shipped_plan_is_no_protocol():
    with pytest.raises(ProtocolError, match="no protocol 'plan'; shipped: nct05873205"):
        load_protocol("plan")


def test_the_least_that_is_needed():
    plan = load_plan(LEAST)
    assert plan.participation == Proportion(0.5, inf)
    assert (plan.prevalent_pool_reached, plan.transplants_per_year, plan.observed) == (0, None, ())
    assert (plan.screening_days, plan.captures, plan.sources) == (0, "plan", {})
    assert (plan.start, plan.sites[0].opens, plan.sites[0].activity) == (None, None, "full")


def test_where_somebody_was_observed_the_trial_began_when_the_record_says():
    plan = load_plan(LEAST | {"observed": [{"date": "2024-01-01", "enrolled": 1}]})
    assert plan.start == date(2023, 7, 21)


def test_a_site_of_the_record_has_its_activity_there_unless_the_plan_says_another():
    def activity(site):
        return load_plan(LEAST | {"limited_activity": 0.5, "sites": [{"capture": 1} | site]}).sites[0].activity

    assert activity({"name": "Basking Ridge"}) == "limited"
    assert activity({"name": "Basking Ridge", "activity": "full"}) == "full"
    assert activity({"name": "Commack"}) == "full"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"mean": 0.4, "as_if_seen_in": 10}, Proportion(0.4, 10)),
        ({"a": 4, "b": 6}, Proportion(0.4, 10)),
        (0.4, Proportion(0.4)),
        (0, Proportion(0)),
        (1, Proportion(1)),
    ],
)
def test_a_proportion_is_written_in_three_ways(written, read):
    assert load_plan(LEAST | {"participation": written}).participation == read


def test_a_file_may_say_everything(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(
        "name: two\ntarget: 10\nstart: 2024-01-01\ndeadline: 2025-12-31\n"
        "participation: 0.5\nscreen_failure: 0.2\nlimited_activity: 0.25\nprevalent_pool_reached: 1\n"
        "transplants_per_year: 120\n"
        "sites:\n  - {name: A, capture: 0.6}\n"
        "  - {name: B, capture: 0.4, activity: limited, opens: 2024-07-01, closes: 2025-06-30}\n"
        "observed:\n  - {date: 2024-03-31, enrolled: 1}\n"
        "  - {date: 2024-09-30, enrolled: 3, by_site: {A: 2, B: 1}}\n"
    )
    plan = load_plan(path)
    assert [plan.enrols(site) for site in plan.sites] == [1, 0.25]
    assert plan.sites[1].closes == date(2025, 6, 30)
    assert (plan.as_of, plan.enrolled) == (date(2024, 9, 30), 3)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"particpation": 1}, "particpation: unknown key (did you mean participation?); accepted are name, "),
        ({"target": 0}, "target: found 0; accepted is a whole number from 1 to 1,000."),
        ({"target": True}, "target: found True; accepted is a whole number from 1 to 1,000."),
        ({"target": 2.5}, "target: found 2.5; accepted is a whole number from 1 to 1,000."),
        ({"start": 20240101}, "start: found 20240101; accepted is a date as YYYY-MM-DD, from 1990-01-01 to "),
        ({"participation": 1.2}, "participation: found 1.2; accepted is {mean: a number from 0 to 1, "),
        ({"participation": {"mean": 0.5}}, "participation: found {'mean': 0.5}; accepted is {mean: "),
        ({"screen_failure": {"a": 0, "b": 1}}, "screen_failure: found {'a': 0, 'b': 1}; accepted is {mean: "),
        (
            {"transplants_per_year": 1e9},
            "transplants_per_year: found 1000000000.0; accepted is a number from 0.1 to 20,000.",
        ),
        ({"captures": "half"}, "captures: found 'half'; accepted is plan or cohort."),
        ({"sources": {"target": ""}}, "sources.target: found ''; accepted is a mapping of keys of the plan to "),
        ({"sources": {"particpation": "ours"}}, "sources: unknown key 'particpation' (did you mean participation?); "),
        ({"limited_activity": -1}, "limited_activity: found -1; accepted is a number from 0 to 1."),
        ({"sites": []}, "sites: found []; accepted is a list of at least one site, each with name, capture, "),
        ({"sites": "A"}, "sites: found 'A'; accepted is a list of at least one site, each with name, "),
        ({"sites": [{"name": "A", "capture": 2}]}, "sites.1.capture: found 2; accepted is a number from 0 to 1."),
        (
            {"sites": [{"name": "A", "capture": 1, "activity": "half"}]},
            "sites.1.activity: found 'half'; accepted is full or limited.",
        ),
        (
            {"sites": [{"name": "A", "capture": 1, "open": "2024-01-01"}]},
            "sites.1.open: unknown key (did you mean opens?); accepted are name, capture, activity, opens, closes.",
        ),
        (
            {"sites": [{"name": "A", "capture": 1, "activity": "limited"}]},
            "limited_activity: is missing, and a site is limited; accepted is a number from 0 to 1.",
        ),
        (
            {"start": "2023-07-21", "sites": [{"name": "A", "capture": 1, "opens": "2020-01-01"}]},
            "sites.1.opens: found 2020-01-01; accepted is a date from the start on, 2023-07-21.",
        ),
        (
            {"start": "2023-07-21", "sites": [{"name": "A", "capture": 1, "closes": "2023-07-20"}]},
            "sites.1.closes: found 2023-07-20; accepted is a date from its opening on, 2023-07-21.",
        ),
        (
            {"sites": [{"name": "A", "capture": 1}] * 2},
            "sites: the name 'A' is there more than once; accepted are different names.",
        ),
        ({"observed": [{"date": "2024-01-01"}]}, "observed.1.enrolled: is missing; accepted is a whole number "),
        (
            {"observed": [{"date": "2023-01-01", "enrolled": 0}]},
            "observed.1.date: found 2023-01-01; accepted is a date from the start on, 2023-07-21.",
        ),
        (
            {"observed": [{"date": "2024-01-01", "enrolled": 2, "by_site": {"a": 2}}]},
            "observed.1.by_site: unknown site 'a' (did you mean A?); accepted are A.",
        ),
        (
            {"observed": [{"date": "2024-01-01", "enrolled": 2, "by_site": {"A": 1}}]},
            "observed.1.by_site: found 1 in all; accepted is what enrolled says, 2.",
        ),
        (
            {"participation": 0, "observed": [{"date": "2024-01-01", "enrolled": 2}]},
            "observed.1.enrolled: found 2; accepted is 0, as by 2024-01-01 the plan lets nobody be enrolled "
            "(no site open with a capture above 0 for as long as screening takes, participation 0 or screen "
            "failure 1).",
        ),
        (
            {"screening_days": 30, "observed": [{"date": "2023-08-19", "enrolled": 1}]},
            "observed.1.enrolled: found 1; accepted is 0, as by 2023-08-19 the plan lets nobody be enrolled ",
        ),
    ],
)
def test_a_problem_is_told_with_its_place_and_what_is_accepted(change, line):
    [found] = problems(LEAST | change)
    assert found.startswith(line)


SITE = {"name": "A", "capture": 1}
SEEN = "2024-01-01"


def beta(**parts):
    return {"participation": parts}


@pytest.mark.parametrize(
    ("plan", "below", "low", "high", "above"),
    [
        (lambda one: {"target": one}, 0, 1, 1000, 1001),
        (lambda one: {"screening_days": one}, -1, 0, 365, 366),
        (lambda one: {"transplants_per_year": one}, 0.09, 0.1, 20_000, 20_001),
        (lambda one: {"limited_activity": one}, -0.01, 0, 1, 1.01),
        (lambda one: {"prevalent_pool_reached": one}, -0.01, 0, 1, 1.01),
        (lambda one: {"participation": one}, -0.01, 0, 1, 1.01),
        (lambda one: {"screen_failure": one}, -0.01, 0, 1, 1.01),
        (lambda one: beta(mean=one, as_if_seen_in=10), -0.01, 0, 1, 1.01),
        (lambda one: beta(mean=0.5, as_if_seen_in=one), 0.9, 1, 1_000_000, 1_000_001),
        (lambda one: beta(a=one, b=2), 0.009, 0.01, 1_000_000, 1_000_001),
        (lambda one: beta(a=2, b=one), 0.009, 0.01, 1_000_000, 1_000_001),
        (lambda one: {"sites": [SITE | {"capture": one}]}, -0.01, 0, 1, 1.01),
        (lambda one: {"observed": [{"date": SEEN, "enrolled": one}]}, -1, 0, 1000, 1001),
        (lambda one: {"observed": [{"date": SEEN, "enrolled": abs(one), "by_site": {"A": one}}]}, -1, 0, 1000, 1001),
        (lambda one: {"start": one}, "1989-12-31", "1990-01-01", "2099-12-31", "2100-01-01"),
        (lambda one: {"deadline": one}, "1989-12-31", "1990-01-01", "2099-12-31", "2100-01-01"),
        (lambda one: {"sites": [SITE | {"opens": one}]}, "1989-12-31", "1990-01-01", "2099-12-31", "2100-01-01"),
    ],
)
def test_every_number_and_date_has_a_range_with_both_ends_in_it(plan, below, low, high, above):
    for accepted in (low, high):
        load_plan(LEAST | plan(accepted))
    for refused in (below, above):
        lines = problems(LEAST | plan(refused))
        assert all("accepted is" in line for line in lines)


def test_observations_go_forward():
    earlier = [{"date": "2024-06-30", "enrolled": 4}, {"date": "2024-01-31", "enrolled": 3}]
    assert problems(LEAST | {"observed": earlier}) == [
        "observed.2.date: found 2024-01-31; accepted is a date after 2024-06-30.",
        "observed.2.enrolled: found 3; accepted is at least 4, as everybody up to the date counts.",
    ]


def test_all_problems_come_together_each_with_the_file(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text("target: 0\nsites: [{name: '', capture: 1}]\nparticipation: 0.5\n")
    found = problems(path)
    assert [line.split(": ")[1] for line in found] == ["target", "screen_failure", "sites.1.name"]
    assert all(line.startswith(f"{path}: ") for line in found)


@pytest.mark.parametrize("source", [[], 3, "no-such.yaml"])
def test_what_is_no_plan_is_told(source):
    [line] = problems(source)
    assert "accepted is a mapping with name, target" in line or "no-such.yaml: cannot be read" in line
