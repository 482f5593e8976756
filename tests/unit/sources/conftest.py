"""A database of staged rows, empty at first."""

import pytest
from unit.sources.bench import Bench

from postgraft.sources.staging import staging


@pytest.fixture
def bench():
    """An empty database."""
    with staging() as database:
        yield Bench(database)
