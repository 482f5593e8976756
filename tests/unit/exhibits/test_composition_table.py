"""The table of who is left at each step."""

import pytest
from unit.cohorts import bare, eight
from unit.exhibits.drawing import cells, notes

import postgraft as pg
from postgraft import exhibits


def test_eight_patients_by_step():
    found = cells(exhibits.composition_table(eight()))
    assert found[:3] == [["Patients"], ["All", "7", "4", "2", "–"], ["Age at transplant (years)"]]
    assert found[3] == ["Median (quartiles)", *["50 (50–50)"] * 3, "–"]
    by_level = {row[0]: row[1:] for row in found}
    assert by_level["40–64"] == [*(f"{count} (100\N{NO-BREAK SPACE}%)" for count in (7, 4, 2)), "–"]
    assert by_level["Female"][0] == "0 (0\N{NO-BREAK SPACE}%)"
    assert by_level["Not recorded"][-2] == "2 (100\N{NO-BREAK SPACE}%)"


def test_steps_of_criteria_are_named_and_the_notes_say_which_transplant_counts():
    made = exhibits.composition_table(eight(), ("adult", "hiv_or_possible"))
    assert "HIV and all before: not failed" in made.html
    assert "Adult and all before: met" in made.html
    assert "with one transplant" in notes(made)


@pytest.mark.parametrize("patients", [0, 1])
def test_a_table_of_nobody_has_no_share_and_no_age(patients):
    found = cells(exhibits.composition_table(pg.evaluate(bare(patients), pg.load_protocol())))
    assert found[1][0] == "All"
    assert found[3][-1] == "–"
    assert not any("nan" in cell for row in found for cell in row)
