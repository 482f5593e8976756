"""What the checks of this folder look at."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

MADE = {".git", ".venv", ".hypothesis", ".ipynb_checkpoints", "build", "dist", "__pycache__"}
"""Folders that hold nothing a person wrote; so does ``reports`` at the top."""


def written_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file of the project but those that a command of the project makes and git ignores."""
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield path
        elif not (path.name.endswith("_cache") or path.name in MADE or path == ROOT / "reports"):
            yield from written_files(path)
