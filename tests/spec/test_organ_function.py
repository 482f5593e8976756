"""E4: the registry record refers to organ criteria that it does not give, so none apply until amended."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

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
