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

    assert (plan.target, plan.start, plan.deadline) == (25, date(2023, 7, 21), date(2026, 6, 29))
    assert tuple(site.name for site in plan.sites) == trial.sites
    full = [site.name for site in plan.sites if site.activity == "full"]
    assert full == ["New York", "Commack", "Nassau (Rockville Centre)"]
    assert sum(site.capture for site in plan.sites) == pytest.approx(1)
    assert {site.opens for site in plan.sites} == {trial.start_date}
    assert (plan.as_of, plan.enrolled) == (None, 0)


def test_the_shipped_plan_is_no_protocol():
    with pytest.raises(ProtocolError, match="no protocol 'plan'; shipped: nct05873205"):
        load_protocol("plan")


def test_the_least_that_is_needed():
    plan = load_plan(LEAST)
    assert plan.participation == Proportion(0.5, inf)
    assert (plan.prevalent_pool_reached, plan.transplants_per_year, plan.observed) == (0, None, ())
    assert plan.sites[0].opens == plan.start
    assert plan.intensities == (1.0,)


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
    assert plan.intensities == pytest.approx((0.6, 0.1))
    assert plan.sites[1].closes == date(2025, 6, 30)
    assert (plan.as_of, plan.enrolled) == (date(2024, 9, 30), 3)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"particpation": 1}, "particpation: unknown key (did you mean participation?); accepted are name, "),
        ({"target": 0}, "target: found 0; accepted is a whole number from 1."),
        ({"target": True}, "target: found True; accepted is a whole number from 1."),
        ({"target": 2.5}, "target: found 2.5; accepted is a whole number from 1."),
        ({"start": 20240101}, "start: found 20240101; accepted is a date as YYYY-MM-DD."),
        ({"participation": 1.2}, "participation: found 1.2; accepted is {mean: a number from 0 to 1, "),
        ({"participation": {"mean": 0.5}}, "participation: found {'mean': 0.5}; accepted is {mean: "),
        ({"screen_failure": {"a": 0, "b": 1}}, "screen_failure: found {'a': 0, 'b': 1}; accepted is {mean: "),
        ({"transplants_per_year": 0}, "transplants_per_year: found 0; accepted is a number above 0."),
        ({"limited_activity": -1}, "limited_activity: found -1; accepted is a number from 0 to 1."),
        (
            {"sites": []},
            "sites: found []; accepted is a list of at least one site, each with name, capture, ",
        ),
        ({"sites": "A"}, "sites: found 'A'; accepted is a list of at least one site, each with name, "),
        (
            {"sites": [{"name": "A", "capture": 2}]},
            "sites.1.capture: found 2; accepted is a number from 0 to 1.",
        ),
        (
            {"sites": [{"name": "A", "capture": 1, "activity": "half"}]},
            "sites.1.activity: found 'half'; accepted is full or limited.",
        ),
        (
            {"sites": [{"name": "A", "capture": 1, "open": "2024-01-01"}]},
            "sites.1.open: unknown key (did you mean opens?); accepted are name, capture, activity, opens, closes.",
        ),
        (
            {"deadline": "2023-07-20"},
            "deadline: found 2023-07-20; accepted is a date from the start on, 2023-07-21.",
        ),
        (
            {"sites": [{"name": "A", "capture": 1, "activity": "limited"}]},
            "limited_activity: is missing, and a site is limited; accepted is a number from 0 to 1.",
        ),
        (
            {"sites": [{"name": "A", "capture": 1, "opens": "2020-01-01"}]},
            "sites.1.opens: found 2020-01-01; accepted is a date from the start on, 2023-07-21.",
        ),
        (
            {"sites": [{"name": "A", "capture": 1, "closes": "2023-07-20"}]},
            "sites.1.closes: found 2023-07-20; accepted is a date from its opening on, 2023-07-21.",
        ),
        (
            {"sites": [{"name": "A", "capture": 1}] * 2},
            "sites: the name 'A' is there more than once; accepted are different names.",
        ),
        (
            {"observed": [{"date": "2024-01-01"}]},
            "observed.1.enrolled: is missing; accepted is a whole number ",
        ),
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
            "(no site open with a capture above 0, participation 0 or screen failure 1).",
        ),
    ],
)
def test_a_problem_is_told_with_its_place_and_what_is_accepted(change, line):
    [found] = problems(LEAST | change)
    assert found.startswith(line)


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
