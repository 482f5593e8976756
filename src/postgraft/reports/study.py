"""A study that can be run: everything it names was found, read and checked before anything runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from postgraft.reports.notebooks import Notebook

COHORT, PROTOCOL, AMENDMENTS, PLAN, DISCLOSURE = "cohort", "protocol", "amendments", "plan", "disclosure"
COHORTS, PAGES = "cohorts", "pages"
"""Parameters of notebooks that are set by the study's own keys."""


@dataclass(frozen=True)
class StudyCohort:
    """A cohort by the name that the pages give it; ``folder`` is its own within the output, empty if it is alone.

    ``doubts`` are what the reader of the extract found that can change who counts, in words. At level release
    ``fingerprint`` is salted, see ``study_cohorts.released``. ``parts``: the cohorts that are taken together as this
    one; none of a single one.
    """

    name: str
    folder: str
    path: str
    fingerprint: str
    synthetic: bool = False
    doubts: Sequence[str] = ()
    parts: Sequence["StudyCohort"] = ()


@dataclass(frozen=True)
class Run:
    """One notebook on one cohort, with the value of every parameter that it declares."""

    cohort: StudyCohort
    notebook: Notebook
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Study:
    """What is run and what is made of it.

    ``source`` is the study file (``is_file``) or the cohort's folder, with links followed. ``output`` is absolute.
    ``disclosure`` holds level, threshold and rounding. ``beside`` are files that stand beside the reports, by name,
    because the study held their content itself. ``matters`` is all that the reports depend on, by what it is.
    """

    title: str
    source: str
    is_file: bool
    output: Path
    outputs: Sequence[str]
    disclosure: Mapping[str, Any]
    runs: Sequence[Run]
    beside: Mapping[str, str]
    matters: Mapping[str, Any]
