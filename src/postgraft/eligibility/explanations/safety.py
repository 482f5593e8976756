"""Why microangiopathy, organ function and reactions to drugs allow entry or not."""

from __future__ import annotations

from dataclasses import replace

from postgraft.criteria import safety
from postgraft.criteria.attested import no_contraindication, no_uncontrolled_condition
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.reason import Reason, decisive
from postgraft.eligibility.explanations.wording import listed, name_of, number
from postgraft.timeline.measure import at_most
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def explain_no_ta_tma(case: Case) -> Reason:
    by_record = case.none_of(("ta_tma",), name_of("ta_tma"))
    verdict = case.at(safety.no_ta_tma(case.block, case.p))
    seen = case.result("schistocytes", case.p.chemistry_window_days)
    if seen and seen.result == "positive" and by_record.verdict != FAIL:
        text = f"{seen.finding}: TA-TMA is possible; a diagnosis in conditions or a later negative film would settle it"
        return Reason(verdict, text, (*by_record.used, seen))
    return replace(by_record, verdict=verdict).also([seen] if seen else [])


def explain_organ_function(case: Case) -> Reason:
    limits = case.p.organ_limits
    if not limits:
        verdict = case.at(safety.organ_function(case.block, case.p))
        return Reason(
            verdict, "not specified in the registry record: no limit applies until an amendment sets one"
        )
    return decisive(_organ(case, safety.ORGAN_LIMITS[limit], times) for limit, times in limits.items())


def _organ(case: Case, analyte: str, times: float) -> Reason:
    within = case.p.chemistry_window_days
    rows = case.block.measure(analyte).carried(within)
    value, censored = rows.events["value"], rows.events["censored"]
    verdict = case.at(rows.verdict(at_most(value, times * rows.events["upper"], censored)))
    found = case.result(analyte, within)
    wanted = f"at most {times:g} times the upper limit of normal"
    if found is None:
        return Reason(verdict, f"{case.no_result(analyte, within)}; {wanted} is required")
    [upper] = [
        limit for day, limit in zip(rows.events.day, rows.events["upper"], strict=True) if day == found.first
    ]
    if upper != upper:
        text = f"{found.finding} comes without an upper_limit in measurements; {wanted} is required"
        return Reason(verdict, text, (found,))
    relation = {
        PASS: f"{wanted},",
        FAIL: f"more than {times:g} times the upper limit of normal,",
        UNKNOWN: f"which may be more than {times:g} times the upper limit of normal,",
    }[verdict]
    return Reason(verdict, f"{found.finding}, {relation} {number(upper, found.unit)}", (found,))


def explain_no_hypersensitivity(case: Case) -> Reason:
    verdict = case.at(safety.no_hypersensitivity(case.block, case.p))
    reactions = [used for _, used in case.named_conditions(*safety.REACTIONS)]
    drugs = case.rows("medications", lambda rows: rows.isin("drug", safety.ANTI_CD38))
    earlier = case.drugs(drugs.where(drugs.day < case.day))
    what = listed([name_of(name) for name in safety.REACTIONS], "or")
    if verdict == FAIL:
        found = (*reactions, *(earlier if case.p.prior_anti_cd38_excludes else ()))
        return Reason(verdict, listed([row.finding for row in found]), found)
    open_ = [name for name in safety.REACTIONS if not case.block.complete.condition(name)]
    if case.p.prior_anti_cd38_excludes and not case.block.complete.table("medications"):
        none = "no earlier anti-CD38 antibody is recorded"
        return Reason(verdict, f"no {what} is recorded; {none}, but {case.undeclared('medications')}")
    if not open_:
        return Reason(
            verdict, f"no {what} is recorded, and the extract declares conditions complete for them"
        )
    not_declared = f"conditions is not declared complete for {listed([name_of(name) for name in open_])}"
    return Reason(verdict, f"no {what} is recorded; {not_declared}, so this is {attestation(case)}")


def attestation(case: Case) -> str:
    """How the protocol answers what an extract cannot."""
    if case.p.attested == "assumed":
        return "taken as given (attested: assumed)"
    return "left open (attested: open); only the patient or the physician can tell"


def explain_no_uncontrolled_condition(case: Case) -> Reason:
    verdict = case.at(no_uncontrolled_condition(case.block, case.p))
    by_record = case.none_of(("uncontrolled_infection",), "uncontrolled infection")
    if by_record.used:
        return Reason(verdict, by_record.text, by_record.used)
    text = f"the physician's judgement, {attestation(case)}; no uncontrolled infection is recorded as active"
    return Reason(verdict, text)


def explain_no_contraindication(case: Case) -> Reason:
    verdict = case.at(no_contraindication(case.block, case.p))
    found = tuple(used for _, used in case.named_conditions("premedication_contraindication"))
    if verdict == FAIL:
        return Reason(verdict, listed([row.finding for row in found]), found)
    return Reason(verdict, f"the physician's judgement, {attestation(case)}; no contraindication is recorded")
