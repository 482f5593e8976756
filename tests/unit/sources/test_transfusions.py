"""Transfusions: a row a patient, day and product."""

from unit.sources.bench import fates, remarks

from postgraft.sources.transfusions import transfusions


def test_units_are_the_most_that_one_table_says(bench):
    procedure = bench.code(("transfusions", "platelets"), source="procedure_occurrence")
    device = bench.code(("transfusions", "platelets"), source="device_exposure")
    bench.row(procedure, "2020-01-01")
    bench.row(procedure, "2020-01-01")
    bench.row(procedure, "2020-01-01", quantity=1)
    bench.row(device, "2020-01-01", quantity=1)
    bench.row(device, "2020-01-01", quantity=1)
    done = bench.made(transfusions)
    assert bench.written(done) == [("a", "2020-01-01", "platelets", 2.0)]
    assert fates(done) == {
        ("platelets", "written", ""): 1,
        ("platelets", "added up", "of the same day"): 1,
        ("platelets", "joined", "of the same day in another table"): 3,
    }


def test_days_products_and_patients_are_rows_of_their_own(bench):
    platelets, red = bench.code(("transfusions", "platelets")), bench.code(("transfusions", "red_cells"))
    bench.row(platelets, "2020-01-02")
    bench.row(platelets, "2020-01-01")
    bench.row(red, "2020-01-01", quantity=0)
    bench.row(red, "2020-01-01", person="b", quantity=3)
    assert bench.written(bench.made(transfusions)) == [
        ("a", "2020-01-01", "platelets", None),
        ("a", "2020-01-01", "red_cells", None),
        ("a", "2020-01-02", "platelets", None),
        ("b", "2020-01-01", "red_cells", 3.0),
    ]


def test_a_quantity_of_millilitres_is_none_and_noted(bench):
    red = bench.code(("transfusions", "red_cells"))
    bench.row(red, "2020-01-01", quantity=100)
    bench.row(red, "2020-01-02", quantity=300)
    done = bench.made(transfusions)
    assert [row[3] for row in bench.written(done)] == [100.0, None]
    assert remarks(done) == {"quantity above 100, taken as none": 1}
