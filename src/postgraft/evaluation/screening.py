"""The final answers of criteria: as computed, adjudicated by the site, or dropped by the protocol.

All criteria over the days of one block, kept as spells; under a further protocol only where it matters.

A transplant's verdicts can change under an amendment only if something that rests directly on a changed parameter
changes for it. So that is computed for the whole block, and everything else anew only for the transplants in which
it differs.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from postgraft.criteria import CRITERIA, Answer, Criterion, listed
from postgraft.criteria.memo import Parameters, Remembered, of_rows, rows_that_differ, shared
from postgraft.criteria.records import adjudicated
from postgraft.criteria.treatment.lines import any_treated
from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.spells import Spells, spells
from postgraft.timeline.verdict import Verdict
from postgraft.vocabulary.verdicts import PASS


@shared
def undropped(block: Block, p: Parameters, name: str) -> Answer:
    """The answer of a criterion with the site's adjudications of it."""
    criterion = next(c for c in CRITERIA if c.name == name)
    found = criterion.answer(block, p.read_for(name))
    return Answer(adjudicated(block, name).over(found.verdict), found.components)


def answer(block: Block, p: Parameters, criterion: Criterion, dropped: Sequence[str]) -> Answer:
    """The final answer; a dropped criterion is PASS on every day, its components stay as computed."""
    found = undropped(block, p, criterion.name)
    if criterion.name in dropped:
        return Answer(block.shape.constant(PASS), found.components)
    return found


TREATED = "treated"
"""Name of the verdict that an immune cytopenia is there and was treated, a denominator of reports."""
TREATED_READS = {"immune_cytopenia", "incomplete_response"}
"""The criteria whose parameters it reads: it is computed where a protocol lists both."""

FEW = 0.15
"""Share of the transplants of a block up to which it pays to compute all of theirs anew."""


class Screening:
    """A block under a first protocol, and under others as they differ from it.

    ``first``: the spells under the first protocol. ``read``: the parameters read for each part so far.
    """

    def __init__(
        self, block: Block, protocol: Protocol, parts: Container[str] | None = None, spells_before: Spells | None = None
    ) -> None:
        """``parts``: only these are computed, the rest is as in ``spells_before`` under whatever protocol."""
        self.block, self._p = block, Parameters(protocol)
        self._computed: dict[str, Remembered] = {}
        verdicts: dict[str, Verdict] = {}
        asked = [one.name for one in listed(protocol)]
        for name in [*asked, TREATED] if {*asked} >= TREATED_READS else asked:
            part = PARTS[name]
            if parts is None or name in parts:
                self._computed[name] = Remembered(part)
                verdicts |= part(block, self._p.within(block, self._computed[name]))
        order = sorted(verdicts, key=lambda name: name not in asked)
        self.first = spells(block, {name: verdicts[name] for name in order}, spells_before)
        self.read = {name: set(computed.read) for name, computed in self._computed.items()}

    def under(
        self, protocol: Protocol, rows: NDArray[np.int64] | None = None, parts: Container[str] | None = None
    ) -> Spells:
        """The spells under another protocol that observes the same days.

        ``rows``: what ``touched`` gave for it, if that is known. ``parts``: only these are computed anew, the
        others are left as under the first protocol.
        """
        p = Parameters(protocol)
        changed = p.differs_in(self._p)
        rows = self.touched(protocol) if rows is None else rows
        anew = [
            part
            for part, computed in self._computed.items()
            if computed.read.keys() & changed and (parts is None or part in parts)
        ]
        if rows.size == 0:
            return self.first
        if rows.size > FEW * self.block.shape.rows:
            return self._anew(self.block, p, anew, self.first)
        block = self.block.take(rows)
        self._hand_over(block, rows, [self._computed[part] for part in anew], changed)
        found = self._anew(block, p, anew, self.first.take(rows))
        block.memo.clear()  # its views refer back to it: without this the memory waits for the collector
        return self.first.replaced(rows, found)

    def _hand_over(
        self, block: Block, rows: NDArray[np.int64], computed: Iterable[Remembered], changed: set[str]
    ) -> None:
        """Give a block of some rows what is remembered of them and does not depend on what changed."""
        for one in computed:
            if one.key in block.memo:
                continue
            kept = None if one.key is None or one.read.keys() & changed else of_rows(one.result, rows)
            if kept is None:
                self._hand_over(block, rows, one.within, changed)
            else:
                block.memo[one.key] = [replace(one, result=kept, within=[])]

    def touched(self, protocol: Protocol) -> NDArray[np.int64]:
        """The rows for which anything that rests directly on a changed parameter differs, ascending."""
        p = Parameters(protocol)
        differ = np.zeros(self.block.shape.rows, bool)
        for computed in set(resting_on(self._computed.values(), p.differs_in(self._p))):
            if not differ.all():
                differ |= rows_that_differ(computed.result, computed.again(self.block, p), differ.size)
        return np.flatnonzero(differ)

    def _anew(self, block: Block, p: Parameters, parts: Iterable[str], others: Spells) -> Spells:
        verdicts: dict[str, Verdict] = {}
        for part in parts:
            own = p.fresh()
            verdicts |= PARTS[part](block, own)
            self.read[part] |= own.read.keys()
        return spells(block, verdicts, others)


def resting_on(computed: Iterable[Remembered], changed: set[str]) -> Iterator[Remembered]:
    """The results nearest to the whole that some changed parameter was read for directly."""
    for one in computed:
        if one.direct & changed:
            yield one
        elif one.read.keys() & changed:
            yield from resting_on(one.within, changed)


def _of_criterion(name: str) -> Callable[[Block, Parameters], dict[str, Verdict]]:
    def verdicts(block: Block, p: Parameters) -> dict[str, Verdict]:
        found = undropped(block, p, name)
        return {name: found.verdict, **found.components}

    return verdicts


def _treated(block: Block, p: Parameters) -> dict[str, Verdict]:
    return {TREATED: any_treated(block, p) & undropped(block, p, "immune_cytopenia").verdict}


PARTS = {criterion.name: _of_criterion(criterion.name) for criterion in CRITERIA} | {TREATED: _treated}
"""What is computed together, each giving named verdicts."""
