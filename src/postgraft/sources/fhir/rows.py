"""The rows of the persons who are in, of every concept that has a meaning in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from postgraft.sources.codes import NOT_USED, folded
from postgraft.sources.fhir.concepts import as_json, asked, concept
from postgraft.sources.fhir.dosage import administered, instructed
from postgraft.sources.fhir.events import concept_of
from postgraft.sources.fhir.reasons import stage_purposes
from postgraft.sources.made import fill, texts

if TYPE_CHECKING:
    import duckdb


def fetch_rows(staging: duckdb.DuckDBPyConnection) -> None:
    """Fills ``rows``."""
    staging.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE fhir_wanted AS
        SELECT event.*, day_of(begins) AS day, coalesce(left_out, no_day(begins)) AS dropped
        FROM fhir_events AS event
        WHERE combo IN (SELECT combo FROM meanings WHERE name NOT IN ({texts(NOT_USED)}))
        """
    )
    _observations(staging)
    staging.execute(_PROCEDURES)
    staging.execute(_CONDITIONS)
    _drugs(staging)


_PROCEDURES: Final = """
    INSERT INTO rows BY NAME
    SELECT id, combo, person, day, moment_of(begins) AS moment, dropped FROM fhir_wanted WHERE kind = 'Procedure'
"""
_CONDITIONS: Final = """
    INSERT INTO rows BY NAME
    WITH given AS (
        SELECT fhir_wanted.*, coalesce("onsetDateTime", starts("onsetPeriod")) IS NULL AS by_record,
               coalesce("abatementDateTime", ends("abatementPeriod")) AS ends,
               len(list_intersect(coalesce(json_extract_string("clinicalStatus", '$.coding[*].code'), []),
                                  ['resolved', 'inactive'])) > 0 AS over
        FROM fhir_wanted JOIN fhir ON fhir.rowid = place WHERE kind = 'Condition'
    )
    SELECT id, combo, person, day, day_of(ends) AS last, dropped,
           nullif(concat_ws('; ', CASE WHEN by_record THEN 'recorded date taken as onset' END,
                            CASE WHEN ends IS NOT NULL AND day_of(ends) IS NULL THEN 'end without day, taken as no end'
                                 WHEN ends IS NULL AND over THEN 'resolved or inactive, without end' END), '') AS note
    FROM given
"""
_RANGE: Final = """[{"low": {"value": "VARCHAR", "code": "VARCHAR", "unit": "VARCHAR"},
                     "high": {"value": "VARCHAR", "code": "VARCHAR", "unit": "VARCHAR"}, "appliesTo": "JSON"}]"""
_OTHER_VALUES: Final = (
    "valueRange", "valueRatio", "valueSampledData", "valueTime", "valueDateTime", "valuePeriod",
)  # fmt: skip
"""Values of kinds that no table of the extract takes."""


def _observations(staging: duckdb.DuckDBPyConnection) -> None:
    fields = (
        "valueQuantity", "valueCodeableConcept", "valueString", "valueInteger", "valueBoolean", "referenceRange",
        "dataAbsentReason", *_OTHER_VALUES,
    )  # fmt: skip
    own = ", ".join(f'CAST("{field}" AS VARCHAR) AS "{field}"' for field in fields)
    texts_of = ("valueString", "valueInteger", "valueBoolean")
    inside = ", ".join(
        f"{'json_extract_string' if field in texts_of else 'json_extract'}(component, '$.{field}') AS \"{field}\""
        for field in fields
    )
    other = ", ".join(f'"{field}"' for field in _OTHER_VALUES)
    staging.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE fhir_results_said AS
        WITH said AS (
            SELECT fhir_wanted.*, {own} FROM fhir_wanted JOIN fhir ON fhir.rowid = place
            WHERE kind = 'Observation' AND fhir_wanted.part = 0
            UNION ALL BY NAME
            SELECT fhir_wanted.*, {inside} FROM fhir_wanted JOIN fhir_parts USING (place, part)
            WHERE kind = 'Observation'
        ),
        read AS (
            SELECT *, json_extract_string("valueQuantity", ['$.value', '$.comparator', '$.code', '$.unit']) AS q,
                   list_filter(from_json("referenceRange", '{_RANGE}'),
                               lambda one: one."appliesTo" IS NULL
                                           OR coalesce(json_array_length(one."appliesTo"), 1) = 0)[1] AS r
            FROM said
        )
        SELECT id, combo, person, day, moment_of(begins) AS moment,
               CASE WHEN "valueQuantity" IS NOT NULL THEN number_of(q[1]) ELSE number_of("valueInteger") END AS number,
               nullif(trim(q[2]), '') AS operator,
               coalesce(nullif(trim(q[3]), ''), nullif(trim(q[4]), '')) AS unit, trim(q[4]) AS spelled,
               r.low AS low, r.high AS high, "valueCodeableConcept" AS answer,
               coalesce("valueString", "valueBoolean") AS answer_text,
               coalesce(dropped, CASE WHEN coalesce("dataAbsentReason", 'null') <> 'null' THEN 'dataAbsentReason'
                                      WHEN coalesce({other}) IS NOT NULL AND coalesce("valueQuantity",
                                           "valueCodeableConcept", "valueString", "valueInteger") IS NULL
                                      THEN 'a kind of value that is not read' END) AS dropped
        FROM read
        """
    )
    found = staging.execute(
        "SELECT DISTINCT answer FROM fhir_results_said WHERE answer IS NOT NULL ORDER BY ALL"
    ).fetchall()
    known = {
        (system, folded(code) if system == "source" else code)
        for system, code in staging.execute(
            "SELECT system, code FROM mapping WHERE \"table\" IN ('results', 'disease_status')"
        ).fetchall()
    }
    fill(
        staging, "fhir_answers_said", "answer VARCHAR, answer_system VARCHAR, answer_code VARCHAR, words VARCHAR",
        [(answer, *_answer(answer, known)) for (answer,) in found],
    )  # fmt: skip
    same = "coalesce(nullif(trim({0}.code), ''), nullif(trim({0}.unit), ''), unit) IN (unit, spelled)"
    staging.execute(
        f"""
        INSERT INTO rows BY NAME
        SELECT id, combo, person, day, moment, number, operator, unit,
               CASE WHEN {same.format("low")} THEN number_of(low.value) END AS low,
               CASE WHEN {same.format("high")} THEN number_of(high.value) END AS high,
               answer_system, answer_code, coalesce(words, answer_text) AS answer_text, dropped,
               CASE WHEN NOT coalesce({same.format("low")} AND {same.format("high")}, true)
                    THEN 'reference range in another unit, not used' END AS note
        FROM fhir_results_said LEFT JOIN fhir_answers_said USING (answer)
        """
    )


def _answer(body: str, known: set[tuple[str, str]]) -> tuple[str | None, str | None, str | None]:
    """System, code and text of an answer: of several codes the first that the mapping knows as one."""
    said = concept(as_json(body), "Observation")
    codes = [asked(one) for one in said.codes]
    system, code = next((one for one in codes if one in known), codes[0] if codes else (None, None))
    of_it = [one.title for one in said.codes if asked(one) == (system, code)]
    text = next((name for name in (said.text, *of_it) if name), None)
    return system, code, text


def _drugs(staging: duckdb.DuckDBPyConnection) -> None:
    stage_purposes(staging)
    staging.execute(
        """
        CREATE OR REPLACE TABLE fhir_doses_said AS
        SELECT fhir_wanted.*, ends("effectivePeriod") AS recorded_end,
               CASE kind WHEN 'MedicationAdministration' THEN CASE WHEN json_type(dosage) = 'OBJECT' THEN dosage END
                         WHEN 'MedicationStatement' THEN dosage ELSE "dosageInstruction" END AS dosages,
               CASE kind WHEN 'MedicationRequest' THEN json_extract("dispenseRequest", '$.expectedSupplyDuration')
                         WHEN 'MedicationDispense' THEN "daysSupply" END AS supplied
        FROM fhir_wanted JOIN fhir ON fhir.rowid = place WHERE kind LIKE 'Medication%' AND part = 0
        """
    )
    names = {
        combo: concept_of(kind, body)
        for kind, body, combo in staging.execute(
            "SELECT kind, min(concept), combo FROM fhir_concepts WHERE kind LIKE 'Medication%' GROUP BY kind, combo"
        ).fetchall()
    }
    columns = (
        "kind VARCHAR, combo INTEGER, dosages VARCHAR, supplied VARCHAR, dose DOUBLE, dose_unit VARCHAR, "
        "route VARCHAR, ends VARCHAR, supply DOUBLE"
    )
    fill(staging, "fhir_dosed", columns, [])
    cursor = staging.cursor().execute(
        "SELECT DISTINCT kind, combo, dosages, supplied FROM fhir_doses_said ORDER BY ALL"
    )
    while batch := cursor.fetchmany(50_000):
        fill(staging, "fhir_batch", columns, [_dosed(one, names[one[1]]) for one in batch])
        staging.execute("INSERT INTO fhir_dosed SELECT * FROM fhir_batch")
    staging.execute(
        """
        INSERT INTO rows BY NAME
        SELECT id, said.combo, person, day,
               CASE kind_of WHEN 'administration' THEN day WHEN 'statement' THEN day_of(recorded_end)
                            ELSE day_of(ends) END AS last,
               CASE WHEN kind_of <> 'administration' THEN fhir_dosed.supply END AS supply,
               dose, dose_unit, fhir_dosed.route AS route, kind_of AS kind, purpose AS reason, dropped, note
        FROM (SELECT *, CASE kind WHEN 'MedicationAdministration' THEN 'administration'
                                  WHEN 'MedicationDispense' THEN 'dispensing' WHEN 'MedicationRequest' THEN 'order'
                                  ELSE 'statement' END AS kind_of FROM fhir_doses_said) AS said
        JOIN fhir_dosed ON fhir_dosed.kind = said.kind AND fhir_dosed.combo = said.combo
             AND fhir_dosed.dosages IS NOT DISTINCT FROM CAST(said.dosages AS VARCHAR)
             AND fhir_dosed.supplied IS NOT DISTINCT FROM CAST(said.supplied AS VARCHAR)
        LEFT JOIN fhir_purposes USING (place)
        """
    )


def _dosed(said: Sequence[Any], drug: Any) -> tuple[Any, ...]:
    kind, _, dosages, supplied = said
    read = as_json(dosages)
    if kind == "MedicationAdministration":
        return (*said, *administered(read, drug))
    return (*said, *instructed(read, drug, as_json(supplied)))
