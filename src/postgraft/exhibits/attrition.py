"""Where patients are lost on the way through the criteria, as boxes in the manner of CONSORT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from postgraft.eligibility import Outcome
from postgraft.exhibits.exhibit import Exhibit
from postgraft.exhibits.frames import rows
from postgraft.exhibits.labels import label
from postgraft.exhibits.style import FAINT, INK, SOFT, WIDTH, number, part, styled

ROW, BOX, HEAD = 0.345, 0.265, 0.62  # inches
SPINE, MAIN, CERTAIN, UPPER = 0.12, 3.95, 2.95, 3.83
SIDE, SIDE_END = 4.3, WIDTH - 0.02


@dataclass(frozen=True)
class _Step:
    name: str
    note: str
    certain: int
    upper: int


def attrition(outcome: Outcome) -> Exhibit:
    """Patients left after each criterion, in protocol order, on one and the same day.

    Two numbers a box: patients for whom this and all earlier criteria are certain on some one day, and those
    for whom none is failed on some one day. Beside it who is lost there. The last box asks for as many
    consecutive days as the protocol does. The order decides who is counted where: it is the registry's.
    """
    steps = _steps(outcome)
    with styled():
        height = HEAD + ROW * len(steps) + 0.08
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        axes.set_axis_off()
        _head(axes)
        for i, step in enumerate(steps):
            _row(axes, HEAD + i * ROW, step, steps[i - 1] if i else None, i in (0, len(steps) - 1))
    return Exhibit(figure, _alt(outcome, steps))


def _steps(outcome: Outcome) -> list[_Step]:
    counts = outcome.summary().drop_duplicates(["measure", "days"]).set_index("measure")["count"]
    transplanted, observed = int(counts["transplanted"]), int(counts["observed"])
    steps = [
        _Step("Allogeneic transplant", "", transplanted, transplanted),
        _Step("Observed on some day", "", observed, observed),
    ]
    steps += [
        _Step(
            label(row.criterion),
            row.statements.replace("_", " "),
            row.remaining_eligible,
            row.remaining_possible,
        )
        for row in rows(outcome.funnel())
    ]
    status = outcome.patients["status"]
    eligible, possible = int((status == "eligible").sum()), int((status == "possible").sum())
    days = outcome.protocol.eligible_days_min
    return [*steps, _Step(f"All on {days} consecutive days", "", eligible, eligible + possible)]


def _head(axes: Axes) -> None:
    axes.text(SPINE + 0.08, HEAD - 0.16, "Criterion, statements", color=SOFT, va="bottom", fontsize=8)
    for x, words in ((CERTAIN, "All certain\non one day"), (UPPER, "None failed\non one day")):
        axes.text(x, HEAD - 0.16, words, color=SOFT, va="bottom", ha="right", fontsize=8)
    axes.text(SIDE + 0.08, HEAD - 0.16, "Lost at this step", color=SOFT, va="bottom", fontsize=8)


def _row(axes: Axes, top: float, step: _Step, before: _Step | None, strong: bool) -> None:
    middle = top + BOX / 2
    weight = "bold" if strong else "normal"
    _box(axes, SPINE, top, MAIN - SPINE, edge=INK if strong else SOFT, fill="#e6eef6" if strong else "white")
    name = axes.text(SPINE + 0.08, middle, step.name, va="center", fontweight=weight, fontsize=8.5)
    if step.note:
        axes.annotate(
            f"  {step.note}",
            (1, 0),
            xycoords=name,
            va="bottom",
            color=SOFT,
            fontsize=6.5,
            annotation_clip=False,
        )
    for x, count in ((CERTAIN, step.certain), (UPPER, step.upper)):
        axes.text(x, middle, number(count), va="center", ha="right", fontweight=weight, fontsize=8.5)
    if before is None:
        return
    axes.add_patch(_arrow((SPINE + 0.25, top - ROW + BOX), (SPINE + 0.25, top)))
    ruled_out, fewer = before.upper - step.upper, before.certain - step.certain
    if ruled_out or fewer:
        _box(axes, SIDE, top, SIDE_END - SIDE, edge=FAINT, fill="#f7f8f9")
        axes.add_patch(_arrow((MAIN, middle), (SIDE, middle)))
        words = f"{number(ruled_out)} ruled out, {number(fewer)} fewer certain"
        axes.text(SIDE + 0.08, middle, words, va="center", fontsize=8)


def _box(axes: Axes, left: float, top: float, width: float, edge: str, fill: str) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (left, top), width, BOX, boxstyle="round,pad=0,rounding_size=0.03", ec=edge, fc=fill, lw=0.8
        )
    )


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> FancyArrowPatch:
    return FancyArrowPatch(
        start, end, arrowstyle="-|>", mutation_scale=6, color=SOFT, lw=0.8, shrinkA=0, shrinkB=0
    )


def _alt(outcome: Outcome, steps: Sequence[_Step]) -> str:
    first, last = steps[0], steps[-1]
    days = outcome.protocol.eligible_days_min
    losses = [(before.upper - after.upper, after.name) for before, after in pairwise(steps[1:-1])]

    worst = sorted((one for one in losses if one[0]), key=lambda one: -one[0])[:3]
    said = ", ".join(f"{name} ({number(lost)})" for lost, name in worst) or "none"
    return (
        f"Attrition over {len(steps) - 3} criteria in protocol order. Of the patients with an allogeneic transplant "
        f"{part(last.certain, first.certain)} meet all criteria on {days} consecutive days; "
        f"{part(last.upper, first.upper)} fail none of them. Steps that rule out most patients: {said}."
    )
