"""Things that take long to make, made once for all workers of pytest-xdist."""

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest

MADE = ".made"


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder ``name``, which ``make`` filled when the first test of any worker asked; others wait for it.

    Tests must not write into it.
    """
    base = factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-gw") else base) / "made-once" / name
    folder.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / MADE).exists():
            make(folder)
            (folder / MADE).touch()
    return folder
