"""Results half in one unit, half in another, which no median shows."""

import pytest
from unit.extract.doubtful import cohort, found, results


def mixed(name, usual, other, rest=(), patients=20):
    """Of ``usual`` and ``other`` values by turns, and the rest."""
    half = [value for pair in zip(usual, other, strict=True) for value in pair]
    return found(cohort(patients, measurements=results(name, [*half, *rest], patients)), ["unit-doubt"])


def partly(name, unit, count):
    return [(
        "warning", "unit", f"{name} at site A looks in part like {unit}: its results are far apart in two groups;"
        f" accepted: {name} with its unit, or {name} in plausible if it is right ({count} rows)",
    )]  # fmt: skip


HAPTOGLOBIN = [30, 60, 90, 110, 150, 200, 100, 45, 120, 80, 95]


@pytest.mark.parametrize(
    ("name", "unit", "usual", "factor"),
    [
        ("haptoglobin", "g/L", HAPTOGLOBIN, 0.01),
        ("reticulocytes_percent", "a fraction of 1", [0.5, 1, 1.5, 2, 3, 1, 0.8, 1.2, 2.2, 1.6, 0.9], 0.01),
        ("creatinine", "umol/L", [0.5, 0.7, 0.9, 1, 1.2, 3, 0.8, 0.9, 1.1, 0.6, 1], 88.4),
        ("hemoglobin", "g/L", [7, 8, 9, 10, 11, 12, 13, 9.5, 8.5, 10.5, 12.5], 10),
    ],
)
def test_two_units_at_one_site(name, unit, usual, factor):
    other = [value * factor for value in usual]
    assert mixed(name, usual, other, usual[:1]) == partly(name, unit, 23)
    assert mixed(name, usual, usual) == []


@pytest.mark.parametrize(
    ("name", "usual", "factor"),
    [
        ("hemoglobin", [7, 8, 9, 10, 11, 12, 13, 9.5, 8.5, 10.5, 12.5], 0.6206),
        ("weight", [50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100], 2.2046),
        ("bilirubin", [0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 4, 8], 17.1),
    ],
)
def test_two_units_that_differ_by_less_than_the_patients_are_not_seen(name, usual, factor):
    """A limit that the description of the format names: mmol/L, lb, and umol/L beside jaundice."""
    assert mixed(name, usual, [value * factor for value in usual]) == []


def test_two_units_need_a_fifth_of_the_results_each():
    usual = HAPTOGLOBIN * 4
    of = [("haptoglobin", [*usual, *[1.2] * n]) for n in (10, 11)]
    counts = [len(found(cohort(measurements=results(*one)), ["unit-doubt"])) for one in of]
    assert counts == [0, 1]  # 10 of 54 are less than a fifth, 11 of 55 are one


def test_two_units_have_next_to_nothing_between_them():
    low = [value / 100 for value in HAPTOGLOBIN]
    assert mixed("haptoglobin", HAPTOGLOBIN, low, [4]) == []
    assert mixed("haptoglobin", HAPTOGLOBIN, low, [2.8, 5.7]) == partly("haptoglobin", "g/L", 24)
    assert mixed("haptoglobin", HAPTOGLOBIN * 3, low * 3, [4]) == partly("haptoglobin", "g/L", 67)


def test_a_few_patients_in_whom_hemolysis_is_deep_are_no_unit():
    """Of 4 of 20 patients a lot of results, all low; 0 and below the limit of the test say nothing."""
    low = [(f"P{i % 4}", 200 + i, "haptoglobin", 1) for i in range(15)]
    usual = results("haptoglobin", HAPTOGLOBIN * 2)
    assert found(cohort(measurements=[*usual, *low]), ["unit-doubt"]) == []
    assert found(cohort(measurements=[*usual, *[(p, d, a, 0) for p, d, a, _ in low]]), ["unit-doubt"]) == []
    spread = [(f"P{i}", 200, "haptoglobin", "<8") for i in range(15)]
    assert found(cohort(measurements=[*usual, *spread]), ["unit-doubt"]) == []
