"""A FHIR export as a source of an import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from postgraft.sources.errors import SourceError
from postgraft.sources.fhir.events import stage_events
from postgraft.sources.fhir.files import files_in, load
from postgraft.sources.fhir.people import find_people
from postgraft.sources.fhir.rows import fetch_rows
from postgraft.vocabulary.errors import Finding

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.made import Made
    from postgraft.sources.options import Options


class Fhir:
    """Reads one folder; ``find`` reads the files and says who is in, ``fetch`` makes the rows of them."""

    kind = "fhir"
    official = False
    extracted_on: date | None = None

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self.name = self._folder.name
        self.lacks = frozenset({"adjudications"})
        self.rules: Mapping[str, Callable[..., Made]] = {}
        self._about: dict[str, Any] = {}

    def find(self, staging: duckdb.DuckDBPyConnection, mapping: pd.DataFrame, options: Options) -> int:
        """Fills ``persons``, ``codes`` and ``codings``; gives the number of persons.

        Raises:
            SourceError: no files; lines that are no JSON; nobody with a transplant has a Patient resource.
        """
        files = files_in(self._folder)
        load(staging, files)
        counted = staging.execute('SELECT "resourceType", count(*) FROM fhir GROUP BY ALL ORDER BY ALL').fetchall()
        stage_events(staging)
        without = staging.execute("SELECT count(*) FROM fhir_events WHERE key IS NULL AND part = 0").fetchall()[0][0]
        number = find_people(staging, mapping)
        persons = staging.execute("SELECT count(*) FROM persons").fetchall()[0][0]
        if number and not persons:
            found = f"none of the {number} patients with an allogeneic transplant is in the files"
            finding = Finding("error", "missing", self._folder.name, "Patient", found, "their Patient resources")
            raise SourceError(str(self._folder), [finding])
        latest = staging.execute("SELECT max(last) FROM codes").fetchall()[0][0]
        self._about = {
            "fhir": "R4",
            "files": len(files.lines) + len(files.wholes),
            "resources": dict(counted),
            "without_patient": without,
            "latest": latest.isoformat() if latest else None,
        }
        return int(persons)

    def fetch(self, staging: duckdb.DuckDBPyConnection, options: Options) -> None:
        """Fills ``rows``."""
        fetch_rows(staging)

    def provenance(self) -> dict[str, Any]:
        """How many files and resources of each kind, and the latest day of the persons who are in."""
        return self._about
