"""Rows of spans in a patient's timeline: status, tests, treatment, conditions, verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any, Final

from matplotlib.axes import Axes

from postgraft.analysis.patient_record import PatientRecord, Span
from postgraft.exhibits.figure import DIAGNOSIS, DOCUMENTATION, ELIGIBLE, FAILED, INK, PASSED, SOFT, UNCLEAR, Look
from postgraft.exhibits.labels import columns, fitted, label
from postgraft.exhibits.patient_timeline_page import REMARK, Days, Panel, key, remarks
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

ROW, STRIP = 0.125, 0.118  # inches
NAME: Final = 29
"""Characters of a row's name that the left margin has room for."""
REMARK_WIDTH: Final = 26
"""Characters of a line that the right margin has room for."""
MOST_DRUGS, MOST_CONDITIONS = 12, 9
SHOWN: Final = ("immune_cytopenia.", "incomplete_response.")
"""Components that have strips."""
LETTER: Final = 0.052
"""Inches that a character takes in a bar."""

PURPOSES: Final[tuple[tuple[str, str, Look], ...]] = (
    ("immune_cytopenia", "for the cytopenia", ELIGIBLE),
    ("gvhd", "for GVHD", DOCUMENTATION),
    ("", "no purpose given", DIAGNOSIS),
)
OTHER_PURPOSE: Final = ("for something else", FAILED)
ACTIVE: Final[Look] = {"facecolor": "#c6d0d9", "edgecolor": "#7d8791"}
VERDICTS: Final[dict[int, tuple[Look, str]]] = {
    PASS: (PASSED, "met"),
    UNKNOWN: (UNCLEAR, "unknown"),
    FAIL: (FAILED, "failed"),
}
TESTS: Final = (
    ("dat", "Direct antiglobulin test"),
    ("marrow_megakaryocytes", "Megakaryocytes"),
    ("parvovirus_b19", "Parvovirus B19"),
    ("schistocytes", "Schistocytes"),
)
TELLING: Final = {"positive", "decreased", "absent", "relapse", "progression", "active"}
UNSURE: Final = {"indeterminate"}


def status_rows(chart: PatientRecord) -> Panel:
    """The stretches that make the patient eligible, and those on which no criterion is failed."""
    days = chart.protocol.eligible_days_min
    named = {
        f"All met, {days} days or more": ("eligible", ELIGIBLE),
        f"Not failed, {days} days or more": ("possible", DIAGNOSIS),
    }

    def draw(axes: Axes, shown: Days) -> None:
        for i, (status, look) in enumerate(named.values()):
            for stretch in chart.stretches(status):
                _bar(axes, shown, i, stretch.first, stretch.last, look)
        _names(axes, list(named))
        lines = wrap(f"dotted: {deciding_words(chart)}", REMARK_WIDTH)
        remarks(axes, [(1.0 - 0.01 * i, line) for i, line in enumerate(lines)])

    return Panel(draw, height=2 * 1.15 * ROW)


def deciding_words(chart: PatientRecord) -> str:
    """What the deciding day of a transplant is: its first eligible one, the first not ruled out, or the best."""
    named = {"eligible": "first eligible day", "possible": "first day not ruled out"}
    return next((said for status, said in named.items() if chart.stretches(status)), "best day")


def test_rows(chart: PatientRecord) -> list[Panel]:
    """Tests read as a word, and the status of the disease; no panel where there is none."""
    found = [(name, chart.findings(analyte)) for analyte, name in TESTS]
    found = [*found, ("Disease status", chart.disease_status())]
    found = [(name, results) for name, results in found if results]
    if not found:
        return []

    def draw(axes: Axes, days: Days) -> None:
        for i, (_, results) in enumerate(found):
            for words, marker, fill in ((TELLING, "o", INK), (UNSURE, "D", SOFT), (None, "o", "white")):
                at = [day for day, word in results if (word in words if words else _reassures(word))]
                axes.plot(
                    at, [i] * len(at), marker, markersize=3.2, color=INK, markerfacecolor=fill, markeredgewidth=0.6
                )
        _names(axes, [name for name, _ in found])
        remarks(axes, [(1.0, "● abnormal, or relapse"), (0.99, "○ normal, or remission")])

    return [Panel(draw, height=max(len(found) * ROW, 2 * REMARK))]


def _reassures(word: str) -> bool:
    return word not in TELLING and word not in UNSURE


def therapy_rows(chart: PatientRecord) -> list[Panel]:
    """All drugs but systemic corticosteroids, a row a drug; those given for the cytopenia first."""
    spans = chart.therapies()
    order = ["immune_cytopenia", "gvhd"]

    def rank(name: str) -> tuple[int, int]:
        own = [span for span in spans if span.name == name]
        best = min(order.index(span.what) if span.what in order else len(order) for span in own)
        return best, min(span.first for span in own)

    names = sorted({span.name for span in spans}, key=rank)
    looks = {what: (look, words) for what, words, look in PURPOSES}
    other = (OTHER_PURPOSE[1], OTHER_PURPOSE[0])
    used = [looks.get(span.what, other) for span in spans]
    legend = [one for one in (*looks.values(), other) if one in used]
    return _span_panel(spans, names, MOST_DRUGS, "drug", lambda span: looks.get(span.what, other)[0], legend)


def condition_rows(chart: PatientRecord) -> list[Panel]:
    """Conditions, infections and GVHD with their grades, in the order of their first day."""
    spans = chart.conditions()
    names = list(dict.fromkeys(span.name for span in sorted(spans, key=lambda span: span.first)))
    legend = [(ACTIVE, "active; in it: grade" if any(span.what for span in spans) else "active")]
    if not all(span.sure for span in spans):
        legend.append((UNCLEAR, "may be over"))
    return _span_panel(
        spans, names, MOST_CONDITIONS, "condition", lambda span: ACTIVE if span.sure else UNCLEAR, legend, True
    )


def _span_panel(
    spans: Sequence[Span],
    names: Sequence[str],
    most: int,
    noun: str,
    look: Any,
    legend: Sequence[tuple[Look, str]],
    written: bool = False,
) -> list[Panel]:
    """A row a name; of more names than there is room for, the last row says how many. None: no panel."""
    if not names:
        return []
    shown, left_out = list(names[:most]), len(names) - most

    def draw(axes: Axes, days: Days) -> None:
        for span in sorted(spans, key=lambda span: span.first):
            if span.name in shown:
                _bar(axes, days, shown.index(span.name), span.first, span.last, look(span))
        if written:
            for i, name in enumerate(shown):
                _grades(axes, days, i, [span for span in spans if span.name == name and span.sure])
        named = [label(name) for name in shown]
        if left_out > 0:
            named.append(f"and {left_out} more {noun}{'s' if left_out > 1 else ''}")
        _names(axes, named)
        key(axes, legend)

    lines = len(shown) + (left_out > 0)
    return [Panel(draw, height=max(lines * ROW, 1.1 * REMARK * len(legend)))]


def _grades(axes: Axes, days: Days, row: int, spans: Sequence[Span]) -> None:
    """The grade in each bar that has room for it, with the detail where that fits as well."""
    for span in spans:
        first, last = max(span.first, days.first), min(span.last, days.last)
        room = (last - first + 1) / days.inch / LETTER - 1
        for words in (", ".join(filter(None, (span.what, span.detail))), span.what):
            if words and columns(words) <= room:
                axes.text(
                    first + 0.5 * LETTER * days.inch, row, words, va="center", fontsize=5.8, color=INK, clip_on=True
                )
                break


def verdict_rows(chart: PatientRecord) -> Panel:
    """A strip a criterion in protocol order; below the cytopenia and the response their components."""
    strips = [(name, runs) for name, runs in chart.strips() if "." not in name or name.startswith(SHOWN)]

    def draw(axes: Axes, days: Days) -> None:
        for i, (_, runs) in enumerate(strips):
            for verdict, first, last in runs:
                _bar(axes, days, i, first, last, VERDICTS[verdict][0] | {"linewidth": 0.0}, least=0)
        _names(axes, [_strip_name(name, chart) for name, _ in strips])
        key(axes, [VERDICTS[verdict] for verdict in (PASS, UNKNOWN, FAIL)])

    return Panel(draw, height=len(strips) * STRIP)


def _strip_name(name: str, chart: PatientRecord) -> str:
    if "." not in name:  # a criterion, no component
        return f"{label(name)} (dropped)" if name in chart.protocol.dropped else label(name)
    return f"– {label(name.split('.')[1])}"


def _bar(axes: Axes, days: Days, row: int, first: int, last: int, look: Look, least: float = 0.02) -> None:
    """Days of a row, at least so many inches wide."""
    width = max(last - first + 1, least * days.inch)
    options: Look = {"linewidth": 0.4} | look
    axes.broken_barh([(first - 0.5, width)], (row - 0.39, 0.78), **options)


def _names(axes: Axes, names: Sequence[str]) -> None:
    shown = [fitted(name, NAME) for name in names]
    axes.set_yticks(range(len(names)), shown, fontsize=6.8)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0, pad=3)
    axes.spines[["left", "bottom"]].set_visible(False)
