"""What a reader of user files found wrong, as a value, and how a list of it reads as a report.

Errors that are the user's to mend; the command line prints them without a traceback.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from numbers import Integral
from pathlib import Path
from typing import Literal

from postgraft.vocabulary.shown import one_line

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in one place, with no value of a patient beyond the patient_id.

    ``rows`` are the first few row numbers as a spreadsheet shows them (a CSV file's header is row 1, a
    Parquet file's first row is row 1), ``count`` how many there are in all, 0 if it is not about rows.
    ``column`` is empty where it concerns the whole file.
    """

    severity: Severity
    kind: str
    file: str
    column: str
    found: str
    accepted: str = ""
    count: int = 0
    rows: tuple[int, ...] = ()

    @property
    def message(self) -> str:
        """The finding in one line, without its file and column."""
        text = self.found
        if self.accepted:
            text += f"; accepted: {self.accepted}"
        if self.count:
            shown = ", ".join(map(str, self.rows)) + (", …" if self.count > len(self.rows) else "")
            noun = "row" if self.count == 1 else "rows"
            text += f" ({self.count} {noun}: {shown})" if self.rows else f" ({self.count} {noun})"
        return text


def _plural(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _grouped(findings: Iterable[Finding]) -> list[str]:
    lines: list[str] = []
    for file, in_file in groupby(findings, key=lambda f: f.file):
        lines.append(f"  {file}")
        for column, in_column in groupby(in_file, key=lambda f: f.column):
            if column:
                lines.append(f"    {column}")
            lines += [("      " if column else "    ") + f.message for f in in_column]
    return lines


def report(place: str, findings: Sequence[Finding]) -> str:
    """All findings as text: errors, then warnings, by file and column in the order they were found."""
    order: dict[tuple[str, str], int] = {}
    for finding in findings:
        order.setdefault((finding.file, ""), len(order))
        order.setdefault((finding.file, finding.column), len(order))
    ordered = sorted(findings, key=lambda f: (order[f.file, ""], order[f.file, f.column]))
    lines: list[str] = []
    for severity in ("error", "warning"):
        these = [f for f in ordered if f.severity == severity]
        if these:
            lines.append(f"{one_line(place)}: {_plural(len(these), severity)}")
            lines += _grouped(these)
    return "\n".join(lines)


class PostgraftError(Exception):
    """Base of every error that a user's input can cause."""


class ProtocolError(PostgraftError):
    """A protocol, parameter or amendment that is not allowed; the message lists what is."""


class UnwritableError(PostgraftError):
    """A file that cannot be written, most often since the disk is full."""


def must_be(value: object, kind: type | tuple[type, ...], takes: str) -> None:
    """Raises PostgraftError for a value of another kind: what the function ``takes``, and the type that was found."""
    if not isinstance(value, kind):
        raise PostgraftError(f"{takes}; found {type(value).__name__}")


def is_whole(value: object, least: int) -> bool:
    """Whether a value is a whole number, Python's or NumPy's, and at least ``least``."""
    return isinstance(value, Integral) and int(value) >= least


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Lets a failure to write name the file or folder: the system names none where a disk is full.

    Raises:
        UnwritableError: in place of an OSError.
    """
    try:
        yield
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise UnwritableError(f"{error.filename or path}: cannot be written ({why}).") from error


class WithheldError(PostgraftError):
    """A result that is not shown at the disclosure level of a report."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: withheld at the disclosure level release")


class ExtractError(PostgraftError):
    """A cohort extract that cannot be read; its text is the whole report, ``findings`` hold it as values."""

    def __init__(self, place: str, findings: Sequence[Finding]) -> None:
        super().__init__(report(place, findings))
        self.findings: list[Finding] = list(findings)
