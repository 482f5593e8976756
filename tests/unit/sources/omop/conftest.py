"""A small CDM: two persons with a transplant, one without, and a few rows of each kind."""

import duckdb
import pytest
from round_trips.cdm import Cdm
from unit.sources.omop.bench import Bench, small


@pytest.fixture
def cdm() -> Cdm:
    return small()


@pytest.fixture
def bench(tmp_path):
    """What an import makes of a CDM in a DuckDB file."""
    return Bench(tmp_path, duckdb)
