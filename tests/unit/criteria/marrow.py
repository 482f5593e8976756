"""Patients with ITP of whom everything is known but, for some, the marrow."""

import pandas as pd

import postgraft as pg

KEPT = ("days_since_transplant", "immune_cytopenia", "incomplete_response")
PROTOCOL = pg.load_protocol().amend(name="ITP", drop=[name for name in pg.load_protocol().criteria if name not in KEPT])


def itp_cohort(*marrows):
    """A patient for each of ``marrows``: a result of the marrow on day 99, or "none" for no marrow; evaluated.

    Platelets are 200 until day 95 and 10 from day 100 on, without other cause; prednisone at full dose from
    day 100 does not help. A patient without a marrow is called ITP, others by their result.
    """
    names = ["ITP" if marrow == "none" else marrow for marrow in marrows]
    results = []
    for name, marrow in zip(names, marrows, strict=True):
        counts = [(day, 200 if day < 100 else 10) for day in (*range(10, 96, 5), *range(100, 151, 5))]
        results += [(name, day, "platelets", value, None) for day, value in counts]
        results += [(name, day, "hemoglobin", 13, None) for day in range(10, 151, 5)]
        if marrow != "none":
            results.append((name, 99, "marrow_megakaryocytes", None, marrow))
    causes = list(PROTOCOL.parameters["itp_other_causes"].value)
    return pg.evaluate(
        pg.Extract.from_tables(
            {
                "format": 1,
                "name": "ITP",
                "time": "days",
                "complete": {"medications": True, "transfusions": True, "conditions": causes},
            },
            {
                "patients": pd.DataFrame(
                    {"patient_id": names, "sex": "male", "age_at_transplant": 50, "last_contact_day": 150}
                ),
                "transplants": pd.DataFrame(
                    {
                        "patient_id": names,
                        "transplant_day": 0,
                        "type": "allogeneic",
                        "indication": "aml",
                        "neutrophil_engraftment_day": 15,
                        "platelet_engraftment_day": 15,
                    }
                ),
                "measurements": pd.DataFrame(results, columns=["patient_id", "day", "analyte", "value", "result"]),
                "medications": pd.DataFrame(
                    [(name, 100, 150, "prednisone", 1, "mg/kg/day") for name in names],
                    columns=["patient_id", "start_day", "end_day", "drug", "dose", "dose_unit"],
                ),
                "transfusions": pd.DataFrame(columns=["patient_id", "day", "product"]),
                "conditions": pd.DataFrame(columns=["patient_id", "start_day", "condition"]),
            },
        ),
        PROTOCOL,
    )
