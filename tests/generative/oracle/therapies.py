"""Growth factors, GVHD, investigational drugs, maintenance."""

from __future__ import annotations

from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, any_of, by_completeness, merged, truth
from .lists import GVHD_KINDS, HALF_LIVES_HOURS
from .record import Record
from .rows import Condition, Medication
from .screening import sponsor_agreement
from .steroids import systemic_corticosteroid
from .values import reaches, rounded

HOURS_PER_DAY = 24.0


# growth factors


def stable_growth_factor(record: Record, d: int) -> Verdict:
    first = d - record.p.days("growth_factor_window_days") + 1
    complete = by_completeness(record.complete("medications", first))
    verdicts = []
    for drug in record.p.names("growth_factors"):
        rows = [m for m in record.medications if m.drug == drug and m.given_within(first, d)]
        if rows:
            verdicts.append(_stable(record, rows, first, d))
    return all_of([*verdicts, complete])


def _stable(record: Record, rows: list[Medication], first: int, d: int) -> Verdict:
    """One daily amount on all days given in the window, one of them long enough ago."""
    if any(m.dose is None or m.unit is None for m in rows):
        return UNKNOWN
    amounts = set()
    days = []
    for t in range(first, d + 1):
        by_unit: dict[str, float] = {}
        for m in rows:
            if m.given_on(t) and m.dose is not None and m.unit is not None:
                by_unit[m.unit] = by_unit.get(m.unit, 0.0) + m.dose
        if by_unit:
            days.append(t)
            amounts.add(frozenset((unit, rounded(dose)) for unit, dose in by_unit.items()))
    long_ago = min(days) <= d - record.p.days("growth_factor_stable_days")
    return truth(len(amounts) == 1 and long_ago)


# GVHD


def active_gvhd(record: Record, kind: str, d: int) -> list[tuple[Condition, Verdict]]:
    """Rows that are (or may be) active on d; a grade 0 row is not."""
    rows = [(row, record.row_active(row, d)) for row in record.rows_of(kind, d)]
    return [(row, active) for row, active in rows if active is not FAIL and row.grade != 0]


def gvhd_controlled(record: Record, d: int) -> Verdict:
    return all_of(_controlled(record, kind, d) for kind in GVHD_KINDS)


def _controlled(record: Record, kind: str, d: int) -> Verdict:
    rows = active_gvhd(record, kind, d)
    if not rows:
        return by_completeness(record.complete("conditions", d, kind))
    verdicts = []
    for row, active in rows:
        verdict = _row_controlled(record, row, d)
        verdicts.append(verdict if active is PASS else merged(verdict, PASS))
    return all_of(verdicts)


def _row_controlled(record: Record, row: Condition, d: int) -> Verdict:
    excluded = record.p.number("gvhd_acute_grade_excluded")
    acute = row.name == "acute_gvhd"
    if acute and row.grade is not None and reaches(row.grade, excluded):
        return FAIL
    if row.detail == "refractory":
        return FAIL
    if row.detail == "responsive":
        return sponsor_agreement(record)
    if row.detail == "untreated":
        return PASS
    if _nobody_treated(record, row.name, d):
        return PASS
    if record.p.reading("gvhd_detail_missing") == "responsive":
        return sponsor_agreement(record)
    return UNKNOWN


def _nobody_treated(record: Record, kind: str, d: int) -> bool:
    """Medications are complete and none since the first row of the kind treats GVHD."""
    first = min(row.start for row in record.rows_of(kind, d))
    if not record.complete("medications", first):
        return False
    for m in record.medications:
        if m.start < first or m.start > d:
            continue  # prophylaxis that began before the first row; not known yet
        if m.purpose == "gvhd":
            return False
        drug = systemic_corticosteroid(record, m) or m.drug in record.p.names("gvhd_drugs")
        if m.purpose is None and drug:
            return False
    return True


# investigational drugs


def investigational_washout(record: Record, d: int) -> Verdict:
    verdicts = [
        _washed_out(record, m, d) for m in record.medications if m.purpose == "investigational" and m.start <= d
    ]
    return all_of([*verdicts, by_completeness(record.complete("medications", d))])


def _washed_out(record: Record, m: Medication, d: int) -> Verdict:
    p = record.p
    last = d if m.last is None else min(d, m.last)
    since, least = d - last, p.days("washout_days_min")
    half_life = m.half_life
    if half_life is None and m.drug in HALF_LIVES_HOURS:
        half_life = HALF_LIVES_HOURS[m.drug] / HOURS_PER_DAY
    if half_life is not None:
        verdict = truth(reaches(since, least) and reaches(since, p.number("washout_half_lives") * half_life))
    elif since < least:
        verdict = FAIL
    else:
        verdict = PASS if since >= p.days("washout_unknown_days") else UNKNOWN
    if verdict is FAIL and p.reading("washout_waiver") == "sponsor_agreement":
        return sponsor_agreement(record)
    return verdict


# maintenance


def maintenance_therapy(record: Record, d: int) -> Verdict:
    p = record.p
    none = by_completeness(record.complete("medications", d))
    given = [m for m in record.medications if m.given_on(d)]
    drugs = p.names("maintenance_drugs")
    if any(m.purpose == "relapse_prevention" or (m.purpose is None and m.drug in drugs) for m in given):
        return sponsor_agreement(record)
    if p.flag("gvhd_prophylaxis_is_maintenance") and any(m.purpose == "gvhd" for m in given):
        prophylaxis = all_of(_no_gvhd(record, kind, d) for kind in GVHD_KINDS)
        if prophylaxis is PASS:
            return sponsor_agreement(record)
        if prophylaxis is UNKNOWN:
            return merged(sponsor_agreement(record), none)
    return none


def _no_gvhd(record: Record, kind: str, d: int) -> Verdict:
    """No GVHD of the kind is active on d, by completeness."""
    active = any_of(active for _, active in active_gvhd(record, kind, d))
    if active is FAIL:
        return by_completeness(record.complete("conditions", d, kind))
    return FAIL if active is PASS else UNKNOWN
