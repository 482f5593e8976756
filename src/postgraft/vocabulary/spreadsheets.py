"""Text cells that a spreadsheet would take for a formula, and the apostrophe that keeps it from doing so.

Source: OWASP, CSV Injection (the characters that begin a formula, full-width forms included).
"""

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

_BEGINS: Final = "=+\\-@\t\r\n＝＋－＠"
_FORMULA: Final = re.compile(f"'*[{_BEGINS}]")
_ESCAPED: Final = re.compile(f"'+[{_BEGINS}]")
_NUMBER: Final = re.compile(r"[-+](?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)


def escaped(cell: Any) -> Any:
    """A text that begins as a formula does with an apostrophe before it; a number, also as text, stays as it is.

    >>> escaped("=1+1"), escaped("-5"), escaped(-5)
    ("'=1+1", '-5', -5)
    """
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def unescaped(cell: str) -> str:
    """What ``escaped`` was given.

    >>> unescaped("'=1+1"), unescaped("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if _ESCAPED.match(cell) else cell


def without_formulas(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The frame with every text cell and column name escaped, for a file that a spreadsheet may open."""
    safe = frame.copy(deep=False)
    for place, kind in enumerate(frame.dtypes):
        if kind.kind not in "iufcbmM":
            safe.isetitem(place, frame.iloc[:, place].astype(object).map(escaped).array)
    return safe.rename(columns=escaped)
