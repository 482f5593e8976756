"""An OMOP database as a source of an import: who is in, what their rows say, and where it all came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from postgraft.sources.omop.cdm import Cdm, cdm_of
from postgraft.sources.omop.connection import Connection
from postgraft.sources.omop.counting import count_codes
from postgraft.sources.omop.persons import count_persons, fetch_persons
from postgraft.sources.omop.queries import chosen, text_of
from postgraft.sources.omop.rows import fetch_rows
from postgraft.sources.omop.who import People, count_likely, find_people

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.made import Made
    from postgraft.sources.options import Options

_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "measurements": ("measurement",),
    "medications": ("drug_exposure",),
    "transfusions": ("procedure_occurrence", "drug_exposure", "device_exposure"),
    "disease_status": ("condition_occurrence", "observation", "measurement"),
    "conditions": ("condition_occurrence",),
}
"""The tables of a CDM of which one must be there for a table of the extract to have a place."""
_ABOUT: Final = (
    "cdm_source_name", "cdm_source_abbreviation", "source_release_date", "cdm_release_date", "cdm_version",
    "vocabulary_version",
)  # fmt: skip


class Omop:
    """Reads one CDM; ``find`` counts codes, ``fetch`` reads the rows of the persons who are in, and them.

    No person leaves the database before ``fetch``, only their number: a look needs none.
    """

    kind = "omop"
    official = True

    def __init__(self, connection: Connection, schema: str | None = None, vocabulary_schema: str | None = None) -> None:
        self._connection, self._schemas = connection, (schema, vocabulary_schema)
        self.name, self.extracted_on, self.lacks = "", None, frozenset({"adjudications"})
        self.rules: Mapping[str, Callable[..., Made]] = {}
        self._about: dict[str, str] = {}
        self._tables: dict[str, dict[str, Any]] = {}

    name: str
    extracted_on: date | None
    lacks: frozenset[str]
    _cdm: Cdm
    _people: People

    def find(self, staging: duckdb.DuckDBPyConnection, mapping: pd.DataFrame, options: Options) -> int:
        """Fills ``codes`` and ``codings`` with what is recorded of persons with an allogeneic transplant.

        Gives the number of these persons. Where there are none, ``codes`` are those of everybody that may be a
        transplant's.

        Raises:
            SourceError: there is no CDM.
            LostError: the database takes too long, or is gone.
        """
        self._cdm = cdm_of(self._connection, *self._schemas)
        self._tell_about()
        people = find_people(self._connection, self._cdm, staging, mapping)
        if people is None:
            count_likely(self._connection, self._cdm, staging)
            return 0
        self._people = people
        count_codes(self._connection, self._cdm, staging, lambda event: people.where(event.name), mapping)
        counted = staging.execute(
            "SELECT source, sum(rows)::BIGINT, max(last) FROM codes GROUP BY source ORDER BY source"
        ).fetchall()
        self._tables = {
            name: {"rows": rows, "latest": latest.isoformat() if latest else None} for name, rows, latest in counted
        }
        return count_persons(self._connection, self._cdm, people)

    def fetch(self, staging: duckdb.DuckDBPyConnection, options: Options) -> None:
        """Fills ``rows`` and ``persons``.

        Raises:
            LostError: the database takes too long, or is gone.
        """
        fetch_rows(self._connection, self._cdm, staging, self._people)
        fetch_persons(self._connection, self._cdm, staging, self._people, options.transplant_gap_days)

    def provenance(self) -> dict[str, Any]:
        """Versions, tables that count as absent, rows and latest day of the persons who are in, and statements."""
        return {
            "database": self._connection.kind,
            **self._about,
            "absent": list(self._cdm.absent),
            "tables": self._tables,
            "statements": list(self._connection.statements),
        }

    def _tell_about(self) -> None:
        """What the CDM says of itself, where it says one thing."""
        if "cdm_source" in self._cdm:
            table = self._cdm["cdm_source"]
            named = [name for name in _ABOUT if table.has(name)]
            rows = self._connection.rows(chosen([(text_of(table, name), name) for name in named], table.sql))
            for name, values in zip(named, zip(*rows, strict=True), strict=False):
                if len(set(values)) == 1 and values[0]:
                    self._about[name] = values[0]
        if "vocabulary_version" not in self._about and "vocabulary" in self._cdm:
            table = self._cdm["vocabulary"]
            version = text_of(table, "vocabulary_version")
            where = f"{table.column('vocabulary_id')} = 'None'"
            for (found,) in self._connection.rows(chosen([(version, "version")], table.sql, where)):
                self._about["vocabulary_version"] = found
        self.name = self._about.get("cdm_source_abbreviation") or self._about.get("cdm_source_name", "")
        released = self._about.get("source_release_date", "")[:10]
        self.extracted_on = date.fromisoformat(released) if released else None
        self.lacks |= {name for name, tables in _PLACES.items() if not any(table in self._cdm for table in tables)}
