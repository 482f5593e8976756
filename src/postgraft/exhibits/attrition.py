"""Where patients are lost on the way through the criteria, as boxes in the manner of CONSORT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from postgraft.api import Outcome
from postgraft.evaluation.count import hidden
from postgraft.exhibits.figure import (
    DIAGNOSIS,
    DOCUMENTATION,
    ELIGIBLE,
    FAINT,
    INK,
    SOFT,
    WIDTH,
    Exhibit,
    Look,
    number,
    part,
    styled,
)
from postgraft.exhibits.labels import MEASURES, label
from postgraft.exhibits.tables import rows

# All in inches; the figure's own coordinates run from the top left.
TRUNK_ROW, ROW, BOX = 0.34, 0.262, 0.2
HEADS: Final = 0.5
"""From the last box that both branches share to the first of their own."""
END_GAP, END_BOX, MARGIN, NOTE = 0.26, 0.56, 0.06, 0.16
MIDDLE, MIDDLE_END = 2.1, 4.75
LANE: Final = 0.74
CERTAIN, OPEN = 1.28, 4.83
SIDE: Final = 0.62
CERTAIN_LOST, OPEN_LOST = 0.44, 5.79
ASIDE, ASIDE_END = 5.0, WIDTH - MARGIN

ENDS: Final[tuple[tuple[str, Look], ...]] = (
    ("eligible", ELIGIBLE),
    ("possible_documentation", DOCUMENTATION),
    ("possible_diagnosis", DIAGNOSIS),
)


@dataclass(frozen=True)
class _Step:
    """Patients left and lost at a step, in either branch."""

    name: str
    note: str
    certain: float
    open: float
    certain_lost: float
    open_lost: float


def attrition(outcome: Outcome) -> Exhibit:
    """From all patients of the extract to the eligible and not ruled out, through the criteria that lose somebody.

    Below those observed there are two branches: patients for whom this and all earlier criteria are met on some
    one day, and those for whom none is failed on some one day. Beside each box who is lost there. The last step asks
    for as many consecutive days as the protocol does; below it the eligible and the not ruled out. The order decides
    who is counted where: it is the registry's.
    """
    counts = _counts(outcome)
    steps = _steps(outcome, counts)
    top = MARGIN + 3 * TRUNK_ROW + HEADS
    end = top + ROW * len(steps) + END_GAP
    with styled():
        height = end + END_BOX + MARGIN + NOTE
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        axes.set_axis_off()
        _trunk(axes, counts)
        _heads(axes, top)
        for i, step in enumerate(steps):
            _row(axes, top + i * ROW, step, first=i == 0, last=step is steps[-1])
        _ends(axes, end, counts)
        axes.text(MARGIN, height - 0.08, _lose_nobody(outcome, steps), color=SOFT, va="center", fontsize=8)
    return Exhibit(figure, _alt(counts, steps))


def _counts(outcome: Outcome) -> pd.Series:
    """Patients by measure, for stretches of the length that the protocol asks for."""
    frame, length = outcome.summary(), outcome.protocol.eligible_days_min
    by_length = frame["measure"].str.startswith(("eligible", "possible"))
    chosen = frame[~by_length | (frame["days"] == length)].drop_duplicates("measure")
    return pd.Series(chosen["count"].array, index=chosen["measure"])


def _steps(outcome: Outcome, counts: pd.Series) -> list[_Step]:
    by_criterion = [
        _Step(
            label(row.criterion),
            row.statements.replace("_", " "),
            row.remaining_eligible,
            row.remaining_possible,
            row.lost_eligible,
            row.lost_possible,
        )
        for row in rows(outcome.attrition())
    ]
    days, before = outcome.protocol.eligible_days_min, by_criterion[-1]
    losing = [step for step in by_criterion if step.certain_lost or step.open_lost]
    name = f"All of them on {days} consecutive days" if days > 1 else "All on 1 day"
    left = counts["eligible"], counts["eligible_or_possible"]
    return [*losing, _Step(name, "", *left, before.certain - left[0], before.open - left[1])]


def _lose_nobody(outcome: Outcome, steps: Sequence[_Step]) -> str:
    """How many criteria have no box, since nobody is lost at them."""
    idle = len(outcome.protocol.criteria) - (len(steps) - 1)
    return (
        f"{idle} {'criterion loses' if idle == 1 else 'criteria lose'} nobody at their place in the order."
        if idle
        else ""
    )


def _trunk(axes: Axes, counts: pd.Series) -> None:
    """The boxes that both branches share, and who is left out of them."""
    shared = ("in_extract", "transplanted", "observed")
    left_out = (
        ("", 0),
        ("No allogeneic transplant", counts["left_out"]),
        ("Not observed after it", counts["transplanted"] - counts["observed"]),
    )
    for i, (measure, (words, lost)) in enumerate(zip(shared, left_out, strict=True)):
        top = MARGIN + i * TRUNK_ROW
        _box(axes, MIDDLE, top, MIDDLE_END - MIDDLE, edge=INK, fill="#e6eef6")
        _pair(axes, (MIDDLE, MIDDLE_END), top, MEASURES[measure], counts[measure], weight="bold")
        if words:
            x, middle = (MIDDLE + MIDDLE_END) / 2, top - (TRUNK_ROW - BOX) / 2
            axes.add_patch(_arrow((x, top - TRUNK_ROW + BOX), (x, top)))
            axes.add_patch(_arrow((x, middle), (ASIDE, middle)))
            _box(axes, ASIDE, middle - BOX / 2, ASIDE_END - ASIDE, edge=FAINT, fill="#f7f8f9")
            _pair(axes, (ASIDE, ASIDE_END), middle - BOX / 2, words, lost)


def _pair(axes: Axes, span: tuple[float, float], top: float, words: str, count: float, weight: str = "normal") -> None:
    """Words at the left and a count at the right of a box."""
    middle = top + BOX / 2
    axes.text(span[0] + 0.08, middle, words, va="center", fontweight=weight, fontsize=8)
    axes.text(span[1] - 0.08, middle, number(count), va="center", ha="right", fontweight=weight, fontsize=8)


def _heads(axes: Axes, top: float) -> None:
    """The fork into the two branches, and what the columns are."""
    x, fork = (MIDDLE + MIDDLE_END) / 2, top - HEADS - (TRUNK_ROW - BOX) + 0.09
    axes.plot([x, x], [fork - 0.09, fork], color=SOFT, linewidth=0.8)
    for lane in (CERTAIN, OPEN):
        centre = lane + LANE / 2
        axes.plot([x, centre], [fork, fork], color=SOFT, linewidth=0.8)
        axes.add_patch(_arrow((centre, fork), (centre, fork + 0.14)))
    for centre, words in (
        (CERTAIN_LOST + SIDE / 2, "Lost: failed\nor unknown"),
        (CERTAIN + LANE / 2, "All met\non one day"),
        (OPEN + LANE / 2, "None failed\non one day"),
        (OPEN_LOST + SIDE / 2, "Lost:\nfailed"),
    ):
        axes.text(centre, top - 0.08, words, color=SOFT, va="bottom", ha="center", fontsize=8)
    axes.text(x, top - 0.08, "Criterion, statements", color=SOFT, va="bottom", ha="center", fontsize=8)


def _row(axes: Axes, top: float, step: _Step, first: bool, last: bool) -> None:
    middle, weight = top + BOX / 2, "bold" if last else "normal"
    name = axes.text(MIDDLE + 0.08, middle, step.name, va="center", fontweight=weight, fontsize=8.5)
    if step.note:
        axes.annotate(
            f"  {step.note}", (1, 0), xycoords=name, va="bottom", color=SOFT, fontsize=7, annotation_clip=False
        )
    for lane, count, dashes in ((CERTAIN, step.certain, "-"), (OPEN, step.open, (0, (3, 1.5)))):
        _box(axes, lane, top, LANE, edge=INK, fill="#e6eef6" if last else "white", dashes=dashes)
        axes.text(lane + LANE / 2, middle, number(count), va="center", ha="center", fontweight=weight, fontsize=8.5)
        if not first:
            axes.add_patch(_arrow((lane + LANE / 2, top - ROW + BOX), (lane + LANE / 2, top), head=4))
    for side, edge, lost in ((CERTAIN_LOST, CERTAIN, step.certain_lost), (OPEN_LOST, OPEN + LANE, step.open_lost)):
        if lost:
            near_end = side + SIDE if side < edge else side
            axes.add_patch(_arrow((edge, middle), (near_end, middle), head=5))
            _box(axes, side, top, SIDE, edge=FAINT, fill="#f7f8f9")
            axes.text(side + SIDE / 2, middle, number(lost), va="center", ha="center", fontsize=8)


def _ends(axes: Axes, top: float, counts: pd.Series) -> None:
    """The eligible and the two kinds of possible patients: all of the open branch; the first is the certain one."""
    gap = 0.12
    width = (WIDTH - 2 * MARGIN - 2 * gap) / len(ENDS)
    above, bar = top - END_GAP - (ROW - BOX), top - 0.13
    centre = OPEN + LANE / 2
    lefts = [MARGIN + i * (width + gap) for i in range(len(ENDS))]
    axes.add_patch(_arrow((CERTAIN + LANE / 2, above), (CERTAIN + LANE / 2, top)))
    targets = [lefts[0] + width - 0.25, lefts[1] + width / 2, lefts[2] + width / 2]
    axes.plot([centre, centre], [above, bar], color=SOFT, linewidth=0.8, linestyle=(0, (3, 1.5)))
    axes.plot([targets[0], targets[-1]], [bar, bar], color=SOFT, linewidth=0.8, linestyle=(0, (3, 1.5)))
    for left, target, (measure, look) in zip(lefts, targets, ENDS, strict=True):
        axes.add_patch(_arrow((target, bar), (target, top)))
        _box(axes, left, top, width, edge=INK, fill="white", height=END_BOX)
        axes.add_patch(Rectangle((left + 0.05, top + 0.05), 0.16, END_BOX - 0.1, linewidth=0.5, **look))
        share = part(counts[measure], counts["transplanted"])
        said = MEASURES[measure].replace(": ", ":\n")
        for words, weight, at in ((said, "normal", 0.34), (share, "bold", 0.79)):
            axes.text(left + 0.28, top + at * END_BOX, words, va="center", fontsize=8, fontweight=weight)


def _box(
    axes: Axes,
    left: float,
    top: float,
    width: float,
    edge: str,
    fill: str,
    height: float = BOX,
    dashes: str | tuple[float, tuple[float, ...]] = "-",
) -> None:
    shape = "round,pad=0,rounding_size=0.03"
    axes.add_patch(FancyBboxPatch((left, top), width, height, boxstyle=shape, ec=edge, fc=fill, lw=0.7, ls=dashes))


def _arrow(start: tuple[float, float], end: tuple[float, float], head: float = 6) -> FancyArrowPatch:
    return FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=head, color=SOFT, lw=0.8, shrinkA=0, shrinkB=0)


def _alt(counts: pd.Series, steps: Sequence[_Step]) -> str:
    of = counts["transplanted"]
    ends = "; ".join(f"{MEASURES[measure].lower()}: {part(counts[measure], of)}" for measure, _ in ENDS)
    losses = {
        "Most are lost, failed or unknown,": [(step.certain_lost, step.name) for step in steps],
        "Most are ruled out": [(step.open_lost, step.name) for step in steps],
    }
    said = []
    for words, lost in losses.items():
        worst = sorted((one for one in lost if one[0] and not hidden(one[0])), key=lambda one: -one[0])[:3]
        named = ", ".join(f"{name} ({number(count)})" for count, name in worst) or "none"
        said.append(f"{words} at: {named}.")
    known = ", ".join(
        (
            f"{number(counts['in_extract'])} patients",
            f"{number(of)} with an allogeneic transplant",
            f"{number(counts['observed'])} observed after it",
        )
    )
    return (
        f"Flow through the {len(steps) - 1} criteria that lose somebody, in protocol order. "
        f"In the extract are {known}. At the end, {ends}. "
        f"{' '.join(said)}"
    )
