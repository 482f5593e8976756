"""A connection to an OMOP database that can only read: a DuckDB file, PostgreSQL, or one that was given.

Whatever goes wrong, no text of a driver gets out: it repeats the value that it choked on, or the URL with its password.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import pyarrow as pa

from postgraft.sources.errors import SourceError, needs_sources
from postgraft.vocabulary.errors import Finding, PostgraftError
from postgraft.vocabulary.shown import quoted

ROWS: Final = 200_000
"""Rows of a batch."""
MEMORY: Final = "200MB"
"""What reading a DuckDB file may take, beside what the staging database takes."""
LONGEST: Final = "1h"
"""How long PostgreSQL may work on one statement; a ``statement_timeout`` in the URL's own options comes after it."""

_URL: Final = re.compile(
    r"(?P<scheme>postgres(?:ql)?://)(?:[^@/?#]*@)?(?P<host>[^@/?#]*)(?P<base>/[^@?#]*)?(?:\?(?P<query>.*))?"
)
_CATALOG: Final = re.compile(r'"(?:[^"]|"")+"\.(?="(?:[^"]|"")+"\."(?:[^"]|"")+")')
"""The first of three names that belong together."""
_LOST: Final = ("08", "53", "57", "58", "XX")
"""Classes of SQLSTATE by which a server gives up, whatever was asked of it."""


class LostError(PostgraftError):
    """A database that took too long, or was gone, while it was read: a failure, and no mistake of the input."""


class Connection:
    """Reads by SELECTs; ``statements`` are those that were run, in order.

    ``catalog`` has to stand before a schema where the database could take the schema for a catalog, as DuckDB does
    where a file is called like its schema. In ``statements`` it does not: there a file's name says nothing.
    """

    def __init__(
        self, kind: str, place: str, run: Callable[[str], Iterable[pa.RecordBatch]], catalog: str | None = None
    ) -> None:
        self.kind, self.place, self.catalog, self.statements = kind, place, catalog, list[str]()
        self._run = run

    def stream(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a SELECT, in batches, with the names of columns that it gives.

        Raises:
            SourceError: the database refuses the statement.
            LostError: it takes too long, or the connection is lost.
        """
        said = _CATALOG.sub("", sql)
        if said not in self.statements:
            self.statements.append(said)
        try:
            yield from self._run(sql)
        except (SourceError, GeneratorExit):
            raise
        except Exception as error:
            raise _told(error, self.place) from None

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a SELECT that gives few."""
        columns = [batch.to_pydict().values() for batch in self.stream(sql)]
        return [row for batch in columns for row in zip(*batch, strict=True)]

    def columns(self) -> list[tuple[Any, ...]]:
        """Schema, table, column and type of everything that may be read, as the database writes them."""
        found = self.rows(
            "SELECT CAST(table_schema AS VARCHAR(200)) AS s, CAST(table_name AS VARCHAR(200)) AS t,"
            " CAST(column_name AS VARCHAR(200)) AS c, CAST(data_type AS VARCHAR(200)) AS d,"
            " CAST(table_catalog AS VARCHAR(200)) AS k FROM information_schema.columns"
        )
        here = (row[:4] for row in found if self.catalog in (None, row[4]))
        return sorted(row for row in here if row[0].casefold() not in ("information_schema", "pg_catalog"))


@contextmanager
def connected(place: Any) -> Iterator[Connection]:
    """A connection to ``place``: a DuckDB file, a ``postgresql://`` URL, or an open connection of any DBAPI driver.

    One that is given stays open, and is as free to write as it was made: nothing but SELECTs is sent to it.

    Raises:
        SourceError: there is no such file, it is no database, or no connection can be made.
    """
    if not isinstance(place, (str, Path)):
        if not hasattr(place, "cursor"):
            raise _fault("source", f"found {type(place).__name__}", "a path, a postgresql:// URL or a DBAPI connection")
        duckdb = needs_sources("duckdb")
        if isinstance(place, duckdb.DuckDBPyConnection):
            yield _duckdb("the connection", place)
        else:
            yield Connection("dbapi", "the connection", _dbapi(place))
    elif str(place).startswith(("postgresql://", "postgres://")):
        with _postgresql(str(place)) as connection:
            yield connection
    elif "://" in str(place):
        kind = str(place).partition("://")[0]
        raise _fault("source", f"a URL of kind {quoted(kind)}", "a DuckDB file, or postgresql://user@host/database")
    else:
        with _duckdb_file(Path(place)) as connection:
            yield connection


@contextmanager
def _duckdb_file(path: Path) -> Iterator[Connection]:
    duckdb = needs_sources("duckdb")
    if not path.is_file():
        folder = path.parent
        beside = sorted(one.name for one in folder.glob("*.*db") if one.is_file())[:10] if folder.is_dir() else []
        accepted = f"a DuckDB file; there: {', '.join(beside)}" if beside else "a DuckDB file"
        raise _fault(str(path), "is a folder" if path.is_dir() else "no such file", accepted)
    with tempfile.TemporaryDirectory(prefix="postgraft-omop-") as spilled:
        settings = {
            "memory_limit": MEMORY,
            "temp_directory": spilled,  # its own place would be beside the file
            "threads": "2",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        try:
            connection = duckdb.connect(str(path), read_only=True, config=settings)
        except duckdb.Error:
            found = "cannot be opened: it is no DuckDB file, is of a newer version, or is open elsewhere"
            raise _fault(str(path), found, "a DuckDB file") from None
        try:
            yield _duckdb(str(path), connection)
        finally:
            connection.close()


@contextmanager
def _postgresql(url: str) -> Iterator[Connection]:
    driver = needs_sources("adbc_driver_postgresql.dbapi")
    place = shown(url)
    try:
        connection = driver.connect(read_only(url))
    except Exception:
        accepted = "postgresql://user@host/database, with the password in PGPASSWORD, ~/.pgpass or a service file"
        raise _fault(place, "no connection: wrong host, database, user or password, or not reached", accepted) from None
    try:
        yield Connection("postgresql", place, _dbapi(connection))
    finally:
        connection.close()


def read_only(url: str) -> str:
    """The URL with the options by which the server itself refuses to write, ends what takes too long, and shows one
    state of the data from the first statement to the last."""
    base, _, query = url.partition("?")
    given = dict(part.partition("=")[::2] for part in query.split("&") if part)
    options = (
        f"-c statement_timeout={LONGEST}",
        unquote(given["options"]) if "options" in given else os.environ.get("PGOPTIONS", ""),
        "-c default_transaction_read_only=on",
        r"-c default_transaction_isolation=repeatable\ read",
    )
    given["options"] = quote(" ".join(filter(None, options)))
    return f"{base}?{'&'.join(f'{key}={value}' for key, value in given.items())}"


def shown(url: str) -> str:
    """The URL without user and password."""
    found = _URL.fullmatch(url)
    return f"{found['scheme']}{found['host']}{found['base'] or ''}" if found else "postgresql://…"


def _duckdb(place: str, connection: Any) -> Connection:
    connection.execute("SET enable_progress_bar = false")  # it would draw between our lines
    catalog = connection.sql("SELECT current_database()").fetchall()[0][0]
    return Connection("duckdb", place, lambda sql: connection.sql(sql).to_arrow_reader(ROWS), catalog)


def _dbapi(connection: Any) -> Callable[[str], Iterable[pa.RecordBatch]]:
    def run(sql: str) -> Iterator[pa.RecordBatch]:
        cursor = connection.cursor()
        try:
            cursor.execute(sql)
            if hasattr(cursor, "fetch_record_batch"):
                yield from cursor.fetch_record_batch()
                return
            names = [column[0] for column in cursor.description]
            while rows := cursor.fetchmany(ROWS):
                cells = [pa.array(list(column)) for column in zip(*rows, strict=True)]
                yield pa.RecordBatch.from_arrays(cells, names=names)
        finally:
            cursor.close()

    return run


def _told(error: Exception, place: str) -> PostgraftError:
    """What went wrong, in words of ours."""
    state = str(getattr(error, "sqlstate", None) or "")
    names = {kind.__name__ for kind in type(error).__mro__}
    if state.startswith(_LOST) or (not state and names & {"OSError", "OperationalError", "InterfaceError"}):
        late = state == "57014" or "timeout" in str(error)
        why = "a statement took longer than allowed" if late else "the connection was lost"
        return LostError(f"{place}: {why}. Nothing was written.")
    code = f" (SQLSTATE {state})" if state else f" ({type(error).__name__})"
    return _fault(place, f"the database refused a statement{code}", "a user that may read the tables of the CDM")


def _fault(place: str, found: str, accepted: str) -> SourceError:
    return SourceError(place, [Finding("error", "source", place, "", found, accepted)])
