"""Writes a folder in the form that ``read_extract`` takes."""

from collections.abc import Iterator, Mapping
from itertools import chain, count, islice
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import yaml

from postgraft.extract.manifest import MANIFEST_FILE
from postgraft.extract.table_files import forms
from postgraft.extract.tables import TABLES
from postgraft.vocabulary.errors import ExtractError, Finding, writing
from postgraft.vocabulary.spreadsheets import without_formulas

Format = Literal["csv", "csv.gz", "parquet"]
PART_ROWS: Final = 1_000_000
GROUP_ROWS: Final = 100_000
"""Rows of a Parquet part, and of each of its groups, which are held in memory."""


def write_extract(
    path: str | Path,
    manifest: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    format: Format = "csv",
    overwrite: bool = False,
) -> None:
    """Writes the manifest and the tables; equal input gives equal bytes. Nothing is validated.

    Raises ExtractError when the folder holds an extract already, unless ``overwrite``: then its tables are
    replaced, and those not among ``tables`` removed. Raises KeyError for a table that is none, UnwritableError
    where a file cannot be written, with its name.
    """
    folder = Path(path)
    old = [file for name in TABLES for file in forms(folder, name)]
    if (old or (folder / MANIFEST_FILE).exists()) and not overwrite:
        found = "the folder holds an extract already"
        raise ExtractError(str(path), [Finding("error", "exists", MANIFEST_FILE, "", found, "an empty folder")])
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for file in old:
            for part in sorted(file.glob("*.parquet")) if file.is_dir() else [file]:
                part.unlink()
    text = yaml.safe_dump(dict(manifest), sort_keys=False, allow_unicode=True)
    with writing(folder / MANIFEST_FILE):
        (folder / MANIFEST_FILE).write_text(text, encoding="utf-8")
    for name, frame in tables.items():
        file = folder / f"{TABLES[name].name}.{format}"
        with writing(file):
            _write(file, frame, format)


def _write(file: Path, frame: pd.DataFrame, format: Format) -> None:
    if format == "parquet":
        pa.parquet.write_table(pa.Table.from_pandas(frame, preserve_index=False), file)
    elif format == "csv":
        without_formulas(frame).to_csv(file, index=False, date_format="%Y-%m-%d", lineterminator="\n")
    else:
        # Without the time of writing in its header the archive depends on its content only.
        without_formulas(frame).to_csv(
            file, index=False, date_format="%Y-%m-%d", lineterminator="\n",
            compression={"method": "gzip", "mtime": 0},
        )  # fmt: skip


def write_parts(folder: Path, table: str, rows: pa.RecordBatchReader) -> None:
    """Writes a table as a folder of Parquet parts of ``PART_ROWS`` rows, one empty part where it has no row.

    Memory is bounded by ``GROUP_ROWS`` rows; the bytes depend on the rows and their order, not on how they come in
    batches. Raises KeyError for a table that is none, UnwritableError where a part cannot be written, with its name.
    """
    parts = folder / TABLES[table].name
    with writing(parts):
        parts.mkdir(parents=True)
    groups = _groups(rows)
    for number in count():
        some = list(islice(groups, 1))
        if not some and number:
            return
        file = parts / f"part-{number:04d}.parquet"
        with writing(file), pa.parquet.ParquetWriter(file, rows.schema, compression="zstd") as writer:
            for group in chain(some, islice(groups, PART_ROWS // GROUP_ROWS - 1)):
                writer.write_table(group)


def _groups(rows: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """The rows in tables of ``GROUP_ROWS`` rows, the last one of fewer."""
    waiting = rows.schema.empty_table()
    for batch in rows:
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
        while len(waiting) >= GROUP_ROWS:
            yield waiting.slice(0, GROUP_ROWS).combine_chunks()
            waiting = waiting.slice(GROUP_ROWS)
    if len(waiting):
        yield waiting.combine_chunks()


def write_csv(file: Path, frame: pd.DataFrame) -> None:
    """Writes a frame as a CSV file of which no cell is a spreadsheet's formula.

    Raises UnwritableError where it cannot be written.
    """
    with writing(file):
        _write(file, frame, "csv")
