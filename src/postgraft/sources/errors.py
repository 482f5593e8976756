"""Errors of sources: what a user can mend, with codes and counts and never a value of a patient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from postgraft.vocabulary.errors import Finding, PostgraftError, report


class SourceError(PostgraftError):
    """A source, mapping, plan or option that cannot be used; its text is the whole report, ``findings`` hold it."""

    def __init__(self, place: str, findings: Sequence[Finding]) -> None:
        super().__init__(report(place, findings))
        self.findings: list[Finding] = list(findings)


class ImportFailedError(PostgraftError):
    """An import that failed though nothing of the input is known to be wrong: a connection lost, a disk full."""


@contextmanager
def without_driver_text(place: str) -> Iterator[None]:
    """Lets an error of DuckDB tell its kind only: its own text may repeat a value of a patient.

    Raises:
        ImportFailedError: in place of it.
    """
    failure = needs_sources("duckdb").Error
    try:
        yield
    except failure as error:
        kind = type(error).__name__
        raise ImportFailedError(f"{place}: the import failed in its database ({kind}); nothing is written.") from None


def needs_sources(module: str) -> Any:
    """The module, one of those of the extra ``sources``.

    Raises:
        SourceError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        name = module.partition(".")[0]
        wanted = "pip install 'postgraft[sources]'"
        raise SourceError(name, [Finding("error", "missing", name, "", "is not installed", wanted)]) from None
