"""What several commands share: options, exit statuses, printing, and where files may be written.

Names come from users' files: none of them is read as markup, and none can move the cursor or turn the text's direction.
Where a command may write is told before any work is done, so that nothing of anybody's is lost: no result goes into
an extract, a file that is there is replaced only with --force, and a chart review that somebody has filled in never
is. Every file is written whole or not at all.
"""

import io
import os
import tempfile
import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
import typer.core
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from postgraft.vocabulary.errors import PostgraftError, UnwritableError
from postgraft.vocabulary.shown import one_line, printable

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130


def status_of(error: Exception) -> int:
    """A mistake in the input, or a failure."""
    from postgraft.reports.project import NotebookFailedError
    from postgraft.sources.errors import ImportFailedError
    from postgraft.sources.omop.connection import LostError

    failures = (NotebookFailedError, UnwritableError, ImportFailedError, LostError)
    return BAD_INPUT if isinstance(error, PostgraftError) and not isinstance(error, failures) else FAILED


if TYPE_CHECKING:
    import pandas as pd

UNLIMITED = 10_000
"""Columns of a line that goes to a file or another program: no line is wrapped for it."""
CELL = 60
"""Columns that cells of a table are then wrapped to, but for the last one of a row."""
TEXT_WIDTH, WIDEST, NARROWEST = 100, 120, 40
"""Columns that sentences are wrapped to: where there is no terminal, at most, and at least beside names."""


NOBODY_READS = 141
"""The exit status of a command whose output is cut off, as by ``head``: what shells give to one ended by SIGPIPE."""


class _Command(typer.core.TyperCommand):
    """Refuses an option of one value that is given twice: the earlier value would be lost without a word."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given = Counter(one.name for one in self.make_parser(ctx).parse_args(args=list(args))[2])
        for one in self.params:
            single = isinstance(one, typer.core.TyperOption) and not one.multiple and not one.is_flag
            if single and given[one.name] > 1:
                ctx.fail(f"{one.opts[0]} is given {given[one.name]} times; accepted is once.")
        return super().parse_args(ctx, args)


Function = TypeVar("Function", bound=Callable[..., Any])


class OneValueEach(typer.Typer):
    """A group of commands that take each option of one value once."""

    def command(self, name: str | None = None, **given: Any) -> Callable[[Function], Function]:
        """As that of ``typer.Typer``."""
        return super().command(name, cls=_Command, **given)


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
    """Print a table; an absent value is an empty cell. Numbers have at most four decimals.

    A terminal limits its width. Elsewhere cells are wrapped, but for the last one of a row, which is not padded.
    """
    console = _Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(frame.columns, start=1):
        numeric = frame[name].dtype.kind in "iuf"
        widest = None if console.is_terminal or number == len(frame.columns) else CELL
        table.add_column(Text(one_line(str(name))), justify="right" if numeric else "left", max_width=widest)
    for row in frame.itertuples(index=False):
        table.add_row(*(Text(one_line(_cell(value))) for value in row))
    if console.is_terminal:
        console.print(table)
        return
    wide = _Console(highlight=False, width=UNLIMITED)
    with wide.capture() as printed:
        wide.print(table)
    above, head, rule, *rows = (line.rstrip() for line in printed.get().splitlines())
    wide.print(Text("\n".join([above, head, rule[: len(head)], *rows])), soft_wrap=True)


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


if TYPE_CHECKING:
    import pandas as pd


def check_folder(path: Path | None) -> Path | None:
    """The folder itself, if it can be written to or made, and lies outside every extract."""
    if path:
        _check_place(path)
        there = next(one for one in (path, *path.absolute().parents) if one.exists())
        if not there.is_dir():
            raise PostgraftError(f"{path}: {there} is a file; accepted is a folder, which is made if missing")
        _check_writable(there)
    return path


def check_new_folder(path: Path | None) -> Path | None:
    """The folder itself, if ``check_folder`` accepts it and nothing is in it yet."""
    check_folder(path)
    if path and path.is_symlink() and not path.exists():
        raise PostgraftError(f"{path}: is a link to nothing; accepted is a new or empty folder")
    if path and path.is_dir() and any(path.iterdir()):
        raise PostgraftError(f"{path}: is not empty; accepted is a new or empty folder")
    return path


def check_csv(path: Path | None, cohort: Path, force: bool) -> None:
    """Refuses a CSV file that cannot be written, or not without a loss.

    ``cohort`` is the extract that the command reads; ``force`` lets a file that is there be replaced.

    Raises:
        PostgraftError: the path is no name of a CSV file in a folder that is there, belongs to an extract, or is
            a file that may not be replaced.
    """
    if path is None:
        return
    _check_place(path, cohort)
    real = Path(os.path.realpath(path))
    if path.suffix != ".csv" or (real.exists() and not real.is_file()):
        raise PostgraftError(f"{path}: accepted is the name of a file that ends in .csv")
    if real.suffix != ".csv":
        raise PostgraftError(f"{path}: leads to {real}; accepted is the name of a file that ends in .csv")
    if not real.parent.is_dir():
        what = f"{real.parent} is a file" if real.parent.exists() else f"there is no folder {real.parent}"
        raise PostgraftError(f"{path}: {what}; accepted is a file in a folder that is there")
    try:  # only this tells: some places refuse whoever may write to them
        with tempfile.NamedTemporaryFile(dir=real.parent, prefix=".postgraft-"):
            pass
    except OSError as error:
        raise PostgraftError(f"{path}: may not be written to ({error.strerror})") from None
    if real.exists():
        _check_replaceable(path, force)


def write_csv(frame: "pd.DataFrame", path: Path, private: bool = False) -> None:
    """Write a table, whole or not at all; a link stays a link, and other names of an earlier file keep its content.

    No cell is a formula to a spreadsheet. A ``private`` file, of a row a patient, is readable by its owner only.
    """
    from postgraft.reports.files import write_whole
    from postgraft.vocabulary.spreadsheets import without_formulas

    text = without_formulas(frame).to_csv(index=False)
    write_whole(Path(os.path.realpath(path)), text, 0o600 if private else None)


def _check_place(path: Path, cohort: Path | None = None) -> None:
    from postgraft.extract.around import check_outside_extracts

    if Path(os.path.realpath(path)).is_symlink():
        raise PostgraftError(f"{path}: is a link that leads round in a circle; accepted is a path that ends somewhere")
    check_outside_extracts(path, cohort)


def _check_replaceable(path: Path, force: bool) -> None:
    from postgraft.inference.chart_review import holds_review

    if holds_review(path):
        raise PostgraftError(
            f"{path}: is a chart review that somebody has filled in, which is never replaced, not even with "
            "--force; accepted is another name"
        )
    if not force:
        raise PostgraftError(f"{path}: is there already; accepted is a new name, or --force to replace it")
    _check_writable(path)


def _check_writable(path: Path) -> None:
    if not os.access(path, os.W_OK):
        raise PostgraftError(f"{path}: may not be written to")


if TYPE_CHECKING:
    from postgraft.protocol import Protocol

Cohort = Annotated[Path, typer.Argument(help="Folder of the cohort extract (the one that holds extract.yaml).")]
Amend = Annotated[
    Path | None,
    typer.Option(
        "--amend",
        metavar="FILE",
        help="Amendments to evaluate beside the protocol: YAML, a list of entries such as "
        "{name: earlier, set: {days_since_transplant_min: 30}, drop: \\[remission]}.",
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Replace a file that is there; a review that is filled in never is.")
]
PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="Plan of the recruitment: YAML with participation, screen_failure, sites and more.",
        show_default="the plan that comes with postgraft",
    ),
]


def protocols(amend: Path | None) -> "list[Protocol]":
    """The registered protocol, then each amendment of it in the file's order."""
    from postgraft.protocol import load_amendments, load_protocol

    protocol = load_protocol()
    return [protocol, *(protocol.amended(one) for one in (load_amendments(amend, protocol) if amend else []))]
