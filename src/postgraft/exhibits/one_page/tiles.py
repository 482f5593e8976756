"""The four tiles: eligible, not ruled out, enrolled by the deadline, probability of the target."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from postgraft.evaluation.count import hidden
from postgraft.exhibits.figure import number, percent
from postgraft.exhibits.one_page.overview import Overview
from postgraft.exhibits.one_page.verdict import Figures, figures, not_captured
from postgraft.exhibits.said import day, month, span, whole
from postgraft.exhibits.tables import MISSING
from postgraft.forecast.key_figures import KeyFigure, chance


class Tile(NamedTuple):
    """Head, number and small print."""

    head: str
    value: str
    small: str


def tiles(of: Overview) -> list[Tile]:
    """The four, each with a form for what cannot be said."""
    eligible, either = figures(of)
    why = "cannot be said" if not_captured(of) else "" if eligible else "no forecast"
    return [_eligible(of), _open(of), *_forecast(of, eligible, either, why)]


def _eligible(of: Overview) -> Tile:
    counts = of.counts
    if not_captured(of):
        return Tile("Eligible", MISSING, "cannot be said: see above")
    of_all = f"of {number(counts.of)}"
    if share := _share(counts.eligible, counts.of):
        of_all = f"{share} {of_all}"
    within = "" if counts.cytopenia is None else _share(counts.eligible, counts.cytopenia)
    of_those = f" · {within} of the {number(counts.cytopenia)} with a cytopenia" if within else ""
    return Tile("Eligible", number(counts.eligible), of_all + of_those)


def _share(count: Any, of: Any) -> str:
    """A share; empty where it is not known."""
    return "" if hidden(count) or hidden(of) or not float(of) else percent(count / of, of)


def _open(of: Overview) -> Tile:
    counts = of.counts
    if number(counts.open) == MISSING:
        return Tile("Not ruled out", MISSING, "a count is hidden")
    lack = "lacks" if counts.documentation == 1 else "lack"
    kinds = f"{number(counts.documentation)} {lack} one document; {number(counts.diagnosis)} had no complete work-up"
    return Tile("Not ruled out", f"+ {number(counts.open)}", kinds)


def _forecast(of: Overview, eligible: Figures, either: Figures, why: str) -> Iterator[Tile]:
    deadline, target = of.plan.deadline, of.plan.target
    enrolled, most = (own.get("enrolled_by_deadline", KeyFigure()) for own in (eligible, either))
    by = f"Enrolled by {day(deadline)}"
    if of.plan.enrolled >= of.plan.target:
        yield Tile(f"Enrolled by {day(of.plan.as_of or deadline)}", number(of.plan.enrolled), f"of {number(target)}")
        yield Tile(f"Patient {target}", "enrolled", "the target is met")
    elif why:
        yield Tile(by, MISSING, why)
        yield Tile(f"Probability of {target}", MISSING, why)
    elif enrolled.value is None:
        yield Tile(by, MISSING, "the deadline has passed")
        yield Tile(f"Patient {target}", _last(of, eligible), "median date")
    else:
        also = "" if most.value is None else f"; {whole(most.value)} ({span(most.low, most.high)}) if all count"
        upper = chance(either.get("probability_by_deadline", KeyFigure()).value)
        yield Tile(by, whole(enrolled.value), f"95 % prediction interval {span(enrolled.low, enrolled.high)}{also}")
        yield Tile(
            f"Probability of {target} by then",
            chance(eligible["probability_by_deadline"].value),
            f"{upper} if all not ruled out count · patient {target}: {_last(of, eligible)}",
        )


def _last(of: Overview, eligible: Figures) -> str:
    """When the last patient of the target is enrolled, as month and year."""
    at = eligible["date_of_target"].value
    return month(at) if isinstance(at, date) else f"after {of.forecast.last_date.year}"
