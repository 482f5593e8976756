"""A report as it stands in its folder, read once: what is checked is what leaves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path, PurePosixPath
from typing import Any, Final

from postgraft.reports.manifest import FILE as MANIFEST
from postgraft.reports.manifest import read_manifest
from postgraft.reports.pdf import without_links
from postgraft.reports.project import ReportError
from postgraft.reports.provenance import FILE as PROVENANCE

PAGES: Final = (".html", ".pdf")
NOTEBOOK: Final = ".ipynb"
TOLD: Final = (
    "notebook",
    "notebook_sha256",
    "cohort",
    "cohorts",
    "protocol",
    "amendments",
    "seed",
    "started",
    "ended",
    "git_revision",
    "python",
    "packages",
    "disclosure",
    "identifiable",
)
"""What leaves of a record; parameters and plan may name folders of this machine."""

Record = Mapping[str, Any]


def cohorts_told(record: Record) -> dict[str, str]:
    """Names of the cohorts that a record is about, by their salted fingerprints."""
    each = record.get("cohorts") or [record.get("cohort", {})]
    return {str(one.get("fingerprint")): str(one.get("name")) for one in each}


@dataclass(frozen=True)
class FinishedReport:
    """``files``: bytes by path within the folder; ``manifest``: what the run says it has written."""

    folder: Path
    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]

    @property
    def records(self) -> dict[str, Record]:
        """The provenance record of each executed notebook, by the notebook's path; a broken file has none."""
        found: dict[str, Record] = {}
        for path, data in self.files.items():
            if PurePosixPath(path).name == PROVENANCE:
                for stem, record in _parsed(data).items():
                    found[str(PurePosixPath(path).with_name(f"{stem}{NOTEBOOK}"))] = record
        return found

    def recorded(self) -> Iterator[tuple[str, str]]:
        """Every file that the run wrote, with its SHA-256: by the manifest, and by each record."""
        yield from self.manifest["files"].items()
        for notebook, record in self.records.items():
            for name, digest in record.get("files", {}).items():
                yield str(PurePosixPath(notebook).with_name(name)), digest

    def leaving(self) -> dict[str, bytes]:
        """What leaves: pages, with no link to what stays, and the records, shortened.

        Executed notebooks stay in the house, and so do the study's own files.
        """
        found = {name: data for name, data in self.files.items() if name.endswith(PAGES)}
        for name, data in self.files.items():
            if PurePosixPath(name).name == PROVENANCE:
                found[name] = as_json({stem: _outside(one) for stem, one in _parsed(data).items()})
        for name in found:
            if name.endswith(".html"):
                beside = {relpath(other, PurePosixPath(name).parent) for other in found}
                found[name] = without_links(found[name].decode("utf-8", "replace"), beside).encode()
        return dict(sorted(found.items()))


def read_report(folder: Path) -> FinishedReport:
    """Read the folder of a report.

    Raises:
        ReportError: no report there, or a file of it may not be read.
    """
    manifest = read_manifest(folder)
    if not manifest:
        raise ReportError(
            f"{folder}: is no report; accepted is a folder that postgraft report wrote, with its {MANIFEST}"
        )
    try:
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
    except OSError as error:
        raise ReportError(f"{error.filename}: may not be read") from error
    return FinishedReport(folder, manifest, files)


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def as_json(value: object) -> bytes:
    """A value as a file of JSON."""
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _parsed(data: bytes) -> dict[str, Record]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    entries = found.items() if isinstance(found, dict) else ()
    return {stem: record for stem, record in entries if isinstance(record, dict)}


def _outside(record: Record) -> dict[str, Any]:
    return {name: record[name] for name in TOLD if name in record}
