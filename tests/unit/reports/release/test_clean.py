"""A report in which nothing is wrong passes, and leaves whole."""

import hashlib
import json

import pytest
from unit.reports.release import clean

from postgraft.reports.release_check import check_release


def test_a_clean_report_passes(report, cohort):
    checked = check_release(report, [cohort], notebooks=True)
    assert str(checked).endswith("nothing found that may not leave: " + str(checked.rule) + ".")
    assert checked.passed
