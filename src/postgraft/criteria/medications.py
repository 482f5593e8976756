"""Other drugs: investigational ones need a washout, maintenance needs the sponsor's agreement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from postgraft.criteria.case import PatientDay
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import absent, agreement, given, no_gvhd, with_purpose
from postgraft.criteria.wording import Reason, count, decisive, listed, name_of
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events
from postgraft.timeline.measure import rounded
from postgraft.timeline.spans import cover
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.vocabulary.codes import GVHD_CONDITIONS
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def investigational_washout(block: Block, p: Parameters) -> Verdict:
    """At least 14 days and five half-lives since the last dose of each investigational drug."""
    rows = with_purpose(block.tables["medications"], "investigational")
    of_label = np.array([p.half_life_days.get(drug, np.nan) for drug in rows.labels["drug"]] + [np.nan])
    own = rows["half_life_days"]
    half_life = np.where(np.isnan(own), of_label[rows["drug"]], own)
    unsure = np.isnan(half_life)
    by_half_lives = np.where(unsure, 0, p.washout_half_lives * half_life)
    needed = np.ceil(rounded(np.maximum(p.washout_days_min, by_half_lives))).astype(np.int64)
    last = rows["end"].astype(np.int64)
    counts = needed > 0  # without a washout not even today's dose keeps anybody out
    too_soon = cover(block.shape, rows.row[counts], rows.day[counts], (last + needed - 1)[counts])
    from_day = np.where(counts, last + needed, rows.day)
    until = last + p.washout_unknown_days - 1
    unclear = cover(block.shape, rows.row[unsure], from_day[unsure], until[unsure])
    waived = agreement(p) if p.washout_waiver == "sponsor_agreement" else FAIL
    everything_known = absent(block.complete.table("medications"))
    return too_soon.mapped(fail=PASS, unknown=UNKNOWN, passed=waived) & unclear.mapped(
        fail=everything_known, unknown=UNKNOWN, passed=UNKNOWN
    )


def maintenance_therapy(block: Block, p: Parameters) -> Verdict:
    """No maintenance therapy is given, or the sponsor agrees."""
    medications = block.tables["medications"]
    unstated = medications.is_empty("purpose") & medications.isin("drug", p.maintenance_drugs)
    stated = medications.isin("purpose", ("relapse_prevention",))
    maintained = given(block, medications.where(stated | unstated))
    if p.gvhd_prophylaxis_is_maintenance:
        prophylaxis = given(block, with_purpose(medications, "gvhd"))
        maintained = maintained | (prophylaxis & no_gvhd(block, p))
    none_given = absent(block.complete.table("medications"))
    either = agreement(p) if agreement(p) == none_given else UNKNOWN
    return first_that_holds(
        (maintained.equals(PASS), agreement(p)), (maintained.equals(UNKNOWN), either), otherwise=none_given
    )


def _maintenance_needs(p: Parameters) -> Needs:
    medications = Needs(tables=("medications",), complete=("medications",))
    if not p.gvhd_prophylaxis_is_maintenance:
        return medications
    return medications | Needs(conditions=GVHD_CONDITIONS, complete=GVHD_CONDITIONS)


def explain_investigational_washout(case: PatientDay) -> Reason:
    verdict = case.at(investigational_washout(case.block, case.p))
    rows = with_purpose(case.rows("medications", lambda rows: rows.day <= case.day), "investigational")
    parts = [_washout(case, rows.where(np.arange(len(rows)) == i)) for i in range(len(rows))]
    silent = "no other investigational drug" if parts else "no investigational drug"
    if case.block.complete.table("medications"):
        none = Reason(PASS, f"{silent} is recorded, and the extract declares medications complete")
        found = decisive(parts) if parts else none
    else:
        found = decisive([*parts, Reason(UNKNOWN, f"{silent} is recorded, but {case.undeclared('medications')}")])
    return replace(found, verdict=verdict)


def _washout(case: PatientDay, row: Events) -> Reason:
    """One investigational drug, judged as if it were the only one."""
    verdict, p = case.at(investigational_washout(case.given_only(row), case.p)), case.p
    [used] = case.drugs(row)
    own = float(row["half_life_days"][0])
    half_life = p.half_life_days.get(used.what, np.nan) if np.isnan(own) else own
    since = case.day - min(int(row["end"][0]), case.day)
    longer = max(p.washout_days_min, 0 if np.isnan(half_life) else p.washout_half_lives * half_life)
    if np.isnan(half_life):
        needed = (
            f"its half-life is unknown (half_life_days in medications would tell): at least "
            f"{case.limit('washout_days_min')}, and {case.limit('washout_unknown_days')} to be sure"
        )
    else:
        needed = (
            f"{longer:g} days are required (the longer of {p.washout_days_min} days and {p.washout_half_lives:g} "
            f"half-lives of {half_life:g} days)"
        )
    text = f"{name_of(used.what)} was last given {count(since, 'day')} ago; {needed}"
    if p.washout_waiver == "sponsor_agreement" and since < rounded(longer):
        text += f"; for a shorter washout {case.agreed()}"
    return Reason(verdict, text, (used,))


def explain_maintenance_therapy(case: PatientDay) -> Reason:
    verdict, p = case.at(maintenance_therapy(case.block, case.p)), case.p
    rows = case.rows("medications", lambda rows: rows["end"] >= case.day)
    stated = rows.isin("purpose", ("relapse_prevention",))
    unstated = rows.is_empty("purpose") & rows.isin("drug", p.maintenance_drugs)
    found = case.drugs(rows.where(stated | unstated))
    gvhd_free = case.at(no_gvhd(case.block, p)) if p.gvhd_prophylaxis_is_maintenance else FAIL
    prophylaxis = case.drugs(with_purpose(rows, "gvhd"))
    if not found and prophylaxis and gvhd_free == UNKNOWN:
        found_today = listed([row.finding for row in prophylaxis])
        text = f"{found_today} is maintenance unless GVHD is active, which is not known"
        if verdict == PASS:
            text += f"; it keeps nobody out, for {case.agreed()}"
        return Reason(verdict, text, prophylaxis)
    found += prophylaxis if gvhd_free == PASS else ()
    if found:
        return Reason(verdict, f"{listed([row.finding for row in found])}; {case.agreed()}", found)
    none = f"no maintenance therapy is recorded on day {case.day}"
    if verdict == PASS:
        return Reason(verdict, f"{none}, and the extract declares medications complete")
    return Reason(verdict, f"{none}, but {case.undeclared('medications')}")


INVESTIGATIONAL_WASHOUT = Criterion(
    "investigational_washout",
    investigational_washout,
    explain_investigational_washout,
    lambda p: Needs(tables=("medications",), complete=("medications",)),
)
MAINTENANCE_THERAPY = Criterion(
    "maintenance_therapy", maintenance_therapy, explain_maintenance_therapy, _maintenance_needs
)
