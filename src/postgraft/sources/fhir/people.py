"""Who is in: everybody with an allogeneic transplant, and what their Patient, Encounters and Organization say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from postgraft.sources.census import settle

if TYPE_CHECKING:
    import duckdb

NO_PATIENT: Final = "its Patient is not in the files"
_NOT_SEEN: Final = ("planned", "cancelled", "entered-in-error")
"""Status of an Encounter that was none, or not yet."""


def find_people(staging: duckdb.DuckDBPyConnection, mapping: pd.DataFrame) -> int:
    """Fills ``codes``, ``codings`` and ``persons``; ``fhir_events`` keeps rows of who is in, by ``person``.

    Where nobody is in, ``codes`` are those of everybody, and ``persons`` is empty. The number of those who are in.
    """
    _count(staging)
    settle(staging, mapping, official=False)
    staging.execute(
        """
        CREATE OR REPLACE TEMP TABLE fhir_patients AS
        SELECT key, arg_max(id, place) AS person
        FROM (SELECT rowid AS place, coalesce(id, tail("fullUrl")) AS id, unnest([id, tail("fullUrl")]) AS key
              FROM fhir WHERE "resourceType" = 'Patient')
        WHERE key IS NOT NULL GROUP BY key
        """
    )
    staging.execute(
        """
        CREATE OR REPLACE TEMP TABLE fhir_who AS
        SELECT DISTINCT coalesce(person, key) AS person FROM fhir_events LEFT JOIN fhir_patients USING (key)
        WHERE left_out IS NULL AND key IS NOT NULL
              AND combo IN (SELECT combo FROM meanings WHERE "table" = 'transplants' AND name = 'allogeneic')
        """
    )
    number = int(staging.execute("SELECT count(*) FROM fhir_who").fetchall()[0][0])
    if number:
        staging.execute(_OUTSIDE)
        staging.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE fhir_theirs AS
            SELECT event.* EXCLUDE (key) REPLACE (
                       coalesce(left_out, CASE WHEN known.key IS NULL THEN '{NO_PATIENT}' END) AS left_out),
                   fhir_who.person
            FROM fhir_events AS event LEFT JOIN fhir_patients AS known USING (key)
                 JOIN fhir_who ON fhir_who.person = coalesce(known.person, event.key)
            """
        )
        staging.execute("CREATE OR REPLACE TABLE fhir_events AS SELECT * FROM fhir_theirs")
        staging.execute("DROP TABLE fhir_theirs")
        _count(staging, "person")
        staging.execute(_PERSONS)
    return number


def _count(staging: duckdb.DuckDBPyConnection, person: str = "key") -> None:
    staging.execute("DELETE FROM codes")
    staging.execute("DELETE FROM codings")
    staging.execute(
        f"""
        INSERT INTO codes BY NAME
        SELECT combo, combos.kind AS source, text AS source_text, system, code, title, words,
               count(*) AS rows, count(DISTINCT {person}) AS patients, min(day) AS first, max(day) AS last
        FROM (SELECT combo, {person}, day_of(begins) AS day FROM fhir_events)
             JOIN fhir_combos AS combos USING (combo)
        GROUP BY ALL ORDER BY combo
        """
    )
    staging.execute("INSERT INTO codings SELECT * FROM fhir_codings WHERE combo IN (SELECT combo FROM codes)")


_OUTSIDE: Final = """
    INSERT INTO outside BY NAME
    SELECT coalesce(nullif(title, ''), nullif(code, ''), source_text) AS title, coalesce(system, '') AS system,
           coalesce(code, '') AS code, count(DISTINCT coalesce(person, key)) AS patients
    FROM fhir_events JOIN codes USING (combo) LEFT JOIN fhir_patients USING (key)
    WHERE left_out IS NULL AND key IS NOT NULL AND coalesce(person, key) NOT IN (SELECT person FROM fhir_who)
          AND combo IN (SELECT combo FROM meanings WHERE "table" = 'transplants' AND name IN ('unstated', 'history'))
    GROUP BY ALL
"""
_LISTED: Final = ", ".join(f"'{one}'" for one in _NOT_SEEN)
_PERSONS: Final = f"""
    INSERT INTO persons BY NAME
    WITH stays AS (
        SELECT coalesce(person, patient_of(subject)) AS person,
               greatest(day_of(starts(period)), day_of(ends(period))) AS day
        FROM fhir LEFT JOIN fhir_patients ON fhir_patients.key = patient_of(subject)
        WHERE "resourceType" = 'Encounter' AND coalesce(status, '') NOT IN ({_LISTED})
    ),
    seen AS (
        SELECT person, max(day) AS day
        FROM (SELECT person, day_of(begins) AS day FROM fhir_events WHERE left_out IS NULL
              UNION ALL SELECT person, day FROM stays)
        GROUP BY person
    ),
    places AS (
        SELECT key, arg_max(id, place) AS site, arg_max(json_extract_string(name, '$'), place) AS label
        FROM (SELECT rowid AS place, coalesce(id, tail("fullUrl")) AS id, name, unnest([id, tail("fullUrl")]) AS key
              FROM fhir WHERE "resourceType" = 'Organization')
        WHERE key IS NOT NULL GROUP BY key
    ),
    latest AS (
        SELECT * FROM (SELECT fhir.*, fhir.rowid AS place, coalesce(id, tail("fullUrl")) AS person FROM fhir
                       WHERE "resourceType" = 'Patient')
        QUALIFY row_number() OVER (
            PARTITION BY person ORDER BY json_extract_string(meta, '$.lastUpdated') DESC NULLS LAST, place DESC) = 1
    )
    SELECT latest.person, CASE WHEN gender IN ('female', 'male') THEN gender ELSE 'unknown' END AS sex,
           day_of("birthDate") AS birth_date,
           CASE WHEN regexp_full_match("birthDate", '\\d{{4}}(-.*)?')
                THEN left("birthDate", 4)::INTEGER END AS birth_year,
           day_of("deceasedDateTime") AS death_date,
           day_of("deceasedDateTime") IS NULL
               AND ("deceasedDateTime" IS NOT NULL OR coalesce("deceasedBoolean" = 'true', false)) AS dead_undated,
           seen.day AS last_seen,
           coalesce(places.site, tail(reference("managingOrganization"))) AS site,
           nullif(places.label, '') AS site_label
    FROM latest JOIN fhir_who USING (person) LEFT JOIN seen USING (person)
         LEFT JOIN places ON places.key = tail(reference("managingOrganization"))
"""
