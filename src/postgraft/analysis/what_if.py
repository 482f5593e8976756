"""What if: the counts and the funnel under values and dropped criteria that somebody tries one after another."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray

from postgraft.analysis.funnel import funnel
from postgraft.analysis.protocol_in_words import differences_in_words
from postgraft.analysis.summary import statuses
from postgraft.evaluation.count import Patients
from postgraft.evaluation.evaluate import SHARED_GRID, identity, in_blocks
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.observations import Observations, observe
from postgraft.evaluation.screening import Screening
from postgraft.extract import Extract
from postgraft.protocol import Amendment, Protocol
from postgraft.timeline.spells import Packed
from postgraft.vocabulary.errors import ProtocolError

NAME = "what-if"
"""What an explored amendment is called."""

REMEMBERED = 1_000
"""Results that are kept: one is some kilobytes."""

GRIDS = 3
"""Different sets of observed days that are kept ready; each takes about 30 MB of memory a thousand patients."""


class Step(NamedTuple):
    """One step of the funnel, with the columns of ``Outcome.funnel``."""

    criterion: str
    statements: str
    remaining_eligible: int
    remaining_possible: int


@dataclass(frozen=True)
class PatientCounts:
    """Patients, of ``of`` with an allogeneic transplant; the names are those of ``compare``.

    certain: eligible; possible: on top of them. Against the protocol, patient by patient: gained, lost and
    net = gained - lost of the eligible; ending in ``_or_possible``, of those eligible or possible.
    """

    of: int
    certain: int
    possible: int
    gained: int
    lost: int
    net: int
    certain_or_possible: int
    gained_or_possible: int
    lost_or_possible: int
    net_or_possible: int
    funnel: tuple[Step, ...]


@dataclass(frozen=True)
class Explored:
    """What one combination of values and dropped criteria comes to.

    ``changes``: in words, "no change" where nothing differs from the protocol. ``amendment`` holds what
    differs, None where nothing does. ``counts`` is None where the protocol does not allow the combination;
    ``problem`` then says why in the words of its error, a line for each, and is empty otherwise.
    """

    changes: str = ""
    amendment: Amendment | None = None
    counts: PatientCounts | None = None
    problem: str = ""

    def as_yaml(self, name: str = NAME) -> str:
        """The amendment as a list of one, as ``load_amendments`` reads it; empty where there is none."""
        if self.amendment is None:
            return ""
        entry: dict[str, object] = {"name": name}
        if self.amendment.set:
            entry["set"] = {key: _plain(value) for key, value in self.amendment.set.items()}
        if self.amendment.drop:
            entry["drop"] = list(self.amendment.drop)
        return yaml.safe_dump([entry], sort_keys=False, allow_unicode=True)


class ScreenedCohort(NamedTuple):
    """A cohort judged under the protocol, ready for others that observe the same days: rows with their screening."""

    observations: Observations
    blocks: tuple[tuple[NDArray[np.int64], Screening], ...]

    @classmethod
    def of(cls, extract: Extract, protocol: Protocol) -> ScreenedCohort:
        """The cohort as the protocol observes it."""
        seen = observe(extract, protocol)
        return cls(seen, tuple((rows, Screening(seen.block(rows), protocol)) for rows in in_blocks(seen)))


class Explorer:
    """Answers for one evaluated cohort, each equal to what ``evaluate`` gives under the amended protocol.

    Called with values by parameter and the names of criteria to drop, as an amendment has them. What is
    remembered between calls is bounded. Not for several threads at once.
    """

    def __init__(self, outcome: Evaluated) -> None:
        self.protocol = outcome.protocol
        """The protocol that what is explored is compared with."""
        self._outcome = outcome
        self._grids: OrderedDict[object, ScreenedCohort] = OrderedDict()
        self._found: OrderedDict[object, Explored] = OrderedDict()
        self._certain, self._upper = _marks(outcome)
        self.base = self()
        """The protocol as it stands."""

    def __call__(self, values: Mapping[str, object] | None = None, dropped: Collection[str] = ()) -> Explored:
        """What comes of these values and of dropping these criteria, all else as in the protocol.

        What the protocol refuses is told in ``problem``; nothing is raised for it.
        """
        amended = self.protocol
        if values or dropped:
            try:
                amended = self.protocol.amend(name=NAME, set=values, drop=sorted(dropped))
            except ProtocolError as error:
                prefix = f"amendment {NAME!r}: "
                lines = [line.removeprefix(prefix) for line in str(error).splitlines()]
                return Explored(problem="\n".join(lines))
        key = identity(amended)
        if key not in self._found:
            self._found[key] = self._explored(amended)
        self._found.move_to_end(key)
        while len(self._found) > REMEMBERED:
            self._found.popitem(last=False)
        return self._found[key]

    def _explored(self, amended: Protocol) -> Explored:
        outcome = self._outcome
        if amended is not self.protocol:
            seen, blocks = self._screened(amended)
            parts = tuple((rows, Packed.of(screening.under(amended))) for rows, screening in blocks)
            outcome = Evaluated(outcome.extract, amended, seen, parts, outcome.read)
        certain, upper = _marks(outcome)
        steps = funnel(outcome)[list(Step._fields)].itertuples(index=False, name=None)
        gained, lost = _moved(self._certain, certain)
        gained_upper, lost_upper = _moved(self._upper, upper)
        counts = PatientCounts(
            of=certain.size,
            certain=int(certain.sum()),
            possible=int((upper & ~certain).sum()),
            gained=gained,
            lost=lost,
            net=gained - lost,
            certain_or_possible=int(upper.sum()),
            gained_or_possible=gained_upper,
            lost_or_possible=lost_upper,
            net_or_possible=gained_upper - lost_upper,
            funnel=tuple(Step(*row) for row in steps),
        )
        return Explored(differences_in_words(self.protocol, amended), self._amendment(amended), counts)

    def _screened(self, amended: Protocol) -> ScreenedCohort:
        """The cohort as this protocol observes it: judged once for each set of observed days, see ``GRIDS``."""
        key = amended.key(SHARED_GRID)
        if key not in self._grids:
            if len(self._grids) == GRIDS:
                self._grids.popitem(last=False)
            observing = (
                self.protocol.amend(name=NAME, set=dict(key))
                if key != self.protocol.key(SHARED_GRID)
                else self.protocol
            )
            self._grids[key] = ScreenedCohort.of(self._outcome.extract, observing)
        self._grids.move_to_end(key)
        return self._grids[key]

    def _amendment(self, amended: Protocol) -> Amendment | None:
        """What a protocol changes of the explored one."""
        values = {
            name: parameter.value
            for name, parameter in amended.parameters.items()
            if parameter.value != self.protocol.parameters[name].value
        }
        drop = [name for name in amended.dropped if name not in self.protocol.dropped]
        return Amendment.of(NAME, values, drop) if values or drop else None


def _marks(outcome: Evaluated) -> tuple[Patients, Patients]:
    """The patients eligible, and those eligible or possible."""
    found = statuses(outcome, outcome.protocol.eligible_days_min)
    eligible = found["eligible"]
    return eligible, eligible | found["possible_documentation"] | found["possible_diagnosis"]


def _moved(before: Patients, after: Patients) -> tuple[int, int]:
    return int((after & ~before).sum()), int((before & ~after).sum())


def _plain(value: object) -> object:
    """A value as YAML knows it."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
