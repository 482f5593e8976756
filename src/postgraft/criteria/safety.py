"""Conditions and drugs that speak against the study drug."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.concepts.records import (
    absent,
    attested,
    drug_rows,
    ever_recorded,
    none_active,
)
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.events import OPEN_END
from postgraft.timeline.measure import at_most
from postgraft.timeline.paint import cover
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.vocabulary.results import POSITIVE
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

REACTIONS = ("study_drug_hypersensitivity", "anti_cd38_intolerance", "steroid_intolerance")
ANTI_CD38 = ("daratumumab", "isatuximab")
ORGAN_LIMITS = {
    "creatinine_max_uln": "creatinine",
    "bilirubin_total_max_uln": "bilirubin_total",
    "alt_max_uln": "alt",
    "ast_max_uln": "ast",
}


def no_ta_tma(block: Block, p: Parameters) -> Verdict:
    """No active transplant-associated thrombotic microangiopathy; schistocytes alone leave it open."""
    schistocytes = block.measure("schistocytes").carried(p.chemistry_window_days)
    free = none_active(block, p, "ta_tma")
    suspicious = schistocytes.is_any((POSITIVE,), none=FAIL)
    return free & suspicious.mapped(fail=PASS, unknown=UNKNOWN, passed=UNKNOWN)


def organ_function(block: Block, p: Parameters) -> Verdict:
    """Value ≤ limit × the result's own upper limit, for the limits an amendment sets; none are registered."""
    verdict = block.shape.constant(PASS)
    for limit, times in p.organ_limits.items():
        latest = block.measure(ORGAN_LIMITS[limit]).carried(p.chemistry_window_days)
        rows = latest.events
        verdict = verdict & latest.verdict(at_most(rows["value"], times * rows["upper"], rows["censored"]))
    return verdict


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


NO_TA_TMA = Criterion(
    "no_ta_tma",
    no_ta_tma,
    lambda p: Needs(analytes=("schistocytes",), conditions=("ta_tma",), complete=("ta_tma",)),
)
ORGAN_FUNCTION = Criterion(
    "organ_function",
    organ_function,
    lambda p: Needs(analytes=tuple(ORGAN_LIMITS[limit] for limit in p.organ_limits)),
    left_open="The registry record refers to organ criteria that it does not give: passes unless limits are set.",
)
NO_HYPERSENSITIVITY = Criterion(
    "no_hypersensitivity",
    no_hypersensitivity,
    _hypersensitivity_needs,
    left_open="Where these conditions are not declared complete, their absence is attested.",
)
