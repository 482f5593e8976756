"""Section 1 and the manifest: where the absence of a row means no, and where it means unknown."""

import pytest
from spec.cytopenias import itp
from spec.patient import COMPLETE, FAIL, PASS, UNKNOWN, criterion

FROM_CONDITIONS = ("no_ta_tma", "gvhd_controlled")
FROM_MEDICATIONS = ("stable_growth_factor", "investigational_washout", "maintenance_therapy")
NEVER = ("hepatitis", "hiv", "not_pregnant", "no_uncontrolled_condition", "no_hypersensitivity", "no_contraindication")


@pytest.mark.parametrize(
    ("table", "names"),
    [("conditions", FROM_CONDITIONS), ("medications", FROM_MEDICATIONS), ("disease_status", ("no_relapse",))],
)
def test_no_row(table: str, names: tuple[str, ...]):
    """No only if the table is declared; captured but not declared, and not captured, are both unknown."""
    for name in names:
        criterion(name)("", {"..": PASS})
        criterion(name)("", {"..": PASS}, complete=[table] if table != "conditions" else COMPLETE)
        criterion(name)("", {"..": UNKNOWN}, complete=[other for other in COMPLETE if other != table])
        criterion(name)("", {"..": UNKNOWN}, missing=[table])


@pytest.mark.parametrize("name", NEVER)
def test_criteria_that_ask_what_is_known(name: str):
    """Pass without a row, whatever is declared."""
    criterion(name)("", {"..": PASS}, complete=())


def test_declared_for_single_conditions():
    """A list declares those conditions and no other."""
    criterion("no_ta_tma")("", {"..": PASS}, complete={"conditions": ["ta_tma"]})
    criterion("gvhd_controlled")("", {"..": UNKNOWN}, complete={"conditions": ["ta_tma"]})


def test_no_declaration_turns_what_is_on_file():
    """A recorded row speaks for itself."""
    row = "conditions:\ndays | condition\n50..60 | ta_tma"
    criterion("no_ta_tma")(row, {49: UNKNOWN, "50..60": FAIL, 61: UNKNOWN}, complete=())


def test_assume_complete():
    """A study may treat tables or single conditions as if they were declared; a missing table too."""
    criterion("no_relapse")("", {"..": PASS}, complete=(), assume_complete=["disease_status"])
    criterion("no_relapse")("", {"..": PASS}, missing=["disease_status"], assume_complete=["disease_status"])
    criterion("maintenance_therapy")("", {"..": PASS}, complete=(), assume_complete=["medications"])
    for assumed in (["ta_tma"], ["conditions"]):
        criterion("no_ta_tma")("", {"..": PASS}, complete=(), assume_complete=assumed)
    criterion("gvhd_controlled")("", {"..": UNKNOWN}, complete=(), assume_complete=["acute_gvhd"])
    both = ["acute_gvhd", "chronic_gvhd"]
    criterion("gvhd_controlled")("", {"..": PASS}, complete=(), assume_complete=both)
    criterion("no_ta_tma")("", {"..": UNKNOWN}, complete=(), assume_complete=["medications"])


def test_assumed_transfusions():
    """Reach engraftment and, with it, the cytopenia."""
    platelets = criterion("platelet_engraftment")
    captured = {"complete": ["medications", "disease_status", "conditions"]}
    platelets(itp(), {"35..": UNKNOWN}, **captured)
    platelets(itp(), {"35..": PASS}, assume_complete=["transfusions"], **captured)
    criterion("immune_cytopenia.itp")(itp(), {89: FAIL, "90..": PASS}, assume_complete=["transfusions"], **captured)


def test_no_measurements_at_all():
    """A table that was not captured is unknown to every criterion that reads it."""
    for name, expected in (
        ("neutrophil_engraftment", {"..": UNKNOWN}),
        ("platelet_engraftment", {"..": UNKNOWN}),
        ("neutrophil_count", {"..": UNKNOWN}),
        ("immune_cytopenia", {"0..27": FAIL, "28..": UNKNOWN}),  # aplasia is none
        ("hiv", {"..": PASS}),
    ):
        criterion(name)("", expected, missing=["measurements"])
