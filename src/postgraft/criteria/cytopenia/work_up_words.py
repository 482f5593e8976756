"""Whether the work-up of one day agrees with a cytopenia, element by element."""

from __future__ import annotations

from typing import Final

import numpy as np

from postgraft.criteria.case import ROW, Case
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


def work_up_elements(case: Case, cytopenia: Cytopenia) -> list[Reason]:
    """The elements of the work-up verdict of ``case.day``; their AND is the verdict."""
    if cytopenia is AIHA:
        return [_antibody(case), _hemolysis(case)]
    if cytopenia is ITP:
        return [no_other_cause(case, ITP), *([_megakaryocytes(case)] if case.p.megakaryocytes_required else [])]
    return [_reticulocytopenia(case), no_other_cause(case, PRCA), _parvovirus(case)]


def _antibody(case: Case) -> Reason:
    verdict, within = case.at(workup.antibody(case.block, case.p)), case.p.dat_window_days
    found = case.result("dat", within)
    if found is None:
        return Reason(verdict, case.no_result("dat", within))
    if found.result != "negative":
        return Reason(verdict, found.finding, (found,))
    if case.p.dat_negative_aiha != "included":
        means = {"open": "leaves AIHA open", "excluded": "rules AIHA out"}[case.p.dat_negative_aiha]
        return Reason(verdict, f"{found.finding}, which {means}", (found,))
    causes = case.none_of(case.p.hemolysis_other_causes, "other cause of hemolysis")
    return Reason(verdict, f"{found.finding}; {causes.text}", (found, *causes.used))


def _against_limit(case: Case, analyte: str, found: Used) -> str:
    """A result beside its reference limit: its own, else the protocol's."""
    side, fallback = LIMITS[analyte]
    rows = case.block.measure(found.what).events
    index = int(rows.latest(ROW, ROW + found.first)[0])
    own = np.nan if found.detail else float(rows[side][index])  # a difference has no limit of its own
    unit = ANALYTES[analyte].unit
    limit = float(trusted_limits(np.array([own]), getattr(case.p, fallback), case.p.reference_limit_factor_max)[0])
    whose = "its own limit" if own == limit else "limit of the protocol"
    if own == own and own != limit:
        whose += f", its own of {number(own, unit)} is too far from it"
    rule, word = {"upper": (above, "above"), "lower": (below, "below")}[side]
    _, relation = beside(found, rule, limit, word)
    return f"{found.finding}, {relation} {number(limit, unit)} ({whose})"


def _marker(case: Case, analyte: str, verdict: int) -> Reason:
    within = case.p.chemistry_window_days
    names = ("reticulocytes_percent", "reticulocytes") if analyte == "reticulocytes" else (analyte,)
    found = [used for used in (case.result(name, within) for name in names) if used]
    if not found and analyte == "bilirubin_indirect":
        found = _computed_indirect(case, within)
    if not found:
        return Reason(verdict, case.no_result(analyte, within))
    text = ", ".join(_against_limit(case, _limited(analyte, used), used) for used in found)
    return Reason(verdict, text, tuple(found))


def _limited(analyte: str, used: Used) -> str:
    return used.what if used.what in LIMITS else analyte


def _computed_indirect(case: Case, within: int) -> list[Used]:
    """Total less direct bilirubin of the latest day in the window that has both."""
    rows = workup.total_less_direct_bilirubin(case.block).events
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


def _hemolysis(case: Case) -> Reason:
    verdicts = workup.hemolysis_markers(case.block, case.p)
    needed = case.p.hemolysis_markers_min
    markers = [_marker(case, analyte, case.at(verdict)) for analyte, verdict in verdicts.items()]
    abnormal = sum(marker.verdict == PASS for marker in markers)
    text = f"{abnormal} of {count(len(markers), 'marker')} of hemolysis abnormal, {needed} needed: "
    text += ", ".join(marker.text for marker in markers)
    used = tuple(row for marker in markers for row in marker.used)
    return Reason(case.at(at_least(needed, list(verdicts.values()))), text, used)


def _megakaryocytes(case: Case) -> Reason:
    verdict, within = case.at(workup.megakaryocytes(case.block, case.p)), case.p.marrow_window_days
    found = case.result("marrow_megakaryocytes", within)
    return (
        Reason(verdict, found.finding, (found,))
        if found
        else Reason(verdict, case.no_result("marrow_megakaryocytes", within))
    )


def _reticulocytopenia(case: Case) -> Reason:
    verdict, within, p = (case.at(workup.reticulocytopenia(case.block, case.p)), case.p.chemistry_window_days, case.p)
    limits = {"reticulocytes_percent": "prca_reticulocyte_percent_below", "reticulocytes": "prca_reticulocytes_below"}
    ignored = {"percent": "reticulocytes", "absolute": "reticulocytes_percent"}.get(p.prca_reticulocyte_rule)
    parts, used = [], []
    for analyte, limit in limits.items():
        found = None if analyte == ignored else case.result(analyte, within)
        if found:
            _, relation = beside(found, below, getattr(p, limit), "below")
            parts.append(f"{found.finding}, {relation} {case.limit(limit)}")
            used.append(found)
        elif analyte != ignored and (p.prca_reticulocyte_rule != "either" or verdict != PASS):
            parts.append(case.no_result(analyte, within))
    return Reason(verdict, "; ".join(parts), tuple(used))


def _parvovirus(case: Case) -> Reason:
    verdict = case.at(workup.no_parvovirus(case.block, case.p))
    found = case.result("parvovirus_b19", case.p.chemistry_window_days)
    if found is None:
        return Reason(verdict, f"no test for {name_of('parvovirus_b19')} speaks against it")
    return Reason(verdict, found.finding, (found,))
