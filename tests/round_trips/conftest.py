"""A PostgreSQL server where there can be one, and cohorts as OMOP databases."""

import os

import pytest
from round_trips.postgres import lacking, server


@pytest.fixture(scope="module")
def postgresql():
    """The URL of an empty PostgreSQL database."""
    if why := lacking():
        (pytest.fail if os.environ.get("POSTGRAFT_NEEDS_POSTGRESQL") else pytest.skip)(why)
    with server() as url:
        yield url
