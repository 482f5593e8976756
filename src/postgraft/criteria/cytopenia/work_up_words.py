"""Whether the work-up of one day agrees with a cytopenia, element by element."""

from __future__ import annotations

from typing import Final

import numpy as np

from postgraft.criteria.case import ROW, PatientDay
from postgraft.criteria.cytopenia import work_up as workup
from postgraft.criteria.cytopenia.counts_words import no_other_cause
from postgraft.criteria.cytopenia.kinds import AIHA, ITP, PRCA, Cytopenia
from postgraft.criteria.wording import Reason, Used, beside, count, name_of, number
from postgraft.timeline.measure import above, below, trusted_limits
from postgraft.timeline.verdict import at_least
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.verdicts import PASS

LIMITS: Final = {
    "reticulocytes_percent": ("upper", "reticulocytes_percent_upper_limit"),
    "reticulocytes": ("upper", "reticulocytes_upper_limit"),
    "ldh": ("upper", "ldh_upper_limit"),
    "haptoglobin": ("lower", "haptoglobin_lower_limit"),
    "bilirubin_indirect": ("upper", "bilirubin_indirect_upper_limit"),
}
"""By analyte the side of the reference range that a marker is held against, and the fallback's parameter."""


def work_up_elements(case: PatientDay, cytopenia: Cytopenia) -> list[Reason]:
    """The elements of the work-up verdict of ``case.day``; their AND is the verdict."""
    if cytopenia is AIHA:
        return [_antibody(case), _hemolysis(case)]
    if cytopenia is ITP:
        return [no_other_cause(case, ITP), *([_megakaryocytes(case)] if case.p.megakaryocytes_required else [])]
    return [_reticulocytopenia(case), no_other_cause(case, PRCA), _parvovirus(case)]


def _antibody(case: PatientDay) -> Reason:
    verdict, found = case.at(workup.antibody(case.block, case.p)), workup.DAT.found(case)
    if found is None:
        return Reason(verdict, workup.DAT.missing(case))
    if found.result != "negative":
        return Reason(verdict, found.finding, (found,))
    if case.p.dat_negative_aiha != "included":
        means = {"open": "leaves AIHA open", "excluded": "rules AIHA out"}[case.p.dat_negative_aiha]
        return Reason(verdict, f"{found.finding}, which {means}", (found,))
    causes = case.none_of(case.p.hemolysis_other_causes, "other cause of hemolysis")
    return Reason(verdict, f"{found.finding}; {causes.text}", (found, *causes.used))


def _against_limit(case: PatientDay, found: Used) -> str:
    """A result beside its reference limit: its own, else the protocol's."""
    side, fallback = LIMITS[found.what]
    rows = case.block.measure(found.what).events
    index = int(rows.latest(ROW, ROW + found.first)[0])
    own = np.nan if found.detail else float(rows[side][index])  # a difference has no limit of its own
    unit = ANALYTES[found.what].unit
    limit = float(trusted_limits(np.array([own]), getattr(case.p, fallback), case.p.reference_limit_factor_max)[0])
    whose = "its own limit" if own == limit else "limit of the protocol"
    if own == own and own != limit:
        whose += f", its own of {number(own, unit)} is too far from it"
    rule, word = {"upper": (above, "above"), "lower": (below, "below")}[side]
    _, relation = beside(found, rule, limit, word)
    return f"{found.finding}, {relation} {number(limit, unit)} ({whose})"


def _marker(case: PatientDay, analyte: str, verdict: int) -> Reason:
    labs = (workup.PERCENT, workup.ABSOLUTE) if analyte == workup.ABSOLUTE.analyte else (workup.MARKERS[analyte],)
    found = [used for lab in labs if (used := lab.found(case))]
    if not found and analyte == workup.INDIRECT.analyte:
        found = _computed_indirect(case)
    if not found:
        return Reason(verdict, labs[-1].missing(case))
    return Reason(verdict, ", ".join(_against_limit(case, used) for used in found), tuple(found))


def _computed_indirect(case: PatientDay) -> list[Used]:
    """Total less direct bilirubin of the latest day in the window that has both."""
    rows, within = workup.total_less_direct_bilirubin(case.block).events, workup.INDIRECT.days(case.p)
    assert within is not None
    index = int(rows.latest(ROW, ROW + case.day, within)[0])
    if index < 0:
        return []
    day, value = int(rows.day[index]), round(float(rows["value"][index]), 9)
    return [
        Used(
            "bilirubin_indirect", day, day, value, "not known from two intervals",
            unit=ANALYTES["bilirubin_indirect"].unit, detail="total - direct", window=case.window(within),
            censored=int(rows["censored"][index]),
        )
    ]  # fmt: skip


def _hemolysis(case: PatientDay) -> Reason:
    verdicts = workup.hemolysis_markers(case.block, case.p)
    needed = case.p.hemolysis_markers_min
    markers = [_marker(case, analyte, case.at(verdict)) for analyte, verdict in verdicts.items()]
    abnormal = sum(marker.verdict == PASS for marker in markers)
    text = f"{abnormal} of {count(len(markers), 'marker')} of hemolysis abnormal, {needed} needed: "
    text += ", ".join(marker.text for marker in markers)
    used = tuple(row for marker in markers for row in marker.used)
    return Reason(case.at(at_least(needed, list(verdicts.values()))), text, used)


def _megakaryocytes(case: PatientDay) -> Reason:
    verdict, found = case.at(workup.megakaryocytes(case.block, case.p)), workup.MARROW.found(case)
    return Reason(verdict, found.finding, (found,)) if found else Reason(verdict, workup.MARROW.missing(case))


def _reticulocytopenia(case: PatientDay) -> Reason:
    verdict = case.at(workup.reticulocytopenia(case.block, case.p))
    parts, used = [], []
    for low in workup.low_reticulocytes(case.p):
        found = low.lab.found(case)
        if found:
            _, relation = beside(found, below, getattr(case.p, low.parameter), "below")
            parts.append(f"{found.finding}, {relation} {case.limit(low.parameter)}")
            used.append(found)
        elif case.p.prca_reticulocyte_rule != "either" or verdict != PASS:
            parts.append(low.lab.missing(case))
    return Reason(verdict, "; ".join(parts), tuple(used))


def _parvovirus(case: PatientDay) -> Reason:
    verdict, found = case.at(workup.no_parvovirus(case.block, case.p)), workup.PARVOVIRUS.found(case)
    if found is None:
        return Reason(verdict, f"no test for {name_of('parvovirus_b19')} speaks against it")
    return Reason(verdict, found.finding, (found,))
