"""How often the ranges of a forecast hold what happens, in made-up centres whose truth is known.

python benchmarks/coverage_forecast.py --repeats 2000 --seed 1

A centre transplants at random days over ten years. A given share of transplants would bring an eligible patient after
a log-normal time, unless death comes first; the extract ends half a year after the last transplant, and in every
third case begins up to 300 days late. From each such cohort the yearly rate of those who outlast screening is estimated
as for a real one (``incoming``) and forecast. Then the trial is drawn: from the same centre, with the true rate,
and with a participation and screen failure drawn from the plan's distributions.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from math import inf, nan
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from planted_truth import markdown

from postgraft.estimation.accrual import YEAR, Accrual, Sites
from postgraft.estimation.accrual_rate import Rate, Share, enrolled_share
from postgraft.estimation.accrual_simulation import simulate
from postgraft.forecast.inflow import incoming

SIZES = (30, 200, 2000)
COHORT_DAYS, AFTER_DAYS, HORIZON = int(10 * YEAR), 180, 1095
WOULD_BECOME, ONSET_MEDIAN, ONSET_SPREAD = 0.04, 200.0, 0.9
DEATHS_A_YEAR = 0.25
STRETCH_MEAN = 45.0
SCREENING, LATE, LATEST = 14, 1 / 3, 300
PARTICIPATION, SCREEN_FAILURE = Share(0.5, 10), Share(0.2, 10)
TRIAL_DAYS, PATIENT = int(3 * YEAR), 5
GRID = np.arange(0.0, 40 * YEAR, 5)
LEVELS = (0.5, 0.8, 0.95)


@dataclass(frozen=True)
class Lives:
    """When each transplant would become eligible (inf: never), for how long, and when the patient dies."""

    onset: np.ndarray
    length: np.ndarray
    death: np.ndarray

    @classmethod
    def drawn(cls, number: int, rng: np.random.Generator) -> Lives:
        onset = np.ceil(rng.lognormal(np.log(ONSET_MEDIAN), ONSET_SPREAD, number))
        onset[rng.random(number) >= WOULD_BECOME] = inf
        length = np.ceil(rng.exponential(STRETCH_MEAN, number))
        return cls(onset, length, np.ceil(rng.exponential(YEAR / DEATHS_A_YEAR, number)))

    def becomes(self, last: np.ndarray | float) -> np.ndarray:
        """Which are seen to become eligible by a last observed day, within the horizon and before death."""
        return (self.onset < self.death) & (self.onset <= np.minimum(last, HORIZON))


def cohort(number: int, rng: np.random.Generator) -> Any:
    """An outcome with what ``incoming`` reads of one."""
    day0 = np.sort(rng.integers(0, COHORT_DAYS, number))
    lives = Lives.drawn(number, rng)
    end = day0.max() + AFTER_DAYS - day0
    last = np.minimum.reduce([end, lives.death, np.full(number, HORIZON)]).astype(int)
    ended_by = np.where(last == lives.death, 0, np.where(last == HORIZON, 3, 2))
    first = np.where(rng.random(number) < LATE, rng.integers(1, LATEST, number), 0)
    stop = np.minimum(lives.onset + lives.length - 1, last)
    row = np.flatnonzero(lives.becomes(last) & (stop >= first))
    start = np.maximum(lives.onset, first)[row].astype(int)
    return SimpleNamespace(
        extract=SimpleNamespace(time="dates", patients=range(number)),
        protocol=SimpleNamespace(days_since_transplant_min=0),
        observations=Seen(patient=np.arange(number), day0=day0, first=first, last=last, ended_by=ended_by),
        screened=SimpleNamespace(
            spans=(1,),
            kept=("days_since_transplant",),
            certain_stretches=SimpleNamespace(row=row, start=start, days=stop[row] - start + 1),
        ),
    )


class Seen(SimpleNamespace):
    """Observations with a length."""

    def __len__(self) -> int:
        return len(self.patient)


def truth(rng: np.random.Generator) -> tuple[float, float]:
    """Share of transplants that are eligible and outlast screening, and how many years they then are on average."""
    lives = Lives.drawn(2_000_000, rng)
    became = lives.becomes(inf)
    stop = np.minimum.reduce([lives.onset + lives.length, lives.death + 1, np.full(became.size, HORIZON + 1)])
    after = (stop - lives.onset)[became] - SCREENING
    return float((after > 0).sum() / became.size), float(after[after > 0].mean() / YEAR)


def sites(pool_years: float) -> Sites:
    """A site that sees most of the centre from the start, and one that opens half a year later."""
    return Sites(
        opens=np.array([0.0, 180.0]) + SCREENING,
        closes=np.full(2, inf),
        intensity=np.array([0.8, 0.2]),
        pool=np.full(2, nan),
        pool_years=pool_years,
        reached=0.5,
    )


def position(below: float, upto: float, rng: np.random.Generator) -> float:
    """Where an outcome lies in its forecast, from 0 to 1; of a discrete one at random within its own probability.

    So placed it is uniform where the forecast is right, also where counts have few values; a range given in whole
    numbers holds more than its level.
    """
    return float(below + rng.random() * (upto - below))


def positions(number: int, repeats: int, true: tuple[float, float], rng: np.random.Generator) -> pd.DataFrame:
    """Of each repeat the positions of the number enrolled and of the day of the fifth patient; plain: see ``held``."""
    share, pool_years = true
    yearly = Rate(share * number / (COHORT_DAYS / YEAR))
    enrolled = simulate(yearly, PARTICIPATION, SCREEN_FAILURE, sites(pool_years), GRID, repeats, rng).sum(axis=1)
    assumed = enrolled_share(PARTICIPATION, SCREEN_FAILURE)
    end = int(np.searchsorted(GRID, TRIAL_DAYS, side="right")) - 1
    rows = []
    for one in enrolled:
        found = incoming(cohort(number, rng), screening_days=SCREENING)
        accrual = Accrual.planned(found.rate, assumed, sites(found.pool_years))
        count = int(one[end])
        below, upto = (1 - accrual.at_least(k, GRID[end]) for k in (count, count + 1))
        after = int(np.searchsorted(one, PATIENT))
        before = accrual.at_least(PATIENT, GRID[after - 1]) if after else 0.0
        by_then = accrual.at_least(PATIENT, GRID[after]) if after < GRID.size else 1.0
        rows.append(
            {
                "count": position(below, upto, rng),
                "date": position(before, by_then, rng),
                "plain": upto >= 0.025 and below <= 0.975,
            }
        )
    return pd.DataFrame(rows)


def held(found: pd.DataFrame) -> dict[str, str]:
    """Share of repeats in which each range held; plain: the 95 % range of the count with both its ends."""
    cells = {}
    for name, words in (("count", "number enrolled"), ("date", f"date of patient {PATIENT}")):
        for level in LEVELS:
            inside = (found[name] - 0.5).abs() <= level / 2
            cells[f"{words}, {level:.0%}"] = f"{inside.mean():.1%}"
    return cells | {"number enrolled, 95%, ends included": f"{found['plain'].mean():.1%}"}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    true = truth(rng)
    print(
        f"Truth: {true[0]:.2%} of transplants bring an eligible patient who is so {SCREENING} days later, "
        f"and for {true[1] * YEAR:.0f} days then\n"
    )
    columns = {f"{size:,} transplants": held(positions(size, asked.repeats, true, rng)) for size in SIZES}
    table = pd.DataFrame(columns)
    print(markdown(table.rename_axis("range").reset_index()))


if __name__ == "__main__":
    main()
