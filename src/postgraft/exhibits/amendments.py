"""Amendments against the protocol: tables of them and of their best combinations, and their net changes drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from postgraft.exhibits.figure import (
    DIAGNOSIS,
    ELIGIBLE,
    FAINT,
    INK,
    NOTE_LINE,
    Exhibit,
    Look,
    absent,
    blank,
    counted,
    named_rows,
    notes_below,
    number,
    part,
    signed,
    styled,
    wrapped,
)
from postgraft.exhibits.labels import amendment_name, fitted
from postgraft.exhibits.tables import MISSING, Table, highest, or_withheld, rows, table
from postgraft.vocabulary.errors import WithheldError

COMPARED = {
    "amendment": "Amendment",
    "certain": "Eligible",
    "possible": "Possible",
    "gained": "Gained",
    "lost": "Lost",
    "net": "Net",
    "difference": "Difference (95 % interval)",
    "median_first_eligible_day": "First eligible day",
    "eligible_days": "Eligible days",
}
COUNTED = ("amendment", "certain", "possible", "gained", "lost")
"""The columns that a release has: counts of patients."""
WHO = "Gained, lost: patients eligible under the amendment only, under the protocol only."
PAIRED = (
    "Difference: gained less lost as a share of all patients with a transplant, in percentage points, with Tango's "
    "score interval for paired proportions. No change: every value is that of the protocol."
)
DAYS = (
    "First eligible day: since transplant, median of the eligible patients. Eligible days: their sum over these "
    "patients."
)
ON_TOP = "Possible patients come on top of the eligible ones."

MOST: Final = 45
"""Amendments that a page has room for; of more, those that move most patients are drawn."""
ROW, HEAD, ROOM = 0.24, 0.95, 8.4  # inches
NAME_WIDTH: Final = 46  # characters

PANELS: tuple[tuple[str, str, Look], ...] = (
    ("", "Eligible, certain", ELIGIBLE),
    ("_or_possible", "Eligible or possible", DIAGNOSIS),
)


def comparison_table(compared: pd.DataFrame) -> Table:
    """The protocol and its amendments, a row each; ``compared`` as of ``postgraft.compare``."""
    released = compared["certain"].dtype == object  # then what is computed of two counts is not printed
    columns = {name: COMPARED[name] for name in (COUNTED if released else COMPARED)}
    of = f"Of {counted(compared['of'].iloc[0], 'patient')} with an allogeneic transplant."
    return table(
        compared.assign(difference=[_difference(row) for row in rows(compared)]),
        "Amendments compared",
        columns,
        (of, WHO, ON_TOP) if released else (of, f"{WHO} {PAIRED}", f"{DAYS} {ON_TOP}"),
        numbers=tuple(columns)[1:],
        texts={"amendment": amendment_name, "net": signed},
    )


def _difference(row: Any) -> str:
    if pd.isna(row.difference_low):
        return "no change" if row.changes == "no change" else MISSING
    low, high = (signed(100 * end, 1) for end in (row.difference_low, row.difference_high))
    return f"{signed(100 * row.difference, 1)} ({low} to {high})"


def changes_table(compared: pd.DataFrame) -> Table:
    """What each amendment changes; ``compared`` as of ``postgraft.compare``."""
    return table(
        compared[compared["amendment"] != "base"],
        "What the amendments change",
        {"amendment": "Amendment", "changes": "From the protocol's value to the amendment's"},
        widths={"amendment": "36%"},
        texts={"amendment": amendment_name},
        empty="No amendment was given.",
    )


@or_withheld
def frontier_table(frontier: pd.DataFrame) -> Table:
    """The best combinations of each number of amendments; ``frontier`` as of ``postgraft.frontier``."""
    best = frontier[frontier["best"]].sort_values(["changes", "amendments"])
    return table(
        best.assign(number=[counted(changes, "amendment") for changes in best["changes"]]),
        "Best combinations of amendments",
        {"amendments": "Amendments", "certain": "Eligible", "possible": "Possible", "gained": "Gained"},
        (
            f"Of {counted(len(frontier), 'combination')}: no other one of as few or fewer amendments has more "
            "eligible patients. Gained: eligible patients beyond those of the protocol.",
        ),
        group="number",
        numbers=("certain", "possible", "gained"),
        texts={"amendments": lambda names: amendment_name(names) or "the protocol as it is"},
    )


@or_withheld
def tornado(compared: pd.DataFrame) -> Exhibit:
    """Net change of the number of patients under each amendment, certain on the left, the upper bound on the right.

    ``compared`` as of ``postgraft.compare``. The base is the line at 0, a bar the net change with its 95 %
    interval, written in patients of a cohort of this size; beside it who is gained and who is lost.
    Amendments by which nobody is gained or lost are named below.
    """
    if compared["certain"].dtype == object:
        raise WithheldError("net changes")  # of counts that are not exact they would be wrong
    amended = compared[compared["amendment"] != "base"]
    if amended.empty:
        return absent("No amendment was given.")
    amended = amended.assign(moved=_moved(amended))
    idle = [_short(name) for name in amended["amendment"][amended["moved"] == 0]]
    drawn = amended[amended["moved"] > 0]
    if drawn.empty:
        return absent(f"Nobody is gained or lost under {'any of ' if len(idle) > 1 else ''}{_named(idle)}.")
    kept = drawn.nlargest(MOST, "moved").sort_values(["net", "net_or_possible"], ascending=False)
    notes = _notes(len(drawn) - len(kept), idle)
    with styled():
        height = HEAD + min(ROW * len(kept), ROOM - NOTE_LINE * len(notes)) + NOTE_LINE * len(notes)
        figure, panels = blank(height, 2, sharey=True)
        for axes, (suffix, title, look) in zip(panels, PANELS, strict=True):
            _panel(axes, kept, suffix, title, look)
        named_rows(panels[0], [_short(name) for name in kept["amendment"]], 0.4, 0.6)
        notes_below(figure, notes)
    return Exhibit(figure, _alt(compared, drawn, idle))


def _moved(amended: pd.DataFrame) -> pd.Series:
    """How many patients an amendment gains or loses, whether they are certain or not."""
    return amended[["gained", "lost", "gained_or_possible", "lost_or_possible"]].sum(axis=1)


def _panel(axes: Axes, kept: pd.DataFrame, suffix: str, title: str, look: Look) -> None:
    at, net, of = range(len(kept)), kept[f"net{suffix}"], kept["of"]
    low, high = (kept[f"difference_{end}{suffix}"] * of for end in ("low", "high"))
    axes.set_title(title)
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.barh(at, net, height=0.62, linewidth=0.6, **look)
    _, caps, whiskers = axes.errorbar(
        net, at, xerr=[net - low, high - net], fmt="none", ecolor=INK, elinewidth=0.9, capsize=2
    )
    for line in (*caps, *whiskers):
        line.set_path_effects([withStroke(linewidth=2.6, foreground="white")])  # to be seen on a dark bar
    for i, row in enumerate(rows(kept)):
        gained, lost = getattr(row, f"gained{suffix}"), getattr(row, f"lost{suffix}")
        words = " ".join(signed(moved) for moved in (gained, -lost) if moved) or "0"
        axes.text(1.02, i, words, transform=axes.get_yaxis_transform(), va="center", fontsize=7)
    axes.set_xlabel("Patients, net of the base")
    axes.grid(axis="x", color=FAINT)
    axes.tick_params(axis="y", length=0, labelsize=7.5)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))


def _short(name: str) -> str:
    return fitted(amendment_name(name), NAME_WIDTH)


def _notes(left_out: int, idle: Sequence[str]) -> list[str]:
    """Lines below the figure: who is not in it."""
    said = ["Bars: net change; lines: its 95 % interval. Beside them: patients gained and lost."]
    if left_out:
        said.append(f"Not drawn: {counted(left_out, 'amendment')} that move fewer patients; see the table.")
    if idle:
        said.append(f"Nobody is gained or lost, certain or possible, under: {'; '.join(idle)}.")
    return wrapped(said)


def _named(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else counted(len(names), "amendment")


def _alt(compared: pd.DataFrame, drawn: pd.DataFrame, idle: Sequence[str]) -> str:
    base = compared.iloc[0]
    said = [
        f"Net change under {counted(len(compared) - 1, 'amendment')} of a protocol with "
        f"{part(base['certain'], base['of'])} patients eligible and {number(base['possible'])} more possible."
    ]
    for what, sign in (("gain", 1), ("loss", -1)):
        best = highest(drawn.assign(signed=drawn["net"] * sign), "signed")
        if best["signed"] > 0:
            said.append(f"Largest {what} of eligible patients: {_in_words(best)}.")
    widest = highest(drawn, "net_or_possible")
    if widest["net_or_possible"] > 0:
        name, gain = amendment_name(widest["amendment"]), signed(widest["net_or_possible"])
        said.append(f"Largest gain of eligible or possible ones: {name}, {gain}.")
    if idle:
        said.append(f"{counted(len(idle), 'amendment')} by which nobody is gained or lost.")
    return " ".join(said)


def _in_words(row: Any) -> str:
    low, high = (signed(row[f"difference_{end}"] * row["of"], 1) for end in ("low", "high"))
    return (
        f"{amendment_name(row['amendment'])}, {signed(row['net'])} "
        f"(gained {number(row['gained'])}, lost {number(row['lost'])}; 95 % interval {low} to {high})"
    )
