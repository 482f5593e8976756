"""One transplant: the verdict of every criterion on every observed day, and its status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import infection, screening, therapies
from .counts import Counts
from .engraftment import Engraftment
from .incomplete import IncompleteResponse
from .kleene import FAIL, PASS, Verdict, all_of, any_of, truth
from .lists import COMPONENTS, CRITERIA, CYTOPENIAS, PARTS
from .record import Record
from .rows import Adjudication
from .spells import OnsetRange, Spells
from .steroids import Steroids
from .workup import Workup


@dataclass(frozen=True)
class TransplantResult:
    """One transplant; days are relative to its own day 0."""

    day0: int
    first_day: int
    last_day: int
    verdicts: dict[str, list[str]]
    status: str
    possible_kind: str | None
    first_eligible_day: int | None
    eligible_days: int
    first_possible_day: int | None
    possible_days: int


class OneTransplant:
    """The verdicts of one transplant."""

    def __init__(self, record: Record, age: screening.Age, last_day: int, drop: Sequence[str]) -> None:
        self.record = record
        self.p = record.p
        self.age = age
        self.drop = drop
        self.neutrophils = Engraftment(record, "neutrophils")
        self.platelets = Engraftment(record, "platelets")
        steroids = Steroids(record)
        self.spells: dict[str, Spells] = {}
        self.incomplete: dict[str, IncompleteResponse] = {}
        for x in CYTOPENIAS:
            gate = self.platelets if x == "itp" else self.neutrophils
            counts = Counts(record, x, gate, self.platelets)
            self.spells[x] = Spells(record, counts, Workup(record, x), steroids, last_day)
            self.incomplete[x] = IncompleteResponse(record, x, steroids)

    def adjudication(self, criterion: str, d: int) -> Adjudication | None:
        """The row that rules on d: the latest start, then the worse verdict."""
        rows = [
            a
            for a in self.record.adjudications
            if a.criterion == criterion and a.start <= d and (a.end is None or d <= a.end)
        ]
        return min(rows, key=lambda a: (-a.start, Verdict[a.verdict]), default=None)

    def verdicts(self, d: int) -> dict[str, Verdict]:
        """Every criterion and component on d."""
        active, onset = self._active(d)
        parts = self._incomplete(active, onset, d)
        computed = self._criteria(d)
        computed["immune_cytopenia"] = any_of(active.values())
        computed["incomplete_response"] = parts.pop("whole")
        result: dict[str, Verdict] = {}
        for name in CRITERIA:
            ruling = self.adjudication(name, d)
            result[name] = computed[name] if ruling is None else Verdict[ruling.verdict]
            if name in self.drop:
                result[name] = PASS
        for x in CYTOPENIAS:
            result[f"immune_cytopenia.{x}"] = active[x]
        for part in PARTS:
            result[f"incomplete_response.{part}"] = parts[part]
        return result

    def _criteria(self, d: int) -> dict[str, Verdict]:
        """The criteria that stand on their own."""
        record, p = self.record, self.p
        return {
            "adult": self.age.at_least(d, p.number("age_min_years")),
            "remission": screening.remission(record, d),
            "neutrophil_engraftment": self.neutrophils.verdict(d),
            "platelet_engraftment": self.platelets.verdict(d),
            "days_since_transplant": truth(d >= p.days("days_since_transplant_min")),
            "neutrophil_count": screening.neutrophil_count(record, d),
            "stable_growth_factor": therapies.stable_growth_factor(record, d),
            "hepatitis": infection.hepatitis(record, d),
            "not_pregnant": infection.not_pregnant(record, self.age, d),
            "contraception": screening.attested(record),
            "consent": screening.attested(record),
            "no_relapse": screening.no_relapse(record, d),
            "no_ta_tma": screening.no_ta_tma(record, d),
            "gvhd_controlled": therapies.gvhd_controlled(record, d),
            "organ_function": screening.organ_function(record, d),
            "hiv": infection.hiv(record, d),
            "no_uncontrolled_condition": screening.no_uncontrolled_condition(record, d),
            "no_hypersensitivity": screening.no_hypersensitivity(record, d),
            "investigational_washout": therapies.investigational_washout(record, d),
            "maintenance_therapy": therapies.maintenance_therapy(record, d),
            "no_contraindication": screening.no_contraindication(record, d),
        }

    def _active(self, d: int) -> tuple[dict[str, Verdict], dict[str, OnsetRange]]:
        """Active verdicts, adjudicated, and the ranges of the onset days."""
        active: dict[str, Verdict] = {}
        onset: dict[str, OnsetRange] = {}
        for x in CYTOPENIAS:
            episode = self.spells[x].episodes[d]
            ruling = self.adjudication(f"immune_cytopenia.{x}", d)
            if ruling is not None:
                o = max(0, ruling.start)
                active[x], onset[x] = Verdict[ruling.verdict], OnsetRange(o, o, o, o)
                continue
            active[x] = episode.active
            if episode.onset is not None:
                onset[x] = episode.onset
        return active, onset

    def _incomplete(self, active: dict[str, Verdict], onset: dict[str, OnsetRange], d: int) -> dict[str, Verdict]:
        """The parts over all cytopenias, and the criterion under "whole"."""
        found: dict[str, list[Verdict]] = {name: [] for name in (*PARTS, "whole")}
        always = self.p.reading("incomplete_response_rule") == "two_lines_always"
        for x in CYTOPENIAS:
            if active[x] is FAIL:
                continue
            parts = self.incomplete[x].parts(onset[x], d)
            for part in PARTS:
                found[part].append(all_of((active[x], parts[part])))
            whole = parts["two_lines"] if always else any_of(parts.values())
            found["whole"].append(all_of((active[x], whole)))
        return {name: any_of(verdicts) for name, verdicts in found.items()}


def stretches(days: Sequence[bool], least: int) -> list[int]:
    """Positions that lie in a stretch of at least so many days."""
    found: list[int] = []
    run: list[int] = []
    for position, good in enumerate([*days, False]):
        if good:
            run.append(position)
            continue
        if len(run) >= least:
            found.extend(run)
        run = []
    return found


def evaluate_transplant(
    record: Record, age: screening.Age, first_day: int, last_day: int, drop: Sequence[str]
) -> TransplantResult:
    """All observed days of one transplant."""
    names = (*CRITERIA, *COMPONENTS)
    verdicts: dict[str, list[str]] = {name: [] for name in names}
    good: list[bool] = []
    not_bad: list[bool] = []
    documented: list[bool] = []
    if first_day <= last_day:
        one = OneTransplant(record, age, last_day, drop)
        for d in range(first_day, last_day + 1):
            today = one.verdicts(d)
            for name in names:
                verdicts[name].append(today[name].name)
            criteria = [today[name] for name in CRITERIA]
            good.append(all(v is PASS for v in criteria))
            not_bad.append(all(v is not FAIL for v in criteria))
            documented.append(today["immune_cytopenia"] is PASS and today["incomplete_response"] is PASS)
    least = record.p.days("eligible_days_min")
    eligible, possible = stretches(good, least), stretches(not_bad, least)
    status = "eligible" if eligible else "possible" if possible else "ineligible"
    kind = None
    if status == "possible":
        kind = "documentation" if any(documented[i] for i in possible) else "diagnosis"
    return TransplantResult(
        record.day0,
        first_day,
        last_day,
        verdicts,
        status,
        kind,
        first_day + eligible[0] if eligible else None,
        len(eligible),
        first_day + possible[0] if possible else None,
        len(possible),
    )
