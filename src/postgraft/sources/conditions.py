"""Conditions: rows of one condition that are near in time are one spell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from postgraft.sources.made import Made, found, made

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.options import Options

COLUMNS: Final = ("start_date", "end_date", "condition", "grade", "detail")


def conditions(staging: duckdb.DuckDBPyConnection, options: Options) -> Made:
    """Rows of one patient, condition, grade and detail as spells.

    A row that starts at most ``condition_gap_days`` after the end of the spell so far belongs to it, and so does every
    later row where the spell has no end so far. A spell has no end if one of its rows has none; an end before its
    start is none, and noted. Grade and detail are what the mapping says of the code.
    """
    gap = int(options.condition_gap_days)
    query = f"""
        WITH recorded AS (
            SELECT * REPLACE (CASE WHEN last >= day THEN last END AS last),
                   CASE WHEN last < day THEN 'end before start, taken as no end' END AS impossible,
                   said_grade AS grade
            FROM ({found(staging, "conditions")})
        ),
        kept AS (SELECT * FROM recorded WHERE dropped IS NULL),
        after AS (
            SELECT *, max(coalesce(last, DATE '9999-12-31')) OVER (
                          PARTITION BY person, name, grade, said_detail ORDER BY day, id
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS so_far
            FROM kept
        ),
        numbered AS (
            SELECT *, count(*) FILTER (so_far IS NULL OR day - so_far > {gap}) OVER (
                          PARTITION BY person, name, grade, said_detail ORDER BY day, id
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS spell
            FROM after
        )
        SELECT person, "table", name,
               CASE WHEN row_number() OVER whole = 1 THEN 'written' ELSE 'joined' END AS fate,
               CASE WHEN row_number() OVER whole > 1 THEN 'of the same spell' END AS reason,
               [note, impossible] AS notes,
               first_value(day) OVER whole AS start_date,
               CASE WHEN count(last) OVER whole = count(*) OVER whole THEN max(last) OVER whole END AS end_date,
               name AS condition, grade, said_detail AS detail
        FROM numbered
        WINDOW whole AS (PARTITION BY person, name, grade, said_detail, spell ORDER BY day, id
                         ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        UNION ALL
        SELECT person, "table", name, 'dropped', dropped, [], NULL, NULL, NULL, NULL, NULL
        FROM recorded WHERE dropped IS NOT NULL
    """
    return made(staging, "conditions", COLUMNS, query)
