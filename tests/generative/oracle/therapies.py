"""Criteria that read medications: growth factors, hypersensitivity, washout, maintenance."""

from __future__ import annotations

from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, ge, rounded
from .record import Record
from .rows import Medication
from .screening import gvhd_rows


def stable_growth_factor(record: Record, d: int) -> Verdict:
    first = d - record.settings["growth_factor_window_days"] + 1
    given = [m for m in record.medications if m.start <= d and m.last_given(d) >= first]
    found = [
        one_growth_factor(record, [m for m in given if m.drug == drug], first, d)
        for drug in record.settings["growth_factors"]
        if any(m.drug == drug for m in given)
    ]
    return all_of(found) if found else record.by_completeness("medications")


def one_growth_factor(record: Record, given: list[Medication], first: int, d: int) -> Verdict:
    amounts: dict[int, tuple[tuple[str, float], ...]] = {}  # the daily amount of each day given
    for day in range(first, d + 1):
        rows = [m for m in given if m.given(day)]
        if any(m.dose is None or m.unit is None for m in rows):
            return UNKNOWN
        if rows:
            amounts[day] = daily_amount(rows)
    one_and_the_same = len(set(amounts.values())) == 1
    long_enough = min(amounts) <= d - record.settings["growth_factor_stable_days"]
    return PASS if one_and_the_same and long_enough else FAIL


def daily_amount(rows: list[Medication]) -> tuple[tuple[str, float], ...]:
    """Number by unit, as given; rows of one day in one unit add up."""
    by_unit: dict[str, float] = {}
    for row in rows:
        by_unit[row.unit or ""] = by_unit.get(row.unit or "", 0.0) + (row.dose or 0.0)
    return tuple(sorted((unit, rounded(number)) for unit, number in by_unit.items()))


def no_hypersensitivity(record: Record, d: int) -> Verdict:
    conditions = ("study_drug_hypersensitivity", "anti_cd38_intolerance")
    if any(record.ever(name, d) for name in conditions):
        return FAIL
    anti_cd38 = [m for m in record.medications if m.drug in ("daratumumab", "isatuximab")]
    if record.settings["prior_anti_cd38_excludes"] and any(m.start < d for m in anti_cd38):
        return FAIL
    if all(record.complete("conditions", name) for name in conditions):
        return PASS
    return PASS if record.settings["attested"] == "assumed" else UNKNOWN


def investigational_washout(record: Record, d: int) -> Verdict:
    rows = [m for m in record.medications if m.purpose == "investigational" and m.start <= d]
    verdicts = [washed_out(record, row, d) for row in rows]
    if record.settings["washout_waiver"] == "sponsor_agreement":
        verdicts = [record.sponsor_agreement() if v == FAIL else v for v in verdicts]
    return min(all_of(verdicts), record.by_completeness("medications"))


def washed_out(record: Record, row: Medication, d: int) -> Verdict:
    days_since = d - row.last_given(d)
    shortest = record.settings["washout_days_min"]
    half_life = row.half_life
    if half_life is None:
        half_life = record.settings["half_life_days"].get(row.drug)
    if half_life is not None:
        needed = max(shortest, record.settings["washout_half_lives"] * half_life)
        return PASS if ge(days_since, needed) else FAIL
    if not ge(days_since, shortest):
        return FAIL
    return PASS if ge(days_since, record.settings["washout_unknown_days"]) else UNKNOWN


def maintenance_therapy(record: Record, d: int) -> Verdict:
    given = record.given(d)
    maintained = any(
        m.purpose == "relapse_prevention"
        or (m.purpose is None and m.drug in record.settings["maintenance_drugs"])
        for m in given
    )
    if record.settings["gvhd_prophylaxis_is_maintenance"]:
        gvhd = gvhd_rows(record, "acute_gvhd", d) + gvhd_rows(record, "chronic_gvhd", d)
        maintained = maintained or (not gvhd and any(m.purpose == "gvhd" for m in given))
    return record.sponsor_agreement() if maintained else record.by_completeness("medications")
