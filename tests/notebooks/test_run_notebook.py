"""One notebook through papermill: what appears, and what never does."""

import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import nbformat
import pytest
from jupyter_client.connect import LocalPortCache

from postgraft.reports import NotebookFailedError, ReportError, project_root, run_notebook, runner


def outputs(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "".join(o.get("text", "") for cell in cells for o in cell.get("outputs", []))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_whole_run_appears_under_the_notebooks_name_with_the_given_values(make_notebook, tmp_path):
    notebook = make_notebook("import os\nprint(seed, share, os.getcwd())")
    told = []

    executed = run_notebook(notebook, tmp_path / "out", {"seed": 7}, lambda *cells: told.append(cells))

    assert names(tmp_path / "out") == ["01_small.ipynb"]
    assert outputs(executed) == f"7 0.5 {project_root()}\n"
    assert str(tmp_path) not in executed.read_text(encoding="utf-8")
    assert told == [(done, 4) for done in (1, 2, 3, 4)]  # papermill adds the cell of given values


def test_the_kernel_is_this_environments_own(make_notebook, tmp_path):
    executed = run_notebook(make_notebook("import sys\nprint(sys.executable)"), tmp_path / "out", {})

    assert outputs(executed) == f"{sys.executable}\n"


def test_a_failing_cell_keeps_the_run_apart_and_says_where_and_why(make_notebook, tmp_path):
    notebook = make_notebook("print('before')", "1 / 0", "print('after')")

    with pytest.raises(NotebookFailedError) as raised:
        run_notebook(notebook, tmp_path / "out", {})

    assert names(tmp_path / "out") == ["01_small.failed.ipynb"]
    assert outputs(tmp_path / "out" / "01_small.failed.ipynb") == "before\n"
    message = str(raised.value)
    assert message.startswith("01_small.ipynb, cell [3] `1 / 0` failed: ZeroDivisionError: division by zero")
    assert "\n" not in message


def test_a_failure_leaves_the_last_whole_run_and_the_next_whole_run_clears_the_failure(make_notebook, tmp_path):
    out = tmp_path / "out"
    run_notebook(make_notebook("print('good')"), out, {})
    with pytest.raises(NotebookFailedError):
        run_notebook(make_notebook("1 / 0"), out, {})
    assert names(out) == ["01_small.failed.ipynb", "01_small.ipynb"]
    assert outputs(out / "01_small.ipynb") == "good\n"

    run_notebook(make_notebook("print('better')"), out, {})

    assert names(out) == ["01_small.ipynb"]


def test_a_user_error_inside_speaks_for_itself(make_notebook, tmp_path):
    notebook = make_notebook(
        "from postgraft.vocabulary.errors import ProtocolError", "raise ProtocolError('no parameter neutrophil_min')"
    )

    with pytest.raises(ReportError, match=r"^no parameter neutrophil_min$") as raised:
        run_notebook(notebook, tmp_path / "out", {})

    assert not isinstance(raised.value, NotebookFailedError)


def test_a_kernel_that_dies_is_told(make_notebook, tmp_path):
    notebook = make_notebook("import os\nos._exit(9)")

    with pytest.raises(NotebookFailedError, match="the kernel died"):
        run_notebook(notebook, tmp_path / "out", {})

    assert names(tmp_path / "out") == ["01_small.failed.ipynb"]


@pytest.fixture
def taken(monkeypatch):
    """A port that is taken; the function given has Jupyter find it so many times, as if it were free."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        found, port = LocalPortCache.find_available_port, listening.getsockname()[1]

        def so_often(times):
            left = iter(range(times))
            monkeypatch.setattr(
                LocalPortCache,
                "find_available_port",
                lambda cache, ip: found(cache, ip) if next(left, None) is None else port,
            )

        yield so_often


def test_a_kernel_whose_port_was_taken_meanwhile_is_started_again(make_notebook, tmp_path, taken):
    taken(1)

    assert outputs(run_notebook(make_notebook("print('here')"), tmp_path / "out", {})) == "here\n"


def test_a_kernel_that_never_starts_is_an_error_in_words(make_notebook, tmp_path, taken, monkeypatch):
    monkeypatch.setattr(runner, "STARTS", 2)  # each takes seconds
    taken(100)

    with pytest.raises(NotebookFailedError, match=r"^01_small.ipynb: no kernel could be started \("):
        run_notebook(make_notebook("print('here')"), tmp_path / "out", {})
    assert names(tmp_path / "out") == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sed": 7}, r"^01_small\.ipynb has no parameter sed; did you mean seed\? Accepted: cohort, seed, share$"),
        ({"seed": "7"}, r"^parameter seed = '7': expected int \(of every random draw\), for example 1$"),
        ({"share": float("nan")}, r"^parameter share = nan: expected float"),
    ],
)
def test_a_wrong_parameter_is_refused_before_anything_runs(make_notebook, tmp_path, given, message):
    with pytest.raises(ReportError, match=message):
        run_notebook(make_notebook(), tmp_path / "out", given)

    assert not (tmp_path / "out").exists()


def test_an_interrupted_run_leaves_nothing(make_notebook, tmp_path):
    out, started = tmp_path / "out", tmp_path / "started"
    notebook = make_notebook(f"import pathlib, time\npathlib.Path({str(started)!r}).touch()\ntime.sleep(60)")
    # A job started in the background may inherit that interrupts are ignored.
    program = f"""
        import signal
        from pathlib import Path
        from postgraft.reports import run_notebook
        signal.signal(signal.SIGINT, signal.default_int_handler)
        run_notebook(Path({str(notebook)!r}), Path({str(out)!r}), {{}})
    """
    run = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stderr=subprocess.DEVNULL)
    while not started.exists() and run.poll() is None:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)

    assert run.wait(timeout=60) != 0
    assert names(out) == []
