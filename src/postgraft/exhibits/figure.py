"""How every figure looks: sizes for A4, colours that differ in grey as well, numbers and notes as text."""

from __future__ import annotations

import base64
import textwrap
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO
from typing import Any, Final, SupportsFloat

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import StrMethodFormatter

from postgraft.disclosure.released_count import ReleasedCount
from postgraft.vocabulary.carried import NOTHING
from postgraft.vocabulary.units import PERCENT

Look = dict[str, Any]
"""How a bar is drawn: keywords of a patch."""

WIDTH: Final = 6.85
"""Inches: what an A4 page holds between margins of 18 mm."""
DPI: Final = 200
SHOWN_DPI: Final = 120
"""Pixels an inch on a screen; print shrinks the figure to the page, where its text is 8 to 9 pt."""

ABSENT_HEIGHT: Final = 0.5
"""Inches of a figure that holds one line of words."""
NOTE_LINE: Final = 0.15
"""Inches of a line of notes below a figure."""
NOTE_WIDTH: Final = 112
"""Characters of such a line."""

WHOLE_BELOW: Final = 100
"""A share of so few has no decimals."""

INK: Final = "#1c2126"
SOFT: Final = "#555e68"
FAINT: Final = "#c9ced4"

# Dark, middle, light, so that they differ in grey; the hatch marks what is not certain.
ELIGIBLE: Final[Look] = {"facecolor": "#0a4d86", "edgecolor": "white"}
DOCUMENTATION: Final[Look] = {"facecolor": "#6aa5d8", "edgecolor": "white"}
DIAGNOSIS: Final[Look] = {"facecolor": "#d3e3f1", "edgecolor": "#7b97b0", "hatch": "////"}
PASSED: Final[Look] = ELIGIBLE
UNCLEAR: Final[Look] = {"facecolor": "#f3cd7a", "edgecolor": "#a9863a", "hatch": "////"}
FAILED: Final[Look] = {"facecolor": "#e4e6e8", "edgecolor": "#9aa1a8"}

FONT: Final = "DejaVu Sans"
"""Comes with matplotlib: the same picture on every machine."""
OTHER_SCRIPTS: Final = (
    *(f"Noto Sans CJK {region}" for region in ("SC", "JP", "TC", "KR")),
    *(f"Noto Sans {script}" for script in ("SC", "JP", "TC", "KR", "Devanagari", "Thai")),
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "PingFang SC",
    "Hiragino Sans",
    "Apple SD Gothic Neo",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
)
"""Fonts of which a machine may have some, for names in scripts that FONT lacks: it has the European ones and Arabic."""

RC: Final[Any] = {
    "text.parse_math": False,  # a dollar sign in the name of a site, drug or amendment is one
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "hatch.linewidth": 0.6,
    "lines.linewidth": 1.6,
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw in this style, whatever the user has set up; nothing outside is changed.

    A character that no font has is drawn as a box that names its script.
    """
    with mpl.rc_context(_settings()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        yield


@cache
def _settings() -> Any:
    """Matplotlib's own settings with this style on top; what shows figures on a screen stays the user's."""
    own = {key: value for key, value in mpl.rcParamsDefault.items() if key != "backend"}
    here = {font.name for font in fontManager.ttflist}
    return own | RC | {"font.family": [FONT, *(name for name in OTHER_SCRIPTS if name in here)]}


def blank(height: float, columns: int = 1, **options: Any) -> tuple[Figure, list[Axes]]:
    """A figure of the page's width and ``height`` inches with ``columns`` axes side by side."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots(1, columns, squeeze=False, **options)
    return figure, list(axes[0])


def nothing(axes: Axes, words: str) -> None:
    """Say in place of an axes' plot that there is nothing to plot."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, words, ha="center", va="center", color=SOFT, transform=axes.transAxes)


def named_rows(axes: Axes, names: Sequence[str], bottom: float = 0.5, top: float = 0.5) -> None:
    """Name the rows, the first at the top, with this much of a row free beyond the middle of the last and the first."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - bottom, -top)


def wrapped(said: Iterable[str]) -> list[str]:
    """Notes as lines of the figure's width."""
    return [line for words in said for line in textwrap.wrap(words, NOTE_WIDTH)]


def notes_below(figure: Figure, lines: Sequence[str]) -> None:
    """Write lines below a figure; none where there are none."""
    if lines:
        figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=7.5, color=SOFT)


def whole_ticks(axes: Axes, axis: str, highest: float) -> None:
    """Ticks on whole numbers from 0, also where the counts are few, with separators of thousands."""
    ticks = getattr(axes, f"{axis}axis")
    ticks.get_major_locator().set_params(integer=True, min_n_ticks=1)
    ticks.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    getattr(axes, f"set_{axis}lim")(0, max(highest, 1) * 1.08)


def number(count: float | ReleasedCount) -> str:
    """A whole number with separators of thousands; of a released count, its text."""
    return f"{count:,.0f}"


def signed(change: float | ReleasedCount, decimals: int = 0) -> str:
    """A change with its sign and separators of thousands; no sign where it is 0."""
    if isinstance(change, ReleasedCount):
        return f"+{change}" if change.exact and change > 0 else str(change)
    rounded = round(change, decimals) + 0.0
    return f"{rounded:+,.{decimals}f}".replace("-", "\N{MINUS SIGN}") if rounded else "0"


def percent(share: float | None, of: object = None) -> str:
    """A share of one as a percentage; a dash where there is none.

    It is whole where it is one ``of`` printed counts, or of fewer than WHOLE_BELOW.
    """
    decimals = 0 if isinstance(of, ReleasedCount) or (isinstance(of, SupportsFloat) and float(of) < WHOLE_BELOW) else 1
    return "–" if pd.isna(share) else f"{100 * share:.{decimals}f}{PERCENT}"


def counted(count: float | ReleasedCount, noun: str, plural: str = "") -> str:
    """``1 patient``, ``2,000 patients``; ``plural``: where it is not the noun with an s."""
    return f"{number(count)} {noun if count == 1 else plural or f'{noun}s'}"


def part(count: float | ReleasedCount, of: float | ReleasedCount) -> str:
    """A count with its share in words: "57 of 2,000 (2.9 %)"."""
    return f"{number(count)} of {number(of)} ({percent(count / of if of else None, of)})"


@dataclass(frozen=True)
class Exhibit:
    """A figure and its alternative text, which states what the figure shows, with the numbers.

    As the last line of a notebook's cell it shows itself; reports take the alternative text from the output.
    """

    figure: Figure
    alt: str

    def png(self) -> bytes:
        """The figure as a PNG image."""
        image = BytesIO()
        with styled():
            # Without the metadata an image would differ with matplotlib's version alone.
            self.figure.savefig(image, format="png", dpi=DPI, metadata={"Software": None})
        return image.getvalue()

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, str], dict[str, Any]]:
        size = {"width": round(self.figure.get_figwidth() * SHOWN_DPI)}
        return (
            {"image/png": base64.b64encode(self.png()).decode("ascii"), "text/plain": self.alt},
            {"image/png": {"alt": self.alt, **size}},
        )


class Nothing(Exhibit):
    """A line in place of a figure that would show nothing; a page leaves it out, with its heading."""

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, str], dict[str, Any]]:
        return {"text/html": nothing_said(self.alt), "text/plain": self.alt}, {}


def absent(words: str) -> Nothing:
    """A line in place of a figure that would show nothing."""
    with styled():
        figure, [axes] = blank(ABSENT_HEIGHT)
        nothing(axes, words)
    return Nothing(figure, words)


def nothing_said(words: str) -> str:
    """A sentence in place of an exhibit, as HTML."""
    return f'<p class="{NOTHING}">{escape(words)}</p>'
