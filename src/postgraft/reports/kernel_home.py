"""What surrounds a kernel: no setting of the user reaches it, and nothing of it stays behind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

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
