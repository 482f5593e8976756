"""Transplants: bills and infusions of one transplant are one row on its first day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from postgraft.sources.made import Made, found, made

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.options import Options

COLUMNS: Final = ("transplant_date", "type", "indication", "graft_source", "donor")


def transplants(staging: duckdb.DuckDBPyConnection, options: Options) -> Made:
    """Rows of one type at most ``transplant_gap_days`` after the first of their group are one.

    An allogeneic row that near to a boost or donor lymphocytes, before or after, is the nearest of them (the boost
    where both are as near), and noted as a conflict. The indication of an allogeneic transplant is the latest one
    recorded at or before its day; empty if two differ on that day.
    """
    gap = int(options.transplant_gap_days)
    staging.execute(f"CREATE OR REPLACE TEMP TABLE infusions AS {found(staging, 'transplants')}")
    staging.execute(f"CREATE OR REPLACE TEMP TABLE indicated AS {found(staging, 'indications')}")
    staging.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE grouped AS
        WITH RECURSIVE
        kept AS (SELECT * FROM infusions WHERE dropped IS NULL),
        lesser AS (SELECT * FROM kept WHERE name IN ('boost', 'donor_lymphocytes')),
        near AS (
            SELECT kept.id, arg_min(lesser.name, (abs(kept.day - lesser.day), lesser.name)) AS name
            FROM kept JOIN lesser ON kept.person = lesser.person AND abs(kept.day - lesser.day) <= {gap}
            WHERE kept.name = 'allogeneic' GROUP BY kept.id
        ),
        typed AS (
            SELECT kept.*, coalesce(near.name, kept.name) AS type
            FROM kept LEFT JOIN near ON kept.id = near.id AND kept.name = 'allogeneic'
        ),
        firsts AS (
            SELECT person, type, min(day) AS first FROM typed GROUP BY person, type
            UNION ALL
            SELECT firsts.person, firsts.type, min(typed.day)
            FROM firsts JOIN typed ON typed.person = firsts.person AND typed.type = firsts.type
                 AND typed.day - firsts.first > {gap}
            GROUP BY firsts.person, firsts.type, firsts.first
        )
        SELECT typed.*, firsts.first
        FROM typed ASOF JOIN firsts
             ON typed.person = firsts.person AND typed.type = firsts.type AND typed.day >= firsts.first
        """
    )
    staging.execute(
        """
        CREATE OR REPLACE TEMP TABLE latest AS
        SELECT person, first, day,
               count(DISTINCT name) > 1 AS differ, CASE WHEN count(DISTINCT name) = 1 THEN min(name) END AS name
        FROM (
            SELECT grouped.person, grouped.first, indicated.day, indicated.name,
                   rank() OVER (PARTITION BY grouped.person, grouped.first ORDER BY indicated.day DESC) AS place
            FROM (SELECT DISTINCT person, first FROM grouped WHERE type = 'allogeneic') grouped
            JOIN indicated ON indicated.person = grouped.person AND indicated.day <= grouped.first
            WHERE indicated.dropped IS NULL
        ) WHERE place = 1 GROUP BY person, first, day
        """
    )
    query = """
        SELECT grouped.person, "table", grouped.name,
               CASE WHEN row_number() OVER whole = 1 THEN 'written' ELSE 'joined' END AS fate,
               CASE WHEN row_number() OVER whole > 1 THEN 'of the same transplant' END AS reason,
               [note, CASE WHEN type <> grouped.name THEN 'conflict: allogeneic, but near ' || type END] AS notes,
               first AS transplant_date, type,
               CASE WHEN type = 'allogeneic' THEN latest.name END AS indication,
               first_value(said_graft_source IGNORE NULLS) OVER whole AS graft_source,
               first_value(said_donor IGNORE NULLS) OVER whole AS donor
        FROM grouped LEFT JOIN latest USING (person, first)
        WINDOW whole AS (PARTITION BY grouped.person, type, first ORDER BY grouped.day, id
                         ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        UNION ALL
        SELECT person, "table", name, 'dropped', dropped, [], NULL, NULL, NULL, NULL, NULL
        FROM infusions WHERE dropped IS NOT NULL
        UNION ALL
        SELECT person, "table", name,
               CASE WHEN dropped IS NULL AND NOT differ THEN 'joined' ELSE 'dropped' END,
               CASE WHEN dropped IS NOT NULL THEN dropped
                    WHEN differ IS NULL THEN 'not the latest at or before a transplant'
                    WHEN differ THEN 'another indication on that day'
                    ELSE 'indication of a transplant' END,
               [], NULL, NULL, NULL, NULL, NULL
        FROM indicated LEFT JOIN (SELECT DISTINCT person, day, differ FROM latest) USING (person, day)
    """
    return made(staging, "transplants", COLUMNS, query)
