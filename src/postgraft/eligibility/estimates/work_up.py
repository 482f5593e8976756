"""The parts an immune cytopenia is made of, on the days that decide: what of it is known, and what is not.

That a cytopenia is unknown may have many reasons, and patients whose antibody test is wanting are like other patients
who had one, not like those whose counts were never low. So each part is imputed by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria.concepts.counts import count_days, count_numbers
from postgraft.criteria.concepts.cytopenias import CYTOPENIAS, Cytopenia
from postgraft.criteria.concepts.onset import onset
from postgraft.criteria.concepts.parameters import Parameters
from postgraft.criteria.concepts.records import none_active
from postgraft.criteria.concepts.spells import sure_spells, wide_spells
from postgraft.criteria.concepts.workup import (
    hemolysis_markers,
    megakaryocytes,
    no_parvovirus,
    reticulocytopenia,
)
from postgraft.timeline.block import Block
from postgraft.timeline.events import points_of
from postgraft.timeline.measure import at_most, below
from postgraft.timeline.spans import NEVER, Days
from postgraft.timeline.verdict import Verdict, at_least, first_that_holds
from postgraft.vocabulary.results import NEGATIVE, POSITIVE
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Sets = NDArray[np.uint64]


def _dat_positive(block: Block, p: Parameters) -> Verdict:
    dat = block.measure("dat").carried(p.dat_window_days)
    return first_that_holds(
        (dat.is_any((POSITIVE,), none=FAIL), PASS),
        (dat.is_any((NEGATIVE,), none=FAIL), FAIL),
        otherwise=UNKNOWN,
    )


def _dat_negative(block: Block, p: Parameters) -> Verdict:
    """What a negative test would mean; it stands beside a positive one as a second way."""
    if p.dat_negative_aiha == "included":
        return none_active(block, p, *p.hemolysis_other_causes)
    return block.shape.constant({"open": UNKNOWN, "excluded": FAIL}[p.dat_negative_aiha])


def _hemolysis(block: Block, p: Parameters) -> Verdict:
    return at_least(p.hemolysis_markers_min, list(hemolysis_markers(block, p).values()))


def _itp_causes(block: Block, p: Parameters) -> Verdict:
    return none_active(block, p, *p.itp_other_causes)


def _prca_causes(block: Block, p: Parameters) -> Verdict:
    return none_active(block, p, *p.prca_obvious_causes)


RULES: Final[Mapping[str, Callable[[Block, Parameters], Verdict]]] = {
    "aiha.dat_positive": _dat_positive,
    "aiha.dat_negative_counts": _dat_negative,
    "aiha.hemolysis": _hemolysis,
    "itp.no_other_cause": _itp_causes,
    "itp.megakaryocytes": megakaryocytes,
    "prca.reticulocytopenia": reticulocytopenia,
    "prca.no_other_cause": _prca_causes,
    "prca.no_parvovirus": no_parvovirus,
}
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
UNRECORDED: Final = {
    "itp.no_other_cause": "itp_other_causes",
    "prca.no_other_cause": "prca_obvious_causes",
}
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
