"""Kernels forked from a warm process are what kernels started on their own are, and none is lost with the server."""

import json
import os
import signal
import subprocess
import sys

import nbformat
import pytest
from processes import ends

from postgraft.reports import forked_kernels, project_root, run_notebook

pytestmark = pytest.mark.slow
needs_pidfd = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="kernels are forked on Linux only")

SHOWS = """
import json, os, subprocess, sys, time
import numpy as np, matplotlib
json.dump({
    "parent": os.getppid(), "leads": os.getsid(0) == os.getpid(), "folder": os.getcwd(),
    "given": os.environ.get("GIVEN"), "zone": time.strftime("%z", time.localtime(0)), "path": sys.path,
    "false": subprocess.run(["false"]).returncode, "drawn": np.random.random(), "seen": os.read(0, 1).decode(),
    "backend": matplotlib.get_backend(),
}, open(told, "w"))
"""


@pytest.fixture
def told(tmp_path):
    """Run a cell with ``told``, a path, and return what it wrote there."""

    def run(code=SHOWS):
        v4 = nbformat.v4
        parameters = v4.new_code_cell('told: str = ""  # file', metadata={"tags": ["parameters"]})
        nbformat.write(v4.new_notebook(cells=[parameters, v4.new_code_cell(code)]), tmp_path / "small.ipynb")
        run_notebook(tmp_path / "small.ipynb", tmp_path / "out", {"told": str(tmp_path / "told.json")})
        return json.loads((tmp_path / "told.json").read_text())

    return run


@pytest.fixture
def started(monkeypatch):
    """The programs that are started from here on."""
    programs, popen = [], subprocess.Popen

    def start(program, *given, **more):
        programs.append(program)
        return popen(program, *given, **more)

    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.setattr("jupyter_client.launcher.Popen", start)
    return programs


def server():
    return forked_kernels._server._process


@needs_pidfd
def test_a_kernel_is_forked_into_the_folder_environment_and_zone_of_now(told, monkeypatch):
    told()  # the server is there
    monkeypatch.setenv("GIVEN", "now")
    monkeypatch.setenv("TZ", "XYZ-05:45")

    first, second = told(), told()

    assert first["parent"] == server().pid
    assert (first["folder"], first["given"], first["zone"]) == (str(project_root()), "now", "+0545")
    assert first["leads"]
    assert (first["false"], first["seen"]) == (1, "")
    assert first["backend"].endswith("backend_inline") or first["backend"] == "inline"
    assert "" in first["path"]
    assert first["drawn"] != second["drawn"]


@needs_pidfd
def test_kernels_share_one_server(told, started):
    told()
    started.clear()
    told()
    told()

    assert [program for program in started if program[0] == sys.executable] == []


@needs_pidfd
def test_where_forking_fails_kernels_start_on_their_own(told, started, monkeypatch):
    told()
    server().send_signal(signal.SIGKILL)
    server().wait()
    started.clear()

    assert told()["parent"] == os.getpid()
    assert [program for program in started if "ipykernel_launcher" in program]

    monkeypatch.setenv("GIVEN", "long" * 30_000)
    monkeypatch.setenv("AND_MORE", "long" * 30_000)
    assert told()["parent"] == os.getpid()
    monkeypatch.setenv("GIVEN", "short")
    monkeypatch.setenv("AND_MORE", "short")
    assert told()["parent"] == server().pid


@pytest.mark.parametrize("program", ["/usr/bin/python3", "cat"])
def test_other_kernels_are_started_as_ever(program):
    assert not forked_kernels.can_fork([program, "-m", "ipykernel_launcher", "-f", "x.json"])


ENDS = """
import os, sys
from pathlib import Path
from postgraft.reports import forked_kernels
made = forked_kernels._server.fork(["-f", sys.argv[1]], Path.cwd(), dict(os.environ), None, None)
print(made.pid, forked_kernels._server._process.pid, made.poll(), flush=True)
sys.stdin.read()
"""


@needs_pidfd
@pytest.mark.parametrize("end", [lambda one: one.stdin.close(), lambda one: one.kill()], ids=["exit", "kill"])
def test_server_and_kernels_end_with_the_process_they_are_for(end, tmp_path):
    command = [sys.executable, "-c", ENDS, tmp_path / "connection.json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        kernel, its_server, running = process.stdout.readline().split()
        assert running == "None"
        end(process)
        process.wait()

    assert ends(kernel)
    assert ends(its_server)


@needs_pidfd
def test_a_forked_process_can_be_waited_for_and_killed():
    sleeping = subprocess.Popen(["sleep", "60"])
    forked = forked_kernels.ForkedProcess(sleeping.pid, os.pidfd_open(sleeping.pid))

    assert forked.poll() is None
    forked.terminate()
    assert (forked.wait(), forked.poll()) == (0, 0)
    assert sleeping.wait() == -signal.SIGTERM
    forked.kill()  # it has ended: nothing to do
