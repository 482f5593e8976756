"""The ways in which a possible patient would be eligible: what is unknown, on some stretch of days without a FAIL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.prior_therapy import incomplete_if_active
from postgraft.eligibility.estimates.work_up import (
    BY_NAME,
    PARTS,
    WAYS,
    Evidence,
    Sets,
    bits,
    left_open,
)
from postgraft.eligibility.evaluation import BLOCK_ROWS
from postgraft.eligibility.outcome import STATUSES, Outcome
from postgraft.eligibility.screened import NAMES, Screened
from postgraft.vocabulary.verdicts import FAIL, PASS

ASKED: Final = (*NAMES, *PARTS)
"""What may be unknown: criteria, and the parts of the cytopenias in place of the criterion of them."""
CYTOPENIA: Final = np.uint64(1 << NAMES.index("immune_cytopenia"))
RESPONSE: Final = np.uint64(1 << NAMES.index("incomplete_response"))
SHIFT: Final = np.uint64(len(NAMES))


def possible_patients(outcome: Outcome) -> NDArray[np.int64]:
    """Codes of the patients who are possible, ascending."""
    rows = outcome.counted_rows
    return np.sort(outcome.observations.patient[rows[outcome.status[rows] == STATUSES.index("possible")]])


def ways(outcome: Outcome) -> list[tuple[tuple[str, ...], ...]]:
    """For each possible patient, in the order of ``possible_patients``: the smallest sets of what has to be met.

    Every stretch of ``eligible_days_min`` days without a FAIL gives one set, of the criteria (``NAMES``) that are
    UNKNOWN on some day of it; in place of ``immune_cytopenia`` stand the unknown parts of a cytopenia that is not ruled
    out on the stretch (``PARTS``), as of the latest day whose evidence left it unknown, a set for each cytopenia. Where
    none did, as without any count or where only how long it lasted is unknown, the criterion itself stays. That the
    response was incomplete is asked only where it would be unknown were that cytopenia present. Sets that hold another
    one are left out.
    """
    units = possible_patients(outcome)
    seen = outcome.observations
    rows = np.flatnonzero(np.isin(seen.patient, units) & outcome.screened.possible[:, 0])
    found: list[list[int]] = [[] for _ in units]
    order = rows[np.argsort(seen.last[rows], kind="stable")]
    for start in range(0, order.size, BLOCK_ROWS):
        chosen = order[start : start + BLOCK_ROWS]
        row, sets = _of_block(outcome, chosen)
        unit = np.searchsorted(units, seen.patient[chosen][row])
        pairs = np.unique(np.stack([unit.astype(np.uint64), sets]), axis=1)
        for own, one in zip(*pairs.tolist(), strict=True):
            found[own].append(one)
    known: dict[int, tuple[str, ...]] = {}
    return [tuple(_names(one, known) for one in _smallest(sets)) for sets in found]


def _of_block(outcome: Outcome, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], Sets]:
    """Row of the block and set of each way, sets as bits of ``ASKED``."""
    part = Screened.under(outcome.protocol, outcome.spells.take(rows))
    spells, days = part.spells, part.spans[0]
    first, failed = spells.over_days(days, part.failed)
    open_ = failed == 0
    first = first[open_]
    unknown = spells.over_days(days, part.in_the_way & ~part.failed)[1][open_]
    ruled_out = spells.over_days(days, spells.failed)[1][open_]
    row, start = spells.row[first], spells.start[first].astype(np.int64)
    whole = (unknown & CYTOPENIA) == 0
    made_of = [(row[whole], unknown[whole])]
    row, start, unknown, ruled_out = row[~whole], start[~whole], unknown[~whole], ruled_out[~whole]
    told = np.zeros(row.size, bool)
    block, p = outcome.observations.block(rows), Parameters(outcome.protocol)
    for name, cytopenia in BY_NAME.items():
        left = np.flatnonzero((ruled_out & spells.bits(f"immune_cytopenia.{name}")) == 0)
        if not left.size:
            continue
        each_day = start[left, None] + np.arange(days)
        response = incomplete_if_active(block, p, cytopenia).at(np.repeat(row[left], days), each_day.ravel())
        worst = response.reshape(each_day.shape).min(axis=1)
        asked = (unknown[left] & RESPONSE) != 0
        met = np.where(asked & (worst == PASS), RESPONSE, np.uint64(0))
        shown = left_open(block, p, cytopenia, row[left], start[left] + days - 1)
        for at, instead in _by_evidence(shown, name):
            kept = ~(asked & (worst == FAIL))[at]
            index, instead, at = left[at[kept]], instead[kept], at[kept]
            told[index] = True
            made_of.append((row[index], (unknown[index] & ~CYTOPENIA & ~met[at]) | instead))
    block.memo.clear()
    made_of.append((row[~told], unknown[~told]))
    return np.concatenate([one for one, _ in made_of]), np.concatenate([one for _, one in made_of])


def _by_evidence(shown: Evidence, name: str) -> list[tuple[NDArray[np.int64], Sets]]:
    """For each way of a cytopenia: the points at which nothing rules it out, and what stands in place of it there.

    That is what is unknown of its parts; where no day left it unknown (-1) or no part is, the criterion itself.
    """
    nothing = np.flatnonzero(shown.day < 0)
    found = [(nothing, np.full(nothing.size, CYTOPENIA))]
    some = np.flatnonzero(shown.day >= 0)
    for way in WAYS[name]:
        alive = some[shown.failed[some] & bits(*way) == 0]
        parts = (shown.unknown[alive] & bits(*way)) << SHIFT
        found.append((alive, np.where(parts == 0, CYTOPENIA, parts)))
    return found


def _smallest(sets: Sequence[int]) -> list[int]:
    """Without the sets that hold another one."""
    kept: list[int] = []
    for one in sorted(set(sets), key=lambda one: (one.bit_count(), one)):
        if not any(other & ~one == 0 for other in kept):
            kept.append(one)
    return kept


def _names(one: int, known: dict[int, tuple[str, ...]]) -> tuple[str, ...]:
    if one not in known:
        known[one] = tuple(name for i, name in enumerate(ASKED) if one >> i & 1)
    return known[one]


def needed(found: Sequence[tuple[tuple[str, ...], ...]]) -> Mapping[str, NDArray[np.int64]]:
    """Of each name that some way asks for: positions of the patients in question, in the order of ``ASKED``."""
    return {
        name: at
        for name in ASKED
        if (at := np.flatnonzero([any(name in way for way in one) for one in found])).size
    }
