"""A drug counts under any of its names: salts, brands and suffixes are no part of it."""

import pytest
from spec.cytopenias import itp, medications
from spec.patient import FAIL, PASS, criterion

two_lines = criterion("incomplete_response.two_lines")


@pytest.mark.parametrize(
    "name", ["rituximab", "rituximab-abbs", "Rituximab-PVVR (Ruxience)", "rituximab and hyaluronidase"]
)
def test_one_dose_of_rituximab_is_no_line(name: str):
    """Nor is it another drug given for the cytopenia; beside danazol there is one line, not two."""
    one = itp() + medications("92..100 | danazol | 400 mg/day |", f"120 | {name} | 375 mg/m2 | immune_cytopenia")
    two_lines(one, {"..": FAIL})
    four = medications(
        "92..100 | danazol | 400 mg/day |",
        *(f"{day} | {name} | 375 mg/m2 | immune_cytopenia" for day in (120, 127, 134, 141)),
    )
    two_lines(itp() + four, {"..154": FAIL, "155..": PASS})


@pytest.mark.parametrize("name", ["eltrombopag", "eltrombopag olamine", "Eltrombopag choline (Alvaiz)"])
def test_a_salt_is_the_same_drug(name: str):
    """Two names of one drug are one kind of line; beside danazol two."""
    both = medications("92..130 | eltrombopag | 50 mg/day |", f"131..160 | {name} | 50 mg/day |")
    two_lines(itp() + both, {"..": FAIL})
    two_lines(
        itp() + medications("92..100 | danazol | 400 mg/day |", f"120..130 | {name} | 50 mg/day |"),
        {"..133": FAIL, "134..": PASS},
    )


def test_two_suffixes_of_one_growth_factor_are_one():
    """A change from one biosimilar to another at one dose is none."""
    rows = ("40..60 | filgrastim-sndz | 300 mcg/day |", "61..90 | filgrastim-aafi | 300 mcg/day |")
    criterion("stable_growth_factor")(medications(*rows), {"40..53": FAIL, "54..": PASS})


@pytest.mark.parametrize(
    ("drug", "verdict"),
    [
        ("sorafenib tosylate", FAIL),
        ("Imatinib mesylate (Gleevec)", FAIL),
        ("quizartinib dihydrochloride", FAIL),
        ("sorafenib-held", PASS),  # no salt, and no biological product: another drug
    ],
)
def test_maintenance_with_a_salt(drug: str, verdict: str):
    patient = f"medications:\ndays | drug | dose\n50..60 | {drug} | 400 mg/day"
    criterion("maintenance_therapy")(patient, {49: PASS, "50..60": verdict}, sponsor_agreement="withheld")


@pytest.mark.parametrize("drug", ["tenofovir alafenamide", "Tenofovir disoproxil fumarate", "entecavir monohydrate"])
def test_treatment_of_hepatitis_b(drug: str):
    patient = f"medications:\ndays | drug | purpose\n50..60 | {drug} | infection_treatment"
    criterion("hepatitis")(patient, {49: PASS, "50..60": FAIL, 61: PASS})
