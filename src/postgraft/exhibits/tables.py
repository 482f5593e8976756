"""Tables of results with their denominators, and the words in place of what is no part of a release."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

import numpy as np
import pandas as pd
from great_tables import GT, loc, style
from numpy.typing import NDArray

from postgraft.disclosure.released_count import ReleasedCount
from postgraft.exhibits.figure import nothing_said, number
from postgraft.vocabulary.errors import WithheldError

MISSING: Final = "–"
WORDS: Final = "Not part of a release, which has a few fixed tables of counts and nothing made of single patients."

Given = ParamSpec("Given")
Made = TypeVar("Made")


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows, each with its columns as attributes, whose types a checker cannot know."""
    yield from frame.itertuples(index=False)


def highest(frame: pd.DataFrame, column: str) -> Any:
    """The row with the highest value of a column, the first of several."""
    return frame.iloc[int(frame[column].to_numpy().argmax())]


def as_drawn(column: pd.Series) -> NDArray[np.float64]:
    """Counts as lengths of bars."""
    return np.asarray(column, float)


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
    texts: Mapping[str, Callable[[Any], str]] | None = None,
) -> Table:
    """A table with a title, the columns named and ordered by ``columns``, and notes below it.

    The first column heads its rows. ``numbers`` are aligned to the right, and whole numbers in them get
    separators; ``group`` heads rows that share a value. A missing value is a dash. ``widths`` are those of
    columns, in CSS. ``texts`` says by column how a value is written. Of a frame without rows there are only the
    title and the words ``empty``, and a page leaves them out.
    """
    if frame.empty:
        return Table(title, nothing_said(f"{title}: {empty}"))
    head, *others = columns
    frame = frame.assign(**{name: [text(value) for value in frame[name]] for name, text in (texts or {}).items()})
    shown = frame[[*columns, *([group] if group else [])]].astype(object)
    for name in numbers:
        shown[name] = [value if isinstance(value, str) or pd.isna(value) else _number(value) for value in shown[name]]
    words = [name for name in others if name not in numbers]
    top = style.css("vertical-align: top")
    made = (
        _framed(GT(shown, rowname_col=head, groupname_col=group, id=_slug(title)), title)
        .tab_stubhead(columns[head])
        .cols_label({name: columns[name] for name in others})
        .sub_missing(missing_text=MISSING)
        .tab_style(top, loc.stub())
        .tab_options(column_labels_hidden=not any(columns.values()))
    )
    # A cell keeps one rule of CSS only: each column gets all that it needs at once.
    if words:
        made = made.cols_align("left", words).tab_style(top, loc.body(columns=words))
    if numbers:
        keep = style.css("vertical-align: top; white-space: nowrap")
        made = made.cols_align("right", list(numbers)).tab_style(keep, loc.body(columns=list(numbers)))
    if widths:
        made = made.cols_width(dict(widths))
    for note in notes:
        made = made.tab_source_note(note)
    return Table(title, _breakable(_in_theme(made.as_raw_html())))


def _framed(made: GT, title: str) -> GT:
    """A table with its title, in the sizes and weights of all tables."""
    return made.tab_header(title).tab_options(
        table_width="100%",
        table_font_size="14px",
        heading_align="left",
        heading_title_font_size="15px",
        heading_title_font_weight="bold",
        column_labels_font_weight="bold",
        row_group_font_weight="bold",
        data_row_padding="4px",
        source_notes_font_size="12px",
        stub_border_style="none",
        quarto_disable_processing=True,
    )


def _in_theme(html: str) -> str:
    """In the colours of what it is shown in: JupyterLab may be dark."""
    return html.replace("color: #333333", "color: inherit").replace(
        "background-color: #FFFFFF", "background-color: transparent"
    )


def _breakable(html: str) -> str:
    """Long names of parameters may be broken after an underscore; what is copied stays whole."""
    return re.sub(r"(?<=[a-z0-9])_(?=[a-z0-9][^<>]*</t[dh]>)", "_<wbr>", html)


def _slug(title: str) -> str:
    """An id for the table's own part of the page."""
    return "-".join(re.findall("[a-z0-9]+", title.lower()))


def _number(value: object) -> str:
    """A count with separators, or a number with one decimal where it has any."""
    if isinstance(value, ReleasedCount):
        return number(value)
    amount = float(value)  # type: ignore[arg-type]  # what a column of numbers holds
    return number(amount) if amount == int(amount) else f"{amount:,.1f}"


def or_withheld(make: Callable[Given, Made]) -> Callable[Given, Made | Table]:
    """The same exhibit, or a sentence in its place where something that it needs is no part of a release."""

    @wraps(make)
    def made(*given: Given.args, **named: Given.kwargs) -> Made | Table:
        try:
            return make(*given, **named)
        except WithheldError:
            return Table(WORDS, nothing_said(WORDS))

    return made
