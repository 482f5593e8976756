"""What can hardly be right of a cohort: from 20 patients and results on it stops, below that it is a warning."""

from pathlib import Path

import pytest
from unit.extract.doubtful import MANIFEST, cohort, found, results

from postgraft import extract
from postgraft.extract import Extract
from postgraft.extract.doubts import WHO_COUNTS
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.errors import ExtractError
from postgraft.vocabulary.units import accepted_units, conversion
from postgraft.vocabulary.usual import doubtful_units, likelier_unit, usual_medians

# ---- tables declared complete without a row


EMPTY = (
    "complete.transfusions",
    "transfusions is declared complete but has no row;"
    " accepted: its rows, or transfusions in complete_though_empty if there is none",
)


@pytest.mark.parametrize(("patients", "severity"), [(19, "warning"), (20, "error")])
def test_a_table_declared_complete_without_a_row(patients, severity):
    tables = cohort(patients, transfusions=[])
    assert found(tables, complete={"transfusions": True}) == [(severity, *EMPTY)]
    assert found(tables) == []
    assert found(tables, complete={"transfusions": True}, complete_though_empty=["transfusions"]) == []
    assert found(cohort(patients, transfusions=[("P1", 5, "platelets")]), complete={"transfusions": True}) == []


def test_conditions_declared_one_by_one_without_any_row():
    tables = cohort(conditions=[])
    ((severity, column, message),) = found(tables, complete={"conditions": ["dic", "ttp"]}, kinds=["complete-empty"])
    assert (severity, column) == ("error", "complete.conditions")
    assert message.startswith("conditions is declared complete but has no row")


def test_single_conditions_declared_complete_without_a_row():
    tables = cohort(conditions=[("P1", 30, "dic")])
    declared = {"conditions": ["dic", "ttp", "hit", "itp"]}
    assert found(tables, complete=declared, complete_though_empty=["hit"]) == [(
        "warning", "complete.conditions",
        "declared complete but without a row: itp, ttp;"
        " accepted: rows of them, or their names in complete_though_empty if there is none",
    )]  # fmt: skip
    assert found(tables, complete={"conditions": True}) == []


def test_a_table_without_a_file_that_is_complete_though_empty():
    """The word of the site stands for the file; without it a missing file is an error."""
    manifest = {"complete": {"transfusions": True}}
    extract = Extract.from_tables(MANIFEST | manifest | {"complete_though_empty": ["transfusions"]}, cohort())
    assert "transfusions" in extract.captured
    undeclared = Extract.from_tables(MANIFEST | {"complete_though_empty": ["transfusions"]}, cohort())
    assert "transfusions" not in undeclared.captured
    with pytest.raises(ExtractError, match="transfusions is declared complete but has no file"):
        Extract.from_tables(MANIFEST | manifest, cohort())


# ---- results that are kept out


def unusable(name, bad, rows):
    return (
        "value", f"{name}: {bad} of {rows} rows are kept out or outside the plausible range;"
        f" accepted: more than half of them usable, or {name} in plausible if they are right",
    )  # fmt: skip


@pytest.mark.parametrize("value", [None, -1, 9999])
def test_half_of_the_rows_without_a_value(value):
    def of(bad, patients=20):
        return cohort(patients, measurements=results("platelets", [value] * bad + [150] * 10, patients))

    assert found(of(9), ["unusable"]) == []
    assert found(of(10), ["unusable"]) == [("error", *unusable("platelets", 10, 20))]
    assert found(of(10, patients=19), ["unusable"]) == [("warning", *unusable("platelets", 10, 20))]
    assert found(of(10), plausible=["platelets"]) == []


def test_few_rows_are_only_doubtful():
    tables = cohort(measurements=results("weight", [0] * 10 + [80] * 9))
    assert found(tables) == [("warning", *unusable("weight", 10, 19))]
    assert found(cohort(measurements=results("weight", [0] * 4))) == []


def test_words_without_a_meaning_are_rows_without_a_result():
    tables = cohort(measurements=results("dat", [1] * 20))
    assert found(tables) == [("error", *unusable("dat", 20, 20))]


# ---- results in another unit


def doubt(name, unit, count, site="A"):
    return (
        "unit", f"{name} at site {site} looks like {unit}: its median is nearer to the usual one in that unit;"
        f" accepted: {name} with its unit, or {name} in plausible if it is right ({count} rows)",
    )  # fmt: skip


UNITS = [
    ("hemoglobin", 7.88, 7.87, "mmol/L"),
    ("neutrophils", 13, 14, "% of leukocytes"),
    ("neutrophils", 0.095, 0.094, "10*12/L"),
    ("reticulocytes", 1.9, 1.89, "10*12/L"),
    ("reticulocytes_percent", 0.11, 0.09, "a fraction of 1"),
    ("haptoglobin", 4.1, 3.9, "g/L"),
    ("platelets", 4.2, 4.1, "10*12/L"),
    ("ldh", 28.5, 28.3, "ukat/L"),
    ("alt", 3.9, 3.8, "ukat/L"),
    ("ast", 3.9, 3.8, "ukat/L"),
    ("bilirubin_total", 4.1, 4.2, "umol/L"),
    ("bilirubin_direct", 1.6, 1.7, "umol/L"),
    ("bilirubin_indirect", 4.1, 4.2, "umol/L"),
    ("creatinine", 8.4, 8.5, "umol/L"),
    ("weight", 111, 112, "lb"),
]


@pytest.mark.parametrize("stated", [False, True])
@pytest.mark.parametrize(("name", "right", "wrong", "unit"), UNITS)
def test_a_median_nearer_to_that_of_another_unit(name, right, wrong, unit, stated):
    """On both sides of the middle, with a unit in the file and without."""
    for value, expected in ((right, []), (wrong, [("error", *doubt(name, unit, 20))])):
        tables = cohort(measurements=results(name, [value] * 20))
        if stated:
            tables["measurements"]["unit"] = ANALYTES[name].unit
        assert found(tables) == expected
    assert found(tables, plausible=[name]) == []


@pytest.mark.parametrize(("count", "severity"), [(2, "warning"), (19, "warning"), (20, "error")])
def test_few_results_are_only_doubtful(count, severity):
    tables = cohort(measurements=results("haptoglobin", [1.2] * count))
    assert found(tables) == [(severity, *doubt("haptoglobin", "g/L", count))]


@pytest.mark.parametrize(
    ("elsewhere", "here", "severity"),
    [(14, 5, "warning"), (15, 5, "error"), (1, 19, "error"), (16, 4, "warning"), (100, 2, "warning")],
)
def test_a_small_site(elsewhere, here, severity):
    """It is an error from 20 results of the analyte in the whole cohort and 5 at the site on."""
    rows = [("P0", day, "haptoglobin", 100) for day in range(elsewhere)]
    rows += [("P1", day, "haptoglobin", 1.2) for day in range(here)]
    tables = cohort(20, ("A", "B"), measurements=rows)
    assert found(tables) == [(severity, *doubt("haptoglobin", "g/L", here, "B"))]


@pytest.mark.parametrize(("here", "severity"), [(19, None), (20, "error")])
def test_a_small_site_whose_patients_may_differ_so(here, severity):
    """A few may be heavy: pounds are 2.2 times as many as kilograms, by less than 4."""
    rows = [("P0", day, "weight", 75) for day in range(30)] + [("P1", day, "weight", 130) for day in range(here)]
    tables = cohort(20, ("A", "B"), measurements=rows)
    assert found(tables) == ([(severity, *doubt("weight", "lb", here, "B"))] if severity else [])


SLIPS = [
    (name, unit)
    for name, about in ANALYTES.items()
    if about.numeric
    for unit in accepted_units(name)
    if unit != about.unit
]


@pytest.mark.parametrize(("name", "unit"), SLIPS)
def test_numbers_in_the_canonical_unit_with_another_unit(name, unit):
    """They are converted, though they were right; the same slip at a site among others."""
    usual, canonical = usual_medians()[name], ANALYTES[name].unit
    slipped = cohort(measurements=results(name, [usual] * 20))
    slipped["measurements"]["unit"] = unit
    assert doubt(name, f"{canonical} stated as {unit}", 20) in [one[1:] for one in found(slipped)]
    given = conversion(name, unit)
    right = cohort(measurements=results(name, [usual * given.divide_by / given.multiply_by] * 20))
    right["measurements"]["unit"] = unit
    assert found(right) == []


def test_one_site_of_two():
    tables = cohort(40, ("A", "B"), measurements=results("creatinine", [0.9, 80] * 40, 40))
    assert found(tables, kinds=["unit-doubt"]) == [("error", *doubt("creatinine", "umol/L", 40, "B"))]


def test_without_sites_all_results_are_taken_together():
    tables = cohort(measurements=results("creatinine", [80] * 20))
    del tables["patients"]["site"]
    ((_, _, message),) = found(tables, kinds=["unit-doubt"])
    assert message.startswith("creatinine looks like umol/L: ")


def test_results_below_the_limit_of_the_test_say_nothing_of_the_unit():
    assert found(cohort(measurements=results("haptoglobin", ["<8"] * 30))) == []


@pytest.mark.parametrize(
    "evidence",
    [
        {"conditions": [(f"P{i}", 30, "aiha") for i in range(20)]},
        {"medications": [(f"P{i}", 30, 40, "prednisone", "immune_cytopenia") for i in range(20)]},
        {"measurements": results("haptoglobin", [100] * 20)},
    ],
)
def test_hemoglobin_of_patients_with_a_cytopenia_is_left_aside(evidence):
    low = results("hemoglobin", [6.5] * 20)
    assert found(cohort(measurements=low)) == [("error", *doubt("hemoglobin", "mmol/L", 20))]
    assert (
        found(cohort(**{"measurements": [], **evidence} | {"measurements": low + evidence.get("measurements", [])}))
        == []
    )


@pytest.mark.parametrize("name", ["demo", "site_a", "site_b", "site_c"])
def test_the_synthetic_cohorts_raise_no_doubt_of_a_unit(name):
    """PRCA and hemolysis are enriched there."""
    folder = Path(__file__).parents[3] / "cohorts" / name
    assert [one for one in Extract.from_folder(folder).warnings if one.kind == "unit-doubt"] == []


def test_hemoglobin_of_a_few_patients_is_left_aside():
    assert found(cohort(measurements=results("hemoglobin", [6.5] * 20, patients=4))) == []
    assert found(cohort(measurements=results("hemoglobin", [6.5] * 20, patients=5))) != []


def test_hemoglobin_that_nobody_has_is_told_of_a_few_patients():
    ((severity, _, message),) = found(cohort(measurements=results("hemoglobin", [110] * 3)), ["unit-doubt"])
    assert (severity, message.split(":")[0]) == ("warning", "hemoglobin at site A looks like g/L")


def test_every_usual_median_lies_in_its_range_and_is_nearest_to_itself():
    for name, median in usual_medians().items():
        assert ANALYTES[name].low < median < ANALYTES[name].high
        assert likelier_unit(name, median) is None
        for unit, factor in doubtful_units(name).items():
            assert likelier_unit(name, median * factor) == unit
    assert likelier_unit("dat", 1e9) is None
    assert likelier_unit("platelets", 0) is None


# ---- weights


@pytest.mark.parametrize(("age", "kg", "warned"), [(18, 24.9, True), (18, 25, False), (17, 24.9, False)])
@pytest.mark.parametrize("column", ["age_at_transplant", "birth_year", "birth_day"])
def test_a_weight_that_is_a_childs(age, kg, warned, column):
    tables = cohort(1, measurements=results("weight", [kg], 1))
    told = {"age_at_transplant": age, "birth_year": 2020 - age, "birth_day": -age * 366}
    tables["patients"] = tables["patients"].drop(columns="birth_year").assign(**{column: told[column]})
    expected = [("warning", "value", "weight under 25 kg of a patient of 18 years or more (1 row)")]
    assert found(tables, ["light-adult"]) == (expected if warned else [])
    assert found(tables, ["light-adult"], plausible=["weight"]) == []


def test_what_every_report_begins_with_is_noted_somewhere():
    code = "".join(path.read_text(encoding="utf-8") for path in Path(extract.__file__).parent.glob("*.py"))
    assert {kind for kind in WHO_COUNTS if code.count(f'"{kind}"') < 2} == set()
