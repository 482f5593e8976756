"""A small cohort that reads without a finding, to be spoilt in one place by each test."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest

from postgraft.extract import Extract, Finding
from postgraft.vocabulary.errors import ExtractError

Tables = dict[str, pd.DataFrame]

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}


def rows(**columns: list[Any]) -> pd.DataFrame:
    """A table of text cells; None is an empty one."""
    return pd.DataFrame(columns, dtype=object)


def small() -> Tables:
    """Two patients, transplanted on 2020-01-01 and 2020-06-01, with a row or two of everything."""
    return {
        "patients": rows(
            patient_id=["007", "B2"], sex=["female", "male"], birth_date=["1970-05-01", "1962-11-30"],
            last_contact_date=["2021-12-31", "2022-06-30"],
        ),
        "transplants": rows(
            patient_id=["007", "B2"], transplant_date=["2020-01-01", "2020-06-01"], type=["allogeneic"] * 2,
        ),
        "measurements": rows(
            patient_id=["007", "007", "B2"], date=["2020-02-01", "2020-02-02", "2020-07-01"],
            analyte=["platelets", "hemoglobin", "dat"], value=["150", "12.5", None], result=[None, None,
            "positive"],
            unit=["10*9/L", "g/dL", None], lower_limit=["140", None, None], upper_limit=["400", None, None],
        ),
        "medications": rows(
            patient_id=["007"], start_date=["2020-03-01"], end_date=["2020-03-10"], drug=["prednisone"],
            dose=["1"],
            dose_unit=["mg/kg/day"], purpose=["gvhd"],
        ),
        "transfusions": rows(patient_id=["B2"], date=["2020-06-10"], product=["red_cells"]),
        "disease_status": rows(patient_id=["007"], date=["2020-02-01"], status=["remission"]),
        "conditions": rows(
            patient_id=["007"], start_date=["2020-03-01"], end_date=[None], condition=["acute_gvhd"],
            grade=["2"],
            detail=["responsive"],
        ),
        "adjudications": rows(
            patient_id=["B2"], criterion=["remission"], start_date=["2020-08-01"], verdict=["PASS"],
        ),
    }  # fmt: skip


def read(tables: Mapping[str, pd.DataFrame], **manifest: Any) -> Extract:
    """The extract of these tables."""
    return Extract.from_tables({**MANIFEST, **manifest}, tables)


@pytest.fixture
def tables() -> Tables:
    return small()


@pytest.fixture
def spoilt(tables: Tables) -> Callable[..., Tables]:
    """``spoilt("patients", 1, sex="x")``: the small cohort with other cells in one row (from 0)."""

    def spoil(table: str, row: int, **cells: Any) -> Tables:
        for column, cell in cells.items():
            if column not in tables[table]:
                tables[table][column] = None
            tables[table].loc[row, column] = cell
        return tables

    return spoil


@pytest.fixture
def errors() -> Callable[..., list[Finding]]:
    """The errors of reading these tables; fails if there are none."""

    def read_badly(tables: Mapping[str, pd.DataFrame], **manifest: Any) -> list[Finding]:
        with pytest.raises(ExtractError) as caught:
            read(tables, **manifest)
        return [finding for finding in caught.value.findings if finding.severity == "error"]

    return read_badly
