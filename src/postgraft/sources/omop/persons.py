"""The persons who are in: sex, birth, death, observation, last contact and site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from postgraft.sources.made import fill
from postgraft.sources.omop.cdm import Cdm, Table
from postgraft.sources.omop.connection import Connection
from postgraft.sources.omop.queries import chosen, per_person, text_of
from postgraft.sources.omop.who import People

if TYPE_CHECKING:
    import duckdb

_SEXES: Final = "CASE sex WHEN 8507 THEN 'male' WHEN 8532 THEN 'female' ELSE 'unknown' END"
NO_PERSON: Final = "its person is not in the table person"


def fetch_persons(
    connection: Connection, cdm: Cdm, staging: duckdb.DuckDBPyConnection, people: People, gap_days: int
) -> None:
    """Fills ``persons``, after ``rows``; rows of persons who are not in the table person are marked as dropped.

    Day 0 is the first allogeneic row that is not within ``gap_days`` days of a boost or donor lymphocytes.
    """
    _take(connection, staging, "omop_persons", _PERSON, _person(cdm, people))
    _take(connection, staging, "omop_deaths", "person VARCHAR, day DATE, rows BIGINT", _deaths(cdm, people))
    periods = "person VARCHAR, start DATE, stop DATE"
    _take(connection, staging, "omop_periods", periods, _periods(cdm, people))
    fill(staging, "omop_seen", "person VARCHAR, day DATE", [])
    for number, sql in enumerate(_seen(cdm, people)):
        _take(connection, staging, f"omop_seen_{number}", "person VARCHAR, day DATE", sql)
        staging.execute(f"INSERT INTO omop_seen SELECT * FROM omop_seen_{number}")
        staging.execute(f"DROP TABLE omop_seen_{number}")
    _take(connection, staging, "omop_sites", "visit BIGINT, care_site BIGINT", _visits(cdm, people))
    _take(connection, staging, "omop_care_sites", "care_site BIGINT, code VARCHAR, label VARCHAR", _care_sites(cdm))
    staging.execute(_DAY_ZERO.format(gap=int(gap_days)))
    staging.execute(_PERSONS)
    staging.execute(
        f"UPDATE rows SET dropped = '{NO_PERSON}' WHERE person NOT IN (SELECT person FROM persons) AND dropped IS NULL"
    )


_PERSON: Final = "person VARCHAR, sex BIGINT, year INTEGER, month INTEGER, day INTEGER, care_site BIGINT"
_DAY_ZERO: Final = """
    CREATE OR REPLACE TEMP TABLE omop_day_zero AS
    WITH given AS (
        SELECT DISTINCT person, day, name FROM rows JOIN meanings USING (combo)
        WHERE "table" = 'transplants' AND dropped IS NULL AND day IS NOT NULL
    ),
    lesser AS (SELECT * FROM given WHERE name IN ('boost', 'donor_lymphocytes')),
    judged AS (
        SELECT person, day, EXISTS (FROM lesser WHERE lesser.person = given.person
                                    AND abs(lesser.day - given.day) <= {gap}) AS near
        FROM given WHERE name = 'allogeneic'
    )
    SELECT person, coalesce(min(day) FILTER (NOT near), min(day)) AS day FROM judged GROUP BY person
"""
_PERSONS: Final = f"""
    INSERT INTO persons BY NAME
    WITH observed AS (
        SELECT person, coalesce(max(start) FILTER (start <= zero.day AND (stop IS NULL OR stop >= zero.day)),
                                min(start) FILTER (start > zero.day)) AS start
        FROM omop_periods JOIN omop_day_zero AS zero USING (person) GROUP BY person
    ),
    place AS (
        SELECT person, arg_min(care_site, visit) AS care_site
        FROM omop_visits JOIN omop_day_zero USING (person, day) JOIN omop_sites USING (visit)
        WHERE care_site IS NOT NULL GROUP BY person
    ),
    seen AS (SELECT person, max(day) AS day FROM omop_seen GROUP BY person)
    SELECT given.person, {_SEXES} AS sex,
           TRY_CAST(format('{{:04d}}-{{:02d}}-{{:02d}}', given.year, given.month, given.day) AS DATE) AS birth_date,
           given.year AS birth_year,
           dead.day AS death_date, coalesce(dead.rows > 0 AND dead.day IS NULL, false) AS dead_undated,
           observed.start AS observed_from, seen.day AS last_seen,
           coalesce(nullif(site.code, ''), CAST(coalesce(place.care_site, given.care_site) AS VARCHAR)) AS site,
           nullif(site.label, '') AS site_label
    FROM omop_persons AS given
    LEFT JOIN omop_deaths AS dead ON dead.person = given.person
    LEFT JOIN observed ON observed.person = given.person
    LEFT JOIN place ON place.person = given.person
    LEFT JOIN seen ON seen.person = given.person
    LEFT JOIN omop_care_sites AS site ON site.care_site = coalesce(place.care_site, given.care_site)
"""


def _take(connection: Connection, staging: duckdb.DuckDBPyConnection, name: str, columns: str, sql: str | None) -> None:
    """A temporary table of these columns with what a SELECT of as many gives; empty where there is nothing to ask."""
    fill(staging, name, columns, [])
    for batch in connection.stream(sql) if sql else ():
        staging.register("incoming", pa.table(batch))
        staging.execute(f"INSERT INTO {name} SELECT * FROM incoming")
        staging.unregister("incoming")


def _whole(table: Table, column: str) -> str:
    return f"CAST({table.column(column)} AS BIGINT)" if table.has(column) else "CAST(NULL AS BIGINT)"


def _day(table: Table, column: str) -> str:
    return f"CAST({table.column(column)} AS DATE)" if table.has(column) else "CAST(NULL AS DATE)"


def _person(cdm: Cdm, people: People) -> str:
    table = cdm["person"]
    names = ("gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth", "care_site_id")
    columns = [(table.column("person_id"), "person"), *((_whole(table, name), name) for name in names)]
    return chosen(columns, table.sql, people.where("person"))


def count_persons(connection: Connection, cdm: Cdm, people: People) -> int:
    """How many persons are in, of whom none is read."""
    rows = connection.rows(chosen([("COUNT(*)", "persons")], cdm["person"].sql, people.where("person")))
    return sum(int(number) for (number,) in rows)


def _deaths(cdm: Cdm, people: People) -> str | None:
    if "death" not in cdm:
        return None
    first = {"day": f"MIN({_day(cdm['death'], 'death_date')})", "rows": "COUNT(*)"}
    return per_person(cdm, "death", first, people.where("death"))


def _periods(cdm: Cdm, people: People) -> str | None:
    if "observation_period" not in cdm:
        return None
    table = cdm["observation_period"]
    days = [(_day(table, f"observation_period_{which}_date"), which) for which in ("start", "end")]
    return chosen([(table.column("person_id"), "person"), *days], table.sql, people.where("observation_period"))


def _seen(cdm: Cdm, people: People) -> list[str]:
    """The latest day of every person, a table each; an end in the future, of a prescription, is not believed."""
    days = {event.name: _day(cdm[event.name], event.day) for event in cdm.events}
    if "visit_occurrence" in cdm:
        visits = cdm["visit_occurrence"]
        days["visit_occurrence"] = f"COALESCE({_day(visits, 'visit_end_date')}, {_day(visits, 'visit_start_date')})"
    return [per_person(cdm, name, {"day": f"MAX({day})"}, people.where(name)) for name, day in days.items()]


def _visits(cdm: Cdm, people: People) -> str | None:
    """The places of the visits of transplants."""
    of_transplants = people.chosen("visit_occurrence_id")
    if "visit_occurrence" not in cdm or not of_transplants:
        return None
    table = cdm["visit_occurrence"]
    if not table.has("visit_occurrence_id", "care_site_id"):
        return None
    columns = [(_whole(table, name), name) for name in ("visit_occurrence_id", "care_site_id")]
    return chosen(columns, table.sql, f"{table.column('visit_occurrence_id')} IN ({of_transplants})")


def _care_sites(cdm: Cdm) -> str | None:
    if "care_site" not in cdm:
        return None
    table = cdm["care_site"]
    texts = [(text_of(table, f"care_site_{name}"), name) for name in ("source_value", "name")]
    return chosen([(_whole(table, "care_site_id"), "care_site"), *texts], table.sql)
