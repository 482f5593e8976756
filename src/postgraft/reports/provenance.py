"""Where a report's numbers come from: what was read, with which protocol, by which versions, when.

All that reports depend on, as one value: when it is the same, they need not be made again.
"""

import datetime as dt
import hashlib
import importlib.metadata
import json
import platform
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat

from postgraft.protocol import load_amendments, load_plan, load_protocol
from postgraft.reports.files import write_whole
from postgraft.reports.notebooks import json_value
from postgraft.reports.project import named_input, portable, project_path, project_root
from postgraft.reports.study import AMENDMENTS, COHORT, COHORTS, PLAN, PROTOCOL, Run, StudyCohort

FILE = "provenance.json"


def provenance(
    run: Run, executed: Path, values: Mapping[str, Any], disclosure: Mapping[str, Any], software: Mapping[str, Any]
) -> dict[str, Any]:
    """The record of one run.

    ``values`` are the parameters as the kernel had them. ``protocol`` and ``seed`` are the parameters of these
    names, so that a notebook that draws takes its seed as a parameter. ``amendments`` and ``plan`` are the content of
    what the parameters of these names point to; the plan with all that it leaves out, a start of None being the data
    cut, a proportion ``as_if_seen_in`` None being known for sure. It is None where the notebook makes no forecast.
    Times are UTC. ``cohorts`` is there where several are taken together, with the record of each.
    """
    ran = nbformat.read(executed, as_version=4).metadata.papermill
    return {
        "notebook": run.notebook.path.name,
        "notebook_sha256": hashlib.sha256(run.notebook.path.read_bytes()).hexdigest(),
        "cohort": _cohort(run.cohort, disclosure),
        **({"cohorts": [_cohort(one, disclosure) for one in run.cohort.parts]} if run.cohort.parts else {}),
        "protocol": values.get(PROTOCOL),
        "amendments": _amendments(values.get(AMENDMENTS), values.get(PROTOCOL)),
        "plan": _plan(values[PLAN], values.get(PROTOCOL)) if PLAN in values else None,
        "seed": values.get("seed"),
        "parameters": _parameters(run, disclosure),
        "disclosure": dict(disclosure),
        "identifiable": run.notebook.identifiable,
        "started": _utc(ran["start_time"]),
        "ended": _utc(ran["end_time"]),
        **software,
    }


def _cohort(cohort: StudyCohort, disclosure: Mapping[str, Any]) -> dict[str, Any]:
    """The cohort; a doubt counts rows as they are, so at level release there is only that there are any.

    The study has called it, and salted its fingerprint, as a release names it.
    """
    release = disclosure["level"] == "release" and cohort.doubts
    return {
        "name": cohort.name,
        "fingerprint": cohort.fingerprint,
        "synthetic": cohort.synthetic,
        "doubts": ["doubts of the reader that can change who counts: see the report at level internal"]
        if release
        else list(cohort.doubts),
    }


def _parameters(run: Run, disclosure: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters; at level release without those that are paths of the house, whose content the record has."""
    left_out = (COHORT, COHORTS, AMENDMENTS, PLAN) if disclosure["level"] == "release" else ()
    return {name: value for name, value in run.values.items() if name not in left_out}


def software() -> dict[str, Any]:
    """What computes: ``git_revision`` ends in ``+`` if files differ from that revision."""
    return {
        "git_revision": git_revision(project_root()),
        "python": platform.python_version(),
        "packages": package_versions(),
    }


def write_provenance(folder: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write the folder's provenance.json: the records of the reports in it, by notebook."""
    by_notebook = {Path(record["notebook"]).stem: record for record in records}
    text = json.dumps(by_notebook, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False)
    write_whole(folder / FILE, text + "\n")


def package_versions() -> dict[str, str]:
    """The installed versions of postgraft and of all it declares to need."""
    needs = [line for line in importlib.metadata.requires("postgraft") or [] if "extra ==" not in line]
    names = ["postgraft", *(re.match(r"[\w.-]+", line)[0] for line in needs)]  # type: ignore[index]  # PEP 508: begins with the name
    return {name: importlib.metadata.version(name) for name in names}


def git_revision(root: Path) -> str | None:
    """The commit the files are at, ``+`` if they differ from it; None outside a clone or without git."""
    if not (root / ".git").exists():
        return None
    try:
        commit = _git(root, "rev-parse", "HEAD")
        return f"{commit}+" if _git(root, "status", "--porcelain") else commit
    except (OSError, subprocess.SubprocessError):
        return None


def _amendments(given: str | None, protocol: str | None) -> list[dict[str, Any]]:
    if not given:
        return []
    loaded = load_amendments(named_input(given), load_protocol(named_input(protocol)) if protocol else None)
    return [{"name": one.name, "set": json_value(one.set), "drop": json_value(one.drop)} for one in loaded]


def _plan(given: str, protocol: str | None) -> Any:
    read = load_protocol(named_input(protocol)) if protocol else None
    return json.loads(load_plan(project_path(given) if given else None, read).model_dump_json())


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True, timeout=10)
    return done.stdout.strip()


def _utc(moment: str) -> str:
    return dt.datetime.fromisoformat(moment).astimezone(dt.UTC).isoformat(timespec="seconds")


PACKAGE = Path(__file__).resolve().parents[1]
NOT_SOURCE = "__pycache__"


def inputs_fingerprint(
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
