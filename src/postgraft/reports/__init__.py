"""Notebooks run on a cohort extract and rendered to pages that open offline, each with its provenance.

A notebook itself needs only ``load_inputs`` from here. What runs and renders notebooks takes seconds to
import (papermill, nbconvert), so it is imported on first use.
"""

import importlib
import sys
from typing import TYPE_CHECKING, Any

from postgraft.reports.inputs import Inputs, load_cohorts, load_inputs, load_plan_input
from postgraft.reports.project import NotebookFailedError, ReportError, portable, project_path, project_root

if TYPE_CHECKING:
    from postgraft.reports.build import Report, build_report, make_study
    from postgraft.reports.notebooks import declared_parameters
    from postgraft.reports.runner import run_notebook
    from postgraft.reports.study_check import checked_study

# With it jsonschema, which reads notebooks, checks international web addresses; no notebook has one where a schema
# asks for it, and its grammar takes longer to load than all else together.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: it is as if not installed

__all__ = [
    "Inputs",
    "NotebookFailedError",
    "Report",
    "ReportError",
    "build_report",
    "checked_study",
    "declared_parameters",
    "load_cohorts",
    "load_inputs",
    "load_plan_input",
    "make_study",
    "portable",
    "project_path",
    "project_root",
    "run_notebook",
]

_ON_FIRST_USE = {
    "Report": "build",
    "build_report": "build",
    "checked_study": "study_check",
    "declared_parameters": "notebooks",
    "make_study": "build",
    "run_notebook": "runner",
}


def __getattr__(name: str) -> Any:
    if name not in _ON_FIRST_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ON_FIRST_USE[name]}"), name)
