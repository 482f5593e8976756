"""Connections: what they are made of, that they only read, and what their errors say."""

import duckdb
import pytest
from unit.sources.omop.bench import PERSONS_IN, small

from postgraft.sources.errors import SourceError
from postgraft.sources.omop.connection import LostError, connected, read_only, shown
from postgraft.sources.omop.importing import import_omop


class Dbapi:
    """A connection as any driver gives it, of a DuckDB database: no Arrow, only rows."""

    def __init__(self, connection, error=None):
        self.connection, self.error = connection, error

    def cursor(self):
        return Cursor(self.connection.cursor(), self.error)


class Cursor:
    def __init__(self, cursor, error):
        self._cursor, self._error = cursor, error

    def execute(self, sql):
        if self._error:
            raise self._error
        self._cursor.execute(sql)
        self.description = self._cursor.description

    def fetchmany(self, rows):
        return self._cursor.fetchmany(rows)

    def close(self):
        self._cursor.close()


@pytest.mark.slow
def test_any_connection_of_a_driver_gives_the_same_as_the_file(bench, cdm, tmp_path):
    bench.write(cdm)
    from_file = import_omop(bench.file, tmp_path / "file")
    with duckdb.connect(str(bench.file)) as connection:
        of_duckdb = import_omop(connection, tmp_path / "duckdb")
        of_rows = import_omop(Dbapi(connection), tmp_path / "rows")

    assert len(from_file.extract().patients) == PERSONS_IN
    for other in (of_duckdb, of_rows):
        assert other.mapping.equals(from_file.mapping)
        assert other.extract().fingerprint == from_file.extract().fingerprint


def test_a_file_is_opened_so_that_it_cannot_be_written_to(bench, cdm):
    bench.write(cdm)
    with connected(bench.file) as connection, pytest.raises(SourceError, match="refused a statement") as told:
        connection.rows("CREATE TABLE made AS SELECT 1 AS x")

    assert "read-only" not in str(told.value)  # a driver's own text


class OperationalError(Exception):
    """As drivers have it where a server is gone."""


class ProgrammingError(Exception):
    sqlstate = "42501"


class Late(Exception):
    sqlstate = "57014"


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (OperationalError("Jane Doe"), LostError, "the connection: the connection was lost. Nothing was written."),
        (OSError("a timeout"), LostError, "the connection: a statement took longer than allowed. Nothing was written."),
        (Late("Jane Doe"), LostError, "the connection: a statement took longer than allowed. Nothing was written."),
        (
            ProgrammingError("Jane Doe"),
            SourceError,
            "refused a statement (SQLSTATE 42501); accepted: a user that may read",
        ),
        (ValueError("Jane Doe"), SourceError, "the database refused a statement (ValueError)"),
    ],
)
def test_errors_are_told_without_the_driver_s_text(error, kind, said):
    with duckdb.connect() as inner, connected(Dbapi(inner, error)) as connection, pytest.raises(kind) as told:
        connection.rows("SELECT 1 AS x")

    assert said in str(told.value)
    assert "Jane" not in str(told.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nowhere.duckdb", "no such file; accepted: a DuckDB file; there: other.duckdb"),
        (".", "is a folder; accepted: a DuckDB file"),
        ("text.txt", "cannot be opened: it is no DuckDB file, is of a newer version, or is open elsewhere"),
        (
            "mysql://u:s3cret@host/db",
            'a URL of kind "mysql"; accepted: a DuckDB file, or postgresql://user@host/database',
        ),
        (7, "found int; accepted: a path, a postgresql:// URL or a DBAPI connection"),
    ],
)
def test_what_is_no_database_is_told(tmp_path, monkeypatch, source, said):
    monkeypatch.chdir(tmp_path)
    duckdb.connect("other.duckdb").close()
    (tmp_path / "text.txt").write_text("no database" * 1000)
    with pytest.raises(SourceError) as told, connected(source):
        pass

    assert said in str(told.value)
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:pass@host:5432/db?sslmode=require", "postgresql://host:5432/db"),
        ("postgres://host", "postgres://host"),
        ("postgresql:///db?password=secret", "postgresql:///db"),
        ("postgresql://me:pa/ss@host/db", "postgresql://…"),
        ("postgresql://me:p@ss@host/db", "postgresql://…"),
    ],
)
def test_a_url_is_shown_without_user_and_password(url, said):
    assert shown(url) == said


def test_the_options_of_the_connection_make_the_server_refuse_to_write(monkeypatch):
    monkeypatch.delenv("PGOPTIONS", raising=False)
    last = "-c%20default_transaction_read_only%3Don%20-c%20default_transaction_isolation%3Drepeatable%5C%20read"
    first = "-c%20statement_timeout%3D1h"
    assert read_only("postgresql://host/db") == f"postgresql://host/db?options={first}%20{last}"
    own = "postgresql://host/db?password=a+b%26c&options=-c%20statement_timeout%3D9"
    assert read_only(own) == (
        f"postgresql://host/db?password=a+b%26c&options={first}%20-c%20statement_timeout%3D9%20{last}"
    )
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=1GB")
    assert read_only("postgresql://host/db") == (f"postgresql://host/db?options={first}%20-c%20work_mem%3D1GB%20{last}")


def test_a_driver_that_is_not_installed_is_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "adbc_driver_postgresql.dbapi", None)
    with pytest.raises(SourceError, match=r"is not installed; accepted: pip install 'postgraft\[sources\]'"):
        connected("postgresql://host/db").__enter__()


def test_a_small_cdm_has_as_many_persons_as_the_tests_say():
    assert len({row["person_id"] for row in small().rows["procedure_occurrence"]}) == PERSONS_IN
