"""Which days a patient is seen, and from which of them the extract holds results."""

import numpy as np

from postgraft.synthetic.arrays import Bools, Floats, Ints, repeat_ranges
from postgraft.synthetic.calibration import Rates, table
from postgraft.synthetic.course import Course
from postgraft.synthetic.effects import Cells
from postgraft.synthetic.people import People


def draw_visits(
    rng: np.random.Generator,
    rates: Rates,
    people: People,
    course: Course,
    patient: Ints,
    onset: Floats,
    end: Floats,
) -> tuple[Cells, Bools]:
    """Visit days (daily in hospital, then ever rarer, denser in illness), and which of them are kept.

    ``patient``, ``onset``, ``end`` span the illnesses. Sites differ in how many results of the busy first
    months they hand over; those of an illness are all kept.
    """
    phases = table("visits")
    first = int(phases["first_day"].min())
    days = np.arange(first, int(phases["last_day"].max()) + 1)
    phase = np.searchsorted(phases["last_day"].to_numpy(), days)
    chance = np.minimum(1.0, phases["visits_per_week"].to_numpy(np.float64)[phase] / 7).astype(np.float32)
    seen = rng.random((people.size, len(days)), dtype=np.float32) < chance
    kept_share = table("sites")["results_kept"].to_numpy(np.float64)[people.site]
    thinned = phases["thinned"].to_numpy(bool)[phase]
    kept = ~thinned[None, :] | (
        rng.random(seen.shape, dtype=np.float32) < kept_share[:, None].astype(np.float32)
    )

    gap_start = rng.integers(int(rates["gap_first_day"]), int(rates["gap_last_day"]), people.size)
    gap_days = np.round(rates.draw(rng, "gap_days", people.size))
    absent = rng.random(people.size) < rates["gap_share"]
    row, step = repeat_ranges(np.where(absent, gap_days, 0))
    _mark(seen, row, gap_start[row] + step - first, np.zeros(len(row), dtype=bool))

    finish = np.minimum(np.minimum(end, onset + rates["dense_visit_days"]), days[-1])
    row, step = repeat_ranges(np.maximum(finish - onset, 0))
    again = rng.random(len(row)) < rates["dense_visits_per_week"] / 7
    column = onset[row].astype(np.int64) + step - first
    _mark(seen, patient[row][again], column[again], np.ones(int(again.sum()), dtype=bool))
    _mark(kept, patient[row], column, np.ones(len(row), dtype=bool))

    seen &= days[None, :] <= course.last[:, None]
    who, column = np.nonzero(seen)
    count = seen.sum(axis=1).astype(np.int64)
    cells = Cells(who.astype(np.int64), days[column].astype(np.float64), np.cumsum(count) - count, count)
    return cells, np.asarray(kept[who, column])


def _mark(grid: Bools, row: Ints, column: Ints, value: Bools) -> None:
    inside = (column >= 0) & (column < grid.shape[1])
    grid[row[inside], column[inside]] = value[inside]
