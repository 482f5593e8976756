"""A forecast in plain sentences, also where there is little to forecast from."""

from __future__ import annotations

from collections.abc import Iterator

from postgraft.forecast.case import ForecastCase
from postgraft.forecast.forecast import Forecast
from postgraft.forecast.inflow import Incoming
from postgraft.forecast.key_figures import BASIS_WORDS
from postgraft.forecast.placed import Placed, contradicting


def sentences(forecast: Forecast, protocol: str | None = None) -> list[str]:
    """What is odd about the plan, then each case, of one protocol or (None) of all."""
    found = list(of_plan(forecast.placed))
    for case in forecast.cases:
        if protocol in (None, case.protocol):
            found += [f"{case.protocol}, {BASIS_WORDS[case.basis]}: {one}" for one in _of_case(forecast, case)]
    return list(dict.fromkeys(found))  # two ranges of a date that is known are one sentence


def of_plan(placed: Placed) -> Iterator[str]:
    """What a reader must know of the plan, or what is odd about it."""
    plan, trial = placed.plan, placed.trial
    if plan.enrolled >= plan.target:
        yield f"The target of {plan.target} is met: {plan.enrolled} were enrolled by {plan.as_of}."
    if placed.passed:
        yield f"The deadline has passed: {plan.deadline}. The forecast is made on {placed.begin}."
    elif plan.start is None:
        cut = "the data cut of the cohort" if placed.cut else "as the registry record has it"
        yield f"The plan starts on {placed.start}, {cut}, with nobody enrolled."
    elif placed.cut and placed.begin < placed.cut:
        yield (
            f"The forecast is made as of {placed.begin}, before the data cut of the cohort, {placed.cut}: "
            f"the plan does not say who was enrolled since."
        )
    if plan.deadline == trial.completion_date:
        yield (
            f"The deadline, {plan.deadline}, is the registered completion of the study: enrolment must end a "
            "treatment and follow-up before."
        )
    for name, recorded, planned in contradicting(plan, trial):
        yield f"{name} has {planned} activity in the plan and {recorded} activity in the registry record."
    if placed.belong_elsewhere > 0:
        yield (
            f"{placed.belong_elsewhere:.0%} of the cohort's patients belong to sites that the plan does not name: "
            "they are not enrolled."
        )
    if plan.participation.mean == 0:
        yield "Participation is taken to be 0: nobody would be enrolled."
    if plan.screen_failure.mean == 1:
        yield "Screen failure is taken to be 1: nobody would be enrolled."
    if sum(placed.intensities) == 0:
        yield "No site of the plan sees any patient it can enrol: nobody would be enrolled."
    for site, opens in zip(plan.sites, placed.opens, strict=True):
        if opens > plan.deadline >= placed.begin:
            yield f"{site.name} opens on {opens}, after the deadline, and adds nothing by then."
    if len(plan.sites) == 1:
        yield f"The plan has one site, {plan.sites[0].name}: by site and in all are the same."
    together = sum(placed.captures)
    if together > 1 + 1e-9:
        yield (
            f"The sites together see {together:.0%} of the cohort's eligible patients: patients beyond the cohort "
            "are taken to come like those of it."
        )


def _of_case(forecast: Forecast, case: ForecastCase) -> Iterator[str]:
    found = case.incoming
    if found is None or case.accrual is None:
        yield f"No forecast: {case.why_not}."
        return
    figures = forecast.key_figures
    own = figures[(figures["protocol"] == case.protocol) & (figures["basis"] == case.basis)]
    said = dict(zip(own["measure"], own["words"], strict=True))
    plan = forecast.plan
    by = "the plan" if plan.transplants_per_year else "the cohort"
    of = f"{found.transplants:,} observed transplant{'' if found.transplants == 1 else 's'}"
    if found.patients == 0:
        high = found.per_year().interval.high
        yield (
            f"no patient of {of} was eligible. That is no proof of a rate of 0, up to {high:.2g} a year are "
            "compatible with it; the forecast rests on this alone."
        )
    else:
        patients = f"{found.patients:,} patient{' was' if found.patients == 1 else 's were'}"
        yield (
            f"{patients} newly eligible among {of}, followed for up to {found.followed_days:,} day"
            f"{'' if found.followed_days == 1 else 's'}; "
            f"{found.transplants_per_year:.4g} transplants a year, as {by} has it."
        )
        yield said["new_eligible_per_year"]
        if plan.screening_days:
            yield said["lasting_per_year"]
    if found.late:
        yield from _of_late_entry(found)
    if plan.prevalent_pool_reached and found.patients:
        pools = dict(zip(forecast.placed.opens, case.accrual.sites.pool.tolist(), strict=True))
        still = f" and still so {plan.screening_days} days later" if plan.screening_days else ""
        for opening, pool in sorted(pools.items()):
            if pool == pool:
                yield f"On {opening} {pool:g} patient{' is' if pool == 1 else 's are'} eligible in the cohort{still}."
            elif case.lasting:
                average = case.lasting.per_year().estimate * case.lasting.pool_years
                yield (
                    f"How many patients are eligible on {opening}{still} the cohort does not show; its long-run "
                    f"average, {average:.2g}, stands in."
                )
    passed = forecast.placed.passed
    if not passed:
        yield said["enrolled_by_deadline"]
        yield said["probability_by_deadline"]
    yield said["date_of_target"]
    yield said["date_of_target_80"]
    if plan.enrolled < plan.target and not passed:
        for measure in ("enrolled_per_month_needed", "new_eligible_per_year_needed_80", "centres_needed_80"):
            yield said[measure]


def _of_late_entry(found: Incoming) -> Iterator[str]:
    of = f"{found.late:,} transplant{' is' if found.late == 1 else 's are'}"
    were = f"{found.eligible_late:,} eligible patient{'' if found.eligible_late == 1 else 's'}"
    yield (
        f"{of} observed from so late on that it is not known who was eligible before: with {were} they count neither "
        "among the new nor among those who could become so. If the extract leaves out patients who died before, it "
        "holds too few transplants a year: give transplants_per_year in the plan."
    )
