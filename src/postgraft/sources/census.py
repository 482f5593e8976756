"""What every code of a source means by the mapping, and the census of codes for the report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa

from postgraft.sources.codes import COLUMNS, SYSTEMS, UNSTATED, Row
from postgraft.sources.meaning import LEVELS, NOTES, Coding, Combo, Meaning, Settled, names_of
from postgraft.vocabulary.words import TEXT, with_whole

if TYPE_CHECKING:
    import duckdb

CENSUS: Final = (
    "table", "system", "code", "name in the source", "source text", "rows", "patients", "first", "last", "used as",
    "by", "note",
)  # fmt: skip
"""Columns of the census as the report's file has them; ``settle`` gives ``for`` and ``not used`` beside them."""

RARE: Final = "(rare text)"
FEWEST: Final = 10
"""Text without a code of fewer patients may be a patient's own, and is not listed."""


def settle(staging: duckdb.DuckDBPyConnection, mapping: pd.DataFrame, official: bool) -> pd.DataFrame:
    """Decides what every combo of the table ``codes`` means, fills ``meanings`` and ``mapping``, and gives the census.

    A shipped code whose name in the source has no word of the name that we take it for is reported; with ``official``
    names, those of an OMOP vocabulary, it is not used either. A shipped code that is unverified is used only where
    the names agree. What a purpose is for has a first meaning of its own, beside what the drug is.

    The census has the columns of ``CENSUS``, most frequent first, then by table, system and code; then ``for``, the
    tables of the extract that the meaning is for, and ``not used``, what else a code says or was refused for.
    """
    meaning = Meaning(tuple(Row(*row) for row in mapping[list(COLUMNS)].itertuples(index=False)), official)
    lines, meanings = [], []
    for combo in _combos(staging):
        settled = meaning.of(combo)
        meanings += [(combo.number, row.table, row.name, row.value, by) for row, by in settled.meanings]
        lines.append(_line(combo, settled))
    _fill(staging, "meanings", sorted(meanings))
    _fill(staging, "mapping", list(meaning.rows))
    return _census(lines)


def _combos(staging: duckdb.DuckDBPyConnection) -> Iterator[Combo]:
    more: dict[int, list[Coding]] = defaultdict(list)
    codings = staging.execute("SELECT combo, level, system, code, title FROM codings ORDER BY ALL").fetchall()
    for number, *coding in codings:
        more[number].append(Coding(*(text or "" for text in coding)))
    for number, source, text, *codes, words, rows, patients, first, last in staging.execute(
        """
        SELECT combo, source, source_text, system, code, title, standard_system, standard_code, standard_title, words,
               rows, patients, first, last
        FROM codes ORDER BY combo
        """
    ).fetchall():
        own, standard = (
            Coding(level, *(one or "" for one in part))
            for level, part in zip(LEVELS[1:3], (codes[:3], codes[3:]), strict=True)
        )
        of_it = tuple(sorted((one for one in (own, standard, *more[number]) if one.code), key=_place))
        yield Combo(number, source or "", text or "", words or "", rows or 0, patients or 0, first, last, of_it)


def _place(coding: Coding) -> tuple[int, int]:
    return LEVELS.index(coding.level), SYSTEMS.index(coding.system) if coding.system in SYSTEMS else len(SYSTEMS)


def _line(combo: Combo, settled: Settled) -> dict[str, Any]:
    """A line of the census."""
    winner = settled.winner
    decided = winner.coding if winner and winner.level in LEVELS[1:3] else combo.shown
    used = [row for row, _ in settled.meanings if row.name != UNSTATED] if winner else []
    rare = not winner and not combo.codings and combo.patients < FEWEST
    return {
        "table": "" if rare else combo.source,
        "system": decided.system,
        "code": decided.code,
        "name in the source": decided.title,
        "source text": RARE if rare else combo.text,
        "rows": combo.rows,
        "patients": combo.patients,
        "first": combo.first,
        "last": combo.last,
        "used as": names_of(used),
        "by": winner.level if winner else "",
        "note": "; ".join(sorted(settled.notes, key=NOTES.index)),
        "for": "; ".join(dict.fromkeys(row.table for row, _ in settled.meanings)) if winner else "",
        "not used": "; ".join(settled.not_used),
    }


def _census(lines: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The lines in order, those of rare text as one: how many patients it is of is not known."""
    listed = [line for line in lines if line["source text"] != RARE]
    rare = [line for line in lines if line["source text"] == RARE]
    if rare:
        days = [line[day] for line in rare for day in ("first", "last") if line[day] is not None]
        ends = {"first": min(days, default=None), "last": max(days, default=None)}
        listed.append({**rare[0], "rows": sum(line["rows"] for line in rare), "patients": None, **ends})
    by = ("table", "system", "code", "source text", "name in the source")
    listed.sort(key=lambda line: (-line["rows"], *(line[column] for column in by)))
    census = pd.DataFrame(listed, columns=[*CENSUS, "for", "not used"])
    days_of = {column: pd.to_datetime(census[column]).astype("datetime64[s]") for column in ("first", "last")}
    texts = {str(column): TEXT for column in census if column not in ("rows", "patients", *days_of)}
    return with_whole(census.assign(**days_of).astype(texts), "rows", "patients")


def _fill(staging: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    staging.execute(f'DELETE FROM "{table}"')
    if rows:
        given = pa.table({str(place): list(cells) for place, cells in enumerate(zip(*rows, strict=True))})
        staging.register("given", given)
        staging.execute(f'INSERT INTO "{table}" SELECT * FROM given')
        staging.unregister("given")
