"""Forecast of enrolment: the cohort's new eligible patients under the assumptions of a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import inf, isinf
from types import NoneType
from typing import Final

import numpy as np
import pandas as pd

from postgraft.criteria.wording import count as counted
from postgraft.estimation.accrual import YEAR, Accrual
from postgraft.estimation.accrual_needs import centres_needed, eligible_rate_needed, enrolments_needed
from postgraft.estimation.intervals import Estimate
from postgraft.evaluation.evaluate import evaluate_named
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.observations import check_given
from postgraft.extract import Extract
from postgraft.forecast.case import ForecastCase, case_of, date_of, day_number
from postgraft.forecast.inflow import BASES
from postgraft.forecast.key_figures import KeyFigure, in_words
from postgraft.forecast.placed import Placed, placed
from postgraft.protocol import Amendment, Protocol, RecruitmentPlan, load_amendments, load_plan
from postgraft.vocabulary.errors import PostgraftError, must_be
from postgraft.vocabulary.shown import quoted
from postgraft.vocabulary.words import with_whole

LEVELS: Final = (2.5, 10.0, 25.0, 50.0, 75.0, 90.0, 97.5)
"""Percentiles given of every count: the ends of the 95, 80 and 50 % ranges, and the median."""
LIKELY: Final = 0.8
"""Probability of the target that a plan is asked to reach."""
LOOK_AHEAD_YEARS: Final = 25
"""From the day of the forecast on; a date beyond is "not by then", which no trial waits for."""
SHOWN_BEYOND_YEARS: Final = (1, 3)
"""After the deadline: how far the counts by date go at least, and at most to show the target being reached."""
SITE_COLUMNS: Final = (
    *("protocol", "basis", "site", "activity", "opens", "capture", "intensity"),
    *("so_far", "expected", "low", "high"),
)


@dataclass(frozen=True)
class Forecast:
    """Forecasts of one cohort under one plan, a case for each protocol and each of ``BASES``.

    Every table has the columns protocol and basis. ``eligible`` counts patients whose eligibility is certain,
    ``eligible_or_possible`` also those whose is not ruled out: the first is the lower, the second the upper
    forecast. Recruitment is taken to go on after the target. ``placed``: the plan as it is for this cohort.
    """

    cohort: str
    placed: Placed
    cases: tuple[ForecastCase, ...]

    def __repr__(self) -> str:
        return (
            f"<Forecast of {quoted(self.cohort)} under the plan {quoted(self.plan.name)}: {self.plan.target:,} "
            f"patients by {self.plan.deadline}, {counted(len(self.cases) // len(BASES), 'protocol')}>"
        )

    @property
    def plan(self) -> RecruitmentPlan:
        """The plan as it was given."""
        return self.placed.plan

    @cached_property
    def by_date(self) -> pd.DataFrame:
        """Enrolled up to and including each date: date, expected, q2.5 … q97.5 (counts), probability of the target.

        Dates are the day of the forecast, the first of each month, and the deadline. They end a year after the
        deadline, or where the median date of the target is reached within ``SHOWN_BEYOND_YEARS`` after it; a deadline
        that has passed is taken to be the day of the forecast.
        """
        dates, names = self._dates(), [f"q{level:g}" for level in LEVELS]
        rows = []
        for case, accrual in self._with_accrual():
            for at in dates:
                day = day_number(at)
                counts = accrual.quantiles(day, np.array(LEVELS) / 100)
                rows.append(
                    {"protocol": case.protocol, "basis": case.basis, "date": pd.Timestamp(at)}
                    | {"expected": accrual.expected(day)}
                    | dict(zip(names, counts.tolist(), strict=True))
                    | {"probability": accrual.at_least(self.plan.target, day)}
                )
        columns = ["protocol", "basis", "date", "expected", *names, "probability"]
        frame = pd.DataFrame(rows, columns=columns)
        return frame.astype({"date": "datetime64[s]"})

    @cached_property
    def by_site(self) -> pd.DataFrame:
        """Enrolled at each site by the deadline, a row a site in the order of the plan.

        Columns site, activity, opens, capture, intensity (capture, less if the activity is limited), so_far
        (missing where not known by site), expected and the ends of the 95 % range, low and high: by the
        deadline, without what came before where so_far is missing; all three are missing where the deadline has
        passed. Sites share one rate, so their counts go together, and the ends do not add up.
        """
        known = self.plan.observed[-1].by_site if self.plan.observed else {}
        rows = []
        for case, accrual in self._with_accrual():
            for position, site in enumerate(self.plan.sites):
                so_far = known.get(site.name, 0) if known or not self.plan.enrolled else None
                own = accrual.at_site(position, so_far or 0)
                expected, (low, high) = self._by_deadline(own)
                rows.append(
                    {
                        "protocol": case.protocol,
                        "basis": case.basis,
                        "site": site.name,
                        "activity": site.activity,
                        "opens": pd.Timestamp(self.placed.opens[position]),
                        "capture": self.placed.captures[position],
                        "intensity": self.placed.intensities[position],
                        "so_far": so_far,
                        "expected": expected,
                        "low": low,
                        "high": high,
                    }
                )
        frame = pd.DataFrame(rows, columns=list(SITE_COLUMNS))
        frame = with_whole(frame, "so_far", "low", "high")
        return frame.astype({"opens": "datetime64[s]", "expected": "float64"})

    @cached_property
    def key_figures(self) -> pd.DataFrame:
        """What is asked first, a row a measure: protocol, basis, measure, value, low, high, words.

        ``value`` is a number or a date, ``low`` and ``high`` the ends of the 95 % range (of ``date_of_target_80`` the
        80 % range); None where there is none, for a date where it is not reached within ``LOOK_AHEAD_YEARS``, for what
        is asked by the deadline where that has passed.
        """
        rows = [
            (
                case.protocol,
                case.basis,
                measure,
                value,
                low,
                high,
                in_words(self.placed, self.last_date, measure, value, low, high),
            )
            for case, accrual in self._with_accrual()
            for measure, value, low, high in self._figures(case, accrual)
        ]
        columns = ["protocol", "basis", "measure", "value", "low", "high", "words"]
        return pd.DataFrame(rows, columns=columns, dtype=object)

    def figures(self, protocol: str | None = None, basis: str = "eligible") -> dict[str, KeyFigure]:
        """The key figures of a case (see ``case``) by measure; empty where it has no forecast."""
        case, table = self.case(protocol, basis), self.key_figures
        own = table[(table["protocol"] == case.protocol) & (table["basis"] == case.basis)]
        return {name: KeyFigure(*one) for name, *one in own[["measure", *KeyFigure._fields]].itertuples(index=False)}

    def case(self, protocol: str | None = None, basis: str = "eligible") -> ForecastCase:
        """The case of a protocol (None: the first) and basis; PostgraftError with those there are."""
        wanted = self.cases[0].protocol if protocol is None else protocol
        for case in self.cases:
            if (case.protocol, case.basis) == (wanted, basis):
                return case
        there = ", ".join(dict.fromkeys(case.protocol for case in self.cases))
        raise PostgraftError(f"no forecast for {wanted!r}, {basis!r}; protocols: {there}; bases: {', '.join(BASES)}")

    @property
    def _last_day(self) -> float:
        return day_number(self.placed.begin) + float(int(LOOK_AHEAD_YEARS * YEAR))

    @property
    def last_date(self) -> date:
        """The last date looked at for the target."""
        return date_of(self._last_day)

    def _with_accrual(self) -> Iterator[tuple[ForecastCase, Accrual]]:
        yield from ((case, case.accrual) for case in self.cases if case.accrual)

    def _dates(self) -> list[date]:
        plan, begin = self.plan, self.placed.begin
        from_here = day_number(max(plan.deadline, begin))
        least, most = (from_here + int(years * YEAR) for years in SHOWN_BEYOND_YEARS)
        medians = [accrual.day_of(plan.target, 0.5, most) for _, accrual in self._with_accrual()]
        end = max(begin, date_of(max([least, *(day for day in medians if not isinf(day))])))
        months = pd.date_range(begin, end + timedelta(days=31), freq="MS").date
        return sorted({begin, *(day for day in months if day >= begin), max(plan.deadline, begin)})

    def _by_deadline(self, accrual: Accrual) -> tuple[float | None, tuple[int | None, int | None]]:
        """Expected number by the deadline and the ends of its 95 % range; None where it has passed."""
        if self.placed.passed:
            return None, (None, None)
        deadline = day_number(self.plan.deadline)
        low, high = accrual.quantiles(deadline, np.array([0.025, 0.975])).tolist()
        return accrual.expected(deadline), (low, high)

    def _figures(self, case: ForecastCase, accrual: Accrual) -> Iterator[tuple[str, object, object, object]]:
        """Measure, value and the ends of its range."""
        plan, deadline, passed = self.plan, day_number(self.plan.deadline), self.placed.passed
        assert case.incoming is not None
        assert case.lasting is not None
        yield _estimated("new_eligible_per_year", case.incoming.per_year())
        yield _estimated("lasting_per_year", case.lasting.per_year())
        yield _estimated("enrolled_per_year", accrual.per_year())
        expected, ends = self._by_deadline(accrual)
        yield "enrolled_by_deadline", expected, *ends
        chance = None if passed else accrual.at_least(plan.target, deadline)
        yield "probability_by_deadline", chance, None, None
        for measure, levels in (("date_of_target", (0.5, 0.025, 0.975)), ("date_of_target_80", (0.5, 0.1, 0.9))):
            days = (accrual.day_of(plan.target, level, self._last_day) for level in levels)
            at, low, high = (None if isinf(day) else date_of(day) for day in days)
            yield measure, at, low, high
        missing = max(plan.target - plan.enrolled, 0)
        months = max((plan.deadline - self.placed.begin).days, 0) / (YEAR / 12)
        for suffix, probability in (("", None), ("_80", LIKELY)):
            needed = enrolments_needed(missing, probability)
            yield f"enrolled_per_month_needed{suffix}", needed / months if months else None, None, None
            rate = eligible_rate_needed(accrual, plan.target, deadline, probability)
            # The model counts who is still eligible after screening; what is needed is said in new eligible patients.
            new = rate / case.lasting_share if case.lasting_share else inf
            yield f"new_eligible_per_year_needed{suffix}", None if passed else _or_none(new), None, None
        centres = centres_needed(accrual, plan.target, deadline, LIKELY)
        yield "centres_needed_80", None if passed else _or_none(centres), None, None


def _estimated(measure: str, found: Estimate) -> tuple[str, object, object, object]:
    return measure, found.estimate, found.interval.low, found.interval.high


def forecast(
    outcomes: Evaluated | Sequence[Evaluated] | Mapping[str, Evaluated], plan: RecruitmentPlan | None = None
) -> Forecast:
    """When the target of a plan (None: the shipped one) will be enrolled, under each protocol.

    ``outcomes`` are of one cohort: an outcome, several (named by their protocols), or by name. See ``incoming`` for
    the yearly rate and ``Accrual`` for the model. The pool found by a site on its first day is the number of
    patients eligible in the cohort on that day, or, where the cohort does not show it, a Poisson number with the
    long-run average: rate × mean time a patient stays eligible. A cohort that allows no forecast is reported
    by ``sentences``. A plan without a start starts at the data cut.

    Raises:
        PostgraftError: no outcome.
    """
    must_be(plan, (RecruitmentPlan, NoneType), "forecast takes a Plan, such as load_plan(file) gives")
    named = _named(outcomes)
    first = next(iter(named.values()))
    used = placed(plan or load_plan(protocol=first.protocol), first)
    cases = tuple(case_of(name, outcome, basis, used) for name, outcome in named.items() for basis in BASES)
    return Forecast(first.extract.name, used, cases)


def forecast_amended(
    extract: Extract, protocol: Protocol, amendments: Sequence[Amendment] = (), plan: RecruitmentPlan | None = None
) -> Forecast:
    """Evaluate an extract under a protocol and each amendment of it, and forecast each; see ``forecast``."""
    check_given("forecast_amended", extract, protocol)
    protocols = [protocol, *(protocol.amended(one) for one in load_amendments(amendments, protocol))]
    return forecast(evaluate_named(extract, {one.name: one for one in protocols}), plan)


def _named(outcomes: Evaluated | Sequence[Evaluated] | Mapping[str, Evaluated]) -> dict[str, Evaluated]:
    takes = "forecast takes an outcome, such as evaluate gives, or several of them"
    given = outcomes if isinstance(outcomes, Mapping | list | tuple) else [outcomes]
    each = list(given.values() if isinstance(given, Mapping) else given)
    if not each:
        raise PostgraftError(f"{takes}; found none")
    for one in each:
        must_be(one, Evaluated, takes)
    names = list(given) if isinstance(given, Mapping) else [one.protocol.name for one in each]
    return dict(zip(names, each, strict=True))


def _or_none(value: float) -> float | None:
    return None if isinf(value) or value != value else value
