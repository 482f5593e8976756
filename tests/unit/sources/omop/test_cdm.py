"""The tables of a CDM in a database: found in any case, in the schema that is meant, or told to be absent."""

import duckdb
import pytest
from unit.sources.omop.bench import PERSONS_IN, hemoglobin

from postgraft.sources.errors import SourceError
from postgraft.sources.omop.cdm import cdm_of
from postgraft.sources.omop.connection import connected
from postgraft.sources.omop.importing import import_omop

pytestmark = pytest.mark.slow


def told(bench, schema=None, vocabulary_schema=None):
    with connected(bench.file) as connection, pytest.raises(SourceError) as error:
        cdm_of(connection, schema, vocabulary_schema)
    return [(one.column, one.message) for one in error.value.findings]


def test_the_only_schema_with_persons_is_meant_and_the_vocabularies_are_beside_it(bench, cdm):
    bench.write(cdm, "site")
    with connected(bench.file) as connection:
        found = cdm_of(connection)

    assert found["person"].sql == '"cdm"."site"."person"'
    assert found["concept"].sql == '"cdm"."site"."concept"'


def test_a_file_may_be_called_like_its_schema(bench, cdm, tmp_path):
    bench.write(cdm, "cdm", "vocab")
    imported = import_omop(bench.file, tmp_path / "out", schema="CDM", vocabulary_schema="vocab")

    assert len(imported.extract().patients) == PERSONS_IN
    assert '"cdm"."cdm"' not in (tmp_path / "out" / "import" / "provenance.json").read_text()


def test_schemas_that_are_wrong_are_listed(bench, cdm):
    bench.write(cdm, "site", "vocab")
    with duckdb.connect(str(bench.file)) as connection:
        connection.execute(
            "CREATE SCHEMA other; CREATE TABLE other.person (person_id INT); CREATE TABLE main.x (x INT)"
        )

    assert told(bench) == [
        ("--schema", "2 schemas have a table person; accepted: one of those with a table person: other, site")
    ]
    assert told(bench, "sit") == [
        ("--schema", "no schema sit (did you mean site?); accepted: one of those with a table person: other, site")
    ]
    assert told(bench, "main") == [
        ("--schema", "main has no table person; accepted: one of those with a table person: other, site")
    ]
    assert told(bench, "site") == [
        ("--vocabulary-schema", "site has no table concept; accepted: one of those with a table concept: vocab")
    ]


def test_a_database_that_is_no_cdm_is_told(bench):
    with duckdb.connect(str(bench.file)) as connection:
        connection.execute("CREATE TABLE patients (x INT)")

    assert told(bench) == [("--schema", "no schema has a table person; accepted: an OMOP CDM; schemas there: main")]


def test_tables_without_what_they_need_count_as_absent(bench, cdm, tmp_path):
    hemoglobin(cdm)
    bench.write(cdm)
    with duckdb.connect(str(bench.file)) as connection:
        connection.execute("ALTER TABLE measurement DROP measurement_date")
        connection.execute("ALTER TABLE visit_occurrence DROP person_id")
        connection.execute("DROP TABLE device_exposure")
    imported = import_omop(bench.file, tmp_path / "out")
    with connected(bench.file) as connection:
        absent = cdm_of(connection).absent

    assert "measurement: counts as absent, it has no column measurement_date" in absent
    assert "visit_occurrence: counts as absent, it has no column person_id" in absent
    assert "device_exposure: no such table" in absent
    assert set(imported.mapping["table"]) == {"procedure_occurrence"}


def test_tables_without_a_person_or_a_date_anywhere_are_no_cdm(bench, cdm):
    bench.write(cdm, tables=["person", "concept"])
    names = "procedure_occurrence, condition_occurrence, drug_exposure, measurement, observation, device_exposure"

    assert told(bench) == [("", f"no table of events; accepted: one or more of {names}")]


def test_names_may_be_written_in_any_case(bench, cdm, tmp_path):
    hemoglobin(cdm)
    bench.write(cdm)
    with duckdb.connect(str(bench.file)) as connection:
        for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            connection.execute(f'ALTER TABLE {table} RENAME TO "{table}_x"')
            connection.execute(f'ALTER TABLE "{table}_x" RENAME TO "{table.upper()}"')
            for name, *_ in connection.execute(f'DESCRIBE "{table}"').fetchall():
                connection.execute(f'ALTER TABLE "{table}" RENAME "{name}" TO "{name}_x"')
                connection.execute(f'ALTER TABLE "{table}" RENAME "{name}_x" TO "{name.title()}"')
    imported = import_omop(bench.file, tmp_path / "out")

    assert list(imported.units["rows"]) == [1]
    assert '"MEASUREMENT"' in (tmp_path / "out" / "import" / "provenance.json").read_text().replace('\\"', '"')
