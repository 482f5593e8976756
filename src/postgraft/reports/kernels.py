"""The kernels that notebooks run on: this environment's own, private to the user, and ended with the run.

What surrounds a kernel: no setting of the user reaches it, and nothing of it stays behind.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NotebookExecutionManager
from papermill.log import logger
from traitlets.config import Config

from postgraft.reports.forked_kernels import PROVISIONER
from postgraft.reports.project import ReportError

KERNEL = "python3"
QUIET = ["--IPKernelApp.log_level=CRITICAL"]
"""A kernel is interrupted before it is shut down, and an idle one may print that as an error."""


class StoppedError(ReportError):
    """A run that was ended because another one failed or the user interrupted."""


class OwnKernelSpecManager(KernelSpecManager):
    """Looks for kernels in no folder: then ``python3`` is the running interpreter, whatever a home may hold."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel that there is, to be forked from a warm process."""
        spec = super().get_kernel_spec(kernel_name)
        spec.metadata["kernel_provisioner"] = {"provisioner_name": PROVISIONER}
        return spec


class OwnKernelManager(AsyncKernelManager):
    """Runs the kernels of this environment."""

    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return OwnKernelSpecManager(kernel_dirs=[], parent=self)


def kernel_client(nb_man: NotebookExecutionManager, folder: Path, home: Path) -> PapermillNotebookClient:
    """What executes a notebook on a kernel of its own, whose working directory is ``folder``, its files in ``home``.

    Papermill's ``cwd`` would change the directory of this process, and of every thread in it. Patients' results pass
    between this process and the kernel: encrypted, so that nobody else on the machine reads them.
    """
    connection = {"transport_encryption": "auto", "connection_file": str(home / "connection.json")}
    return PapermillNotebookClient(
        nb_man,
        kernel_manager_class=OwnKernelManager,
        kernel_name=KERNEL,
        extra_arguments=list(QUIET),
        resources={"metadata": {"path": str(folder)}},
        config=Config(KernelManager=connection),
        startup_timeout=60,
        log=logger,
    )


@contextmanager
def closed_event_loop() -> Iterator[None]:
    """Close at the end the event loop that Jupyter makes for a thread, and leaves open."""
    try:
        yield
    finally:
        with suppress(RuntimeError):  # none was made
            asyncio.get_event_loop().close()


def kill_kernel(client: PapermillNotebookClient) -> None:
    """End a client's kernel at once, if it runs."""
    process = getattr(getattr(client.km, "provisioner", None), "process", None)
    if process is not None:
        process.kill()


class Stop:
    """Ends the runs of other threads, now and those that are yet to begin."""

    def __init__(self) -> None:
        self.called = False
        self._kills: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def __call__(self) -> None:
        """Kill every process that is waited for; the runs notice and raise StoppedError."""
        with self._lock:
            self.called = True
            for kill in self._kills:
                kill()

    def check(self) -> None:
        """Raises StoppedError once this was called."""
        if self.called:
            raise StoppedError("the run was stopped")

    @contextmanager
    def ending(self, kill: Callable[[], None]) -> Iterator[None]:
        """Meanwhile ``kill`` is how to end what is waited for."""
        with self._lock:
            self._kills.append(kill)
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._kills.remove(kill)


SETTINGS = ("IPYTHON", "JUPYTER", "MATPLOTLIB", "MPLBACKEND", "PANDAS", "PYTHON", "LC_", "CLICOLOR")
"""Beginnings of the names of variables by which a user sets up Python, or what it imports."""
TERMINAL = ("COLUMNS", "FORCE_COLOR", "LANG", "LANGUAGE", "LINES", "NO_COLOR")
KEPT = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "PYTHONPYCACHEPREFIX", "PYTHONSAFEPATH")
"""They say where modules are and where their compiled form goes."""


@contextmanager
def kernel_home(beside: Path) -> Iterator[Path]:
    """A folder in ``beside``, which only the user can read, for the connection file and IPython's files of a kernel.

    It is removed at the end. It is no folder for temporary files: one that is full must not cost a report, and what
    a killed run leaves in the folder where a study is made is cleared away by the next one.
    """
    with TemporaryDirectory(prefix=".kernel-", dir=beside.resolve(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def kernel_environment(home: Path) -> dict[str, str]:
    """This process's environment without the user's settings, IPython's files in ``home``, text in UTF-8."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or not (name.startswith(SETTINGS) or name in TERMINAL)
    }
    matplotlib = find_spec("matplotlib")
    assert matplotlib is not None
    assert matplotlib.origin is not None
    return kept | {
        "IPYTHONDIR": str(home),
        "MATPLOTLIBRC": str(Path(matplotlib.origin).parent / "mpl-data" / "matplotlibrc"),
        "PYTHONUTF8": "1",
    }
