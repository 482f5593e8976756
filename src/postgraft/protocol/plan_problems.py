"""What can be wrong with a plan, told with its place, what was found and what is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from pydantic import ValidationError

from postgraft.vocabulary.words import did_you_mean

if TYPE_CHECKING:
    from postgraft.protocol.plan import Enrolled, Plan

_SHARE = "a number from 0 to 1"
_DAY = "a date as YYYY-MM-DD"
_PROPORTION = (
    "{mean: a number from 0 to 1, as_if_seen_in: a number above 0}, {a: above 0, b: above 0}, "
    "or a number from 0 to 1"
)
_ENTRY = {
    "plan": (
        "name",
        "target",
        "start",
        "deadline",
        "participation",
        "screen_failure",
        "sites",
        "limited_activity",
        "prevalent_pool_reached",
        "transplants_per_year",
        "observed",
    ),
    "sites": ("name", "capture", "activity", "opens", "closes"),
    "observed": ("date", "enrolled", "by_site"),
}
_ACCEPTED = {
    "name": "a text that is not empty",
    "target": "a whole number from 1",
    "participation": _PROPORTION,
    "screen_failure": _PROPORTION,
    "transplants_per_year": "a number above 0",
    "limited_activity": _SHARE,
    "prevalent_pool_reached": _SHARE,
    "sites": f"a list of at least one site, each with {', '.join(_ENTRY['sites'])}",
    "capture": _SHARE,
    "activity": "full or limited",
    "observed": f"a list of entries with {', '.join(_ENTRY['observed'])}",
    "enrolled": "a whole number from 0",
    "by_site": "a mapping of names of sites to whole numbers from 0",
} | dict.fromkeys(("start", "deadline", "opens", "closes", "date"), _DAY)


def departures(error: ValidationError) -> list[str]:
    """Where data have not the form of a plan."""
    lines = [
        _line(one["loc"], one["type"], one["input"])
        for one in error.errors()
        # A list whose entries are wrong is told to be too short as well.
        if not (one["type"] == "too_short" and one["input"])
    ]
    return list(dict.fromkeys(lines))


def _line(place: tuple[int | str, ...], kind: str, found: object) -> str:
    # People count from 1: sites.1 is the first.
    where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in place)
    *above, last = (part for part in place if isinstance(part, str))
    keys = _ENTRY[above[-1] if above and above[-1] in _ENTRY else "plan"]
    if kind == "extra_forbidden":
        return f"{where}: unknown key{did_you_mean(last, keys)}; accepted are {', '.join(keys)}."
    accepted = _ACCEPTED[next(part for part in (last, *reversed(above)) if part in _ACCEPTED)]
    if kind == "missing":
        return f"{where}: is missing; accepted is {accepted}."
    return f"{where}: found {found!r}; accepted is {accepted}."


def contradictions(plan: Plan) -> list[str]:
    """What in a plan of the right form cannot be so together."""
    return [*_dates(plan), *_sites(plan), *_observed(plan)]


def _dates(plan: Plan) -> Iterator[str]:
    if plan.deadline < plan.start:
        yield f"deadline: found {plan.deadline}; accepted is a date from the start on, {plan.start}."
    for number, site in enumerate(plan.sites, start=1):
        if site.opens < plan.start:
            yield f"sites.{number}.opens: found {site.opens}; accepted is a date from the start on, {plan.start}."
        if site.closes and site.closes < site.opens:
            yield (
                f"sites.{number}.closes: found {site.closes}; accepted is a date from its opening on, {site.opens}."
            )


def _sites(plan: Plan) -> Iterator[str]:
    names = [site.name for site in plan.sites]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield f"sites: the name {name!r} is there more than once; accepted are different names."
    if plan.limited_activity is None and any(site.activity == "limited" for site in plan.sites):
        yield f"limited_activity: is missing, and a site is limited; accepted is {_SHARE}."


def _observed(plan: Plan) -> Iterator[str]:
    for number, (before, one) in enumerate(pairwise(plan.observed), start=2):
        if one.date <= before.date:
            yield f"observed.{number}.date: found {one.date}; accepted is a date after {before.date}."
        if one.enrolled < before.enrolled:
            yield (
                f"observed.{number}.enrolled: found {one.enrolled}; accepted is at least {before.enrolled}, "
                "as everybody up to the date counts."
            )
    for number, one in enumerate(plan.observed, start=1):
        yield from (f"observed.{number}.{problem}" for problem in _entry(plan, one))


def _entry(plan: Plan, one: Enrolled) -> Iterator[str]:
    names = [site.name for site in plan.sites]
    if one.date < plan.start:
        yield f"date: found {one.date}; accepted is a date from the start on, {plan.start}."
    for name in one.by_site:
        if name not in names:
            yield f"by_site: unknown site {name!r}{did_you_mean(name, names)}; accepted are {', '.join(names)}."
    if one.by_site and sum(one.by_site.values()) != one.enrolled:
        yield f"by_site: found {sum(one.by_site.values())} in all; accepted is what enrolled says, {one.enrolled}."
    enrolling = [
        site.name
        for site, intensity in zip(plan.sites, plan.intensities, strict=True)
        if site.opens <= one.date and intensity > 0
    ]
    nobody = plan.participation.mean == 0 or plan.screen_failure.mean == 1 or not enrolling
    if one.enrolled and nobody:
        yield (
            f"enrolled: found {one.enrolled}; accepted is 0, as by {one.date} the plan lets nobody be enrolled "
            "(no site open with a capture above 0, participation 0 or screen failure 1)."
        )
