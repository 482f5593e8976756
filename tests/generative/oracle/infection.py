"""Hepatitis, HIV and pregnancy."""

from __future__ import annotations

from collections.abc import Sequence

from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, negate
from .record import Record
from .rows import Medication
from .screening import Age


def _given(record: Record, drugs: Sequence[str], d: int) -> list[Medication]:
    return [m for m in record.medications if m.drug in drugs and m.given_on(d)]


def _treated(record: Record, drugs: Sequence[str], d: int) -> bool:
    """An antiviral is given on d to treat the infection."""
    return any(m.purpose == "infection_treatment" for m in _given(record, drugs, d))


def _refuted(record: Record, rna: str, start: int, d: int) -> bool:
    """A not_detected result on or after the start of the condition."""
    return bool(record.word_days(rna, "negative", start, d))


def _standing(record: Record, condition: str, rna: str, d: int) -> Verdict:
    """The condition is active on d with no not_detected result since its start."""
    found = [
        record.row_active(row, d) for row in record.rows_of(condition, d) if not _refuted(record, rna, row.start, d)
    ]
    return max(found, default=FAIL)


def hepatitis(record: Record, d: int) -> Verdict:
    return all_of((hepatitis_a(record, d), hepatitis_b(record, d), hepatitis_c(record, d)))


def hepatitis_a(record: Record, d: int) -> Verdict:
    active = record.active("hepatitis_a", d)
    if active is not FAIL:
        return negate(active)
    return UNKNOWN if record.latest_is("hav_igm", d, "positive") else PASS


def hepatitis_b(record: Record, d: int) -> Verdict:
    standing = _standing(record, "hepatitis_b_active", "hbv_dna", d)
    if (
        standing is PASS
        or record.latest_is("hbsag", d, "positive")
        or record.latest_is("hbv_dna", d, "positive")
        or _treated(record, record.p.names("hbv_antivirals"), d)
    ):
        return FAIL
    if standing is UNKNOWN:
        return UNKNOWN
    ever_core = bool(record.word_days("anti_hbc", "positive", None, d))
    if ever_core and record.latest_word("hbv_dna", d, None) is None:
        return UNKNOWN
    if record.p.reading("hepatitis_reading") == "documented_negative":
        documented = record.latest_is("hbsag", d, "negative") and (
            record.latest_is("hbv_dna", d, "negative") or record.latest_is("anti_hbc", d, "negative")
        )
        return PASS if documented else UNKNOWN
    return PASS


def hepatitis_c(record: Record, d: int) -> Verdict:
    p = record.p
    strict = p.reading("hepatitis_treatment") == "inclusion_strict"
    antivirals = p.names("hcv_antivirals")
    given = _given(record, antivirals, d)
    ever_positive = bool(record.word_days("anti_hcv", "positive", None, d))
    never_tested = record.latest_word("anti_hcv", d, None) is None
    detected = record.latest_is("hcv_rna", d, "positive")
    active = record.active("hepatitis_c_active", d)
    if ever_positive and any(m.start < d for m in given):
        return FAIL if strict else PASS
    if strict and _treated(record, antivirals, d):
        return FAIL
    maybe_treated = bool(given) or not record.complete("medications", d)
    if (ever_positive or never_tested) and (active is PASS or detected) and not strict and maybe_treated:
        return UNKNOWN
    standing = _standing(record, "hepatitis_c_active", "hcv_rna", d)
    if standing is PASS or detected:
        return FAIL
    if standing is UNKNOWN:
        return UNKNOWN
    if record.latest_is("hcv_rna", d, "negative"):
        return PASS
    if ever_positive:
        return UNKNOWN
    if p.reading("hepatitis_reading") == "documented_negative":
        return PASS if record.latest_is("anti_hcv", d, "negative") else UNKNOWN
    return PASS


def hiv(record: Record, d: int) -> Verdict:
    if record.ever("hiv", d) or record.word_days("hiv_rna", "positive", None, d):
        return FAIL
    if record.word_days("hiv_screen", "positive", None, d):
        return UNKNOWN
    if record.p.reading("hiv_reading") == "documented_negative":
        documented = record.latest_is("hiv_screen", d, "negative") or record.latest_is("hiv_rna", d, "negative")
        return PASS if documented else UNKNOWN
    return PASS


def not_pregnant(record: Record, age: Age, d: int) -> Verdict:
    p = record.p
    sex = record.patient.get("sex")
    if sex == "male":
        return PASS
    pregnant = record.active("pregnant", d)
    if pregnant is PASS or _tested_pregnant(record, d):
        return FAIL
    if age.at_least(d, p.number("menopause_age_years")) is PASS:
        return PASS
    if record.active("not_childbearing", d) is PASS:
        return PASS
    if record.latest_is("pregnancy_test", d, "negative", p.days("pregnancy_window_days")):
        return PASS
    if sex == "female" and p.reading("pregnancy_test") == "assumed":
        return PASS
    return UNKNOWN


def _tested_pregnant(record: Record, d: int) -> bool:
    """A positive test in the last days, with no negative one after it."""
    first = d - record.p.days("pregnancy_days") + 1
    positive = record.word_days("pregnancy_test", "positive", first, d)
    return bool(positive) and not record.word_days("pregnancy_test", "negative", max(positive) + 1, d)
