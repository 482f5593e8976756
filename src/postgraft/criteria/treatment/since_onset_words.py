"""The record since an onset day, or since the earliest and the latest day it may be, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from postgraft.criteria.case import ROW, PatientDay
from postgraft.criteria.cytopenia.episodes import OnsetDays
from postgraft.criteria.cytopenia.kinds import Cytopenia
from postgraft.criteria.records import drug_rows, with_purpose
from postgraft.criteria.steroid_dose import steroids_reach
from postgraft.criteria.treatment import lines
from postgraft.criteria.treatment.response import response
from postgraft.criteria.treatment.since_onset import full_dose_run, treated
from postgraft.criteria.wording import Reason, Used, count, listed, met, name_of, span
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events
from postgraft.timeline.spans import runs
from postgraft.timeline.verdict import Cells
from postgraft.timeline.windows import last_day
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


@dataclass(frozen=True)
class SinceOnset:
    """Views from ``treatment_lead_days`` before the ends of an onset's range; their last day is today.

    ``late`` is None where the onset may be later than today.
    """

    onset: OnsetDays
    early: Block
    late: Block | None
    lead: int

    @classmethod
    def of(cls, case: PatientDay, onset: OnsetDays) -> SinceOnset:
        lead = case.p.treatment_lead_days
        early = case.since(onset.earliest - lead)
        if onset.known:
            return cls(onset, early, early, lead)
        return cls(onset, early, None if onset.latest is None else case.since(onset.latest - lead), lead)

    @property
    def first_treated(self) -> int:
        """First day on which treatment may count."""
        return self.onset.earliest - self.lead

    @property
    def known_views(self) -> list[Block]:
        """The views that differ."""
        return [self.early] if self.onset.known or self.late is None else [self.early, self.late]

    @property
    def known_days(self) -> list[int]:
        """The onset days of these views."""
        latest = self.onset.latest
        return [self.onset.earliest] if self.onset.known or latest is None else [self.onset.earliest, latest]

    def verdicts(self, compute: Callable[[Block], Cells]) -> tuple[int, int]:
        """Today's verdict for the earliest and for the latest onset day; FAIL where the onset is still to come."""
        early, late = int(last_day(compute(self.early))[0]), FAIL
        if self.late is not None:
            late = early if self.late is self.early else int(last_day(compute(self.late))[0])
        return early, late

    def words(self, compute: Callable[[Block], Cells]) -> str:
        """Whether something is met; where the onset day decides, for which day it is."""
        early, late = self.verdicts(compute)
        if early == late:
            return met(early)
        latest = "later" if self.onset.latest is None else f"day {self.onset.latest}"
        return f"not known ({met(early)} if the onset was day {self.onset.earliest}, {met(late)} if {latest})"


def lines_reason(case: PatientDay, cytopenia: Cytopenia, since: SinceOnset) -> Reason:
    """The kinds of treatment since the onset, each met, not met or not known; and whether they are enough."""
    p = case.p
    early, late = since.verdicts(lambda view: lines.enough_lines(view, p, cytopenia))
    kinds = [
        (
            f"steroids for {p.steroid_line_days} days at a mean of at least {case.limit('steroid_line_dose')}",
            lines.steroid_line,
        ),
        (f"IVIG, {_ivig(case)}", lines.ivig_line),
        (f"rituximab, {_rituximab(case, since.first_treated)}", lines.rituximab_line),
    ]
    parts = [f"{name}: {since.words(partial(rule, p=p))}" for name, rule in kinds]
    parts.append(_others(case, cytopenia, since))
    needed = count(p.lines_min, "line")
    lead = f"with those begun up to {case.limit('treatment_lead_days')} before and not over by then"
    text = f"lines of treatment on {span(since.onset.earliest, case.day)}, {lead} ({needed} needed): "
    text += ", ".join(parts)
    if not case.complete_from("medications", since.first_treated):
        text += f"; {case.undeclared('medications')}"
    return Reason(min(early, late), text, _given(case, cytopenia, since.first_treated))


def _ivig(case: PatientDay) -> str:
    p, wait = case.p, case.limit("ivig_wait_days")
    if p.ivig_rule == "total":
        return f"{case.limit('ivig_total_g_per_kg')} within {case.limit('ivig_window_days')}, {wait} ago or more"
    return f"{case.limit('ivig_daily_g_per_kg')} on {case.limit('ivig_daily_days')}, {wait} ago or more"


def _rituximab(case: PatientDay, first: int) -> str:
    rows = _since(lines.rituximab_rows(case.block, case.p), first, case.day)
    wait = case.limit("rituximab_wait_days")
    return f"{np.unique(rows.day).size} of {case.p.rituximab_doses_min} doses, the last of them {wait} ago or more"


def _since(rows: Events, first: int, until: int) -> Events:
    return rows.where((rows.day >= first) & (rows.day <= until))


def _others(case: PatientDay, cytopenia: Cytopenia, since: SinceOnset) -> str:
    p, view = case.p, since.early
    number = int(last_day(lines.other_lines(view, p, cytopenia)[0])[0])
    rows = view.tables["medications"].where(lines.is_other_line(view, p, cytopenia))
    begun = lines.begun(rows, p)
    if not len(begun):
        return "no other drug begun"
    drugs = [begun.labels["drug"][code] for code in begun["drug"].tolist()]
    days = (begun.day + since.first_treated).tolist()
    written = listed([f"{name_of(drug)} on day {day}" for drug, day in zip(drugs, days, strict=True)])
    wait = case.limit("other_line_wait_days")
    return f"other drugs begun: {written} ({count(number, 'drug')} begun {wait} ago or more)"


def _given(case: PatientDay, cytopenia: Cytopenia, first: int) -> tuple[Used, ...]:
    window = (first, case.day)
    medications = case.block.tables["medications"]
    others = medications.where(lines.is_other_line(case.block, case.p, cytopenia))
    ivig = with_purpose(drug_rows(case.block, "ivig"), "immune_cytopenia", or_empty=True)
    sources = (ivig, lines.rituximab_rows(case.block, case.p), others)
    return tuple(used for rows in sources for used in case.drugs(_since(rows, first, case.day), window))


def _dose_text(case: PatientDay, since: SinceOnset, cells: Cells, dose: str) -> str:
    """The longest run of days that reach a dose, the last of them since the onset; and how many are not known."""
    first = since.first_treated
    found = runs(ROW, cells, PASS)
    found = found.where(found.end >= since.lead)
    dose += f" or more (up to {case.p.steroid_dose_tolerance:.0%} less counts)".replace("%", " %")
    text = f"no day with prednisone-equivalent of {dose} on {span(since.onset.earliest, case.day)}"
    if found.row.size:
        longest = int(np.argmax(found.end - found.start))
        start, end = int(found.start[longest]), int(found.end[longest])
        days, when = count(end - start + 1, "day"), span(first + start, first + end)
        text = f"{days} in a row with prednisone-equivalent of {dose} on {when}"
    unknown = int((cells == UNKNOWN).sum())
    if unknown:
        why = "a dose or weight is missing"
        if not case.complete_from("medications", first):
            why += f", or {case.undeclared('medications')}"
        text += f"; the dose of {count(unknown, 'day')} since day {first} is not known ({why})"
    return text


def refractory_text(case: PatientDay, cytopenia: Cytopenia, since: SinceOnset) -> str:
    """The run at a full dose, counted from some days before the onset, and a full response that came after it."""
    cells = steroids_reach(since.early, case.p, case.p.refractory_steroid_dose)
    dose = _dose_text(case, since, cells, case.limit("refractory_steroid_dose"))
    over = since.words(lambda view: full_dose_run(view, case.p))
    lead = f"begun no more than {case.limit('treatment_lead_days')} before the onset and the last since it"
    minimal = since.words(lambda view: PASS - response(view, case.p, cytopenia).more_than_minimal)
    needed = f"{case.limit('refractory_steroid_days')} needed, {lead}: {over}"
    return f"{dose}; {needed}; at best a minimal response: {minimal}" + _answered(case, cytopenia, since)


def _answered(case: PatientDay, cytopenia: Cytopenia, since: SinceOnset) -> str:
    """The day of a full response under steroids after that run, which speaks against a refractory disease."""
    view, p = since.early, case.p
    each = (full_dose_run(view, p), treated(view, p), response(view, p, cytopenia).full)
    cells = np.minimum.reduce(each)[0]
    best = int(cells.max())
    if best == FAIL:
        return ""
    day = since.first_treated + int(np.argmax(cells == best))
    if best == PASS:
        return f"; but a full response under steroids followed, on day {day}"
    return f"; but a full response under steroids may have followed, as on day {day}"
