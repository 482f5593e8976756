"""A cohort of eight made-up patients whose counts can be checked by hand, and cohorts of almost nothing.

All but five criteria are dropped. The cytopenia is adjudicated, its treatment is recorded.

    patient     site  year  what
    sure        NYC   2019  AIHA days 50-69, prednisone from day 50: refractory from day 56 on
    unclear     NYC   2019  AIHA unknown days 60-79, prednisone from day 60
    undocumented NJ1  2021  as "sure", but HIV unknown days 0-100
    twice       -     -     transplanted on days 0 and 30, nothing recorded
    early       NJ1   2020  dies on day 20
    autologous  NJ1   2020  no allogeneic transplant
    untreated   NJ1   2021  AIHA days 50-69, no treatment
    dies        -     2021  as "sure", but dies on day 63
"""

from collections.abc import Sequence
from functools import cache

import pandas as pd

import postgraft as pg

Rows = Sequence[tuple[object, ...]]

KEPT = ("days_since_transplant", "immune_cytopenia", "incomplete_response", "gvhd_controlled", "hiv")
PROTOCOL = pg.load_protocol().amend(
    name="five criteria", drop=[name for name in pg.load_protocol().criteria if name not in KEPT]
)
DAYS = {"format": 1, "name": "Eight", "time": "days", "sites": {"NYC": "New York"}}
COMPLETE = {"medications": True, "transfusions": True, "conditions": True}


@cache
def eight(protocol: pg.Protocol = PROTOCOL) -> pg.Outcome:
    """The cohort above, evaluated."""
    return pg.evaluate(eight_extract(), protocol)


def eight_extract(conditions: Rows = (), adjudications: Rows = (), medications: Rows = ()) -> pg.Extract:
    """The cohort with some rows added.

    ``conditions``: patient, start, condition, detail; ``adjudications``: patient, criterion, start, end,
    verdict; ``medications``: patient, start, end, drug, dose, unit, route, purpose.
    """
    names = ["sure", "unclear", "undocumented", "twice", "early", "autologous", "untreated", "dies"]
    patients = pd.DataFrame(
        {
            "patient_id": names,
            "sex": "male",
            "age_at_transplant": 50,
            "last_contact_day": 365,
            "death_day": [None, None, None, None, 20, None, None, 63],
            "site": ["NYC", "NYC", "NJ1", None, "NJ1", "NJ1", "NJ1", None],
            "transplant_year": [2019, 2019, 2021, None, 2020, 2020, 2021, 2021],
        }
    )
    patients.loc[[4, 7], "last_contact_day"] = [20, 63]
    transplants = pd.DataFrame({"patient_id": [*names, "twice"], "transplant_day": 0, "type": "allogeneic"})
    transplants.loc[8, "transplant_day"] = 30
    transplants.loc[5, "type"] = "autologous"
    return pg.Extract.from_tables(
        DAYS | {"complete": COMPLETE},
        {
            "patients": patients,
            "transplants": transplants,
            "measurements": _counts("sure", "unclear", "undocumented", "early", "untreated", "dies"),
            "medications": pd.DataFrame(
                [*_PREDNISONE, *medications],
                columns=["patient_id", "start_day", "end_day", "drug", "dose", "dose_unit", "route", "purpose"],
            ),
            "transfusions": pd.DataFrame(columns=["patient_id", "day", "product"]),
            "conditions": pd.DataFrame(conditions, columns=["patient_id", "start_day", "condition", "detail"]),
            "adjudications": pd.DataFrame(
                [
                    ("sure", "immune_cytopenia.aiha", 50, 69, "PASS"),
                    ("unclear", "immune_cytopenia.aiha", 60, 79, "UNKNOWN"),
                    ("undocumented", "immune_cytopenia.aiha", 50, 69, "PASS"),
                    ("undocumented", "hiv", 0, 100, "UNKNOWN"),
                    ("untreated", "immune_cytopenia.aiha", 50, 69, "PASS"),
                    ("dies", "immune_cytopenia.aiha", 50, 69, "PASS"),
                    *adjudications,
                ],
                columns=["patient_id", "criterion", "start_day", "end_day", "verdict"],
            ),
        },
    )


_PREDNISONE = [
    (name, start, start + 20, "prednisone", 1, "mg/kg/day", None, None)
    for name, start in (("sure", 50), ("unclear", 60), ("undocumented", 50), ("dies", 50))
]


def _counts(*patients: str) -> pd.DataFrame:
    """Normal counts on day 0, a hemoglobin of 7 from day 50 on."""
    rows = [(name, 0, "platelets", 200) for name in patients] + [(name, 0, "hemoglobin", 12) for name in patients]
    rows += [(name, day, "hemoglobin", 7) for name in patients if name != "early" for day in range(50, 90, 7)]
    return pd.DataFrame(rows, columns=["patient_id", "day", "analyte", "value"])


def bare(patients: int, last_day: int = 0, first_day: int | None = None) -> pg.Extract:
    """Patients of whom nothing is known but that they were transplanted and observed from one day to another.

    Nobody is left of an extract by a selection alone: one without a patient cannot be read.
    """
    names = [f"P{i}" for i in range(max(patients, 1))]
    everybody = pg.Extract.from_tables(
        DAYS | {"name": "Bare"},
        {
            "patients": pd.DataFrame(
                {
                    "patient_id": names,
                    "sex": "male",
                    "age_at_transplant": 50,
                    "last_contact_day": last_day,
                    "observed_from_day": first_day,
                }
            ),
            "transplants": pd.DataFrame({"patient_id": names, "transplant_day": 0, "type": "allogeneic"}),
        },
    )
    return everybody.select(names[:patients])
