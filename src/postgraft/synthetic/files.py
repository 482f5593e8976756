"""Writing a cohort's tables part by part, the same bytes for the same rows."""

import gzip
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import yaml

from postgraft.extract import TABLES
from postgraft.extract.table_files import forms
from postgraft.vocabulary.errors import PostgraftError, writing
from postgraft.vocabulary.words import TEXT

MANIFEST: Final = "extract.yaml"
TRUTH: Final = "truth"
FORMATS: Final = ("csv", "csv.gz", "parquet")


class Writer:
    """Appends rows to the tables of one folder; a context that closes their files."""

    def __init__(self, folder: Path, format: str) -> None:
        if format not in FORMATS:
            raise PostgraftError(f"format: found {format!r}, accepted are {', '.join(FORMATS)}")
        if folder.exists() and not folder.is_dir():
            raise PostgraftError(f"{folder}: found a file, accepted is a folder without an extract")
        old = [path.name for name in TABLES for path in forms(folder, name)]
        if old or (folder / MANIFEST).exists():
            found = ", ".join(sorted(old)) or MANIFEST
            raise PostgraftError(f"{folder}: found {found}, accepted is a folder without an extract")
        self.folder, self.format = folder, format
        self._open: dict[str, BinaryIO] = {}
        self._parts: dict[str, int] = {}

    def append(self, name: str, rows: pd.DataFrame) -> None:
        """Add rows to a table."""
        part = self._parts.get(name, 0)
        self._parts[name] = part + 1
        arrow = to_arrow(rows)
        if self.format == "parquet" and name != TRUTH:
            path = self.folder / name / f"part-{part:04d}.parquet"
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                pyarrow.parquet.write_table(arrow, path, compression="zstd")
            return
        options = pyarrow.csv.WriteOptions(include_header=part == 0, quoting_style="none", quoting_header="none")
        with writing(self._path(name)):
            if name not in self._open:
                self._open[name] = self._create(name)
            pyarrow.csv.write_csv(arrow, self._open[name], options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as closing:  # all of them, also if one cannot be
            for name, handle in self._open.items():
                closing.enter_context(writing(self._path(name)))
                closing.callback(handle.close)

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Write ``extract.yaml``, after all tables: a broken run is not taken for an extract."""
        text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True)
        with writing(self.folder / MANIFEST):
            (self.folder / MANIFEST).write_text(text, encoding="utf-8")

    def _create(self, name: str) -> BinaryIO:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        # A time stamp in the header would make two runs differ.
        return gzip.GzipFile(path, "wb", mtime=0) if path.suffix == ".gz" else path.open("wb")  # type: ignore[return-value]

    def _path(self, name: str) -> Path:
        zipped = self.format == "csv.gz" and name != TRUTH
        return self.folder / (TRUTH if name == TRUTH else "") / f"{name}.csv{'.gz' if zipped else ''}"


def to_arrow(rows: pd.DataFrame) -> pa.Table:
    """Rows as an Arrow table: dates without time of day, empty text as null."""
    columns = {}
    for name in rows.columns:
        column = rows[name]
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            columns[name] = pa.Array.from_pandas(column).cast(pa.date32())
        elif column.dtype == object or pd.api.types.is_string_dtype(column.dtype):
            text = pa.array(column.astype(TEXT), pa.string(), from_pandas=True)
            columns[name] = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
        else:
            columns[name] = pa.Array.from_pandas(column)
    return pa.table(columns)
