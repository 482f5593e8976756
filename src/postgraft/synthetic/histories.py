"""One chunk of patients from seed to tables, and what was planted in them: the analysis never reads it.

Days count from day 0 and patients from 0 inside the chunk.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from postgraft.synthetic import illnesses, laboratory, medications
from postgraft.synthetic.calibration import Bools, Dice, Floats, Ints, Texts, stack, table
from postgraft.synthetic.course import Course, add_hazard, draw_course, draw_entry, status_rows, transplant_rows
from postgraft.synthetic.cytopenias import Episodes, draw_onsets, treat
from postgraft.synthetic.illnesses import Gvhd, Illnesses
from postgraft.synthetic.laboratory import Suspicion
from postgraft.synthetic.people import SyntheticPatients, draw_people
from postgraft.synthetic.steroids import join_courses, steroid_rows
from postgraft.synthetic.visits import Cells, Step, draw_counts, draw_visits, evaluate, spell

EXTRACTED_ON: Final = np.datetime64("2025-06-30")


@dataclass(frozen=True)
class Chunk:
    """The patients of one chunk and their rows, before dates, units and identifiers."""

    people: SyntheticPatients
    course: Course
    tables: dict[str, pd.DataFrame]
    truth: pd.DataFrame
    observed_from: Floats
    """Day of entry of patients transplanted elsewhere; NaN: seen from the transplant on."""
    not_done: pd.DataFrame | None
    """Rows of measurements that every test would have added; None: nobody asked for them."""


def draw_chunk(seed: np.random.SeedSequence, size: int, enrich: float, complete: bool = False) -> Chunk:
    """Draw ``size`` patients; the result depends on the seed, the size and ``enrich`` alone.

    ``complete`` fills blanks and adds ``not_done``; patients, course and results are drawn as without it.
    """
    dice = Dice(np.random.default_rng(seed), complete)
    people = draw_people(dice, size)
    course = draw_course(dice, people, EXTRACTED_ON)
    microangiopathy = illnesses.draw_microangiopathy(dice, course)
    course = add_hazard(dice, course, microangiopathy, dice["ta_tma_hr_death"])
    onsets = draw_onsets(dice, people, course, enrich)
    hemolysis = np.full(size, np.inf)
    hemolysis[onsets.patient[onsets.hemolytic]] = onsets.onset[onsets.hemolytic]
    course = add_hazard(dice, course, hemolysis, dice["aiha_death_hazard_ratio"])
    episodes = treat(dice, onsets, course.last)
    acute, chronic = illnesses.draw_acute(dice, people, course), illnesses.draw_chronic(dice, people, course)
    ill = illnesses.draw_illnesses(dice, people, course, onsets, microangiopathy)

    suspicion = _suspicion(dice, course, episodes, ill)
    cells, kept = draw_visits(dice, people, course, suspicion.patient, suspicion.start, suspicion.end)
    effect = _effect(dice, cells, course, episodes, ill)
    blood, transfused = draw_counts(dice, people, course, cells, effect)
    known = (people, course, cells, kept, effect, blood, suspicion)
    more, again = None, Dice(deepcopy(dice.rng), complete)
    measured, core, viremic, innocent = _measurements(Dice(dice.rng), *known)
    if complete:  # the same draws once more, as they turn out where each chance of a test is 1
        ordered, *_ = _measurements(again, *known)
        more = laboratory.not_done(again, people, cells, kept, blood["neutrophils"], measured, ordered)
    gvhd_steroids = join_courses([illnesses.gvhd_steroids(dice, form) for form in (acute, chronic)])
    poor = ill.of("poor_graft_function")
    given = [
        steroid_rows(dice, episodes.courses, people.weight, "immune_cytopenia"),
        steroid_rows(dice, gvhd_steroids, people.weight, "gvhd"),
        *medications.cytopenia_rows(dice, episodes),
        *medications.gvhd_drugs(dice, people, acute, chronic),
        *medications.other_drugs(dice, people, course, poor, core, viremic),
    ]
    given_rows = medications.incomplete(dice, pd.concat(given, ignore_index=True))
    conditions = [
        illnesses.illness_rows(dice, course, ill),
        illnesses.diagnosis_rows(dice, episodes),
        illnesses.constant_rows(dice, people),
        *(illnesses.gvhd_rows(dice, course, form) for form in (acute, chronic)),
    ]
    remitted = (ill.condition == "relapse_marrow") & np.isfinite(ill.end)
    tables = {
        "transplants": transplant_rows(dice, people, course, *poor),
        "measurements": measured,
        "medications": given_rows,
        "transfusions": transfused,
        "disease_status": status_rows(dice, people, course, ill.patient[remitted], ill.end[remitted] + 1),
        "conditions": pd.concat(conditions),
    }
    truth = _truth_rows(course, episodes, ill, acute, chronic, innocent)
    return Chunk(people, course, tables, truth, draw_entry(dice, course), more)


def _suspicion(dice: Dice, course: Course, episodes: Episodes, ill: Illnesses) -> Suspicion:
    """Spans of work-up: the cytopenias, and other illnesses that make one think of them."""
    effects = table("effects")
    moving = np.isin(ill.condition.astype(str), effects.loc[effects["workup"] == 1, "effect"].tolist())
    never = course.without_platelets
    patient, kind, start, end = stack(
        [
            (episodes.patient, episodes.kind, episodes.onset, episodes.resolution),
            (ill.patient[moving], ill.condition[moving], ill.start[moving], ill.end[moving]),
            (never, "platelet_nonengraftment", dice["platelet_nonengraft_workup_day"], np.inf),
        ]
    )
    return Suspicion(patient, kind, start, np.minimum(end, start + dice["workup_longest_days"]))


def _effect(dice: Dice, cells: Cells, course: Course, episodes: Episodes, ill: Illnesses) -> dict[str, Floats]:
    """The change of the counts in each cell, of whatever cause."""
    episode = episodes.levels["episode"].to_numpy(np.int64)
    change = episodes.levels["change"].to_numpy(np.float64) * episodes.severity[episode]
    day = episodes.levels["day"].to_numpy(np.float64)
    moving = np.isin(ill.condition.astype(str), table("effects")["effect"].tolist())
    start = np.where(ill.condition == "graft_failure", 0.0, ill.start)
    regraft = course.second_transplant[ill.patient]
    end = np.where(ill.condition == "relapse_marrow", np.minimum(ill.end, regraft), ill.end)
    again = course.retransplanted
    conditioned, taken = course.second_transplant[again] - dice["conditioning_days"], course.second_engraftment[again]
    steps: list[Step] = [
        (episodes.patient[episode], day, change, episodes.kind[episode]),
        *spell(ill.condition[moving], ill.patient[moving], start[moving], end[moving], ill.severity[moving]),
        (course.without_platelets, 0.0, 1.0, "platelet_nonengraftment"),
        *spell("second_transplant", again, conditioned, taken),
    ]
    return evaluate(cells, steps)


def _measurements(
    dice: Dice,
    people: SyntheticPatients,
    course: Course,
    cells: Cells,
    kept: Bools,
    effect: dict[str, Floats],
    blood: dict[str, Floats],
    suspicion: Suspicion,
) -> tuple[pd.DataFrame, Bools, Bools, Ints]:
    """Rows of `measurements`; who has core antibodies, who C viraemia, who a positive antiglobulin test for nothing."""
    made = laboratory.count_rows(dice, cells, kept, blood)
    made += laboratory.marker_rows(dice, people, cells, kept, effect, suspicion)
    made.append(laboratory.weight_rows(dice, people, cells, kept))
    antiglobulin, innocent = laboratory.antiglobulin_rows(dice, suspicion, people, course.last)
    made += [antiglobulin, laboratory.marrow_rows(dice, suspicion, people), laboratory.workup_rows(dice, suspicion)]
    screened, core, viremic = laboratory.screening_rows(dice, people)
    return pd.concat([*made, screened]), core, viremic, innocent


def _truth_rows(
    course: Course, episodes: Episodes, ill: Illnesses, acute: Gvhd, chronic: Gvhd, innocent: Ints
) -> pd.DataFrame:
    """A row per planted cytopenia, one for patients without any; days from day 0 of the index transplant.

    ``lines`` is drug@day in order, ``confounders`` condition@day; only what began while observed. Confounders that
    are no condition: ``second_transplant@day``, ``platelet_nonengraftment`` and ``dat_positive_without_hemolysis``.
    """
    last, lines = course.last, episodes.lines
    own_last = last[episodes.patient]
    begun = lines[lines["start"].to_numpy() <= own_last[lines["episode"]]]
    drugs = _joined(begun["episode"], begun["drug"], begun["start"], len(own_last))
    planted = pd.DataFrame(
        {
            "patient": episodes.patient,
            "cytopenia": episodes.kind,
            "onset_day": episodes.onset,
            "lines": drugs,
            "response": np.where(drugs == "", "untreated", episodes.response),
            "resolution_day": np.where(episodes.resolution <= own_last, episodes.resolution, np.nan),
        }
    )[episodes.onset <= own_last]
    forms = [(np.flatnonzero(form.present), form) for form in (acute, chronic)]
    patient, name, day = stack(
        [
            (ill.patient, ill.condition, ill.start),
            *((who, form.name, form.onset[who]) for who, form in forms),
            (course.retransplanted, "second_transplant", course.second_transplant[course.retransplanted]),
            (course.without_platelets, "platelet_nonengraftment", np.nan),
            (innocent, "dat_positive_without_hemolysis", np.nan),
        ]
    )
    seen = ~(day > last[patient])
    rows = pd.DataFrame({"confounders": _joined(patient[seen], name[seen], day[seen], len(last))})
    rows = rows.rename_axis("patient").reset_index().merge(planted, on="patient", how="left")
    return rows[["patient", "cytopenia", "onset_day", "lines", "response", "resolution_day", "confounders"]]


def _joined(key: Ints | pd.Series, name: Texts | pd.Series, day: Floats | pd.Series, size: int) -> Texts:
    """``name@day;name@day`` in order of the day for each key below ``size``, empty for keys without a row."""
    made = pd.DataFrame({"key": key, "day": day, "name": name}).sort_values(["key", "day", "name"])
    dated = np.isfinite(made["day"])
    at = np.where(dated, "@" + made["day"].where(dated, 0).astype(np.int64).astype(str), "")
    words: pd.Series = made["name"].astype(str) + at
    joined: pd.Series = words.groupby(made["key"]).agg(";".join)
    return np.asarray(joined.reindex(range(size)).astype(object).fillna(""), dtype=object)
