"""OMOP on a PostgreSQL server: the same bytes as from DuckDB, and a server that itself refuses to write."""

import json
from pathlib import Path

import duckdb
import pytest
from architecture.project import ROOT
from round_trips.omop_writer import written
from unit.sources.omop.bench import small

from postgraft.sources.errors import SourceError
from postgraft.sources.omop.connection import LostError, connected
from postgraft.sources.omop.importing import import_omop


@pytest.fixture(scope="module")
def driver(postgresql):
    return pytest.importorskip("adbc_driver_postgresql.dbapi")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_one_database_gives_the_same_bytes_from_duckdb_and_postgresql(postgresql, driver, tmp_path):
    made = written(ROOT / "cohorts" / "demo")
    mapping, options = made.files(tmp_path)
    file = tmp_path / "cdm.duckdb"
    connection = duckdb.connect(str(file))
    made.cdm.write(connection, "cdm", "vocab")
    connection.close()
    with driver.connect(postgresql) as other:
        made.cdm.write(other, "cdm", "vocab")
        other.commit()
    found = {}
    for name, source in (("duckdb", str(file)), ("postgresql", postgresql)):
        import_omop(source, tmp_path / name, mapping, options, schema="cdm", vocabulary_schema="vocab")
        found[name] = contents(tmp_path / name)
    said = {name: json.loads(files.pop("import/provenance.json")) for name, files in found.items()}

    assert found["duckdb"] == found["postgresql"]
    assert {name: one["source"].pop("database") for name, one in said.items()} == {n: n for n in said}
    assert said["duckdb"] == said["postgresql"]


def test_the_server_refuses_to_write(postgresql, driver):
    with (
        connected(postgresql) as connection,
        pytest.raises(SourceError, match=r"refused a statement \(SQLSTATE 25006\)"),
    ):
        connection.rows("CREATE TABLE made (x INT)")


def test_what_takes_too_long_is_a_failure_and_no_mistake(postgresql, driver):
    with connected(f"{postgresql}&options=-c%20statement_timeout%3D50") as connection, pytest.raises(LostError) as told:
        connection.rows("SELECT pg_sleep(5)")

    assert str(told.value) == "postgresql:///postgres: a statement took longer than allowed. Nothing was written."


def test_a_connection_that_is_lost_is_a_failure_and_no_mistake(postgresql, driver):
    with connected(postgresql) as connection, pytest.raises(LostError) as told:
        connection.rows("SELECT pg_terminate_backend(pg_backend_pid())")

    assert str(told.value) == "postgresql:///postgres: the connection was lost. Nothing was written."


def test_no_message_holds_the_password_or_what_the_driver_says(postgresql, driver):
    url = postgresql.replace("reader@", "reader:s3cret@").replace("/postgres?", "/nowhere?")
    with pytest.raises(SourceError) as told, connected(url):
        pass

    assert str(told.value).splitlines()[2].strip() == (
        "no connection: wrong host, database, user or password, or not reached; accepted: postgresql://user@host/database,"
        " with the password in PGPASSWORD, ~/.pgpass or a service file"
    )
    assert "s3cret" not in repr(told.value)
    assert told.value.__cause__ is None


def test_a_value_that_cannot_be_read_is_not_repeated(postgresql, driver):
    with connected(postgresql) as connection, pytest.raises(SourceError) as told:
        connection.rows("SELECT CAST('Jane Doe' AS INTEGER)")

    assert "Jane" not in str(told.value)
    assert "SQLSTATE 22P02" in str(told.value)


def test_a_connection_that_is_given_is_read_and_stays_open(postgresql, driver, tmp_path):
    with driver.connect(postgresql) as given:
        small().write(given, "given")
        given.commit()
        imported = import_omop(given, tmp_path / "out", schema="given")

        assert len(imported.extract().patients) == 2
        assert connected(given).__enter__().rows("SELECT 1 AS x") == [(1,)]
