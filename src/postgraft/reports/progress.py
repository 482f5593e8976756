"""How far the runs of a study are, on stderr."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from postgraft.reports.study import Run

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
