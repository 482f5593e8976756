"""The plan of a trial's recruitment: the assumptions a forecast of enrolment rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import inf, isfinite
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    TypeAdapter,
    ValidationError,
)

from postgraft.protocol.loading import load_protocol
from postgraft.protocol.plan_problems import contradictions, departures
from postgraft.protocol.protocol import Protocol
from postgraft.protocol.yaml_file import read_yaml
from postgraft.vocabulary.errors import ProtocolError

PLAN = Path(__file__).parent / "data" / "plan.yaml"


@dataclass(frozen=True)
class Proportion:
    """An uncertain proportion: Beta(mean · as_if_seen_in, (1 − mean) · as_if_seen_in); inf: known for sure."""

    mean: float
    as_if_seen_in: float = inf


def _proportion(given: Any) -> Any:
    """A proportion from one of its written forms; what is none is left as it is, and refused by its type."""
    if _is_number(given) and 0 <= given <= 1:
        return Proportion(float(given))
    if isinstance(given, Mapping) and all(_is_number(value) for value in given.values()):
        match dict(given):
            case {"mean": mean, "as_if_seen_in": seen, **rest} if not rest and 0 <= mean <= 1 and seen > 0:
                return Proportion(float(mean), float(seen))
            case {"a": a, "b": b, **rest} if not rest and a > 0 and b > 0:
                return Proportion(a / (a + b), float(a + b))
    raise ValueError("no proportion")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _day(given: Any) -> Any:
    """A date or its ISO text; a number would be read as seconds."""
    if type(given) not in (date, str):
        raise ValueError("no date")
    return given


def _is_day(given: Any) -> bool:
    try:
        TypeAdapter(Day).validate_python(given)
    except ValidationError:
        return False
    return True


Share = Annotated[StrictFloat, Field(ge=0, le=1)]
Count = Annotated[StrictInt, Field(ge=0)]
Day = Annotated[date, BeforeValidator(_day)]
Name = Annotated[str, Field(min_length=1, strict=True)]
AsWritten = Annotated[Proportion, BeforeValidator(_proportion)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlannedSite(_Entry):
    """A site: it sees ``capture`` of the cohort's eligible patients from ``opens`` to ``closes``, both included."""

    name: Name
    capture: Share
    activity: Literal["full", "limited"] = "full"
    opens: Day
    closes: Day | None = None


class Enrolled(_Entry):
    """How many were enrolled in all up to and including a date, and, where known, at which sites."""

    date: Day
    enrolled: Count
    by_site: dict[str, Count] = {}


class Plan(_Entry):
    """What is assumed of a trial's recruitment; see the comments of the shipped ``plan.yaml`` for each value.

    ``deadline``: last day of enrolment, included. ``transplants_per_year``: None, the cohort's own.
    """

    name: Name = "plan"
    target: Annotated[StrictInt, Field(ge=1)]
    start: Day
    deadline: Day
    participation: AsWritten
    screen_failure: AsWritten
    sites: Annotated[tuple[PlannedSite, ...], Field(min_length=1)]
    limited_activity: Share | None = None
    prevalent_pool_reached: Share = 0.0
    transplants_per_year: Annotated[StrictFloat, Field(gt=0, allow_inf_nan=False)] | None = None
    observed: tuple[Enrolled, ...] = ()

    @property
    def as_of(self) -> date | None:
        """The day whose knowledge the forecast uses, the last observed one; None: before the start."""
        return self.observed[-1].date if self.observed else None

    @property
    def enrolled(self) -> int:
        """Number enrolled by ``as_of``."""
        return self.observed[-1].enrolled if self.observed else 0

    @property
    def intensities(self) -> tuple[float, ...]:
        """For each site the share of the cohort's eligible patients that it can enrol: capture, less if limited."""
        limited = 1.0 if self.limited_activity is None else self.limited_activity
        return tuple(site.capture * (limited if site.activity == "limited" else 1.0) for site in self.sites)


def load_plan(source: object = None, protocol: Protocol | None = None) -> Plan:
    """The plan of a YAML file, of data of the same form, or the shipped one.

    Target, start and deadline that it leaves out are those of the trial of ``protocol`` (the shipped one if None):
    its enrolment, start and completion. A site without ``opens`` opens at the start.

    Raises:
        ProtocolError: every problem on its own line, with file, key, what was found and what is accepted.
    """
    path = PLAN if source is None else Path(source) if isinstance(source, str | Path) else None
    where = f"{path}: " if path else ""
    data = read_yaml(path) if path else source
    if not isinstance(data, Mapping):
        raise ProtocolError(
            f"{where}found {data!r}; accepted is a mapping with {', '.join(Plan.model_fields)}."
        )
    trial = (protocol or load_protocol()).trial
    facts = {
        "target": trial.target_enrollment,
        "start": trial.start_date,
        "deadline": trial.completion_date,
    }
    given = facts | dict(data)
    sites = given.get("sites")
    if isinstance(sites, list | tuple):
        opens = {"opens": given["start"] if _is_day(given["start"]) else trial.start_date}
        given["sites"] = [opens | dict(site) if isinstance(site, Mapping) else site for site in sites]
    try:
        plan = Plan.model_validate(given)
        problems = contradictions(plan)
    except ValidationError as error:
        problems = departures(error)
    if problems:
        raise ProtocolError("\n".join(f"{where}{problem}" for problem in problems))
    return plan
