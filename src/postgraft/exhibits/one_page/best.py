"""C. Which amendment would help? The protocol, and the best combinations of a few amendments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from postgraft.analysis.amendments import amended_by, best_of, frontier
from postgraft.analysis.released import ReleasedOutcome
from postgraft.api import Outcome, evaluate
from postgraft.exhibits.amendments import change_title
from postgraft.exhibits.counts import total
from postgraft.exhibits.figure import counted, number
from postgraft.exhibits.labels import amendment_name, capital
from postgraft.exhibits.said import count_said, html, html_row, rate, span, whole
from postgraft.exhibits.tables import rows as rows_of
from postgraft.forecast.forecast import Forecast
from postgraft.forecast.key_figures import KeyFigure, chance
from postgraft.forecast.pooled import pooled
from postgraft.protocol import Amendment, RecruitmentPlan

PROTOCOL: Final = "Protocol"
ROWS: Final = 3
"""Most changes that are shown."""
NUMBERS: Final = ("new_eligible_per_year", "enrolled_by_deadline", "probability_by_deadline")


@dataclass(frozen=True, eq=False)
class Change:
    """A combination of amendments: its title, how many are eligible and gained, its protocol in the forecast."""

    title: str
    eligible: Any
    gained: Any
    protocol: str | None = None


@dataclass(frozen=True, eq=False)
class BestChanges:
    """The best changes, the protocol first; ``tried``: of how many. ``forecast`` has a case for each, or is None."""

    changes: Sequence[Change]
    of: Any
    tried: int
    forecast: Forecast | None


def best_changes(
    outcomes: Sequence[Outcome], amendments: Sequence[Amendment], plan: RecruitmentPlan, most: int
) -> BestChanges:
    """Of all cohorts together, by the number eligible; each with its forecast."""
    protocol = outcomes[0].protocol
    # By numbers: names may hold the sign that joins them.
    numbered = [replace(one, name=f"{number:04}") for number, one in enumerate(amendments)]
    each = [frontier(one.extract, protocol, numbered, most) for one in outcomes]
    counts = ["certain", "certain_or_possible", "gained"]
    summed = pd.concat(each).groupby(["changes", "amendments"], as_index=False, sort=False)[counts].sum()
    summed = summed.sort_values(["changes", "certain", "certain_or_possible", "amendments"],
                                ascending=[True, False, False, True], ignore_index=True)  # fmt: skip
    best = summed[best_of(summed)].head(ROWS + 1)
    chosen = [[amendments[int(name)] for name in names.split(" + ") if name] for names in best["amendments"]]
    evaluated = [evaluate(one.extract, [amended_by(protocol, each) for each in chosen]) for one in outcomes]
    # Two combinations may have one title: the forecast names them by their place.
    forecast = pooled({str(at): [those[at] for those in evaluated] for at in range(len(chosen))}, plan)
    titles = [_called(one, before) for before, one in zip([(), *chosen], chosen, strict=False)]
    changes = [
        Change(title, int(row.certain), int(row.gained), str(at))
        for at, (title, row) in enumerate(zip(titles, rows_of(best), strict=True))
    ]
    return BestChanges(changes, sum(len(one.extract.patients) for one in outcomes), len(summed) - 1, forecast)


def compared_changes(outcomes: Sequence[ReleasedOutcome], amendments: Sequence[Amendment]) -> BestChanges:
    """Each amendment by itself, with printed counts, those that gain most first."""
    frames = [one.compare(amendments) for one in outcomes]
    changes = [
        Change(
            change_title(row) if place else PROTOCOL,
            total([frame["certain"].iloc[place] for frame in frames]),
            total([frame["gained"].iloc[place] for frame in frames]),
        )
        for place, row in enumerate(rows_of(frames[0]))
    ]
    base, *amended = changes
    amended.sort(key=lambda one: -float(one.gained))
    of = total([frame["of"].iloc[0] for frame in frames])
    return BestChanges([base, *amended[:ROWS]], of, len(amended), None)


def changes_panel(found: BestChanges, target: int) -> str:
    """The changes as a table; nothing where none was tried."""
    if len(found.changes) == 1:
        return ""
    heads = ["Change", "Eligible", "Gained (95&nbsp;% CI)"]
    if found.forecast:
        heads += ["New a year", "By dead&shy;line (95&nbsp;% PI)", f"P({target})"]
    rows = "".join(html_row(cells) for cells in _cells(found))
    said = (
        f"Best of {counted(found.tried, 'combination')}, chosen after looking: expect less elsewhere."
        if found.forecast
        else f"The best of {counted(found.tried, 'amendment')} by printed counts, chosen after looking: expect less "
        "elsewhere. Combinations are no part of a release."
    )
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    table = f'<table class="plain changes"><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table>'
    return f'{table}\n<p class="note">{said}</p>'


def _cells(found: BestChanges) -> Iterator[list[str]]:
    for place, change in enumerate(found.changes):
        cells = [change.title, number(change.eligible), count_said(change.gained, found.of) if place else "–"]
        forecast = found.forecast
        yield [*map(html, cells), *(forecast_cells(forecast, change.protocol) if forecast else [])]


def forecast_cells(forecast: Forecast, protocol: str | None = None) -> list[str]:
    """New a year, enrolled by the deadline with its interval, probability of the target; of the eligible."""
    figures = forecast.figures(protocol)
    new, enrolled, probability = (figures.get(measure, KeyFigure()) for measure in NUMBERS)
    ends = "" if enrolled.value is None else f" ({span(enrolled.low, enrolled.high)})"
    return [html(rate(new.value)), html(whole(enrolled.value)) + ends, html(chance(probability.value))]


def _called(amendments: Sequence[Amendment], before: Sequence[Amendment]) -> str:
    """The titles of amendments that are made together; of those that come on top of the row before only the new."""
    further = [one for one in amendments if one not in before]
    on_top = bool(before) and len(further) == len(amendments) - len(before)
    named = " + ".join(one.title or capital(amendment_name(one.name)) for one in (further if on_top else amendments))
    return f"+ {named}" if on_top else named or PROTOCOL
