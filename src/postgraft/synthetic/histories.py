"""What was planted, kept apart from the extract: the analysis never reads it.

One chunk of patients from seed to tables; days count from day 0 and patients from 0 inside the chunk.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from postgraft.synthetic import complications as disease
from postgraft.synthetic import complications as gvhd
from postgraft.synthetic import counts, illnesses, medications
from postgraft.synthetic import cytopenias as steroids
from postgraft.synthetic import laboratory as assays
from postgraft.synthetic import laboratory as screening
from postgraft.synthetic.calibration import Bools, Floats, Ints, Rates, Texts, table
from postgraft.synthetic.complete import not_done
from postgraft.synthetic.complications import Gvhd
from postgraft.synthetic.course import (
    Cells,
    Course,
    add_hazard,
    draw_course,
    draw_entry,
    draw_visits,
    evaluate,
    spans,
    steps,
)
from postgraft.synthetic.cytopenias import draw_onsets, join_courses
from postgraft.synthetic.illnesses import Illnesses
from postgraft.synthetic.laboratory import Suspicion
from postgraft.synthetic.people import People, draw_people
from postgraft.synthetic.treatment import Episodes, treat

COLUMNS = ["patient", "cytopenia", "onset_day", "lines", "response", "resolution_day", "confounders"]


def truth_rows(
    course: Course, episodes: Episodes, ill: Illnesses, acute: Gvhd, chronic: Gvhd, innocent: Ints
) -> pd.DataFrame:
    """A row per planted cytopenia, one for patients without any; days from day 0 of the index transplant.

    ``lines`` is drug@day in order, ``confounders`` condition@day; only what began while observed. Confounders that
    are no condition: ``second_transplant@day``, ``platelet_nonengraftment`` and ``dat_positive_without_hemolysis``.
    """
    last = course.last
    seen = episodes.onset <= last[episodes.patient]
    begun = episodes.lines[episodes.lines["start"].to_numpy() <= last[episodes.patient[episodes.lines["episode"]]]]
    lines = _join(
        begun["episode"].to_numpy(np.int64),
        begun["drug"].to_numpy(object),
        begun["start"].to_numpy(np.float64),
        len(episodes.patient),
    )
    planted = pd.DataFrame(
        {
            "patient": episodes.patient,
            "cytopenia": episodes.kind,
            "onset_day": episodes.onset,
            "lines": lines,
            "response": np.where(lines == "", "untreated", episodes.response),
            "resolution_day": np.where(episodes.resolution <= last[episodes.patient], episodes.resolution, np.nan),
        }
    )[seen]
    spans = [(ill.condition, ill.patient, ill.start)]
    for form in (acute, chronic):
        who = np.flatnonzero(form.present)
        spans.append((np.full(len(who), form.name, dtype=object), who, form.onset[who]))
    again = np.flatnonzero(np.isfinite(course.second_transplant))
    never = np.flatnonzero(course.platelets_never & ~course.graft_failed)
    for name, who, day in (
        ("second_transplant", again, course.second_transplant[again]),
        ("platelet_nonengraftment", never, np.full(len(never), np.nan)),
        ("dat_positive_without_hemolysis", innocent, np.full(len(innocent), np.nan)),
    ):
        spans.append((np.full(len(who), name, dtype=object), who, day))
    names, patient, days = (np.concatenate([span[k] for span in spans]) for k in range(3))
    observed = ~(days > last[patient])
    confounders = _join(patient[observed], names[observed], days[observed], len(last))
    rows = pd.DataFrame({"patient": np.arange(len(last)), "confounders": confounders})
    return rows.merge(planted, on="patient", how="left")[COLUMNS]


def _join(key: Ints, name: Texts, day: Floats, size: int) -> Texts:
    """``name@day;name@day`` in order of the day for each key below ``size``, empty for keys without a row."""
    made = pd.DataFrame({"key": key, "day": day, "name": name}).sort_values(["key", "day", "name"])
    dated = np.isfinite(made["day"])
    at = np.where(dated, "@" + made["day"].where(dated, 0).astype(np.int64).astype(str), "")
    words: pd.Series = made["name"].astype(str) + at
    joined: pd.Series = words.groupby(made["key"]).agg(";".join)
    return np.asarray(joined.reindex(range(size)).astype(object).fillna(""), dtype=object)


EXTRACTED_ON: Final = np.datetime64("2025-06-30")


@dataclass(frozen=True)
class Chunk:
    """The patients of one chunk and their rows, before dates, units and identifiers."""

    people: People
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
    rng, rates = np.random.default_rng(seed), Rates(complete)
    people = draw_people(rng, rates, size)
    course = draw_course(rng, rates, people, EXTRACTED_ON)
    microangiopathy = illnesses.draw_microangiopathy(rng, rates, course)
    course = add_hazard(rng, rates, course, microangiopathy, rates["ta_tma_hr_death"])
    onsets = draw_onsets(rng, rates, people, course, enrich)
    hemolysis = np.full(size, np.inf)
    anemic = np.isin(onsets.kind.astype(str), ("aiha", "evans"))
    hemolysis[onsets.patient[anemic]] = onsets.day[anemic]
    course = add_hazard(rng, rates, course, hemolysis, rates["aiha_death_hazard_ratio"])
    episodes = treat(rng, rates, onsets, course.last)
    acute = gvhd.draw_acute(rng, rates, people, course)
    chronic = gvhd.draw_chronic(rng, rates, people, course)
    ill = illnesses.draw_illnesses(rng, rates, people, course, onsets, microangiopathy)

    suspicion = _suspicion(rates, course, episodes, ill)
    cells, kept = draw_visits(rng, rates, people, course, suspicion.patient, suspicion.start, suspicion.end)
    effect = evaluate(cells, _all_steps(rates, course, episodes, ill))
    blood, transfused = counts.draw_counts(rng, rates, people, course, cells, effect)
    known = (people, course, cells, kept, effect, blood, suspicion)
    more, again = None, deepcopy(rng)
    measured, core, viremic, innocent = _measurements(rng, Rates(), *known)
    if complete:  # the same draws once more, as they turn out where each chance of a test is 1
        ordered, *_ = _measurements(again, rates, *known)
        more = not_done(again, rates, people, cells, kept, blood["neutrophils"], measured, ordered)
    given = _medications(rng, rates, people, course, episodes, acute, chronic, ill, core, viremic)
    conditions = pd.concat(
        [
            illnesses.illness_rows(rng, rates, course, ill),
            illnesses.diagnosis_rows(rng, rates, episodes),
            illnesses.constant_rows(rng, rates, people),
            gvhd.condition_rows(rng, rates, course, acute),
            gvhd.condition_rows(rng, rates, course, chronic),
        ]
    )
    tables = {
        "transplants": disease.transplant_rows(rng, rates, people, course, ill),
        "measurements": measured,
        "medications": given,
        "transfusions": transfused,
        "disease_status": disease.status_rows(rng, rates, people, course, ill),
        "conditions": conditions,
    }
    truth = truth_rows(course, episodes, ill, acute, chronic, innocent)
    return Chunk(people, course, tables, truth, draw_entry(rng, rates, course), more)


def _suspicion(rates: Rates, course: Course, episodes: Episodes, ill: Illnesses) -> Suspicion:
    """Spans of work-up: the cytopenias, and other illnesses that make one think of them."""
    effects = table("effects")
    moving = np.isin(ill.condition.astype(str), effects.loc[effects["workup"] == 1, "effect"].tolist())
    never = np.flatnonzero(course.platelets_never & ~course.graft_failed)
    longest = rates["workup_longest_days"]
    start = np.concatenate(
        [episodes.onset, ill.start[moving], np.full(len(never), rates["platelet_nonengraft_workup_day"])]
    )
    end = np.concatenate([episodes.resolution, ill.end[moving], np.full(len(never), np.inf)])
    return Suspicion(
        patient=np.concatenate([episodes.patient, ill.patient[moving], never]),
        kind=np.concatenate(
            [episodes.kind, ill.condition[moving], np.full(len(never), "platelet_nonengraftment", dtype=object)]
        ),
        start=start,
        end=np.minimum(end, start + longest),
    )


def _all_steps(rates: Rates, course: Course, episodes: Episodes, ill: Illnesses) -> pd.DataFrame:
    """Every change of the counts, of whatever cause."""
    episode = episodes.levels["episode"].to_numpy(np.int64)
    change = episodes.levels["change"].to_numpy(np.float64) * episodes.severity[episode]
    day = episodes.levels["day"].to_numpy(np.float64)
    moving = np.isin(ill.condition.astype(str), table("effects")["effect"].tolist())
    start = np.where(ill.condition == "graft_failure", 0.0, ill.start)
    end = np.where(
        ill.condition == "relapse_marrow", np.minimum(ill.end, course.second_transplant[ill.patient]), ill.end
    )
    never = np.flatnonzero(course.platelets_never & ~course.graft_failed)
    again = np.flatnonzero(np.isfinite(course.second_transplant))
    return pd.concat(
        [
            steps(episodes.kind[episode], episodes.patient[episode], day, change),
            spans(ill.condition[moving], ill.patient[moving], start[moving], end[moving], ill.severity[moving]),
            steps("platelet_nonengraftment", never, np.zeros(len(never))),
            spans(
                "second_transplant",
                again,
                course.second_transplant[again] - rates["conditioning_days"],
                course.second_engraftment[again],
            ),
        ]
    )


def _measurements(
    rng: np.random.Generator,
    rates: Rates,
    people: People,
    course: Course,
    cells: Cells,
    kept: Bools,
    effect: dict[str, Floats],
    blood: dict[str, Floats],
    suspicion: Suspicion,
) -> tuple[pd.DataFrame, Bools, Bools, Ints]:
    made = []
    for analyte, values in blood.items():
        at = np.flatnonzero(kept & (rng.random(len(kept)) < rates[f"{analyte}_reported"]))
        made.append(assays.numbers(analyte, cells.patient[at], cells.day[at], values[at]))
        twice = at[rng.random(len(at)) < rates["second_result_same_day"]]
        repeat = values[twice] * np.exp(rates["repeat_noise"] * rng.standard_normal(len(twice)))
        made.append(assays.numbers(analyte, cells.patient[twice], cells.day[twice], repeat))
    made += assays.marker_rows(rng, rates, people, cells, kept, effect, suspicion)
    made.append(assays.weight_rows(rng, rates, people, cells, kept))
    antiglobulin, innocent = assays.antiglobulin_rows(rng, rates, suspicion, people, course.last)
    made += [antiglobulin, assays.marrow_rows(rng, rates, suspicion, people), assays.workup_rows(rng, rates, suspicion)]
    screened, core, viremic = screening.screening_rows(rng, rates, people)
    made.append(screened)
    return pd.concat(made), core, viremic, innocent


def _medications(
    rng: np.random.Generator,
    rates: Rates,
    people: People,
    course: Course,
    episodes: Episodes,
    acute: gvhd.Gvhd,
    chronic: gvhd.Gvhd,
    ill: Illnesses,
    core: Bools,
    viremic: Bools,
) -> pd.DataFrame:
    graft = join_courses([gvhd.steroid_courses(rng, rates, form) for form in (acute, chronic)])
    made = pd.concat(
        [
            steroids.medication_rows(rng, rates, episodes.courses, people.weight, "immune_cytopenia"),
            steroids.medication_rows(rng, rates, graft, people.weight, "gvhd"),
            medications.cytopenia_rows(rng, rates, episodes),
            medications.gvhd_rows(rng, rates, people, course, acute, chronic),
            medications.other_rows(rng, rates, people, course, ill.of("poor_graft_function"), core, viremic),
        ],
        ignore_index=True,
    )
    return medications.incomplete(rng, rates, made)
