"""Made-up patients on whom a reviewer has ruled about every criterion, so that any of them can stand in the way."""

from collections.abc import Mapping

import pandas as pd

import postgraft as pg

LAST_DAY = 60
CRITERIA = tuple(pg.load_protocol().criteria)


def judged(*patients: Mapping[str, str]) -> pg.Outcome:
    """A patient for each mapping of criteria to verdicts, which hold on all observed days; all other criteria PASS."""
    names = [f"P{i}" for i in range(len(patients))]
    rulings = [
        (name, criterion, 0, LAST_DAY, given.get(criterion, "PASS"))
        for name, given in zip(names, patients, strict=True)
        for criterion in CRITERIA
    ]
    return pg.evaluate(
        pg.Extract.from_tables(
            {"format": 1, "name": "Judged", "time": "days"},
            {
                "patients": pd.DataFrame(
                    {"patient_id": names, "sex": "male", "age_at_transplant": 50, "last_contact_day": LAST_DAY}
                ),
                "transplants": pd.DataFrame({"patient_id": names, "transplant_day": 0, "type": "allogeneic"}),
                "adjudications": pd.DataFrame(
                    rulings, columns=["patient_id", "criterion", "start_day", "end_day", "verdict"]
                ),
            },
        ),
        pg.load_protocol(),
    )


def failing(*criteria: str) -> dict[str, str]:
    """Verdicts of a patient who fails just these."""
    return dict.fromkeys(criteria, "FAIL")
