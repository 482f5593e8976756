"""Where every source puts what it found, in one form, before the rules of the extract's tables look at it.

The rows lie in a DuckDB database of our own in memory, which spills to a temporary folder: a source of any size takes
bounded memory. In a file it would pack every table that a rule makes, which takes longer than the rule. Nothing in it
outlives the import.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from postgraft.sources.errors import needs_sources

if TYPE_CHECKING:
    import duckdb

MEMORY: Final = "420MB"
"""What the database may hold in memory; the rest is spilled."""

TABLES: Final = {
    # One row a person who is in: everybody with an allogeneic transplant.
    # sex: female, male or unknown. birth_date only if the source has a day. death_date: the earliest; dead_undated:
    # dead, and no date says when. observed_from: start of the observation that holds day 0, empty where there is none.
    # last_seen: the latest date of any row of the person in visits and event tables, used or not.
    # site: code of the site of the visit of the first allogeneic transplant, else of the person; site_label: its name.
    "persons": """
        person VARCHAR, sex VARCHAR, birth_date DATE, birth_year INTEGER, death_date DATE, dead_undated BOOLEAN,
        observed_from DATE, last_seen DATE, site VARCHAR, site_label VARCHAR
    """,
    # One row a code as recorded: every different way in which some row of a source table says what it is.
    # source: table or resource it stands in. source_text: as it stands, blanks and all. system, code, title: of the
    # source's own code; standard_system, standard_code, standard_title: of the code that the source calls standard.
    # words: the name in which the words of an ingredient are looked for, of drugs only.
    # rows, patients, first, last: of the persons who are in.
    "codes": """
        combo INTEGER, source VARCHAR, source_text VARCHAR, system VARCHAR, code VARCHAR, title VARCHAR,
        standard_system VARCHAR, standard_code VARCHAR, standard_title VARCHAR, words VARCHAR,
        rows BIGINT, patients BIGINT, first DATE, last DATE
    """,
    # One row a further code of a combo, where it has any: an OMOP concept_id (system OMOP), another coding of a FHIR
    # concept, an ingredient that the source's own vocabulary says a drug is made of.
    # level: source code, standard code or ingredient. title: the name that the source has for it.
    "codings": "combo INTEGER, level VARCHAR, system VARCHAR, code VARCHAR, title VARCHAR",
    # One row a name that a combo means; none for one that means nothing, two for a code of two names.
    # Names that are not used (ignore, unstated, history) are there too.
    # "table", name, value: as in the mapping. by: source text, source code, standard code, ingredient, words.
    "meanings": 'combo INTEGER, "table" VARCHAR, name VARCHAR, value VARCHAR, "by" VARCHAR',
    # One row a code of a transplant that is unstated or history: how many persons have it who are not in.
    # title is the source's text where there is no code.
    "outside": "title VARCHAR, system VARCHAR, code VARCHAR, patients BIGINT",
    # The mapping in force: the shipped rows and those of the site's own file.
    "mapping": '"table" VARCHAR, name VARCHAR, system VARCHAR, code VARCHAR, value VARCHAR, note VARCHAR',
    # One row a row of the source that has a combo with a meaning in use.
    # id: ascending in the order of the source, so that equal sources give equal extracts.
    # day: start. last: end as recorded, empty where none is. moment: with the time of day, where there is one.
    # number, operator, unit, low, high: of a result. answer_system, answer_code, answer_text: of one in words.
    # quantity, supply (days), dose, dose_unit, route: of drugs. dose_unit is one of the extract's with /day or without;
    # dose is that of one administration, or with /day of one day; both empty where they cannot be computed.
    # kind: administration, dispensing, order or statement. reason: code or text of what it was given for, a purpose of
    # the extract where the source settles it.
    # dropped: why a source already leaves the row out (its status, no day); empty where it does not.
    # note: what was computed or assumed on the way, a word for changed.csv; empty where nothing was.
    "rows": """
        id BIGINT, combo INTEGER, person VARCHAR, day DATE, last DATE, moment TIMESTAMP,
        number DOUBLE, operator VARCHAR, unit VARCHAR, low DOUBLE, high DOUBLE,
        answer_system VARCHAR, answer_code VARCHAR, answer_text VARCHAR,
        quantity DOUBLE, supply DOUBLE, dose DOUBLE, dose_unit VARCHAR, route VARCHAR, kind VARCHAR, reason VARCHAR,
        dropped VARCHAR, note VARCHAR
    """,
}
"""The tables of the database and their columns."""


@contextmanager
def staging() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database with these tables; it is gone when the context ends, whatever happened.

    Raises:
        SourceError: the packages of the extra ``sources`` are not installed.
    """
    duckdb = needs_sources("duckdb")
    with tempfile.TemporaryDirectory(prefix="postgraft-import-") as folder:
        settings = {"memory_limit": MEMORY, "temp_directory": str(Path(folder) / "spilled"), "threads": "2"}
        connection = duckdb.connect(":memory:", config=settings)
        try:
            connection.execute("SET enable_progress_bar = false")  # it would draw between our lines
            for name, columns in TABLES.items():
                connection.execute(f'CREATE TABLE "{name}" ({columns})')
            yield connection
        finally:
            connection.close()
