"""Run one notebook through papermill: checked parameters in, a whole notebook or a kept failure out."""

import errno
import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import DeadKernelError
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.log import logger

from postgraft.reports.files import write_whole
from postgraft.reports.kernels import (
    KERNEL,
    Stop,
    StoppedError,
    kernel_client,
    kernel_environment,
    kernel_home,
    kill_kernel,
)
from postgraft.reports.notebooks import checked_parameters
from postgraft.reports.project import NotebookFailedError, ReportError, project_root
from postgraft.vocabulary.errors import PostgraftError, UnwritableError

ENGINE = "postgraft"
GIVEN = "injected-parameters"
"""Papermill's tag of the cell with the given values; its id too, which papermill would draw at random."""

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where a disk is full, or the user's part of it."""

STARTS = 3
"""Attempts to start a kernel: Jupyter finds free ports before the kernel takes them, and another may be faster."""

OnCell = Callable[[int, int], None]
"""Told after every cell: cells done, cells in all."""


def run_notebook(
    notebook: Path,
    output_dir: Path,
    parameters: Mapping[str, Any],
    on_cell: OnCell | None = None,
    stop: Stop | None = None,
) -> Path:
    """Run a notebook and return the executed copy, ``output_dir/NAME.ipynb``.

    It runs in the project's root with this environment's own kernel. The copy appears under its name only
    when every cell is done; a run that fails stays as ``NAME.failed.ipynb``, an interrupted one does not.
    Threads may run notebooks side by side; ``stop`` ends the run from another thread.

    Raises:
        ReportError: a parameter the notebook does not declare or of the wrong type (nothing is run then), or
            a user error raised inside the notebook, in that error's own words.
        NotebookFailedError: any other failure, naming notebook, cell and cause.
        UnwritableError: the disk is full.
        StoppedError: ``stop`` was called.
    """
    checked = checked_parameters(notebook, parameters)
    output_dir.mkdir(parents=True, exist_ok=True)
    target = output_dir.resolve() / f"{notebook.stem}.ipynb"
    failed = target.with_suffix(".failed.ipynb")
    run = _Run(on_cell, stop or Stop())
    try:
        with kernel_home(output_dir) as home:
            # Papermill writes no file of its own: it would write after every cell, all of it, twice.
            papermill.execute_notebook(
                notebook.resolve(),
                None,
                parameters=checked,
                engine_name=ENGINE,
                kernel_name=KERNEL,
                language="python",
                progress_bar=False,
                run=run,
                home=home,
            )
    except PapermillExecutionError as error:
        run.write(notebook, failed)
        raise _reported(error, notebook, failed) from error
    except DeadKernelError as error:
        if run.stop.called:
            raise StoppedError(f"{notebook.name} was stopped") from error
        run.write(notebook, failed)
        raise NotebookFailedError(
            f"{notebook.name}: the kernel died, most often for want of memory; the run is kept in {failed}"
        ) from error
    except NotStartedError as error:
        raise NotebookFailedError(f"{notebook.name}: no kernel could be started ({error})") from error
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise UnwritableError(f"{output_dir}: cannot be written to ({error.strerror}).") from error
    except NoSuchKernel as error:
        raise NotebookFailedError(
            f"{notebook.name}: this environment has no kernel named {KERNEL}; install ipykernel into it"
        ) from error
    run.write(notebook, target)
    failed.unlink(missing_ok=True)
    return target


class _Run:
    """One run: who hears of it, who may end it, and the notebook as far as it came."""

    def __init__(self, on_cell: OnCell | None, stop: Stop) -> None:
        self.on_cell, self.stop = on_cell, stop
        self.notebook: nbformat.NotebookNode | None = None

    def write(self, notebook: Path, target: Path) -> None:
        """Write what was run, without what names this machine or differs from run to run."""
        assert self.notebook is not None
        self.notebook.metadata.papermill.update(input_path=notebook.name, output_path=target.name)
        for cell in self.notebook.cells:
            if GIVEN in cell.metadata.get("tags", []):
                cell.id = GIVEN
        write_whole(target, nbformat.writes(self.notebook))


class NotStartedError(Exception):
    """No kernel could be started."""


class _Engine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """Papermill's own engine on our kernel, which also reports how many cells are done and can be ended."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, run: _Run, home: Path, **_: Any
    ) -> None:
        run.notebook = nb_man.nb
        complete, total = nb_man.cell_complete, len(nb_man.nb.cells)

        def told(cell: Any, cell_index: int, **details: Any) -> None:
            complete(cell, cell_index=cell_index, **details)
            run.stop.check()
            if run.on_cell:
                run.on_cell(cell_index + 1, total)

        nb_man.cell_complete = told
        for left in reversed(range(STARTS)):
            client = kernel_client(nb_man, project_root(), home)
            with run.stop.ending(partial(kill_kernel, client)):
                try:
                    client.execute(env=kernel_environment(home))
                    return
                except DeadKernelError:  # it had started
                    raise
                except RuntimeError as error:
                    run.stop.check()
                    if not left:
                        raise NotStartedError(str(error)) from error


papermill_engines.register(ENGINE, _Engine)
# It warns of parameters whose type it cannot read, and of kernels that were killed: both are reported by us.
logger.addHandler(logging.NullHandler())


def _reported(error: PapermillExecutionError, notebook: Path, failed: Path) -> ReportError:
    if error.ename == UnwritableError.__name__:
        return NotebookFailedError(error.evalue)
    if error.ename in _user_error_names(PostgraftError):
        return ReportError(error.evalue)
    cause = f"{error.ename}: {error.evalue}".strip().splitlines()[0]
    code = (line.strip() for line in error.source.splitlines())
    line = next((line for line in code if line and not line.startswith("#")), "")
    return NotebookFailedError(
        f"{notebook.name}, cell [{error.exec_count}] `{line}` failed: {cause} (the run is kept in {failed})"
    )


def _user_error_names(error: type[PostgraftError]) -> set[str]:
    return {error.__name__}.union(*(_user_error_names(kind) for kind in error.__subclasses__()))
