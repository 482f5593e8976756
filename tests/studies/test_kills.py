"""A run that is killed, at whatever point: the earlier report stands to the byte, and the next run is as any other."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import ends
from studies.conftest import contents, names

from postgraft.reports import build, build_report
from studies import pretend

TESTS = Path(__file__).parents[1]

KILLS = """
import os, signal
from postgraft.reports import build, kernels, study_run, staging
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
def at(number, function):
    calls = []
    def counted(*given, **more):
        calls.append(1)
        return die() if len(calls) == number else function(*given, **more)
    return counted
def then_die(function):
    def done(*given):
        function(*given)
        die()
    return done
"""

FORKS = """
import json, os
from postgraft.reports import build_report, render, runner
print("ready", flush=True)
for line in sys.stdin:
    study, patches, seed = json.loads(line)
    child = os.fork()
    if not child:
        os.environ["RUN"] = str(os.getpid())
        exec(patches)
        build_report(study, {"parameters": {"all": {"seed": seed}}}, progress=False)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Makes a study in a process of its own for each line that it reads; the imports are paid once."""

KILLER = """
import os, pathlib, signal, time
if seed == 5:
    pathlib.Path({pid!r}).write_text(str(os.getpid()))
    os.kill(int(os.environ["RUN"]), signal.SIGKILL)
    time.sleep(100)
"""
"""A cell that kills whoever runs it."""

POINTS = {
    "between two notebooks": "build.make_one = at(2, pretend.make_one)",
    "before the summary": "build.make_one = at(3, pretend.make_one)",
    "before its kernel starts": "study_run.run_notebook = die\nbuild.make_one = study_run.make_one",
    "while it is rendered": "study_run.render_html = die\nbuild.make_one = study_run.make_one",
    "right before the swap": "staging._exchange = die",
    "between two renames": "staging._exchange = lambda *_: False\nstaging.Path.rename = at(2, staging.Path.rename)",
    "right after the swap": "build.swap = then_die(build.swap)",
}
"""Where a run is killed; notebooks are run only where they need be."""


@pytest.fixture
def study(make_notebook, make_study, tmp_path, monkeypatch):
    """A study of two notebooks that was made once; with seed 5 the first kills its run."""
    monkeypatch.setattr(build, "make_one", pretend.make_one)
    first = make_notebook("first", KILLER.format(pid=str(tmp_path / "kernel")))
    made = make_study(notebooks=[first.name, make_notebook("second").name])
    build_report(made, progress=False)
    (tmp_path / "out" / "notes.txt").write_text("mine")
    return made


@pytest.fixture(scope="module")
def forks():
    """The program above."""
    with subprocess.Popen(
        [sys.executable, "-c", pretend.pretending(TESTS) + KILLS + FORKS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout.readline() == "ready\n"
        yield program
        program.stdin.close()


def kill(forks: subprocess.Popen[str], study: Path, patches: str, seed: int = 2) -> None:
    """Make a study, with these patches in place, until it is killed."""
    forks.stdin.write(json.dumps([str(study), patches, seed]) + "\n")
    forks.stdin.flush()
    assert forks.stdout.readline() == f"{-signal.SIGKILL}\n"


def check_next_run(study: Path, tmp_path: Path) -> None:
    """A second run is whole and leaves nothing but what it makes."""
    report = build_report(study, {"parameters": {"all": {"seed": 3}}}, progress=False)

    out = tmp_path / "out"
    assert "<p>3</p>" in (out / "first.html").read_text()
    assert report.missing == []
    assert names(out) == [
        "00_summary.ipynb",
        "first.html",
        "first.ipynb",
        "index.html",
        "notes.txt",
        "provenance.json",
        "second.html",
        "second.ipynb",
        "study.json",
    ]
    assert [name for name in names(tmp_path) if name.startswith(".")] == []


def test_a_run_killed_while_a_notebook_runs_changes_nothing_and_its_kernel_ends(forks, study, tmp_path):
    before = contents(tmp_path / "out")

    kill(forks, study, "build.make_one = study_run.make_one", seed=5)

    assert contents(tmp_path / "out") == before
    assert ends((tmp_path / "kernel").read_text())
    check_next_run(study, tmp_path)


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_run_changes_nothing_or_all(point, forks, study, tmp_path):
    before = contents(tmp_path / "out")

    kill(forks, study, POINTS[point])

    if point == "right after the swap":
        assert "<p>2</p>" in (tmp_path / "out" / "first.html").read_text()
        assert (tmp_path / "out" / "notes.txt").read_text() == "mine"
    elif point == "between two renames":
        assert not (tmp_path / "out").exists()
        assert contents(tmp_path / ".out.making" / "old") == before
    else:
        assert contents(tmp_path / "out") == before
    assert ".out.making" in names(tmp_path)  # what the next run clears away
    check_next_run(study, tmp_path)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"])
def test_an_interrupted_command_says_so_in_a_line_and_leaves_nothing(
    make_notebook, make_study, tmp_path, tmp_path_factory, monkeypatch, number, status
):
    monkeypatch.setattr(build, "make_one", pretend.make_one)
    begun = tmp_path / "begun"
    code = f"import os, pathlib, time\npathlib.Path({str(begun)!r}).write_text(str(os.getpid()))\ntime.sleep(100)"
    study = make_study(notebooks=[make_notebook("slow", code).name])
    build_report(study, progress=False)
    before = contents(tmp_path / "out")
    # A job started in the background may inherit that interrupts are ignored.
    program = (
        "import signal, sys\nfrom postgraft.cli import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\nmain(sys.argv[1:])"
    )
    temporary, runtime = tmp_path_factory.mktemp("tmp"), tmp_path_factory.mktemp("runtime")
    run = subprocess.Popen(
        [sys.executable, "-c", program, "report", study, "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(temporary), "JUPYTER_RUNTIME_DIR": str(runtime)},
    )
    while not (begun.exists() and begun.read_text()) and run.poll() is None:
        time.sleep(0.05)
    run.send_signal(number)
    out, err = run.communicate(timeout=60)

    assert (run.returncode, out) == (status, "")
    assert err.splitlines()[-1] == "Interrupted; nothing is left half-done."
    assert "Traceback" not in err
    assert contents(tmp_path / "out") == before
    assert names(tmp_path) == ["begun", "out", "slow.ipynb", "study.yaml"]
    assert (names(temporary), names(runtime)) == ([], [])
    assert ends(begun.read_text())
