"""The planted immune cytopenias at their start: who, which one, when.

Incidences are those of all patients, death and relapse competing; a recipient whose red-cell antibodies meet
the donor's cells carries nearly all pure red cell aplasia, unrelated donors more haemolytic anaemia.
"""

from dataclasses import dataclass

import numpy as np

from postgraft.synthetic.arrays import Floats, Ints, Texts, pick
from postgraft.synthetic.calibration import QUARTILE, Rates
from postgraft.synthetic.course import YEAR, Course
from postgraft.synthetic.people import People

MONTH = YEAR / 12
KINDS = ("aiha", "itp", "prca", "evans")


@dataclass(frozen=True)
class Onsets:
    """Episodes at their start; one entry an episode."""

    patient: Ints
    kind: Texts
    day: Floats


def draw_onsets(
    rng: np.random.Generator, rates: Rates, people: People, course: Course, enrich: float
) -> Onsets:
    """Choose the patients and onset days; ``enrich`` multiplies every incidence."""
    n = people.size
    wait = rates["ic_after_engraftment_days"]
    spread = np.log(rates["aiha_onset_iqr_high"] / rates["aiha_onset_iqr_low"]) / (2 * QUARTILE)
    aiha_day = rates["aiha_onset_median"] * np.exp(spread * rng.standard_normal(n))
    aiha_day = np.ceil(np.maximum(aiha_day, course.neutrophils_engraft + wait))
    unrelated = np.isin(people.donor.astype(str), ("matched_unrelated", "mismatched_unrelated"))
    weight = np.where(unrelated, rates["aiha_hr_unrelated_donor"], 1.0)
    aiha = pick(rng, enrich * rates["aiha_cuminc_overall"], aiha_day < course.event_free, weight)
    evans = (
        aiha & (rng.random(n) < rates["evans_share_of_ahd"]) & (course.platelets_engraft + wait < aiha_day)
    )

    itp_day = np.ceil(
        np.maximum(MONTH * rates.draw(rng, "itp_onset_median", n), course.platelets_engraft + wait)
    )
    itp_share = enrich * rates["itp_working_cuminc_2y"] / rates.share_by("itp_onset_median", 2 * YEAR / MONTH)
    itp = pick(rng, itp_share, (itp_day < course.event_free) & ~aiha)

    prca_day = np.ceil(np.maximum(rates.draw(rng, "prca_onset_median", n), course.platelets_engraft))
    given = np.where(people.abo_major, rates["prca_cuminc_given_major_abo"], rates["prca_given_no_major_abo"])
    given = np.where(people.graft == "cord_blood", rates["prca_given_cord"], given)
    prca = pick(rng, enrich * float(given.mean()), prca_day < course.event_free, given)

    chosen = [
        (aiha & ~evans, "aiha", aiha_day),
        (itp, "itp", itp_day),
        (prca, "prca", prca_day),
        (evans, "evans", aiha_day),
    ]
    return Onsets(
        patient=np.concatenate([np.flatnonzero(mark) for mark, _, _ in chosen]),
        kind=np.concatenate([np.full(int(mark.sum()), kind, dtype=object) for mark, kind, _ in chosen]),
        day=np.concatenate([day[mark] for mark, _, day in chosen]),
    )
