"""Measurements: numbers in units that fit, results in words that are understood, neutrophils that are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from postgraft.sources.made import Made, found, made, texts
from postgraft.sources.readings import NUMERIC, read_answers, read_operators, read_units

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.options import Options

COLUMNS: Final = ("date", "analyte", "value", "operator", "result", "unit", "lower_limit", "upper_limit")


def measurements(staging: duckdb.DuckDBPyConnection, options: Options) -> Made:
    """Every result that can be told: a number in a unit that fits, a word, or a word by its number.

    Values are written as the source has them, with the unit as it is read. Neutrophils are computed on days of a
    patient without a count: leukocytes × percent / 100, in the unit of the leukocytes.
    """
    staging.execute(f"CREATE OR REPLACE TEMP VIEW results AS {found(staging, 'measurements')}")
    read_units(staging)
    read_operators(staging)
    read_answers(staging)
    _tell(staging)
    _count(staging)
    query = """
        SELECT person, "table", name, CASE WHEN dropped IS NULL THEN 'written' ELSE 'dropped' END AS fate,
               dropped AS reason, [note] AS notes, day AS date, name AS analyte,
               value, nullif(sign, '') AS operator, result, unit, lower_limit, upper_limit
        FROM told WHERE dropped IS NOT NULL OR name NOT IN ('leukocytes', 'neutrophils_percent')
        UNION ALL
        SELECT person, "table", name, fate, reason,
               CASE WHEN fate = 'written' THEN [note, 'computed: neutrophils from leukocytes and percent'] END,
               day, 'neutrophils', counted, sign, NULL, unit, NULL, NULL
        FROM parts
    """
    return made(staging, "measurements", COLUMNS, query, "VIEW")


def units(staging: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The file units.csv, after ``measurements``: numbers by analyte and unit, ``read_as`` empty where dropped."""
    frame: pd.DataFrame = staging.execute(
        """
        SELECT name AS analyte, unit_as_found, coalesce(unit, '') AS read_as, count(*) AS rows,
               min(value) AS lowest, median(value) AS median, max(value) AS highest
        FROM told WHERE unit_as_found IS NOT NULL AND isfinite(value) GROUP BY ALL ORDER BY ALL
        """
    ).df()
    return frame


def _tell(staging: duckdb.DuckDBPyConnection) -> None:
    """Every row with its value and unit or its word, and why it is dropped if it is."""
    staging.execute(
        f"""
        CREATE OR REPLACE TABLE told AS
        SELECT id, person, day, moment, "table", spelled.name, note, coalesce(trim(spelled.unit), '') AS unit_as_found,
               units.unit, units.factor, sign, number AS value, NULL::VARCHAR AS result,
               CASE WHEN isfinite(low) THEN low END AS lower_limit,
               CASE WHEN isfinite(high) THEN high END AS upper_limit,
               CASE WHEN dropped IS NOT NULL THEN dropped
                    WHEN number IS NULL THEN 'no number'
                    WHEN NOT isfinite(number) THEN 'no finite number'
                    WHEN spelled.spelling IS NULL THEN 'number without a unit'
                    WHEN units.unit IS NULL THEN 'unit does not fit: ' || spelled.spelling
                    WHEN sign IS NULL THEN 'operator not understood'
                    WHEN said_own_limit AND high IS NULL THEN 'no upper limit of its own' END AS dropped
        FROM (SELECT *, coalesce(nullif(trim(unit), ''), said_unit) AS spelling FROM results
              WHERE name IN ({texts(NUMERIC)})) AS spelled
        LEFT JOIN units ON units.name = spelled.name AND units.spelling = spelled.spelling
        LEFT JOIN operators ON operators.said = coalesce(operator, '')
        UNION ALL
        SELECT id, person, day, moment, "table", name, note, NULL, NULL, NULL, NULL, NULL,
               coalesce(word, by_number), NULL, NULL,
               CASE WHEN dropped IS NOT NULL THEN dropped
                    WHEN word = '' THEN 'answer not used'
                    WHEN coalesce(word, by_number) IS NOT NULL THEN NULL
                    WHEN coalesce(answer_code, answer_text, '') <> '' THEN 'word not understood'
                    WHEN number IS NULL THEN 'no result'
                    WHEN other_unit IS NOT NULL THEN 'unit does not fit: ' || other_unit
                    WHEN sign IS NULL THEN 'operator not understood'
                    ELSE 'number without positive_from' END
        FROM (
            SELECT *,
                   CASE WHEN other_unit IS NOT NULL OR NOT isfinite(number) THEN NULL
                        WHEN said_by_number THEN
                            CASE WHEN sign IN ('<', '<=') OR (sign = '>=' AND number = 0) THEN 'indeterminate'
                                 WHEN sign = '' AND number = 0 THEN 'not_detected'
                                 WHEN sign IS NOT NULL AND number >= 0 THEN 'detected' END
                        WHEN said_positive_from IS NOT NULL THEN
                            CASE WHEN sign IN ('', '>', '>=') AND number >= said_positive_from THEN 'positive'
                                 WHEN sign IN ('', '<=') AND number < said_negative_below THEN 'negative'
                                 WHEN sign = '<' AND number <= said_negative_below THEN 'negative'
                                 WHEN sign IS NOT NULL THEN 'indeterminate' END
                   END AS by_number
            FROM (
                SELECT results.*, sign, word, other_units.spelling AS other_unit
                FROM results
                LEFT JOIN other_units ON other_units.spelling = trim(unit)
                     AND other_units.said_unit = results.said_unit
                LEFT JOIN operators ON operators.said = coalesce(operator, '')
                LEFT JOIN answers ON answers.name = results.name AND answers.system = coalesce(answer_system, '')
                     AND answers.code = coalesce(answer_code, '') AND answers.text = coalesce(answer_text, '')
                WHERE results.name NOT IN ({texts(NUMERIC)})
            )
        )
        """
    )


def _count(staging: duckdb.DuckDBPyConnection) -> None:
    """Leukocytes and percents that are not dropped: those of one sample make a count of neutrophils.

    One sample: the only leukocytes and the only percent of one moment, or of one day where one of them has no time.
    """
    staging.execute(
        """
        CREATE OR REPLACE TABLE parts AS
        WITH part AS (
            SELECT told.*, counts.day IS NOT NULL AS has_count
            FROM told
            LEFT JOIN (SELECT DISTINCT person, day FROM told WHERE name = 'neutrophils' AND dropped IS NULL) AS counts
                 USING (person, day)
            WHERE name IN ('leukocytes', 'neutrophils_percent') AND dropped IS NULL
        ),
        sample AS (
            SELECT arg_min(id, id) FILTER (name = 'leukocytes') AS leukocytes,
                   arg_min(id, id) FILTER (name = 'neutrophils_percent') AS percent
            FROM part WHERE NOT has_count AND moment IS NOT NULL GROUP BY person, moment
            HAVING count(*) FILTER (name = 'leukocytes') = 1 AND count(*) = 2
            UNION ALL
            SELECT arg_min(id, id) FILTER (name = 'leukocytes'),
                   arg_min(id, id) FILTER (name = 'neutrophils_percent')
            FROM part WHERE NOT has_count GROUP BY person, day
            HAVING count(*) FILTER (name = 'leukocytes') = 1 AND count(*) = 2 AND count(moment) < 2
        ),
        pair AS (
            SELECT sample.*, round(cells.value * (share.value * share.factor) / 100, 9) AS counted,
                   nullif(greatest(cells.sign, share.sign), '') AS sign
            FROM sample
            JOIN part AS cells ON cells.id = leukocytes AND cells.name = 'leukocytes'
            JOIN part AS share ON share.id = percent AND share.name = 'neutrophils_percent'
            WHERE share.value * share.factor BETWEEN 0 AND 100
                  AND (cells.sign = share.sign OR '' IN (cells.sign, share.sign))
        ),
        member AS (
            SELECT leukocytes AS id, 'leukocytes' AS name, counted, sign FROM pair
            UNION ALL SELECT percent, 'neutrophils_percent', counted, sign FROM pair
        )
        SELECT part.* EXCLUDE (sign), member.sign, counted,
               CASE WHEN counted IS NULL THEN 'dropped' WHEN part.name = 'leukocytes' THEN 'written'
                    ELSE 'joined' END AS fate,
               CASE WHEN counted IS NOT NULL AND part.name = 'leukocytes' THEN NULL
                    WHEN counted IS NOT NULL THEN 'with leukocytes to neutrophils'
                    WHEN has_count THEN 'not needed: neutrophils counted on that day'
                    ELSE 'no leukocytes and percent of one sample' END AS reason
        FROM part LEFT JOIN member ON member.id = part.id AND member.name = part.name
        """
    )
