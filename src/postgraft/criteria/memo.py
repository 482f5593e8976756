"""The protocol's parameters as a computation sees them, and the memo that rests on it.

A result is kept together with the parameters that were read to get it. It is used again under another
protocol only where all of those have the same value; so an amendment recomputes exactly what it changes,
and no list of dependencies can be forgotten or go stale.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

import numpy as np
from numpy.typing import NDArray

from postgraft.protocol import Protocol
from postgraft.timeline.block import Block
from postgraft.timeline.events import Events
from postgraft.timeline.spans import Spans
from postgraft.timeline.verdict import Shape, Verdict
from postgraft.vocabulary.errors import ProtocolError
from postgraft.vocabulary.shown import shown_value

T = TypeVar("T")
Args = TypeVarTuple("Args")

REMEMBERED = 4
"""Results kept of one computation: the first, which is mostly that of the protocol as it stands, and the latest."""


@dataclass(eq=False)
class Remembered:
    """A result, which parameters were read for it, and by whom.

    ``read`` has all of them; ``direct`` those that the function read itself, or had others read on a part of
    the block; the rest were read in ``within``, the remembered results on the same block it was made from.
    ``again`` computes it under other parameters; ``key`` is that of the memo.
    """

    again: Callable[[Block, Parameters], Any]
    key: Hashable = None
    result: Any = None
    read: dict[str, Any] = field(default_factory=dict)
    direct: set[str] = field(default_factory=set)
    within: list[Remembered] = field(default_factory=list)


class Parameters:
    """A protocol's parameters by attribute; remembers which were read."""

    def __init__(self, protocol: Protocol) -> None:
        values = {name: parameter.value for name, parameter in protocol.parameters.items()}
        tables = {"steroid_factors": protocol.steroid_factors, "half_life_days": protocol.half_life_days}
        self._values: dict[str, Any] = values | tables
        self._protocol, self._reader = protocol.name, ""
        self.read: dict[str, Any] = {}
        self._block: Block | None = None
        self._of: Remembered | None = None

    def __getattr__(self, name: str) -> Any:
        try:
            value = self.read[name] = self._values[name]
        except KeyError:
            reader = f"the criterion {self._reader} reads" if self._reader else "there is no"
            lacks = ", which its file lacks" if self._reader else ""
            raise ProtocolError(f"protocol {shown_value(self._protocol)}: {reader} parameter {name}{lacks}.") from None
        if self._of is not None:
            self._of.direct.add(name)
        return value

    def _same(self) -> Parameters:
        same = Parameters.__new__(Parameters)  # ``copy.copy`` takes ten times as long, for each computation anew
        vars(same).update(vars(self))
        return same

    def read_for(self, criterion: str) -> Parameters:
        """The same, for a criterion: an error about a parameter that is not there names both."""
        same = self._same()
        same._reader = criterion
        return same

    def agrees(self, read: Mapping[str, Any]) -> bool:
        """Whether this protocol has the same values for all of ``read``."""
        values = self._values
        return all(values[name] is value or values[name] == value for name, value in read.items())

    def differs_in(self, other: Parameters) -> set[str]:
        """Names of the parameters whose values differ."""
        return {name for name in self._values if not other.agrees({name: self._values[name]})}

    def fresh(self) -> Parameters:
        """The same protocol with nothing read yet."""
        same = self._same()
        same.read, same._block, same._of = {}, None, None
        return same

    def within(self, block: Block, computed: Remembered) -> Parameters:
        """The same protocol with nothing read yet, for one computation on a block."""
        same = self._same()
        same.read, same._block, same._of = computed.read, block, computed
        return same

    def note(self, block: Block, computed: Remembered) -> None:
        """Remember that a computation used this result."""
        self.read.update(computed.read)
        if self._of is not None and block is self._block:
            self._of.within.append(computed)
        elif self._of is not None:
            self._of.direct.update(computed.read)


def shared(function: Callable[[Block, Parameters, *Args], T]) -> Callable[[Block, Parameters, *Args], T]:
    """Compute once for a block, the same further arguments (hashable) and the same parameters read."""

    @wraps(function)
    def remembered(block: Block, p: Parameters, *args: *Args) -> T:
        known: list[Remembered] = block.once((function, args), list)
        found = next((one for one in known if p.agrees(one.read)), None)
        if found is None:
            found = Remembered(lambda block, p: remembered(block, p, *args), (function, args))
            found.result = function(block, p.within(block, found), *args)
            if len(known) == REMEMBERED:
                del known[1]
            known.append(found)
        p.note(block, found)
        result: T = found.result
        return result

    return remembered


Marks = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class OfRows:
    """One value a row, shape (rows,), such as a fact."""

    values: NDArray[Any]


def rows_that_differ(one: object, other: object, rows: int) -> Marks:
    """Rows (shape (rows,)) in which two results of one computation on a block of so many rows differ.

    Results are verdicts, events, spans, values of rows, and dataclasses and mappings of these. Whatever else
    is not equal as a whole counts as different in every row.
    """
    nowhere, everywhere = np.zeros(rows, bool), np.ones(rows, bool)
    if one is other:
        return nowhere
    if type(one) is not type(other):
        return everywhere
    if isinstance(one, Verdict) and isinstance(other, Verdict):
        return _of_verdicts(one, other)
    if isinstance(one, Events) and isinstance(other, Events):
        return _of_events(one, other)
    if isinstance(one, Spans) and isinstance(other, Spans):
        return _of_events(_by_row(one, rows), _by_row(other, rows))
    if isinstance(one, OfRows) and isinstance(other, OfRows):
        return _unequal(one.values, other.values)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        same = one.shape == other.shape and not _unequal(one, other).any()
        return nowhere if same else everywhere
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if one.keys() != other.keys():
            return everywhere
        return _of_parts([(value, other[key]) for key, value in one.items()], rows)
    if is_dataclass(one) and is_dataclass(other):
        return _of_parts([(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)], rows)
    return everywhere


def _of_parts(pairs: list[tuple[object, object]], rows: int) -> Marks:
    differ = np.zeros(rows, bool)
    for one, other in pairs:
        differ |= rows_that_differ(one, other, rows)
    return differ


def _unequal(one: NDArray[np.generic], other: NDArray[np.generic]) -> Marks:
    """Which elements differ; NaN is like NaN."""
    both_none = (one != one) & (other != other)
    return np.asarray((one != other) & ~both_none)


def _of_verdicts(one: Verdict, other: Verdict) -> Marks:
    if one.rows is None or other.rows is None or one.base != other.base:
        return np.asarray((one.full() != other.full()).any(axis=1))
    held = np.union1d(one.rows, other.rows)
    differ = np.zeros(one.shape.rows, bool)
    differ[held] = (one.take(held) != other.take(held)).any(axis=1)
    return differ


def _by_row(spans: Spans, rows: int) -> Events:
    row, start, *columns = spans.columns()
    return Events.of_points(rows, row, start, **{str(i): column for i, column in enumerate(columns)})


def _of_events(one: Events, other: Events) -> Marks:
    """Rows with a different number of events, or one that differs in its day or a column."""
    counts, others = np.diff(one.offsets), np.diff(other.offsets)
    differ = np.asarray(counts != others)
    if one.columns.keys() != other.columns.keys():
        return np.ones_like(differ)
    same = np.flatnonzero(~differ)
    mine, theirs = one.take(same), other.take(same)
    pairs = [(mine.day, theirs.day), *((mine[name], theirs[name]) for name in one.columns)]
    unequal = np.any([_unequal(a, b) for a, b in pairs], axis=0)
    differ[same[mine.row[unequal]]] = True
    return differ


def of_rows(result: object, rows: Rows) -> object | None:
    """A result for some of its rows, ascending, as it would be computed for them alone; None where that is not told.

    Results as for ``rows_that_differ``.
    """
    if isinstance(result, Verdict):
        return _verdict_of(result, rows)
    if isinstance(result, Events):
        return result.take(rows)
    if isinstance(result, Spans):
        kept = result.where(np.isin(result.row, rows))
        return replace(kept, row=np.searchsorted(rows, kept.row))
    if isinstance(result, OfRows):
        return OfRows(result.values[rows])
    if isinstance(result, Mapping):
        parts = {key: of_rows(value, rows) for key, value in result.items()}
        return None if any(part is None for part in parts.values()) else parts
    if is_dataclass(result) and not isinstance(result, type):
        own = {f.name: of_rows(getattr(result, f.name), rows) for f in fields(result)}
        return None if any(part is None for part in own.values()) else replace(result, **own)
    return None


def _verdict_of(verdict: Verdict, rows: Rows) -> Verdict:
    shape = Shape(rows.size, verdict.shape.days)
    if verdict.rows is None:
        return Verdict(shape, verdict.base, None, verdict.take(rows))
    held = np.isin(rows, verdict.rows, assume_unique=True)
    return Verdict(shape, verdict.base, np.flatnonzero(held), verdict.take(rows[held]))
