"""A plan read from its file; what is wrong with it is reported with its place, what was found and what is accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import NoneType
from typing import Any, Final

from pydantic import ValidationError

from postgraft.protocol.loading import load_protocol, read_yaml
from postgraft.protocol.parameters import Trial
from postgraft.protocol.plan import DAYS, RANGES, Enrolled, PlannedSite, RecruitmentPlan
from postgraft.protocol.protocol import Protocol
from postgraft.vocabulary.errors import ProtocolError, must_be
from postgraft.vocabulary.shown import kind, names, shown_value
from postgraft.vocabulary.words import did_you_mean

PLAN: Final = Path(__file__).parent / "data" / "plan.yaml"


def load_plan(source: object = None, protocol: Protocol | None = None) -> RecruitmentPlan:
    """The plan of a YAML file, of data of the same form, or the shipped one.

    Target and deadline that it leaves out are those of the trial of ``protocol`` (the shipped one if None): its
    enrolment and completion. So are the start, where somebody was ``observed`` since, and the activity of a site of
    the trial.

    Raises:
        ProtocolError: every problem on its own line, with file, key, what was found and what is accepted.
    """
    must_be(protocol, (Protocol, NoneType), "load_plan takes a protocol, such as load_protocol(name) gives")
    path = PLAN if source is None else Path(source) if isinstance(source, str | Path) else None
    where = f"{path}: " if path else ""
    data = read_yaml(path) if path else source
    if not isinstance(data, Mapping):
        raise ProtocolError(
            f"{where}found {kind(data)}; accepted is a mapping with {', '.join(RecruitmentPlan.model_fields)}."
        )
    try:
        plan = RecruitmentPlan.model_validate(_with_facts(data, (protocol or load_protocol()).trial))
        problems = _contradictions(plan)
    except ValidationError as error:
        problems = _departures(error)
    if problems:
        raise ProtocolError("\n".join(f"{where}{problem}" for problem in problems))
    return plan


def _with_facts(data: Mapping[Any, Any], trial: Trial) -> dict[Any, Any]:
    """What a plan leaves out, from the registry record."""
    facts: dict[Any, Any] = {"target": trial.target_enrollment, "deadline": trial.completion_date}
    if data.get("observed"):
        facts["start"] = trial.start_date
    given = facts | dict(data)
    if isinstance(sites := given.get("sites"), list | tuple):
        given["sites"] = [_with_activity(site, trial) for site in sites]
    return given


def _with_activity(site: Any, trial: Trial) -> Any:
    if isinstance(site, Mapping) and site.get("name") in trial.limited_sites:
        return {"activity": "limited"} | dict(site)
    return site


def _range(name: str) -> str:
    low, high = RANGES[name]
    return f"from {low:,g} to {high:,.12g}"


_SHARE = f"a number {_range('share')}"
_DAY = f"a date as YYYY-MM-DD, from {DAYS[0]} to {DAYS[1]}"
_PROPORTION = (
    f"{{mean: a number {_range('mean')}, as_if_seen_in: a number {_range('as_if_seen_in')}}}, "
    f"{{a: {_range('a')}, b: {_range('b')}}}, or a number {_range('mean')}"
)
_ENTRY = {
    "plan": (
        "name",
        "target",
        "start",
        "deadline",
        "participation",
        "screen_failure",
        "screening_days",
        "captures",
        "sites",
        "limited_activity",
        "prevalent_pool_reached",
        "transplants_per_year",
        "observed",
        "sources",
    ),
    "sites": ("name", "capture", "activity", "opens", "closes"),
    "observed": ("date", "enrolled", "by_site"),
}
_ACCEPTED = {
    "name": "a text that is not empty",
    "target": f"a whole number {_range('target')}",
    "participation": _PROPORTION,
    "screen_failure": _PROPORTION,
    "screening_days": f"a whole number {_range('screening_days')}",
    "captures": "plan or cohort",
    "transplants_per_year": f"a number {_range('transplants_per_year')}",
    "limited_activity": _SHARE,
    "prevalent_pool_reached": _SHARE,
    "sites": f"a list of at least one site, each with {', '.join(_ENTRY['sites'])}",
    "capture": _SHARE,
    "activity": "full or limited",
    "observed": f"a list of entries with {', '.join(_ENTRY['observed'])}",
    "enrolled": f"a whole number {_range('enrolled')}",
    "by_site": f"a mapping of names of sites to whole numbers {_range('enrolled')}",
    "sources": "a mapping of keys of the plan to texts that are not empty",
} | dict.fromkeys(("start", "deadline", "opens", "closes", "date"), _DAY)


def _departures(error: ValidationError) -> list[str]:
    """Where data have not the form of a plan."""
    lines = [
        _line(one["loc"], one["type"], one["input"])
        for one in error.errors()
        # A list whose entries are wrong is reported as too short as well.
        if not (one["type"] == "too_short" and one["input"])
    ]
    return list(dict.fromkeys(lines))


def _line(place: tuple[int | str, ...], kind: str, found: object) -> str:
    if kind == "invalid_key":  # one that is no text, and so no key of a plan
        place, kind = (*place[:-1], str(place[-1])), "extra_forbidden"
    # People count from 1: sites.1 is the first.
    where = ".".join(str(part + 1) if isinstance(part, int) else names([part]) for part in place)
    *above, last = (part for part in place if isinstance(part, str))
    keys = _ENTRY[above[-1] if above and above[-1] in _ENTRY else "plan"]
    if kind == "extra_forbidden":
        return f"{where}: unknown key{did_you_mean(last, keys)}; accepted are {', '.join(keys)}."
    # The keys of these mappings are free, so that one may be called as a key of the plan.
    free = bool(above) and above[-1] in ("by_site", "sources")
    inward = reversed(above) if free else (last, *reversed(above))
    accepted = _ACCEPTED[next(part for part in inward if part in _ACCEPTED)]
    if kind == "missing":
        return f"{where}: is missing; accepted is {accepted}."
    return f"{where}: found {shown_value(found)}; accepted is {accepted}."


def _contradictions(plan: RecruitmentPlan) -> list[str]:
    """What in a plan of the right form cannot be so together."""
    return [*_dates(plan), *_sites(plan), *_observed(plan)]


def _dates(plan: RecruitmentPlan) -> Iterator[str]:
    for number, site in enumerate(plan.sites, start=1):
        if site.opens and plan.start and site.opens < plan.start:
            yield f"sites.{number}.opens: found {site.opens}; accepted is a date from the start on, {plan.start}."
        opens = site.opens or plan.start
        if site.closes and opens and site.closes < opens:
            yield f"sites.{number}.closes: found {site.closes}; accepted is a date from its opening on, {opens}."


def _sites(plan: RecruitmentPlan) -> Iterator[str]:
    names = [site.name for site in plan.sites]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield f"sites: the name {shown_value(name)} is there more than once; accepted are different names."
    if plan.limited_activity is None and any(site.activity == "limited" for site in plan.sites):
        yield f"limited_activity: is missing, and a site is limited; accepted is {_SHARE}."
    keys = [key for key in _ENTRY["plan"] if key not in ("name", "sources")]
    for key in plan.sources:
        if key not in keys:
            yield f"sources: unknown key {shown_value(key)}{did_you_mean(key, keys)}; accepted are {', '.join(keys)}."


def _observed(plan: RecruitmentPlan) -> Iterator[str]:
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


def _entry(plan: RecruitmentPlan, one: Enrolled) -> Iterator[str]:
    names = [site.name for site in plan.sites]
    if plan.start and one.date < plan.start:
        yield f"date: found {one.date}; accepted is a date from the start on, {plan.start}."
    for name in one.by_site:
        if name not in names:
            meant = did_you_mean(name, names)
            yield f"by_site: unknown site {shown_value(name)}{meant}; accepted are {', '.join(names)}."
    if one.by_site and sum(one.by_site.values()) != one.enrolled:
        yield f"by_site: found {sum(one.by_site.values())} in all; accepted is what enrolled says, {one.enrolled}."
    nobody = plan.participation.mean == 0 or plan.screen_failure.mean == 1
    if one.enrolled and (nobody or not any(_has_enrolled(plan, site, one.date) for site in plan.sites)):
        yield (
            f"enrolled: found {one.enrolled}; accepted is 0, as by {one.date} the plan lets nobody be enrolled "
            "(no site open with a capture above 0 for as long as screening takes, participation 0 or screen "
            "failure 1)."
        )


def _has_enrolled(plan: RecruitmentPlan, site: PlannedSite, day: date) -> bool:
    """Whether a site can have enrolled somebody by a day."""
    opens = site.opens or plan.start or day
    first = opens + timedelta(plan.screening_days)
    sees = site.capture > 0 or plan.captures == "cohort"
    return sees and plan.enrols(site) > 0 and first <= min(day, site.closes or day)
