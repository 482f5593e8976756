"""Parquet parts of a table: bounded, and the same bytes however the rows come."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from postgraft.extract import write
from postgraft.extract.write import write_parts

SCHEMA = pa.schema({"patient_id": pa.string(), "day": pa.int32()})


def rows(*sizes):
    start, batches = 0, []
    for size in sizes:
        days = list(range(start, start + size))
        batches.append(pa.record_batch([[str(day) for day in days], pa.array(days, pa.int32())], schema=SCHEMA))
        start += size
    return pa.RecordBatchReader.from_batches(SCHEMA, batches)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(write, "PART_ROWS", 6)
    monkeypatch.setattr(write, "GROUP_ROWS", 3)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("sizes", "parts"), [
    ((6,), [6]), ((7,), [6, 1]), ((2, 2, 2, 2, 4), [6, 6]), ((1, 12, 1), [6, 6, 2]), ((), [0]), ((0, 0), [0]),
])  # fmt: skip
def test_parts_hold_so_many_rows(tmp_path, sizes, parts):
    write_parts(tmp_path, "medications", rows(*sizes))
    files = sorted((tmp_path / "medications").iterdir())
    assert [file.name for file in files] == [f"part-{number:04d}.parquet" for number in range(len(parts))]
    assert [pq.read_metadata(file).num_rows for file in files] == parts
    assert [day for file in files for day in pq.read_table(file)["day"].to_pylist()] == list(range(sum(sizes)))


@pytest.mark.usefixtures("small")
def test_the_bytes_do_not_depend_on_the_batches(tmp_path):
    written = []
    for name, sizes in (("one", (11,)), ("other", (1, 4, 0, 6))):
        write_parts(tmp_path / name, "medications", rows(*sizes))
        written.append([file.read_bytes() for file in sorted((tmp_path / name / "medications").iterdir())])
    assert written[0] == written[1]
