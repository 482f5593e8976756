"""Hepatitis A, B, C and HIV."""

from __future__ import annotations

from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, any_of, negate, verdict
from .record import Record


def hepatitis_b(record: Record, d: int) -> Verdict:
    antigen, dna = record.latest("hbsag", d), record.latest("hbv_dna", d)
    antibody = record.latest("anti_hbc", d)
    treated = any(
        m.drug in record.settings["hbv_antivirals"] and m.purpose == "infection_treatment"
        for m in record.given(d)
    )
    against = any_of(
        [
            record.active("hepatitis_b_active", d),
            verdict(antigen is not None and antigen.positive()),
            verdict(dna is not None and dna.positive()),
            verdict(treated),
        ]
    )
    if against != FAIL:
        return negate(against)
    if record.ever_positive("anti_hbc", d) and dna is None:
        return UNKNOWN
    if record.settings["hepatitis_reading"] == "known_active":
        return PASS
    antigen_negative = antigen is not None and antigen.negative()
    dna_negative = dna is not None and dna.negative()
    antibody_negative = antibody is not None and antibody.negative()
    return PASS if antigen_negative and (dna_negative or antibody_negative) else UNKNOWN


def hepatitis_c(record: Record, d: int) -> Verdict:
    strict = record.settings["hepatitis_treatment"] == "inclusion_strict"
    antivirals = [m for m in record.given(d) if m.drug in record.settings["hcv_antivirals"]]
    antibody_ever = record.ever_positive("anti_hcv", d)
    antibody, rna = record.latest("anti_hcv", d), record.latest("hcv_rna", d)
    if antibody_ever and any(m.start < d for m in antivirals):
        return FAIL if strict else PASS
    if strict and any(m.purpose == "infection_treatment" for m in antivirals):
        return FAIL
    against = any_of(
        [record.active("hepatitis_c_active", d), verdict(rna is not None and rna.positive())],
    )
    if against != FAIL:
        return negate(against)
    if rna is not None and rna.negative():
        return PASS
    if antibody_ever:
        return UNKNOWN
    if record.settings["hepatitis_reading"] == "known_active":
        return PASS
    return PASS if antibody is not None and antibody.negative() else UNKNOWN


def hepatitis_a(record: Record, d: int) -> Verdict:
    against = record.active("hepatitis_a", d)
    if against != FAIL:
        return negate(against)
    igm = record.latest("hav_igm", d)
    return UNKNOWN if igm is not None and igm.positive() else PASS


def hepatitis(record: Record, d: int) -> Verdict:
    return all_of([hepatitis_a(record, d), hepatitis_b(record, d), hepatitis_c(record, d)])


def hiv(record: Record, d: int) -> Verdict:
    if record.ever("hiv", d) or record.ever_positive("hiv_rna", d):
        return FAIL
    if record.ever_positive("hiv_screen", d):
        return UNKNOWN
    if record.settings["hiv_reading"] == "known_positive":
        return PASS
    screen, rna = record.latest("hiv_screen", d), record.latest("hiv_rna", d)
    negative = (screen is not None and screen.negative()) or (rna is not None and rna.negative())
    return PASS if negative else UNKNOWN
