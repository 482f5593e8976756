"""Lines of treatment that were tried long enough to judge them.

The blocks here are views that begin ``treatment_lead_days`` before the day from which lines are counted (the
onset below): drugs start on the day of the fall, the first count on file may come days later. What ended
before the onset is no treatment of this cytopenia.

Whether a cytopenia that is present has been treated; a denominator of reports, no criterion.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.cytopenia.episodes import episodes, lines_from
from postgraft.criteria.cytopenia.kinds import CYTOPENIAS, PRCA, Cytopenia
from postgraft.criteria.memo import Parameters, shared
from postgraft.criteria.records import drug_rows, is_systemic_corticosteroid, with_purpose
from postgraft.criteria.steroid_dose import daily_dose, prednisone_equivalent, steroid_least
from postgraft.timeline.block import Block
from postgraft.timeline.events import OPEN_END, Events, ragged
from postgraft.timeline.measure import reaches
from postgraft.timeline.spans import paint
from postgraft.timeline.verdict import Cells, Verdict
from postgraft.timeline.windows import at, earlier, from_day, number_so_far, rolling_max, rolling_sum, so_far
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Days = NDArray[np.int64]
GRAMS_PER_MG = 0.001


def _incomplete(block: Block, since: int = 0) -> NDArray[np.bool_]:
    """Rows of which some day from day ``since`` of the view on may hold unrecorded medications, shape (rows, 1)."""
    return np.asarray(block.complete_since("medications") > since)[:, None]


def _unless_met(
    block: Block, met: NDArray[np.bool_], unclear: NDArray[np.bool_] | bool = False, since: int = 0
) -> Cells:
    """PASS where met; else UNKNOWN where unclear or medications are not complete; else FAIL."""
    return np.where(met, PASS, np.where(unclear | _incomplete(block, since), UNKNOWN, FAIL)).astype(np.int8)


def _from_onset(p: Parameters, cells: NDArray[Any]) -> NDArray[Any]:
    """The cells with nothing before the onset."""
    return from_day(cells, p.treatment_lead_days, 0)


def steroid_line(block: Block, p: Parameters) -> Cells:
    """Some 7 consecutive days, the last on or after the onset, with a mean of 0.5 mg/kg/day, so pulses count."""
    dose = prednisone_equivalent(block, p, True)
    days = p.steroid_line_days
    mean = rolling_sum(dose.known, days) / days
    met = reaches(mean, steroid_least(p, p.steroid_line_dose)) == PASS
    unclear = rolling_max(dose.unknown.astype(np.int8), days) > 0
    window = np.where(met, PASS, np.where(unclear, UNKNOWN, FAIL)).astype(np.int8)
    return so_far(from_day(window, max(days - 1, p.treatment_lead_days), FAIL))


def ivig_line(block: Block, p: Parameters) -> Cells:
    """IVIG of 0.8 g/kg within 5 days (or 0.4 g/kg on 2 of them), given on or after the onset and 7 days ago."""
    rows = with_purpose(drug_rows(block, "ivig"), "immune_cytopenia", or_empty=True)
    if len(rows) == 0:
        return _unless_met(block, np.zeros((block.shape.rows, block.shape.days), bool))
    dose = daily_dose(block, rows, np.full(len(rows), GRAMS_PER_MG), weight_days=p.weight_window_days)
    known, days = _from_onset(p, dose.known), p.ivig_window_days
    if p.ivig_rule == "total":
        met = reaches(rolling_sum(known, days), steroid_least(p, p.ivig_total_g_per_kg)) == PASS
    else:
        enough = reaches(known, steroid_least(p, p.ivig_daily_g_per_kg)) == PASS
        met = rolling_sum(enough.astype(np.float64), days) >= p.ivig_daily_days
    unclear = _from_onset(p, dose.incomputable)

    def waited(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.asarray(so_far(earlier(cells.astype(np.int8), p.ivig_wait_days, 0)) > 0)

    return _unless_met(block, waited(met), waited(unclear), since=p.treatment_lead_days)


def rituximab_rows(block: Block, p: Parameters) -> Events:
    """Rows of rituximab that count: of any purpose, or given for the cytopenia or for none that is stated."""
    rows = drug_rows(block, "rituximab")
    if p.rituximab_purpose == "immune_cytopenia":
        return with_purpose(rows, "immune_cytopenia", or_empty=True)
    return rows


def rituximab_line(block: Block, p: Parameters) -> Cells:
    """Four start days of rituximab, the fourth on or after the onset, and 14 days since the fourth."""
    rows = rituximab_rows(block, p)
    rows = rows.where((rows.day >= 0) & (rows.day < block.shape.days))
    distinct = np.ones(len(rows), bool)
    distinct[1:] = (np.diff(rows.row) != 0) | (np.diff(rows.day) != 0)
    rows = rows.where(distinct)
    number = at(number_so_far(block.shape, rows.row, rows.day), rows.row, rows.day)
    last = rows.where((number >= p.rituximab_doses_min) & (rows.day >= p.treatment_lead_days))
    judged = number_so_far(block.shape, last.row, last.day + p.rituximab_wait_days) > 0
    return _unless_met(block, judged)


def is_other_line(block: Block, p: Parameters, cytopenia: Cytopenia) -> NDArray[np.bool_]:
    """Rows of every other drug given for the cytopenia, or for no stated purpose if it is a second-line drug."""
    medications = block.tables["medications"]
    growth_factors = set(p.growth_factors)
    if cytopenia is PRCA and p.prca_esa_is_line:
        growth_factors -= set(p.erythropoiesis_stimulating_agents)
    corticosteroids = {*p.steroid_factors, *p.uncounted_corticosteroids}
    not_other = medications.isin("drug", {*corticosteroids, "ivig", "rituximab", *growth_factors})
    for_cytopenia = medications.isin("purpose", ("immune_cytopenia",))
    second_line = medications.isin("drug", p.second_line_drugs) & medications.is_empty("purpose")
    return np.asarray((for_cytopenia | second_line) & ~not_other)


def line_rows(block: Block, p: Parameters, cytopenia: Cytopenia) -> Events:
    """Rows of ``medications`` that a line of treatment may rest on, whatever their dose."""
    medications = block.tables["medications"]
    for_it = medications.isin("purpose", ("immune_cytopenia",)) | medications.is_empty("purpose")
    ivig = medications.isin("drug", ("ivig",)) & for_it
    rituximab = medications.isin("drug", ("rituximab",))
    if p.rituximab_purpose == "immune_cytopenia":
        rituximab &= for_it
    chosen = is_systemic_corticosteroid(block, p) | ivig | rituximab
    return medications.where(chosen | is_other_line(block, p, cytopenia))


def first_given(rows: Events, of: Days, since: Days) -> Days:
    """For each pair of block row ``of`` and day ``since``: the first day from then on with one of the rows."""
    first = np.full(of.size, int(OPEN_END), np.int64)
    starts, stops = rows.offsets[of], rows.offsets[of + 1]
    index, pair = ragged(starts, stops), np.repeat(np.arange(of.size), stops - starts)
    given = rows["end"][index] >= since[pair]
    np.minimum.at(first, pair[given], np.maximum(rows.day[index], since[pair])[given])
    return first


def _courses(rows: Events, gap: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For rows with the columns drug and end: the number of each row's course, and whether it begins one.

    A course of a drug begins after ``gap`` or more days without.
    """
    order = np.lexsort((rows.day, rows["drug"], rows.row))
    group = np.cumsum(
        np.append(True, (np.diff(rows.row[order]) != 0) | (np.diff(rows["drug"][order]) != 0))[: order.size]
    )
    room = 4_000_000  # keeps the running maximum of ends inside its group
    covered = np.maximum.accumulate(group * room + rows["end"][order])
    previous = np.append(-room, covered)[:-1]
    is_new = np.append(True, np.diff(group) != 0)[: order.size]
    new_course = is_new | (group * room + rows.day[order] - previous - 1 >= gap)
    course, begins = np.empty(order.size, np.int64), np.empty(order.size, bool)
    course[order], begins[order] = np.cumsum(new_course) - 1, new_course
    return course, begins


def begun(rows: Events, p: Parameters) -> Events:
    """Of these rows those that begin a course in the view, one before the onset only if it went on until then.

    The column ``shown`` is the first day on which the course is known to be one for this cytopenia.
    """
    onset = p.treatment_lead_days
    course, begins = _courses(rows, p.line_gap_days)
    lasting = rows["end"] >= onset
    shown = np.full(int(course.max(initial=-1)) + 1, OPEN_END, np.int64)
    np.minimum.at(shown, course[lasting], np.maximum(rows.day, onset)[lasting])
    found = Events(rows.offsets, rows.day, {**rows.columns, "shown": shown[course]}, rows.labels)
    return found.where(begins & (rows.day >= 0) & (shown[course] < OPEN_END))


def _first_of_drug(rows: Events) -> Events:
    """The first row of each drug of each patient."""
    _, first = np.unique(rows.row * 1_000_000 + rows["drug"], return_index=True)
    chosen = np.zeros(len(rows), bool)
    chosen[first] = True
    return rows.where(chosen)


def other_lines(block: Block, p: Parameters, cytopenia: Cytopenia) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Numbers of other drugs (met, met or unknown), each of shape (rows, days).

    A drug counts if a course of it was begun by day d - 14. Where medications are not complete, every
    second-line drug, and every other one with a row by d, is unknown if it is not met.
    """
    rows = block.tables["medications"].where(is_other_line(block, p, cytopenia))
    starts = _first_of_drug(begun(rows, p))
    met = number_so_far(block.shape, starts.row, np.maximum(starts.day + p.other_line_wait_days, starts["shown"]))
    unlisted = _first_of_drug(rows.where(~rows.isin("drug", p.second_line_drugs)))
    known_drugs = number_so_far(block.shape, unlisted.row, np.maximum(unlisted.day, 0))
    possible = known_drugs + np.int16(len(p.second_line_drugs))
    return met, np.where(_incomplete(block), possible, met)


@shared
def enough_lines(block: Block, p: Parameters, cytopenia: Cytopenia) -> Cells:
    """At least ``lines_min`` kinds of treatment by d, shape (rows, days)."""
    steroids = steroid_line(block, p)
    kinds = [steroids, ivig_line(block, p), rituximab_line(block, p)]
    met, possible = other_lines(block, p, cytopenia)
    for kind in kinds:
        met = met + (kind == PASS)
        possible = possible + (kind != FAIL)
    enough = np.where(met >= p.lines_min, PASS, np.where(possible < p.lines_min, FAIL, UNKNOWN)).astype(np.int8)
    return np.minimum(enough, steroids) if p.lines_must_include_steroids else enough


def treated(block: Block, p: Parameters, cytopenia: Cytopenia) -> Verdict:
    """The cytopenia is active and was treated: PASS from the first day of treatment in its running episode.

    Treatment is any systemic corticosteroid, IVIG, rituximab or other line given, in whatever dose, on a day
    in [s - ``treatment_lead_days``, d], s the earliest day from which lines may count; so who has an incomplete
    response has been treated. Without such a row: FAIL where medications are complete, else UNKNOWN.
    """
    found = episodes(block, p, cytopenia)
    since = lines_from(p, found)[0] - p.treatment_lead_days
    begun = first_given(line_rows(block, p, cytopenia), found.row, since)
    begun = np.clip(begun, found.start, found.end + 1)
    unrecorded = np.where(block.complete_since("medications")[found.row] <= since, FAIL, UNKNOWN)
    untreated = np.minimum(unrecorded, found.verdict)
    spans = (  # before and from the first day of treatment on, row by row
        np.repeat(found.row, 2),
        np.stack([found.start, begun], axis=1).ravel(),
        np.stack([begun - 1, found.end], axis=1).ravel(),
        np.stack([untreated, found.verdict], axis=1).ravel().astype(np.int8),
    )
    return paint(block.shape, *spans, FAIL)


@shared
def any_treated(block: Block, p: Parameters) -> Verdict:
    """Some immune cytopenia is active and was treated."""
    return reduce(or_, (treated(block, p, cytopenia) for cytopenia in CYTOPENIAS))
