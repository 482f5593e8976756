"""The copy of a checked report that leaves: whole or not at all, and never without a note in the register."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from postgraft.release.check import LEVEL, Checked
from postgraft.release.register import Register, Version, signed
from postgraft.release.report import as_json, sha256
from postgraft.release.sign_off import SignOff
from postgraft.reports.errors import ReportError

RELEASED: Final = "RELEASED.json"


def hand_over(
    checked: Checked, folder: Path, versions: Sequence[Version], register: Register, sign_off: SignOff
) -> list[Path]:
    """Copy what leaves into a new folder, with RELEASED.json; return the files.

    The copy is made beside the folder, then the versions are written into the register, then the copy gets its
    name. So there is no copy that the register does not know, wherever this is interrupted.

    Raises:
        ReportError: the folder is there and not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ReportError(f"{folder}: accepted is a new or empty folder")
    released = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    files = {
        **checked.leaving,
        RELEASED: as_json(
            {
                "postgraft": importlib.metadata.version("postgraft"),
                "level": LEVEL,
                "threshold": checked.rule.threshold,
                "rounding": checked.rule.rounding,
                "released": released,
                "signed_by": sign_off.signed_by,
                "override": sign_off.override,
                "sha256": {name: sha256(data) for name, data in checked.leaving.items()},
            }
        ),
    }
    target = folder.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    making = target.with_name(f".{target.name}.making")
    shutil.rmtree(making, ignore_errors=True)  # of a run that was killed
    try:
        for name, data in files.items():
            path = making / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        register.add([signed(one, released, sign_off.signed_by, sign_off.override) for one in versions])
        making.replace(target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return [folder / name for name in files]
