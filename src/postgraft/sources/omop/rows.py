"""The rows of the persons who are in, of codes with a meaning that is used, as the staging database has them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from postgraft.sources.codes import NOT_USED
from postgraft.sources.made import texts
from postgraft.sources.meaning import LEVELS
from postgraft.sources.omop.cdm import EVENTS, Cdm, Event
from postgraft.sources.omop.connection import Connection
from postgraft.sources.omop.lookups import OPERATORS, look_up, make_lookups
from postgraft.sources.omop.queries import events, one_of
from postgraft.sources.omop.who import People

if TYPE_CHECKING:
    import duckdb

GIVEN: Final = {
    "person": "VARCHAR", "concept": "BIGINT", "source_concept": "BIGINT", "text": "VARCHAR", "day": "DATE",
    "key": "HUGEINT", "last": "DATE", "number": "DOUBLE", "low": "DOUBLE", "high": "DOUBLE", "quantity": "DOUBLE",
    "supply": "DOUBLE", "moment": "TIMESTAMP", "operator_concept": "BIGINT", "answer_concept": "BIGINT",
    "unit_concept": "BIGINT", "unit_text": "VARCHAR", "answer_text": "VARCHAR", "answer_string": "VARCHAR",
    "dose_text": "VARCHAR", "route_concept": "BIGINT", "route_text": "VARCHAR", "type_concept": "BIGINT",
    "status_concept": "BIGINT", "visit": "BIGINT",
}  # fmt: skip
"""What a statement about events may give, and its type here; what a table does not have is NULL."""

_SIGNS: Final = " ".join(f"WHEN {number} THEN '{sign}'" for number, sign in OPERATORS.items() if sign != "=")
_SIGN: Final = r"^(<=|>=|=<|=>|<|>|≤|≥)\s*[0-9.,]"
_ROWS: Final = f"""
    INSERT INTO rows BY NAME
    SELECT TRY_CAST(e.key * {len(EVENTS)} + {{place}} AS BIGINT) AS id, k.combo, e.person, e.day, e.last,
           CASE WHEN e.moment <> date_trunc('day', e.moment) THEN e.moment END AS moment,
           e.number, e.low, e.high,
           coalesce(CASE e.operator_concept {_SIGNS} END,
                    CASE WHEN ltrim(e.answer_text)[1] IN ('<', '>', '=', '≤', '≥')
                         THEN nullif(regexp_extract(ltrim(e.answer_text), '{_SIGN}', 1), '') END,
                    CASE WHEN e.operator_concept NOT IN ({", ".join(map(str, (0, *OPERATORS)))})
                         THEN 'concept ' || e.operator_concept END) AS operator,
           coalesce(u.code, nullif(trim(e.unit_text), '')) AS unit,
           CASE WHEN e.answer_concept <> 0 THEN coalesce(a.system, 'OMOP') END AS answer_system,
           CASE WHEN e.answer_concept <> 0 THEN coalesce(a.code, CAST(e.answer_concept AS VARCHAR)) END AS answer_code,
           coalesce(nullif(trim(e.answer_text), ''), nullif(trim(e.answer_string), '')) AS answer_text,
           e.quantity, e.supply,
           CASE WHEN s.several OR NOT e.quantity > 0 THEN NULL WHEN d.unit IS NOT NULL THEN e.quantity
                ELSE e.quantity * s.amount END AS dose,
           CASE WHEN dose IS NOT NULL THEN coalesce(d.unit, s.unit) END AS dose_unit,
           r.route, t.kind, c.why AS dropped
    FROM ({{given}}) AS e
    JOIN omop_used AS k ON k.source = '{{source}}' AND k.concept = e.concept
         AND k.source_concept = e.source_concept AND k.text = e.text
    LEFT JOIN omop_units AS u ON u.concept = e.unit_concept
    LEFT JOIN omop_answers AS a ON a.concept = e.answer_concept
    LEFT JOIN omop_kinds AS t ON t.concept = e.type_concept
    LEFT JOIN omop_routes AS r ON r.concept = coalesce(e.route_concept, 0) AND r.text = coalesce(e.route_text, '')
    LEFT JOIN omop_doses AS d ON d.text = e.dose_text
    LEFT JOIN omop_strengths AS s ON s.combo = k.combo
    LEFT JOIN omop_statuses AS c ON c.concept = e.status_concept
"""
"""A time of midnight is none: that is how a day alone is recorded. A sign in the source's own text counts where the
operator's concept does not say one: a result under a limit never becomes the limit."""
_VISITS: Final = """
    INSERT INTO omop_visits
    SELECT e.person, e.day, e.visit FROM ({given}) AS e
    JOIN omop_used AS k ON k.source = '{source}' AND k.concept = e.concept
         AND k.source_concept = e.source_concept AND k.text = e.text
    WHERE k.allogeneic AND e.visit IS NOT NULL
"""


def fetch_rows(connection: Connection, cdm: Cdm, staging: duckdb.DuckDBPyConnection, people: People) -> None:
    """Fills ``rows``; and ``omop_visits``: person, day and visit of the rows of allogeneic transplants."""
    staging.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE omop_used AS
        SELECT omop_keys.*, "by", allogeneic FROM omop_keys JOIN (
            SELECT combo, min("by") AS "by", bool_or("table" = 'transplants' AND name = 'allogeneic') AS allogeneic
            FROM meanings WHERE name NOT IN ({texts(NOT_USED)}) GROUP BY combo
        ) USING (combo)
        """
    )
    staging.execute("CREATE OR REPLACE TEMP TABLE omop_visits (person VARCHAR, day DATE, visit BIGINT)")
    make_lookups(connection, cdm, staging)
    for event in cdm.events:
        taken = _taken(cdm, staging, event)
        if taken:
            where = f"{people.where(event.name)} AND {taken}"
            look_up(connection, cdm, staging, event, where)
            for batch in connection.stream(events(cdm, event, where)):
                staging.register("incoming", pa.table(batch))
                place = {"given": _given(batch.schema.names), "source": event.name, "place": EVENTS.index(event)}
                staging.execute(_ROWS.format(**place))
                if event.name in people.rows:
                    staging.execute(_VISITS.format(**place))
                staging.unregister("incoming")
    _number(staging)


def _given(names: Collection[str]) -> str:
    given = {name: f'"{name}"' if name in names else "NULL" for name in GIVEN}
    columns = ", ".join(f'TRY_CAST({given[name]} AS {kind}) AS "{name}"' for name, kind in GIVEN.items())
    return f"SELECT {columns} FROM incoming"


def _taken(cdm: Cdm, staging: duckdb.DuckDBPyConnection, event: Event) -> str:
    """A condition that takes every row of a used code, and of other codes those that share its concept; "" for none."""
    table = cdm[event.name]
    wanted: dict[str, set[int]] = {"": set(), "source_": set()}
    used = staging.execute(
        'SELECT DISTINCT concept, source_concept, "by" FROM omop_used WHERE source = ?', [event.name]
    ).fetchall()
    for concept, own, by in used:
        kind, number = ("source_", own) if own and (by == LEVELS[1] or not concept) else ("", concept)
        wanted[kind].add(number)
    conditions = []
    for kind, numbers in wanted.items():
        column = f"{event.begins}_{kind}concept_id"
        if numbers and not table.has(column):
            return "1 = 1"  # no concepts, so every row has the number 0
        if numbers:
            name = table.column(column)
            conditions.append(f"{one_of(name, numbers)}{f' OR {name} IS NULL' if 0 in numbers else ''}")
    return f"({' OR '.join(conditions)})" if conditions else ""


def _number(staging: duckdb.DuckDBPyConnection) -> None:
    """Numbers rows anew where the source's own numbers are not there or not unique: by combo, then by everything."""
    if staging.execute("SELECT count(*) = count(DISTINCT id) FROM rows").fetchall()[0][0]:
        return
    columns = [name for (name, *_) in staging.execute("DESCRIBE rows").fetchall() if name not in ("id", "combo")]
    order = ", ".join(f'"{column}"' for column in ("combo", "id", *columns))
    staging.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE omop_numbered AS
        SELECT * REPLACE (row_number() OVER (ORDER BY {order}) AS id) FROM rows
        """
    )
    staging.execute("DELETE FROM rows")
    staging.execute("INSERT INTO rows SELECT * FROM omop_numbered")
    staging.execute("DROP TABLE omop_numbered")
