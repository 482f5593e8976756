"""The files of an export, read as text into one table: DuckDB's reader splits them, every cast is made later.

The reader's own messages repeat what they choked on, so that on any failure ``faults`` goes through the files slowly.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from postgraft.sources.errors import SourceError, needs_sources
from postgraft.sources.fhir.faults import LONGEST, NotJsonError, entries, faults
from postgraft.vocabulary.errors import Finding

if TYPE_CHECKING:
    import duckdb

TEXTS: Final = (
    "resourceType", "id", "status", "intent", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime",
    "effectiveDateTime", "effectiveInstant", "performedDateTime", "onsetDateTime", "recordedDate", "abatementDateTime",
    "authoredOn", "whenHandedOver", "valueString", "valueInteger", "valueBoolean",
)  # fmt: skip
OBJECTS: Final = (
    "meta", "subject", "code", "contained", "managingOrganization", "name", "period", "effectivePeriod", "component",
    "dataAbsentReason", "referenceRange", "valueQuantity", "valueCodeableConcept", "valueRange", "valueRatio",
    "valueSampledData", "valueTime", "valueDateTime", "valuePeriod", "performedPeriod", "clinicalStatus",
    "verificationStatus", "onsetPeriod", "abatementPeriod", "medicationCodeableConcept", "medicationReference",
    "ingredient", "dosageInstruction", "dispenseRequest", "dosage", "daysSupply", "reasonCode", "reasonReference",
)  # fmt: skip
"""What is read of a resource, all of it as text, objects as that of their JSON; the rest stays in the file."""
FIELDS: Final = {**dict.fromkeys(TEXTS, "VARCHAR"), **dict.fromkeys(OBJECTS, "JSON")}
_READ: Final = {**FIELDS, "entry": "JSON"}
EVENTS: Final = (
    "Observation", "Procedure", "Condition", "MedicationAdministration", "MedicationDispense", "MedicationRequest",
    "MedicationStatement",
)  # fmt: skip
"""Resources that say what happened to a patient."""
KEPT: Final = (*EVENTS, "Patient", "Organization", "Encounter", "Medication", "Bundle")
_SMALL: Final = 8 * 2**20
"""Bundles up to this size are read many at a time; a larger one is cut into lines first."""
_OPENED: Final = 8 * 2**20
"""Bytes of bundles that are opened at once; it takes several times as much memory."""
_NESTED: Final = 3
"""Bundles in bundles beyond this depth are none."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a folder, by path: ``lines`` hold a resource a line, ``wholes`` are one JSON document each."""

    folder: Path
    lines: tuple[Path, ...]
    wholes: tuple[Path, ...]

    def name(self, path: Path) -> str:
        """How messages call a file."""
        return path.relative_to(self.folder).as_posix()


def files_in(folder: str | Path) -> Files:
    """Every ``*.ndjson``, ``*.ndjson.gz`` and ``*.json`` in a folder and those below it; hidden ones aside.

    Raises:
        SourceError: there is no such folder, or no such file in it.
    """
    root = Path(folder)
    accepted = "a folder with *.ndjson, *.ndjson.gz or bundle *.json"
    if not root.is_dir():
        found = "is a file" if root.exists() else "no such folder"
        raise SourceError(str(folder), [Finding("error", "missing", root.name, "", found, accepted)])
    seen = [
        path
        for path in sorted(root.rglob("*"))
        if not any(part.startswith(".") for part in path.relative_to(root).parts) and path.is_file()
    ]
    lines = tuple(path for path in seen if path.name.lower().endswith((".ndjson", ".ndjson.gz")))
    wholes = tuple(path for path in seen if path.suffix.lower() == ".json")
    if not lines and not wholes:
        found = f"holds {len(seen)} files, none of these" if seen else "is empty"
        raise SourceError(str(folder), [Finding("error", "missing", root.name, "", found, accepted)])
    return Files(root, lines, wholes)


def load(staging: duckdb.DuckDBPyConnection, files: Files) -> None:
    """Fills the table ``fhir``: a row a resource, in the order of files and lines, every field as text.

    Raises:
        SourceError: lines that are no JSON, or no resource of FHIR; all of them.
    """
    error = needs_sources("duckdb").Error
    columns = ", ".join(f'"{field}" {kind}' for field, kind in _READ.items())
    staging.execute(f'CREATE OR REPLACE TABLE fhir ({columns}, "fullUrl" VARCHAR, file VARCHAR)')
    try:
        if files.lines:
            _read(staging, files.lines, "newline_delimited", LONGEST)
        small = [path for path in files.wholes if path.stat().st_size <= _SMALL]
        if small:
            _read(staging, small, "unstructured", 2 * _SMALL)
        unreadable = _untyped(staging, files.lines)
    except error:
        unreadable = [*files.lines, *files.wholes]
    large = [path for path in files.wholes if path.stat().st_size > _SMALL]
    findings = faults([(path, files.name(path), path in files.wholes) for path in unreadable])
    findings += _cut_up(staging, files, large, bool(findings))
    if not findings and unreadable:
        found = "cannot be read: a resource has a field twice, or is longer than 32 MB"
        findings = [Finding("error", "json", files.folder.name, "", found, "FHIR R4, a resource a line")]
    if findings:
        raise SourceError(str(files.folder), findings)
    _open_bundles(staging)


def _read(staging: duckdb.DuckDBPyConnection, paths: Sequence[Path], form: str, longest: int) -> None:
    columns = ", ".join(f"'{field}': '{kind}'" for field, kind in _READ.items())
    read = "read_json($1, format = $2, columns = {" + columns + "}, maximum_object_size = $3, filename = 'file'"
    kept = ", ".join(_quoted(field, "read.") for field in FIELDS)
    staging.execute(
        f"""
        INSERT INTO fhir
        SELECT {kept}, read.entry, NULL, read.file FROM {read}) AS read
        """,
        [[str(path) for path in paths], form, longest],
    )


def _quoted(field: str, of: str) -> str:
    """A field; names of patients and what only other resources have are not kept."""
    if field == "name":
        return f'CASE WHEN {of}"resourceType" = \'Organization\' THEN {of}"name" END'
    if field == "contained":
        return f'CASE WHEN {of}"resourceType" LIKE \'Medication%\' THEN {of}"contained" END'
    return f'{of}"{field}"'


def _untyped(staging: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> list[Path]:
    """Files of lines of which one does not say what it is; such whole documents are no part of an export."""
    where = "WHERE NOT coalesce(regexp_full_match(\"resourceType\", '[A-Z][A-Za-z]*'), false)"
    found = {Path(name) for (name,) in staging.execute(f"SELECT DISTINCT file FROM fhir {where}").fetchall()}
    staging.execute(f"DELETE FROM fhir {where}")
    return [path for path in paths if path in found]


def _cut_up(staging: duckdb.DuckDBPyConnection, files: Files, paths: Sequence[Path], check_only: bool) -> list[Finding]:
    """Reads the entries of large bundles as lines."""
    findings = []
    for path in paths:
        with tempfile.TemporaryDirectory(prefix="postgraft-bundle-") as folder:
            cut = Path(folder) / "entries.ndjson"
            try:
                with cut.open("w", encoding="utf-8") as file:
                    for text in entries(path):
                        file.write('{"resourceType": "Bundle", "entry": [' + text.replace("\n", " ").replace("\r", " "))
                        file.write("]}\n")
            except NotJsonError as fault:
                findings.append(Finding("error", "json", files.name(path), "", str(fault), "a FHIR R4 bundle"))
                continue
            if not check_only and not findings and cut.stat().st_size:
                _read(staging, [cut], "newline_delimited", LONGEST)
    return findings


def _open_bundles(staging: duckdb.DuckDBPyConnection) -> None:
    """Puts the resources of bundles in the place of the bundles."""
    form = '[{"fullUrl": "VARCHAR", "resource": "JSON"}]'
    struct = json.dumps(_READ)
    kept = ", ".join(_quoted(field, "made.") for field in FIELDS)
    for _ in range(_NESTED):
        if not staging.execute("SELECT count(*) FROM fhir WHERE \"resourceType\" = 'Bundle'").fetchall()[0][0]:
            return
        staging.execute(
            "CREATE OR REPLACE TEMP TABLE fhir_bundles AS "
            "SELECT entry, file FROM fhir WHERE \"resourceType\" = 'Bundle'"
        )
        staging.execute("DELETE FROM fhir WHERE \"resourceType\" = 'Bundle'")
        for first, last in _batches(staging):
            staging.execute(
                f"""
                INSERT INTO fhir
                SELECT {kept}, made.entry, url, file
                FROM (SELECT from_json(one.resource, $1) AS made, one."fullUrl" AS url, file
                      FROM (SELECT unnest(from_json(entry, $2)) AS one, file
                            FROM fhir_bundles WHERE rowid BETWEEN $3 AND $4))
                WHERE made."resourceType" IS NOT NULL
                """,
                [struct, form, first, last],
            )
    staging.execute("DELETE FROM fhir WHERE \"resourceType\" = 'Bundle'")


def _batches(staging: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """First and last row of as many bundles as are opened at once: all rows of a batch are in memory together."""
    return staging.execute(
        f"""
        SELECT min(row), max(row)
        FROM (SELECT rowid AS row, sum(strlen(entry)) OVER (ORDER BY rowid) // {_OPENED} AS batch FROM fhir_bundles)
        GROUP BY batch ORDER BY 1
        """
    ).fetchall()
