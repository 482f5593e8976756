"""Onset verdicts: on which days does the evidence show an immune cytopenia?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.concepts.counts import ITP, PRCA, Cytopenia, count_days, count_verdicts
from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.concepts.records import recorded
from postgraft.criteria.concepts.workup import WORK_UP
from postgraft.timeline.batches import by_length
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events, points_of
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def diagnosis_starts(block: Block, cytopenia: Cytopenia) -> Events:
    """Start days of the recorded diagnoses that name this cytopenia."""
    conditions = block.tables["conditions"]
    return conditions.where(conditions.isin("condition", cytopenia.diagnoses))


def evidence_days(block: Block, p: Parameters, cytopenia: Cytopenia) -> Events:
    """Days from day 0 on with a result or transfusion of the lineage, a result of the work-up or a diagnosis."""
    sources = [count_days(block, p, (cytopenia.analyte, cytopenia.product))]
    unused = _left_out(p, cytopenia)
    sources += [block.measure(analyte).events for analyte in cytopenia.work_up if analyte not in unused]
    if p.recorded_diagnosis != "ignored":
        sources.append(diagnosis_starts(block, cytopenia))
    return points_of(*sources)


def _left_out(p: Parameters, cytopenia: Cytopenia) -> tuple[str, ...]:
    """Analytes that the work-up does not look at, as the parameters stand."""
    if cytopenia is ITP and not p.megakaryocytes_required:
        return ("marrow_megakaryocytes",)
    if cytopenia is PRCA:
        by_rule = {"percent": ("reticulocytes",), "absolute": ("reticulocytes_percent",)}
        return by_rule.get(p.prca_reticulocyte_rule, ())
    return ()


def _last_possible(block: Block, p: Parameters, cytopenia: Cytopenia) -> NDArray[np.int64]:
    """Last day of each row on which the onset may not be FAIL; -1: counts rule it out altogether."""
    last = np.full(block.shape.rows, -1)
    counts = count_verdicts(block, p, cytopenia)
    some = np.diff(counts.offsets) > 0
    last[some] = counts.day[counts.offsets[1:][some] - 1] + p.workup_days - 1
    if p.recorded_diagnosis == "suffices":
        starts = diagnosis_starts(block, cytopenia)
        np.maximum.at(last, starts.row, starts.day)
    return last


def _at_evidence(block: Block, p: Parameters, cytopenia: Cytopenia, counts: Events) -> Events:
    """Onset verdict on every evidence day of the block (column ``verdict``)."""
    days = evidence_days(block, p, cytopenia)
    days = days.where(days.day < block.shape.days)
    row, day = days.row, days.day
    first = day - p.workup_days + 1
    sure = counts.where(counts["verdict"] == PASS).count(row, first, day) > 0
    maybe = counts.count(row, first, day) > 0
    count = np.where(sure, PASS, np.where(maybe, UNKNOWN, FAIL))
    verdict = np.minimum(count, WORK_UP[cytopenia.name](block, p).at(row, day)).astype(np.int8)

    diagnosis = recorded(block, p, *cytopenia.diagnoses).at(row, day)
    if p.absent_diagnosis == "fails_unknown" and all(map(block.complete.condition, cytopenia.diagnoses)):
        verdict[(verdict == UNKNOWN) & (diagnosis == FAIL)] = FAIL
    if p.recorded_diagnosis == "fills_unknown":
        verdict[(verdict == UNKNOWN) & (diagnosis == PASS)] = PASS
    elif p.recorded_diagnosis == "suffices":
        verdict[diagnosis_starts(block, cytopenia).count(row, day, day) > 0] = PASS
    return Events(days.offsets, day, {"verdict": verdict})


def onsets(block: Block, p: Parameters, cytopenia: Cytopenia) -> Events:
    """Evidence days whose onset verdict (column ``verdict``) is not FAIL.

    A count day in the last ``workup_days`` days qualifies AND the work-up of the evidence day agrees. Only
    patients and days are looked at whose counts qualify or can't be ruled out.
    """
    last = _last_possible(block, p, cytopenia)
    rows = np.flatnonzero(last >= 0)
    counts = count_verdicts(block, p, cytopenia)
    found = []
    for chosen, days in by_length(last[rows] + 1, block.shape.days):
        some = rows[chosen]
        part = _at_evidence(block.take(some, days), p, cytopenia, counts.take(some))
        part = part.where(part["verdict"] != FAIL)
        found.append((some[part.row], part.day, part["verdict"]))
    if not found:
        return Events.of_points(block.shape.rows, rows, rows, verdict=rows)
    row, day, verdict = (np.concatenate(column) for column in zip(*found, strict=True))
    return Events.of_points(block.shape.rows, row, day, verdict=verdict)
