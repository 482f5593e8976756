"""Changes against the protocol: amendments, readings and data assumptions apart, and the best combinations."""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from postgraft.analysis.amendments import BASE
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.evaluation.count import hidden
from postgraft.exhibits.answer import Answer
from postgraft.exhibits.figure import (
    DIAGNOSIS,
    ELIGIBLE,
    FAINT,
    INK,
    NOTE_LINE,
    WIDTH,
    Exhibit,
    absent,
    counted,
    named_rows,
    notes_below,
    number,
    signed,
    styled,
    wrapped,
)
from postgraft.exhibits.key_numbers import compared_numbers
from postgraft.exhibits.labels import amendment_name, capital, fitted, parameter
from postgraft.exhibits.said import ci, count_said
from postgraft.exhibits.tables import MISSING, Table, or_withheld, rows, table
from postgraft.protocol import Protocol
from postgraft.vocabulary.errors import WithheldError
from postgraft.vocabulary.units import PERCENT

KINDS: Final = {
    "amendment": "Amendments",
    "reading": "Other readings of the record",
    "data": "Assumptions about the data",
}
"""The panels, by kind of change."""
DRAWN, MOST = 10, 12
"""Changes of a kind that are drawn, and rows of the short table."""
ROW, HEAD, PANEL = 0.24, 0.5, 0.3  # inches
NAME_WIDTH: Final = 58  # characters

COMPARED = {
    "title": "Change",
    "certain": "Eligible",
    "possible": "Not ruled out",
    "gained": "Gained",
    "lost": "Lost",
    "difference": "Difference (95 % CI)",
    "median_first_eligible_day": "First eligible day",
    "eligible_days": "Eligible days",
}
COUNTED = ("title", "certain", "possible", "gained", "lost")
"""The columns that a release has: counts of patients."""
SHORT = {
    "title": "Change",
    "certain": "Eligible",
    "possible": "Not ruled out",
    "gained": "Gained (95 % CI)",
    "lost": "Lost",
}
WHO = "Gained, lost: eligible under the change only, under the protocol only. CI: Wilson's, of so many patients."
PAIRED = (
    "Difference: gained less lost as a share of all patients with a transplant, in percentage points, with Tango's "
    "score interval for paired proportions; it may hold 0 where nobody is lost, and then Wilson's interval of the "
    "gained is the one to read. First eligible day: median since transplant. Eligible days: their sum."
)


def answer_changes(compared: pd.DataFrame, frontier: pd.DataFrame | None = None) -> Answer:
    """The amendment that gains most, and what the best combination gains; frames as of ``compare`` and ``frontier``.

    Of released counts those that are printed as a number count; a combination is no part of a release.
    """
    numbers = compared_numbers(compared)
    own = compared[compared["kind"] == "amendment"]
    if own.empty:
        return Answer("No amendment of the protocol was given.", numbers)
    known = own[[not hidden(one) and float(one) > 0 for one in own["gained"]]]
    if known.empty:
        few = any(isinstance(one, ReleasedCount) for one in own["gained"])
        return Answer(f"No amendment gains {'a number of patients that is printed' if few else 'a patient'}.", numbers)
    best = known.iloc[int(known["gained"].astype(float).to_numpy().argmax())]
    said = f"**{change_title(best)}** gains **{count_said(best['gained'], best['of'], f'95{PERCENT} CI ')}**"
    lost = best["lost"]
    said += f" and loses {number(lost)}" if lost > 0 and not hidden(lost) else ""
    together = _together(frontier, best["gained"] - lost)
    return Answer(f"{said}{together}.", numbers)


def _together(frontier: pd.DataFrame | None, alone: Any) -> str:
    """What the best combination of several gains, net, beyond this net gain; nothing where it is no more."""
    try:
        best = None if frontier is None else frontier[frontier["best"] & (frontier["changes"] > 1)]
    except WithheldError:
        return ""
    if best is None or best.empty:
        return ""
    [*_, top] = rows(best.sort_values("gained", kind="stable"))
    if top.gained <= alone:
        return ""
    of = int((frontier["changes"] > 0).sum()) if frontier is not None else 0
    best_of = f"best of {number(of)}, chosen after looking"
    return f"; {counted(top.changes, 'amendment')} together {number(top.gained)} ({best_of})"


@or_withheld
def forest(compared: pd.DataFrame) -> Exhibit:
    """Patients gained and lost by each change with their intervals, a panel a kind; ``compared`` as of ``compare``.

    Each of the two has Wilson's interval of its own, so that neither reaches beyond 0. Changes that move nobody are
    counted below.
    """
    if compared["certain"].dtype == object:
        raise WithheldError("intervals of changes")  # of counts that are not exact they would be wrong
    changes = compared[compared["amendment"] != BASE]
    if changes.empty:
        return absent("No change was given.")
    moved = changes[(changes["gained"] > 0) | (changes["lost"] > 0)]
    if moved.empty:
        return absent("No change gains or loses an eligible patient.")
    panels = {kind: _most(moved[moved["kind"] == kind]) for kind in KINDS if (moved["kind"] == kind).any()}
    notes = wrapped(_notes(changes, moved, panels))
    heights = [ROW * len(own) + PANEL for own in panels.values()]
    with styled():
        figure = Figure(figsize=(WIDTH, sum(heights) + HEAD + NOTE_LINE * len(notes)), layout="constrained")
        axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        for one, (kind, own) in zip(axes, panels.items(), strict=True):
            _panel(one, own, KINDS[kind])
        axes[-1].set_xlabel(f"Eligible patients gained and lost, with 95 % CI, of {number(changes['of'].iloc[0])}")
        notes_below(figure, notes)
    return Exhibit(figure, _alt(changes, panels))


def _most(own: pd.DataFrame) -> pd.DataFrame:
    kept = own.assign(moved=own["gained"] + own["lost"]).nlargest(DRAWN, "moved")
    return kept.sort_values(["gained", "lost"], ascending=[False, True], kind="stable")


def _panel(axes: Axes, own: pd.DataFrame, title: str) -> None:
    axes.set_title(title)
    axes.axvline(0, color=INK, linewidth=0.9)
    for at, row in enumerate(rows(own)):
        for count, sign, look in ((row.gained, 1, ELIGIBLE), (row.lost, -1, DIAGNOSIS)):
            if count:
                low, high = (end * row.of for end in ci(count, row.of))
                bars = [[count - low], [high - count]][::sign]
                colour = look["facecolor"] if sign > 0 else look["edgecolor"]
                axes.errorbar(sign * count, at, xerr=bars, fmt="o", color=colour, markersize=4.5, capsize=2)
        words = " ".join(signed(moved) for moved in (row.gained, -row.lost) if moved)
        axes.text(1.02, at, words, transform=axes.get_yaxis_transform(), va="center", fontsize=8)
    named_rows(axes, [fitted(change_title(row), NAME_WIDTH) for row in rows(own)], 0.4, 0.6)
    axes.grid(axis="x", color=FAINT)
    axes.tick_params(axis="y", length=0, labelsize=8)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))


def change_title(row: Any) -> str:
    """What a change is called: its title, else its name with the names of parameters in it as words."""
    return str(row.title) if row.title != row.amendment else capital(amendment_name(row.amendment))


def _notes(changes: pd.DataFrame, moved: pd.DataFrame, panels: dict[str, pd.DataFrame]) -> list[str]:
    drawn, idle = sum(map(len, panels.values())), len(changes) - len(moved)
    said = (
        [f"{counted(len(moved) - drawn, 'change')} that move fewer patients are in the table."]
        if drawn < len(moved)
        else []
    )
    return [*said, *([f"{counted(idle, 'change')} gain and lose nobody."] if idle else [])]


def _moved(row: Any) -> str:
    return f"{change_title(row)}, gained {number(row.gained)}, lost {number(row.lost)}"


def _alt(changes: pd.DataFrame, panels: dict[str, pd.DataFrame]) -> str:
    said = [f"{KINDS[kind]}: {'; '.join(map(_moved, rows(own.head(3))))}" for kind, own in panels.items()]
    return f"Eligible patients gained and lost under {counted(len(changes), 'change')}. {'. '.join(said)}."


def changes_short_table(compared: pd.DataFrame) -> Table:
    """The protocol and the amendments that gain most, at most MOST of them; ``compared`` as of ``compare``."""
    base, own = compared[compared["amendment"] == BASE], compared[compared["kind"] == "amendment"]
    known = [0.0 if hidden(one) else float(one) for one in own["gained"]]
    kept = own.assign(known=known).sort_values(["known", "title"], ascending=[False, True]).head(MOST - 1)
    shown = pd.concat([base, kept]) if len(kept) else kept
    cells = [MISSING if row.amendment == BASE else count_said(row.gained, row.of) for row in rows(shown)]
    lost = [MISSING if row.amendment == BASE else number(row.lost) for row in rows(shown)]
    return table(
        shown.assign(title=[change_title(row) for row in rows(shown)], gained=cells, lost=lost),
        "Amendments that gain most",
        SHORT if compared["certain"].dtype != object else {**SHORT, "gained": "Gained"},
        (f"Of {counted(compared['of'].iloc[0], 'patient')} with an allogeneic transplant. {WHO}",),
        numbers=tuple(SHORT)[1:],
        empty="no amendment was given.",
    )


def comparison_table(compared: pd.DataFrame) -> Table:
    """The protocol and every change, a row each; ``compared`` as of ``postgraft.compare``."""
    released = compared["certain"].dtype == object  # then what is computed of two counts is not printed
    columns = {name: COMPARED[name] for name in (COUNTED if released else COMPARED)}
    of = f"Of {counted(compared['of'].iloc[0], 'patient')} with an allogeneic transplant."
    shown = compared.assign(
        title=[change_title(row) for row in rows(compared)], difference=[_difference(row) for row in rows(compared)]
    )
    return table(
        shown, "All changes compared", columns, (of,) if released else (of, PAIRED), numbers=tuple(columns)[1:]
    )


def _difference(row: Any) -> str:
    if pd.isna(row.difference_low):
        return "no change" if row.changes == "no change" else MISSING
    low, high = (signed(100 * end, 1) for end in (row.difference_low, row.difference_high))
    return f"{signed(100 * row.difference, 1)} ({low} to {high})"


def changes_table(compared: pd.DataFrame, protocol: Protocol) -> Table:
    """What each amendment changes, parameters by their titles; ``compared`` as of ``postgraft.compare``."""
    own = compared[compared["kind"] == "amendment"]
    named = re.compile("|".join(rf"\b{name}\b" for name in sorted(protocol.parameters, key=len, reverse=True)))
    return table(
        own.assign(
            title=[change_title(row) for row in rows(own)],
            changes=[named.sub(lambda found: parameter(protocol, found[0]), one) for one in own["changes"]],
        ),
        "What the amendments change",
        {"title": "Amendment", "changes": "From the protocol's value to the amendment's"},
        widths={"title": "40%"},
        empty="no amendment was given.",
    )


@or_withheld
def frontier_table(frontier: pd.DataFrame) -> Table:
    """The best combinations of each number of amendments; ``frontier`` as of ``postgraft.frontier``."""
    best = frontier[frontier["best"]].sort_values(["changes", "titles"]).head(MOST)
    tried = int((frontier["changes"] > 0).sum())
    return table(
        best.assign(titles=[row.titles or "Protocol" for row in rows(best)]) if tried else best.head(0),
        "Best combinations of amendments",
        {"titles": "Amendments", "certain": "Eligible", "possible": "Not ruled out", "gained": "Gained"},
        (f"Best of {counted(tried, 'combination')}, chosen after looking: expect less elsewhere.",),
        numbers=("certain", "possible", "gained"),
        widths={"titles": "62%"},
        empty="no amendment was given.",
    )
