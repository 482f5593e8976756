"""The rows of a table in their order, however many are sorted at a time."""

import pytest

from postgraft.sources import made
from postgraft.sources.measurements import measurements


@pytest.mark.parametrize("at_a_time", [1, 3, 1000])
def test_rows_are_by_patient_day_and_every_column(bench, monkeypatch, at_a_time):
    monkeypatch.setattr(made, "SORTED_ROWS", at_a_time)
    hb, alt = bench.code(("measurements", "hemoglobin")), bench.code(("measurements", "alt"))
    for person in ("b", "é", "B", "a'b", "a"):
        bench.row(hb, "2020-01-02", person, number=9.0, unit="g/dL")
        bench.row(hb, "2020-01-02", person, number=8.0, unit="g/dL", operator="<")
        bench.row(hb, "2020-01-02", person, number=8.0, unit="g/dL")
        bench.row(alt, "2020-01-02", person, number=50.0, unit="U/L")
        bench.row(alt, "2020-01-01", person, number=60.0, unit="U/L")
    written = bench.written(bench.made(measurements))
    assert [row[0] for row in written[::5]] == ["B", "a", "a'b", "b", "é"]
    assert [row[1:5] for row in written[:5]] == [
        ("2020-01-01", "alt", 60.0, None),
        ("2020-01-02", "alt", 50.0, None),
        ("2020-01-02", "hemoglobin", 8.0, None),
        ("2020-01-02", "hemoglobin", 8.0, "<"),
        ("2020-01-02", "hemoglobin", 9.0, None),
    ]
    assert [row[1:] for row in written[5:10]] == [row[1:] for row in written[:5]]
