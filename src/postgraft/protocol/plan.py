"""The plan of a trial's recruitment: the assumptions a forecast of enrolment rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import inf, isinf
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    ValidationError,
)

from postgraft.protocol.loading import load_protocol
from postgraft.protocol.model import Trial
from postgraft.protocol.plan_problems import DAYS, RANGES, contradictions, departures
from postgraft.protocol.protocol import Protocol
from postgraft.protocol.yaml_file import read_yaml
from postgraft.vocabulary.errors import ProtocolError
from postgraft.vocabulary.shown import kind

PLAN = Path(__file__).parent / "data" / "plan.yaml"


@dataclass(frozen=True)
class Proportion:
    """An uncertain proportion: Beta(mean · as_if_seen_in, (1 − mean) · as_if_seen_in); inf: known for sure."""

    mean: float
    as_if_seen_in: float = inf

    def __str__(self) -> str:
        sure = "" if isinf(self.as_if_seen_in) else f", as if seen in {self.as_if_seen_in:g} people"
        return f"{100 * self.mean:.3g} %{sure}"


def _proportion(given: Any) -> Any:
    """A proportion from one of its written forms; anything else is refused."""
    if isinstance(given, Mapping):
        match dict(given):
            case {"mean": mean, "as_if_seen_in": seen, **rest} if not rest:
                if _within("mean", mean) and _within("as_if_seen_in", seen):
                    return Proportion(float(mean), float(seen))
            case {"a": a, "b": b, **rest} if not rest:
                if _within("a", a) and _within("b", b):
                    return Proportion(a / (a + b), float(a + b))
    elif _within("mean", given):
        return Proportion(float(given))
    raise ValueError("no proportion")


def _within(name: str, value: Any) -> bool:
    low, high = RANGES[name]
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _day(given: Any) -> Any:
    """A date or its ISO text; a number would be read as seconds."""
    if type(given) not in (date, str):
        raise ValueError("no date")
    return given


def _in(name: str) -> Any:
    low, high = RANGES[name]
    return Field(ge=low, le=high)


Share = Annotated[StrictFloat, _in("share")]
Count = Annotated[StrictInt, _in("enrolled")]
Day = Annotated[date, BeforeValidator(_day), Field(ge=DAYS[0], le=DAYS[1])]
Name = Annotated[str, Field(min_length=1, strict=True)]
AsWritten = Annotated[Proportion, BeforeValidator(_proportion)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlannedSite(_Entry):
    """A site: it sees ``capture`` of the cohort's eligible patients from ``opens`` to ``closes``, both included.

    ``opens`` None: the start of the plan.
    """

    name: Name
    capture: Share
    activity: Literal["full", "limited"] = "full"
    opens: Day | None = None
    closes: Day | None = None


class Enrolled(_Entry):
    """How many were enrolled in all up to and including a date, and, where known, at which sites."""

    date: Day
    enrolled: Count
    by_site: dict[str, Count] = {}


class Plan(_Entry):
    """What is assumed of a trial's recruitment; see the comments of the shipped ``plan.yaml`` for each value.

    ``start``: None, the data cut of the cohort. ``deadline``: last day of enrolment, included.
    ``transplants_per_year``: None, the cohort's own. ``sources``: where the value of a key comes from. Numbers lie in
    ``plan_problems.RANGES``, dates in ``DAYS``, both ends included.
    """

    name: Name = "plan"
    target: Annotated[StrictInt, _in("target")]
    start: Day | None = None
    deadline: Day
    participation: AsWritten
    screen_failure: AsWritten
    screening_days: Annotated[StrictInt, _in("screening_days")] = 0
    captures: Literal["plan", "cohort"] = "plan"
    sites: Annotated[tuple[PlannedSite, ...], Field(min_length=1)]
    limited_activity: Share | None = None
    prevalent_pool_reached: Share = 0.0
    transplants_per_year: Annotated[StrictFloat, _in("transplants_per_year")] | None = None
    observed: tuple[Enrolled, ...] = ()
    sources: dict[str, Name] = {}

    @property
    def as_of(self) -> date | None:
        """The day whose knowledge the forecast uses, the last observed one; None: before the start."""
        return self.observed[-1].date if self.observed else None

    @property
    def enrolled(self) -> int:
        """Number enrolled by ``as_of``."""
        return self.observed[-1].enrolled if self.observed else 0

    def enrols(self, site: PlannedSite) -> float:
        """The share of the eligible patients it sees that a site can enrol: 1, less if its activity is limited."""
        limited = 1.0 if self.limited_activity is None else self.limited_activity
        return limited if site.activity == "limited" else 1.0


def load_plan(source: object = None, protocol: Protocol | None = None) -> Plan:
    """The plan of a YAML file, of data of the same form, or the shipped one.

    Target and deadline that it leaves out are those of the trial of ``protocol`` (the shipped one if None): its
    enrolment and completion. So are the start, where somebody was ``observed`` since, and the activity of a site of
    the trial.

    Raises:
        ProtocolError: every problem on its own line, with file, key, what was found and what is accepted.
    """
    path = PLAN if source is None else Path(source) if isinstance(source, str | Path) else None
    where = f"{path}: " if path else ""
    data = read_yaml(path) if path else source
    if not isinstance(data, Mapping):
        raise ProtocolError(
            f"{where}found {kind(data)}; accepted is a mapping with {', '.join(Plan.model_fields)}."
        )
    try:
        plan = Plan.model_validate(_with_facts(data, (protocol or load_protocol()).trial))
        problems = contradictions(plan)
    except ValidationError as error:
        problems = departures(error)
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
