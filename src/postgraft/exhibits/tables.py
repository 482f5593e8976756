"""Tables of results; each tells its denominators."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from great_tables import GT, loc, style

from postgraft.exhibits.style import number

MISSING = "–"


@dataclass(frozen=True)
class Table:
    """A rendered table; as the last line of a notebook's cell it shows itself."""

    title: str
    html: str

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.title}


def table(
    frame: pd.DataFrame,
    title: str,
    columns: Mapping[str, str],
    notes: Sequence[str] = (),
    group: str | None = None,
    numbers: Sequence[str] = (),
    empty: str = "None.",
    widths: Mapping[str, str] | None = None,
) -> Table:
    """A table with a title, the columns named and ordered by ``columns``, and notes below it.

    ``numbers`` are aligned to the right, and whole numbers in them get separators; ``group`` heads rows that
    share a value; a frame without rows shows the words ``empty``. A missing value is a dash. ``widths`` are
    those of columns, in CSS.
    """
    shown = frame[[*columns, *([group] if group else [])]].astype(object)
    for name in numbers:
        shown[name] = [
            value if isinstance(value, str) or pd.isna(value) else _number(value) for value in shown[name]
        ]
    if shown.empty:
        shown = pd.DataFrame([{name: empty if i == 0 else "" for i, name in enumerate(columns)}])
        group = None
    text = [name for name in columns if name not in numbers]
    made = (
        GT(shown, groupname_col=group, id=_slug(title))
        .tab_header(title)
        .cols_label(dict(columns))
        .sub_missing(missing_text=MISSING)
        .tab_options(
            table_width="100%",
            table_font_size="14px",
            heading_align="left",
            heading_title_font_size="15px",
            heading_title_font_weight="bold",
            column_labels_font_weight="bold",
            row_group_font_weight="bold",
            data_row_padding="4px",
            source_notes_font_size="12px",
            column_labels_hidden=not any(columns.values()),
            quarto_disable_processing=True,
        )
    )
    # A cell keeps one rule of CSS only: each column gets all that it needs at once.
    if text:
        top = style.css("vertical-align: top")
        made = made.cols_align("left", text).tab_style(top, loc.body(columns=text))
    if numbers:
        keep = style.css("vertical-align: top; white-space: nowrap")
        made = made.cols_align("right", list(numbers)).tab_style(keep, loc.body(columns=list(numbers)))
    if widths:
        made = made.cols_width(dict(widths))
    for note in notes:
        made = made.tab_source_note(note)
    return Table(title, _breakable(made.as_raw_html()))


def _breakable(html: str) -> str:
    """Long names of parameters may be broken after an underscore; what is copied stays whole."""
    return re.sub(r"(?<=[a-z0-9])_(?=[a-z0-9][^<>]*</td>)", "_<wbr>", html)


def _slug(title: str) -> str:
    """An id for the table's own part of the page."""
    return "-".join(re.findall("[a-z0-9]+", title.lower()))


def _number(value: object) -> str:
    """A count with separators, or a number with one decimal where it has any."""
    amount = float(value)  # type: ignore[arg-type]  # what a column of numbers holds
    return number(amount) if amount == int(amount) else f"{amount:,.1f}"
