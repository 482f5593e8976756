"""Reports that are written without running anything, for tests of what is done with them."""

from pathlib import Path
from typing import Any

import nbformat

from postgraft.reports.finished_report import FinishedReport
from postgraft.reports.study import Run
from postgraft.reports.study_run import StudyRun

MIME = "application/vnd.postgraft.numbers+json"


def make_one(workshop: StudyRun, run: Run, on_cell: Any, stop: Any) -> FinishedReport:
    """What ``study_run.make_one`` makes, of one number: the parameter ``seed`` as if patients were counted."""
    folder = workshop.new / run.cohort.folder
    folder.mkdir(exist_ok=True)
    name = run.notebook.name
    executed, html = folder / f"{name}.ipynb", folder / f"{run.notebook.page}.html"
    numbers = nbformat.v4.new_output("display_data", data={MIME: {"eligible": run.values.get("seed", 0)}})
    cell = nbformat.v4.new_code_cell("", outputs=[numbers], id="numbers")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), executed)
    html.write_text(f"<p>{run.values.get('seed')}</p>")
    record = {
        "notebook": f"{name}.ipynb",
        "notebook_sha256": "0",
        "cohort": {"name": run.cohort.name, "fingerprint": run.cohort.fingerprint},
        "protocol": None,
        "amendments": [],
        "plan": None,
        "seed": run.values.get("seed"),
        "parameters": dict(run.values),
        "disclosure": dict(workshop.study.disclosure),
        "identifiable": False,
        "started": "2025-06-30T10:00:00+00:00",
        "ended": "2025-06-30T10:00:12+00:00",
        "git_revision": None,
        "python": "3",
        "packages": {"postgraft": "0", "pandas": "3"},
    }
    return FinishedReport(run.cohort.name, name, executed, html, None, record)


def pretending(tests: Path) -> str:
    """Lines of a program that let ``build`` use the function above."""
    return f"import sys\nsys.path.insert(0, {str(tests)!r})\nfrom studies import pretend\n" + (
        "from postgraft.reports import build\nbuild.make_one = pretend.make_one\n"
    )
