"""Whole numbers with missing ones, where a user has told pandas that NaN is none of them."""

import evaluated
import numpy as np
import pandas as pd
import pytest

from postgraft import evaluate, load_protocol
from postgraft.analysis.breakdowns import by_year
from postgraft.analysis.explain import evidence
from postgraft.analysis.summary import summary
from postgraft.extract import Extract
from postgraft.extract.overview import table_rows
from postgraft.inference.chart_review import review_sample
from postgraft.vocabulary.words import whole


@pytest.mark.parametrize(
    "numbers", [[1.0, np.nan], [1, None], [1, pd.NA], pd.Series([1, None], dtype="Int64"), np.array([1, np.nan])]
)
@pytest.mark.parametrize("option", [False, True])
def test_whole_numbers(numbers, option):
    with pd.option_context("future.distinguish_nan_and_na", option):
        found = pd.Series(whole(numbers))
    assert (str(found.dtype), found.isna().tolist(), found[0]) == ("Int64", [False, True], 1)
    assert len(whole([])) == 0


@pytest.fixture(scope="module")
def in_days():
    """Two patients in days, one without a year."""
    tables = {
        "patients": pd.DataFrame(
            {"patient_id": ["A", "B"], "sex": "male", "birth_year": 1960, "last_contact_day": 300,
             "transplant_year": [2020, None]}
        ),
        "transplants": pd.DataFrame({"patient_id": ["A", "B"], "transplant_day": 0, "type": "allogeneic"}),
    }  # fmt: skip
    return evaluate(Extract.from_tables({"format": 1, "name": "X", "time": "days"}, tables), load_protocol())


TABLES = {
    "by_year": by_year,
    "coverage": lambda outcome: outcome.extract.coverage(),
    "table_rows": lambda outcome: table_rows(outcome.extract),
    "summary": summary,
    "evidence": lambda outcome: evidence(outcome, outcome.patients["patient_id"][0], 100),
    "review_sample": lambda outcome: review_sample(outcome, min(40, len(outcome.patients)), 1),
    "patients": lambda outcome: outcome.patients,
}


@pytest.mark.parametrize("dated", [False, True])
@pytest.mark.parametrize("name", TABLES)
def test_tables_are_the_same_whatever_the_option(name, dated, in_days):
    outcome = evaluated.demo() if dated else in_days
    expected = TABLES[name](outcome)
    with pd.option_context("future.distinguish_nan_and_na", True):
        found = TABLES[name](outcome)
    assert found.to_csv() == expected.to_csv()
