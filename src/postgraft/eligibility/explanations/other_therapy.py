"""Why investigational drugs and maintenance therapy allow entry or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from postgraft.criteria.concepts.records import no_gvhd, with_purpose
from postgraft.criteria.other_therapy import investigational_washout, maintenance_therapy
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.reason import Reason, decisive
from postgraft.eligibility.explanations.wording import count, listed, name_of
from postgraft.timeline.events import Events
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

AGREEMENT = "the agreement of sponsor and principal investigator"


def explain_investigational_washout(case: Case) -> Reason:
    verdict = case.at(investigational_washout(case.block, case.p))
    rows = with_purpose(case.rows("medications", lambda rows: rows.day <= case.day), "investigational")
    parts = [_washout(case, rows.where(np.arange(len(rows)) == i)) for i in range(len(rows))]
    silent = "no other investigational drug" if parts else "no investigational drug"
    if case.block.complete.table("medications"):
        none = Reason(PASS, f"{silent} is recorded, and the extract declares medications complete")
        found = decisive(parts) if parts else none
    else:
        found = decisive(
            [*parts, Reason(UNKNOWN, f"{silent} is recorded, but {case.undeclared('medications')}")]
        )
    return replace(found, verdict=verdict)


def _washout(case: Case, row: Events) -> Reason:
    """One investigational drug, judged as if it were the only one."""
    verdict, p = case.at(investigational_washout(case.given_only(row), case.p)), case.p
    [used] = case.drugs(row)
    own = float(row["half_life_days"][0])
    half_life = p.half_life_days.get(used.what, np.nan) if np.isnan(own) else own
    since = case.day - min(int(row["end"][0]), case.day)
    if np.isnan(half_life):
        needed = (
            f"its half-life is unknown (half_life_days in medications would tell): at least "
            f"{case.limit('washout_days_min')}, and {case.limit('washout_unknown_days')} to be sure"
        )
    else:
        longer = max(p.washout_days_min, p.washout_half_lives * half_life)
        needed = (
            f"{longer:g} days are required (the longer of {p.washout_days_min} days and {p.washout_half_lives:g} "
            f"half-lives of {half_life:g} days)"
        )
    text = f"{name_of(used.what)} was last given {count(since, 'day')} ago; {needed}"
    if verdict != PASS and p.washout_waiver == "sponsor_agreement":
        text += f"; a shorter washout depends on {AGREEMENT}"
    return Reason(verdict, text, (used,))


def explain_maintenance_therapy(case: Case) -> Reason:
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
            text += f"; it does not stand in the way, for {AGREEMENT} is taken as given"
        return Reason(verdict, text, prophylaxis)
    found += prophylaxis if gvhd_free == PASS else ()
    if found:
        agreed = {"granted": "taken as given", "withheld": "taken as withheld", "open": "left open"}
        text = f"{listed([row.finding for row in found])}; {AGREEMENT} is {agreed[p.sponsor_agreement]}"
        return Reason(verdict, text, found)
    none = f"no maintenance therapy is recorded on day {case.day}"
    if verdict == PASS:
        return Reason(verdict, f"{none}, and the extract declares medications complete")
    return Reason(verdict, f"{none}, but {case.undeclared('medications')}")
