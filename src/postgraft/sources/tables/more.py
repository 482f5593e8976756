"""What only a plan can say, beside what the rules of the extract's tables make of staged rows.

Ages, conditioning, ABO mismatch, days of engraftment and adjudications have no place in a database of care.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa

from postgraft.sources.made import Made, made
from postgraft.sources.patients import COLUMNS as OF_PATIENTS
from postgraft.sources.patients import patients as made_patients
from postgraft.sources.tables.columns import Amount
from postgraft.sources.tables.fill import TWICE, Filled
from postgraft.sources.tables.people import People, of_table
from postgraft.sources.transplants import COLUMNS as OF_TRANSPLANTS
from postgraft.sources.transplants import transplants as made_transplants

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.options import Options

_AGES: Final = {"person": "VARCHAR", "age_at_transplant": "DOUBLE", "fate": "VARCHAR", "reason": "VARCHAR"}
_COURSES: Final = {
    "person": "VARCHAR",
    "transplant_date": "DATE",
    "type": "VARCHAR",
    "conditioning": "VARCHAR",
    "abo_mismatch": "VARCHAR",
    "neutrophil_engraftment_date": "DATE",
    "platelet_engraftment_date": "DATE",
    "place": "BIGINT",
}
_REVIEWS: Final = {
    "person": "VARCHAR",
    "start_date": "DATE",
    "end_date": "DATE",
    "criterion": "VARCHAR",
    "verdict": "VARCHAR",
    "source": "VARCHAR",
    "dropped": "VARCHAR",
}
_JOINED: Final = "equal to the row of the patient"


def write_more(staging: duckdb.DuckDBPyConnection, tables: Sequence[Filled], people: People) -> None:
    """Fills tables of their own with it."""
    ages = [{"person": one, "age_at_transplant": said.get("age_at_transplant"),
             "fate": "written" if one in people.allogeneic else "dropped", "reason": people.left_out(one)}
            for one, said in sorted(people.rows.items())]  # fmt: skip
    more = [{"person": one, "fate": "joined", "reason": _JOINED} for one in people.joined]
    _write(staging, "said_of_patients", _AGES, [*ages, *more])
    _write(staging, "said_of_transplants", _COURSES, _rows(of_table(tables, "transplants")))
    reviews = _rows(of_table(tables, "adjudications"))
    _write(staging, "said_of_reviews", _REVIEWS, [{**row, "dropped": _left_out(row, people)} for row in reviews])


def _left_out(row: Mapping[str, Any], people: People) -> str | None:
    if row["twice"]:
        return TWICE
    return people.left_out(row["person"]) or (None if row.get("start_date") else "no day")


def _rows(tables: Sequence[Filled]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for filled in tables:
        for place, cells in enumerate(zip(*filled.columns.values(), strict=True)):
            row = {name: cell.number if isinstance(cell, Amount) else cell
                   for name, cell in zip(filled.columns, cells, strict=True)}  # fmt: skip
            rows.append({**row, "person": row["patient_id"], "twice": filled.twice[place], "place": len(rows)})
    return rows


def _write(
    staging: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Sequence[dict[str, Any]]
) -> None:
    staging.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {of}' for name, of in columns.items())})")
    insert(staging, table, rows)


def insert(staging: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Adds rows to a table of the database; what a row does not say is empty."""
    if rows:
        columns = [name for name, *_ in staging.execute(f'DESCRIBE "{table}"').fetchall()]
        staging.register("given", pa.table({name: pa.array([row.get(name) for row in rows]) for name in columns}))
        staging.execute(f'INSERT INTO "{table}" SELECT * FROM given')
        staging.unregister("given")


def patients(staging: duckdb.DuckDBPyConnection, options: Options) -> Made:
    """As the rule, with the ages that the plan gives, and the fate of rows of those who are not in."""
    made_patients(staging, options)
    staging.execute("ALTER TABLE made_patients RENAME TO patients_by_rule")
    query = """
        SELECT rule.* REPLACE (list_filter(notes, lambda note:
                   coalesce(note <> 'no birth' OR age_at_transplant IS NULL, false)) AS notes), age_at_transplant
        FROM patients_by_rule AS rule
        JOIN said_of_patients AS said ON said.person = rule.person AND said.fate = 'written'
    """
    done = made(staging, "patients", (*OF_PATIENTS, "age_at_transplant"), query)
    others = staging.execute(
        """
        SELECT 'patients' AS "table", 'patient' AS name, fate, reason, count(*) AS rows,
               count(DISTINCT person) AS patients
        FROM said_of_patients WHERE fate <> 'written' GROUP BY ALL ORDER BY ALL
        """
    ).df()
    return replace(done, fates=pd.concat([done.fates, others], ignore_index=True))


def transplants(staging: duckdb.DuckDBPyConnection, options: Options) -> Made:
    """As the rule, with conditioning, ABO mismatch and engraftment of the rows that it took for one transplant."""
    made_transplants(staging, options)
    staging.execute("ALTER TABLE made_transplants RENAME TO transplants_by_rule")
    words, days = ("conditioning", "abo_mismatch"), ("neutrophil_engraftment_date", "platelet_engraftment_date")
    filled = [
        f"first({name} ORDER BY said.transplant_date, place) FILTER ({name} IS NOT NULL) AS {name}" for name in words
    ]
    filled += [f"min({name}) AS {name}" for name in days]
    query = f"""
        WITH said AS (
            SELECT rule.person, rule.type, rule.transplant_date, {", ".join(filled)}
            FROM transplants_by_rule AS rule JOIN said_of_transplants AS said
                 ON said.person = rule.person AND said.type = rule.type
                 AND said.transplant_date - rule.transplant_date BETWEEN 0 AND {int(options.transplant_gap_days)}
            WHERE fate = 'written' GROUP BY ALL
        )
        SELECT rule.*, {", ".join((*words, *days))}
        FROM transplants_by_rule AS rule LEFT JOIN said
             ON said.person = rule.person AND said.type = rule.type AND said.transplant_date = rule.transplant_date
             AND fate = 'written'
    """
    return made(staging, "transplants", (*OF_TRANSPLANTS, *words, *days), query)


def adjudications(staging: duckdb.DuckDBPyConnection, options: Options) -> Made:
    """Chart reviews as the plan gives them."""
    query = """
        SELECT person, 'adjudications' AS "table", coalesce(criterion, '') AS name,
               CASE WHEN dropped IS NULL THEN 'written' ELSE 'dropped' END AS fate, dropped AS reason, [] AS notes,
               start_date, end_date, criterion, verdict, source
        FROM said_of_reviews
    """
    return made(staging, "adjudications", ("start_date", "end_date", "criterion", "verdict", "source"), query)


RULES: Final[Mapping[str, Callable[..., Made]]] = {
    "patients": patients,
    "transplants": transplants,
    "adjudications": adjudications,
}
"""The rules of tables of which a plan says more."""
