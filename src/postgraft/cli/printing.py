"""What a command prints: lines, tables and texts, for a terminal as for a file or a pipe.

Names come from users' files: none of them is read as markup, and none can move the cursor or turn the text's direction.
"""

import io
import os
import textwrap
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from postgraft.vocabulary.shown import one_line, printable

if TYPE_CHECKING:
    import pandas as pd

UNLIMITED = 10_000
"""Columns of a line that goes to a file or another program: no table is wrapped for it."""
TEXT_WIDTH, WIDEST, NARROWEST = 100, 120, 40
"""Columns that sentences are wrapped to: where there is no terminal, at most, and at least beside names."""


NOBODY_READS = 141
"""The exit status of a command whose output is cut off, as by ``head``: what shells give to one ended by SIGPIPE."""


class _Console(Console):
    """Ends the command, quietly, where nobody reads any more."""

    def on_broken_pipe(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())  # else Python would complain when it flushes at the end
        os.close(nowhere)
        raise SystemExit(NOBODY_READS)


def any_encoding(*streams: object) -> None:
    """Let streams replace what their encoding does not have, as that of an old terminal, by a question mark."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def busy(what: str) -> AbstractContextManager[Any]:
    """A sign of life on a terminal's stderr while something takes long."""
    return _Console(stderr=True).status(Text(one_line(what)))


def say(text: str) -> None:
    """Print lines as they are; a terminal wraps what is too long for it."""
    _Console(highlight=False).print(Text(printable(text)), soft_wrap=True)


def tell(text: str) -> None:
    """Print lines on stderr: what went wrong, beside what was asked for."""
    _Console(stderr=True).print(Text(printable(text)), soft_wrap=True)


def show_table(frame: "pd.DataFrame") -> None:
    """Print a table, as wide as it needs unless a terminal limits it; an absent value is an empty cell.

    Numbers have at most four decimals.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in frame.columns:
        numeric = frame[name].dtype.kind in "iuf"
        table.add_column(Text(one_line(str(name))), justify="right" if numeric else "left")
    for row in frame.itertuples(index=False):
        table.add_row(*(Text(one_line(_cell(value))) for value in row))
    console = _Console(highlight=False)
    _Console(highlight=False, width=None if console.is_terminal else UNLIMITED).print(table)


def show_texts(frame: "pd.DataFrame", prefixes: Sequence[str]) -> None:
    """Print texts: the first two cells of each row side by side, the others wrapped beside them.

    Each of the others begins with its prefix on a line of its own; an empty one is left out.
    """
    console = _Console()
    first, second = (frame.iloc[:, i].str.len().max() + 2 for i in (0, 1))
    width = min(console.width, WIDEST) if console.is_terminal else TEXT_WIDTH
    room = max(width - first - second, NARROWEST)
    lines = []
    for name, state, *cells in frame.itertuples(index=False):
        paragraphs = [prefix + cell for prefix, cell in zip(prefixes, cells, strict=True) if cell]
        beside = [
            line
            for paragraph in "\n".join(paragraphs).splitlines()
            for line in textwrap.wrap(paragraph, room, break_on_hyphens=False)
        ]
        head, *more = beside or [""]
        lines.append(f"{name:<{first}}{state:<{second}}{head}".rstrip())
        lines += [" " * (first + second) + line for line in more]
    say("\n".join(lines))


def _cell(value: Any) -> str:
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
