"""Traces of the machine a report was made on, and of the person at it."""

import contextlib
import getpass
import re
import socket
from collections.abc import Iterator
from typing import Final

from postgraft.reports.release_check.leaks import Kind, Leak
from postgraft.reports.release_check.material import Piece

PATH: Final = re.compile(
    r"(?<![\w.:/<&;-])/(?:home|Users|root|tmp|work|mnt|media|srv|opt|var|private|export|data|Volumes|usr)/[\w.@-]+"
    r"|(?<![\w/])[A-Za-z]:\\+[\w.@ -]+|\\\\[\w.-]+\\[\w.-]+|\bfile:/+[\w.%/-]+|(?<!\w)~/[\w.-]+"
)
"""An absolute path, a share of a network, or a file's address."""

NAMED: Final = re.compile(
    r"(?:user(?:_?name)?|host(?:_?name)?|login|logname|computer_?name|home)", re.IGNORECASE
)
"""Names of metadata that hold a person or a machine."""
_VARIABLE: Final = re.compile(
    r"^(?:export )?(?:HOME|USER|LOGNAME|HOSTNAME|PWD|PATH|VIRTUAL_ENV|CONDA_PREFIX)=", re.MULTILINE
)
EVERYONES: Final = {"root", "user", "jovyan", "admin", "runner", "ubuntu", "debian", "localhost", "builder"}
"""Names that tell of nobody."""
TELLING: Final = ("metadata", "stderr", "stdout", "record", "PDF", "PNG", "JPEG")
"""Words of places where a name is one of a machine or a person; in sentences it may be any word."""


def traces(piece: Piece) -> Iterator[Leak]:
    """Paths, variables of the environment, this machine's name and its user's in one text."""
    for found in PATH.finditer(piece.text):
        yield Leak(piece.file, piece.place, Kind.machine, f"a path that starts {found[0][:12]}…")
    if _VARIABLE.search(piece.text):
        yield Leak(piece.file, piece.place, Kind.machine, "a variable of the environment")
    *above, last = piece.place.split(", ")
    if above and "metadata" in above and NAMED.fullmatch(last) and piece.text != last:
        yield Leak(piece.file, piece.place, Kind.machine, f"{last} in metadata")
    for what, name in _own_names() if any(one in piece.place for one in TELLING) else ():
        if re.search(rf"(?<![\w]){re.escape(name)}(?!\w)", piece.text):
            yield Leak(piece.file, piece.place, Kind.machine, f"the name of {what}")


def _own_names() -> Iterator[tuple[str, str]]:
    found = {"this machine": socket.gethostname().split(".")[0]}
    with contextlib.suppress(
        OSError, KeyError, ImportError
    ):  # a container may run as a number without a name
        found["the user"] = getpass.getuser()
    for what, name in found.items():
        if len(name) > 3 and name.lower() not in EVERYONES:
            yield what, name
