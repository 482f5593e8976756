"""Errors that are the user's to mend; the command line prints them without a traceback."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from postgraft.vocabulary.findings import Finding, report


class PostgraftError(Exception):
    """Base of every error that a user's input can cause."""


class ProtocolError(PostgraftError):
    """A protocol, parameter or amendment that is not allowed; the message lists what is."""


class UnwritableError(PostgraftError):
    """A file that cannot be written, most often since the disk is full."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Lets a failure to write tell of the file or folder: the system names none where a disk is full.

    Raises:
        UnwritableError: in place of an OSError.
    """
    try:
        yield
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise UnwritableError(f"{error.filename or path}: cannot be written ({why}).") from error


class WithheldError(PostgraftError):
    """A result that is not given out at the disclosure level of a report."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: withheld at the disclosure level release")


class ExtractError(PostgraftError):
    """A cohort extract that cannot be read; its text is the whole report, ``findings`` hold it as values."""

    def __init__(self, place: str, findings: Sequence[Finding]) -> None:
        super().__init__(report(place, findings))
        self.findings: list[Finding] = list(findings)
