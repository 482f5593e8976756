"""Units: conversions worked out by hand, and everyday spellings."""

import pytest

from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.units import accepted_units, conversion

# value in the unit, and the value in the canonical unit worked out by hand
BY_HAND = [
    ("platelets", "K/uL", 150, 150),
    ("platelets", "/uL", 150000, 150),
    ("platelets", "10*12/L", 0.15, 150),
    ("neutrophils", "cells/mm3", 500, 0.5),
    ("reticulocytes", "10*12/L", 0.05, 50),
    ("reticulocytes", "10*6/L", 50000, 50),
    ("hemoglobin", "g/L", 95, 9.5),
    ("hemoglobin", "mmol/L", 6.206, 10),  # 10 g/dL = 100 g/L; 100 / 16.114 = 6.206 mmol/L Hb(Fe)
    ("reticulocytes_percent", "10*-3", 25, 2.5),
    ("reticulocytes_percent", "1", 0.025, 2.5),
    ("ldh", "ukat/L", 4.1, 246),  # 1 ukat = 60 umol/min = 60 U
    ("alt", "nkat/L", 1000, 60),
    ("haptoglobin", "g/L", 0.3, 30),
    ("haptoglobin", "mg/L", 300, 30),
    ("haptoglobin", "g/dL", 0.03, 30),
    ("bilirubin_total", "umol/L", 17.104, 1),  # 10 mg/L / 584.66 g/mol
    ("bilirubin_direct", "mg/L", 12, 1.2),
    ("creatinine", "mg/L", 9, 0.9),
    ("creatinine", "umol/L", 88.4, 1),  # 10 mg/L / 113.12 g/mol
    ("weight", "lb", 100, 45.359237),
    ("weight", "g", 70500, 70.5),
]


@pytest.mark.parametrize(("analyte", "unit", "given", "canonical"), BY_HAND)
def test_conversion_by_hand(analyte, unit, given, canonical):
    factors = conversion(analyte, unit)
    assert given * factors.multiply_by / factors.divide_by == pytest.approx(canonical, rel=1e-12)


SPELLINGS = {
    ("platelets", "10*9/L"): [
        "K/uL", "k/ul", "K/µL", "K/μL", "K/mcL", "10*3/uL", "10^3/uL", "10³/µL", "Thousand/uL",
        "thou/uL", "10*3/mm3",
        "K/cmm", "10*9/L", "10^9/L", "10⁹/L", "x10E9/L", "x10^9/L", "× 10⁹/L", "10e9/L", "10**9/L",
        "E9/L", "G/L",
        "giga/L", "10^9 cells/L", "10*9{cells}/L", "10^9/liter",
        "10*6/mL", "x10(9)/L", "10(3)/uL",
    ],
    ("platelets", "/uL"): ["/uL", "cells/uL", "/mm3", "cells/mm3", "/mm^3", "/cu mm", "cells / µL",
     "{cells}/uL", "#/uL", "#/mm3"],
    ("hemoglobin", "g/dL"): ["g/dL", "g/dl", "G/DL", "gm/dL", "g/100 mL", "g%"],
    ("hemoglobin", "g/L"): ["g/L", "G/l", "g/litre"],
    ("hemoglobin", "mmol/L"): ["mmol/L", "mmol/l"],
    ("reticulocytes_percent", "%"): ["%", "percent", "%{RBC}"],
    ("reticulocytes_percent", "10*-3"): ["‰", "10*-3", "10^-3", "per mille", "10⁻³"],
    ("ldh", "U/L"): ["U/L", "u/l", "IU/L", "[iU]/L", "[U]/L", "units/L"],
    ("ldh", "ukat/L"): ["ukat/L", "µkat/L", "μkat/L", "mckat/L"],
    ("creatinine", "umol/L"): ["umol/L", "µmol/L", "μmol/l", "mcmol/L"],
    ("weight", "lb"): ["lb", "LBS", "[lb_av]", "pounds"],
    ("weight", "kg"): ["kg", "KG"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("analyte", "unit", "spelling"), [(*key, text) for key, texts in SPELLINGS.items() for text in texts]
)
def test_everyday_spelling(analyte, unit, spelling):
    assert conversion(analyte, spelling).unit == unit


MISFITS = [
    ("platelets", "g/dL"), ("platelets", "%"), ("hemoglobin", "mg/dL"), ("hemoglobin", "%"),
    ("hemoglobin", "K/uL"),
    ("reticulocytes_percent", "10*9/L"), ("reticulocytes", "%"), ("ldh", "umol/L"), ("bilirubin_total",
     "mmol/L"),
    ("creatinine", "mmol/L"), ("weight", "m"), ("platelets", "M/uL"), ("alt", "?"), ("platelets", "10^8/L"),
    ("platelets", "10(8)/L"), ("platelets", "10^9)/L"), ("platelets", "10(9/L"), ("platelets", "10*9/mL"),
    ("hemoglobin", "#/uL"),
]  # fmt: skip


@pytest.mark.parametrize(("analyte", "unit"), MISFITS)
def test_a_unit_that_does_not_fit(analyte, unit):
    assert conversion(analyte, unit) is None


@pytest.mark.parametrize("analyte", [name for name, analyte in ANALYTES.items() if analyte.numeric])
def test_the_canonical_unit_is_known_and_the_default(analyte):
    for unit in ("", "  ", ANALYTES[analyte].unit):
        factors = conversion(analyte, unit)
        assert (factors.unit, factors.multiply_by, factors.divide_by) == (ANALYTES[analyte].unit, 1, 1)
    assert accepted_units(analyte)[0] == ANALYTES[analyte].unit


@pytest.mark.parametrize("analyte", [name for name, analyte in ANALYTES.items() if not analyte.numeric])
def test_qualitative_analytes_have_no_unit(analyte):
    with pytest.raises(KeyError):
        conversion(analyte, "mg/dL")


def test_every_conversion_has_a_value_by_hand():
    """Analytes of one dimension share their rows of the table."""
    checked = {(ANALYTES[analyte].dimension, conversion(analyte, unit).unit) for analyte, unit, _, _ in BY_HAND}
    for name, analyte in ANALYTES.items():
        if analyte.numeric:
            assert {(analyte.dimension, unit) for unit in accepted_units(name)[1:]} <= checked
