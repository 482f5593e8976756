"""The ways in which a possible patient would be eligible: what is unknown on some stretch of days without a FAIL.

That a cytopenia is unknown may have many reasons, and patients whose antibody test is wanting are like other patients
who had one, not like those whose counts were never low. So each part that it is made of is imputed by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.cytopenia.counts import count_days, count_numbers
from postgraft.criteria.cytopenia.kinds import CYTOPENIAS, ITP, PRCA, Cytopenia
from postgraft.criteria.cytopenia.onset import onset
from postgraft.criteria.cytopenia.spells import sure_spells, wide_spells
from postgraft.criteria.cytopenia.work_up import (
    DAT,
    dat_negative_counts,
    hemolysis,
    megakaryocytes,
    no_other_cause,
    no_parvovirus,
    reticulocytopenia,
)
from postgraft.criteria.memo import Parameters
from postgraft.criteria.treatment.incomplete_response import incomplete_if_active
from postgraft.evaluation.evaluate import BLOCK_ROWS
from postgraft.evaluation.evaluated import STATUSES, Evaluated
from postgraft.evaluation.stretches import EligibleStretches
from postgraft.timeline.block import Block
from postgraft.timeline.events import points_of
from postgraft.timeline.measure import at_most, below
from postgraft.timeline.spans import NEVER, Days
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.timeline.windows import day_numbers
from postgraft.vocabulary.analytes import NEGATIVE, POSITIVE
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Sets = NDArray[np.uint64]


def _dat_positive(block: Block, p: Parameters) -> Verdict:
    dat = DAT.carried(block, p)
    return first_that_holds(
        (dat.is_any((POSITIVE,), none=FAIL), PASS), (dat.is_any((NEGATIVE,), none=FAIL), FAIL), otherwise=UNKNOWN
    )


RULES: Final[Mapping[str, Callable[[Block, Parameters], Verdict]]] = {
    "aiha.dat_positive": _dat_positive,
    "aiha.dat_negative_counts": dat_negative_counts,
    "aiha.hemolysis": hemolysis,
    "itp.no_other_cause": partial(no_other_cause, cytopenia=ITP),
    "itp.megakaryocytes": megakaryocytes,
    "prca.reticulocytopenia": reticulocytopenia,
    "prca.no_other_cause": partial(no_other_cause, cytopenia=PRCA),
    "prca.no_parvovirus": no_parvovirus,
}
"""A negative antiglobulin test that counts stands beside a positive one as a second way."""
WAYS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "aiha": (
        ("aiha.counts", "aiha.dat_positive", "aiha.hemolysis"),
        ("aiha.counts", "aiha.dat_negative_counts", "aiha.hemolysis"),
    ),
    "itp": (("itp.counts", "itp.no_other_cause", "itp.megakaryocytes"),),
    "prca": (("prca.counts", "prca.reticulocytopenia", "prca.no_other_cause", "prca.no_parvovirus"),),
}
"""What has to be met for each cytopenia; of several ways one."""
PARTS: Final = tuple(dict.fromkeys(part for ways in WAYS.values() for way in ways for part in way))
READINGS: Final = frozenset({"aiha.dat_negative_counts"})
"""Unknown because of how the protocol is read: no patient can teach what it is."""
UNRECORDED: Final = {"itp.no_other_cause": "itp_other_causes", "prca.no_other_cause": "prca_obvious_causes"}
"""Parts that only a complete table of conditions can show to be met, and the parameter that lists the conditions."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of one cytopenia on days of rows: the parts (bits of ``PARTS``) that are FAIL and UNKNOWN.

    All of shape (points,). ``sure``: the counts qualify for certain, other causes aside.
    """

    row: Days
    day: Days
    failed: Sets
    unknown: Sets
    sure: NDArray[np.bool_]


def evidence(block: Block, p: Parameters, cytopenia: Cytopenia, row: Days, day: Days) -> Evidence:
    """The parts as of the work-up of each (row, day) and of the counts that it may belong to."""
    counts = count_numbers(block, p, cytopenia)
    certain = counts.where(counts["numbers"] == PASS)
    sure = certain.count(row, day - p.workup_days + 1, day) > 0
    failed, unknown = np.zeros(row.size, np.uint64), bits(f"{cytopenia.name}.counts") * ~sure
    for name, rule in RULES.items():
        if name.startswith(cytopenia.name):
            found = rule(block, p).at(row, day)
            failed[found == FAIL] |= bits(name)
            unknown[found == UNKNOWN] |= bits(name)
    return Evidence(row, day, failed, unknown.astype(np.uint64), sure)


def telling(block: Block, p: Parameters, cytopenia: Cytopenia) -> Evidence:
    """On the days that tell something new while the counts qualify for certain: counts, results of the work-up."""
    sources = [block.measure(analyte).events for analyte in cytopenia.work_up]
    days = points_of(count_days(block, p, cytopenia), *sources)
    days = days.where(days.day < block.shape.days)
    found = evidence(block, p, cytopenia, days.row, days.day.astype(np.int64))
    kept = found.sure
    return Evidence(*(getattr(found, field.name)[kept] for field in fields(Evidence)))


def left_open(block: Block, p: Parameters, cytopenia: Cytopenia, row: Days, day: Days) -> Evidence:
    """The parts as of the latest day up to each (row, day) whose evidence leaves the cytopenia open, in its spell.

    Counts that no longer carry the spell for certain are unknown as well. ``day`` is -1 where there is no such day: no
    spell, no evidence, or an onset that is certain, so that only how long it lasts is in doubt.
    """
    spells, shown = wide_spells(block, p, cytopenia), onset(block, p, cytopenia)
    place = spells.holding(row, day)
    start = np.append(spells.start, NEVER)[place]
    open_ = shown.possible.last_day(row, day)
    certain = shown.sure.next_day(row, start) <= day
    found = evidence(block, p, cytopenia, row, np.where((open_ >= start) & ~certain, open_, -1))
    lasts = sure_spells(block, p, cytopenia).holding(row, day) >= 0
    unknown = found.unknown | np.where(lasts, np.uint64(0), bits(f"{cytopenia.name}.counts"))
    return replace(found, unknown=unknown)


def low_without_onset(block: Block, p: Parameters, cytopenia: Cytopenia, since: int) -> NDArray[np.bool_]:
    """Which rows have a result low enough from day ``since`` on, but no count day that qualifies or may do so."""
    events = block.measure(cytopenia.analyte).events
    low = {
        "aiha": lambda: below(events["value"], p.aiha_hemoglobin_below, events["censored"]),
        "itp": lambda: at_most(events["value"], p.itp_platelets_max, events["censored"]),
        "prca": lambda: below(events["value"], p.prca_hemoglobin_below, events["censored"]),
    }[cytopenia.name]()
    found = np.zeros(block.shape.rows, bool)
    found[events.row[(low == PASS) & (events.day >= since)]] = True
    found[np.diff(count_numbers(block, p, cytopenia).offsets) > 0] = False
    return found


def bits(*parts: str) -> np.uint64:
    """The set of these parts."""
    return np.uint64(sum(1 << PARTS.index(part) for part in parts))


BY_NAME: Final = {cytopenia.name: cytopenia for cytopenia in CYTOPENIAS}


@dataclass(frozen=True)
class Asked:
    """What may be unknown: the criteria of a protocol, and in place of that of the cytopenias their parts.

    Sets of these are bits in the order of ``names``; ``cytopenia`` and ``response`` are those of two criteria (0: not
    listed), parts begin at ``shift``.
    """

    names: tuple[str, ...]
    cytopenia: np.uint64
    response: np.uint64
    shift: np.uint64

    @classmethod
    def of(cls, outcome: Evaluated) -> Asked:
        """What the protocol of an outcome asks."""
        names = outcome.screened.names

        def bit(name: str) -> np.uint64:
            return np.uint64(1 << names.index(name) if name in names else 0)

        return cls((*names, *PARTS), bit("immune_cytopenia"), bit("incomplete_response"), np.uint64(len(names)))


def possible_patients(outcome: Evaluated) -> NDArray[np.int64]:
    """Codes of the patients who are possible, ascending."""
    rows = outcome.counted_rows
    return np.sort(outcome.observations.patient[rows[outcome.status[rows] == STATUSES.index("possible")]])


def what_must_be_met(outcome: Evaluated) -> list[tuple[tuple[str, ...], ...]]:
    """For each possible patient, in the order of ``possible_patients``: the smallest sets of what has to be met.

    Every stretch of ``eligible_days_min`` days without a FAIL gives one set, of the criteria that are
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
    names, known = Asked.of(outcome).names, dict[int, tuple[str, ...]]()
    return [tuple(_names(one, names, known) for one in _smallest(sets)) for sets in found]


def _of_block(outcome: Evaluated, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], Sets]:
    """Row of the block and set of each way, sets as bits of ``Asked``."""
    what = Asked.of(outcome)
    part = EligibleStretches.under(outcome.protocol, outcome.spells.take(rows))
    spells, days = part.spells, part.spans[0]
    first, failed = spells.over_days(days, part.failed)
    open_ = failed == 0
    first = first[open_]
    unknown = spells.over_days(days, part.in_the_way & ~part.failed)[1][open_]
    ruled_out = spells.over_days(days, spells.failed)[1][open_]
    row, start = spells.row[first], spells.start[first].astype(np.int64)
    whole = (unknown & what.cytopenia) == 0
    made_of = [(row[whole], unknown[whole])]
    row, start, unknown, ruled_out = row[~whole], start[~whole], unknown[~whole], ruled_out[~whole]
    told = np.zeros(row.size, bool)
    block, p = outcome.observations.block(rows), Parameters(outcome.protocol)
    for name, cytopenia in BY_NAME.items():
        left = np.flatnonzero((ruled_out & spells.bits(f"immune_cytopenia.{name}")) == 0)
        if not left.size:
            continue
        each_day = start[left, None] + day_numbers(days)
        response = incomplete_if_active(block, p, cytopenia).at(np.repeat(row[left], days), each_day.ravel())
        worst = response.reshape(each_day.shape).min(axis=1)
        asked = (unknown[left] & what.response) != 0
        met = np.where(asked & (worst == PASS), what.response, np.uint64(0))
        shown = left_open(block, p, cytopenia, row[left], start[left] + days - 1)
        for at, instead in _by_evidence(shown, name, what):
            kept = ~(asked & (worst == FAIL))[at]
            index, instead, at = left[at[kept]], instead[kept], at[kept]
            told[index] = True
            made_of.append((row[index], (unknown[index] & ~what.cytopenia & ~met[at]) | instead))
    block.memo.clear()
    made_of.append((row[~told], unknown[~told]))
    return np.concatenate([one for one, _ in made_of]), np.concatenate([one for _, one in made_of])


def _by_evidence(shown: Evidence, name: str, what: Asked) -> list[tuple[NDArray[np.int64], Sets]]:
    """For each way of a cytopenia: the points at which nothing rules it out, and what stands in place of it there.

    That is what is unknown of its parts; where no day left it unknown (-1) or no part is, the criterion itself.
    """
    nothing = np.flatnonzero(shown.day < 0)
    found = [(nothing, np.full(nothing.size, what.cytopenia))]
    some = np.flatnonzero(shown.day >= 0)
    for way in WAYS[name]:
        alive = some[shown.failed[some] & bits(*way) == 0]
        parts = (shown.unknown[alive] & bits(*way)) << what.shift
        found.append((alive, np.where(parts == 0, what.cytopenia, parts)))
    return found


def _smallest(sets: Sequence[int]) -> list[int]:
    """Without the sets that hold another one."""
    kept: list[int] = []
    for one in sorted(set(sets), key=lambda one: (one.bit_count(), one)):
        if not any(other & ~one == 0 for other in kept):
            kept.append(one)
    return kept


def _names(one: int, names: Sequence[str], known: dict[int, tuple[str, ...]]) -> tuple[str, ...]:
    if one not in known:
        known[one] = tuple(name for i, name in enumerate(names) if one >> i & 1)
    return known[one]


def needed(outcome: Evaluated, found: Sequence[tuple[tuple[str, ...], ...]]) -> Mapping[str, NDArray[np.int64]]:
    """Of each name that some way asks for: positions of the patients in question, in the order of ``Asked``."""
    return {
        name: at
        for name in Asked.of(outcome).names
        if (at := np.flatnonzero([any(name in way for way in one) for one in found])).size
    }
