"""Disease status: one row a patient, day and status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from postgraft.sources.made import Made, answered, found, made

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.options import Options

COLUMNS: Final = ("date", "status")


def disease_status(staging: duckdb.DuckDBPyConnection, options: Options) -> Made:
    """A code is its status; an assessment has a status for an answer, by code or else by text of the mapping.

    Rows that say the same of a day are one.
    """
    query = f"""
        WITH staged AS ({found(staging, "disease_status", "assessment")}),
        settled AS (
            SELECT staged.* REPLACE (coalesce(
                       staged.dropped,
                       CASE WHEN assessed AND coalesce(code.name, words.name) IS NULL THEN 'answer is no status' END
                   ) AS dropped),
                   CASE WHEN assessed THEN coalesce(code.name, words.name) ELSE staged.name END AS status
            FROM (SELECT *, "table" = 'assessment' OR name = 'assessment' AS assessed FROM staged) AS staged
            LEFT JOIN ({answered("disease_status")}) AS code
                 ON assessed AND code.system = answer_system AND code.code = answer_code
            LEFT JOIN ({answered("disease_status")}) AS words
                 ON assessed AND words.system = 'source' AND words.code = lower(trim(answer_text))
        ),
        placed AS (
            SELECT *, row_number() OVER (PARTITION BY person, day, status ORDER BY id) AS place
            FROM settled WHERE dropped IS NULL
        )
        SELECT person, "table", name, CASE WHEN place = 1 THEN 'written' ELSE 'joined' END AS fate,
               CASE WHEN place > 1 THEN 'the same status on that day' END AS reason,
               [note] AS notes, day AS date, status
        FROM placed
        UNION ALL
        SELECT person, "table", name, 'dropped', dropped, [], NULL, NULL FROM settled WHERE dropped IS NOT NULL
    """
    return made(staging, "disease_status", COLUMNS, query)
