"""From an OMOP database to an extract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from postgraft.sources.importing import given, imported
from postgraft.sources.omop.connection import connected
from postgraft.sources.omop.source import Omop
from postgraft.sources.report import Imported


def import_omop(
    source: Any,
    out: str | Path,
    mapping: str | Path | pd.DataFrame | None = None,
    options: Any = None,
    schema: str | None = None,
    vocabulary_schema: str | None = None,
    look: bool = False,
) -> Imported:
    """The extract in the folder ``out``, made of an OMOP CDM 5.3 or 5.4 database, and the report of the import.

    ``source``: a DuckDB file, a ``postgresql://`` URL, or an open connection of any DBAPI driver. ``mapping`` and
    ``options``: files, or what would be in them. ``look`` counts codes and reads no row of a patient.

    Raises:
        SourceError: the database, mapping, options or ``out`` cannot be used; with everything that is wrong.
        LostError: the database takes too long, or is gone.
    """
    mapped, chosen = given(mapping, options)
    with connected(source) as connection:
        return imported(Omop(connection, schema, vocabulary_schema), out, mapped, chosen, look)
