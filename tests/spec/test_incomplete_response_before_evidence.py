"""Before the first result since the transplant the onset may be as late as the day in question."""

from spec.patient import FAIL, UNKNOWN, criterion

dependent = criterion("incomplete_response.dependent")
refractory = criterion("incomplete_response.refractory")


def test_no_nadir_of_an_onset_on_the_day():
    """An onset on day 28 has no platelets of its two weeks to rise from: the response is not known to be none."""
    patient = """
    day | platelets | hemoglobin
    -10 | 20        |
     16 |           | 12.0
    """
    one_day = {"dependence_evidence": "continuing_dose", "dependence_steroid_days": 1}
    dependent(patient, {"0..27": FAIL, "28..31": UNKNOWN}, complete=["transfusions"], **one_day)
    dependent(patient, {"..": FAIL}, **one_day)  # without a dose on file there is none


def test_days_on_which_the_nadir_is_from_before_the_transplant():
    """On day 1 both onset days give a response, so none was lost; on day 2 that of day 1 may be before the onset."""
    patient = """
    day | platelets | hemoglobin
    -10 | 49        | 12.5
    """
    taper = {"dependence_evidence": "relapse_on_taper", "onset_day_min": 0}
    dependent(patient, {"0..1": FAIL, "2..": UNKNOWN}, complete=["transfusions"], **taper)
    refractory(patient, {"..": UNKNOWN}, complete=["transfusions"], onset_day_min=0)
