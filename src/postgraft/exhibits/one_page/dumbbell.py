"""B. How much depends on what is assumed? Eligible, and with who is not ruled out, under each assumption."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from postgraft.api import Outcome
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.evaluation.count import hidden
from postgraft.exhibits.counts import counts_of, together
from postgraft.exhibits.figure import number
from postgraft.exhibits.one_page.overview import Cohort, Overview
from postgraft.exhibits.said import html, span

EARLY: Final = 60
"""Days after the transplant before which little is worked up yet."""
ROOM: Final = 1.08
"""Of the scale, so that the last ring does not touch the numbers."""
DIAGNOSES: Final = "Diagnoses taken as complete"


@dataclass(frozen=True)
class Assumed:
    """Patients eligible, and eligible or not ruled out, under an assumption."""

    name: str
    eligible: Any
    either: Any


def assumed(of: Overview) -> list[Assumed]:
    """A row for each assumption that can be made, the records as they are first."""
    return [
        Assumed(name, summed.eligible, summed.either)
        for name, outcomes, days in _rows(of)
        for summed in [together([counts_of(one, days) for one in outcomes])]
    ]


def _rows(of: Overview) -> Iterator[tuple[str, list[Any], int | None]]:
    each, first = of.cohorts, of.cohorts[0].readings
    yield "As recorded", [one.outcome for one in each], None
    for name in first.by_amendment:
        yield DIAGNOSES, [one.readings.by_amendment[name] for one in each], None
    if "withheld" in first.by_agreement:
        yield "Sponsor's agreement withheld", [one.readings.by_agreement["withheld"] for one in each], None
    yield "All readings strict", [one.readings.by_reading["strict"] for one in each], None
    yield "All readings lenient", [one.readings.by_reading["lenient"] for one in each], None
    asked = of.protocol.eligible_days_min
    for days in [days for days in of.protocol.eligible_days_reported if days > asked]:
        yield f"Open {days} days, not {asked}", [one.outcome for one in each], days


def dumbbell_panel(of: Overview) -> str:
    """The rows as lines between two dots, on one scale from 0, with the numbers beside."""
    rows = assumed(of)
    most = (max(float(one.either) for one in rows) or 1) * ROOM
    lines = "".join(
        f'<tr><th scope="row">{html(one.name)}</th><td class="line">{_line(one, most)}</td>'
        f"<td>{span(html(one.eligible), html(one.either))}</td></tr>\n"
        for one in rows
    )
    said = "".join(f'<p class="note">{html(line)}</p>' for line in [who_is_open(of)] if line)
    return (
        '<p class="note">Patients: ● eligible, ○ with all who are not ruled out.</p>\n'
        f'<table class="plain"><tbody>{lines}</tbody></table>\n{said}'
    )


def _line(one: Assumed, most: float) -> str:
    """Dots at the two counts; of a hidden count there is none."""
    if hidden(one.eligible) or hidden(one.either):
        return ""
    low, high = (100 * float(count) / most for count in (one.eligible, one.either))
    return (
        f'<i class="bar" style="left:{low:.1f}%;width:{max(high - low, 0):.1f}%"></i>'
        f'<i class="dot" style="left:{low:.1f}%"></i><i class="ring" style="left:{high:.1f}%"></i>'
    )


@dataclass(frozen=True)
class NotRuledOut:
    """Of the patients who are not ruled out: on steroids for GVHD when first open, first open early, ruled out by a
    complete list of diagnoses; None where that is not assumed."""

    on_steroids: int
    early: int
    settled: int | None


def not_ruled_out(of: Overview) -> NotRuledOut | None:
    """The sums over the cohorts; None at level release, where they are not told."""
    if of.released:
        return None
    each = [_of_cohort(one) for one in of.cohorts]
    settled = [one.settled for one in each]
    return NotRuledOut(
        sum(one.on_steroids for one in each),
        sum(one.early for one in each),
        None if None in settled else sum(filter(None, settled)),
    )


def _of_cohort(cohort: Cohort) -> NotRuledOut:
    outcome = cohort.outcome
    assert isinstance(outcome, Outcome)
    rows = outcome.transplants.assign(day0=outcome.observations.day0)[["patient_id", "transplant", "day0"]]
    open_ = outcome.patients.query("status == 'possible'").merge(rows, on=["patient_id", "transplant"])
    if open_.empty:
        return NotRuledOut(0, 0, 0)
    at = open_["day0"] + open_["first_possible_day"].astype(int)
    numbers = pd.Series(outcome.extract.patients.index, outcome.extract.patients["patient_id"])
    given = outcome.extract.medications
    steroids = given[(given["purpose"] == "gvhd") & given["drug"].isin(list(outcome.protocol.steroid_factors))]
    there = open_.assign(at=at, patient=open_["patient_id"].map(numbers)).merge(steroids, on="patient")
    on = there[(there["start"] <= there["at"]) & (there["end"].fillna(float("inf")) >= there["at"])]
    settled = None
    for complete in cohort.readings.by_amendment.values():
        assert isinstance(complete, Outcome)
        status = complete.patients.set_index("patient_id")["status"]
        settled = int((status[open_["patient_id"]] == "ineligible").sum())
    return NotRuledOut(int(on["patient"].nunique()), int((open_["first_possible_day"] < EARLY).sum()), settled)


def who_is_open(of: Overview) -> str:
    """Who is not ruled out, in a sentence; empty where nobody is, or where it is not told."""
    found, open_ = not_ruled_out(of), of.counts.open
    if found is None:
        return "Who is not ruled out is no part of a release."
    if isinstance(open_, ReleasedCount) or not open_:
        return ""
    settled = "" if found.settled is None else f"; with a complete list of diagnoses {number(found.settled)} drop out"
    return (
        f"Of the {number(open_)} not ruled out {number(found.on_steroids)} were on steroids for GVHD; "
        f"{number(found.early)} are first open before day {EARLY}{settled}."
    )
