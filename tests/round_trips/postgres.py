"""A PostgreSQL server of the tests' own: an ordinary user's, with its own folder and a socket, and gone at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

USER = "reader"


def programs() -> Path | None:
    """The folder of the server's programs, where there is one."""
    found = [Path(where).resolve().parent for where in [shutil.which("initdb")] if where]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: -float(one.parent.name))
    return next((one for one in found if (one / "initdb").exists()), None)


def lacking() -> str:
    """Why there can be no server here, or nothing."""
    if programs() is None:
        return "no PostgreSQL server here: the Debian package postgresql brings one"
    return "" if find_spec("adbc_driver_postgresql") else "adbc-driver-postgresql is not installed"


@contextmanager
def server() -> Iterator[str]:
    """A server that listens on a socket only; the URL of its empty database.

    PostgreSQL refuses to run as root, so that root runs it as nobody.
    """
    where = programs()
    assert where is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    as_nobody = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    if as_nobody:
        shutil.chown(folder, "nobody")
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        command = [*as_nobody, str(where / program), "-D", str(data), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    try:
        run("initdb", "-A", "trust", "-U", USER, "--no-sync", "-E", "UTF8", "--locale=C")
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-F -k {folder} -c listen_addresses=''")
        try:
            yield f"postgresql://{USER}@/postgres?host={quote(str(folder), safe='')}"
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
