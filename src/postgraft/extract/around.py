"""Whether a place belongs to an extract, where nobody but who makes extracts may write."""

import os
from pathlib import Path

from postgraft.extract.manifest import MANIFEST_FILE
from postgraft.vocabulary.errors import PostgraftError


def check_outside_extracts(path: Path, read: Path | None = None) -> None:
    """Refuses a file or folder that belongs to an extract, however its path is spelled.

    A place belongs to an extract if it, or any folder above it up to the root, holds an ``extract.yaml``: so a
    part of a table that is a folder belongs to it, too. Links are followed first. ``read`` is the extract that the
    command reads: what its own links lead to belongs to it, wherever that lies.

    Raises:
        PostgraftError: the place belongs to an extract; the message names both.
    """
    real = Path(os.path.realpath(path))
    around = next((one for one in (real, *real.parents) if os.path.lexists(one / MANIFEST_FILE)), None)
    if around is None and read is not None and read.is_dir():
        linked = {Path(os.path.realpath(one)) for one in read.iterdir() if one.is_symlink()}
        around = read if linked & {real, *real.parents} else None
    if around is not None:
        raise PostgraftError(
            f"{path}: belongs to the extract {around}, where no results are written; accepted is a place outside "
            "every folder that holds an extract.yaml"
        )
