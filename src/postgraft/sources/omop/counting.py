"""The census of codes: every different way in which some row of an event says what it is, with what it is a part of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from postgraft.sources.made import fill
from postgraft.sources.meaning import LEVELS
from postgraft.sources.omop.cdm import Cdm, Event
from postgraft.sources.omop.connection import Connection
from postgraft.sources.omop.queries import census, code_literal, one_of, parts_of

if TYPE_CHECKING:
    import duckdb

_OWN, _STANDARD, _INGREDIENT = LEVELS[1:4]
DRUGS: Final = "drug_exposure"


def count_codes(
    connection: Connection,
    cdm: Cdm,
    staging: duckdb.DuckDBPyConnection,
    where: Callable[[Event], str],
    mapping: pd.DataFrame | None = None,
) -> None:
    """Fills ``codes``, ``codings`` and ``omop_keys`` with the codes of the rows that a condition takes, a table each.

    ``omop_keys``: combo, source, concept, source_concept, text, as rows of the source have them. With a mapping drugs
    get their ingredients, or the name in which their words are looked for.
    """
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for place, event in enumerate(cdm.events):
        for concept, own, text, *rest in connection.rows(census(cdm, event, where(event))):
            found.setdefault((place, event.name, int(concept), int(own), text or ""), tuple(rest))
    ordered = [(combo, *key[1:], *found[key]) for combo, key in enumerate(sorted(found))]
    of_drugs = {concept or own for _, source, concept, own, *_ in ordered if source == DRUGS} - {0}
    made_of = dict[int, list[tuple[str, str, str]]]()
    if mapping is not None and of_drugs:
        made_of = ingredients(connection, cdm, of_drugs, mapping)
    keys, codes, codings = [], [], []
    for combo, source, concept, own, text, rows, patients, first, last, *named in ordered:
        keys.append((combo, source, concept, own, text))
        title, standard_title = named[2], named[5]
        parts = made_of.get(concept or own, []) if source == DRUGS else []
        words = (standard_title or title or text) if source == DRUGS and not parts else None
        codes.append((combo, source, text, *named, words, rows, patients, first, last))
        numbers = ((_OWN, own, title), (_STANDARD, concept, standard_title))
        codings += [(combo, level, "OMOP", str(number), name) for level, number, name in numbers if number]
        codings += [(combo, _INGREDIENT, *part) for part in parts]
    fill(
        staging, "omop_keys", "combo INTEGER, source VARCHAR, concept BIGINT, source_concept BIGINT, text VARCHAR", keys
    )
    for table, lines in (("codes", codes), ("codings", codings)):
        fill(staging, "listed", definition(staging, table), lines)
        staging.execute(f"DELETE FROM {table}")
        staging.execute(f"INSERT INTO {table} SELECT * FROM listed")


def ingredients(
    connection: Connection, cdm: Cdm, drugs: Iterable[int], mapping: pd.DataFrame
) -> dict[int, list[tuple[str, str, str]]]:
    """The ingredients of drugs by ``concept_ancestor``: system, code and title, each under its own code and as OMOP.

    Of other systems only what the mapping has of ATC: a substance, too.
    """
    if "concept_ancestor" not in cdm:
        return {}
    found: dict[int, list[tuple[str, str, str]]] = {}
    for drug, concept, system, code, title in sorted(set(_ancestors(connection, cdm, drugs, mapping))):
        found.setdefault(drug, []).extend([(system, code, title), ("OMOP", str(concept), title)])
    return found


def _ancestors(
    connection: Connection, cdm: Cdm, drugs: Iterable[int], mapping: pd.DataFrame
) -> Iterator[tuple[int, int, str, str, str]]:
    ancestor, concept = cdm["concept_ancestor"], cdm["concept"]
    drug = f'"a".{ancestor.column("descendant_concept_id")}'
    system, code, title, number = (
        f'"c".{concept.column(name)}' for name in ("vocabulary_id", "concept_code", "concept_name", "concept_id")
    )
    mapped = mapping[(mapping["table"] == "medications") & (mapping["system"] == "ATC")]["code"]
    substances = [
        f"{system} = 'ATC' AND {code} IN ({', '.join(map(code_literal, part))})" for part in parts_of(sorted(mapped))
    ]
    if concept.has("concept_class_id"):
        substances.append(f"\"c\".{concept.column('concept_class_id')} = 'Ingredient'")
    for part in parts_of(sorted(drugs)) if substances else ():
        yield from connection.rows(
            f'SELECT {drug} AS "drug", {number} AS "number", {system} AS "system", {code} AS "code", {title} AS "title"'
            f' FROM {ancestor.sql} AS "a" JOIN {concept.sql} AS "c"'
            f' ON {number} = "a".{ancestor.column("ancestor_concept_id")}'
            f" WHERE {one_of(drug, part)} AND ({' OR '.join(f'({one})' for one in substances)})"
        )


def definition(staging: duckdb.DuckDBPyConnection, table: str) -> str:
    """The columns of a table of the staging database, with their types."""
    described = staging.execute(f"DESCRIBE {table}").fetchall()
    return ", ".join(f'"{name}" {kind}' for name, kind, *_ in described)
