"""What surrounds a kernel: nothing of the user's settings, and a folder of its own that goes with it."""

import errno
import os
import stat
from contextlib import contextmanager

import nbformat
import pytest

from postgraft.reports import run_notebook, runner
from postgraft.reports.kernels import kernel_environment, kernel_home
from postgraft.vocabulary.errors import UnwritableError


def test_of_the_environment_only_what_sets_nothing_up_is_handed_on(tmp_path, monkeypatch):
    settings = ("PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONIOENCODING", "IPYTHONDIR", "JUPYTER_PATH", "MATPLOTLIBRC")
    for name in (*settings, "MPLBACKEND", "PANDAS_FUTURE", "LC_ALL", "LANG", "COLUMNS", "NO_COLOR"):
        monkeypatch.setenv(name, "theirs")
    for name in ("PYTHONPATH", "MPLCONFIGDIR", "LD_LIBRARY_PATH", "TZ"):
        monkeypatch.setenv(name, "needed")

    environment = kernel_environment(tmp_path)

    assert "theirs" not in environment.values()
    assert {environment[name] for name in ("PYTHONPATH", "MPLCONFIGDIR", "LD_LIBRARY_PATH", "TZ")} == {"needed"}
    assert environment["IPYTHONDIR"] == str(tmp_path)
    assert os.path.isfile(environment["MATPLOTLIBRC"])  # noqa: PTH113


def test_the_folder_is_private_absolute_and_gone_at_the_end(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with kernel_home(tmp_path.relative_to(tmp_path)) as home:
        assert home.is_absolute()
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        (home / "connection.json").write_text("{}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_a_full_disk_is_told_with_the_folder_and_another_fault_as_it_is(tmp_path, monkeypatch, code):
    @contextmanager
    def full(beside):
        raise OSError(code, os.strerror(code))
        yield

    monkeypatch.setattr(runner, "kernel_home", full)
    v4 = nbformat.v4
    parameters = v4.new_code_cell("seed: int = 1  # seed", metadata={"tags": ["parameters"]})
    nbformat.write(v4.new_notebook(cells=[parameters]), tmp_path / "small.ipynb")
    with pytest.raises((UnwritableError, PermissionError)) as told:
        run_notebook(tmp_path / "small.ipynb", tmp_path / "out", {})

    if code == errno.ENOSPC:
        assert str(told.value) == f"{tmp_path / 'out'}: cannot be written to (No space left on device)."
    else:
        assert type(told.value) is PermissionError
