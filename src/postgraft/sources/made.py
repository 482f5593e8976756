"""What a rule makes of the staged rows: the rows of one table of the extract, and the fate of every row that it found.

A row that is found is one row of the source under one name: a code of two names gives two. Its fate is one of
``FATES``, so that rows found = written + dropped + joined + added up + cut. Rows that are written for one that was
found, beside the first, have the fate ``SPLIT``: rows in the extract = written + split.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd
import pyarrow as pa

from postgraft.sources.codes import ASSESSMENT, NOT_USED, SOURCE
from postgraft.sources.values import read_value

if TYPE_CHECKING:
    import duckdb

FATES: Final = ("written", "dropped", "joined", "added up", "cut")
SPLIT: Final = "split"
WRITTEN: Final = f"('written', '{SPLIT}')"
"""Fates of rows that are in the extract, as SQL has them."""
SORTED_ROWS: Final = 2_500_000
"""Rows that are sorted at a time: what sorting them holds fits into the memory of the database."""
BATCH_ROWS: Final = 50_000
MEANT: Final = """
    combo INTEGER, source VARCHAR, "table" VARCHAR, name VARCHAR, said_unit VARCHAR, said_positive_from DOUBLE,
    said_by_number BOOLEAN, said_negative_below DOUBLE, said_own_limit BOOLEAN, said_graft_source VARCHAR,
    said_donor VARCHAR, said_grade INTEGER, said_detail VARCHAR, said_route VARCHAR, said_days_supply DOUBLE,
    said_purpose VARCHAR
"""
"""A used name of a combo, with what the mapping says beside it (``values.Value``); empty where it says nothing."""


@dataclass(frozen=True, slots=True)
class Made:
    """One table of the extract, in the table ``made_…`` of the database; ``columns`` beside ``patient_id``.

    ``fates``: table, name, fate, reason, rows, patients; ``table`` is the mapping's. ``remarks``: table, name, reason,
    rows, patients of rows, neither dropped nor cut, of which something was computed or assumed.
    """

    table: str
    columns: tuple[str, ...]
    fates: pd.DataFrame
    remarks: pd.DataFrame

    def rows(self, staging: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
        """The rows that are written, by patient, day and every other column.

        They are sorted ``SORTED_ROWS`` at a time, some patients after others, so that memory does not grow with them.
        """
        written = f"SELECT person AS patient_id, {', '.join(self.columns)} FROM {self._whole} WHERE fate IN {WRITTEN}"
        order = ", ".join(f"{column} NULLS FIRST" for column in ("patient_id", *self.columns))
        bounds = staging.execute(
            f"""
            SELECT min(person), max(person) FROM (
                SELECT person, (sum(rows) OVER (ORDER BY person) - 1) // {SORTED_ROWS} AS share
                FROM (SELECT person, count(*) AS rows FROM {self._whole} WHERE fate IN {WRITTEN} GROUP BY person)
            ) GROUP BY share ORDER BY share
            """
        ).fetchall()

        def batches() -> Iterator[pa.RecordBatch]:
            for first, last in bounds:
                some = f"{written} AND person BETWEEN {texts([first])} AND {texts([last])} ORDER BY {order}"
                yield from staging.cursor().sql(some).to_arrow_reader(BATCH_ROWS)

        schema = staging.cursor().sql(f"{written} LIMIT 0").to_arrow_reader(BATCH_ROWS).schema
        return pa.RecordBatchReader.from_batches(schema, batches())

    @property
    def _whole(self) -> str:
        return f'"made_{self.table}"'

    @property
    def found(self) -> int:
        """Rows found under names that are used."""
        return int(self.fates["rows"].sum())

    @property
    def written(self) -> int:
        """Those of them that are written, at least in part."""
        return int(self.fates.loc[self.fates["fate"] == "written", "rows"].sum())


def found(staging: duckdb.DuckDBPyConnection, *tables: str) -> str:
    """A SELECT of the staged rows under a used name of these tables of the mapping.

    Its columns: those of ``rows`` and of ``MEANT``. ``dropped`` says also that a row has no day. Tables of a rule
    are asked for one after the other: the next call takes the place of the last.
    """
    meanings = staging.execute(
        f"""
        SELECT combo, source, "table", name, coalesce(value, '') AS value FROM meanings JOIN codes USING (combo)
        WHERE name NOT IN ({texts(NOT_USED)}) AND "table" IN ({texts(tables)}) ORDER BY ALL
        """
    ).fetchall()
    said = [(*meaning, *(None if word == "" else word for word in astuple(read_value(v)))) for *meaning, v in meanings]
    fill(staging, "meant", MEANT, said)
    return """
        SELECT rows.* REPLACE (coalesce(dropped, CASE WHEN day IS NULL THEN 'no day' END) AS dropped),
               meant.* EXCLUDE (combo)
        FROM rows JOIN meant USING (combo)
    """


def fill(staging: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    """A temporary table of these columns and rows, in place of one of that name."""
    staging.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({columns})")
    if rows:
        given = pa.table(
            [pa.array(column) for column in zip(*rows, strict=True)], [f"c{i}" for i in range(len(rows[0]))]
        )
        staging.register("given", given)
        staging.execute(f"INSERT INTO {table} SELECT * FROM given")
        staging.unregister("given")


def answered(table: str) -> str:
    """A SELECT of what answers mean by this table of the mapping: system, code and name, of one name a code.

    Text as it stands in the source is in lower case and without outer blanks.
    """
    return f"""
        SELECT system, CASE WHEN system = '{SOURCE}' THEN lower(trim(code)) ELSE code END AS code, min(name) AS name
        FROM mapping WHERE "table" = '{table}' AND name NOT IN ({texts((*NOT_USED, ASSESSMENT))}) GROUP BY ALL
    """


def made(
    staging: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    query: str,
    kept: Literal["TABLE", "VIEW"] = "TABLE",
) -> Made:
    """Runs a rule's query and counts the fates.

    The query gives a row for every row found and every row split from one: ``person``, ``table``, ``name``, ``fate``,
    ``reason`` (empty where the fate says it all), ``notes`` (a list, NULLs in it are nothing), and ``columns``, those
    of the extract's table after ``patient_id``, the one of the day first. Its result is kept, unless a view on tables
    that are kept already is as good.
    """
    whole = f'"made_{table}"'
    staging.execute(f"CREATE OR REPLACE {kept} {whole} AS {query}")
    fates = staging.execute(
        f"""
        SELECT "table", name, fate, coalesce(reason, '') AS reason, count(*) AS rows,
               count(DISTINCT person) AS patients
        FROM {whole} WHERE fate <> '{SPLIT}' GROUP BY ALL ORDER BY ALL
        """
    ).df()
    remarks = staging.execute(
        f"""
        SELECT "table", name, reason, count(*) AS rows, count(DISTINCT person) AS patients
        FROM (SELECT person, "table", name, unnest(notes) AS reason FROM {whole}
              WHERE fate NOT IN ('dropped', 'cut') AND len(list_filter(notes, lambda note: note IS NOT NULL)) > 0)
        WHERE reason IS NOT NULL GROUP BY ALL ORDER BY ALL
        """
    ).df()
    return Made(table, tuple(columns), fates, remarks)


def texts(words: Sequence[str]) -> str:
    """Words as a list of SQL literals."""
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)
