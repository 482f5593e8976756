"""E4: the registry record refers to organ criteria that it does not give, so none apply until amended."""

import numpy as np
import pandas as pd
import pytest
from spec.patient import BASE, FAIL, MAN, PASS, TRANSPLANT, UNKNOWN, criterion

import postgraft as pg

organ_function = criterion("organ_function")


def test_no_limit_is_no_objection():
    """Whatever the organs do."""
    organ_function("day | creatinine\n50 | 9 [0.6..1.2]", {"..": PASS})


def test_a_limit_set_by_an_amendment():
    """The value may reach the multiple of its own upper limit; 14 days, and the highest of a day."""
    patient = """
        day | creatinine
         50 | 2.4 [0.6..1.2]
         55 | 2.5 [0.6..1.2]
         60 | 1.0 [0.6..1.2]
         60 | 2.5 [0.6..1.2]
         65 | 1.0 [0.6..1.2]
        """
    organ_function(
        patient,
        {"0..49": UNKNOWN, "50..54": PASS, "55..64": FAIL, "65..78": PASS, "79..": UNKNOWN},
        organ_limits={"creatinine_max_uln": 2},
    )


def test_every_limit_must_hold():
    """AND over the limits that are set."""
    patient = """
        day | creatinine   | alt        | bilirubin_total
         50 | 1.0 [..1.2]  | 90 [..40]  |
         52 |              |            | 1.0 [..1.2]
        """
    organ_function(patient, {"50..63": PASS}, alt_max_uln=2.5, creatinine_max_uln=1)
    organ_function(patient, {"50..63": FAIL}, alt_max_uln=2, creatinine_max_uln=1)
    organ_function(patient, {50: UNKNOWN, "52..63": PASS}, bilirubin_total_max_uln=1, creatinine_max_uln=1)
    organ_function(patient, {"50..63": UNKNOWN}, ast_max_uln=3, creatinine_max_uln=1)


def test_a_result_without_an_upper_limit():
    """Nothing to hold it against."""
    organ_function("day | creatinine\n50 | 1.0", {"..": UNKNOWN}, creatinine_max_uln=2)


@pytest.mark.parametrize("times", [1.5, 2, 3])
@pytest.mark.parametrize(("analyte", "lowest"), [("creatinine", 60), ("bilirubin_total", 15)])
def test_a_multiple_of_a_limit_in_another_unit(analyte: str, lowest: int, times: float):
    """200 µmol/L are at most twice an upper limit of 100 µmol/L, whatever both are in mg/dL; 200.001 are more."""
    limits = np.round(np.arange(lowest, 3 * lowest, 0.1), 1)
    reached = np.round(times * limits, 2)
    assert _verdicts(analyte, limits, reached, times) == {PASS}
    assert _verdicts(analyte, limits, np.round(reached + 0.001, 3), times) == {FAIL}


def _verdicts(analyte: str, limits: np.ndarray, values: np.ndarray, times: float) -> set[str]:
    """What is said of a patient who has one of these values, in µmol/L beside its limit, on each day."""
    days = np.arange(len(limits))
    tables = {
        "patients": pd.DataFrame([{"patient_id": "P1", **MAN, "last_contact_day": len(days) - 1}]),
        "transplants": pd.DataFrame([{"patient_id": "P1", **TRANSPLANT}]),
        "measurements": pd.DataFrame(
            {"patient_id": "P1", "day": days, "analyte": analyte, "value": values, "unit": "umol/L",
             "upper_limit": limits}
        ),
    }  # fmt: skip
    manifest = {"format": 1, "name": "limits", "time": "days", "plausible": [analyte]}
    extract = pg.Extract.from_tables(manifest, tables)
    protocol = BASE.amend(name="spec", set={"organ_limits": {f"{analyte}_max_uln": times}})
    return set(pg.evaluate(extract, protocol).verdicts("P1")["organ_function"])
