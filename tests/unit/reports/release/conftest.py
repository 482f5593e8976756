"""A cohort, and the check of reports of it."""

import pytest
from unit.reports.release import clean

from postgraft.reports.release_check import check_release


@pytest.fixture(scope="session")
def cohort(tmp_path_factory):
    return clean.cohort_folder(tmp_path_factory.mktemp("cohort") / "made-up")


@pytest.fixture(scope="session")
def about(cohort):
    return clean.record(cohort)


@pytest.fixture
def report(tmp_path, about):
    """A report without a leak."""
    return clean.write_report(tmp_path / "report", about)


@pytest.fixture
def checked(tmp_path, cohort, about):
    """What the check finds in a report with something planted in its notebook."""

    def check(plant, page=False, **options):
        made = clean.write_report(tmp_path / "planted", about, plant, page)
        return check_release(made, [cohort], **options)

    return check
