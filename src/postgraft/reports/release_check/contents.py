"""The files of a report, read once: what is checked is what leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from postgraft.reports.errors import ReportError
from postgraft.reports.provenance import FILE as PROVENANCE
from postgraft.reports.release_check.notebooks import parsed

INDEX: Final = "index.html"
PAGES: Final = (".html", ".pdf")
READ: Final = (*PAGES, ".ipynb", ".json")
FAILED: Final = ".failed.ipynb"


@dataclass(frozen=True)
class Contents:
    """``files``: bytes by path within the report, of those that are checked; ``others``: those that stay behind."""

    folder: Path
    files: Mapping[str, bytes]
    others: tuple[str, ...]

    def records(self) -> dict[str, Mapping[str, Any]]:
        """The provenance record of each notebook by its path within the report."""
        found = {}
        for path in self.files:
            if PurePosixPath(path).name == PROVENANCE:
                for stem, record in parsed(self.files[path], path).items():
                    found[f"{PurePosixPath(path).with_name(stem)}.ipynb"] = record
        return found

    def named(self, suffix: str) -> list[str]:
        """Paths that end so."""
        return [path for path in self.files if path.endswith(suffix)]


def read_contents(report: Path) -> Contents:
    """The files of a report's folder, or of one page or notebook: it, what has its name, and their record.

    Raises:
        ReportError: nothing there that is a report, or a file that may not be read.
    """
    if report.is_dir():
        folder, chosen = report, [path for path in sorted(report.rglob("*")) if path.is_file()]
    elif report.is_file() and report.suffix in (*PAGES, ".ipynb"):
        folder = report.parent
        beside = [report.with_suffix(suffix) for suffix in (*PAGES, ".ipynb")]
        chosen = [path for path in (*beside, folder / PROVENANCE) if path.is_file()]
    else:
        raise ReportError(f"{report}: accepted is the folder of a report, or a page or notebook in it")
    names = {path: path.relative_to(folder).as_posix() for path in chosen}
    outside = [name for path, name in names.items() if path.is_symlink()]
    if outside:
        raise ReportError(f"{report}: {outside[0]} is a link; a report holds its own files")
    hidden = {
        name for name in names.values() if any(part.startswith(".") for part in PurePosixPath(name).parts)
    }
    try:
        files = {
            name: path.read_bytes()
            for path, name in names.items()
            if path.suffix in READ and name not in hidden
        }
    except OSError as error:
        raise ReportError(f"{error.filename}: may not be read") from error
    if not any(name.endswith((*PAGES, ".ipynb")) for name in files):
        raise ReportError(f"{report}: holds no page and no notebook of a report")
    return Contents(folder, files, tuple(name for name in names.values() if name not in files))
