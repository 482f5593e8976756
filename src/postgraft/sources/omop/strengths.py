"""How much of a drug is in one of what its quantity counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from postgraft.sources.doses import strength
from postgraft.sources.omop.cdm import Cdm
from postgraft.sources.omop.connection import Connection
from postgraft.sources.omop.counting import DRUGS
from postgraft.sources.omop.queries import one_of, parts_of
from postgraft.vocabulary.units import read_dose_unit

if TYPE_CHECKING:
    import duckdb

COLUMNS: Final = "combo INTEGER, amount DOUBLE, unit VARCHAR, several BOOLEAN"
"""``amount`` in ``unit`` for each one of a quantity; ``several``: a drug of several ingredients has no one dose."""
_IN_ML: Final = {"": 1.0, "mL": 1.0, "L": 1000.0}
"""Millilitres in the units of a denominator whose drugs are counted in millilitres; empty: the source says none."""


def strengths(
    connection: Connection, cdm: Cdm, staging: duckdb.DuckDBPyConnection
) -> set[tuple[int, float | None, str | None, bool]]:
    """Of every used drug its strength: by ``drug_strength`` of one ingredient, else by a tablet's or capsule's name."""
    used = staging.execute(
        f"""
        SELECT combo, coalesce(nullif(concept, 0), source_concept), coalesce(standard_title, title, source_text),
               (SELECT count(DISTINCT code) FROM codings WHERE codings.combo = omop_used.combo
                AND level = 'ingredient' AND codings.system = 'RxNorm')
        FROM omop_used JOIN codes USING (combo) WHERE omop_used.source = '{DRUGS}' ORDER BY ALL
        """
    ).fetchall()
    known: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for drug, *row in _drug_strengths(connection, cdm, {number for _, number, *_ in used} - {0}):
        known[drug].append(tuple(row))
    found: set[tuple[int, float | None, str | None, bool]] = set()
    for combo, number, name, ingredients in used:
        listed = known.get(number, [])
        if max(ingredients, len({ingredient for ingredient, *_ in listed})) > 1:
            found.add((combo, None, None, True))
            continue
        one = _amount(*listed[0][1:]) if len(listed) == 1 else strength(name) if not listed else None
        if one:
            found.add((combo, *one, False))
    return found


def _drug_strengths(connection: Connection, cdm: Cdm, drugs: set[int]) -> Iterator[tuple[Any, ...]]:
    """Drug, ingredient, amount, its unit, numerator, its unit, denominator, its unit; units in UCUM."""
    table = cdm.tables.get("drug_strength")
    amounts = ("amount_value", "numerator_value", "denominator_value")
    units = ("amount_unit_concept_id", "numerator_unit_concept_id", "denominator_unit_concept_id")
    if table is None or not table.has(*amounts, *units):
        return
    concept = cdm["concept"]
    columns = [f'"s".{table.column(one)}' for one in ("drug_concept_id", "ingredient_concept_id")]
    joins = ""
    for place, (amount, unit) in enumerate(zip(amounts, units, strict=True)):
        columns += [
            f'CAST("s".{table.column(amount)} AS DOUBLE PRECISION)',
            f'"u{place}".{concept.column("concept_code")}',
        ]
        joins += (
            f' LEFT JOIN {concept.sql} AS "u{place}"'
            f' ON "u{place}".{concept.column("concept_id")} = "s".{table.column(unit)}'
        )
    named = ", ".join(f'{sql} AS "c{place}"' for place, sql in enumerate(columns))
    for part in parts_of(sorted(drugs)):
        where = one_of(f'"s".{table.column("drug_concept_id")}', part)
        yield from sorted(set(connection.rows(f'SELECT {named} FROM {table.sql} AS "s"{joins} WHERE {where}')), key=str)


def _amount(
    amount: float | None,
    unit: str | None,
    numerator: float | None,
    of: str | None,
    denominator: float | None,
    per: str | None,
) -> tuple[float, str] | None:
    """Amount and dose unit in one piece, or in one millilitre."""
    if amount and (read := read_dose_unit(unit or "")):
        return amount, read
    if numerator and (per or "") in _IN_ML and (read := read_dose_unit(of or "")):
        return numerator / ((denominator or 1.0) * _IN_ML[per or ""]), read
    return None
