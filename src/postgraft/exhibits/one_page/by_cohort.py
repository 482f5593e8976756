"""What each of several cohorts brings: a column each, and all together."""

from __future__ import annotations

from typing import Any

from postgraft.evaluation.count import hidden
from postgraft.exhibits.counts import Counts
from postgraft.exhibits.figure import percent
from postgraft.exhibits.one_page.best import forecast_cells
from postgraft.exhibits.one_page.overview import Overview
from postgraft.exhibits.said import ci_said, html, html_row
from postgraft.forecast.forecast import Forecast

ALL = "All"


def by_cohort_panel(of: Overview) -> str:
    """The table; nothing for one cohort, whose numbers stand above."""
    if len(of.cohorts) == 1:
        return ""
    # All first: a telephone shows that column.
    columns = [_column(of.counts, of.forecast), *(_column(one.counts, one.forecast) for one in of.cohorts)]
    names = [ALL, *(one.name for one in of.cohorts)]
    heads = "".join(f'<th scope="col">{html(name)}</th>' for name in names)
    rows = "".join(html_row([head, *(column[head] for column in columns)]) for head in columns[0])
    return (
        f'<table class="plain by-cohort"><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>\n'
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
