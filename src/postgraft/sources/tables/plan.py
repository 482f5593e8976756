"""What a plan says: which sheet, and which columns of it, each table of the extract comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from postgraft.sources.tables.words import MAIN


@dataclass(frozen=True, slots=True)
class Entry:
    """Where rows of one table come from; ``place`` is where the plan says so, such as ``tables.transplants``.

    ``columns``: column of the source by column of the extract. ``constants``: the word for every row instead.
    ``values``: by column of the extract what a cell means. ``where``: by column of the source the cells wanted.
    ``melt``: by column of the source, of which each cell is a row of its own, the constants of that row.
    """

    table: str
    place: str
    path: Path
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    melt: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: str = ""
    pad: Mapping[str, int] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8-sig"

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns of the source that are read."""
        return tuple(dict.fromkeys((*self.columns.values(), *self.where, *self.melt)))

    @property
    def flags(self) -> bool:
        """Whether a melted cell only says if its row is there: its table's main column comes from elsewhere."""
        return MAIN.get(self.table, "") in {*self.columns, *self.constants}


@dataclass(frozen=True, slots=True)
class Plan:
    """``options`` are those of every import, not yet checked; ``dictionary`` is REDCap's, None without one."""

    path: Path
    options: Mapping[str, Any]
    entries: tuple[Entry, ...]
    dictionary: Path | None = None
