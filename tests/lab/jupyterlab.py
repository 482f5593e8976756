"""A JupyterLab of its own: own settings, own copy of the notebooks, a free port, and nothing left behind."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from architecture.project import ROOT

STARTED_WITHIN = 60  # seconds
ENDED_WITHIN = 20

QUIET = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}
"""Settings under which it asks nothing and saves nothing by itself."""


@dataclass(frozen=True)
class Lab:
    """A running server: ``url`` ends with a slash; ``notebooks`` is the folder it shows, ``log`` what it wrote."""

    url: str
    token: str
    notebooks: Path
    log: Path

    def page(self, notebook: str) -> str:
        """Address of a notebook opened in JupyterLab."""
        return f"{self.url}lab/tree/{notebook}?token={self.token}&reset"


@contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """A server on a copy of the notebooks, everything it writes under ``folder``; ended with its kernels."""
    notebooks = folder / "notebooks"
    notebooks.mkdir(parents=True)
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(path, notebooks)
    settings = folder / "settings"
    for name, values in QUIET.items():
        file = settings / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    token, runtime, log = secrets.token_hex(16), folder / "runtime", folder / "server.log"
    own = {
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": runtime,
        "JUPYTERLAB_SETTINGS_DIR": settings,
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
        "IPYTHONDIR": folder / "ipython",
        "JUPYTER_TOKEN": token,
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"),
        *(f"--ServerApp.root_dir={notebooks}", "--LabApp.expose_app_in_browser=True"),
        *(["--allow-root"] if os.geteuid() == 0 else []),
    ]
    with log.open("wb") as written:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | {name: str(value) for name, value in own.items()},
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield Lab(_address(server, runtime, log), token, notebooks, log)
        finally:
            _end(server)


def _address(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Where the server listens, once it says so in its runtime folder."""
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                told = json.loads(file.read_text())
            except ValueError:  # it is being written
                continue
            if told.get("port"):
                return str(told["url"])
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start: {log.read_text()[-3000:]}")


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server, which ends its kernels; whatever of its group is left after a while is killed."""
    server.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        server.wait(ENDED_WITHIN)
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
