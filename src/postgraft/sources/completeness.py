"""Completeness is the site's word: where the source cannot bear it out, it is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from postgraft.extract.tables import TABLES
from postgraft.sources.codes import UNSTATED
from postgraft.sources.made import Made
from postgraft.sources.medications import UNKNOWN_END
from postgraft.vocabulary.codes import CONDITIONS
from postgraft.vocabulary.errors import Finding

if TYPE_CHECKING:
    import duckdb

    from postgraft.sources.options import Options

_EMPTY: Final = "complete_though_empty, where it is so"


def refused(
    staging: duckdb.DuckDBPyConnection, options: Options, lacks: Collection[str], tables: Iterable[Made]
) -> list[Finding]:
    """Every declaration of completeness that is refused.

    A table that the source ``lacks``; a condition no code of which occurs, or without a row, and a table without a
    row, unless in ``complete_though_empty``; medications while ends are unknown and ``unknown_end`` is not set;
    transfusions while there are codes that do not say enough.
    """
    by_name = {made.table: made for made in tables}
    return [
        *_tables(options, lacks, by_name),
        *_conditions(staging, options, lacks, by_name["conditions"]),
        *_medications(options, by_name["medications"]),
        *_transfusions(staging, options),
    ]


def _refusal(name: str, found: str, accepted: str, count: int = 0) -> Finding:
    return Finding("error", "completeness", "options", f"complete.{name}", found, accepted, count)


def _tables(options: Options, lacks: Collection[str], tables: dict[str, Made]) -> Iterator[Finding]:
    for name in TABLES:
        if not options.complete.declares(name):
            continue
        if name in lacks or name not in tables:
            yield _refusal(name, f"the source has no {name}", "false")
        elif not tables[name].written and name not in options.complete_though_empty:
            yield _refusal(name, f"{name} have no row", _EMPTY)


def _conditions(
    staging: duckdb.DuckDBPyConnection, options: Options, lacks: Collection[str], made: Made
) -> Iterator[Finding]:
    though_empty = options.complete_though_empty
    if "conditions" in lacks or ("conditions" in though_empty and not made.written):
        return
    occurring = {
        name
        for (name,) in staging.execute("SELECT DISTINCT name FROM meanings WHERE \"table\" = 'conditions'").fetchall()
    }
    written = set(made.fates.loc[made.fates["fate"] == "written", "name"])
    declared = [name for name in CONDITIONS if options.complete.condition(name) and name not in though_empty]
    absent = [name for name in declared if name not in occurring]
    if absent:
        found = f"no code of {', '.join(absent)} occurs, which looks the same as not coded"
        yield _refusal("conditions", found, f"a mapping of the codes in use, or {_EMPTY}")
    empty = [name for name in declared if name in occurring and name not in written]
    if empty:
        yield _refusal("conditions", f"{', '.join(empty)} have no row", _EMPTY)


def _medications(options: Options, made: Made) -> Iterator[Finding]:
    unknown = int(made.remarks.loc[made.remarks["reason"] == UNKNOWN_END, "rows"].sum())
    if options.complete.table("medications") and options.unknown_end is None and unknown:
        yield _refusal("medications", "rows have neither an end nor a supply", "unknown_end: start, or open", unknown)


def _transfusions(staging: duckdb.DuckDBPyConnection, options: Options) -> Iterator[Finding]:
    codes, rows = staging.execute(
        f"""
        SELECT count(DISTINCT combo), coalesce(sum("rows"), 0)::BIGINT FROM meanings JOIN codes USING (combo)
        WHERE "table" = 'transfusions' AND name = '{UNSTATED}'
        """
    ).fetchall()[0]
    if options.complete.table("transfusions") and codes:
        some = "1 code of transfusions does" if codes == 1 else f"{codes} codes of transfusions do"
        found = f"{some} not say which product"
        yield _refusal("transfusions", found, "each mapped to a product, or to ignore", int(rows))
