"""Computability: which criteria an extract can answer, from which data, and how far.

What each declaration of completeness in the manifest changes: a declaration is the site's word, not data.

Which of the reference limits that results bring along count, and how many are left aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, Literal

import numpy as np
import pandas as pd

from postgraft.criteria import Criterion, Needs, listed
from postgraft.criteria.cytopenia.work_up_words import LIMITS
from postgraft.criteria.memo import Parameters
from postgraft.criteria.wording import count
from postgraft.evaluation.evaluate import evaluate
from postgraft.evaluation.observations import check_given
from postgraft.extract import TABLES, Extract
from postgraft.extract.events import frame_name
from postgraft.extract.findings import Time
from postgraft.extract.manifest import DeclaredComplete
from postgraft.protocol import Protocol
from postgraft.timeline.measure import trusted_limits
from postgraft.vocabulary.words import TEXT

State = Literal["computed", "partly unknown", "attested", "not captured", "not specified"]
Kind = Literal["fact", "analyte", "table", "condition"]

INSTEAD: Final[Mapping[str, tuple[str, ...]]] = {
    "reticulocytes": ("reticulocytes_percent",),
    "reticulocytes_percent": ("reticulocytes",),
    "bilirubin_indirect": ("bilirubin_total", "bilirubin_direct"),
    "bilirubin_total": ("bilirubin_indirect",),
    "bilirubin_direct": ("bilirubin_indirect",),
}
"""Analytes that can all together stand in for another."""


def needs(extract: Extract, protocol: Protocol) -> pd.DataFrame:
    """What each criterion and component needs, and how much of the cohort has it; a row per need.

    Columns criterion (or component), kind (fact: a column of patients or transplants; analyte; table;
    condition), need, patients_with (patients with at least one row or value), patients (all in the extract),
    share (of them), complete (whether no row means "no" is declared or assumed; missing where not asked).
    """
    p = Parameters(protocol)
    rows = [
        (name, kind, need, *found)
        for criterion in listed(protocol)
        for name, wanted in _parts(criterion)
        for kind, need, *found in _needs(extract, protocol, wanted(p))
    ]
    columns = ["criterion", "kind", "need", "patients_with", "complete"]
    frame = pd.DataFrame(rows, columns=columns).astype({"complete": "boolean", "patients_with": "int64"})
    frame.insert(4, "patients", len(extract.patients))
    frame.insert(5, "share", frame["patients_with"] / max(len(extract.patients), 1))
    return frame


def computability(extract: Extract, protocol: Protocol) -> pd.DataFrame:
    """Computability: a row per criterion in protocol order, its components after it.

    Columns criterion; state; patients_with (for each need how many of the extract's patients have a row or
    value, as text); not_declared (tables and conditions whose completeness it asks for in vain); left_open.
    States: computed (all it needs is captured, if not of every patient), partly unknown (something is not, so
    more days are UNKNOWN), not captured (nothing is there, or nothing of what is essential), attested (only a
    person can tell), not specified (the record asks for nothing that could be computed).
    """
    check_given("computability", extract, protocol)
    every = needs(extract, protocol)
    rows = []
    for criterion in listed(protocol):
        for name, wanted in _parts(criterion):
            own = every[every["criterion"] == name]
            asked = own[own["complete"].notna()]
            rows.append(
                {
                    "criterion": name,
                    "state": _state(criterion, own, wanted(Parameters(protocol)).essential, extract),
                    "patients_with": _counts_text(own, extract),
                    "not_declared": ", ".join(asked.loc[~asked["complete"].astype(bool), "need"]),
                    "left_open": criterion.left_open if name == criterion.name else "",
                }
            )
    return pd.DataFrame(rows, dtype=TEXT)


def _parts(criterion: Criterion) -> Iterator[tuple[str, Callable[[Parameters], Needs]]]:
    yield criterion.name, criterion.needs
    yield from criterion.component_needs.items()


def _needs(extract: Extract, protocol: Protocol, wanted: Needs) -> Iterator[tuple[Kind, str, int, bool | None]]:
    """Each need with the number of patients that have it, and its completeness if that is asked for."""
    complete = extract.complete.assuming(protocol.assume_complete)
    for fact in wanted.facts:
        yield "fact", fact, _with_fact(extract, fact), None
    for analyte in wanted.analytes:
        yield "analyte", analyte, int(np.count_nonzero(np.diff(extract.series(analyte).offsets))), None
    for table in wanted.tables:
        asked = table in wanted.complete
        patients = int(getattr(extract, table)["patient"].nunique())
        yield "table", table, patients, complete.table(table) if asked else None
    for condition in wanted.conditions:
        asked = condition in wanted.complete
        rows = extract.conditions
        patients = int(rows.loc[rows["condition"] == condition, "patient"].nunique())
        yield "condition", condition, patients, complete.condition(condition) if asked else None


def _with_fact(extract: Extract, fact: str) -> int:
    """Patients with a value; an unknown sex is none. A fact of transplants: of an allogeneic one."""
    if fact in extract.patients:
        values = extract.patients[fact]
        return int((values.notna() & (values.astype(TEXT) != "unknown")).sum())
    own = extract.transplants[extract.transplants["type"] == "allogeneic"]
    return int(own.loc[own[fact].notna(), "patient"].nunique())


def _state(criterion: Criterion, own: pd.DataFrame, essential: tuple[str, ...], extract: Extract) -> State:
    if criterion.attested:
        return "attested"
    if own.empty:
        return "not specified" if criterion.left_open else "computed"
    there = own[(own["patients_with"] > 0) | own["complete"].fillna(False)]
    if there.empty or (essential and not there["need"].isin(essential).any()):
        return "not captured"
    analytes = set(own.loc[(own["kind"] == "analyte") & (own["patients_with"] > 0), "need"])
    met = [
        _met(kind, need, complete, analytes, extract)
        for kind, need, complete in zip(own["kind"], own["need"], own["complete"], strict=True)
        if kind != "fact"  # facts stand in for each other or for results
    ]
    return "computed" if all(met) else "partly unknown"


def _met(kind: Kind, need: str, complete: object, analytes: set[str], extract: Extract) -> bool:
    """Whether a need is there: declared complete if that is asked for, else captured at all."""
    if complete is not pd.NA:
        return bool(complete)
    if kind == "analyte":
        return need in analytes or (need in INSTEAD and analytes.issuperset(INSTEAD[need]))
    return ("conditions" if kind == "condition" else need) in extract.captured


def _header(fact: str, time: Time) -> str:
    """The column of a file, as the dictionary of extracts names it, that a fact is read from."""
    columns = [*TABLES["patients"].columns, *TABLES["transplants"].columns]
    return next((one.header(time) for one in columns if frame_name(one.name) == fact), fact)


def _counts_text(own: pd.DataFrame, extract: Extract) -> str:
    """``hemoglobin 98 of 100, dat 12``; conditions as one number of those with any row."""
    counts = [
        f"{_header(need, extract.time) if kind == 'fact' else need} {patients}"
        for kind, need, patients in zip(own["kind"], own["need"], own["patients_with"], strict=True)
        if kind != "condition"
    ]
    if (own["kind"] == "condition").any():
        rows = extract.conditions
        wanted = own.loc[own["kind"] == "condition", "need"]
        counts.append(f"conditions {rows.loc[rows['condition'].isin(wanted), 'patient'].nunique()}")
    text = ", ".join(counts)
    return f"{text} (of {count(len(extract.patients), 'patient')})" if text else ""


def declarations(extract: Extract, protocol: Protocol) -> pd.DataFrame:
    """A row per table that the manifest declares complete, for ``conditions`` whole or in part.

    Columns, all text: declaration; patients (how many have another status without it); without (the counts without it,
    and with it); criteria (which ask for it).
    """
    asked = needs(extract, protocol).query("complete == True")
    asked = asked.assign(criterion=asked["criterion"].str.split(".").str[0])
    asked = asked[~asked["criterion"].isin(protocol.dropped)]
    table = asked["need"].where(asked["kind"] == "table", "conditions")
    declared = extract.complete
    names = sorted(declared.tables) + ["conditions"] * bool(declared.conditions - declared.tables)
    base = evaluate(extract, [protocol])[0].patients["status"]
    rows = []
    for name in dict.fromkeys(names):
        without = evaluate(_without(extract, name), [protocol])[0].patients["status"]
        counts = [
            f"{(one == 'eligible').sum()} eligible, {(one == 'possible').sum()} possible" for one in (without, base)
        ]
        rows.append(
            {
                "declaration": name,
                "patients": f"{(without != base).sum()} of {len(base)} patients",
                "without": f"{counts[0]}, with it {counts[1]}",
                "criteria": ", ".join(dict.fromkeys(asked.loc[table == name, "criterion"])),
            }
        )
    return pd.DataFrame(rows, columns=["declaration", "patients", "without", "criteria"], dtype=TEXT)


def _without(extract: Extract, name: str) -> Extract:
    complete = extract.complete
    conditions = frozenset() if name == "conditions" else complete.conditions
    manifest = replace(extract.contents.manifest, complete=DeclaredComplete(complete.tables - {name}, conditions))
    return replace(extract, contents=replace(extract.contents, manifest=manifest))


def own_limits(extract: Extract, protocol: Protocol) -> pd.DataFrame:
    """A row a marker of hemolysis of which the protocol has a limit.

    Columns analyte, side (lower, upper), fallback, results, own, left_aside.
    ``own`` are the results with a limit of their own on that side, ``left_aside`` those of them whose limit is too
    far from the fallback; what cannot be a limit at all the reader left aside before.
    """
    lines = []
    for analyte, (side, parameter) in LIMITS.items():
        if parameter not in protocol.parameters:
            continue
        own, fallback = extract.series(analyte).columns[side], float(getattr(protocol, parameter))
        given = ~np.isnan(own)
        used = trusted_limits(own, fallback, protocol.reference_limit_factor_max)
        left = int(np.count_nonzero(given & (used != own)))
        lines.append((analyte, side, fallback, own.size, int(np.count_nonzero(given)), left))
    return pd.DataFrame(lines, columns=["analyte", "side", "fallback", "results", "own", "left_aside"])
