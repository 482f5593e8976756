"""Tables of the index page as HTML: heads in rows and columns that a screen reader tells, numbers to the right."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from postgraft.exhibits.key_numbers import Number, written
from postgraft.exhibits.tables import MISSING

FIRST: Final = 40
"""Per cent of a table's width that its first column has."""


def section(heading: str, heads: str, bodies: Sequence[str]) -> str:
    """A heading and its table: ``heads`` as below, each of ``bodies`` rows that belong together."""
    slug = heading.lower().replace(" ", "-")
    body = "".join(f"<tbody>\n{rows}</tbody>\n" for rows in bodies)
    return (
        f'<h2 id="{slug}">{escape(heading)}</h2>\n'
        f'<div class="table" role="region" tabindex="0" aria-labelledby="{slug}">\n'
        f'<table class="plain" aria-labelledby="{slug}">\n{heads}{body}</table>\n</div>\n'
    )


def heads(first: str, columns: Sequence[str], numeric: bool = False) -> str:
    """One row of heads of columns of equal width, wide enough for words."""
    kind = ' class="number"' if numeric else ""
    others = "".join(f'<th scope="col"{kind}>{escape(name)}</th>' for name in columns)
    width = f'<col style="width: {(100 - FIRST) / len(columns):.1f}%">'
    return (
        f'<colgroup><col style="width: {FIRST}%">{width * len(columns)}</colgroup>\n'
        f'<thead>\n<tr><th scope="col">{escape(first)}</th>{others}</tr>\n</thead>\n'
    )


def grouped_heads(first: str, groups: Sequence[str], columns: Sequence[str]) -> str:
    """Two rows of heads: groups of columns, and in each the same columns."""
    above = "".join(f'<th scope="colgroup" colspan="{len(columns)}">{escape(name)}</th>' for name in groups)
    below = "".join(f'<th scope="col" class="number">{escape(name)}</th>' for name in columns)
    return (
        f'<thead>\n<tr><th scope="col" rowspan="2">{escape(first)}</th>{above}</tr>\n'
        f"<tr>{below * len(groups)}</tr>\n</thead>\n"
    )


def group_head(name: str, columns: int) -> str:
    """A row that heads those below it."""
    return f'<tr><th scope="rowgroup" colspan="{columns}" class="gt_group_heading">{escape(name)}</th></tr>\n'


def row(head: str, cells: Iterable[str]) -> str:
    """A row with its head."""
    return f'<tr><th scope="row">{escape(head)}</th>{"".join(cells)}</tr>\n'


def cell(name: str, value: Number | None) -> str:
    """A key number in a cell, as the notebook prints it; a dash where the cohort has none."""
    shown = MISSING if value is None else written(name, value)
    return f'<td class="number">{escape(shown)}</td>'
