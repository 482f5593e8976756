"""What the checks of this folder look at."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

MADE = {".git", ".venv", ".hypothesis", ".ipynb_checkpoints", "build", "dist", "__pycache__"}
"""Hold nothing a person wrote; so does ``reports`` at the top. In a linked work tree ``.git`` is a file."""


def written_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file of the project but those that a command of the project makes and git ignores."""
    for path in sorted(folder.iterdir()):
        if path.name in MADE or path.name.endswith("_cache") or path == ROOT / "reports":
            continue
        if path.is_file():
            yield path
        else:
            yield from written_files(path)
