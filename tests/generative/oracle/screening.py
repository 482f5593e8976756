"""Criteria that read the patient, blood counts, disease status and conditions of the day."""

from __future__ import annotations

from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, ge, le, negate, verdict
from .record import Record
from .rows import Condition


def adult(record: Record, d: int) -> Verdict:
    return record.age_at_least(record.settings["age_min_years"], d)


def latest_statuses(
    record: Record, first: int, d: int, among: tuple[str, ...]
) -> tuple[int, list[str]] | None:
    """The last day in [first, d] with such a status, and its statuses."""
    rows = [(day, status) for day, status in record.statuses if first <= day <= d and status in among]
    if not rows:
        return None
    last = max(day for day, _ in rows)
    return last, [status for day, status in rows if day == last]


def remission(record: Record, d: int) -> Verdict:
    nonmalignant = record.indication in record.settings["nonmalignant_indications"]
    if nonmalignant and record.settings["nonmalignant_counts_as_remission"]:
        return PASS
    ever = min((day for day, _ in record.statuses), default=0)
    found = latest_statuses(record, ever, d, ("remission", "relapse", "progression", "active"))
    if found is None:
        return UNKNOWN
    day, statuses = found
    if all(status == "remission" for status in statuses):
        return PASS
    return FAIL if day >= 0 else UNKNOWN


def no_relapse(record: Record, d: int) -> Verdict:
    found = latest_statuses(record, 1, d, ("remission", "relapse", "progression"))
    if found is None:
        return record.by_completeness("disease_status")
    return verdict(all(status == "remission" for status in found[1]))


def days_since_transplant(record: Record, d: int) -> Verdict:
    return verdict(ge(d, record.settings["days_since_transplant_min"]))


def neutrophil_count(record: Record, d: int) -> Verdict:
    result = record.latest("neutrophils", d, record.settings["blood_count_window_days"])
    return UNKNOWN if result is None else verdict(ge(result.value, record.settings["neutrophils_min"]))


def not_pregnant(record: Record, d: int) -> Verdict:
    if record.sex == "male":
        return PASS
    pregnant = record.active("pregnant", d)
    test = record.latest("pregnancy_test", d, record.settings["pregnancy_window_days"])
    if pregnant == PASS or (test is not None and test.positive()):
        return FAIL
    past_menopause = record.age_at_least(record.settings["menopause_age_years"], d) == PASS
    if past_menopause or record.active("not_childbearing", d) == PASS:
        return PASS
    if test is not None and test.negative():
        return PASS
    if pregnant == UNKNOWN:
        return UNKNOWN
    if record.sex == "female" and record.settings["pregnancy_test"] == "assumed":
        return PASS
    return UNKNOWN


def no_ta_tma(record: Record, d: int) -> Verdict:
    found = record.active("ta_tma", d)
    if found != FAIL:
        return negate(found)
    schistocytes = record.latest("schistocytes", d, record.settings["chemistry_window_days"])
    if schistocytes is not None and schistocytes.positive():
        return UNKNOWN
    return record.by_completeness("conditions", "ta_tma")


def gvhd_rows(record: Record, name: str, d: int) -> list[Condition]:
    """Active rows; a grade 0 row is not active."""
    return [
        row for row in record.condition_rows(name) if row.grade != 0 and record.row_active(row, d) != FAIL
    ]


def gvhd_controlled(record: Record, d: int) -> Verdict:
    return min(gvhd_of_kind(record, "acute_gvhd", d), gvhd_of_kind(record, "chronic_gvhd", d))


def gvhd_of_kind(record: Record, name: str, d: int) -> Verdict:
    rows = gvhd_rows(record, name, d)
    if not rows:
        return record.by_completeness("conditions", name)
    return all_of(gvhd_row(record, row, d) for row in rows)


def gvhd_row(record: Record, row: Condition, d: int) -> Verdict:
    excluded_grade = record.settings["gvhd_acute_grade_excluded"]
    if row.name == "acute_gvhd" and row.grade is not None and ge(row.grade, excluded_grade):
        return FAIL
    if row.detail == "refractory":
        return FAIL
    if row.detail == "responsive":
        return record.sponsor_agreement()
    if row.detail == "untreated":
        return PASS
    treated = any(m.purpose == "gvhd" for m in record.given(d))
    if not treated and record.complete("medications"):
        return PASS
    if record.settings["gvhd_detail_missing"] == "responsive":
        return record.sponsor_agreement()
    return UNKNOWN


def organ_function(record: Record, d: int) -> Verdict:
    return all_of(
        organ_limit(record, name.removesuffix("_max_uln"), limit, d)
        for name, limit in record.settings["organ_limits"].items()
    )


def organ_limit(record: Record, analyte: str, limit: float, d: int) -> Verdict:
    result = record.latest(analyte, d, record.settings["chemistry_window_days"])
    if result is None or result.upper is None:
        return UNKNOWN
    return verdict(le(result.value, limit * result.upper))


def no_uncontrolled_condition(record: Record, d: int) -> Verdict:
    return min(negate(record.active("uncontrolled_infection", d)), record.attested())


def no_contraindication(record: Record, d: int) -> Verdict:
    return FAIL if record.ever("premedication_contraindication", d) else record.attested()


def attested(record: Record, d: int) -> Verdict:
    return record.attested()
