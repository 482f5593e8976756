"""Whether the counts of one day show a cytopenia, element by element."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.concepts.baseline import baseline
from postgraft.criteria.concepts.counts import lowest_in_window
from postgraft.criteria.concepts.cytopenias import AIHA, ITP, Cytopenia
from postgraft.criteria.concepts.engraftment import neutrophil_engraftment, platelet_engraftment
from postgraft.criteria.concepts.records import transfusions
from postgraft.eligibility.explanations.case import ROW, Case
from postgraft.eligibility.explanations.reason import Reason, Used
from postgraft.eligibility.explanations.wording import count, listed, name_of, number, span
from postgraft.timeline.measure import at_most, below, reaches
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def count_elements(case: Case, cytopenia: Cytopenia) -> list[Reason]:
    """The elements of the count verdict of ``case.day``, which must be a count day; their AND is the verdict."""
    gate = _engrafted_before(case, cytopenia)
    if cytopenia is ITP:
        return [gate, _platelets_low(case), _platelets_fallen(case)]
    if cytopenia is AIHA:
        return [gate, _hemoglobin_below(case, "aiha_hemoglobin_below"), _hemoglobin_dropped(case)]
    spared = [_platelets_engrafted(case)] if case.p.prca_needs_platelet_engraftment else []
    return [gate, *spared, _anemic_or_transfused(case)]


def _engrafted_before(case: Case, cytopenia: Cytopenia) -> Reason:
    days = case.p.onset_after_engraftment_days[cytopenia.name]
    lineage = "platelets" if cytopenia is ITP else "neutrophils"
    found = (platelet_engraftment if cytopenia is ITP else neutrophil_engraftment)(case.block, case.p)
    earlier = case.day - days
    verdict = int(found.verdict.at(ROW, ROW + earlier)[0])
    state = ("had not engrafted", "were not known to have engrafted", "had engrafted")[verdict]
    if earlier < 0:
        text = f"{lineage} must have engrafted {count(days, 'day')} earlier, and day {case.day} is too early for that"
    else:
        text = f"{lineage} {state} by day {earlier}, {count(days, 'day')} before day {case.day}"
    return Reason(verdict, text)


def _platelets_engrafted(case: Case) -> Reason:
    verdict = case.at(platelet_engraftment(case.block, case.p).verdict)
    state = ("have not engrafted", "are not known to have engrafted", "have engrafted")[verdict]
    return Reason(verdict, f"platelets {state} by day {case.day}")


def baseline_of(case: Case, cytopenia: Cytopenia) -> float:
    """The typical value before this day, NaN if unknown."""
    return float(baseline(case.block, case.p, cytopenia, ROW, ROW + case.day)[0])


def _no_baseline(case: Case, cytopenia: Cytopenia) -> str:
    p = case.p
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


def _hemoglobin_below(case: Case, parameter: str) -> Reason:
    within = case.p.blood_count_window_days
    found = case.result("hemoglobin", within)
    value = np.array([found.value if found else np.nan])
    verdict = int(below(value, getattr(case.p, parameter))[0])
    if found is None:
        return Reason(verdict, case.no_result("hemoglobin", within))
    relation = "below" if verdict == PASS else "not below"
    return Reason(verdict, f"{found.finding} is {relation} {case.limit(parameter)}", (found,))


def _hemoglobin_dropped(case: Case) -> Reason:
    found = case.result("hemoglobin", case.p.blood_count_window_days)
    typical, least = baseline_of(case, AIHA), case.limit("aiha_hemoglobin_drop_min")
    drop = typical - (found.value if found else np.nan)
    verdict = int(reaches(np.array([drop]), case.p.aiha_hemoglobin_drop_min)[0])
    if np.isnan(typical):
        return Reason(verdict, _no_baseline(case, AIHA))
    if found is None:
        return Reason(verdict, case.no_result("hemoglobin", case.p.blood_count_window_days))
    unit = ANALYTES["hemoglobin"].unit
    moved = f"{number(drop, unit)} below" if drop >= 0 else f"{number(-drop, unit)} above"
    text = f"hemoglobin is {moved} its baseline of {number(typical, unit)} (a fall of {least} is required)"
    return Reason(verdict, text, (found,))


def _lowest_platelets(case: Case) -> Used | None:
    window = case.p.itp_low_window_days
    results = case.results("platelets", *case.window(window))
    if not results:
        return case.result("platelets", case.p.blood_count_window_days)
    lowest = lowest_in_window(case.block.measure("platelets").events, ROW, ROW + case.day, window)[0]
    return [used for used in results if used.value == lowest][-1]


def _transfused(case: Case, product: str, days: int, least: int) -> Reason:
    """At least so many days with a transfusion in the days that end today."""
    first, last = case.window(days)
    rows = transfusions(case.block, product)
    rows = rows.where((rows.day >= first) & (rows.day <= last))
    used = case.dated(rows, "product", (first, last))
    unrecorded = FAIL if case.block.complete.table("transfusions") else UNKNOWN
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


def _platelets_low(case: Case) -> Reason:
    found = _lowest_platelets(case)
    value = np.array([found.value if found else np.nan])
    verdict = int(at_most(value, case.p.itp_platelets_max)[0])
    if found is None:
        low = Reason(verdict, case.no_result("platelets", case.p.blood_count_window_days))
    else:
        relation = "at most" if verdict == PASS else "above"
        low = Reason(verdict, f"{found.finding} is {relation} {case.limit('itp_platelets_max')}", (found,))
    return _either(low, _transfused(case, "platelets", case.p.transfusion_requirement_days, 1))


def _platelets_fallen(case: Case) -> Reason:
    found, typical = _lowest_platelets(case), baseline_of(case, ITP)
    value = np.array([found.value if found else np.nan])
    verdict = int(at_most(value, (1 - case.p.itp_fall_fraction_min) * np.array([typical]))[0])
    if np.isnan(typical):
        return Reason(verdict, _no_baseline(case, ITP))
    if found is None:
        return Reason(verdict, case.no_result("platelets", case.p.blood_count_window_days))
    unit, least = ANALYTES["platelets"].unit, f"{case.p.itp_fall_fraction_min:.0%}".replace("%", " %")
    relation = "at least" if verdict == PASS else "less than"
    text = f"{number(found.value, unit)} is {relation} {least} under the baseline of {number(typical, unit)}"
    return Reason(verdict, text, (found,))


def _anemic_or_transfused(case: Case) -> Reason:
    p = case.p
    transfused = _transfused(case, "red_cells", p.prca_transfusion_window_days, p.prca_transfusions_min)
    return _either(_hemoglobin_below(case, "prca_hemoglobin_below"), transfused)
