"""What happened to whom, when and called what: one row a resource, and one a component of an Observation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from postgraft.sources.fhir.concepts import Concept, as_json, asked, concept, medication
from postgraft.sources.fhir.files import EVENTS
from postgraft.sources.made import fill, texts

if TYPE_CHECKING:
    import duckdb

PARTS: Final = 4096
"""Numbers of rows that a resource may have: itself, and its components."""

USED: Final[Mapping[str, tuple[str, ...]]] = {
    "Observation": ("final", "amended", "corrected"),
    "Procedure": ("completed",),
    "MedicationAdministration": ("completed", "in-progress"),
    "MedicationRequest": ("active", "completed", "stopped", "on-hold"),
    "MedicationDispense": ("completed",),
    "MedicationStatement": ("active", "completed", "stopped"),
}
"""Status of what counts, a kind of resource."""
_OTHER: Final = (
    "registered", "preliminary", "cancelled", "entered-in-error", "unknown", "preparation", "in-progress", "not-done",
    "on-hold", "stopped", "completed", "draft", "active", "declined", "intended", "not-taken",
)  # fmt: skip
"""Status that a report may name; any other may be anything."""
_INTENTS: Final = (
    "proposal", "plan", "original-order", "reflex-order", "filler-order", "instance-order", "option",
)  # fmt: skip
_NOT_MEANT: Final = ("refuted", "entered-in-error", "provisional", "differential")
AGAIN: Final = "the same resource again"

MACROS: Final = (
    # The last part of a reference: Patient/x, urn:uuid:x and a full URL are the same x.
    r"tail(r) AS nullif(regexp_extract(r, '([^/:|#]+)(?:/_history/[^/]*)?$', 1), '')",
    "reference(o) AS json_extract_string(o, '$.reference')",
    """patient_of(o) AS CASE WHEN NOT regexp_full_match(reference(o), '(.*/)?[A-Z][A-Za-z]*/[^/]+(/_history/.*)?')
                             OR regexp_full_match(reference(o), '(.*/)?Patient/[^/]+(/_history/.*)?')
                        THEN tail(reference(o)) END""",
    "starts(o) AS json_extract_string(o, '$.start')",
    "ends(o) AS json_extract_string(o, '$.end')",
    # A date as it is written, whatever its zone; one without a day is none.
    r"day_of(t) AS CASE WHEN regexp_full_match(t, '\d{4}-\d\d-\d\d(T.*)?') THEN TRY_CAST(left(t, 10) AS DATE) END",
    r"""no_day(t) AS CASE WHEN coalesce(t, '') = '' THEN 'no date' WHEN day_of(t) IS NOT NULL THEN NULL
                          WHEN regexp_full_match(t, '\d{4}(-\d\d)?') THEN 'date without day'
                          ELSE 'date that cannot be read' END""",
    r"""moment_of(t) AS CASE WHEN regexp_full_match(t, '\d{4}-\d\d-\d\dT\d\d:\d\d.*')
                             THEN TRY_CAST(replace(left(t, 19), 'T', ' ') AS TIMESTAMP) END""",
    r"""number_of(t) AS CASE WHEN regexp_full_match(trim(t), '[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?')
                                  AND isfinite(TRY_CAST(trim(t) AS DOUBLE)) THEN TRY_CAST(trim(t) AS DOUBLE) END""",
)  # fmt: skip


def stage_events(staging: duckdb.DuckDBPyConnection) -> None:
    """Fills ``fhir_events`` (id, place, part, kind, key, begins, left_out, combo) and ``fhir_concepts``.

    ``place``: the row of ``fhir``; ``part``: 0, or which component it is; ``key``: the patient as referred to;
    ``begins``: the date as written.
    """
    for macro in MACROS:
        staging.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
    staging.execute(
        """
        CREATE OR REPLACE TEMP TABLE fhir_subjects AS
        SELECT subject, patient_of(subject) AS key FROM (SELECT DISTINCT subject FROM fhir)
        """
    )
    _medications(staging)
    staging.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE fhir_staged AS
        SELECT fhir.rowid AS place, "resourceType" AS kind, fhir.id AS resource,
               json_extract_string(meta, '$.lastUpdated') AS updated, whose.key,
               {_BEGINS} AS begins, {_left_out()} AS left_out,
               CASE WHEN "resourceType" IN ('Observation', 'Procedure', 'Condition') THEN code
                    WHEN json_type("medicationCodeableConcept") = 'OBJECT'
                         THEN json_object('code', "medicationCodeableConcept")
                    ELSE {_REFERRED} END AS concept
        FROM fhir LEFT JOIN fhir_subjects AS whose ON whose.subject = fhir.subject
        LEFT JOIN fhir_medications AS medicine ON medicine.key = tail(reference("medicationReference"))
             AND "resourceType" LIKE 'Medication%' AND reference("medicationReference") NOT LIKE '#%'
        WHERE "resourceType" IN ({texts(EVENTS)})
        """
    )
    staging.execute(
        """
        CREATE OR REPLACE TEMP TABLE fhir_parts AS
        SELECT place, unnest(component) AS component, unnest(range(1, len(component) + 1)) AS part
        FROM (SELECT rowid AS place, from_json(component, '["JSON"]')[:4095] AS component FROM fhir
              WHERE "resourceType" = 'Observation' AND component IS NOT NULL)
        """
    )
    staging.execute(
        """
        CREATE OR REPLACE TEMP TABLE fhir_again AS
        WITH twice AS (SELECT hash(kind, resource) AS name FROM fhir_staged WHERE resource IS NOT NULL
                       GROUP BY 1 HAVING count(*) > 1)
        SELECT place FROM fhir_staged WHERE resource IS NOT NULL AND hash(kind, resource) IN (SELECT name FROM twice)
        QUALIFY row_number() OVER (
            PARTITION BY kind, resource, key ORDER BY updated DESC NULLS LAST, place DESC) > 1
        """
    )
    staging.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE fhir_called AS
        WITH parted AS (
            SELECT place, 0 AS part, kind, key, begins, left_out, concept FROM fhir_staged
            UNION ALL
            SELECT place, part, kind, key, begins, left_out, json_extract(component, '$.code')
            FROM fhir_staged JOIN fhir_parts USING (place)
        )
        SELECT place * {PARTS} + part AS id, * REPLACE (
            CASE WHEN place IN (SELECT place FROM fhir_again) THEN '{AGAIN}' ELSE left_out END AS left_out)
        FROM parted
        """
    )
    for done in ("fhir_staged", "fhir_again"):
        staging.execute(f"DROP TABLE {done}")
    _settle_concepts(staging)
    staging.execute(
        """
        CREATE OR REPLACE TABLE fhir_events AS
        SELECT id, place, part, fhir_called.kind, key, begins, left_out, combo
        FROM fhir_called JOIN fhir_concepts AS known
             ON known.kind = fhir_called.kind AND known.concept IS NOT DISTINCT FROM fhir_called.concept
        """
    )
    staging.execute("DROP TABLE fhir_called")


_BOUNDS: Final = "list_min(json_extract_string(\"dosageInstruction\", '$[*].timing.repeat.boundsPeriod.start'))"
_BEGINS: Final = f"""
    CASE "resourceType"
         WHEN 'Observation' THEN coalesce("effectiveDateTime", starts("effectivePeriod"), "effectiveInstant")
         WHEN 'Procedure' THEN coalesce("performedDateTime", starts("performedPeriod"))
         WHEN 'Condition' THEN coalesce("onsetDateTime", starts("onsetPeriod"), "recordedDate")
         WHEN 'MedicationRequest' THEN coalesce({_BOUNDS}, "authoredOn")
         WHEN 'MedicationDispense' THEN "whenHandedOver"
         ELSE coalesce("effectiveDateTime", starts("effectivePeriod")) END
"""
_REFERRED: Final = """
    CASE WHEN reference("medicationReference") LIKE '#%' THEN to_json(list_filter(
              from_json(contained, '[{"id": "VARCHAR", "code": "JSON", "ingredient": "JSON"}]'),
              lambda one: '#' || one.id = reference("medicationReference"))[1])
         WHEN medicine.key IS NOT NULL THEN medicine.body
         ELSE json_object('code', json_object('text', json_extract_string("medicationReference", '$.display'))) END
"""


def _left_out() -> str:
    """Why a resource does not count by its status, as SQL; empty where it does."""
    known = f"CASE WHEN status IN ({texts(_OTHER)}) THEN 'status ' || status WHEN status IS NULL THEN 'no status'"
    kinds = " ".join(
        f"WHEN \"resourceType\" = '{kind}' AND status IS NULL OR \"resourceType\" = '{kind}' AND status NOT IN"
        f" ({texts(used)}) THEN {known} ELSE 'status that FHIR has not' END"
        for kind, used in USED.items()
    )
    verified = "json_extract_string(\"verificationStatus\", '$.coding[*].code')"
    refuted = " ".join(f"WHEN list_contains({verified}, '{one}') THEN 'verificationStatus {one}'" for one in _NOT_MEANT)
    return f"""
        CASE {kinds}
             WHEN "resourceType" = 'MedicationRequest' AND intent IS DISTINCT FROM 'order'
                  THEN CASE WHEN intent IN ({texts(_INTENTS)}) THEN 'intent ' || intent ELSE 'no intent order' END
             WHEN "resourceType" = 'Condition' THEN CASE {refuted} END END
    """


def _medications(staging: duckdb.DuckDBPyConnection) -> None:
    """``fhir_medications``: key and body of every Medication, by its id and by the URL it has in a bundle."""
    staging.execute(
        """
        CREATE OR REPLACE TEMP TABLE fhir_medications AS
        SELECT key, arg_max(json_object('code', code, 'ingredient', ingredient), place) AS body
        FROM (SELECT rowid AS place, code, ingredient, unnest([id, tail("fullUrl")]) AS key FROM fhir
              WHERE "resourceType" = 'Medication')
        WHERE key IS NOT NULL GROUP BY key
        """
    )


def _settle_concepts(staging: duckdb.DuckDBPyConnection) -> None:
    """``fhir_concepts``: kind, concept, combo of every concept that occurs; equal ones have one combo.

    ``fhir_combos``: combo, kind and the rest of what ``codes`` has; ``fhir_codings``: as of ``codings``.
    """
    found = staging.execute("SELECT DISTINCT kind, concept FROM fhir_called ORDER BY ALL").fetchall()
    numbers: dict[tuple[str, Concept], int] = {}
    known = []
    for kind, body in found:
        read = concept_of(kind, body)
        known.append((kind, body, numbers.setdefault((kind, read), len(numbers) + 1)))
    fill(staging, "fhir_concepts", "kind VARCHAR, concept VARCHAR, combo INTEGER", known)
    combos, codings = [], []
    for (kind, read), number in numbers.items():
        own = next((one for one in read.codes if one.level != "ingredient"), None)
        shown = (own.system, own.code, own.title) if own else (None, None, None)
        drug = kind.startswith("Medication")
        combos.append((number, kind, read.text or None, *shown, "; ".join(read.names) if drug else None))
        for one in read.codes:
            if one is own and asked(one) == (one.system, one.code):
                continue
            codings.append((number, one.level, *asked(one), one.title))
    columns = "combo INTEGER, kind VARCHAR, text VARCHAR, system VARCHAR, code VARCHAR, title VARCHAR, words VARCHAR"
    fill(staging, "fhir_combos", columns, combos)
    columns = "combo INTEGER, level VARCHAR, system VARCHAR, code VARCHAR, title VARCHAR"
    fill(staging, "fhir_codings", columns, sorted(set(codings)))


def concept_of(kind: str, body: str | None) -> Concept:
    """The concept of an event, as ``fhir_concepts`` has its JSON."""
    read = as_json(body)
    return medication(read) if kind.startswith("Medication") else concept(read, kind)
