"""An import: a source is staged, its codes are settled, a rule makes each table, and COHORT appears whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import pandas as pd

from postgraft.extract.imported import FOLDER
from postgraft.extract.write import write_extract, write_parts
from postgraft.sources.census import FEWEST, settle
from postgraft.sources.completeness import refused
from postgraft.sources.conditions import conditions
from postgraft.sources.disease_status import disease_status
from postgraft.sources.errors import SourceError, without_driver_text
from postgraft.sources.made import Made
from postgraft.sources.mapping import load_mapping
from postgraft.sources.measurements import measurements
from postgraft.sources.medications import medications
from postgraft.sources.options import Options, load_options
from postgraft.sources.patients import patients
from postgraft.sources.report import Imported, read_imported, write_look, write_report
from postgraft.sources.staging import staging
from postgraft.sources.transfusions import transfusions
from postgraft.sources.transplants import transplants
from postgraft.sources.whole import appearing, refuse_taken
from postgraft.vocabulary.errors import Finding
from postgraft.vocabulary.shown import one_line

if TYPE_CHECKING:
    import duckdb

RULES: Final = (patients, transplants, measurements, medications, transfusions, disease_status, conditions)
"""What makes each table of the extract, in the order of the contract."""


class Source(Protocol):
    """Where data come from; ``name``, ``extracted_on`` and ``lacks`` are known once ``find`` has run.

    ``official``: its names of codes are those of an OMOP vocabulary. ``extracted_on``: what the source itself says.
    ``lacks``: tables of the extract for which it has no place. ``rules``: those of its own by table, in place of
    ``RULES`` or beside them; most sources have none.
    """

    kind: str
    official: bool
    name: str
    extracted_on: date | None
    lacks: frozenset[str]
    rules: Mapping[str, Callable[[duckdb.DuckDBPyConnection, Options], Made]]

    def find(self, staging: duckdb.DuckDBPyConnection, mapping: pd.DataFrame, options: Options) -> int:
        """Fills ``codes`` and ``codings``, and says how many persons with an allogeneic transplant there are.

        Where there are none, ``codes`` are those of everybody whose name holds "transplant".
        """

    def fetch(self, staging: duckdb.DuckDBPyConnection, options: Options) -> None:
        """Fills ``rows`` for every combo with a meaning that is used, and ``persons`` where ``find`` has not."""

    def provenance(self) -> dict[str, Any]:
        """Versions, fingerprint and statements, without a person or a password; as JSON has them."""


def given(
    mapping: str | Path | pd.DataFrame | None, options: str | Path | dict[str, Any] | Options | None
) -> tuple[pd.DataFrame, Options]:
    """The mapping and the options in force; what is wrong with either is found in one pass.

    Raises:
        SourceError: a mapping or options that cannot be used.
    """
    faults: list[SourceError] = []
    mapped, chosen = pd.DataFrame(), Options()
    try:
        mapped = load_mapping(mapping)
    except SourceError as error:
        faults.append(error)
    try:
        chosen = options if isinstance(options, Options) else load_options(options)
    except SourceError as error:
        faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise SourceError("the import", [finding for fault in faults for finding in fault.findings])
    return mapped, chosen


def imported(source: Source, out: str | Path, mapping: pd.DataFrame, options: Options, look: bool = False) -> Imported:
    """The extract in the folder ``out``, made of a source, and its report in ``import/``; after a ``look`` that only.

    Equal source, mapping and options give equal bytes.

    Raises:
        SourceError: ``out`` holds something, the source cannot be used, nobody has an allogeneic transplant, a
            declaration of completeness is refused.
        ImportFailedError: the database of the import failed.
        UnwritableError: a file cannot be written.
    """
    folder = Path(out)
    refuse_taken(folder)
    with without_driver_text(str(folder)), staging() as database:
        if not source.find(database, mapping, options):
            raise _nobody(database, str(folder))
        census = settle(database, mapping, source.official)
        if look:
            with appearing(folder) as place:
                write_look(place / FOLDER, database, census, _provenance(source, mapping, options))
            return read_imported(folder)
        source.fetch(database, options)
        rules = {rule.__name__: rule for rule in RULES} | dict(source.rules)
        tables = [rule(database, options) for rule in rules.values()]
        extracted_on = options.extracted_on or source.extracted_on
        findings = refused(database, options, source.lacks, tables)
        if extracted_on is None:
            accepted = "extracted_on: the day of the export, as YYYY-MM-DD"
            findings += [Finding("error", "options", "options", "extracted_on", "is missing", accepted)]
        if findings:
            raise SourceError(str(folder), findings)
        with appearing(folder) as place:
            manifest = _manifest(database, options, options.name or source.name or folder.name, extracted_on)
            write_extract(place, manifest, {})
            for made in tables:
                if made.written or _though_empty(made.table, options):
                    write_parts(place, made.table, made.rows(database))
            write_report(place / FOLDER, database, census, tables, options, _provenance(source, mapping, options))
    return read_imported(folder)


def _nobody(database: duckdb.DuckDBPyConnection, place: str) -> SourceError:
    """The error where nobody is in, with the most frequent names that may be a transplant's; none of rare text."""
    named = database.execute(
        """
        SELECT coalesce(nullif(title, ''), nullif(standard_title, ''), source_text) AS name,
               coalesce(nullif(system, ''), standard_system, '') AS system,
               coalesce(nullif(code, ''), standard_code, '') AS code,
               format('{} row{}', sum("rows")::BIGINT, CASE WHEN sum("rows") = 1 THEN '' ELSE 's' END)
        FROM codes WHERE concat_ws(' ', title, standard_title, source_text) ILIKE '%transplant%'
        GROUP BY ALL HAVING code <> '' OR max(patients) >= $1
        ORDER BY sum("rows") DESC NULLS LAST, name, system, code LIMIT 10
        """,
        [FEWEST],
    ).fetchall()
    listed = "; ".join(
        f"{one_line(name)} ({', '.join(filter(None, (f'{system} {code}'.strip(), rows)))})"
        for name, system, code, rows in named
    )
    found = f"no allogeneic transplant found; names that hold transplant: {listed or 'none'}"
    accepted = "a mapping of the codes in use to transplants, allogeneic"
    return SourceError(place, [Finding("error", "nobody", "transplants", "", found, accepted)])


def _though_empty(table: str, options: Options) -> bool:
    return options.complete.declares(table) and table in options.complete_though_empty


def _manifest(
    database: duckdb.DuckDBPyConnection, options: Options, name: str, extracted_on: date | None
) -> dict[str, Any]:
    """The manifest of the extract; what it would say of nothing is left out."""
    complete: dict[str, Any] = dict.fromkeys(sorted(options.complete.tables), True)
    if options.complete.conditions and "conditions" not in complete:
        complete["conditions"] = sorted(options.complete.conditions)
    labels = database.execute(
        "SELECT site, min(site_label) FROM persons WHERE site <> '' AND site_label <> '' GROUP BY site ORDER BY site"
    ).fetchall()
    said = {
        "format": 1,
        "name": name,
        "time": "dates",
        "extracted_on": extracted_on,
        "complete": complete,
        "sites": {**dict(labels), **options.sites},
        "complete_though_empty": sorted(options.complete_though_empty),
        "plausible": sorted(options.plausible),
    }
    return {key: value for key, value in said.items() if value}


def _provenance(source: Source, mapping: pd.DataFrame, options: Options) -> dict[str, Any]:
    """Where the extract is from; without a time of day, so that equal sources give equal bytes."""
    text = mapping.to_csv(index=False, lineterminator="\n").encode()
    return {
        "source": {"kind": source.kind, **source.provenance()},
        "options": _plain(asdict(options)),
        "mapping": {"rows": len(mapping), "sha256": sha256(text).hexdigest()},
        "packages": {name: version(name) for name in ("postgraft", "duckdb", "pyarrow")},
    }


def _plain(value: Any) -> Any:
    """Values as JSON has them, sets in order."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
