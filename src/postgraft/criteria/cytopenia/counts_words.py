"""Whether the counts of one day show a cytopenia, element by element."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.case import ROW, PatientDay
from postgraft.criteria.cytopenia.baseline import baseline, engraftment_of
from postgraft.criteria.cytopenia.counts import lowest_in_window
from postgraft.criteria.cytopenia.kinds import AIHA, ITP, PRCA, Cytopenia
from postgraft.criteria.cytopenia.work_up import other_causes
from postgraft.criteria.engraftment import platelet_engraftment
from postgraft.criteria.records import transfusions
from postgraft.criteria.wording import Reason, Used, beside, count, listed, measured, name_of, number, span
from postgraft.timeline.measure import at_most, below, reaches
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

CAUSES = {"itp": "other cause of thrombocytopenia", "prca": "obvious cause of the anemia"}


def count_elements(case: PatientDay, cytopenia: Cytopenia) -> list[Reason]:
    """The elements of the count verdict of ``case.day``, which must be a count day; their AND is the verdict."""
    elements = [_late_enough(case), _engrafted_before(case, cytopenia), low_reason(case, cytopenia)]
    if cytopenia is AIHA:
        return [*elements, _hemoglobin_dropped(case)]
    if cytopenia is ITP:
        elements.append(_platelets_fallen(case))
    elif case.p.prca_needs_platelet_engraftment:
        elements.append(_platelets_engrafted(case))
    return [*elements, no_other_cause(case, cytopenia)]


def low_reason(case: PatientDay, cytopenia: Cytopenia) -> Reason:
    """The absolute part alone: whether ``case.day`` is low, or transfusions say so."""
    if cytopenia is ITP:
        return _platelets_low(case)
    if cytopenia is PRCA:
        return _anemic_or_transfused(case)
    return _hemoglobin_below(case, "aiha_hemoglobin_below")


def no_other_cause(case: PatientDay, cytopenia: Cytopenia) -> Reason:
    """Whether none of the other causes of ITP or PRCA is active on ``case.day``."""
    return case.none_of(other_causes(case.p, cytopenia), CAUSES[cytopenia.name])


def _late_enough(case: PatientDay) -> Reason:
    first = case.p.onset_day_min
    if case.day >= first:
        return Reason(PASS, f"day {case.day} is on or after day {first}")
    return Reason(FAIL, f"day {case.day} is before day {first}, when low counts are those of the conditioning")


def _lineage(cytopenia: Cytopenia) -> str:
    return "platelets" if cytopenia is ITP else "neutrophils"


def _engrafted_before(case: PatientDay, cytopenia: Cytopenia) -> Reason:
    days = case.p.onset_after_engraftment_days[cytopenia.name]
    lineage, earlier = _lineage(cytopenia), case.day - days
    verdict = int(engraftment_of(case.block, case.p, cytopenia).verdict.at(ROW, ROW + earlier)[0])
    before = f"by day {earlier}, {count(days, 'day')} before day {case.day}"
    if earlier < 0:
        text = f"{lineage} must have engrafted {count(days, 'day')} earlier, and day {case.day} is too early for that"
    elif verdict == UNKNOWN:
        text = f"whether {lineage} had engrafted {before}, is not known"
    else:
        text = f"{lineage} {'had' if verdict == PASS else 'had not'} engrafted {before}"
    return Reason(verdict, text)


def _platelets_engrafted(case: PatientDay) -> Reason:
    verdict = case.at(platelet_engraftment(case.block, case.p).verdict)
    if verdict == UNKNOWN:
        return Reason(verdict, f"whether platelets had engrafted by day {case.day}, is not known")
    return Reason(verdict, f"platelets {'had' if verdict == PASS else 'had not'} engrafted by day {case.day}")


def _baseline(case: PatientDay, cytopenia: Cytopenia) -> float:
    """The typical value before this day, NaN if unknown."""
    return float(baseline(case.block, case.p, cytopenia, ROW, ROW + case.day)[0])


def _no_baseline(case: PatientDay, cytopenia: Cytopenia) -> str:
    p = case.p
    if case.at(engraftment_of(case.block, p, cytopenia).verdict) == UNKNOWN:
        return (
            f"the baseline is unknown: only results after engraftment count, and whether "
            f"{_lineage(cytopenia)} had engrafted by day {case.day} is not known"
        )
    longest, within = p.baseline_median_days, ""
    if p.baseline_statistic == "best_28d":
        longest = p.baseline_lag_days + p.baseline_blocks * p.baseline_block_days - 1
        within = f" within {case.limit('baseline_block_days')}"
    first, last = max(case.day - longest, 0), case.day - p.baseline_lag_days
    where = f"on {span(first, last)}" if first <= last else f"by day {last}"
    return (
        f"the baseline is unknown: it needs {count(p.baseline_results_min, 'result')} of "
        f"{name_of(cytopenia.analyte)}{within} after engraftment, {where}"
    )


def _hemoglobin_below(case: PatientDay, parameter: str) -> Reason:
    within = case.p.blood_count_window_days
    found = case.result("hemoglobin", within)
    if found is None:
        return Reason(UNKNOWN, case.no_result("hemoglobin", within))
    verdict, relation = beside(found, below, getattr(case.p, parameter), "below")
    return Reason(verdict, f"{found.finding} is {relation} {case.limit(parameter)}", (found,))


def _hemoglobin_dropped(case: PatientDay) -> Reason:
    found = case.result("hemoglobin", case.p.blood_count_window_days)
    typical, least = _baseline(case, AIHA), case.limit("aiha_hemoglobin_drop_min")
    if np.isnan(typical):
        return Reason(UNKNOWN, _no_baseline(case, AIHA))
    if found is None:
        return Reason(UNKNOWN, case.no_result("hemoglobin", case.p.blood_count_window_days))
    drop = typical - found.value
    verdict = int(reaches(np.array([drop]), case.p.aiha_hemoglobin_drop_min)[0])
    unit = ANALYTES["hemoglobin"].unit
    moved = f"{number(drop, unit)} below" if drop >= 0 else f"{number(-drop, unit)} above"
    text = f"hemoglobin is {moved} its baseline of {number(typical, unit)} (a fall of {least} is required)"
    return Reason(verdict, text, (found,))


def _low_platelets(case: PatientDay) -> Used | None:
    """The lowest platelets of a week; without one, the latest that still counts."""
    days = case.p.itp_low_window_days
    index = int(lowest_in_window(case.block.measure("platelets").events, ROW, ROW + case.day, days)[0])
    if index < 0:
        return case.result("platelets", case.p.blood_count_window_days)
    return case.result_at("platelets", index, case.window(days))


def _transfused(case: PatientDay, product: str, days: int, least: int) -> Reason:
    """At least so many days with a transfusion in the days that end today."""
    first, last = case.window(days)
    rows = transfusions(case.block, product)
    rows = rows.where((rows.day >= first) & (rows.day <= last))
    used = case.dated(rows, "product", (first, last))
    unrecorded = FAIL if case.complete_from("transfusions", first) else UNKNOWN
    verdict = PASS if len(rows) >= least else unrecorded
    name = name_of(product).removesuffix("s") if product == "platelets" else "red-cell"
    on = f" (day {listed([str(row.first) for row in used])})" if used else ""
    text = f"{count(len(rows), 'day')} with {name} transfusion on {span(first, last)}{on}, {least} needed"
    if verdict == UNKNOWN:
        text += f"; {case.undeclared('transfusions')}"
    return Reason(verdict, text, used)


def _either(first: Reason, second: Reason) -> Reason:
    """OR of two elements: the words of what holds, or of both."""
    best = max(first.verdict, second.verdict)
    holding = [part for part in (first, second) if part.verdict == best == PASS] or [first, second]
    return Reason(best, "; ".join(part.text for part in holding), (*first.used, *second.used))


def _platelets_low(case: PatientDay) -> Reason:
    found = _low_platelets(case)
    if found is None:
        low = Reason(UNKNOWN, case.no_result("platelets", case.p.blood_count_window_days))
    else:
        verdict, relation = beside(found, at_most, case.p.itp_platelets_max, "at most", "above")
        low = Reason(verdict, f"{found.finding} is {relation} {case.limit('itp_platelets_max')}", (found,))
    return _either(low, _transfused(case, "platelets", case.p.transfusion_requirement_days, 1))


def _platelets_fallen(case: PatientDay) -> Reason:
    found, typical = _low_platelets(case), _baseline(case, ITP)
    if np.isnan(typical):
        return Reason(UNKNOWN, _no_baseline(case, ITP))
    if found is None:
        return Reason(UNKNOWN, case.no_result("platelets", case.p.blood_count_window_days))
    least = (1 - case.p.itp_fall_fraction_min) * typical
    verdict = int(at_most(np.array([found.value]), np.array([least]))[0])
    unit, fall = ANALYTES["platelets"].unit, f"{case.p.itp_fall_fraction_min:.0%}".replace("%", " %")
    relation = "at least" if verdict == PASS else "less than"
    found_now, before = measured(found.value, found.censored, unit), number(typical, unit)
    text = f"{found_now} is {relation} {fall} under the baseline of {before}"
    return Reason(verdict, text, (found,))


def _anemic_or_transfused(case: PatientDay) -> Reason:
    p = case.p
    transfused = _transfused(case, "red_cells", p.prca_transfusion_window_days, p.prca_transfusions_min)
    return _either(_hemoglobin_below(case, "prca_hemoglobin_below"), transfused)
