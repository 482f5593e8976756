"""Run one notebook through papermill: checked parameters in, a whole notebook or a kept failure out."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import DeadKernelError
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from postgraft.reports.errors import NotebookFailedError, ReportError
from postgraft.reports.parameters import checked_parameters
from postgraft.reports.project import project_root
from postgraft.vocabulary.errors import PostgraftError

KERNEL = "python3"
ENGINE = "postgraft"
ENCRYPTED = Config(KernelManager={"transport_encryption": "auto"})
"""Patients' results pass between this process and the kernel; nobody else on the machine reads them."""

OnCell = Callable[[int, int], None]
"""Told after every cell: cells done, cells in all."""


def run_notebook(
    notebook: Path, output_dir: Path, parameters: Mapping[str, Any], on_cell: OnCell | None = None
) -> Path:
    """Run a notebook and return the executed copy, ``output_dir/NAME.ipynb``.

    It runs in the project's root with this environment's own kernel. The copy appears under its name only
    when every cell is done; a run that fails stays as ``NAME.failed.ipynb``, an interrupted one does not.

    Raises:
        ReportError: a parameter the notebook does not declare or of the wrong type (nothing is run then), or
            a user error raised inside the notebook, in that error's own words.
        NotebookFailedError: any other failure, naming notebook, cell and cause.
    """
    checked = checked_parameters(notebook, parameters)
    output_dir.mkdir(parents=True, exist_ok=True)
    target = output_dir.resolve() / f"{notebook.stem}.ipynb"
    failed = target.with_suffix(".failed.ipynb")
    running = target.with_name(f".{notebook.stem}.{os.getpid()}.running.ipynb")
    try:
        with _own_kernel():
            whole = papermill.execute_notebook(
                notebook.resolve(),
                running,
                parameters=checked,
                engine_name=ENGINE,
                kernel_name=KERNEL,
                language="python",
                cwd=project_root(),
                progress_bar=False,
                config=ENCRYPTED,
                on_cell=on_cell,
            )
        # Papermill writes both whole paths; a notebook that is passed on should not tell of this machine.
        whole.metadata.papermill.update(input_path=notebook.name, output_path=target.name)
        nbformat.write(whole, running)
        running.replace(target)
        failed.unlink(missing_ok=True)
    except PapermillExecutionError as error:
        running.replace(failed)
        raise _reported(error, notebook, failed) from error
    except DeadKernelError as error:
        running.replace(failed)
        raise NotebookFailedError(
            f"{notebook.name}: the kernel died, most often for want of memory; the run is kept in {failed}"
        ) from error
    except NoSuchKernel as error:
        raise NotebookFailedError(
            f"{notebook.name}: this environment has no kernel named {KERNEL}; install ipykernel into it"
        ) from error
    finally:
        running.unlink(missing_ok=True)
    return target


def _reported(error: PapermillExecutionError, notebook: Path, failed: Path) -> ReportError:
    if error.ename in _user_error_names(PostgraftError):
        return ReportError(error.evalue)
    cause = f"{error.ename}: {error.evalue}".strip().splitlines()[0]
    return NotebookFailedError(
        f"{notebook.name}, cell [{error.exec_count}] failed: {cause} (the run is kept in {failed})"
    )


def _user_error_names(error: type[PostgraftError]) -> set[str]:
    return {error.__name__}.union(*(_user_error_names(kind) for kind in error.__subclasses__()))


class _Engine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """Papermill's own engine, which also tells how many cells are done."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, on_cell: OnCell | None = None, **options: Any
    ) -> Any:
        complete, total = nb_man.cell_complete, len(nb_man.nb.cells)

        def told(cell: Any, cell_index: int, **details: Any) -> None:
            complete(cell, cell_index=cell_index, **details)
            if on_cell:
                on_cell(cell_index + 1, total)

        nb_man.cell_complete = told
        # A kernel is interrupted before it is shut down, and an idle one may print that as an error.
        quiet = ["--IPKernelApp.log_level=CRITICAL"]
        return super().execute_managed_notebook(nb_man, kernel_name, extra_arguments=quiet, **options)


papermill_engines.register(ENGINE, _Engine)


@contextmanager
def _own_kernel() -> Iterator[None]:
    """Let Jupyter look for kernels here before the user's home, where another python3 may be."""
    name = "JUPYTER_PREFER_ENV_PATH"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
