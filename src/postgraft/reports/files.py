"""Files that are there whole or not at all."""

import os
from pathlib import Path

from postgraft.vocabulary.errors import writing


def write_whole(path: Path, content: str | bytes, mode: int | None = None) -> None:
    """Write text, in UTF-8, or bytes under a temporary name beside ``path``, then rename.

    An interruption leaves the old file. With ``mode`` nobody but whom it lets can read any of it at any time.
    Raises UnwritableError, which names the file.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with writing(path):
        try:
            if mode is not None:
                temporary.touch(mode)
                temporary.chmod(mode)
            temporary.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
