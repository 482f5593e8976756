"""The report of an import: files beside the extract, which say of every code and row what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from postgraft.extract import Extract, read_extract
from postgraft.extract.findings import Notes
from postgraft.extract.imported import FRAMES, REPORT, ImportReport, read_import
from postgraft.extract.write import write_csv
from postgraft.sources.census import CENSUS
from postgraft.sources.made import FATES, SPLIT, Made
from postgraft.sources.measurements import units
from postgraft.sources.misleading import misleading, outside, unmapped
from postgraft.vocabulary.errors import writing
from postgraft.vocabulary.shown import one_line

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.options import Options

PROVENANCE: Final = "provenance.json"
_REASONS: Final = ("table", "name", "reason", "rows", "patients")
_UNITS: Final = ("analyte", "unit as found", "read as", "rows", "lowest", "median", "highest")
_LISTED: Final = 20
"""Lines of a list in the report for people; the files have all."""


@dataclass(frozen=True, repr=False)
class Imported(ImportReport):
    """An import that is done: its report as DataFrames, as the files have them, and the extract it made."""

    folder: Path

    def extract(self) -> Extract:
        """The extract; of a look there is none.

        Raises:
            ExtractError: as of ``read_extract``.
        """
        return read_extract(self.folder)


def read_imported(folder: Path) -> Imported:
    """What the import in this folder left, which must be there."""
    report = read_import(folder, Notes())
    if report is None:
        raise FileNotFoundError(folder / REPORT)
    return Imported(report.mapping, report.units, report.dropped, report.changed, report.text, folder)


def write_look(
    place: Path, staging: duckdb.DuckDBPyConnection, census: pd.DataFrame, provenance: Mapping[str, Any]
) -> None:
    """The report of what is there: codes only, since no row left the source."""
    nothing = pd.DataFrame(columns=list(_REASONS))
    frames = {"mapping": census, "units": pd.DataFrame(columns=list(_UNITS)), "dropped": nothing, "changed": nothing}
    text = [
        "# A look at the source", "No row was read: codes are counted, nothing is imported.",
        *_opening([*outside(staging), *unmapped(census)]), *_absent(provenance), *_codes(census),
    ]  # fmt: skip
    _write(place, frames, text, provenance)


def write_report(
    place: Path, staging: duckdb.DuckDBPyConnection, census: pd.DataFrame, tables: Sequence[Made],
    options: Options, provenance: Mapping[str, Any],
) -> None:  # fmt: skip
    """The report of an import, after its tables were made."""
    fates = pd.concat([made.fates for made in tables])
    remarks = pd.concat([made.remarks for made in tables])
    moved = fates[fates["fate"].isin(FATES[2:])]
    moved = moved.assign(
        reason=[": ".join(filter(None, pair)) for pair in zip(moved["fate"], moved["reason"], strict=True)]
    )
    frames = {
        "mapping": census,
        "units": units(staging).set_axis(list(_UNITS), axis="columns"),
        "dropped": fates.loc[fates["fate"] == "dropped", list(_REASONS)],
        "changed": pd.concat([moved, remarks])[list(_REASONS)],
    }
    by_reason = ["rows", *_REASONS[:3]]
    for name in ("dropped", "changed"):
        frames[name] = frames[name].sort_values(by_reason, ascending=[False, True, True, True], ignore_index=True)
    text = [
        "# Report of the import", *_opening(misleading(staging, census, {made.table: made for made in tables})),
        *_rows(tables, options), *_absent(provenance), *_codes(census), *_listed("Dropped", frames["dropped"]),
        *_listed("Joined, added up, cut, computed, assumed", frames["changed"]), *_listed("Units", frames["units"]),
    ]  # fmt: skip
    _write(place, frames, text, provenance)


def _write(place: Path, frames: Mapping[str, pd.DataFrame], text: Sequence[str], provenance: Mapping[str, Any]) -> None:
    with writing(place):
        place.mkdir(parents=True)
    for name in FRAMES:
        frame = frames[name][list(CENSUS)] if name == "mapping" else frames[name]
        write_csv(place / f"{name}.csv", frame)
    said = json.dumps(provenance, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    for name, content in ((REPORT, "\n\n".join(text) + "\n"), (PROVENANCE, said)):
        with writing(place / name):
            (place / name).write_text(content, encoding="utf-8")


def _opening(sentences: Sequence[str]) -> Iterator[str]:
    yield "## What would mislead most"
    yield "\n".join(f"- {sentence}" for sentence in sentences) or "Nothing of what is looked for was found."


def _rows(tables: Sequence[Made], options: Options) -> Iterator[str]:
    yield "## Rows"
    lines = []
    for made in tables:
        counted = made.fates.groupby("fate")["rows"].sum()
        split = int(made.remarks.loc[made.remarks["reason"].str.startswith(SPLIT), "rows"].sum())
        numbers = [made.found, *(int(counted.get(fate, 0)) for fate in FATES), made.written + split]
        lines.append([made.table, *map(str, numbers)])
    yield _table(["table", "found", *FATES, "rows in the extract"], lines)
    yield "Rows found under a used code are written, dropped, joined, added up or cut; a row of two names counts twice."
    complete = sorted({*options.complete.tables, *options.complete.conditions})
    yield f"Declared complete by the site: {', '.join(complete) or 'nothing'}."


def _absent(provenance: Mapping[str, Any]) -> Iterator[str]:
    if absent := provenance["source"].get("absent"):
        yield f"Tables that are not read: {'; '.join(absent)}."


def _codes(census: pd.DataFrame) -> Iterator[str]:
    yield "## Codes"
    notes = census["note"].str.split("; ").explode()
    counts = [
        ["used", int((census["used as"] != "").sum())],
        *([note, int(n)] for note, n in notes.value_counts().items() if note),
    ]
    yield _table(["codes", "number"], [[str(what), str(number)] for what, number in counts])
    for note in ("unmapped", "unstated", "conflict", "name differs"):
        having = census[census["note"].str.split("; ").map(lambda said, note=note: note in said).astype(bool)]
        columns = ["system", "code", "name in the source", "source text", "rows", "patients", "used as", "not used"]
        if len(having):
            yield from _listed(f"Codes: {note}", having[columns])


def _listed(title: str, frame: pd.DataFrame) -> Iterator[str]:
    yield f"## {title}"
    if frame.empty:
        yield "None."
        return
    yield _table([*map(str, frame)], frame.head(_LISTED).astype(str).to_numpy().tolist())
    if len(frame) > _LISTED:
        yield f"{len(frame) - _LISTED} more are in the file."


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows)


def _cell(value: object) -> str:
    text = str(value)
    return "" if text in ("nan", "<NA>", "NaT", "None") else one_line(text).replace("|", "\\|").replace("<", "&lt;")
