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
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from postgraft.reports.project import ReportError

RENAME_EXCHANGE = 2
"""Flag of Linux's renameat2: two paths change places in one step."""
AT_FDCWD = -100
NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)
"""What renameat2 answers where the kernel or the file system cannot exchange."""

PARTS = {"lock", "new", "old"}
"""What the folder of a run holds."""
TRIES, PAUSE = 50, 0.02
"""How often, and how many seconds apart, a lock is asked for that the run before is just clearing away."""

Foreign = Callable[[Path], bool]
"""Whether a file, by its path within the folder, is none that a run wrote."""


@contextmanager
def staged(output: Path) -> Iterator[Path]:
    """An empty folder to make ``output`` in, which ``swap`` puts in its place; gone at the end.

    Raises:
        ReportError: another run is making the same output, or its place cannot be written to, has no locks, or holds
            what no run has made.
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
    for _ in range(TRIES):
        _check_own(making)
        try:
            making.mkdir(0o700, parents=True, exist_ok=True)
            lock = os.open(making / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            time.sleep(PAUSE)  # the run before has just cleared it away
            continue
        except OSError as error:
            raise ReportError(f"{output}: cannot be made ({error.strerror}: {error.filename}).") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise ReportError(
                f"{output}: another run is making it. Wait for its end, or name another output."
            ) from None
        except OSError as error:
            os.close(lock)
            raise _without_locks(making, output, error.strerror or str(error)) from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock), (making / "lock").stat()):
                return lock
        os.close(lock)  # the run before cleared the file away between opening and locking
        time.sleep(PAUSE)
    raise _without_locks(making, output, "a file that is locked is not found again")


def _check_own(making: Path) -> None:
    """Raises ReportError where a folder has the name that a run would give to its own, and holds something else."""
    try:
        names = {path.name for path in making.iterdir()}
    except OSError:  # there is none, or it cannot be used, which is an error when it is made
        return
    # An open file that was removed is kept by NFS under such a name for a while.
    other = sorted(name for name in names - PARTS if not name.startswith(".nfs"))
    if other or making.is_symlink():
        raise ReportError(
            f"{making}: is no folder of a run{f' (it holds {other[0]})' if other else ''}, and would be cleared away. "
            "Move it, or name another output."
        )


def _without_locks(making: Path, output: Path, why: str) -> ReportError:
    """The error, where two runs could not be kept apart; what was made for the lock goes."""
    (making / "lock").unlink(missing_ok=True)
    with suppress(OSError):
        making.rmdir()
    return ReportError(
        f"{output}: files cannot be locked there ({why}), so nothing keeps two runs apart. Accepted is an output on "
        "another file system."
    )


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
