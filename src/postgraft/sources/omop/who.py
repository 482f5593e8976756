"""Who is in: persons with a code of an allogeneic transplant, as a condition by which only their rows are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from postgraft.sources.census import settle
from postgraft.sources.codes import HISTORY, INGREDIENT, SOURCE, UNSTATED, folded
from postgraft.sources.made import fill, texts
from postgraft.sources.omop.cdm import Cdm, Event
from postgraft.sources.omop.connection import Connection
from postgraft.sources.omop.counting import count_codes
from postgraft.sources.omop.queries import chosen, concepts, folded_text, id_of, one_of, one_of_texts, with_codes

if TYPE_CHECKING:
    import duckdb

ALLOGENEIC: Final = ("allogeneic",)
UNTOLD: Final = (UNSTATED, HISTORY)
"""Names of transplants that put nobody in, and may be an allogeneic one."""
_NUMBERS: Final = (("_concept_id", "concept"), ("_source_concept_id", "source_concept"))


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who has a row that ``rows`` takes, a condition a table of events."""

    cdm: Cdm
    rows: Mapping[str, str]

    def where(self, table: str) -> str:
        """The condition for rows of these persons in a table."""
        return f"{self.cdm[table].column('person_id')} IN ({self.chosen('person_id')})"

    def chosen(self, column: str) -> str:
        """A SELECT of one column of the transplants' rows."""
        having = [(self.cdm[name], where) for name, where in self.rows.items() if self.cdm[name].has(column)]
        return " UNION ".join(
            f"SELECT {table.column(column)} FROM {table.sql} WHERE {where}" for table, where in having
        )


def find_people(
    connection: Connection, cdm: Cdm, staging: duckdb.DuckDBPyConnection, mapping: pd.DataFrame
) -> People | None:
    """Settles what every code that could be an allogeneic transplant means, over everybody in the database.

    None where nobody has such a code; else the staging's ``outside`` says who may be missed. Only counts of codes are
    read; the staging's ``codes``, ``codings`` and ``meanings`` are written for it.
    """
    told = (*ALLOGENEIC, *UNTOLD)
    wanted = mapping[(mapping["table"] == "transplants") & mapping["name"].isin(told) & (mapping["code"] != "")]
    by_system = {str(system): list(codes) for system, codes in wanted.groupby("system")["code"]}
    texts = _spelled(by_system.pop(SOURCE, []))
    ids = {int(code) for code in by_system.pop("OMOP", []) if code.isdecimal()}
    by_system.pop(INGREDIENT, None)
    for where in with_codes(cdm, by_system):
        ids |= {int(row[0]) for row in connection.rows(concepts(cdm, where))}
    count_codes(connection, cdm, staging, lambda event: _may_be(cdm, event, ids, texts))
    settle(staging, mapping, official=True)
    mapped = {folded(code) for code in mapping[mapping["system"] == SOURCE]["code"]}
    people, others = (People(cdm, dict(_conditions(cdm, staging, names, mapped))) for names in (ALLOGENEIC, UNTOLD))
    if not people.rows:
        return None
    _count_outside(connection, cdm, staging, people, others)
    return people


def _count_outside(
    connection: Connection, cdm: Cdm, staging: duckdb.DuckDBPyConnection, people: People, others: People
) -> None:
    """Fills ``outside``: how many persons have a code that ``others`` takes, and none that ``people`` takes."""
    parts = []
    for event in cdm.events:
        if where := others.rows.get(event.name):
            table = cdm[event.name]
            numbers = [(id_of(table, f"{event.begins}{end}"), name) for end, name in _NUMBERS]
            person = (table.column("person_id"), "person")
            parts.append(chosen([person, *numbers], table.sql, where))
    if not parts:
        return
    found = connection.rows(
        f'SELECT "concept", "source_concept", COUNT(DISTINCT "person") AS "patients"'
        f' FROM ({" UNION ".join(parts)}) AS "e" WHERE "person" NOT IN'
        f' (SELECT "person" FROM ({people.chosen("person_id")}) AS "who" ("person") WHERE "person" IS NOT NULL)'
        f' GROUP BY "concept", "source_concept"'
    )
    fill(staging, "omop_outside", "concept BIGINT, source_concept BIGINT, patients BIGINT", list(found))
    staging.execute(
        """
        INSERT INTO outside BY NAME
        SELECT coalesce(any_value(title), any_value(standard_title),
                        CASE WHEN concept = 0 AND source_concept = 0 THEN min(source_text) ELSE '' END) AS title,
               coalesce(any_value(system), any_value(standard_system),
                        CASE WHEN concept + source_concept <> 0 THEN 'OMOP' ELSE '' END) AS system,
               coalesce(any_value(code), any_value(standard_code),
                        CASE WHEN concept <> 0 THEN concept WHEN source_concept <> 0 THEN source_concept END::VARCHAR,
                        '') AS code,
               any_value(found.patients) AS patients
        FROM omop_outside AS found JOIN omop_keys USING (concept, source_concept) JOIN codes USING (combo)
        GROUP BY concept, source_concept
        """
    )


def _spelled(texts: Iterable[str]) -> set[str]:
    """Texts as LOWER may give them: some databases leave letters beyond ASCII as they are."""
    plain = [text.strip() for text in texts]
    ascii_only = ["".join(one.lower() if one.isascii() else one for one in text) for text in plain]
    return {*ascii_only, *(text.lower() for text in plain)}


def _may_be(cdm: Cdm, event: Event, ids: set[int], texts: set[str]) -> str:
    table = cdm[event.name]
    columns = (f"{event.begins}_concept_id", f"{event.begins}_source_concept_id")
    conditions = [one_of(table.column(column), ids) for column in columns if table.has(column)]
    if texts:
        conditions.append(one_of_texts(folded_text(table, f"{event.begins}_source_value"), texts))
    return f"({' OR '.join(conditions or ['1 = 0'])})"


def _conditions(
    cdm: Cdm, staging: duckdb.DuckDBPyConnection, names: tuple[str, ...], mapped: set[str]
) -> Iterable[tuple[str, str]]:
    """The condition for rows that mean a transplant of one of these names, a table of events each.

    What a row means hangs on its two concepts, and on its text only where the mapping has that text.
    """
    found = staging.execute(
        f"""
        SELECT source, concept, source_concept, text,
               combo IN (SELECT combo FROM meanings WHERE "table" = 'transplants' AND name IN ({texts(names)}))
        FROM omop_keys ORDER BY ALL
        """
    ).fetchall()
    by_table: dict[str, dict[tuple[int, int], list[tuple[str, bool]]]] = defaultdict(lambda: defaultdict(list))
    for source, concept, own, text, is_one in found:
        by_table[source][concept, own].append((text, is_one))
    for event in cdm.events:
        parts = [_pair(cdm, event, *pair, texts, mapped) for pair, texts in by_table[event.name].items()]
        if any(parts):
            yield event.name, f"({' OR '.join(filter(None, parts))})"


def _pair(cdm: Cdm, event: Event, concept: int, own: int, texts: list[tuple[str, bool]], mapped: set[str]) -> str:
    table = cdm[event.name]
    pair = (
        f"{id_of(table, f'{event.begins}_concept_id')} = {concept}"
        f" AND {id_of(table, f'{event.begins}_source_concept_id')} = {own}"
    )
    text = folded_text(table, f"{event.begins}_source_value")
    special = {
        is_one: _spelled(one for one, so in texts if so == is_one and folded(one) in mapped) for is_one in (True, False)
    }
    if any(is_one for one, is_one in texts if folded(one) not in mapped):
        others = f" AND NOT {one_of_texts(text, special[False])}" if special[False] else ""
        return f"({pair}{others})"
    return f"({pair} AND {one_of_texts(text, special[True])})" if special[True] else ""


def count_likely(connection: Connection, cdm: Cdm, staging: duckdb.DuckDBPyConnection) -> None:
    """Fills ``codes`` with those of everybody whose name or text holds "transplant"."""
    concept = cdm["concept"]
    named = (
        f"SELECT {concept.column('concept_id')} FROM {concept.sql}"
        f" WHERE LOWER({concept.column('concept_name')}) LIKE '%transplant%'"
    )

    def where(event: Event) -> str:
        table = cdm[event.name]
        columns = (f"{event.begins}_concept_id", f"{event.begins}_source_concept_id")
        said = [f"{table.column(column)} IN ({named})" for column in columns if table.has(column)]
        return " OR ".join([*said, f"{folded_text(table, f'{event.begins}_source_value')} LIKE '%transplant%'"])

    count_codes(connection, cdm, staging, where)
