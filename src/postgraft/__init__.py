"""Eligibility analysis of allo-HCT cohort extracts for the trial NCT05873205."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from postgraft.analysis.amendments import compare, frontier
from postgraft.analysis.computability import computability
from postgraft.analysis.explain import evidence
from postgraft.analysis.protocol_in_words import not_answerable, readings_used
from postgraft.analysis.sweep import sweep
from postgraft.api import Outcome, Readings, evaluate, evaluate_readings, load_protocol
from postgraft.evaluation.observations import observe
from postgraft.extract import Extract, read_extract
from postgraft.forecast.forecast import Forecast, forecast, forecast_amended
from postgraft.inference.chart_review import read_review
from postgraft.inference.estimates import Estimates
from postgraft.protocol import Amendment, Protocol, RecruitmentPlan, load_amendments, load_plan
from postgraft.vocabulary.errors import ExtractError, PostgraftError, ProtocolError

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from postgraft.sources.errors import SourceError
    from postgraft.sources.report import Imported

__all__ = [
    "Amendment",
    "Estimates",
    "Extract",
    "ExtractError",
    "Forecast",
    "Outcome",
    "PostgraftError",
    "Protocol",
    "ProtocolError",
    "Readings",
    "RecruitmentPlan",
    "SourceError",
    "compare",
    "computability",
    "evaluate",
    "evaluate_readings",
    "evidence",
    "forecast",
    "forecast_amended",
    "frontier",
    "import_fhir",
    "import_omop",
    "import_tables",
    "load_amendments",
    "load_mapping",
    "load_plan",
    "load_protocol",
    "not_answerable",
    "observe",
    "read_extract",
    "read_review",
    "readings_used",
    "sweep",
]


# Sources are imported where they are used: most who work with an extract need none, nor the packages of the extra.
def __getattr__(name: str) -> Any:
    if name == "SourceError":
        from postgraft.sources.errors import SourceError

        return SourceError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def import_omop(
    source: Any,
    out: str | Path,
    mapping: str | Path | pd.DataFrame | None = None,
    options: str | Path | dict[str, Any] | None = None,
    schema: str | None = None,
    vocabulary_schema: str | None = None,
    look: bool = False,
) -> Imported:
    """An extract in the folder ``out`` from an OMOP database (CDM 5.3 or 5.4); with ``look`` only the report.

    ``source``: a DuckDB file, a ``postgresql://`` URL, or a DBAPI connection. ``mapping`` and ``options``: files, or
    what would stand in them.

    Raises:
        SourceError: with everything that is wrong with the input; nothing is written.
    """
    from postgraft.sources.omop.importing import import_omop

    return import_omop(source, out, mapping, options, schema, vocabulary_schema, look)


def import_fhir(
    folder: str | Path,
    out: str | Path,
    mapping: str | Path | pd.DataFrame | None = None,
    options: str | Path | dict[str, Any] | None = None,
    look: bool = False,
) -> Imported:
    """An extract in the folder ``out`` from a folder with a FHIR R4 bulk export; with ``look`` only the report.

    Raises:
        SourceError: with everything that is wrong with the input; nothing is written.
    """
    from postgraft.sources.fhir.importing import import_fhir

    return import_fhir(folder, out, mapping, options, look)


def import_tables(plan: str | Path, out: str | Path, look: bool = False) -> Imported:
    """An extract in the folder ``out`` from the sheets and CSV files that a plan names; with ``look`` only the report.

    Raises:
        SourceError: with everything that is wrong with the input; nothing is written.
    """
    from postgraft.sources.tables.importing import import_tables

    return import_tables(plan, out, look)


def load_mapping(file: str | Path | pd.DataFrame | None = None) -> pd.DataFrame:
    """The shipped mapping of codes, with the rows of a site's file where one is given: table, name, system, code,
    value, note.

    Raises:
        SourceError: with everything that is wrong with the file.
    """
    from postgraft.sources.mapping import load_mapping

    return load_mapping(file)
