"""From spreadsheets, CSV files or a REDCap export to an extract."""

from __future__ import annotations

from pathlib import Path

from postgraft.sources.importing import imported
from postgraft.sources.report import Imported
from postgraft.sources.tables.source import read_source
from postgraft.sources.whole import refuse_taken


def import_tables(plan: str | Path, out: str | Path, look: bool = False) -> Imported:
    """An extract in the folder ``out`` from what a plan names; with ``look`` only the report of what is there.

    Raises:
        SourceError: ``out`` holds something; else with all that is wrong with the plan, else with its files and cells.
        UnwritableError: a file cannot be written.
    """
    refuse_taken(Path(out))
    source = read_source(plan)
    return imported(source, out, source.mapping, source.options, look)
