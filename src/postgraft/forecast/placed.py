"""A plan in the calendar and among the patients of a cohort: when it starts, and what each of its sites sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pandas as pd

from postgraft.evaluation.evaluated import Evaluated
from postgraft.extract import Extract
from postgraft.protocol import RecruitmentPlan
from postgraft.protocol.parameters import Trial

EPOCH: Final = date(1970, 1, 1)
RECORD: Final = "the registry record"
COHORT: Final = "the cohort"
UNSAID: Final = "the plan"


@dataclass(frozen=True)
class Placed:
    """A plan for one cohort.

    ``cut``: the data cut of the cohort, or, without dates, the end of its last year of transplants; None: not known.
    ``start``: the plan's, else the cut, else the record's. ``opens`` and ``captures``:
    of each site, in the order of the plan; no site opens before the start. ``sources``: where each value comes from,
    by key. ``belong_elsewhere``: share of the cohort's patients at sites the plan does not name.
    """

    plan: RecruitmentPlan
    trial: Trial
    cut: date | None
    start: date
    opens: tuple[date, ...]
    captures: tuple[float, ...]
    sources: Mapping[str, str]
    belong_elsewhere: float = 0.0

    @property
    def begin(self) -> date:
        """The day of which the forecast is made: the last observed one, else the start."""
        return self.plan.as_of or self.start

    @property
    def passed(self) -> bool:
        """Whether nobody can be enrolled by the deadline any more."""
        plan = self.plan
        return plan.as_of >= plan.deadline if plan.as_of else self.start > plan.deadline

    @property
    def intensities(self) -> tuple[float, ...]:
        """For each site the share of the cohort's eligible patients that it can enrol: capture, less if limited."""
        sites = zip(self.plan.sites, self.captures, strict=True)
        return tuple(capture * self.plan.enrols(site) for site, capture in sites)


def placed(plan: RecruitmentPlan, outcome: Evaluated) -> Placed:
    """The plan for the cohort of an outcome."""
    trial, cut = outcome.protocol.trial, _data_cut(outcome.extract)
    start = plan.start or cut or trial.start_date
    shares = site_shares(outcome.extract, plan) if plan.captures == "cohort" else {}
    known = dict(_facts(plan, trial))
    if plan.start is None:
        known["start"] = "the data cut of the cohort" if cut else RECORD
    if plan.transplants_per_year is None:
        known["transplants_per_year"] = COHORT
    if shares:
        known["captures"] = COHORT
    return Placed(
        plan,
        trial,
        cut,
        start,
        opening_days(plan, start),
        tuple(shares.get(site.name, 0.0) if shares else site.capture for site in plan.sites),
        dict.fromkeys(type(plan).model_fields, UNSAID) | plan.sources | known,
        1 - sum(shares.values()) if shares else 0.0,
    )


def opening_days(plan: RecruitmentPlan, start: date) -> tuple[date, ...]:
    """When each site opens: none before the start."""
    return tuple(max(site.opens or start, start) for site in plan.sites)


def site_shares(extract: Extract, plan: RecruitmentPlan) -> dict[str, float]:
    """By name of a site of the plan the share of the cohort's patients who belong there; empty if none does.

    Names and labels are alike whatever their case; of a name as "Nassau (Rockville Centre)" either part will do.
    Patients without a site are left out.
    """
    codes = pd.Series(extract.patients["site"]).dropna().astype(str)
    labels = codes.map(lambda code: extract.sites.get(code, code))
    return shares_of({str(label): patients for label, patients in labels.value_counts().items()}, plan)


def shares_of(by_label: Mapping[str, float], plan: RecruitmentPlan) -> dict[str, float]:
    """The same from the number of patients by label."""
    by_name: dict[str, float] = {}
    for label, patients in by_label.items():
        plain = label.strip().casefold()
        by_name[plain] = by_name.get(plain, 0.0) + patients
    of = sum(by_name.values())
    seen = {site.name: sum(by_name.get(name, 0.0) for name in _names(site.name)) for site in plan.sites}
    return {name: patients / of for name, patients in seen.items()} if sum(seen.values()) else {}


def _names(written: str) -> set[str]:
    whole = written.casefold()
    return {whole, *(part.strip(" )") for part in whole.split("("))}


def _data_cut(extract: Extract) -> date | None:
    if extract.extracted_on is not None:
        return EPOCH + timedelta(int(extract.extracted_on))
    years = pd.Series(extract.patients["transplant_year"]).dropna()
    return None if years.empty else date(int(years.max()), 12, 31)


def _facts(plan: RecruitmentPlan, trial: Trial) -> Iterator[tuple[str, str]]:
    """What in the plan is as the registry record has it."""
    if plan.target == trial.target_enrollment:
        yield "target", RECORD
    if plan.start == trial.start_date:
        yield "start", RECORD
    if plan.deadline == trial.completion_date:
        yield "deadline", f"{RECORD}: the registered completion of the study"
    if {site.name for site in plan.sites} == set(trial.sites) and not list(contradicting(plan, trial)):
        yield "sites", RECORD


def contradicting(plan: RecruitmentPlan, trial: Trial) -> Iterator[tuple[str, str, str]]:
    """Sites of the record whose activity it says is another: name, activity there, activity in the plan."""
    for site in plan.sites:
        recorded = "limited" if site.name in trial.limited_sites else "full"
        if site.name in trial.sites and site.activity != recorded:
            yield site.name, recorded, site.activity
