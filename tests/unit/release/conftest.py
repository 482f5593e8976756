"""A house, a cohort and a report of it that may leave."""

import pytest
from unit.release import made


@pytest.fixture(autouse=True)
def house_folder(tmp_path, monkeypatch):
    """Each test has a house of its own."""
    monkeypatch.setenv("POSTGRAFT_HOUSE", str(tmp_path / "house"))
    return tmp_path / "house"


@pytest.fixture(scope="session")
def cohort(tmp_path_factory):
    return made.write_cohort(tmp_path_factory.mktemp("cohort") / "made-up")


@pytest.fixture
def about(cohort):
    return made.record(cohort)


@pytest.fixture
def report(tmp_path, about):
    return made.write_report(tmp_path / "report", about)
