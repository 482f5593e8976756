"""The cohorts of a study: read, named, and each with a folder of its own if there are several."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from postgraft.disclosure.house import house
from postgraft.extract import read_extract
from postgraft.reports.errors import ReportError
from postgraft.reports.manifest import FILE, INDEX
from postgraft.reports.study import StudyCohort
from postgraft.reports.study_problems import Problems

Named = Mapping[str, str] | Sequence[str]
"""Folders by the names they are given, or folders alone: then an extract's own name is told."""
KEY = "cohorts"
TAKEN = (INDEX, FILE, "amendments.yaml", "plan.yaml")
"""What stands beside the folders of the cohorts."""


def folders(named: Named) -> list[str]:
    """The folders as the study has them."""
    return list(named.values() if isinstance(named, Mapping) else named)


def read_cohorts(named: Named, base: Path, problems: Problems) -> list[StudyCohort]:
    """The cohorts that can be read; two of one name are a problem, as the one would take the other's place."""
    names = list(named) if isinstance(named, Mapping) else [""] * len(named)
    cohorts: list[StudyCohort] = []
    for name, text in zip(names, folders(named), strict=True):
        with problems.under(KEY):
            extract = read_extract(base / text)
            folder = _folder(name or (base / text).resolve().name) if len(names) > 1 else ""
            doubts = [f"{doubt.found} ({doubt.file})" for doubt in extract.doubts]
            cohort = StudyCohort(
                name or extract.name, folder, text, extract.fingerprint, extract.synthetic, doubts
            )  # fmt: skip
            for earlier in cohorts:
                _check_apart(earlier, cohort)
            cohorts.append(cohort)
    return cohorts


def released(cohorts: Sequence[StudyCohort], named: bool, base: Path) -> list[StudyCohort]:
    """The cohorts as a release tells of them.

    A cohort is called as the study names it, else as its folder is: the extract's own name is a free text that
    anything may stand in. Its fingerprint is salted with the house's secret, so that nobody outside can try extracts
    on it.
    """
    own = house()
    return [
        replace(
            one,
            name=one.name if named else (base / one.path).resolve().name,
            fingerprint=own.hmac("fingerprint", one.fingerprint).hex(),
        )
        for one in cohorts
    ]


def _folder(name: str) -> str:
    if Path(name).name != name or name.startswith(".") or name.casefold() in TAKEN:
        raise ReportError(f"found the name {name!r}; accepted is one that a folder beside {INDEX} can have.")
    return name


def _check_apart(one: StudyCohort, other: StudyCohort) -> None:
    """Some file systems take names that differ in case only for the same."""
    for mine, theirs in ((one.name, other.name), (one.folder, other.folder)):
        if mine.casefold() == theirs.casefold():
            raise ReportError(
                f"{one.path} and {other.path} both have the name {theirs!r}; "
                "accepted are different names, given as a mapping of names to folders."
            )
