"""What speaks against the study drug, and what only the patient or a physician can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from operator import and_

import numpy as np

from postgraft.criteria.case import PatientDay
from postgraft.criteria.criterion import Answers, Criterion, Needs
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import absent, attested, drug_rows, ever_recorded, none_active, recorded
from postgraft.criteria.rules import Lab
from postgraft.criteria.wording import Reason, decisive, listed, name_of, number
from postgraft.timeline.block import Block
from postgraft.timeline.events import OPEN_END
from postgraft.timeline.measure import at_most
from postgraft.timeline.spans import cover
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.vocabulary.analytes import POSITIVE
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

REACTIONS = ("study_drug_hypersensitivity", "anti_cd38_intolerance", "steroid_intolerance")
ANTI_CD38 = ("daratumumab", "isatuximab")
SCHISTOCYTES = Lab("schistocytes", "chemistry_window_days")
ORGANS = {
    f"{analyte}_max_uln": Lab(analyte, "chemistry_window_days")
    for analyte in ("creatinine", "bilirubin_total", "alt", "ast")
}
"""By limit the result that is held against it."""


def no_ta_tma(block: Block, p: Parameters) -> Verdict:
    """No active transplant-associated thrombotic microangiopathy; schistocytes alone leave it open."""
    suspicious = SCHISTOCYTES.carried(block, p).is_any((POSITIVE,), none=FAIL)
    return none_active(block, p, "ta_tma") & suspicious.mapped(fail=PASS, unknown=UNKNOWN, passed=UNKNOWN)


def organ_function(block: Block, p: Parameters) -> Verdict:
    """Value ≤ limit × the result's own upper limit, for the limits an amendment sets; none are registered."""
    organs = (_organ(block, p, ORGANS[limit], times) for limit, times in p.organ_limits.items())
    return reduce(and_, organs, block.shape.constant(PASS))


def _organ(block: Block, p: Parameters, lab: Lab, times: float) -> Verdict:
    latest = lab.carried(block, p)
    rows = latest.events
    return latest.verdict(at_most(rows["value"], times * rows["upper"], rows["censored"]))


def _organ_answers(p: Parameters) -> Mapping[str, Answers]:
    """Results beside the upper limit of their own laboratory."""
    return {
        ORGANS[limit].analyte: Answers(
            {"within the limit": times / 2, "above it": 2 * times}, ORGANS[limit].days(p), 1.0
        )
        for limit, times in p.organ_limits.items()
    }


def no_hypersensitivity(block: Block, p: Parameters) -> Verdict:
    """No recorded hypersensitivity to the study drug, no intolerance of anti-CD38 antibodies or of steroids."""
    reacted = ever_recorded(block, *REACTIONS)
    complete = all(block.complete.condition(name) for name in REACTIONS)
    none = PASS if complete else attested(p)
    if p.prior_anti_cd38_excludes:
        rows = drug_rows(block, *ANTI_CD38)
        begun_before = cover(block.shape, rows.row, rows.day + 1, np.full(len(rows), OPEN_END))
        reacted = reacted | begun_before
        none = min(none, absent(block.complete.table("medications")))
    return first_that_holds((reacted, FAIL), otherwise=none)


def _hypersensitivity_needs(p: Parameters) -> Needs:
    reactions = Needs(conditions=REACTIONS, complete=REACTIONS)
    if not p.prior_anti_cd38_excludes:
        return reactions
    return reactions | Needs(tables=("medications",), complete=("medications",))


def taken_on_trust(block: Block, p: Parameters) -> Verdict:
    """No table of an extract can answer."""
    return block.shape.constant(attested(p))


def no_uncontrolled_condition(block: Block, p: Parameters) -> Verdict:
    """Attested; a recorded active uncontrolled infection speaks against it."""
    infection = recorded(block, p, "uncontrolled_infection")
    return infection.mapped(fail=attested(p), unknown=UNKNOWN, passed=FAIL)


def no_contraindication(block: Block, p: Parameters) -> Verdict:
    """Attested; a contraindication to the premedication recorded at any time speaks against it."""
    recorded_ever = ever_recorded(block, "premedication_contraindication")
    return first_that_holds((recorded_ever, FAIL), otherwise=attested(p))


def _on_trust(name: str, what: str, left_open: str) -> Criterion:
    def explain(case: PatientDay) -> Reason:
        verdict = case.at(taken_on_trust(case.block, case.p))
        return Reason(verdict, f"{what}, which no extract shows: {attestation(case)}")

    return Criterion(name, taken_on_trust, explain, attested=True, left_open=left_open)


def explain_no_ta_tma(case: PatientDay) -> Reason:
    by_record = case.none_of(("ta_tma",), name_of("ta_tma"))
    verdict = case.at(no_ta_tma(case.block, case.p))
    seen = SCHISTOCYTES.found(case)
    if seen and seen.result == "positive" and by_record.verdict != FAIL:
        text = f"{seen.finding}: TA-TMA is possible; a diagnosis in conditions or a later negative film would settle it"
        return Reason(verdict, text, (*by_record.used, seen))
    return replace(by_record, verdict=verdict).also([seen] if seen else [])


def explain_organ_function(case: PatientDay) -> Reason:
    limits = case.p.organ_limits
    if not limits:
        verdict = case.at(organ_function(case.block, case.p))
        return Reason(verdict, "not specified in the registry record: no limit applies until an amendment sets one")
    return decisive(_explain_organ(case, ORGANS[limit], times) for limit, times in limits.items())


def _explain_organ(case: PatientDay, lab: Lab, times: float) -> Reason:
    verdict, found = case.at(_organ(case.block, case.p, lab, times)), lab.found(case)
    wanted = f"at most {times:g} times the upper limit of normal"
    if found is None:
        return Reason(verdict, f"{lab.missing(case)}; {wanted} is required")
    rows = case.block.measure(lab.analyte).events
    [upper] = rows["upper"][rows.day == found.first]
    if upper != upper:
        text = f"{found.finding} comes without an upper_limit in measurements; {wanted} is required"
        return Reason(verdict, text, (found,))
    relation = {
        PASS: f"{wanted},",
        FAIL: f"more than {times:g} times the upper limit of normal,",
        UNKNOWN: f"which may be more than {times:g} times the upper limit of normal,",
    }[verdict]
    return Reason(verdict, f"{found.finding}, {relation} {number(upper, found.unit)}", (found,))


def explain_no_hypersensitivity(case: PatientDay) -> Reason:
    verdict = case.at(no_hypersensitivity(case.block, case.p))
    reactions = [used for _, used in case.named_conditions(*REACTIONS)]
    drugs = case.rows("medications", lambda rows: rows.isin("drug", ANTI_CD38))
    earlier = case.drugs(drugs.where(drugs.day < case.day))
    what = listed([name_of(name) for name in REACTIONS], "or")
    if verdict == FAIL:
        found = (*reactions, *(earlier if case.p.prior_anti_cd38_excludes else ()))
        return Reason(verdict, listed([row.finding for row in found]), found)
    open_ = [name for name in REACTIONS if not case.block.complete.condition(name)]
    if case.p.prior_anti_cd38_excludes and not case.block.complete.table("medications"):
        none = "no earlier anti-CD38 antibody is recorded"
        return Reason(verdict, f"no {what} is recorded; {none}, but {case.undeclared('medications')}")
    if not open_:
        return Reason(verdict, f"no {what} is recorded, and the extract declares conditions complete for them")
    not_declared = f"conditions is not declared complete for {listed([name_of(name) for name in open_])}"
    return Reason(verdict, f"no {what} is recorded; {not_declared}, so this is {attestation(case)}")


def attestation(case: PatientDay) -> str:
    """How the protocol answers what an extract cannot."""
    if case.p.attested == "assumed":
        return "taken as given (attested: assumed)"
    return "left open (attested: open); only the patient or the physician can tell"


def explain_no_uncontrolled_condition(case: PatientDay) -> Reason:
    verdict = case.at(no_uncontrolled_condition(case.block, case.p))
    by_record = case.none_of(("uncontrolled_infection",), "uncontrolled infection")
    if by_record.used:
        return Reason(verdict, by_record.text, by_record.used)
    text = f"the physician's judgement, {attestation(case)}; no uncontrolled infection is recorded as active"
    return Reason(verdict, text)


def explain_no_contraindication(case: PatientDay) -> Reason:
    verdict = case.at(no_contraindication(case.block, case.p))
    found = tuple(used for _, used in case.named_conditions("premedication_contraindication"))
    if verdict == FAIL:
        return Reason(verdict, listed([row.finding for row in found]), found)
    return Reason(verdict, f"the physician's judgement, {attestation(case)}; no contraindication is recorded")


NO_TA_TMA = Criterion(
    "no_ta_tma",
    no_ta_tma,
    explain_no_ta_tma,
    lambda p: Needs(analytes=("schistocytes",), conditions=("ta_tma",), complete=("ta_tma",)),
    answers=lambda p: SCHISTOCYTES.could_be(p, "negative", "positive"),
)
ORGAN_FUNCTION = Criterion(
    "organ_function",
    organ_function,
    explain_organ_function,
    lambda p: Needs(analytes=tuple(ORGANS[limit].analyte for limit in p.organ_limits)),
    left_open="The registry record refers to organ criteria that it does not give: passes unless limits are set.",
    answers=_organ_answers,
)
NO_HYPERSENSITIVITY = Criterion(
    "no_hypersensitivity",
    no_hypersensitivity,
    explain_no_hypersensitivity,
    _hypersensitivity_needs,
    left_open="Where these conditions are not declared complete, their absence is attested.",
)
CONTRACEPTION = _on_trust(
    "contraception",
    "contraception is agreed with the patient at enrolment",
    "Contraception is agreed with each patient at enrolment.",
)
CONSENT = _on_trust(
    "consent", "consent is given by the patient at enrolment", "Consent is given by each patient at enrolment."
)
NO_UNCONTROLLED_CONDITION = Criterion(
    "no_uncontrolled_condition",
    no_uncontrolled_condition,
    explain_no_uncontrolled_condition,
    needs=lambda p: Needs(conditions=("uncontrolled_infection",)),
    attested=True,
    left_open="Only a recorded uncontrolled infection is seen; other conditions are the physician's judgement.",
)
NO_CONTRAINDICATION = Criterion(
    "no_contraindication",
    no_contraindication,
    explain_no_contraindication,
    needs=lambda p: Needs(conditions=("premedication_contraindication",)),
    attested=True,
    left_open="Only a recorded contraindication to the premedication is seen.",
)
