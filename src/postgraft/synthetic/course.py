"""What happens to the transplant itself: engraftment, graft failure, relapse, death, end of observation.

How illnesses move the counts: steps, each a lasting change that sets in over some days.

The end of an illness is the same step with the opposite sign. Sizes are in ``data/effects.csv``: haemoglobin
and bilirubin add (g/dL, mg/dL), everything else multiplies.

Which days a patient is seen, and from which of them the extract holds results.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from postgraft.synthetic.calibration import Bools, Floats, Ints, Rates, invert_incidence, repeat_ranges, table
from postgraft.synthetic.people import People

YEAR = 365.0


@dataclass(frozen=True)
class Course:
    """Days from day 0, infinite where the event never comes; one entry a patient."""

    neutrophils_engraft: Floats
    platelets_engraft: Floats
    graft_failed: Bools
    platelets_never: Bools
    relapse: Floats
    death: Floats
    second_transplant: Floats
    second_engraftment: Floats
    censored: Floats
    """Lost to follow-up, or the end of the extract."""

    @property
    def last(self) -> Floats:
        """Last day of observation."""
        return np.minimum(self.death, self.censored)

    @property
    def event_free(self) -> Floats:
        """Day of relapse, second transplant or death."""
        return np.minimum(np.minimum(self.relapse, self.second_transplant), self.death)


def draw_course(rng: np.random.Generator, rates: Rates, people: People, extracted_on: np.datetime64) -> Course:
    """Draw the course of each patient before any complication but graft failure."""
    n = people.size
    source = _engraftment_source(people)
    neutrophils = _by_source(rng, rates, source, "anc_engraft_median_")
    platelets = np.maximum(
        _by_source(rng, rates, source, "plt20_engraft_median_"),
        neutrophils - rng.integers(0, int(rates["platelets_earlier_days"]), n),
    )
    failure_rate = {
        "pbsc": rates["primary_graft_failure_pbsc"],
        "bm": rates["primary_graft_failure_bm"],
        "haplo_ptcy": rates["graft_failure_haplo"],
        "cord": rates["primary_graft_failure_cord"],
    }
    failure = np.array([failure_rate[s] for s in source])
    failed = rng.random(n) < failure
    never = failed | (rng.random(n) < rates["platelet_nonengraft_by_day100"] - failure)

    relapse, death = _relapse_and_death(rng, rates, people)
    day = np.maximum(np.round(rates.draw(rng, "regraft_day", n)), rates["graft_failure_recorded_day"] + 1)
    regraft = np.where(failed & (rng.random(n) < rates["regraft_after_failure"]), day, np.inf)
    after_relapse = relapse + np.round(rates.draw(rng, "retransplant_after_relapse_days", n))
    again = rng.random(n) < rates["retransplant_after_relapse"]
    second = np.minimum(regraft, np.where(again, after_relapse, np.inf))
    second = np.where(second < death, second, np.inf)
    failure_death = np.round(rates.draw(rng, "graft_failure_death_day", n))
    dies = failed & np.isinf(second) & (rng.random(n) < rates["graft_failure_death"])
    death = np.where(dies, np.minimum(death, failure_death), death)

    admin = (extracted_on - people.day0).astype(np.float64) - rng.integers(0, int(rates["last_visit_lag_days"]), n)
    lost = np.ceil(rng.exponential(YEAR / rates["lost_per_year"], n))
    return Course(
        neutrophils_engraft=np.where(failed, np.inf, np.round(neutrophils)),
        platelets_engraft=np.where(never, np.inf, np.round(platelets)),
        graft_failed=failed,
        platelets_never=never,
        relapse=np.where(relapse < death, relapse, np.inf),
        death=death,
        second_transplant=second,
        second_engraftment=second + np.round(rates.draw(rng, "anc_engraft_median_pbsc", n)),
        censored=np.maximum(np.minimum(admin, lost), 1.0),
    )


def add_hazard(rng: np.random.Generator, rates: Rates, course: Course, onset: Floats, ratio: float) -> Course:
    """Raise mortality from ``onset`` on (infinite: never) by a ratio of the first year's mean hazard."""
    hazard = -np.log(1 - rates["nrm_1y"]) / YEAR * (ratio - 1)
    death = np.minimum(course.death, np.ceil(onset + rng.exponential(1 / hazard, len(onset))))
    return replace(
        course,
        death=death,
        relapse=np.where(course.relapse < death, course.relapse, np.inf),
        second_transplant=np.where(course.second_transplant < death, course.second_transplant, np.inf),
    )


def draw_entry(rng: np.random.Generator, rates: Rates, course: Course) -> Floats:
    """First day on file of patients who came from another centre and stayed a while; NaN for the others."""
    n = len(course.death)
    day = np.round(rates.draw(rng, "late_entry_day", n))
    stays = course.last >= day + rates["late_entry_stay_days"]
    return np.where(stays & (rng.random(n) < rates["late_entry"]), day, np.nan)


def left_open(rng: np.random.Generator, rates: Rates, course: Course, patient: Ints, end: Floats) -> Bools:
    """Rows that still ran at the second transplant and that nobody closed after it."""
    ran: Bools = end >= course.second_transplant[patient]
    return ran & (rng.random(len(patient)) < rates["left_open_at_second_transplant"])


def _engraftment_source(people: People) -> list[str]:
    name = {"peripheral_blood": "pbsc", "bone_marrow": "bm", "cord_blood": "cord"}
    source = [name[graft] for graft in people.graft.tolist()]
    return [
        "haplo_ptcy" if haplo and s != "cord" else s
        for s, haplo in zip(source, people.haploidentical.tolist(), strict=True)
    ]


def _by_source(rng: np.random.Generator, rates: Rates, source: list[str], prefix: str) -> Floats:
    labels = np.array(source)
    day = np.empty(len(source))
    for name in ("pbsc", "bm", "haplo_ptcy", "cord"):
        of = labels == name
        day[of] = rates.draw(rng, prefix + name, int(of.sum()))
    return day


def _relapse_and_death(rng: np.random.Generator, rates: Rates, people: People) -> tuple[Floats, Floats]:
    """One uniform number a patient decides between the competing ends: relapse, death without it, neither."""
    n = people.size
    uniform = rng.random(n)
    days = (0.0, YEAR, 3 * YEAR, 10 * YEAR)
    relapse_curve = (0.0, rates["relapse_1y"], rates["relapse_3y_general"], rates["relapse_10y"])
    relapse = np.where(people.malignant, np.ceil(invert_incidence(uniform, days, relapse_curve)), np.inf)
    here = 1 - rates["nrm_from_planted_complications"]
    nrm_curve = (0.0, *(here * rates[name] for name in ("nrm_100d", "nrm_1y", "trm_3y", "trm_10y")))
    nrm = np.ceil(invert_incidence(1 - uniform, (0.0, 100.0, *days[1:]), nrm_curve))
    survival = np.ceil(rates.draw(rng, "survival_after_relapse_days", n))
    cured = rng.random(n) < rates["cured_after_relapse"]
    return relapse, np.minimum(nrm, relapse + np.where(cured, np.inf, survival))


ADDED: Final = ("hemoglobin", "bilirubin_indirect")
MULTIPLIED: Final = ("platelets", "neutrophils", "ldh", "haptoglobin", "reticulocytes", "creatinine")


@dataclass(frozen=True)
class Cells:
    """Patient-days with a visit, sorted by patient, then day."""

    patient: Ints
    day: Floats
    first: Ints
    """First cell of each patient."""
    count: Ints
    """Number of cells of each patient."""

    def of(self, patient: npt.NDArray[np.int64]) -> tuple[Ints, Ints]:
        """For each given patient all its cells: the position in ``patient``, and the cell."""
        row, step = repeat_ranges(self.count[patient])
        return row, self.first[patient][row] + step

    def inside(self, patient: Ints, start: Floats, end: Floats) -> npt.NDArray[np.bool_]:
        """Cells within any of the intervals, both ends included."""
        row, cell = self.of(patient)
        hit = (self.day[cell] >= start[row]) & (self.day[cell] <= end[row])
        marked = np.zeros(len(self.day), dtype=bool)
        marked[cell[hit]] = True
        return marked


def steps(
    effect: str | npt.NDArray[np.object_], patient: Ints, day: Floats, size: float | Floats = 1.0
) -> pd.DataFrame:
    """Steps of ``size`` times the effect at the given days; days that are not finite are left out."""
    made = pd.DataFrame({"patient": patient, "day": day, "size": size, "effect": effect})
    finite: pd.DataFrame = made[np.isfinite(day)]
    return finite


def spans(
    effect: str | npt.NDArray[np.object_], patient: Ints, start: Floats, end: Floats, size: float | Floats = 1.0
) -> pd.DataFrame:
    """An illness from start until end, ``size`` times as severe as usual."""
    return pd.concat([steps(effect, patient, start, size), steps(effect, patient, end, -size)])


def evaluate(cells: Cells, made: pd.DataFrame) -> dict[str, Floats]:
    """The sum (added quantities) or factor (multiplied ones) of all steps in each cell."""
    sizes = table("effects").set_index("effect").loc[made["effect"].to_numpy(object)]
    row, cell = cells.of(made["patient"].to_numpy(np.int64))
    since = cells.day[cell] - made["day"].to_numpy(np.float64)[row]
    reached = np.clip(since / sizes["ramp_days"].to_numpy(np.float64)[row], 0.0, 1.0)
    weight = reached * made["size"].to_numpy(np.float64)[row]
    total: dict[str, Floats] = {}
    for name in ADDED:
        amount = sizes[name].to_numpy(np.float64)
        total[name] = np.bincount(cell, weight * amount[row], len(cells.day)).astype(np.float64)
    for name in MULTIPLIED:
        amount = np.log(sizes[f"{name}_factor"].to_numpy(np.float64))
        total[name] = np.exp(np.bincount(cell, weight * amount[row], len(cells.day)))
    return total


def draw_visits(
    rng: np.random.Generator, rates: Rates, people: People, course: Course, patient: Ints, onset: Floats, end: Floats
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
    kept = ~thinned[None, :] | (rng.random(seen.shape, dtype=np.float32) < kept_share[:, None].astype(np.float32))

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
