"""How far the runs of a study are, on stderr.

From a study to its reports: every notebook on every cohort, rendered, recorded, and shown when all is whole.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from postgraft.reports.files import write_whole
from postgraft.reports.finished_report import FinishedReport
from postgraft.reports.kernels import Stop, StoppedError, closed_event_loop
from postgraft.reports.manifest import (
    FAILED,
    INDEX,
    check_no_loss,
    foreign_to,
    made_before,
    what_changed,
    write_manifest,
)
from postgraft.reports.owner import check_owner
from postgraft.reports.project import ReportError
from postgraft.reports.provenance import fingerprint, write_provenance
from postgraft.reports.runner import OnCell
from postgraft.reports.staging import staged, swap
from postgraft.reports.study import Run, Study
from postgraft.reports.study_check import NOTHING, checked_study
from postgraft.reports.study_run import StudyRun, make_one
from postgraft.vocabulary.errors import UnwritableError

Shown = Callable[[int, int, int], None]
"""Told after every cell: the number of the run, cells done, cells in all."""


@contextmanager
def progress_bars(runs: Sequence[Run], *, shown: bool) -> Iterator[Shown]:
    """A bar for each run; its clock goes from the first cell on."""
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cells"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not shown,
    ) as bars:
        tasks = [bars.add_task(_name(run), total=None, start=False) for run in runs]

        def tell(number: int, done: int, total: int) -> None:
            bars.start_task(tasks[number])
            bars.update(tasks[number], completed=done, total=total)

        yield tell


def _name(run: Run) -> str:
    return f"{run.cohort.folder} {run.notebook.name}".lstrip()


@dataclass(frozen=True)
class Report:
    """What stands in ``output``: a report for each notebook and cohort, first that of the summary, ``index``.

    ``skipped``: it stood there before, and nothing it depends on has changed; else ``changed`` says what has.
    ``missing`` says what was asked for and could not be made.
    """

    title: str
    output: Path
    fingerprint: str
    made: Sequence[FinishedReport]
    index: Path
    skipped: bool
    changed: Sequence[str]
    missing: Sequence[str]


def build_report(
    source: Path | str,
    changes: Mapping[str, object] = NOTHING,
    *,
    jobs: int = 1,
    if_changed: bool = False,
    progress: bool = True,
) -> Report:
    """Make the reports of a study file, or of the cohort in a folder: ``make_study`` of ``checked_study``."""
    return make_study(checked_study(source, changes), jobs=jobs, if_changed=if_changed, progress=progress)


def make_study(study: Study, *, jobs: int = 1, if_changed: bool = False, progress: bool = True) -> Report:
    """Make the reports of a study, up to ``jobs`` notebooks at a time.

    With ``if_changed`` nothing is done if nothing has changed. The output appears when all of it is whole, in
    one step: until then, and whatever happens, the earlier one stands. Progress goes to stderr.

    Raises:
        ReportError: another run is at work, the output is another cohort's, a file would be lost, or a notebook
            could not use what it was given.
        UnwritableError: the disk is full.
        NotebookFailedError: a cell failed; the notebook is in the output as ``NAME.failed.ipynb``.
    """
    with staged(study.output) as new:
        changed = what_changed(study)
        if if_changed and not changed:
            return _report(study, made_before(study.output), skipped=True)
        check_owner(study)
        check_no_loss(study)
        for name, text in study.beside.items():
            write_whole(new / name, text)
        workshop = StudyRun.of(study, new)
        try:
            with progress_bars(study.runs, shown=progress) as shown:
                made = _run_all(workshop, jobs, shown)
            for folder in {one.executed.parent for one in made}:
                write_provenance(folder, [one.record for one in made if one.executed.parent == folder])
            write_manifest(new, study, made, workshop.missing)
        except (ReportError, UnwritableError) as error:
            _keep_failed(new, study.output)
            raise type(error)(workshop.final(str(error))) from error
        swap(new, study.output, foreign_to(study))
    in_place = [one.moved(new, study.output) for one in made]
    return _report(study, in_place, changed=changed, missing=workshop.missing)


def _report(
    study: Study,
    made: Sequence[FinishedReport],
    *,
    skipped: bool = False,
    changed: Sequence[str] = (),
    missing: Sequence[str] = (),
) -> Report:
    return Report(
        title=study.title,
        output=study.output,
        fingerprint=fingerprint(study.matters),
        made=made,
        index=study.output / INDEX,
        skipped=skipped,
        changed=changed,
        missing=missing,
    )


def _run_all(workshop: StudyRun, jobs: int, shown: Shown) -> list[FinishedReport]:
    """Make every report, up to ``jobs`` at a time; the first failure ends all."""
    stop = Stop()
    with ThreadPoolExecutor(jobs) as pool:
        futures = [
            pool.submit(_run_one, workshop, run, partial(shown, number), stop)
            for number, run in enumerate(workshop.study.runs)
        ]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
            _raise_first(futures)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop()
            raise
    return [future.result() for future in futures]


def _run_one(workshop: StudyRun, run: Run, on_cell: OnCell, stop: Stop) -> FinishedReport:
    with closed_event_loop():
        stop.check()
        return make_one(workshop, run, on_cell, stop)


def _raise_first(futures: Sequence[Future[FinishedReport]]) -> None:
    """Raise what the first of the failed runs, in the study's order, failed by."""
    errors = [future.exception() for future in futures if future.done()]
    for error in errors:
        if error is not None and not isinstance(error, StoppedError):
            raise error


def _keep_failed(new: Path, output: Path) -> None:
    for path in new.rglob(f"*{FAILED}"):
        kept = output / path.relative_to(new)
        kept.parent.mkdir(parents=True, exist_ok=True)
        path.replace(kept)
