"""What each of several cohorts brings: a column each, and all together."""

from __future__ import annotations

from typing import Any

from postgraft.evaluation.count import hidden
from postgraft.exhibits.counts import Counts
from postgraft.exhibits.figure import percent
from postgraft.exhibits.one_page.best import forecast_cells
from postgraft.exhibits.one_page.overview import Overview
from postgraft.exhibits.said import ci_said, html
from postgraft.forecast.forecast import Forecast

ALL = "All"


def by_cohort_panel(of: Overview) -> str:
    """The table; nothing for one cohort, whose numbers stand above."""
    if len(of.cohorts) == 1:
        return ""
    columns = {one.name: _column(one.counts, one.forecast) for one in of.cohorts}
    columns[ALL] = _column(of.counts, of.forecast)
    heads = "".join(f'<th scope="col">{html(name)}</th>' for name in columns)
    rows = "".join(
        f'<tr><th scope="row">{head}</th>{"".join(f"<td>{column[head]}</td>" for column in columns.values())}</tr>\n'
        for head in columns[ALL]
    )
    return (
        f'<table class="plain"><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>\n'
        '<p class="note">A column: as if that cohort were the only one. All: the rates together, each site of the plan '
        "with its own share.</p>"
    )


def _column(counts: Counts, forecast: Forecast) -> dict[str, str]:
    new, enrolled, probability = forecast_cells(forecast)
    return {
        "Patients": html(counts.of),
        "Eligible": html(counts.eligible),
        "Share (95&nbsp;% CI)": _share(counts),
        "Not ruled out": html(counts.open),
        "New a year": new,
        "By deadline (95&nbsp;% PI)": enrolled,
        "Probability": probability,
    }


def _share(counts: Any) -> str:
    if hidden(counts.eligible) or hidden(counts.of) or not float(counts.of):
        return "–"
    return f"{percent(counts.eligible / counts.of, counts.of)} ({ci_said(counts.eligible, counts.of)})"
