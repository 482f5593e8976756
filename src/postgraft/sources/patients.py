"""Patients: everybody with an allogeneic transplant, one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from postgraft.sources.made import Made, made

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.options import Options

COLUMNS: Final = (
    "sex", "birth_date", "birth_year", "observed_from_date", "death_date", "last_contact_date", "site",
)  # fmt: skip


def patients(staging: duckdb.DuckDBPyConnection, options: Options) -> Made:
    """Every person; last contact is the day of death, else the latest day of any row of the person."""
    query = """
        SELECT person, 'patients' AS "table", 'patient' AS name, 'written' AS fate, NULL AS reason,
               [CASE WHEN dead_undated AND death_date IS NULL THEN 'dead without a date, no death written' END,
                CASE WHEN coalesce(death_date, last_seen) IS NULL THEN 'no last contact' END,
                CASE WHEN birth_date IS NULL AND birth_year IS NULL THEN 'no birth' END] AS notes,
               sex, birth_date, birth_year, observed_from AS observed_from_date, death_date,
               coalesce(death_date, last_seen) AS last_contact_date, site
        FROM persons
    """
    return made(staging, "patients", COLUMNS, query)
