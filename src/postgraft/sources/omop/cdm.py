"""The tables of an OMOP CDM that are read, and those of them that a database has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from postgraft.sources.errors import SourceError
from postgraft.sources.omop.connection import Connection
from postgraft.vocabulary.errors import Finding
from postgraft.vocabulary.shown import one_line
from postgraft.vocabulary.words import did_you_mean

_FRACTIONS: Final = ("numeric", "decimal", "number", "double", "float", "real")


@dataclass(frozen=True, slots=True)
class Event:
    """A table of events: what its columns begin with, the one of the day, and the one that tells rows apart."""

    name: str
    begins: str
    day: str
    end: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.name}_id"


EVENTS: Final = (
    Event("procedure_occurrence", "procedure", "procedure_date", ("procedure_end_date",)),
    Event("condition_occurrence", "condition", "condition_start_date", ("condition_end_date",)),
    Event("drug_exposure", "drug", "drug_exposure_start_date", ("drug_exposure_end_date", "verbatim_end_date")),
    Event("measurement", "measurement", "measurement_date"),
    Event("observation", "observation", "observation_date"),
    Event("device_exposure", "device", "device_exposure_start_date", ("device_exposure_end_date",)),
)
"""Tables in which a code is looked for, whatever its kind: its domain differs between sites."""

OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("person_id",),
    "death": ("person_id", "death_date"),
    "observation_period": ("person_id", "observation_period_start_date"),
    "visit_occurrence": ("person_id", "visit_start_date"),
    "care_site": ("care_site_id",),
    "cdm_source": (),
}
"""The other tables of a CDM that are read, and the columns without which each counts as absent."""

VOCABULARY: Final[Mapping[str, tuple[str, ...]]] = {
    "concept": ("concept_id", "concept_name", "vocabulary_id", "concept_code"),
    "concept_ancestor": ("ancestor_concept_id", "descendant_concept_id"),
    "drug_strength": ("drug_concept_id", "ingredient_concept_id"),
    "vocabulary": ("vocabulary_id", "vocabulary_version"),
}
"""The same of the standardized vocabularies."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is there: its name in parts, as written; columns as written and their types, by lower case."""

    name: tuple[str, ...]
    columns: Mapping[str, tuple[str, str]]

    @property
    def sql(self) -> str:
        return ".".join(map(identifier, self.name))

    def has(self, *names: str) -> bool:
        return all(name in self.columns for name in names)

    def column(self, name: str) -> str:
        """The column as an identifier."""
        return identifier(self.columns[name][0])

    def is_whole(self, name: str) -> bool:
        """Whether a column is there and of whole numbers."""
        kind = self.columns[name][1].casefold() if name in self.columns else ""
        return kind.endswith("int") or kind.startswith(("int", "numeric", "decimal", "number"))

    def is_fraction(self, name: str) -> bool:
        """Whether a column is of numbers that may have decimals."""
        return self.columns[name][1].casefold().startswith(_FRACTIONS)


@dataclass(frozen=True, slots=True)
class Cdm:
    """The tables of one database by their names, and in ``absent`` what is said of the others."""

    tables: Mapping[str, Table]
    absent: Sequence[str]

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]

    def __contains__(self, name: str) -> bool:
        return name in self.tables

    @property
    def events(self) -> list[Event]:
        return [event for event in EVENTS if event.name in self.tables]


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def cdm_of(connection: Connection, schema: str | None = None, vocabulary_schema: str | None = None) -> Cdm:
    """The CDM in a database.

    Without ``schema`` it is the only one that has a table person; the vocabularies are beside it, or where
    ``vocabulary_schema`` says.

    Raises:
        SourceError: no such schema; no schema, or several, with a CDM; no person or concept in it.
    """
    columns: dict[tuple[str, str], dict[str, tuple[str, str]]] = defaultdict(dict)
    for where, table, column, kind in connection.columns():
        columns[where, table][column.casefold()] = (column, kind)
    catalog = (connection.catalog,) if connection.catalog else ()
    found: dict[str, dict[str, Table]] = defaultdict(dict)
    for (where, table), named in columns.items():
        found[where][table.casefold()] = Table((*catalog, where, table), named)
    place = connection.place
    faults: list[Finding] = []
    cdm = _schema(found, "schema", schema, "person", faults)
    vocabularies = _schema(found, "vocabulary-schema", vocabulary_schema or cdm, "concept", faults) if cdm else None
    if cdm is None or vocabularies is None:
        raise SourceError(place, [Finding("error", "schema", place, f.column, f.found, f.accepted) for f in faults])
    tables: dict[str, Table] = {}
    absent = []
    needed = {event.name: ("person_id", event.day) for event in EVENTS}
    for where, wanted in ((cdm, {**needed, **OTHERS}), (vocabularies, VOCABULARY)):
        for name, needs in wanted.items():
            table_there = found[where].get(name)
            lacking = [column for column in needs if table_there is None or not table_there.has(column)]
            if table_there is None:
                absent.append(f"{name}: no such table")
            elif lacking:
                absent.append(f"{name}: counts as absent, it has no column {', '.join(lacking)}")
            else:
                tables[name] = table_there
    faults = [
        Finding("error", "table", place, name, f"no table that has {', '.join(needs)}", "an OMOP CDM 5.3 or 5.4")
        for name, needs in (("person", OTHERS["person"]), ("concept", VOCABULARY["concept"]))
        if name not in tables
    ]
    if not faults and not any(event.name in tables for event in EVENTS):
        names = ", ".join(event.name for event in EVENTS)
        faults = [Finding("error", "table", place, "", "no table of events", f"one or more of {names}")]
    if faults:
        raise SourceError(place, faults)
    return Cdm(tables, absent)


def _schema(
    found: Mapping[str, Mapping[str, Table]], option: str, given: str | None, table: str, faults: list[Finding]
) -> str | None:
    """The schema that is meant, as it is written."""
    with_table = [one for one, tables in found.items() if table in tables]
    if given is not None:
        named = [one for one in found if one.casefold() == given.casefold()]
        exact = [one for one in named if one == given] or named
        if exact and exact[0] in with_table:
            return exact[0]
        what = f"{one_line(exact[0])} has no table {table}" if exact else f"no schema {one_line(given)}"
        what += "" if exact else did_you_mean(given, found)
    elif len(with_table) == 1:
        return with_table[0]
    else:
        what = f"{len(with_table)} schemas have a table {table}" if with_table else f"no schema has a table {table}"
    listed = f"one of those with a table {table}: " if with_table else "an OMOP CDM; schemas there: "
    names = ", ".join(one_line(one) for one in (with_table or found)) or "none"
    faults.append(Finding("error", "schema", "", f"--{option}", what, listed + names))
    return None
