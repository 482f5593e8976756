"""What is read once for every different spelling in a source: units, operators and answers of results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from postgraft.sources.codes import NOT_USED, SOURCE, folded
from postgraft.sources.made import fill, texts
from postgraft.sources.values import COUNTED_AS
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.censoring import OPERATORS, read_operator
from postgraft.vocabulary.units import conversion, normal_spelling

if TYPE_CHECKING:
    import duckdb

NUMERIC: Final = (*(name for name, known in ANALYTES.items() if known.numeric), *COUNTED_AS)
"""Names whose result is a number in a unit."""
_NOT: Final = ""
"""The reading of an answer that the mapping says is not to be used."""


def read_units(staging: duckdb.DuckDBPyConnection) -> None:
    """``units``: name, spelling, unit and factor to the canonical unit, of those that fit; ``other_units``: spelling
    and said_unit of results whose threshold the mapping gives in a unit that is another one."""
    spelled = staging.execute(
        f"""
        SELECT DISTINCT name, coalesce(nullif(trim(unit), ''), said_unit) AS spelling FROM results
        WHERE name IN ({texts(NUMERIC)}) AND spelling IS NOT NULL ORDER BY ALL
        """
    ).fetchall()
    fitting = [(name, text, conversion(COUNTED_AS.get(name, name), text)) for name, text in spelled]
    rows = [(name, text, c.unit, c.multiply_by / c.divide_by) for name, text, c in fitting if c is not None]
    fill(staging, "units", "name VARCHAR, spelling VARCHAR, unit VARCHAR, factor DOUBLE", rows)
    pairs = staging.execute(
        f"""
        SELECT DISTINCT trim(unit) AS spelling, said_unit FROM results
        WHERE name NOT IN ({texts(NUMERIC)}) AND trim(unit) <> '' AND said_unit IS NOT NULL ORDER BY ALL
        """
    ).fetchall()
    other = [(spelling, said) for spelling, said in pairs if not same_unit(spelling, said)]
    fill(staging, "other_units", "spelling VARCHAR, said_unit VARCHAR", other)


def same_unit(one: str, other: str) -> bool:
    """Whether two units of a concentration are one: thousandths in a millilitre are wholes in a litre.

    >>> same_unit("m[IU]/mL", "IU/L"), same_unit("IU/mL", "IU/L")
    (True, False)
    """
    return _plain(one) == _plain(other)


def _plain(unit: str) -> str:
    text = re.sub(r"\[?(?:iu|ui)\]?", "u", normal_spelling(unit))
    return "u/l" if text == "mu/ml" else text


def read_operators(staging: duckdb.DuckDBPyConnection) -> None:
    """``operators``: said and sign, empty for "=" and where none is said, of those that are known."""
    said = staging.execute("SELECT DISTINCT coalesce(operator, '') FROM results ORDER BY ALL").fetchall()
    known = [(text, read_operator(text)) for (text,) in said if not text.strip() or read_operator(text) in OPERATORS]
    signs = [(text, "" if sign in ("", "=") else sign) for text, sign in known]
    fill(staging, "operators", "said VARCHAR, sign VARCHAR", signs)


def read_answers(staging: duckdb.DuckDBPyConnection) -> None:
    """``answers``: name, system, code and text of answers of qualitative results, and the word that they are.

    By code through ``results`` of the mapping, by text through it, else by the words of the extract; the word is empty
    where the mapping says that the answer is not to be used. Answers that are not understood are not there.
    """
    said = staging.execute("SELECT system, code, name FROM mapping WHERE \"table\" = 'results' ORDER BY ALL").fetchall()
    mapped = {(system, folded(code) if system == SOURCE else code): name for system, code, name in said}
    found = staging.execute(
        f"""
        SELECT DISTINCT name, coalesce(answer_system, ''), coalesce(answer_code, ''), coalesce(answer_text, '')
        FROM results WHERE name NOT IN ({texts(NUMERIC)}) AND (answer_code IS NOT NULL OR answer_text IS NOT NULL)
        ORDER BY ALL
        """
    ).fetchall()
    read = [(*answer, _read_answer(answer, mapped)) for answer in found]
    columns = "name VARCHAR, system VARCHAR, code VARCHAR, text VARCHAR, word VARCHAR"
    fill(staging, "answers", columns, [row for row in read if row[-1] is not None])


def _read_answer(answer: tuple[str, str, str, str], mapped: dict[tuple[str, str], str]) -> str | None:
    name, system, code, text = answer
    scale = ANALYTES[name].scale
    if scale is None:
        return None
    for key in ((system, code), (SOURCE, folded(text))):
        word = mapped.get(key)
        if word in NOT_USED:
            return _NOT
        if word is not None and scale.read(word) is not None:
            return word
    severity = scale.read(text)
    if severity is None:
        return None
    written = text.strip().casefold().replace(" ", "_")
    return written if written in scale.accepted else scale.words[severity]
