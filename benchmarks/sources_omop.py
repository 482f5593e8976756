"""An OMOP database of any number of measurements, of which a tenth are used, and what is read of it without an import.

A fifth of the persons have a transplant, and half of the measurements have a code that is used. Persons have a thousand
measurements each, which lie in the order of time, so that those of a person are all over the table.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from postgraft.sources.omop.connection import ROWS, read_only

OFTEN = (
    ("718-7", "Hemoglobin"), ("777-3", "Platelets"), ("26499-4", "Neutrophils"), ("2532-0", "Lactate dehydrogenase"),
    ("1975-2", "Bilirubin"), ("2160-0", "Creatinine"), ("1742-6", "Alanine"), ("1920-8", "Aspartate"),
    ("4542-7", "Haptoglobin"), ("29463-7", "Body weight"),
)  # fmt: skip
"""Codes that are used; there are 200 others."""
FIRST, TRANSPLANT, UNIT = 9000, 9100, 8840
"""Concepts of the first code that is used, of a transplant and of the unit of every number."""

TABLES = {
    "cdm_source": "SELECT DATE '2025-06-30' AS source_release_date",
    "concept": f"""
        SELECT * FROM (VALUES
            {", ".join(f"({FIRST + n}, '{name}', 'LOINC', '{code}')" for n, (code, name) in enumerate(OFTEN))},
            ({TRANSPLANT}, 'Allogeneic', 'ICD10PCS', '30233Y2'), ({UNIT}, 'gram per deciliter', 'UCUM', 'g/dL')
        ) AS concept(concept_id, concept_name, vocabulary_id, concept_code)
    """,
    "person": """
        SELECT i + 1 AS person_id, 8507 AS gender_concept_id, 1970 AS year_of_birth, 1 AS month_of_birth,
               2 AS day_of_birth
        FROM range({persons}) AS one(i)
    """,
    "procedure_occurrence": f"""
        SELECT i AS procedure_occurrence_id, 1 + 5 * i AS person_id, {TRANSPLANT} AS procedure_concept_id,
               DATE '2015-01-01' + CAST(i % 1000 AS INTEGER) AS procedure_date, '38240' AS procedure_source_value,
               0 AS procedure_source_concept_id
        FROM range({{persons}} // 5) AS one(i)
    """,
    "measurement": f"""
        SELECT i AS measurement_id, 1 + hash(i) % {{persons}} AS person_id,
               CAST(code AS BIGINT) AS measurement_concept_id, day AS measurement_date,
               CAST(day AS TIMESTAMP) + INTERVAL 8 HOUR AS measurement_datetime,
               CAST(NULL AS BIGINT) AS operator_concept_id,
               CAST(i % 200 / 10 AS DECIMAL(18, 3)) AS value_as_number, CAST(NULL AS BIGINT) AS value_as_concept_id,
               {UNIT} AS unit_concept_id, CAST(4 AS DECIMAL(18, 3)) AS range_low,
               CAST(12 AS DECIMAL(18, 3)) AS range_high, 'LAB' || code AS measurement_source_value,
               0 AS measurement_source_concept_id, 'g/dL' AS unit_source_value, '12.3' AS value_source_value
        FROM (SELECT i, DATE '2014-01-01' + CAST(i * 4000 // {{rows}} AS INTEGER) AS day,
                     CASE WHEN hash(i, 1) % 2 = 0 THEN {FIRST} + hash(i, 2) % {len(OFTEN)}
                          ELSE 50000 + hash(i, 2) % 200 END AS code
              FROM range({{rows}}) AS one(i))
    """,
}


def opened(place: str | Path = ":memory:", read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A database on two threads that draws no bars between the lines of the table."""
    connection = duckdb.connect(str(place), read_only=read_only, config={"threads": 2})
    connection.execute("SET enable_progress_bar = false")
    return connection


def write_duckdb(file: Path, rows: int) -> None:
    with opened(file) as connection:
        for name, query in TABLES.items():
            connection.execute(f"CREATE TABLE {name} AS {query.format(rows=rows, persons=max(rows // 1000, 5))}")


def write_postgresql(url: str, file: Path) -> None:
    """The tables of a DuckDB file on a server."""
    from adbc_driver_postgresql import dbapi

    with opened(file, read_only=True) as given, dbapi.connect(url) as server, server.cursor() as cursor:
        for name in TABLES:
            cursor.adbc_ingest(name, given.sql(f"FROM {name}").to_arrow_reader(ROWS), mode="create")
        server.commit()
        server.autocommit = True
        cursor.execute("ANALYZE")


def scan(file: Path) -> None:
    """The floor of DuckDB: every column of every measurement, once."""
    with opened(file, read_only=True) as connection:
        names = [name for name, *_ in connection.sql("DESCRIBE measurement").fetchall()]
        connection.execute(f"SELECT {', '.join(f'max({name})' for name in names)} FROM measurement").fetchall()


def read_by_driver(url: str, statement: str) -> None:
    """The floor of PostgreSQL: the driver alone reads the rows that the import reads, by the same statement."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(read_only(url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        for _ in cursor.fetch_record_batch():
            pass


def statement_of_rows(out: Path) -> str:
    """The statement by which the import that made this extract has read the measurements."""
    said = json.loads((out / "import" / "provenance.json").read_text(encoding="utf-8"))
    return str(next(one for one in said["source"]["statements"] if '"value_as_number"' in one))
