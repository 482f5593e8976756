"""The head of the summary: question, data, verdict by rule, four tiles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from postgraft.evaluation.count import hidden
from postgraft.exhibits.counts import sites_known
from postgraft.exhibits.figure import counted, number
from postgraft.exhibits.labels import label
from postgraft.exhibits.one_page.overview import Overview
from postgraft.exhibits.said import ci_said, day, rate, share_said, span
from postgraft.forecast.key_figures import KeyFigure
from postgraft.forecast.placed import EPOCH
from postgraft.forecast.printed import years_of
from postgraft.vocabulary.verdicts import PASS, VERDICT_NAMES

LIKELY: Final = 0.8
"""Probability of the target from which on a plan is on track."""
UNLIKELY: Final = 0.2
"""Probability of the target below which a plan is not met."""
BASES: Final = ("eligible", "eligible_or_possible")

Figures = dict[str, KeyFigure]


def figures(of: Overview) -> tuple[Figures, Figures]:
    """The forecast's key figures of the eligible, and of all who are not ruled out with them; empty without one."""
    eligible, either = (of.forecast.figures(basis=basis) for basis in BASES)
    return eligible, either


def not_captured(of: Overview) -> list[str]:
    """Criteria that nothing is recorded on in some cohort, and that nobody there meets for certain; in words.

    Named only where nobody is eligible and somebody is not ruled out: then the number says what is missing, not who
    could have joined.
    """
    if of.released or of.counts.eligible or not of.counts.open:
        return []
    missing: dict[str, None] = {}
    for cohort in of.cohorts:
        best = cohort.outcome.verdict_shares()
        of_patients = (best["population"] == "observed") & (best["unit"] == "patients")
        met = best[of_patients & (best["verdict"] == VERDICT_NAMES[PASS])]
        never = met.loc[met["count"] == 0, "criterion"]
        states = cohort.states
        absent = states.loc[(states["state"] == "not captured") & states["criterion"].isin(never), "criterion"]
        missing |= dict.fromkeys(absent)
    return [label(name) for name in missing]


def verdict(of: Overview) -> str:
    """The verdict by rule, in two or three words."""
    eligible, either = figures(of)
    if not_captured(of):
        return "Cannot be said."
    if of.plan.enrolled >= of.plan.target:
        return "The target is met."
    if not eligible or not either:
        return "No forecast."
    if of.forecast.placed.passed:
        return "The deadline has passed."
    now, most = eligible["probability_by_deadline"].value, either["probability_by_deadline"].value
    if now >= LIKELY:
        return "On track."
    if most < UNLIKELY:
        return "Not as planned."
    return "Open." if now >= UNLIKELY else "Not on what is recorded."


def verdict_said(of: Overview) -> str:
    """What follows the verdict: who met the criteria, how many are new a year, how many the plan needs."""
    return " ".join(_sentences(of))


def _sentences(of: Overview) -> Iterator[str]:
    eligible, _ = figures(of)
    counts, days = of.counts, of.protocol.eligible_days_min
    if missing := not_captured(of):
        named = "; ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
        yield (
            f"Nothing is recorded on {len(missing)} of {len(of.protocol.criteria)} criteria ({named}), so nobody of "
            f"{counted(counts.of, 'patient')} can be shown to meet them all; {number(counts.either)} "
            f"{'is' if counts.either == 1 else 'are'} not ruled out."
        )
        return
    new = eligible.get("new_eligible_per_year", KeyFigure())
    of_rate = f"95 % CI {span(rate(new.low), rate(new.high))}"
    a_year = "" if new.value is None else f": {rate(new.value)} new patients a year ({of_rate})"
    if hidden(counts.eligible) and counts.eligible.text == "–":
        yield "How many of all patients met every criterion is not said: the number of one cohort is hidden."
    else:
        stretch = counted(days, "day")
        met = f"met every criterion the data can show for ≥ {stretch}{a_year}"
        yield f"{share_said(counts.eligible, counts.of)} {met}."
    needed = eligible.get("new_eligible_per_year_needed", KeyFigure()).value
    if needed is not None:
        yield f"The plan needs {rate(needed)} a year."
    if not eligible:
        why = next((case.why_not for case in of.forecast.cases if case.why_not), "")
        yield f"There is no forecast: {why}."


def question(of: Overview) -> str:
    """The heading."""
    number = of.protocol.trial.nct_number
    trial = number if number.startswith("NCT") else "this trial"
    return f"Can {trial} recruit {counted(of.plan.target, 'patient')} here?"


def about(of: Overview) -> str:
    """The trial and the data: setting, sites, years, data cut, patients (RECORD 1.1 to 1.3)."""
    return " · ".join(
        [
            of.protocol.trial.title,
            "retrospective feasibility, routine data",
            *_about_data(of),
            f"n = {number(of.counts.of)}",
        ]
    )


def _about_data(of: Overview) -> Iterator[str]:
    if len(of.cohorts) > 1:
        yield f"{len(of.cohorts)} cohorts"
    sites = [sites_known(one.outcome) for one in of.cohorts]
    if all(known and not more for known, more in sites):
        yield counted(len(set().union(*(known for known, _ in sites))), "site")
    years = [year for one in of.cohorts for year in years_of(one.outcome)]
    if years:
        yield f"transplants {min(years)} – {max(years)}" if min(years) < max(years) else f"transplants {years[0]}"
    cuts = [] if of.released else [one.extract.extracted_on for one in of.cohorts]
    if cuts and None not in cuts:
        yield f"data cut {day(max(EPOCH + timedelta(int(cut)) for cut in cuts if cut is not None))}"


def interval(of: Overview) -> str:
    """The interval of the share that is eligible, for the line about the sample; empty where it is not known."""
    counts = of.counts
    known = not hidden(counts.eligible) and not hidden(counts.of) and float(counts.of)
    return ci_said(counts.eligible, counts.of) if known else ""
