"""Transfusions: one row a patient, day and product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from postgraft.sources.made import Made, found, made

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.options import Options

COLUMNS: Final = ("date", "product", "units")
MOST_UNITS: Final = 100
"""A quantity above it counts millilitres, not units: the extract takes 0 to 100."""


def transfusions(staging: duckdb.DuckDBPyConnection, options: Options) -> Made:
    """Rows of one patient, day and product as one, of the most units that one table of the source says.

    The units of a table are its quantities of that day added up; a quantity of 0 or less is none, one above
    ``MOST_UNITS`` neither, and noted. Rows of the table that says most are added up, those of others joined.
    """
    query = f"""
        WITH staged AS ({found(staging, "transfusions")}),
        kept AS (
            SELECT *, CASE WHEN quantity > 0 AND quantity <= {MOST_UNITS} THEN quantity END AS said
            FROM staged WHERE dropped IS NULL
        ),
        said AS (
            SELECT person, day, name, source, sum(said ORDER BY said) AS units, count(*) AS rows, min(id) AS id
            FROM kept GROUP BY person, day, name, source
        ),
        most AS (
            SELECT * FROM said
            QUALIFY row_number() OVER (
                PARTITION BY person, day, name ORDER BY units DESC NULLS LAST, rows DESC, source) = 1
        )
        SELECT kept.person, "table", kept.name,
               CASE WHEN kept.id = most.id THEN 'written' WHEN kept.source = most.source THEN 'added up'
                    ELSE 'joined' END AS fate,
               CASE WHEN kept.id = most.id THEN NULL WHEN kept.source = most.source THEN 'of the same day'
                    ELSE 'of the same day in another table' END AS reason,
               [note, CASE WHEN quantity > {MOST_UNITS} THEN 'quantity above {MOST_UNITS}, taken as none' END] AS notes,
               kept.day AS date, kept.name AS product, units
        FROM kept JOIN most USING (person, day, name)
        UNION ALL
        SELECT person, "table", name, 'dropped', dropped, [], NULL, NULL, NULL FROM staged WHERE dropped IS NOT NULL
    """
    return made(staging, "transfusions", COLUMNS, query)
