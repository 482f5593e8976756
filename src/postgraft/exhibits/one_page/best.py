"""C. Which amendment would help? The protocol, and the best combinations of a few amendments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from postgraft.analysis.amendments import best_of, frontier
from postgraft.analysis.released import ReleasedOutcome
from postgraft.api import Outcome, evaluate
from postgraft.estimation.intervals import wilson
from postgraft.evaluation.count import hidden
from postgraft.exhibits.figure import number
from postgraft.exhibits.labels import amendment_name, capital
from postgraft.exhibits.one_page.counts import total
from postgraft.exhibits.said import chance, html, rate, span, whole
from postgraft.exhibits.tables import rows as rows_of
from postgraft.forecast.forecast import Forecast
from postgraft.forecast.pooled import pooled
from postgraft.protocol import Amendment, Protocol, RecruitmentPlan

PROTOCOL: Final = "Protocol"
ROWS: Final = 3
"""Most changes that are shown."""
NUMBERS: Final = ("new_eligible_per_year", "enrolled_by_deadline", "probability_by_deadline")


@dataclass(frozen=True, eq=False)
class Change:
    """A combination of amendments: what it is called, and how many are eligible and gained under it."""

    name: str
    eligible: Any
    gained: Any


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
    each = [frontier(one.extract, protocol, amendments, most) for one in outcomes]
    counts = ["certain", "certain_or_possible", "gained"]
    summed = pd.concat(each).groupby(["changes", "amendments"], as_index=False, sort=False)[counts].sum()
    summed = summed.sort_values(["changes", "certain", "certain_or_possible", "amendments"],
                                ascending=[True, False, False, True], ignore_index=True)  # fmt: skip
    best = summed[best_of(summed)].head(ROWS + 1)
    by_name = {one.name: one for one in amendments}
    chosen = [[by_name[name] for name in names.split(" + ") if name] for names in best["amendments"]]
    titles = [_called(one, before) for before, one in zip([(), *chosen], chosen, strict=False)]
    protocols = dict(zip(titles, (_together(protocol, one) for one in chosen), strict=True))
    evaluated = [evaluate(one.extract, list(protocols.values())) for one in outcomes]
    forecast = pooled({title: [those[place] for those in evaluated] for place, title in enumerate(titles)}, plan)
    changes = [
        Change(title, int(row.certain), int(row.gained)) for title, row in zip(titles, rows_of(best), strict=True)
    ]
    return BestChanges(changes, sum(len(one.extract.patients) for one in outcomes), len(summed) - 1, forecast)


def compared_changes(outcomes: Sequence[ReleasedOutcome], amendments: Sequence[Amendment]) -> BestChanges:
    """Each amendment by itself, with printed counts, those that gain most first."""
    frames = [one.compare(amendments) for one in outcomes]
    changes = [
        Change(
            row.title if place else PROTOCOL,
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
    rows = "".join(_row(cells) for cells in _cells(found))
    said = (
        f"Best of {number(found.tried)} combinations, chosen after looking: expect less elsewhere."
        if found.forecast
        else f"The best of {number(found.tried)} amendments by printed counts, chosen after looking: expect less "
        "elsewhere. Combinations are no part of a release."
    )
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    table = f'<table class="plain changes"><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table>'
    return f'{table}\n<p class="note">{said}</p>'


def _row(cells: Sequence[str]) -> str:
    head, *others = cells
    return f'<tr><th scope="row">{head}</th>{"".join(f"<td>{one}</td>" for one in others)}</tr>\n'


def _cells(found: BestChanges) -> Iterator[list[str]]:
    for place, change in enumerate(found.changes):
        cells = [html(change.name), html(change.eligible), gained_said(change.gained, found.of) if place else "–"]
        yield cells + (_forecast_cells(found.forecast, change.name) if found.forecast else [])


def gained_said(gained: Any, of: Any) -> str:
    """Patients gained with Wilson's interval, as a number of patients; no interval where it is not known."""
    if hidden(gained) or hidden(of) or not float(of) or float(gained) < 0:
        return html(gained)
    low, high = wilson(int(float(gained)), int(float(of)))
    return f"{html(gained)} ({span(number(low * float(of)), number(high * float(of)))})"


def _forecast_cells(forecast: Forecast, name: str) -> list[str]:
    figures = figures_of(forecast, name)
    new, enrolled, probability = (figures.get(measure, (None, None, None)) for measure in NUMBERS)
    expected = f"{html(whole(enrolled[0]))} ({span(*enrolled[1:])})" if enrolled[0] is not None else "–"
    return [html(rate(new[0])), expected, html(chance(probability[0]))]


def figures_of(forecast: Forecast, name: str, basis: str = "eligible") -> Mapping[str, tuple[Any, Any, Any]]:
    """Value, low and high of each key figure of a case."""
    frame = forecast.key_figures
    own = frame[(frame["protocol"] == name) & (frame["basis"] == basis)]
    return {row.measure: (row.value, row.low, row.high) for row in rows_of(own)}


def _called(amendments: Sequence[Amendment], before: Sequence[Amendment]) -> str:
    """The titles of amendments that are made together; of those that come on top of the row before only the new."""
    further = [one for one in amendments if one not in before]
    on_top = bool(before) and len(further) == len(amendments) - len(before)
    named = " + ".join(one.title or capital(amendment_name(one.name)) for one in (further if on_top else amendments))
    return f"+ {named}" if on_top else named or PROTOCOL


def _together(protocol: Protocol, amendments: Sequence[Amendment]) -> Protocol:
    for amendment in amendments:
        protocol = protocol.amended(amendment)
    return protocol
