"""All that reports depend on, as one value: when it is the same, they need not be made again."""

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from postgraft.reports.project import portable, project_path
from postgraft.reports.provenance import package_versions
from postgraft.reports.study import COHORT, Run

PACKAGE = Path(__file__).resolve().parents[1]
NOT_SOURCE = "__pycache__"


def what_matters(
    title: str,
    runs: Sequence[Run],
    disclosure: Mapping[str, Any],
    outputs: Sequence[str],
    beside: Mapping[str, str],
    output: Path,
) -> dict[str, Any]:
    """Whatever can change a report, by what it is; the time is not among it, nor is what git says.

    A parameter that names a file or folder stands for its content; the cohort's is the extract's fingerprint.
    The files of ``beside`` are still to be written to ``output``, or stand there from an earlier time.
    """
    written = {portable(output / name) for name in beside}
    named = {text for run in runs for text in _named_files(run)} - written
    return {
        "title": title,
        "cohorts": {run.cohort.name: [run.cohort.folder, run.cohort.fingerprint] for run in runs},
        "notebooks": {run.notebook.name: content_hash(run.notebook.path) for run in runs},
        "parameters": {f"{run.cohort.name}, {run.notebook.name}": dict(run.values) for run in runs},
        "files": {text: content_hash(project_path(text)) for text in named},
        "beside": dict(beside),
        "disclosure": dict(disclosure),
        "outputs": list(outputs),
        "postgraft": content_hash(PACKAGE),
        "python": platform.python_version(),
        "packages": package_versions(),
    }


def fingerprint(matters: Mapping[str, Any]) -> str:
    """SHA-256 of what matters."""
    return hashlib.sha256(json.dumps(matters, sort_keys=True).encode("utf-8")).hexdigest()


def content_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, or of the names and bytes of all files in a folder."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    files = sorted(one for one in path.rglob("*") if one.is_file() and NOT_SOURCE not in one.parts)
    told = [[one.relative_to(path).as_posix(), content_hash(one)] for one in files]
    return hashlib.sha256(json.dumps(told).encode("utf-8")).hexdigest()


def _named_files(run: Run) -> Iterator[str]:
    for name, value in run.values.items():
        if name != COHORT and isinstance(value, str) and value:
            with suppress(OSError):  # a text that is too long for a path
                if project_path(value).exists():
                    yield value
