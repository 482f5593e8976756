"""From a FHIR export to an extract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from postgraft.sources.fhir.source import Fhir
from postgraft.sources.importing import given, imported
from postgraft.sources.report import Imported


def import_fhir(
    folder: str | Path,
    out: str | Path,
    mapping: str | Path | pd.DataFrame | None = None,
    options: Any = None,
    look: bool = False,
) -> Imported:
    """The extract in the folder ``out``, made of a FHIR R4 export, and the report of the import.

    ``folder``: its ``*.ndjson``, ``*.ndjson.gz`` and bundle ``*.json`` are read. ``mapping`` and ``options``: files, or
    what would be in them. ``look`` counts codes and makes no row of a patient.

    Raises:
        SourceError: the files, mapping, options or ``out`` cannot be used; with everything that is wrong.
    """
    mapped, chosen = given(mapping, options)
    return imported(Fhir(folder), out, mapped, chosen, look)
