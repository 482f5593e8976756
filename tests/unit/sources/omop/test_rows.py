"""What rows of a CDM are in the staging database."""

import pytest
from round_trips.cdm import TABLES
from unit.sources.omop.bench import ALLO, GRAM, HEMOGLOBIN, ITP, PREDNISONE, TABLET, day, drug, hemoglobin

pytestmark = pytest.mark.slow

LABS = "SELECT {} FROM rows JOIN meanings USING (combo) WHERE \"table\" = 'measurements' ORDER BY id"
DRUGS = "SELECT {} FROM rows JOIN meanings USING (combo) WHERE \"table\" = 'medications' ORDER BY id"


def test_only_rows_of_persons_with_a_transplant_and_of_used_codes_are_read(bench, cdm):
    hemoglobin(cdm, 1)
    hemoglobin(cdm, 3)
    cdm.concept(1, "LOINC", "2345-7", "Glucose")
    cdm.add("measurement", person_id=1, measurement_concept_id=1, measurement_date="2020-03-01", value_as_number=5)
    rows, codes = bench.staged(
        cdm, "SELECT person, day FROM rows ORDER BY id", "SELECT standard_code, rows FROM codes ORDER BY 1"
    )

    assert sorted(rows) == [("1", day("2020-01-10")), ("1", day("2020-03-01")), ("2", day("2020-02-10"))]
    assert codes == [("2345-7", 1), ("38240", 2), ("718-7", 1)]


def test_a_code_is_looked_for_in_every_table_of_events(bench, cdm):
    for table, begins, when in (
        ("observation", "observation", "observation_date"),
        ("device_exposure", "device", "device_exposure_start_date"),
        ("procedure_occurrence", "procedure", "procedure_date"),
        ("drug_exposure", "drug", "drug_exposure_start_date"),
        ("measurement", "measurement", "measurement_date"),
        ("condition_occurrence", "condition", "condition_start_date"),
    ):
        cdm.add(table, **{"person_id": 1, f"{begins}_concept_id": ITP, when: "2020-04-01"})
    (found,) = bench.staged(
        cdm, "SELECT source, name FROM rows JOIN codes USING (combo) JOIN meanings USING (combo) WHERE name = 'itp'"
    )

    assert sorted(found) == sorted(
        (table, "itp")
        for table in (
            "observation", "device_exposure", "procedure_occurrence", "drug_exposure", "measurement",
            "condition_occurrence",
        )
    )  # fmt: skip


def test_a_unit_is_the_code_of_ucum_else_the_source_s_own(bench, cdm):
    cases = [
        ({"unit_concept_id": GRAM, "unit_source_value": "g/L"}, "g/dL"),
        ({"unit_concept_id": 0, "unit_source_value": " g/L "}, "g/L"),
        ({"unit_concept_id": HEMOGLOBIN, "unit_source_value": "g/L"}, "g/L"),
        ({"unit_concept_id": None, "unit_source_value": " "}, None),
    ]
    for cells, _ in cases:
        hemoglobin(cdm, **cells)
    assert bench.staged(cdm, LABS.format("unit")) == [[(unit,) for _, unit in cases]]


def test_a_limit_never_becomes_a_value(bench, cdm):
    cases = [
        ({}, None),
        ({"operator_concept_id": 0, "value_source_value": "9.5"}, None),
        ({"operator_concept_id": 4172703}, None),
        ({"operator_concept_id": 4171756}, "<"),
        ({"operator_concept_id": 4171754}, "<="),
        ({"operator_concept_id": 4172704}, ">"),
        ({"operator_concept_id": 4171755}, ">="),
        ({"operator_concept_id": 4172703, "value_source_value": " < 9.5"}, "<"),
        ({"value_source_value": "≥9.5 g/dL"}, "≥"),
        ({"value_source_value": "<invalid>"}, None),
        ({"operator_concept_id": 17}, "concept 17"),
    ]
    for cells, _ in cases:
        hemoglobin(cdm, **cells)
    assert bench.staged(cdm, LABS.format("operator")) == [[(operator,) for _, operator in cases]]


def test_limits_and_times_are_read_and_midnight_is_no_time(bench, cdm):
    hemoglobin(cdm, range_low=11.5, range_high=17, measurement_datetime="2020-03-01 07:30:00")
    hemoglobin(cdm, measurement_datetime="2020-03-01 00:00:00")
    (found,) = bench.staged(cdm, LABS.format("low, high, CAST(moment AS VARCHAR)"))

    assert found == [(11.5, 17.0, "2020-03-01 07:30:00"), (None, None, None)]


def test_an_answer_is_a_code_of_the_mapping_and_the_text(bench, cdm, tmp_path):
    cases = [
        ({"value_as_concept_id": 50}, ("SNOMED", "10828004", None)),
        ({"value_as_concept_id": 51, "value_source_value": "Reactive."}, ("OMOP", "51", "Reactive.")),
        ({"value_source_value": " pos "}, (None, None, "pos")),
        ({"value_as_concept_id": 45884084}, ("OMOP", "45884084", None)),
        ({}, (None, None, None)),
    ]
    cdm.concept(49, "LOINC", "1007-4", "Direct antiglobulin test")
    cdm.concept(50, "SNOMED", "10828004", "Positive")
    cdm.concept(51, "SNOMED", "999", "Something")
    cdm.concept(45884084, "LOINC", "LA6576-8", "Positive")
    for cells, _ in cases:
        cdm.add("measurement", person_id=1, measurement_concept_id=49, measurement_date="2020-03-01", **cells)
    mapping = tmp_path / "mapping.csv"
    mapping.write_text("table,name,system,code,value,note\nresults,positive,OMOP,45884084,,\n")

    (found,) = bench.staged(cdm, LABS.format("answer_system, answer_code, answer_text"), mapping=mapping)
    assert found == [answer for _, answer in cases]


def test_an_observation_has_its_text_where_it_has_no_source_value(bench, cdm):
    cdm.concept(49, "LOINC", "1007-4", "Direct antiglobulin test")
    cdm.add(
        "observation", person_id=1, observation_concept_id=49, observation_date="2020-03-01", value_as_string="negative"
    )
    assert bench.staged(cdm, LABS.format("answer_text")) == [[("negative",)]]


def test_a_condition_that_is_only_thought_of_is_left_out(bench, cdm):
    cases = [
        ("Preliminary diagnosis", "status preliminary"),
        ("Differential diagnosis", "status differential"),
        ("Condition ruled out", "status ruled out"),
        ("Final diagnosis", None),
    ]
    for number, (status, _) in enumerate(cases, 60):
        cdm.concept(number, "Condition Status", "x", status)
        cdm.add(
            "condition_occurrence", person_id=1, condition_concept_id=ITP, condition_start_date="2020-04-01",
            condition_end_date="2020-04-09", condition_status_concept_id=number,
        )  # fmt: skip
    (found,) = bench.staged(
        cdm, "SELECT last, dropped FROM rows JOIN meanings USING (combo) WHERE name = 'itp' ORDER BY id"
    )
    assert found == [(day("2020-04-09"), dropped) for _, dropped in cases]


def test_a_text_of_the_site_wins_over_codes_and_a_local_code_may_be_a_number(bench, cdm, tmp_path):
    hemoglobin(cdm, measurement_source_value="  PLT cnt ")
    hemoglobin(cdm, measurement_source_value="12345")
    mapping = tmp_path / "mapping.csv"
    mapping.write_text(
        "table,name,system,code,value,note\nmeasurements,platelets,source,plt CNT,unit=K/uL,\n"
        "measurements,weight,source,12345,,\n"
    )
    tables = {**TABLES, "measurement": {**TABLES["measurement"], "measurement_source_value": "DOUBLE"}}
    (texts,) = bench.staged(cdm, LABS.format("name"), mapping=mapping)
    assert texts == [("platelets",), ("weight",)]

    bench.file = tmp_path / "numbers.duckdb"
    cdm.rows["measurement"] = cdm.rows["measurement"][1:]
    (numbers,) = bench.staged(cdm, LABS.format("name"), mapping=mapping, tables=tables)
    assert numbers == [("weight",)]


@pytest.mark.parametrize("key", [None, 7, 2**62])
def test_rows_have_numbers_of_their_own_where_the_source_s_are_none(bench, cdm, key):
    for value in (9.5, 8.5, 7.5):
        hemoglobin(cdm, value_as_number=value, measurement_id=key)
    unique, ordered = bench.staged(cdm, "SELECT count(*), count(DISTINCT id) FROM rows", LABS.format("number"))
    assert unique == [(5, 5)]
    assert ordered == [(7.5,), (8.5,), (9.5,)]


def test_a_dose_is_the_quantity_in_its_unit_else_times_the_strength_in_the_name(bench, cdm):
    cases = [
        ({"quantity": 40, "dose_unit_source_value": "mg"}, (40.0, "mg")),
        ({"quantity": 500, "dose_unit_source_value": "milligram"}, (500.0, "mg")),
        ({"quantity": 1, "dose_unit_source_value": "mg/kg/day"}, (1.0, "mg/kg/day")),
        ({"quantity": 2, "dose_unit_source_value": "tablet"}, (40.0, "mg")),
        ({"quantity": 0, "dose_unit_source_value": "mg"}, (None, None)),
        ({"quantity": None, "dose_unit_source_value": "mg"}, (None, None)),
        ({"quantity": 2}, (40.0, "mg")),
    ]
    for cells, _ in cases:
        drug(cdm, **cells)
    assert bench.staged(cdm, DRUGS.format("dose, dose_unit")) == [[dose for _, dose in cases]]


MG, ML, HOUR = 8576, 8587, 8505


def test_a_strength_of_the_source_comes_before_the_one_in_the_name(bench, cdm):
    cases = [
        ((25, MG, None, None, None, None), (50.0, "mg")),
        ((None, None, 10, MG, 5, ML), (4.0, "mg")),
        ((None, None, 10, MG, None, ML), (20.0, "mg")),
        ((None, None, 10, MG, 24, HOUR), (None, None)),
    ]
    for number, code in ((MG, "mg"), (ML, "mL"), (HOUR, "h")):
        cdm.concept(number, "UCUM", code, code)
    for number, (cells, _) in enumerate(cases, 100):
        cdm.concept(number, "RxNorm", str(number), "prednisone 20 MG Oral Tablet", "Clinical Drug")
        names = ("amount", "numerator", "denominator")
        columns = [f"{name}_{what}" for name in names for what in ("value", "unit_concept_id")]
        strength = dict(zip(columns, cells, strict=True))
        cdm.add("drug_strength", drug_concept_id=number, ingredient_concept_id=PREDNISONE, **strength)
        drug(cdm, number)

    assert bench.staged(cdm, DRUGS.format("dose, dose_unit")) == [[dose for _, dose in cases]]


def test_a_drug_of_several_ingredients_has_no_dose(bench, cdm):
    cdm.concept(70, "RxNorm", "70", "neomycin", "Ingredient")
    cdm.add("concept_ancestor", ancestor_concept_id=70, descendant_concept_id=TABLET)
    drug(cdm, quantity=40, dose_unit_source_value="mg")

    assert bench.staged(cdm, DRUGS.format("name, dose, dose_unit")) == [[("prednisone", None, None)]]


def test_a_drug_is_known_by_its_ingredient_and_without_ancestors_by_its_words(bench, cdm):
    drug(cdm)
    cdm.concept(71, "RxNorm", "71", "prednisone 5 MG Oral Tablet", "Clinical Drug")
    drug(cdm, 71)
    drug(cdm, 0, drug_source_value="PREDNISONE 10MG TAB")
    (found,) = bench.staged(cdm, DRUGS.format('name, "by", dose'))

    assert found == [("prednisone", "ingredient", 40.0), ("prednisone", "words", 10.0), ("prednisone", "words", 20.0)]


def test_the_kind_of_a_drug_s_record_is_what_its_type_is_called(bench, cdm):
    cases = [
        (32818, "EHR prescription", "order"),
        (1, "Inpatient administration", "administration"),
        (2, "EHR dispensing record", "dispensing"),
        (3, "Pharmacy claim", "dispensing"),
        (4, "EHR medication list", "statement"),
        (5, "Patient self-report", "statement"),
        (6, "Specialist's order", "order"),
        (38000180, None, "administration"),
        (581452, None, "dispensing"),
        (44787730, None, "statement"),
        (38000177, None, "order"),
    ]
    for number, name, _ in cases:
        if name:
            cdm.concept(number, "Type Concept", str(number), name)
        drug(cdm, drug_type_concept_id=number)

    assert bench.staged(cdm, DRUGS.format("kind")) == [[(kind,) for *_, kind in cases]]


def test_the_route_is_the_concept_s_name_where_it_is_understood(bench, cdm):
    cases = [
        ({"route_concept_id": 80, "route_source_value": "IV"}, "Oral"),
        ({"route_concept_id": 81, "route_source_value": "IV"}, "IV"),
        ({"route_source_value": "PO"}, "PO"),
        ({"route_concept_id": 81}, "Unheard of"),
        ({}, None),
    ]
    cdm.concept(80, "SNOMED", "80", "Oral")
    cdm.concept(81, "SNOMED", "81", "Unheard of")
    for cells, _ in cases:
        drug(cdm, **cells)

    assert bench.staged(cdm, DRUGS.format("route")) == [[(route,) for _, route in cases]]


def test_the_end_of_a_drug_is_the_verbatim_one_where_there_is_no_other(bench, cdm):
    drug(cdm, verbatim_end_date="2020-03-05", days_supply=9)
    drug(cdm, drug_exposure_end_date="2020-03-04", verbatim_end_date="2020-03-05")
    (found,) = bench.staged(cdm, DRUGS.format("last, supply"))

    assert found == [(day("2020-03-05"), 9.0), (day("2020-03-04"), None)]


def test_rows_of_a_person_who_is_not_in_the_table_person_are_dropped(bench, cdm):
    cdm.add("procedure_occurrence", person_id=9, procedure_concept_id=ALLO, procedure_date="2020-01-10")
    (found,) = bench.staged(cdm, "SELECT person, dropped FROM rows ORDER BY id")

    assert found == [("1", None), ("2", None), ("9", "its person is not in the table person")]
