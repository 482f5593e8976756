"""What rows of a CDM are in the staging database."""

from unit.sources.omop.bench import day, drug, hemoglobin

ROWS = "SELECT person, day, number, unit, operator, dropped FROM rows JOIN meanings USING (combo) WHERE {} ORDER BY id"
LABS = ROWS.format("\"table\" = 'measurements'")


def test_only_rows_of_persons_with_a_transplant_and_of_used_codes_are_read(bench, cdm):
    hemoglobin(cdm, 1)
    hemoglobin(cdm, 3)
    cdm.concept(1, "LOINC", "2345-7", "Glucose")
    cdm.add("measurement", person_id=1, measurement_concept_id=1, measurement_date="2020-03-01", value_as_number=5)
    rows, codes = bench.staged(
        cdm, "SELECT person, day FROM rows ORDER BY id", "SELECT standard_code, rows FROM codes ORDER BY 1"
    )

    assert rows == [("1", day("2020-01-10")), ("1", day("2020-03-01")), ("2", day("2020-02-10"))]
    assert codes == [("2345-7", 1), ("38240", 2), ("718-7", 1)]
