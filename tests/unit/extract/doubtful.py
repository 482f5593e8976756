"""Small cohorts, and what is doubtful about them."""

import pandas as pd

from postgraft.extract import Extract
from postgraft.vocabulary.errors import ExtractError

MANIFEST = {"format": 1, "name": "Doubts", "time": "days"}
COLUMNS = {
    "measurements": ["patient_id", "day", "analyte", "value"],
    "medications": ["patient_id", "start_day", "end_day", "drug", "purpose"],
    "transfusions": ["patient_id", "day", "product"],
    "disease_status": ["patient_id", "day", "status"],
    "conditions": ["patient_id", "start_day", "condition"],
}


def cohort(patients=20, sites=("A",), **tables):
    """So many patients by turns at the sites, and tables of rows."""
    ids = [f"P{i}" for i in range(patients)]
    return {
        "patients": pd.DataFrame({
            "patient_id": ids, "sex": "male", "birth_year": 1960, "transplant_year": 2020,
            "last_contact_day": 999, "site": [sites[i % len(sites)] for i in range(patients)],
        }),
        "transplants": pd.DataFrame({"patient_id": ids, "transplant_day": 0, "type": "allogeneic"}),
        **{name: pd.DataFrame(rows, columns=COLUMNS[name]) for name, rows in tables.items()},
    }  # fmt: skip


def results(analyte, values, patients=20):
    return [(f"P{i % patients}", 30 + i, analyte, value) for i, value in enumerate(values)]


def found(tables, kinds=("complete-empty", "condition-empty", "unusable", "unit-doubt"), **manifest):
    """Severity, column and message of the doubts."""
    try:
        findings = Extract.from_tables(MANIFEST | manifest, tables).warnings
    except ExtractError as error:
        findings = error.findings
    return [(one.severity, one.column, one.message) for one in findings if one.kind in kinds]
