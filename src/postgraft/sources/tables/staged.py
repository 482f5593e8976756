"""Filled tables in the form that every source has, so that the rules of the extract's tables are said once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa

from postgraft.sources.codes import COLUMNS as OF_A_MAPPING
from postgraft.sources.codes import IGNORE
from postgraft.sources.made import texts
from postgraft.sources.tables.columns import Amount, Objects
from postgraft.sources.tables.fill import TWICE, Filled
from postgraft.sources.tables.people import People, of_table
from postgraft.sources.tables.words import NAMED
from postgraft.vocabulary.codes import GVHD_CONDITIONS
from postgraft.vocabulary.words import TEXT

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.options import Options

SYSTEM: Final = "plan"
"""The system of what a plan says in the extract's own words."""
_DAYS: Final = {
    "transplants": "transplant_date",
    "measurements": "date",
    "medications": "start_date",
    "transfusions": "date",
    "disease_status": "date",
    "conditions": "start_date",
}
_ENDS: Final = {"medications": "end_date", "conditions": "end_date"}
_SAID: Final = {"transplants": ("graft_source", "donor"), "conditions": ("grade", "detail")}
"""Columns that go with the name, as the value of a mapping says them."""
_TYPES: Final = {
    **dict.fromkeys(("day", "last"), pa.date32()),
    **dict.fromkeys(("number", "low", "high", "dose", "quantity"), pa.float64()),
    **dict.fromkeys(("person", "dropped", "operator", "unit", "answer_text"), pa.string()),
    **dict.fromkeys(("dose_unit", "route", "reason", "kind"), pa.string()),
    "combo": pa.int32(),
}
_UNTIL_NEXT: Final = "without an end: ends the day before the next row"

Code = tuple[str, str, str]
"""Table, name and value of a mapping."""


@dataclass(slots=True)
class Staged:
    """Rows in parts, in the form of the table ``rows``; ``codes``: what they are about, by number.

    ``titles``: the columns of the source in which a code stands; ``sources``: the first file of it.
    """

    parts: list[pa.Table] = field(default_factory=list)
    codes: dict[Code, int] = field(default_factory=dict)
    titles: dict[Code, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    sources: dict[Code, str] = field(default_factory=dict)

    def number(self, code: Code, filled: Filled, title: str) -> int:
        """The number of a code, a new one if it is new."""
        self.titles[code][title] = None
        self.sources.setdefault(code, filled.entry.path.name)
        return self.codes.setdefault(code, len(self.codes))

    @property
    def mapping(self) -> pd.DataFrame:
        """What the plan says of the codes, as a mapping."""
        rows = [(table, name, SYSTEM, _word(table, name, value), value, "") for table, name, value in self.codes]
        return pd.DataFrame(rows, columns=list(OF_A_MAPPING), dtype=TEXT)


def stage(tables: Sequence[Filled], people: People, options: Options) -> Staged:
    """Every row of the tables of events, in the order of the plan."""
    staged = Staged()
    for table in _DAYS:
        for filled in of_table(tables, table):
            _stage(filled, people, options, staged)
    return staged


def _stage(filled: Filled, people: People, options: Options, staged: Staged) -> None:
    table = filled.entry.table
    said = [(column, filled.column(column)) for column in _SAID.get(table, ())]
    values = [_value(said, place) for place in range(len(filled.numbers))]
    names, titles = filled.column(NAMED[table]), _titles(filled, NAMED[table])
    codes = [(table, name, "" if name == IGNORE else value) for name, value in zip(names, values, strict=True)]
    left_out = {patient: people.left_out(patient) for patient in set(filled.column("patient_id"))}
    columns: dict[str, Sequence[Any] | Objects] = {
        "combo": [staged.number(code, filled, title) for code, title in zip(codes, titles, strict=True)],
        "person": filled.column("patient_id"),
        "day": filled.column(_DAYS[table]),
        "last": filled.column(_ENDS.get(table, "")),
        "dropped": [
            TWICE if twice else left_out[patient]
            for twice, patient in zip(filled.twice, filled.column("patient_id"), strict=True)
        ],
    }
    staged.parts.append(_table({**columns, **_more(filled, options)}))
    indications = filled.column("indication")
    indicated = [i for i, word in enumerate(indications) if word is not None and names[i] == "allogeneic"]
    if indicated:
        title = filled.entry.columns.get("indication", titles[0])
        combos = [staged.number(("indications", indications[i], ""), filled, title) for i in indicated]
        staged.parts.append(_table({**{k: [v[i] for i in indicated] for k, v in columns.items()}, "combo": combos}))


def _table(columns: Mapping[str, Iterable[Any]]) -> pa.Table:
    return pa.table({name: pa.array(list(cells), _TYPES[name]) for name, cells in columns.items()})


def _more(filled: Filled, options: Options) -> dict[str, Iterable[Any]]:
    """What else the rows of this table say."""
    at, table = filled.column, filled.entry.table
    if table == "measurements":
        amounts = [value or Amount(None) for value in at("value")]
        return {
            "number": [value.number for value in amounts],
            "operator": [
                stated or value.operator or None for stated, value in zip(at("operator"), amounts, strict=True)
            ],
            "unit": at("unit"),
            "low": _numbers(at("lower_limit")),
            "high": _numbers(at("upper_limit")),
            "answer_text": [word or value.text or None for word, value in zip(at("result"), amounts, strict=True)],
        }
    if table == "medications":
        # All are of one kind, so that none takes the place of another: that of which rows of a day are added up.
        kind = options.medications_from[0] if options.medications_from else None
        return {
            "dose": _numbers(at("dose")),
            "dose_unit": at("dose_unit"),
            "route": at("route"),
            "reason": at("purpose"),
            "kind": [kind] * len(filled.numbers),
        }
    return {"quantity": _numbers(at("units"))} if table == "transfusions" else {}


def write_codes(staging: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Keeps all rows in a table of their own, and fills ``codes``."""
    staging.execute("CREATE TABLE plan_rows AS SELECT * FROM rows")
    start = 0
    for part in staged.parts:
        given = part.append_column("id", pa.array(range(start, start + len(part)), pa.int64()))
        start += len(part)
        staging.register("given", given)
        staging.execute("INSERT INTO plan_rows BY NAME SELECT * FROM given")
        staging.unregister("given")
    columns = "combo INTEGER, source VARCHAR, code VARCHAR, title VARCHAR, name VARCHAR"
    staging.execute(f"CREATE TEMP TABLE plan_codes ({columns})")
    for code, combo in staged.codes.items():
        said = [combo, staged.sources[code], _word(*code), ", ".join(staged.titles[code]), code[1]]
        staging.execute("INSERT INTO plan_codes VALUES (?, ?, ?, ?, ?)", said)
    _end_gvhd(staging)
    staging.execute(
        f"""
        INSERT INTO codes BY NAME
        SELECT combo, plan_codes.source, '{SYSTEM}' AS system, plan_codes.code, title, count(*) AS rows,
               count(DISTINCT person) AS patients, min(day) AS first, max(day) AS last
        FROM plan_codes JOIN plan_rows USING (combo) GROUP BY ALL ORDER BY combo
        """
    )


def _end_gvhd(staging: duckdb.DuckDBPyConnection) -> None:
    """Writes out what an extract means: a row of GVHD without an end holds to the day before the next one.

    Else rows of one grade, before and after another one, would be joined to one spell without an end.
    """
    staging.execute(
        f"""
        UPDATE plan_rows SET last = later.day - 1, note = '{_UNTIL_NEXT}'
        FROM (
            SELECT id, min(day) OVER (PARTITION BY person, name ORDER BY day
                       RANGE BETWEEN INTERVAL 1 DAY FOLLOWING AND UNBOUNDED FOLLOWING) AS day
            FROM plan_rows JOIN plan_codes USING (combo)
            WHERE name IN ({texts(GVHD_CONDITIONS)}) AND dropped IS NULL
        ) AS later
        WHERE later.id = plan_rows.id AND later.day IS NOT NULL AND last IS NULL
        """
    )


def write_rows(staging: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Fills ``rows`` of the codes that are used."""
    used = ", ".join(str(combo) for (_, name, _), combo in staged.codes.items() if name != IGNORE)
    staging.execute(f"INSERT INTO rows SELECT * FROM plan_rows WHERE combo IN ({used or 'NULL'}) ORDER BY id")


def last_days(staging: duckdb.DuckDBPyConnection) -> dict[str, date]:
    """The latest day of each patient, of the end of a row where it has one; after ``write_codes``."""
    query = "SELECT person, max(coalesce(last, day)) FROM plan_rows WHERE person IS NOT NULL GROUP BY person"
    return dict(staging.execute(query).fetchall())


def _word(table: str, name: str, value: str) -> str:
    return f"{table}: {name}" + (f" ({value})" if value else "")


def _titles(filled: Filled, named: str) -> Sequence[str]:
    """Of each row the column that says what it is about: the melted one, or the one of the name."""
    entry = filled.entry
    whole = entry.columns.get(named) or entry.sheet or entry.path.stem
    return [melted or whole for melted in filled.melted]


def _value(said: Sequence[tuple[str, Objects]], place: int) -> str:
    return "; ".join(f"{column}={_text(cells[place])}" for column, cells in said if cells[place] is not None)


def _text(value: Any) -> str:
    text = f"{value.number:g}" if isinstance(value, Amount) else str(value)
    return text.replace(";", ",").replace("=", " ")


def _numbers(values: Objects) -> list[float | None]:
    return [value.number if isinstance(value, Amount) else None for value in values]
