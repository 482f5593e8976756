"""Things that take long to make, made once for all workers of pytest-xdist, in the home that they share."""

import fcntl
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

MADE, FAILED = ".made", ".failed"


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """The folder ``name``, which ``make`` filled when the first test of any worker asked; others wait for it.

    Tests must not write into it. Where ``make`` failed, it fails for everybody who asks.
    """
    folder = Path.home() / "made-once" / name
    folder.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / FAILED).exists():
            pytest.fail((folder / FAILED).read_text(encoding="utf-8"), pytrace=False)
        if not (folder / MADE).exists():
            try:
                make(folder)
            except Exception:
                (folder / FAILED).write_text(f"{name}: {traceback.format_exc()}", encoding="utf-8")
                raise
            (folder / MADE).touch()
    return folder
