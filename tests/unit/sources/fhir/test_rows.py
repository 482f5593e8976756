"""What each kind of resource says, before the rules of the extract's tables."""

import pytest
from round_trips.fhir_files import coded, resource

pytestmark = pytest.mark.slow

HB = coded("LOINC", "718-7", "Hemoglobin")
PREDNISONE = coded("RxNorm", "8640", "prednisone 20 MG Oral Tablet")
AIHA = coded("ICD10CM", "D59.11", "Warm autoimmune hemolytic anemia")


def hemoglobin(**fields):
    said = {"status": "final", "code": HB, "effectiveDateTime": "2020-02-03T23:30:00-05:00", **fields}
    return resource("Observation", **said)


def order(**fields):
    said = {"status": "active", "intent": "order", "medicationCodeableConcept": PREDNISONE, "authoredOn": "2020-03-01"}
    return resource("MedicationRequest", **{**said, **fields})


def only(rows, *columns):
    (row,) = rows
    return tuple(row.get(column) for column in columns)


def test_a_quantity_with_its_sign_and_limits_and_the_day_as_written(export):
    ranges = [
        {"appliesTo": [{"text": "men"}], "low": {"value": 1}},
        {"low": {"value": 12, "unit": "g/dL"}, "high": {"value": 160, "unit": "g/L"}},
    ]
    value = {"value": "9.50", "comparator": "<", "unit": "gram", "code": "g/dL"}
    rows = export.rows(hemoglobin(valueQuantity=value, referenceRange=ranges))
    said = only(rows, "day", "number", "operator", "unit", "low", "high", "note")
    assert said == ("2020-02-03", 9.5, "<", "g/dL", 12.0, None, "reference range in another unit, not used")


LEFT_OUT = [
    ({"status": "entered-in-error"}, "status entered-in-error"),
    ({"status": "SECRET"}, "status that FHIR has not"),
    ({"status": None}, "no status"),
    ({"effectiveDateTime": "2020-02"}, "date without day"),
    ({"effectiveDateTime": None, "issued": "2020-02-03"}, "no date"),
    ({"effectiveDateTime": "2020-02-31"}, "date that cannot be read"),
    ({"dataAbsentReason": {"text": "SECRET"}}, "dataAbsentReason"),
    ({"valueRatio": {"numerator": {"value": 1}}}, "a kind of value that is not read"),
    ({"status": "amended"}, None),
]
NO_ORDERS = [
    ({"intent": "plan"}, "intent plan"), ({"intent": None}, "no intent order"), ({"status": "draft"}, "status draft"),
    ({"status": "stopped"}, None),
]  # fmt: skip


def test_what_is_left_out_is_counted(export):
    results = [hemoglobin(**fields) for fields, _ in LEFT_OUT]
    rows = export.rows(*results, *(order(**fields) for fields, _ in NO_ORDERS))
    assert [row.get("dropped") for row in rows] == [dropped for _, dropped in (*LEFT_OUT, *NO_ORDERS)]


def test_components_stand_on_their_own(export):
    part = {"code": HB, "valueQuantity": {"value": 9, "unit": "g/dL"}}
    other = {"code": coded("LOINC", "777-3", "Platelets"), "valueQuantity": {"value": 80, "unit": "K/uL"}}
    panel = hemoglobin(code={"text": "Panel"}, component=[part, other, "SECRET", 5])
    assert [(row["number"], row["unit"]) for row in export.rows(panel)] == [(9.0, "g/dL"), (80.0, "K/uL")]


def test_an_answer_by_the_code_that_the_mapping_knows(export):
    answer = {"coding": [{"system": "urn:x", "code": "1"}, {"system": "http://snomed.info/sct", "code": "260373001"}]}
    dat = coded("LOINC", "1007-4", "Direct antiglobulin test")
    rows = export.rows(hemoglobin(code=dat, valueCodeableConcept={**answer, "text": "found"}))
    assert only(rows, "answer_system", "answer_code", "answer_text") == ("SNOMED", "260373001", "found")


ODD = ([1, [2]], "SECRET", 5, True, {"value": [1]}, {"value": {"x": 1}, "unit": ["g/dL"]}, [[{}]], {"coding": 5}, None)


def test_fields_of_another_kind_say_nothing(export):
    of_results = ("valueQuantity", "referenceRange", "component", "valueCodeableConcept", "meta", "effectivePeriod")
    of_orders = ("dosageInstruction", "dispenseRequest", "reasonCode", "reasonReference", "contained")
    results = [hemoglobin(**dict.fromkeys(of_results, odd)) for odd in ODD]
    orders = [order(**dict.fromkeys(of_orders, odd)) for odd in ODD]
    lost = [hemoglobin(subject=odd) for odd in ODD]
    rows = export.rows(*results, *orders, *lost)
    assert len(rows) == 2 * len(ODD)
    assert {row.get(name) for row in rows for name in ("number", "dose", "reason", "low", "supply")} == {None}


def test_the_same_resource_again_counts_once(export):
    first, again = (hemoglobin(id="o", valueQuantity={"value": value, "unit": "g/dL"}) for value in (9, 10))
    rows = export.rows(first, again)
    assert [(row["number"], row.get("dropped")) for row in rows] == [(9, "the same resource again"), (10, None)]


def test_a_condition_by_its_onset_or_else_by_its_record(export):
    known = {"coding": [{"code": "resolved"}]}
    one = resource("Condition", code=AIHA, onsetPeriod={"start": "2020-05-01"}, abatementDateTime="2020-06-01")
    two = resource("Condition", code=AIHA, recordedDate="2020-07-01", clinicalStatus=known)
    three = resource("Condition", code=AIHA, onsetDateTime="2020", recordedDate="2020-07-01")
    refuted = resource(
        "Condition", code=AIHA, verificationStatus={"coding": [{"code": "refuted"}]}, onsetDateTime="2020-01-01"
    )
    rows = export.rows(one, two, three, refuted)
    assert [(row.get("day"), row.get("last"), row.get("dropped"), row.get("note")) for row in rows] == [
        ("2020-05-01", "2020-06-01", None, None),
        ("2020-07-01", None, None, "recorded date taken as onset; resolved or inactive, without end"),
        (None, None, "date without day", None),
        ("2020-01-01", None, "verificationStatus refuted", None),
    ]


def test_an_order_with_its_dose_per_day_its_length_and_its_reason(export):
    aiha = resource("Condition", id="c", code=AIHA, onsetDateTime="2020-03-01")
    timing = {"repeat": {"frequency": 1, "period": 12, "periodUnit": "h", "boundsDuration": {"value": 2, "code": "wk"}}}
    dosage = {
        "timing": timing,
        "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablet"}}],
        "route": {"text": "PO"},
    }
    rows = export.rows(aiha, order(dosageInstruction=[dosage], reasonReference=[{"reference": "urn:uuid:c"}]))
    assert only(rows[1:], "day", "supply", "dose", "dose_unit", "route", "kind", "reason") == (
        "2020-03-01", 14.0, 80.0, "mg/day", "PO", "order", "immune_cytopenia",
    )  # fmt: skip


def test_a_reason_by_code_and_two_that_differ(export):
    gvhd = coded("ICD10CM", "D89.810", "Acute graft-versus-host disease")
    rows = export.rows(order(reasonCode=[gvhd]), order(reasonCode=[gvhd, AIHA]), order(reasonCode=[{"text": "pain"}]))
    assert [(row.get("reason"), row.get("note")) for row in rows] == [
        ("gvhd", None), (None, "several purposes, none used"), (None, None),
    ]  # fmt: skip


def test_the_drug_by_reference(export):
    medicine = {"resourceType": "Medication", "id": "m", "code": PREDNISONE}
    made_of = {"id": "i", "resourceType": "Medication", "ingredient": [{"itemCodeableConcept": PREDNISONE}]}
    by = [{"reference": "Medication/m"}, {"reference": "#i"}, {"reference": "Medication/no", "display": "Prednisone"}]
    orders = [order(medicationCodeableConcept=None, medicationReference=one, contained=[made_of]) for one in by]
    assert len(export.rows(medicine, *orders)) == 3
    used = export.database.execute('SELECT name, "by" FROM meanings WHERE "table" = \'medications\' ORDER BY combo')
    assert sorted(used.fetchall()) == [
        ("prednisone", "ingredient"), ("prednisone", "source code"), ("prednisone", "words"),
    ]  # fmt: skip


def test_administration_dispensing_and_statement(export):
    drug = {"medicationCodeableConcept": PREDNISONE}
    given = resource(
        "MedicationAdministration", status="completed", effectivePeriod={"start": "2020-04-01", "end": "2020-04-03"},
        dosage={"dose": {"value": 60, "unit": "milligram"}}, **drug,
    )  # fmt: skip
    dosage = [
        {
            "timing": {"code": {"coding": [{"code": "BID"}]}},
            "doseAndRate": [{"doseQuantity": {"value": 5, "code": "mg"}}],
        }
    ]
    handed = resource(
        "MedicationDispense", status="completed", whenHandedOver="2020-05-01", daysSupply={"value": 30, "unit": "days"},
        dosageInstruction=dosage, **drug,
    )  # fmt: skip
    taken = resource(
        "MedicationStatement", status="active", effectivePeriod={"start": "2020-06-01"}, dosage=dosage, **drug
    )
    columns = ("kind", "day", "last", "supply", "dose", "dose_unit")
    assert [tuple(row.get(column) for column in columns) for row in export.rows(given, handed, taken)] == [
        ("administration", "2020-04-01", "2020-04-01", None, 60.0, "mg"),
        ("dispensing", "2020-05-01", None, 30.0, 10.0, "mg/day"),
        ("statement", "2020-06-01", None, None, 10.0, "mg/day"),
    ]
