"""The graft: engraftment, and time since the infusion."""

from __future__ import annotations

import numpy as np

from postgraft.criteria import engraftment
from postgraft.criteria.case import ROW, PatientDay
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import transfusions
from postgraft.criteria.wording import Reason, Used, count, listed, name_of, span
from postgraft.timeline.block import Block
from postgraft.timeline.measure import Floats, reaches
from postgraft.timeline.verdict import Verdict
from postgraft.timeline.windows import day_numbers
from postgraft.vocabulary.verdicts import FAIL, PASS


def neutrophil_engraftment(block: Block, p: Parameters) -> Verdict:
    """The first of three successive neutrophil counts at or above the level, after the nadir."""
    return engraftment.neutrophil_engraftment(block, p).verdict


def platelet_engraftment(block: Block, p: Parameters) -> Verdict:
    """The first of three successive platelet counts at or above the level, free of platelet transfusions."""
    return engraftment.platelet_engraftment(block, p).verdict


def days_since_transplant(block: Block, p: Parameters) -> Verdict:
    """d ≥ ``days_since_transplant_min``."""
    return block.shape.since(np.full(block.shape.rows, p.days_since_transplant_min))


def _day(block: Block) -> Floats:
    return day_numbers(block.shape.days).astype(np.float64)


def explain_neutrophil_engraftment(case: PatientDay) -> Reason:
    found = engraftment.neutrophil_engraftment(case.block, case.p)
    return _engraftment(case, found, "neutrophils", "neutrophil_engraftment")


def explain_platelet_engraftment(case: PatientDay) -> Reason:
    found = engraftment.platelet_engraftment(case.block, case.p)
    reason = _engraftment(case, found, "platelets", "platelet_engraftment")
    has_run = found.run_start(ROW, ROW + case.day)[0] != engraftment.NO_RUN
    first, last = case.window(case.p.platelet_engraftment_recent_transfusion_days)
    given = transfusions(case.block, "platelets")
    recent = given.where((given.day >= first) & (given.day <= last))
    if reason.verdict != FAIL or has_run or len(recent) == 0:
        return reason
    days = listed([str(day) for day in recent.day.tolist()])
    on = "day" if len(recent) == 1 else "days"
    text = f"platelet transfusion on {on} {days} ({span(first, last)} searched), so the platelets have not engrafted"
    return Reason(FAIL, f"{text}; {reason.text}", reason.used).also(case.dated(recent, "product", (first, last)))


def _engraftment(case: PatientDay, found: engraftment.Engraftment, analyte: str, fact: str) -> Reason:
    verdict, p, day = case.at(found.verdict), case.p, case.day
    least, needed = case.limit(f"{fact}_min"), p.engraftment_results_min
    recorded = case.block.facts[fact][0]
    run = int(found.run_start(ROW, ROW + day)[0])
    name = name_of(analyte)
    if recorded <= day:
        used = Used(fact, int(recorded), int(recorded))
        return Reason(verdict, f"engraftment of {name} on day {recorded:.0f} is recorded in transplants", (used,))
    if run != engraftment.NO_RUN:
        results = case.results(analyte, run, day)[:needed]
        values = ", ".join(f"{used.amount} on day {used.first}" for used in results)
        sure = all(_level(case, used, fact) == PASS for used in results)
        of = "of at least" if sure else "that may all be at least"
        text = f"{count(needed, 'successive result')} of {name} {of} {least}, the first on day {run} ({values})"
        if analyte == "platelets":
            first, last = (run - p.platelet_engraftment_free_before_days, run + p.platelet_engraftment_free_after_days)
            text += f", no platelet transfusion on {span(first, last)}"
            if not case.block.complete.table("transfusions"):
                text += f"; but {case.undeclared('transfusions')} on these days"
        return Reason(verdict, text, results)
    return _no_run(case, verdict, analyte, fact)


def _level(case: PatientDay, used: Used, fact: str) -> int:
    """Whether a result is at the level of engraftment."""
    return int(reaches(np.array([used.value]), getattr(case.p, f"{fact}_min"), used.censored)[0])


def _no_run(case: PatientDay, verdict: int, analyte: str, fact: str) -> Reason:
    name, least, needed = name_of(analyte), case.limit(f"{fact}_min"), case.p.engraftment_results_min
    results = case.results(analyte, 0, case.day)
    no_date = f"no date of engraftment of {name} in transplants up to day {case.day}"
    if not results:
        return Reason(verdict, f"{no_date} and no {name} in measurements since day 0")
    latest = results[-1]
    events = case.block.measure(analyte).since_transplant().events
    window = case.p.nadir_window_days
    nadir = int(engraftment.nadir_days(events, window)[int(events.latest(ROW, ROW + case.day)[0])])
    after = f"after the nadir on day {nadir}" if nadir >= 0 else "since day 0"
    low = _level(case, latest, fact) == FAIL
    state = f"the latest is below {least}" if low else "not yet documented"
    text = (
        f"{no_date}, and no {needed} successive results of at least {least} {after} "
        f"(neighbours at most {count(case.p.engraftment_gap_days, 'day')} apart"
        f"{', free of platelet transfusion' if analyte == 'platelets' else ''}): {latest.finding}, {state}"
    )
    return Reason(verdict, text, results[-needed:])


def explain_days_since_transplant(case: PatientDay) -> Reason:
    verdict = case.at(days_since_transplant(case.block, case.p))
    least = case.p.days_since_transplant_min
    relation = "on or after" if verdict == PASS else "before"
    return Reason(verdict, f"day {case.day} is {relation} day {least}, the first on which a patient may enter")


NEUTROPHIL_ENGRAFTMENT = Criterion(
    "neutrophil_engraftment",
    neutrophil_engraftment,
    explain_neutrophil_engraftment,
    lambda p: Needs(analytes=("neutrophils",), facts=("neutrophil_engraftment",)),
    thresholds={"neutrophil_engraftment_min": "neutrophils"},
)
PLATELET_ENGRAFTMENT = Criterion(
    "platelet_engraftment",
    platelet_engraftment,
    explain_platelet_engraftment,
    lambda p: Needs(
        tables=("transfusions",), analytes=("platelets",), facts=("platelet_engraftment",), complete=("transfusions",)
    ),
    thresholds={"platelet_engraftment_min": "platelets"},
)
DAYS_SINCE_TRANSPLANT = Criterion(
    "days_since_transplant",
    days_since_transplant,
    explain_days_since_transplant,
    quantities={"days_since_transplant_min": lambda block, p: (_day(block), _day(block))},
)
