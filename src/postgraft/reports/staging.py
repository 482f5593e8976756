"""A folder that changes all at once: what is new is made beside it, then the two change places.

Beside ``reports/demo`` stands, while a run makes it anew, ``reports/.demo.making``:

    lock    held by the run that is at work; its end, however it comes, lets go of it
    new     what is being made
    old     the earlier folder, only between the two renames of a file system that cannot exchange folders

A run that was killed leaves this folder and nothing else; the next one puts ``old`` back and clears it away.
"""

import ctypes
import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from postgraft.reports.errors import ReportError

RENAME_EXCHANGE = 2
"""Flag of Linux's renameat2: two paths change places in one step."""
AT_FDCWD = -100
NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)
"""What renameat2 answers where the kernel or the file system cannot exchange."""

Foreign = Callable[[Path], bool]
"""Whether a file, by its path within the folder, is none that a run wrote."""


@contextmanager
def staged(output: Path) -> Iterator[Path]:
    """An empty folder to make ``output`` in, which ``swap`` puts in its place; gone at the end.

    Raises:
        ReportError: another run is making the same output, or its place cannot be written to.
    """
    making = making_folder(output)
    lock = _locked(making, output)
    try:
        recover(output)
        _clear(making)
        new = making / "new"
        new.mkdir()
        yield new
    finally:
        recover(output)
        _clear(making)
        # The lock goes last, so that nobody can hold it and find something to clear.
        (making / "lock").unlink(missing_ok=True)
        with suppress(OSError):
            making.rmdir()
        os.close(lock)


def making_folder(output: Path) -> Path:
    """The folder beside ``output`` that a run works in."""
    whole = output.resolve()
    return whole.with_name(f".{whole.name}.making")


def swap(new: Path, output: Path, foreign: Foreign) -> None:
    """Let ``new`` take the place of ``output`` in one step; what is foreign in the earlier folder goes along.

    Foreign files are there before and after: as hard links (copies where the file system has none) until the
    step is done. One that was written meanwhile is moved along.
    """
    whole = output.resolve()
    if not whole.exists():
        new.rename(whole)
        return
    new.chmod(stat.S_IMODE(whole.stat().st_mode))
    for path in _files(whole):
        inside = path.relative_to(whole)
        if foreign(inside) and not (new / inside).exists():
            _take_along(path, new / inside)
    if _exchange(new, whole):
        old = new
    else:
        old = new.with_name("old")
        whole.rename(old)
        new.rename(whole)
    for path in _files(old):
        inside = path.relative_to(old)
        if foreign(inside) and not (whole / inside).exists():
            (whole / inside).parent.mkdir(parents=True, exist_ok=True)
            path.rename(whole / inside)


def recover(output: Path) -> None:
    """Put the earlier folder back if a run was killed between taking it away and bringing the new one."""
    old = making_folder(output) / "old"
    if old.exists() and not output.resolve().exists():
        old.rename(output.resolve())


def _locked(making: Path, output: Path) -> int:
    """The lock of a folder that is being made, taken; it is let go of when this process ends, also when killed."""
    while True:
        try:
            making.mkdir(parents=True, exist_ok=True)
            lock = os.open(making / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            continue  # the run before has just cleared it away
        except OSError as error:
            raise ReportError(f"{output}: cannot be made ({error.strerror}: {error.filename}).") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise ReportError(
                f"{output}: another run is making it. Wait for its end, or name another output."
            ) from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock), (making / "lock").stat()):
                return lock
        os.close(lock)  # the run before cleared the file away between opening and locking


def _clear(making: Path) -> None:
    for path in making.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


def _files(folder: Path) -> list[Path]:
    """Everything in a folder but folders that hold something; links are not followed."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink() and any(path.iterdir()):
            found += _files(path)
        else:
            found.append(path)
    return found


def _take_along(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        to.mkdir()
        return
    try:
        os.link(path, to, follow_symlinks=False)
    except OSError:
        shutil.copy2(path, to, follow_symlinks=False)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders of one file system change places in one step; False where that is not possible."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in NOT_HERE:
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))
