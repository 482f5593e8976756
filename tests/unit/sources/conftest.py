"""A database of staged rows, empty at first."""

import pytest
from unit.sources.bench import Bench

from postgraft.sources.staging import TABLES, staging


@pytest.fixture(scope="session")
def database():
    """One for all tests; making it costs more than emptying it."""
    with staging() as made:
        yield made


@pytest.fixture
def bench(database):
    """The database without a row."""
    for table in TABLES:
        database.execute(f'DELETE FROM "{table}"')
    return Bench(database)
