"""Medications: when each was given, its dose by day or by administration, and one kind of record a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from postgraft.sources.doses import read_form, read_route
from postgraft.sources.made import Made, fill, found, made, texts
from postgraft.vocabulary.codes import PURPOSES
from postgraft.vocabulary.units import DOSE_UNITS

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.options import Options

COLUMNS: Final = ("start_date", "end_date", "drug", "dose", "dose_unit", "route", "purpose")
UNKNOWN_END: Final = "unknown end"
"""The remark on rows that have neither an end nor a supply."""
MOST_DAYS: Final = 36500
"""A supply of more days than these hundred years is none."""
_OPEN: Final = "DATE '9999-12-31'"


def medications(staging: duckdb.DuckDBPyConnection, options: Options) -> Made:
    """Ends, then doses, then administrations of one day added up, then days of later kinds of record cut away."""
    _read_routes(staging)
    _read_rows(staging, options)
    _add_up(staging)
    _cut(staging, options)
    notes = f"[note, impossible, CASE WHEN unknown_end THEN '{UNKNOWN_END}' END, no_dose]"
    query = f"""
        SELECT person, "table", name, fate, reason,
               CASE WHEN fate = 'split' THEN ['split around an earlier kind of record'] ELSE {notes} END AS notes,
               start AS start_date, CASE WHEN stop < {_OPEN} THEN stop END AS end_date, name AS drug,
               dose, dose_unit, route, purpose
        FROM pieces
        UNION ALL
        SELECT person, "table", name, 'added up', 'administrations of one day', {notes},
               NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM summed WHERE place > 1
        UNION ALL
        SELECT person, "table", name, 'dropped', dropped, [], NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM courses WHERE dropped IS NOT NULL
    """
    return made(staging, "medications", COLUMNS, query)


def _read_routes(staging: duckdb.DuckDBPyConnection) -> None:
    """Routes by what a row says, and by the dose form in the drug's name, of all that occur."""
    said = staging.execute("SELECT DISTINCT route FROM rows WHERE route IS NOT NULL ORDER BY ALL").fetchall()
    named = staging.execute(
        """
        SELECT DISTINCT combo, concat_ws(' ', words, standard_title, title, source_text)
        FROM codes JOIN meanings USING (combo) WHERE "table" = 'medications' ORDER BY ALL
        """
    ).fetchall()
    fill(staging, "routes", "said VARCHAR, route VARCHAR", [(text, read_route(text)) for (text,) in said])
    fill(staging, "forms", "combo INTEGER, route VARCHAR", [(combo, read_form(name)) for combo, name in named])


def _read_rows(staging: duckdb.DuckDBPyConnection, options: Options) -> None:
    """Every row of a drug with its last day, dose, route and purpose.

    The end is the recorded one, unless it is before the start, or on it while the supply is for more than a day; else
    as long as the supply of the row, or else of the mapping, lasts; else ``unknown_end``. An amount over several days
    is divided by them; over days without end it is unknown, and so is the dose of a drug of several ingredients.
    """
    kinds = options.medications_from
    ranks = " ".join(f"WHEN '{kind}' THEN {rank}" for rank, kind in enumerate(kinds, 1))
    unknown = _OPEN if options.unknown_end == "open" else "day"
    staging.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE courses AS
        WITH staged AS (
            SELECT *, coalesce(kind, 'order') AS of_kind,
                   coalesce(CASE WHEN supply BETWEEN 1 AND {MOST_DAYS} THEN supply END,
                            CASE WHEN said_days_supply <= {MOST_DAYS} THEN said_days_supply END) AS days,
                   count(*) OVER (PARTITION BY id) AS ingredients
            FROM ({found(staging, "medications")})
        ),
        ended AS (
            SELECT * REPLACE (coalesce(dropped, CASE WHEN rank IS NULL THEN 'kind of record not asked for' END)
                              AS dropped),
                   CASE WHEN last > day OR (last = day AND NOT coalesce(days > 1, false)) THEN last
                        WHEN days >= 1 THEN day + (ceil(days)::INTEGER - 1) ELSE {unknown} END AS stop,
                   NOT coalesce(last >= day OR days >= 1, false) AS unknown_end,
                   CASE WHEN last < day THEN 'end before start, not used' END AS impossible
            FROM (SELECT *, CASE of_kind {ranks} END AS rank FROM staged)
        ),
        dosed AS (
            SELECT *, stop - day + 1 AS given,
                   CASE WHEN ingredients > 1 THEN 'several ingredients, no dose'
                        WHEN dose IS NULL OR dose_unit IS NULL OR dose_unit NOT IN ({texts(tuple(DOSE_UNITS))})
                             THEN 'unknown dose'
                        WHEN NOT isfinite(dose) OR dose < 0 THEN 'impossible dose, taken as none'
                        WHEN dose_unit NOT LIKE '%/day' AND stop = {_OPEN} THEN 'amount over days without end, no dose'
                   END AS no_dose
            FROM ended
        )
        SELECT dosed.id, person, day, stop, "table", dosed.name, rank, of_kind, dropped, note, impossible, unknown_end,
               no_dose,
               CASE WHEN no_dose IS NOT NULL THEN NULL
                    WHEN dose_unit NOT LIKE '%/day' AND given > 1 THEN dose / given ELSE dose END AS dose,
               CASE WHEN no_dose IS NOT NULL THEN NULL
                    WHEN dose_unit NOT LIKE '%/day' AND given > 1 THEN dose_unit || '/day' ELSE dose_unit END
                   AS dose_unit,
               coalesce(routes.route, said_route, forms.route) AS route,
               coalesce(CASE WHEN reason IN ({texts(PURPOSES)}) THEN reason END, code.name, text.name,
                        said_purpose) AS purpose
        FROM dosed
        LEFT JOIN routes ON routes.said = dosed.route
        LEFT JOIN forms ON forms.combo = dosed.combo
        LEFT JOIN (SELECT combo, min(name) AS name FROM meanings
                   WHERE "table" = 'purposes' AND name IN ({texts(PURPOSES)}) GROUP BY combo) AS code
             ON code.combo = dosed.combo
        LEFT JOIN (SELECT lower(trim(code)) AS code, min(name) AS name FROM mapping
                   WHERE "table" = 'purposes' AND name IN ({texts(PURPOSES)}) GROUP BY 1) AS text
             ON text.code = lower(trim(reason))
        """
    )


def _add_up(staging: duckdb.DuckDBPyConnection) -> None:
    """Administrations of one patient, drug, day, unit, route and purpose as one: equal rows would be read as one."""
    staging.execute(
        """
        CREATE OR REPLACE TEMP TABLE summed AS
        SELECT * REPLACE (CASE WHEN of_kind = 'administration' THEN sum(dose ORDER BY dose) OVER same ELSE dose END
                          AS dose),
               CASE WHEN of_kind = 'administration'
                    THEN row_number() OVER (same ORDER BY id) ELSE 1 END AS place
        FROM courses WHERE dropped IS NULL
        WINDOW same AS (PARTITION BY person, name, of_kind, day, stop, dose_unit, route, purpose)
        """
    )


def _cut(staging: duckdb.DuckDBPyConnection, options: Options) -> None:
    """What is left of each row beside the days on which its drug has a row of an earlier kind."""
    staging.execute(
        """
        CREATE OR REPLACE TEMP TABLE pieces AS
        SELECT *, day AS start, '' AS fate, '' AS reason FROM summed LIMIT 0
        """
    )
    for rank in range(1, len(options.medications_from) + 1):
        staging.execute(
            f"""
            INSERT INTO pieces BY NAME
            WITH later AS (SELECT * FROM summed WHERE place = 1 AND rank = {rank}),
            earlier AS (
                SELECT *, max(stop) OVER (PARTITION BY person, name ORDER BY day, id
                                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS so_far
                FROM summed WHERE place = 1 AND rank < {rank}
            ),
            covered AS (
                SELECT person, name, min(day) AS first, max(stop) AS final
                FROM (SELECT *, count(*) FILTER (so_far IS NULL OR day > so_far + 1) OVER (
                                PARTITION BY person, name ORDER BY day, id) AS stretch FROM earlier)
                GROUP BY person, name, stretch
            ),
            met AS (
                SELECT later.id, later.name, first, final
                FROM later JOIN covered ON covered.person = later.person AND covered.name = later.name
                     AND covered.first <= later.stop AND covered.final >= later.day
            ),
            free AS (
                SELECT id, name, lag(final) OVER (PARTITION BY id, name ORDER BY first) + 1 AS start, first - 1 AS stop
                FROM met
                UNION ALL
                SELECT id, name, max(final) + 1, NULL FROM met GROUP BY id, name
                UNION ALL
                SELECT id, name, NULL, NULL FROM later ANTI JOIN met USING (id, name)
            ),
            left_over AS (
                SELECT later.* REPLACE (coalesce(free.stop, later.stop) AS stop),
                       coalesce(free.start, later.day) AS start
                FROM later JOIN free ON free.id = later.id AND free.name = later.name
                WHERE coalesce(free.start, later.day) <= coalesce(free.stop, later.stop)
            )
            SELECT *, CASE WHEN row_number() OVER (PARTITION BY id, name ORDER BY start) = 1 THEN 'written'
                           ELSE 'split' END AS fate, NULL AS reason
            FROM left_over
            UNION ALL BY NAME
            SELECT *, day AS start, 'cut' AS fate, 'days of an earlier kind of record' AS reason
            FROM later ANTI JOIN left_over USING (id, name)
            """
        )
