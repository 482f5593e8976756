"""What a file of a report holds, taken apart into what the checks look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from postgraft.reports.release_check.leaks import Kind, Leak


@dataclass(frozen=True, slots=True)
class Piece:
    """A text and where it stands.

    ``alt``: it stands for a picture, so that numbers in it are what is drawn. ``mixed``: cells of tables stand in
    it without their headers, so that nobody can tell what a share is of.
    """

    file: str
    place: str
    text: str
    alt: bool = False
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: every row as many cells as there are headers; a header is empty where the table has none."""

    file: str
    place: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def columns(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each header with the cells below it."""
        for position, header in enumerate(self.headers):
            yield header, tuple(row[position] for row in self.rows)


@dataclass(frozen=True, slots=True)
class Named:
    """A number or text of JSON with the name it stands under."""

    file: str
    place: str
    name: str
    value: int | float | str


@dataclass
class Material:
    """``texts``: everything, seen or not; ``prose``: what is read as sentences; ``settings``: names of files and
    folders that a run was given, which stay behind unless the notebook itself leaves.
    """

    texts: list[Piece] = field(default_factory=list)
    prose: list[Piece] = field(default_factory=list)
    settings: list[Piece] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    numbers: list[Named] = field(default_factory=list)
    leaks: list[Leak] = field(default_factory=list)

    def add(self, other: Material) -> None:
        """Take in what another one holds."""
        for name in ("texts", "prose", "settings", "grids", "numbers", "leaks"):
            getattr(self, name).extend(getattr(other, name))

    def leak(self, file: str, place: str, kind: Kind, found: str) -> None:
        """Note what may not leave, found while reading."""
        self.leaks.append(Leak(file, place, kind, found))


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every text, number and key within a JSON value, with the keys and positions (from 1) that lead to it.

    A list of texts only is also given as one text: notebooks keep long texts as lists of lines.
    """
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key), f"{key}"
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        if len(value) > 1 and all(isinstance(item, str) for item in value):
            yield path, "".join(value)
        for number, item in enumerate(value, 1):
            yield from leaves(item, (*path, str(number)))
    elif value is not None and not isinstance(value, bool):
        yield path, value


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no name is there twice, of which readers would see one value each. Raises ValueError."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name is there twice in one object")
    return made
