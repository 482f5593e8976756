"""Order of rows: by patient and day, then content; checked against plain Python."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from postgraft.extract.patient_index import gather, offsets, ordered

ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-3, 3), st.sampled_from([0.0, 1.5, float("nan")]), st.integers(0, 1)),
    max_size=25,
)


def key(row):
    patient, day, value, code = row
    return patient, day, np.isnan(value), 0 if np.isnan(value) else value, code


@given(ROWS)
def test_order_firsts_and_repeats(rows):
    patient, day, value, code = (np.array(column) for column in zip(*rows, strict=True)) if rows else [np.zeros(0)] * 4
    order, first, same = ordered(patient.astype(np.int32), day.astype(np.int32), lambda: (value, code))
    expected = [key(row) for row in sorted(rows, key=key)]
    assert [key(rows[i]) for i in order] == expected
    before = [None, *expected][: len(expected)]
    assert first.tolist() == [b is None or b[:2] != e[:2] for b, e in zip(before, expected, strict=True)]
    assert same.tolist() == [b == e for b, e in zip(before, expected, strict=True)]


@given(st.lists(st.integers(0, 4), max_size=20), st.permutations(range(5)))
def test_gather_takes_the_rows_of_each_patient(patient, chosen):
    patient = np.array(sorted(patient), dtype=np.int32)
    starts = offsets(patient, 5)
    assert starts[0] == 0
    assert starts[-1] == len(patient)
    rows = gather(starts, np.array(chosen[:3]))
    assert patient[rows].tolist() == [p for p in chosen[:3] for _ in range(int((patient == p).sum()))]
