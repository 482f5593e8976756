"""What of an import would mislead most, in sentences: what is not understood, not there, or too regular."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

import pandas as pd

from postgraft.sources.codes import ASSESSMENT, NAMES, NOT_USED
from postgraft.sources.made import Made, texts
from postgraft.sources.meaning import UNMAPPED
from postgraft.sources.titles import agrees_with_any
from postgraft.sources.values import COUNTED_AS
from postgraft.vocabulary.codes import CORTICOSTEROIDS
from postgraft.vocabulary.shown import one_line

if TYPE_CHECKING:
    import duckdb

_MOST_NAMES: Final = 10
_LARGE_SHARE: Final = 0.01
"""Of an analyte's rows: what is dropped beyond it is told."""
_OF: Final = tuple(
    dict.fromkeys(
        name
        for table, names in NAMES.items()
        for name in names
        if table != ASSESSMENT and name not in (*NOT_USED, ASSESSMENT, "other")
    )
)
"""Names whose words are looked for; those of assessments, "disease" and "status", and "other" are in any name."""


def misleading(staging: duckdb.DuckDBPyConnection, census: pd.DataFrame, tables: Mapping[str, Made]) -> list[str]:
    """The sentences, after all tables were made; none where nothing of the kind was found."""
    return [
        *outside(staging), *unmapped(census), *_dropped(tables["measurements"]), *_absent(staging, tables),
        *_regular(staging),
    ]  # fmt: skip


def outside(staging: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Codes of transplants for which somebody is not in, the most frequent ones."""
    found = staging.execute(
        "SELECT title, system, code, patients FROM outside ORDER BY patients DESC, title, system, code"
    ).fetchall()
    if found:
        lines = [
            (one_line(title), f"{system} {code}, " if code else "", _count(patients, "patient"))
            for title, system, code, patients in found[:_MOST_NAMES]
        ]
        listed = "; ".join(f"{title} ({code}{patients})".strip() for title, code, patients in lines)
        more = f", and of {len(found) - _MOST_NAMES} codes more" if len(found) > _MOST_NAMES else ""
        yield (
            "Not in are patients who have only codes of a transplant that do not say allogeneic, or give no day 0:"
            f" {listed}{more}. Map a code to allogeneic if that is what it means here."
        )


def unmapped(census: pd.DataFrame) -> Iterator[str]:
    """Codes that nothing maps though their name has a word of ours, the most frequent ones."""
    nothing = census[census["note"].str.split("; ").map(lambda notes: UNMAPPED in notes).astype(bool)]
    named = nothing["name in the source"].where(nothing["name in the source"] != "", nothing["source text"])
    alike = nothing.assign(named=named)[[agrees_with_any(str(name), _OF) for name in named]]
    if len(alike):
        columns = alike[["named", "system", "code", "rows"]].head(_MOST_NAMES)
        lines = [
            (one_line(name), f"{system} {code}, " if code else "", rows)
            for name, system, code, rows in columns.to_numpy()
        ]
        listed = "; ".join(f"{name} ({code}{_count(rows, 'row')})" for name, code, rows in lines)
        rows = int(alike["rows"].sum())
        more = f", the {_MOST_NAMES} most frequent of which are" if len(alike) > _MOST_NAMES else ""
        yield (
            f"{_count(rows, 'row')} of {_count(len(alike), 'code')} {_be(rows)} unmapped though the name"
            f" has a word of ours{more}: {listed}."
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _be(number: int) -> str:
    return "is" if number == 1 else "are"


def _dropped(made: Made) -> Iterator[str]:
    by = made.fates.groupby(["name", "fate"])["rows"].sum().unstack(fill_value=0)
    for name, fates in by.iterrows():
        rows, dropped = int(fates.sum()), int(fates.get("dropped", 0))
        if name not in COUNTED_AS and dropped > _LARGE_SHARE * rows:
            yield f"Of {_count(rows, 'row')} of {name}, {dropped} {_be(dropped)} dropped ({dropped / rows:.1%})."


def _absent(staging: duckdb.DuckDBPyConnection, tables: Mapping[str, Made]) -> Iterator[str]:
    patients, deaths = _one(staging, 'SELECT count(*), count(death_date) FROM "made_patients"')
    if not deaths:
        yield f"No death is recorded of {_count(patients, 'patient')}."
    if not tables["transfusions"].written:
        yield "No transfusion is recorded."
    written, dosed = _one(staging, "SELECT count(*), count(dose) FROM \"made_medications\" WHERE fate = 'written'")
    if not dosed:
        yield f"No drug has a dose ({_count(written, 'row')})." if written else "No drug is recorded."
    steroids, meant = _one(
        staging,
        f"""
        SELECT count(*), count(purpose) FROM "made_medications"
        WHERE fate = 'written' AND drug IN ({texts(CORTICOSTEROIDS)})
        """,
    )
    if steroids and not meant:
        yield (
            f"No corticosteroid has a purpose ({_count(steroids, 'row')}): those given for GVHD count as treatment of"
            " the cytopenia."
        )


def _regular(staging: duckdb.DuckDBPyConnection) -> Iterator[str]:
    rows, short = _one(
        staging,
        f"""
        SELECT count(*), count(*) FILTER (last = day) FROM rows
        WHERE dropped IS NULL AND combo IN (SELECT combo FROM meanings WHERE "table" = 'conditions'
                                            AND name NOT IN ({texts(NOT_USED)}))
        """,
    )
    if short:
        end = "1 ends on its" if short == 1 else f"{short} end on their"
        yield f"Of {_count(rows, 'row')} of conditions, {end} start ({short / rows:.1%})."
    same = staging.execute(
        """
        SELECT last_contact_date, count(*) AS those, (SELECT count(*) FROM "made_patients") AS everybody
        FROM "made_patients" WHERE death_date IS NULL AND last_contact_date IS NOT NULL
        GROUP BY 1 ORDER BY those DESC, 1 LIMIT 1
        """
    ).fetchall()
    for day, those, everybody in same:
        if those > 1 and 2 * those > everybody:
            yield f"Last contact is {day} for {those} of {_count(everybody, 'patient')}: perhaps the day of the export."


def _one(staging: duckdb.DuckDBPyConnection, query: str) -> tuple[int, int]:
    one, other = staging.execute(query).fetchall()[0]
    return int(one), int(other)
