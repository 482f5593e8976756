"""The statements that read a CDM: plain SELECTs in ANSI SQL, made of the tables and columns that are there.

Identifiers are quoted. Literals are numbers of concepts, codes that were checked to be codes, and texts of the
mapping. Rows of events come only of persons who are in: that condition is part of every statement, since no temporary
table is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from postgraft.sources.errors import SourceError
from postgraft.sources.omop.cdm import Cdm, Event, Table, identifier
from postgraft.vocabulary.errors import Finding
from postgraft.vocabulary.shown import quoted

TEXT: Final = "VARCHAR(4000)"
NUMBER: Final = "DOUBLE PRECISION"
AT_ONCE: Final = 1000
"""Literals in one list: Oracle takes no more."""

_Item = TypeVar("_Item")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,49}")

DETAILS: Final[Mapping[str, tuple[str, str]]] = {
    "number": ("value_as_number", NUMBER),
    "low": ("range_low", NUMBER),
    "high": ("range_high", NUMBER),
    "quantity": ("quantity", NUMBER),
    "supply": ("days_supply", NUMBER),
    "moment": ("measurement_datetime", ""),
    "operator_concept": ("operator_concept_id", ""),
    "answer_concept": ("value_as_concept_id", ""),
    "unit_concept": ("unit_concept_id", ""),
    "unit_text": ("unit_source_value", TEXT),
    "answer_text": ("value_source_value", TEXT),
    "answer_string": ("value_as_string", TEXT),
    "dose_text": ("dose_unit_source_value", TEXT),
    "route_concept": ("route_concept_id", ""),
    "route_text": ("route_source_value", TEXT),
    "type_concept": ("drug_type_concept_id", ""),
    "status_concept": ("condition_status_concept_id", ""),
    "visit": ("visit_occurrence_id", ""),
}
"""What is read of a row beside what it is and when: our name, the column, and what it is cast to."""


def chosen(columns: Iterable[tuple[str, str]], source: str, where: str = "") -> str:
    listed = ", ".join(f"{sql} AS {identifier(name)}" for sql, name in columns)
    return f"SELECT {listed} FROM {source}" + (f" WHERE {where}" if where else "")


def text_of(table: Table, column: str) -> str:
    """A column as text, empty where it is absent or NULL; numbers without a closing ``.0``."""
    if not table.has(column):
        return f"CAST('' AS {TEXT})"
    name = table.column(column)
    text = f"CAST({name} AS {TEXT})"
    if table.is_fraction(column):
        text = f"CASE WHEN {name} = FLOOR({name}) THEN CAST(CAST({name} AS BIGINT) AS {TEXT}) ELSE {text} END"
    return f"COALESCE({text}, '')"


def id_of(table: Table, column: str) -> str:
    """A column of concepts or other numbers, 0 where it is absent or NULL."""
    return f"COALESCE({table.column(column)}, 0)" if table.has(column) else "0"


def folded_text(table: Table, column: str) -> str:
    return f"LOWER(TRIM({text_of(table, column)}))"


def _cast(table: Table, column: str, kind: str) -> str:
    if kind == TEXT:
        return text_of(table, column)
    return f"CAST({table.column(column)} AS {kind})" if kind else table.column(column)


def recorded(cdm: Cdm, event: Event) -> list[tuple[str, str]]:
    """What every row of a table of events says: person, concept, source_concept, text and day."""
    table = cdm[event.name]
    return [
        (table.column("person_id"), "person"),
        (id_of(table, f"{event.begins}_concept_id"), "concept"),
        (id_of(table, f"{event.begins}_source_concept_id"), "source_concept"),
        (text_of(table, f"{event.begins}_source_value"), "text"),
        (f"CAST({table.column(event.day)} AS DATE)", "day"),
    ]


def census(cdm: Cdm, event: Event, where: str) -> str:
    """Every different code of the rows that a condition takes, with its names, and how often and when it occurs."""
    rows = chosen(recorded(cdm, event), cdm[event.name].sql, where)
    counted = (
        f"SELECT {_columns('e', 'concept', 'source_concept', 'text')}, COUNT(*) AS {identifier('rows')},"
        f' COUNT(DISTINCT {_at("e", "person")}) AS "patients", MIN({_at("e", "day")}) AS "first",'
        f' MAX({_at("e", "day")}) AS "last" FROM ({rows}) AS "e"'
        f" GROUP BY {', '.join(_at('e', one) for one in ('concept', 'source_concept', 'text'))}"
    )
    names = _concept(cdm, "own", "source_") + _concept(cdm, "std", "standard_")
    return (
        f"SELECT {_columns('r', 'concept', 'source_concept', 'text', 'rows', 'patients', 'first', 'last')}, {names[0]},"
        f' {names[2]} FROM ({counted}) AS "r"'
        f' LEFT JOIN {cdm["concept"].sql} AS "own" ON {names[1]} = "r"."source_concept" AND "r"."source_concept" <> 0'
        f' LEFT JOIN {cdm["concept"].sql} AS "std" ON {names[3]} = "r"."concept" AND "r"."concept" <> 0'
    )


def _concept(cdm: Cdm, alias: str, begins: str) -> tuple[str, str]:
    """System, code and title of a joined concept, and its number."""
    concept = cdm["concept"]
    parts = (("vocabulary_id", "system"), ("concept_code", "code"), ("concept_name", "title"))
    return (
        ", ".join(f'"{alias}".{concept.column(column)} AS "{begins}{name}"' for column, name in parts),
        f'"{alias}".{concept.column("concept_id")}',
    )


def events(cdm: Cdm, event: Event, where: str) -> str:
    """The rows that a condition takes, with everything that is read of a row, as far as it is there."""
    table = cdm[event.name]
    columns = recorded(cdm, event)
    if table.is_whole(event.key):
        columns.append((f"CAST({table.column(event.key)} AS BIGINT)", "key"))
    ends = [f"CAST({table.column(one)} AS DATE)" for one in event.end if table.has(one)]
    if ends:
        columns.append((ends[0] if len(ends) == 1 else f"COALESCE({', '.join(ends)})", "last"))
    for name, (column, kind) in DETAILS.items():
        if table.has(column):
            columns.append((_cast(table, column, kind), name))
    return chosen(columns, table.sql, where)


def distinct(cdm: Cdm, table: str, columns: Mapping[str, str], where: str) -> str:
    """The different values of some columns (our name, column) in the rows that a condition takes, with the names of
    the concepts among them: of ``route_concept`` as ``route_name``."""
    source = cdm[table]
    listed = {n: text_of(source, c) if n.endswith("_text") else id_of(source, c) for n, c in columns.items()}
    rows = chosen([(sql, name) for name, sql in listed.items()], source.sql, where)
    names, joins = [], []
    for name in (one for one in listed if one.endswith("_concept")):
        alias = name.removesuffix("_concept")
        concept = cdm["concept"]
        names.append(f'"{alias}".{concept.column("concept_name")} AS "{alias}_name"')
        joins.append(
            f' LEFT JOIN {concept.sql} AS "{alias}" ON "{alias}".{concept.column("concept_id")} = "e"."{name}"'
            f' AND "e"."{name}" <> 0'
        )
    columns_of = ", ".join([_columns("e", *listed), *names])
    return f'SELECT DISTINCT {columns_of} FROM ({rows}) AS "e"{"".join(joins)}'


def per_person(cdm: Cdm, table: str, aggregates: Mapping[str, str], where: str) -> str:
    """One row a person with aggregates (our name, SQL) of the rows that a condition takes."""
    source = cdm[table]
    person = source.column("person_id")
    columns = [(person, "person"), *((sql, name) for name, sql in aggregates.items())]
    return f"{chosen(columns, source.sql, where)} GROUP BY {person}"


def concepts(cdm: Cdm, where: str) -> str:
    """Number, system, code and title of concepts."""
    concept = cdm["concept"]
    parts = {"concept_id": "concept", "vocabulary_id": "system", "concept_code": "code", "concept_name": "title"}
    return chosen([(concept.column(column), name) for column, name in parts.items()], concept.sql, where)


def with_codes(cdm: Cdm, codes: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Conditions, of a length that every database takes, for concepts with one of these codes by their system."""
    concept = cdm["concept"]
    for system, listed in sorted(codes.items()):
        for part in parts_of(sorted(listed)):
            literals = ", ".join(code_literal(code) for code in part)
            yield (
                f"{concept.column('vocabulary_id')} = {code_literal(system)}"
                f" AND {concept.column('concept_code')} IN ({literals})"
            )


def one_of(sql: str, numbers: Iterable[int]) -> str:
    """A condition for one of some numbers, none of which takes nothing."""
    parts = [f"{sql} IN ({', '.join(str(int(one)) for one in part)})" for part in parts_of(sorted(numbers))]
    return f"({' OR '.join(parts)})" if parts else "1 = 0"


def one_of_texts(sql: str, texts: Iterable[str]) -> str:
    parts = [f"{sql} IN ({', '.join(text_literal(one) for one in part)})" for part in parts_of(sorted(texts))]
    return f"({' OR '.join(parts)})" if parts else "1 = 0"


def parts_of(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


def code_literal(code: str) -> str:
    """A code as a literal.

    Raises:
        SourceError: it is none: letters, digits, points, hyphens and colons.
    """
    if not _CODE.fullmatch(code):
        raise _unfit(code, "letters, digits, points, hyphens and colons")
    return f"'{code}'"


def text_literal(text: str) -> str:
    """A text of the mapping as a literal, in every dialect the same.

    Raises:
        SourceError: it has a backslash or a control character.
    """
    if "\\" in text or not text.isprintable():
        raise _unfit(text, "a text without backslashes and control characters")
    return "'" + text.replace("'", "''") + "'"


def _unfit(text: str, accepted: str) -> SourceError:
    return SourceError("mapping", [Finding("error", "code", "mapping", "code", f"{quoted(text)} in a query", accepted)])


def _at(alias: str, name: str) -> str:
    return f'"{alias}".{identifier(name)}'


def _columns(alias: str, *names: str) -> str:
    return ", ".join(f"{_at(alias, name)} AS {identifier(name)}" for name in names)
