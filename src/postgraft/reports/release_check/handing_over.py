"""The copy of a checked report that may leave: whole or not at all."""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from os.path import relpath
from pathlib import Path, PurePosixPath
from typing import Any, Final

from postgraft.reports.errors import ReportError
from postgraft.reports.links import without_links
from postgraft.reports.provenance import FILE as PROVENANCE
from postgraft.reports.release_check.check import TOLD, VERSION, Checked
from postgraft.reports.release_check.contents import PAGES
from postgraft.reports.release_check.notebooks import parsed
from postgraft.reports.release_check.standing import RELEASE

RELEASED: Final = "RELEASED.json"


def hand_over(checked: Checked, folder: Path, notebooks: bool = False) -> list[Path]:
    """Copy what may leave of a report that passed into a new folder, with RELEASED.json; return the files.

    HTML, PDF and the shortened provenance.json, with ``notebooks`` also the executed notebooks. The folder
    appears only when whole.

    Raises:
        ReportError: the folder is there and not empty, or the report did not pass.
    """
    if not checked.passed:
        raise ReportError("A report that did not pass the check cannot be handed over")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ReportError(f"{folder}: accepted is a new or empty folder")
    files = dict(leaving(checked.contents.files, notebooks))
    files[RELEASED] = _json(
        {
            "check_version": VERSION,
            "level": RELEASE,
            "threshold": checked.rule.threshold,
            "rounding": checked.rule.rounding,
            "released": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        }
    )
    target = folder.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        for name, data in files.items():
            path = temporary / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        temporary.replace(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return [folder / name for name in files]


def leaving(files: Mapping[str, bytes], notebooks: bool) -> dict[str, bytes]:
    """The files that leave, by path; pages without links to what stays."""
    suffixes = (*PAGES, *((".ipynb",) if notebooks else ()))
    found = {name: data for name, data in files.items() if name.endswith(suffixes)}
    for name, data in files.items():
        if PurePosixPath(name).name == PROVENANCE:
            found[name] = _json({stem: _outside(record) for stem, record in parsed(data, name).items()})
    for name in found:
        if name.endswith(".html"):
            folder = PurePosixPath(name).parent
            beside = {relpath(other, folder) for other in found}
            found[name] = without_links(found[name].decode(), beside).encode()
    return dict(sorted(found.items()))


def _outside(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in TOLD if name in record}


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
