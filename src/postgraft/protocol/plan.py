"""The plan of a trial's recruitment: the assumptions a forecast of enrolment rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import inf, isinf
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictFloat, StrictInt

RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "target": (1, 1_000),
    "enrolled": (0, 1_000),
    "screening_days": (0, 365),
    "transplants_per_year": (0.1, 20_000),
    "share": (0, 1),
    "mean": (0, 1),
    "as_if_seen_in": (1, 1_000_000),
    "a": (0.01, 1_000_000),
    "b": (0.01, 1_000_000),
}
"""Where every number of a plan may lie, both ends included.

Far beyond what a trial in this disease can have, so that what lies outside is a slip: 20,000 is about the number of
allogeneic transplants a year in Europe.
"""
DAYS: Final = (date(1990, 1, 1), date(2099, 12, 31))
"""Where its dates may lie."""


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


class RecruitmentPlan(_Entry):
    """What is assumed of a trial's recruitment; see the comments of the shipped ``plan.yaml`` for each value.

    ``start``: None, the data cut of the cohort. ``deadline``: last day of enrolment, included.
    ``transplants_per_year``: None, the cohort's own. ``sources``: where the value of a key comes from. Numbers lie in
    ``RANGES``, dates in ``DAYS``, both ends included.
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
