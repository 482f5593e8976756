"""What a drug was given for, as a purpose of the extract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from postgraft.sources.codes import NOT_USED, Row
from postgraft.sources.fhir.concepts import Concept, as_json, asked, concept
from postgraft.sources.made import fill
from postgraft.sources.meaning import Coding, Combo, Meaning

if TYPE_CHECKING:
    import duckdb

_OF_CONDITIONS: Final = {
    **dict.fromkeys(("aiha", "itp", "prca", "evans"), "immune_cytopenia"),
    **dict.fromkeys(("acute_gvhd", "chronic_gvhd"), "gvhd"),
}
SEVERAL: Final = "several purposes, none used"


def stage_purposes(staging: duckdb.DuckDBPyConnection) -> None:
    """``fhir_purposes``: place, purpose and note of rows of drugs that say what they are for.

    By the codes and texts of reasonCode, and those of the Conditions that reasonReference names.
    """
    staging.execute(
        """
        CREATE OR REPLACE TEMP TABLE fhir_reasons AS
        WITH given AS (
            SELECT DISTINCT place, "reasonCode", "reasonReference" FROM fhir_events JOIN fhir ON fhir.rowid = place
            WHERE kind LIKE 'Medication%' AND part = 0
        ),
        known AS (
            SELECT key, arg_max(code, place) AS code
            FROM (SELECT rowid AS place, code, unnest([id, tail("fullUrl")]) AS key FROM fhir
                  WHERE "resourceType" = 'Condition') WHERE key IS NOT NULL GROUP BY key
        )
        SELECT place, unnest(from_json("reasonCode", '["JSON"]')) AS reason FROM given
        UNION
        SELECT place, known.code FROM (
            SELECT place, unnest(from_json("reasonReference", '[{"reference": "VARCHAR"}]')) AS said FROM given)
        JOIN known ON known.key = tail(said.reference)
        """
    )
    rows = tuple(Row(*row) for row in staging.execute("SELECT * FROM mapping").fetchall())
    wanted = tuple(row for row in rows if row.table in ("conditions", "purposes"))
    meaning = Meaning(wanted, official=False)
    found = staging.execute("SELECT DISTINCT reason FROM fhir_reasons WHERE reason IS NOT NULL ORDER BY ALL").fetchall()
    read = [(body, _purpose(concept(as_json(body), "Condition"), meaning)) for (body,) in found]
    fill(staging, "fhir_purpose_of", "reason VARCHAR, purpose VARCHAR", [(body, one) for body, one in read if one])
    staging.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE fhir_purposes AS
        SELECT place, CASE WHEN count(DISTINCT purpose) = 1 THEN min(purpose) END AS purpose,
               CASE WHEN count(DISTINCT purpose) > 1 THEN '{SEVERAL}' END AS note
        FROM fhir_reasons JOIN fhir_purpose_of USING (reason) GROUP BY place
        """
    )


def _purpose(said: Concept, meaning: Meaning) -> str:
    codes = tuple(Coding("source code", *asked(one), one.title) for one in said.codes)
    settled = meaning.of(Combo(0, "Condition", said.text, "", 0, 0, None, None, codes))
    names = [row.name for row, _ in settled.meanings if row.name not in NOT_USED]
    purposes = [row.name for row, _ in settled.meanings if row.table == "purposes" and row.name not in NOT_USED]
    return next((_OF_CONDITIONS[name] for name in names if name in _OF_CONDITIONS), "") or next(iter(purposes), "")
