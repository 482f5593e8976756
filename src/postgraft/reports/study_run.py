"""One notebook on one cohort, from its run to its pages, in the folder where a study is made."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from postgraft.reports.files import write_whole
from postgraft.reports.finished_report import FinishedReport
from postgraft.reports.kernels import Stop, StoppedError
from postgraft.reports.manifest import FAILED, INDEX
from postgraft.reports.notebooks import SUMMARY
from postgraft.reports.pdf import render_pdf
from postgraft.reports.project import ReportError, portable
from postgraft.reports.provenance import content_hash, provenance, software
from postgraft.reports.render import render_html
from postgraft.reports.runner import OnCell, run_notebook
from postgraft.reports.study import Run, Study


@dataclass(frozen=True)
class StudyRun:
    """A study, the folder ``new`` it is made in, and what could not be made so far."""

    study: Study
    new: Path
    software: Mapping[str, Any]
    missing: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, study: Study, new: Path) -> "StudyRun":
        return cls(study, new, software())

    def values(self, run: Run) -> dict[str, Any]:
        """The parameters of a run, files beside the reports by where they stand now."""
        now = {portable(self.study.output / name): portable(self.new / name) for name in self.study.beside}
        return {name: now.get(value, value) if isinstance(value, str) else value for name, value in run.values.items()}

    def final(self, text: str) -> str:
        """A text that names the folder where the study is made, as if it were in its place already."""
        for now, later in ((portable(self.new), portable(self.study.output)), (self.new, self.study.output)):
            text = text.replace(str(now), str(later))
        return text


def make_one(workshop: StudyRun, run: Run, on_cell: OnCell, stop: Stop) -> FinishedReport:
    """Run a notebook and render what the study asks for; a PDF that cannot be printed is only reported.

    Raises:
        ReportError: as ``run_notebook``.
    """
    folder, outputs = workshop.new / run.cohort.folder, workshop.study.outputs
    values = workshop.values(run)
    try:
        executed = run_notebook(run.notebook.path, folder, values, on_cell, stop)
    except ReportError:
        failed = folder / f"{run.notebook.name}{FAILED}"
        if failed.exists():
            _settle(workshop, failed)
        raise
    _settle(workshop, executed)
    record = provenance(run, executed, values, workshop.study.disclosure, workshop.software)
    html = pdf = None
    summary = run.notebook.name == SUMMARY
    if summary:
        html = render_html(executed, record, summary_of=workshop.study.title)
    elif outputs:
        html = render_html(executed, record, index=f"../{INDEX}" if run.cohort.folder else INDEX)
    if html and "pdf" in outputs:
        try:
            pdf = render_pdf(html, stop)
        except StoppedError:
            raise
        except ReportError as error:
            workshop.missing.append(workshop.final(str(error)))
    if html and pdf and "html" not in outputs and not summary:
        html.unlink()
        html = None
    written = [path for path in (executed, html, pdf) if path]
    if run.notebook.identifiable:
        for path in written:
            path.chmod(0o600)
    files = {path.name: content_hash(path) for path in written}
    return FinishedReport(run.cohort.name, run.notebook.name, executed, html, pdf, record | {"files": files})


def _settle(workshop: StudyRun, notebook: Path) -> None:
    """Let an executed notebook name the files beside it by their place in the output."""
    text = notebook.read_text(encoding="utf-8")
    now, later = (json.dumps(str(one))[1:-1] for one in (workshop.new, workshop.study.output))
    settled = workshop.final(text).replace(now, later)
    if settled != text:
        write_whole(notebook, settled)
