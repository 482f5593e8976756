"""The review of charts: who is shown, and for each patient the timeline, the verdicts and the reasons."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from postgraft.analysis.choose_records import Chosen, NearMiss
from postgraft.analysis.composition import OLDEST, ages
from postgraft.analysis.explain import explain
from postgraft.analysis.near_misses import STEPS
from postgraft.analysis.patient_record import PatientRecord
from postgraft.exhibits.composition import level_words
from postgraft.exhibits.figure import SHOWN_DPI, Exhibit, counted, number
from postgraft.exhibits.labels import ENDS, label, parameter, part_label
from postgraft.exhibits.near_misses import nobody
from postgraft.exhibits.patient_timeline import patient_timeline, status_words
from postgraft.exhibits.patient_timeline_rows import deciding_words
from postgraft.exhibits.tables import MISSING, Table, table
from postgraft.exhibits.thresholds import UNITS
from postgraft.protocol import Protocol
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

VERDICTS: Final = {"FAIL": "Failed", "UNKNOWN": "Unknown", "PASS": "Met"}
"""In the order of a review: what is in the way comes first."""
MOST_STRETCHES: Final = 5
"""Stretches of days that a cell names; of more, it says how many."""


@dataclass(frozen=True)
class Pages:
    """Parts of several patients, one below the other; as the last line of a notebook's cell it shows itself."""

    html: str
    text: str

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def reviewed_table(chosen: Sequence[Chosen]) -> Table:
    """The patients of a review: who they are, how long they are observed, their status, and what they miss by."""
    shown = pd.DataFrame(
        [
            {
                "patient": one.chart.patient_id,
                "transplant": str(one.chart.transplant),
                "who": _person(one.chart),
                "observed": _observed(one.chart),
                "status": status_words(one.chart),
                "near": _missed_by(one.near, one.chart.protocol) if one.near else MISSING,
            }
            for one in chosen
        ]
    )
    return table(
        shown,
        "Patients of this review",
        {
            "patient": "Patient",
            "transplant": "Transplant",
            "who": "Sex, age, indication, donor",
            "observed": "Observed on days",
            "status": "Status",
            "near": "Would be eligible with",
        },
        ("Age in completed years on the day of the transplant. Days are counted from it.",),
        empty=nobody(STEPS),
    )


def patient_pages(chosen: Sequence[Chosen], first: int | None = None, last: int | None = None) -> Pages:
    """For each patient the timeline, on how many days each criterion is met, and why it is so on the deciding day.

    ``first`` and ``last``: the days of the timeline, as of ``patient_timeline``.
    """
    if not chosen:
        return Pages(f"<p>{html.escape(nobody(STEPS))}</p>", nobody(STEPS))
    parts, words = [], []
    for one in chosen:
        timeline = patient_timeline(one.chart, first, last)
        parts += [f"<h3>{html.escape(_who(one.chart))}</h3>", _image(timeline)]
        parts += [made.html for made in (verdict_days_table(one.chart), reasons_table(one.chart))]
        words.append(timeline.alt)
    return Pages("\n".join(parts), "\n".join(words))


def verdict_days_table(chart: PatientRecord) -> Table:
    """Each criterion and component: on which observed days it is met, unknown and failed."""
    lines = []
    for name, runs in chart.strips() if chart.last >= chart.first else ():
        line = {"criterion": part_label(name)}
        for verdict in (PASS, UNKNOWN, FAIL):
            line[f"days_{verdict}"] = _days([run[1:] for run in runs if run[0] == verdict])
        lines.append(line)
    return table(
        pd.DataFrame(lines),
        f"{_who(chart)}: days on which each criterion is met",
        {"criterion": "Criterion", f"days_{PASS}": "Met", f"days_{UNKNOWN}": "Unknown", f"days_{FAIL}": "Failed"},
        ("Number of observed days, and which days these are, first and last included.",),
        empty="No day is observed.",
        widths={"criterion": "25%", **dict.fromkeys((f"days_{PASS}", f"days_{UNKNOWN}", f"days_{FAIL}"), "25%")},
    )


def reasons_table(chart: PatientRecord) -> Table:
    """Why each criterion is met or not on the deciding day, what is in the way first, with the results used."""
    day = chart.deciding_day
    if day is None:
        return table(pd.DataFrame(), f"{_who(chart)}: why", {}, empty="No day is observed.")
    found = explain(chart.outcome, chart.patient_id, day, chart.transplant)
    shown = found.assign(
        verdict=found["verdict"].map(VERDICTS),
        criterion=[label(name) for name in found["criterion"]],
        reason=found["reason"].str.replace("\n", " "),
        results_used=found["results_used"].str.replace("\n", " ").replace("", MISSING),
    )
    order = {words: place for place, words in enumerate(VERDICTS.values())}
    return table(
        shown.sort_values("verdict", key=lambda verdicts: verdicts.map(order), kind="stable"),
        f"{_who(chart)}: day {number(day)}, the {deciding_words(chart)}",
        {"criterion": "Criterion", "reason": "Why", "results_used": "Results used"},
        ("Judged by what was recorded up to that day.",),
        group="verdict",
        widths={"criterion": "18%", "reason": "50%", "results_used": "32%"},
    )


def _who(chart: PatientRecord) -> str:
    return f"{chart.patient_id}, transplant {chart.transplant}"


def _person(chart: PatientRecord) -> str:
    seen, extract = chart.outcome.observations, chart.outcome.extract
    patient = extract.patients.iloc[seen.patient[chart.row]]
    transplant = extract.transplants.iloc[seen.source_row[chart.row]]
    youngest, oldest = (int(age[0]) for age in ages(chart.outcome, np.array([chart.row])))
    age = "age not recorded" if oldest >= OLDEST else f"{youngest}" if youngest == oldest else f"{youngest} to {oldest}"
    known = [
        level_words(str(value)) if isinstance(value, str) else f"{noun} not recorded"
        for noun, value in (("indication", transplant["indication"]), ("donor", transplant["donor"]))
    ]
    sex = "sex not recorded" if patient["sex"] == "unknown" else str(patient["sex"])
    return ", ".join([sex, age, *known])


def _observed(chart: PatientRecord) -> str:
    if chart.last < chart.first:
        return "none"
    return f"{number(chart.first)} to {number(chart.last)}, {ENDS[chart.ended_by].lower()}"


def _missed_by(near: NearMiss, protocol: Protocol) -> str:
    amount = f"{near.needed:g} {UNITS.get(near.unit, near.unit)}".strip()
    away = f"({counted(near.steps, 'step')} away)"
    return f"{parameter(protocol, near.parameter)}: {amount} in place of {near.value:g} {away}"


def _days(stretches: Sequence[tuple[int, int]]) -> str:
    """How many days, and which."""
    if not stretches:
        return MISSING
    total = sum(last - first + 1 for first, last in stretches)
    named = [number(first) if first == last else f"{number(first)} to {number(last)}" for first, last in stretches]
    more = len(named) - MOST_STRETCHES
    if more > 1:
        named = [*named[:MOST_STRETCHES], f"and {number(more)} more stretches"]
    return f"{number(total)}: {', '.join(named)}"


def _image(exhibit: Exhibit) -> str:
    encoded = base64.b64encode(exhibit.png()).decode("ascii")
    width = round(exhibit.figure.get_figwidth() * SHOWN_DPI)
    alt = html.escape(exhibit.alt, quote=True)
    return f'<figure><img src="data:image/png;base64,{encoded}" alt="{alt}" width="{width}"></figure>'
