"""Writes a folder in the form that ``read_extract`` takes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

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
