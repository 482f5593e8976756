"""Remove what the tool has made, and nothing else; what stays is named. Needs no package: the environment may be gone.

``python tools/clean.py`` removes the environment, the reports and every cache of the project it lies in,
``python tools/clean.py cohort FOLDER`` the synthetic cohort in a folder.
"""

import fcntl
import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")
CODE = ("src", "tests", "tools", "benchmarks")
STAMP = ".installed-from-run-lock"
"""Lies in an environment that make has set up."""
MANIFEST = "study.json"
"""Lies in every output, and lists its files."""
FAILED = ".failed.ipynb"
MAKING = {"lock", "new", "old"}
"""What a killed run leaves beside an output, in a folder ``.NAME.making``."""
KEPT = {"README.md"}
"""What stands in the folder of the reports and is none."""
COHORT = re.compile(r"(?:extract\.yaml|truth/truth\.csv|\w+\.csv(?:\.gz)?|\w+/part-\d+\.parquet)")
"""Files of a synthetic cohort."""


def main(arguments: list[str]) -> None:
    """Clean the project, or remove a cohort; what was not removed is told on stderr."""
    left = remove_cohort(Path(arguments[1])) if arguments[:1] == ["cohort"] else clean(ROOT)
    for path in left:
        print(f"Left where it is, since it was not made here: {path}", file=sys.stderr)


def clean(root: Path) -> list[Path]:
    """Remove environment, caches and reports of a project; returns what stays that somebody may have expected gone."""
    left = []
    venv = root / ".venv"
    if (venv / STAMP).exists() and not venv.is_symlink():
        shutil.rmtree(venv)
    elif venv.exists():
        left.append(venv)
    for name in CACHES:
        shutil.rmtree(root / name, ignore_errors=True)
    for folder in CODE:
        for cache in list((root / folder).rglob("__pycache__")):
            shutil.rmtree(cache, ignore_errors=True)
    for path in sorted((root / "reports").iterdir()) if (root / "reports").is_dir() else []:
        if path.name not in KEPT:
            left += _remove_making(path) if path.name.endswith(".making") else remove_output(path)
    return left


def remove_output(output: Path) -> list[Path]:
    """Remove the files of an output that a study has written, and folders that are then empty; returns what stays."""
    if output.is_symlink() or not output.is_dir():
        return [output]
    try:
        manifest = json.loads((output / MANIFEST).read_text(encoding="utf-8"))
        written = [output / name for name in [*manifest["files"], MANIFEST]]
    except (OSError, ValueError, KeyError, TypeError):
        written = []
    return _remove([*written, *output.rglob(f"*{FAILED}")], output)


def remove_cohort(folder: Path) -> list[Path]:
    """Remove a synthetic cohort, also one that is not whole; returns what stays: nothing is removed of another one."""
    manifest = folder / "extract.yaml"
    if manifest.exists() and "\nsynthetic: true\n" not in manifest.read_text(encoding="utf-8"):
        return [folder]
    own = [path for path in _files(folder) if COHORT.fullmatch(path.relative_to(folder).as_posix())]
    return _remove(own, folder)


def _remove_making(making: Path) -> list[Path]:
    """Remove what a killed run has left; returns what stays: the folder of a run that is at work, or of none."""
    if making.is_symlink() or not making.is_dir() or {path.name for path in making.iterdir()} - MAKING:
        return [making]
    with (making / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return [making]
        if (making / "new").is_dir():
            shutil.rmtree(making / "new")
        left = remove_output(making / "old") if (making / "old").exists() else []
        if not left:
            (making / "lock").unlink()
            making.rmdir()
    return left


def _remove(files: list[Path], folder: Path) -> list[Path]:
    """Remove files that lie in a folder, then every folder that is empty; returns the files that stay."""
    whole = folder.resolve()
    for path in files:
        if path.parent.resolve().is_relative_to(whole) and (path.is_file() or path.is_symlink()):
            path.unlink()
    for path in sorted((one for one in folder.rglob("*") if one.is_dir() and not one.is_symlink()), reverse=True):
        with suppress(OSError):
            path.rmdir()
    with suppress(OSError):
        folder.rmdir()
    return list(_files(folder))


def _files(folder: Path) -> Iterator[Path]:
    """Everything below a folder but folders; links are not followed."""
    return (path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir())


if __name__ == "__main__":
    main(sys.argv[1:])
