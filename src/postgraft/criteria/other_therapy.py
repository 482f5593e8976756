"""Other drugs: investigational ones need a washout, maintenance needs the sponsor's agreement."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.concepts.records import absent, agreement, given, no_gvhd, with_purpose
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.timeline.block import Block
from postgraft.timeline.measure import rounded
from postgraft.timeline.paint import cover
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.vocabulary.codes import GVHD_CONDITIONS
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def investigational_washout(block: Block, p: Parameters) -> Verdict:
    """At least 14 days and five half-lives since the last dose of each investigational drug."""
    rows = with_purpose(block.tables["medications"], "investigational")
    of_label = np.array([p.half_life_days.get(drug, np.nan) for drug in rows.labels["drug"]] + [np.nan])
    own = rows["half_life_days"]
    half_life = np.where(np.isnan(own), of_label[rows["drug"]], own)
    unsure = np.isnan(half_life)
    by_half_lives = np.where(unsure, 0, p.washout_half_lives * half_life)
    needed = np.ceil(rounded(np.maximum(p.washout_days_min, by_half_lives))).astype(np.int64)
    last = rows["end"].astype(np.int64)
    counts = needed > 0  # without a washout not even today's dose stands in the way
    too_soon = cover(block.shape, rows.row[counts], rows.day[counts], (last + needed - 1)[counts])
    from_day = np.where(counts, last + needed, rows.day)
    until = last + p.washout_unknown_days - 1
    unclear = cover(block.shape, rows.row[unsure], from_day[unsure], until[unsure])
    waived = agreement(p) if p.washout_waiver == "sponsor_agreement" else FAIL
    everything_known = absent(block.complete.table("medications"))
    return too_soon.mapped(fail=PASS, unknown=UNKNOWN, passed=waived) & unclear.mapped(
        fail=everything_known, unknown=UNKNOWN, passed=UNKNOWN
    )


def maintenance_therapy(block: Block, p: Parameters) -> Verdict:
    """No maintenance therapy is given, or the sponsor agrees."""
    medications = block.tables["medications"]
    unstated = medications.is_empty("purpose") & medications.isin("drug", p.maintenance_drugs)
    stated = medications.isin("purpose", ("relapse_prevention",))
    maintained = given(block, medications.where(stated | unstated))
    if p.gvhd_prophylaxis_is_maintenance:
        prophylaxis = given(block, with_purpose(medications, "gvhd"))
        maintained = maintained | (prophylaxis & no_gvhd(block, p))
    none_given = absent(block.complete.table("medications"))
    either = agreement(p) if agreement(p) == none_given else UNKNOWN
    return first_that_holds(
        (maintained.equals(PASS), agreement(p)), (maintained.equals(UNKNOWN), either), otherwise=none_given
    )


def _maintenance_needs(p: Parameters) -> Needs:
    medications = Needs(tables=("medications",), complete=("medications",))
    if not p.gvhd_prophylaxis_is_maintenance:
        return medications
    return medications | Needs(conditions=GVHD_CONDITIONS, complete=GVHD_CONDITIONS)


INVESTIGATIONAL_WASHOUT = Criterion(
    "investigational_washout",
    investigational_washout,
    lambda p: Needs(tables=("medications",), complete=("medications",)),
)
MAINTENANCE_THERAPY = Criterion("maintenance_therapy", maintenance_therapy, _maintenance_needs)
