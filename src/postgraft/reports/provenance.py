"""Where a report's numbers come from: what was read, with which protocol, by which versions, when."""

import datetime as dt
import hashlib
import importlib.metadata
import json
import platform
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from postgraft.protocol import load_amendments, load_protocol
from postgraft.reports.files import write_whole
from postgraft.reports.parameters import json_value
from postgraft.reports.project import named_input, project_root

FILE = "provenance.json"


def provenance(
    cohort: Mapping[str, Any], notebook: Path, executed: Path, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """The record of one run.

    ``cohort`` holds name and fingerprint of the extract, ``parameters`` every declared parameter with the
    value the run had. ``protocol`` and ``seed`` are the parameters of these names, ``amendments`` the content
    of what the parameter of this name points to: names, what they set, what they drop. Times are UTC;
    ``git_revision`` ends in ``+`` if files differ from that revision.
    """
    run = nbformat.read(executed, as_version=4).metadata.papermill
    return {
        "notebook": notebook.name,
        "notebook_sha256": hashlib.sha256(notebook.read_bytes()).hexdigest(),
        "cohort": dict(cohort),
        "protocol": parameters.get("protocol"),
        "amendments": _amendments(parameters.get("amendments"), parameters.get("protocol")),
        "seed": parameters.get("seed"),
        "parameters": dict(parameters),
        "started": _utc(run["start_time"]),
        "ended": _utc(run["end_time"]),
        "git_revision": git_revision(project_root()),
        "python": platform.python_version(),
        "packages": package_versions(),
    }


def write_provenance(folder: Path, record: Mapping[str, Any]) -> None:
    """Put a record into the folder's provenance.json, beside those of the other notebooks reported there."""
    path = folder / FILE
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known[Path(record["notebook"]).stem] = record
    write_whole(path, json.dumps(known, indent=2, sort_keys=True, allow_nan=False) + "\n")


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


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=True, timeout=10
    )
    return done.stdout.strip()


def _utc(moment: str) -> str:
    return dt.datetime.fromisoformat(moment).astimezone(dt.UTC).isoformat(timespec="seconds")
