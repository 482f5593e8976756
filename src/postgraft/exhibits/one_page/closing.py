"""How sure? What next? Four lines each, computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from postgraft.analysis.protocol_in_words import not_answerable
from postgraft.exhibits.counts import counts_of, together
from postgraft.exhibits.figure import counted, number
from postgraft.exhibits.labels import label, words
from postgraft.exhibits.one_page.overview import Overview
from postgraft.exhibits.one_page.verdict import interval, not_captured
from postgraft.exhibits.said import html, span

MOST: Final = 4
"""Actions that are named."""
CHARTS: Final = 60
"""Charts of a first review."""


def how_sure(of: Overview) -> list[tuple[str, str]]:
    """What is uncertain, and how much."""
    counts = of.counts
    strict, lenient = (
        together([counts_of(one.readings.by_reading[name]) for one in of.cohorts]).eligible
        for name in ("strict", "lenient")
    )
    left_open = len(of.protocol.readings_used())
    share = interval(of)
    sample = (
        f"95 % CI {share} of patients." if share and not not_captured(of) else "no interval: the number is not known."
    )
    return [
        ("Sample", sample),
        ("Records", f"range of bounds {span(html(counts.eligible), html(counts.either))}, see B."),
        ("Wording", f"{left_open} open points of the record; strict {html(strict)}, lenient {html(lenient)}."),
        *_attested(of),
    ]


def _attested(of: Overview) -> list[tuple[str, str]]:
    """What only people can answer, as the protocol takes it; nothing where it asks for none of it."""
    found = not_answerable(of.protocol)
    asked = [name for name in found.loc[found["attested"], "criterion"] if name not in of.protocol.dropped]
    named = [name for name in ("consent", "contraception") if name in asked]
    named += ["judgement"] if len(asked) > len(named) else []
    if not named:
        return []
    taken = "taken as given, so fewer will enrol" if of.protocol.attested == "assumed" else "taken as unknown"
    return [("Not in data", f"{', '.join(named)}: {taken}.")]


def what_next(of: Overview) -> list[str]:
    """Up to four actions, those first that settle most."""
    return list(_actions(of))[:MOST]


def _actions(of: Overview) -> Iterator[str]:
    if missing := not_captured(of):
        yield f"Ask for the data on {'; '.join(missing[:2])}: without them nobody can be found eligible."
    if settled := first_to_collect(of):
        datum, patients = settled
        settles = f"Settles about {number(patients)} of {number(of.counts.open)} not ruled out."
        yield f"Collect first: {words(datum)}. {settles}"
    if not of.released and (asked := _undeclared(of)):
        names, such_as = ", ".join(label(name) for name in asked[:3]), ", such as" if len(asked) > 3 else ":"
        criteria = counted(len(asked), "criterion", "criteria")
        yield f"Ask whether the records are complete for {criteria}{such_as} {names}."
    if not of.plan.observed:
        yield "Enter enrolment so far in the plan and rerun the forecast."
    if not of.released and of.best.changes[1:]:
        yield f"Ask the sponsor about “{of.best.changes[1].title}”, and what it protects."
    yield f"Have {CHARTS} charts reviewed (postgraft review-sample)."


def first_to_collect(of: Overview) -> tuple[str, int] | None:
    """The datum that settles most patients of all cohorts, if each answer is as likely, and how many it settles."""
    frames = [one.collect_first for one in of.estimates]
    if not frames:
        return None
    summed = pd.concat(frames).groupby("datum", sort=False)["shrinks_expected"].sum()
    if summed.empty or summed.max() < 1:
        return None
    return str(summed.idxmax()), round(summed.max())


def _undeclared(of: Overview) -> list[str]:
    """The criteria that some cohort could answer for more patients if it declared a table or condition complete."""
    found: dict[str, None] = {}
    for cohort in of.cohorts:
        found |= dict.fromkeys(cohort.states.loc[cohort.states["not_declared"] != "", "criterion"])
    return list(found)
