"""What can go wrong between a notebook and its report.

Where the project stands on this machine, so that no notebook depends on the folder it is run from.
"""

import tomllib
from pathlib import Path

from postgraft.vocabulary.errors import PostgraftError


class ReportError(PostgraftError):
    """A report that cannot be made as asked: unknown notebook or parameter, wrong type, unusable input."""


class NotebookFailedError(ReportError):
    """A cell that failed for a reason that is not the user's input."""


def project_root() -> Path:
    """The project's folder: the nearest one above the package, else above the working directory.

    It is known by its pyproject.toml. Jupyter and nbval run a notebook in the notebook's folder, papermill in
    the caller's; both find the same root.

    Raises:
        ReportError: the package is installed without the project's folder, which holds the notebooks.
    """
    here = Path.cwd()
    for folder in (*Path(__file__).resolve().parents, here, *here.parents):
        if _is_project(folder / "pyproject.toml"):
            return folder
    raise ReportError(
        "The folder with the notebooks was not found: postgraft is installed without it. Run inside a clone "
        "of the project (there `make report` sets everything up), or name your own notebooks by path."
    )


def project_path(path: str | Path) -> Path:
    """An absolute path as it is, a relative one from the project's root; for a notebook's inputs."""
    return Path(path) if Path(path).is_absolute() else project_root() / path


def named_input(text: str | Path) -> str | Path:
    """What a notebook names: a text without folder or ending is a shipped name, any other one a path."""
    is_name = not Path(text).suffix and len(Path(text).parts) == 1
    return text if is_name else project_path(text)


def portable(path: str | Path) -> str:
    """A path as ``project_path`` reads it back: relative inside the project, naming no machine."""
    whole, root = Path(path).resolve(), project_root()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else str(whole)


def _is_project(pyproject: Path) -> bool:
    if not pyproject.is_file():
        return False
    content = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    return bool(content.get("project", {}).get("name") == "postgraft")
