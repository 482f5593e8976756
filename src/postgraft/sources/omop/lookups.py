"""What numbers and spellings in rows mean, read once for every different one, a temporary table each.

They are ``omop_units``, ``omop_answers``, ``omop_kinds``, ``omop_routes``, ``omop_doses``, ``omop_statuses`` and
``omop_strengths``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from postgraft.sources.codes import INGREDIENT, SOURCE
from postgraft.sources.doses import read_route
from postgraft.sources.made import fill
from postgraft.sources.omop.cdm import Cdm, Event
from postgraft.sources.omop.connection import Connection
from postgraft.sources.omop.counting import DRUGS
from postgraft.sources.omop.queries import concepts, distinct, with_codes
from postgraft.sources.omop.strengths import COLUMNS as STRENGTHS
from postgraft.sources.omop.strengths import strengths
from postgraft.vocabulary.units import read_dose_unit

if TYPE_CHECKING:
    import duckdb

OPERATORS: Final[Mapping[int, str]] = {4171756: "<", 4171754: "<=", 4172704: ">", 4171755: ">=", 4172703: "="}
"""What ``operator_concept_id`` may be: all concepts of that domain."""
_KINDS: Final[Mapping[str, tuple[str, tuple[int, ...]]]] = {
    "administration": (r"administ", (32818, 38000180, 43542358)),
    "dispensing": (r"dispens|\bclaim", (32825, 32869, 38000175, 38000176, 581452)),
    "statement": (r"self-report|\blist\b", (32830, 32865, 44787730)),
}
"""Kinds of a drug's record: words of the name of its type, and its numbers where the database has no name for them."""
_LEFT_OUT: Final = ("preliminary", "differential", "ruled out")
"""Words of a condition's status by which its row is not a diagnosis."""
_EMPTY: Final = {
    "omop_kinds": "concept BIGINT, kind VARCHAR",
    "omop_routes": "concept BIGINT, text VARCHAR, route VARCHAR",
    "omop_doses": "text VARCHAR, unit VARCHAR",
    "omop_statuses": "concept BIGINT, why VARCHAR",
    "omop_strengths": STRENGTHS,
}


def make_lookups(connection: Connection, cdm: Cdm, staging: duckdb.DuckDBPyConnection) -> None:
    """Units of UCUM, the answers that the mapping has, and the other tables, empty."""
    for name, columns in _EMPTY.items():
        fill(staging, name, columns, [])
    ucum = f"{cdm['concept'].column('vocabulary_id')} = 'UCUM'"
    units = [(concept, code) for concept, _, code, _ in connection.rows(concepts(cdm, ucum))]
    fill(staging, "omop_units", "concept BIGINT, code VARCHAR", units)
    mapped = staging.execute(
        "SELECT DISTINCT system, code FROM mapping WHERE \"table\" IN ('results', 'disease_status') AND code <> ''"
    ).fetchall()
    codes: dict[str, set[str]] = {}
    for system, code in mapped:
        codes.setdefault(system, set()).add(code)
    numbers = {int(code) for code in codes.pop("OMOP", ()) if code.isdecimal()}
    codes = {system: listed for system, listed in codes.items() if system not in (SOURCE, INGREDIENT)}
    found = {
        int(concept): (system, code)
        for where in with_codes(cdm, codes)
        for concept, system, code, _ in connection.rows(concepts(cdm, where))
    }
    found |= {number: ("OMOP", str(number)) for number in numbers}
    answers = [(concept, *answer) for concept, answer in sorted(found.items())]
    fill(staging, "omop_answers", "concept BIGINT, system VARCHAR, code VARCHAR", answers)


def look_up(connection: Connection, cdm: Cdm, staging: duckdb.DuckDBPyConnection, event: Event, where: str) -> None:
    """The tables that rows of this event need: of drugs their kinds, routes and doses, of conditions their statuses."""

    def different(**columns: str) -> list[dict[str, Any]]:
        there = {name: column for name, column in columns.items() if cdm[event.name].has(column)}
        batches = connection.stream(distinct(cdm, event.name, there, where)) if there else ()
        return [row for batch in batches for row in batch.to_pylist()]

    found: dict[str, set[tuple[Any, ...]]] = {}
    if event.name == DRUGS:
        types = different(type_concept="drug_type_concept_id")
        found["omop_kinds"] = {(row["type_concept"], kind(row["type_concept"], row["type_name"])) for row in types}
        routes = different(route_concept="route_concept_id", route_text="route_source_value")
        found["omop_routes"] = {(row.get("route_concept", 0), row.get("route_text", ""), _route(row)) for row in routes}
        said = [row["dose_text"] for row in different(dose_text="dose_unit_source_value")]
        found["omop_doses"] = {(text, unit) for text in said if (unit := read_dose_unit(text))}
        found["omop_strengths"] = strengths(connection, cdm, staging)
    if event.name == "condition_occurrence":
        statuses = different(status_concept="condition_status_concept_id")
        found["omop_statuses"] = {
            (row["status_concept"], f"status {word}")
            for row in statuses
            for word in [one for one in _LEFT_OUT if one in (row["status_name"] or "").casefold()][:1]
        }
    for name, rows in found.items():
        fill(staging, name, _EMPTY[name], sorted(rows, key=str))


def kind(number: int, name: str | None) -> str:
    """The kind of a drug's record by the name of its type, or by its number where that has none.

    >>> kind(32818, "EHR administration record"), kind(38000177, None)
    ('administration', 'order')
    """
    said = (name or "").casefold()
    matching = (
        one for one, (words, numbers) in _KINDS.items() if (re.search(words, said) if said else number in numbers)
    )
    return next(matching, "order")


def _route(row: Mapping[str, Any]) -> str | None:
    """The text that says the route: the concept's name where it is understood, else the source's own."""
    name, text = row.get("route_name"), row.get("route_text")
    return name if name and read_route(name) else text or name
