"""What happens to the transplant itself: engraftment, graft failure, relapse, death, end of observation.

The rows of `transplants` and of `disease_status` that it leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import Bools, Dice, Floats, Ints, stack
from postgraft.synthetic.people import SyntheticPatients

YEAR = 365.0
SOURCE = {"peripheral_blood": "pbsc", "bone_marrow": "bm", "cord_blood": "cord"}
GRAFT_FAILURE = {
    "pbsc": "primary_graft_failure_pbsc",
    "bm": "primary_graft_failure_bm",
    "haplo_ptcy": "graft_failure_haplo",
    "cord": "primary_graft_failure_cord",
}
"""By the source of the graft, as the quantities of engraftment call it."""


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

    @property
    def retransplanted(self) -> Ints:
        """Patients with a second transplant."""
        return np.flatnonzero(np.isfinite(self.second_transplant))

    @property
    def without_platelets(self) -> Ints:
        """Patients whose graft took but whose platelets never engraft."""
        return np.flatnonzero(self.platelets_never & ~self.graft_failed)


def draw_course(dice: Dice, people: SyntheticPatients, extracted_on: np.datetime64) -> Course:
    """Draw the course of each patient before any complication but graft failure."""
    n = people.size
    source = np.array([SOURCE[graft] for graft in people.graft.tolist()], dtype=object)
    source[people.haploidentical & (source != "cord")] = "haplo_ptcy"

    def engrafted(prefix: str) -> Floats:
        day = np.empty(n)
        for name in GRAFT_FAILURE:
            of = source == name
            day[of] = dice.draw(prefix + name, int(of.sum()))
        return day

    neutrophils, platelets = engrafted("anc_engraft_median_"), engrafted("plt20_engraft_median_")
    platelets = np.maximum(platelets, neutrophils - dice.rng.integers(0, int(dice["platelets_earlier_days"]), n))
    failure = dice.by_label(source, GRAFT_FAILURE)
    failed = dice.happens(failure, n)
    never = failed | dice.happens(dice["platelet_nonengraft_by_day100"] - failure, n)

    relapse, death = _relapse_and_death(dice, people)
    day = np.maximum(dice.days("regraft_day", n), dice["graft_failure_recorded_day"] + 1)
    regraft = np.where(failed & dice.happens("regraft_after_failure", n), day, np.inf)
    after_relapse = relapse + dice.days("retransplant_after_relapse_days", n)
    again = dice.happens("retransplant_after_relapse", n)
    second = np.minimum(regraft, np.where(again, after_relapse, np.inf))
    second = np.where(second < death, second, np.inf)
    failure_death = dice.days("graft_failure_death_day", n)
    dies = failed & np.isinf(second) & dice.happens("graft_failure_death", n)
    death = np.where(dies, np.minimum(death, failure_death), death)

    admin = (extracted_on - people.day0).astype(np.float64)
    admin = admin - dice.rng.integers(0, int(dice["last_visit_lag_days"]), n)
    lost = np.ceil(dice.rng.exponential(YEAR / dice["lost_per_year"], n))
    return Course(
        neutrophils_engraft=np.where(failed, np.inf, np.round(neutrophils)),
        platelets_engraft=np.where(never, np.inf, np.round(platelets)),
        graft_failed=failed,
        platelets_never=never,
        relapse=np.where(relapse < death, relapse, np.inf),
        death=death,
        second_transplant=second,
        second_engraftment=second + dice.days("anc_engraft_median_pbsc", n),
        censored=np.maximum(np.minimum(admin, lost), 1.0),
    )


def _relapse_and_death(dice: Dice, people: SyntheticPatients) -> tuple[Floats, Floats]:
    """One uniform number a patient decides between the competing ends: relapse, death without it, neither."""
    n = people.size
    uniform = dice.rng.random(n)
    days = (0.0, YEAR, 3 * YEAR, 10 * YEAR)
    relapse_curve = (0.0, dice["relapse_1y"], dice["relapse_3y_general"], dice["relapse_10y"])
    relapse = np.where(people.malignant, _event_day(uniform, days, relapse_curve), np.inf)
    here = 1 - dice["nrm_from_planted_complications"]
    nrm_curve = (0.0, *(here * dice[name] for name in ("nrm_100d", "nrm_1y", "trm_3y", "trm_10y")))
    nrm = _event_day(1 - uniform, (0.0, 100.0, *days[1:]), nrm_curve)
    survival = np.ceil(dice.draw("survival_after_relapse_days", n))
    cured = dice.happens("cured_after_relapse", n)
    return relapse, np.minimum(nrm, relapse + np.where(cured, np.inf, survival))


def _event_day(uniform: Floats, days: Sequence[float], incidence: Sequence[float]) -> Floats:
    """Event day from a cumulative incidence curve, straight between its points; infinite beyond the last."""
    return np.ceil(np.where(uniform < incidence[-1], np.interp(uniform, incidence, days), np.inf))


def add_hazard(dice: Dice, course: Course, onset: Floats, ratio: float) -> Course:
    """Raise mortality from ``onset`` on (infinite: never) by a ratio of the first year's mean hazard."""
    hazard = -np.log(1 - dice["nrm_1y"]) / YEAR * (ratio - 1)
    death = np.minimum(course.death, np.ceil(onset + dice.rng.exponential(1 / hazard, len(onset))))
    return replace(
        course,
        death=death,
        relapse=np.where(course.relapse < death, course.relapse, np.inf),
        second_transplant=np.where(course.second_transplant < death, course.second_transplant, np.inf),
    )


def draw_entry(dice: Dice, course: Course) -> Floats:
    """First day on file of patients who came from another centre and stayed a while; NaN for the others."""
    n = len(course.death)
    day = dice.days("late_entry_day", n)
    stays = course.last >= day + dice["late_entry_stay_days"]
    return np.where(stays & dice.happens("late_entry", n), day, np.nan)


def left_open(dice: Dice, course: Course, patient: Ints, end: Floats) -> Bools:
    """Rows that still ran at the second transplant and that nobody closed after it."""
    ran: Bools = end >= course.second_transplant[patient]
    return ran & dice.happens("left_open_at_second_transplant", len(patient))


def transplant_rows(
    dice: Dice, people: SyntheticPatients, course: Course, poor: Ints, poor_onset: Floats
) -> pd.DataFrame:
    """The index transplant, second transplants, boosts for poor graft function, lymphocytes for relapse."""
    n = people.size

    def recorded(name: str, day: Floats) -> Floats:
        return np.where(np.isfinite(day) & dice.happens(f"{name}_engraftment_recorded", n), day, np.nan)

    engrafted = recorded("neutrophil", course.neutrophils_engraft), recorded("platelet", course.platelets_engraft)
    again = course.retransplanted
    second = course.second_engraftment[again]
    boosted = dice.happens("boost_in_poor_graft", len(poor))
    boost_day = poor_onset + dice.days("boost_after_days", len(poor))
    relapsed = np.isfinite(course.relapse) & np.isinf(course.second_transplant)
    given = np.flatnonzero(relapsed & dice.happens("lymphocytes_after_relapse", n))
    lymphocyte_day = course.relapse[given] + dice.days("lymphocytes_after_days", len(given))
    who, day, kind, neutrophils, platelets = stack(
        [
            (np.arange(n), np.zeros(n), "allogeneic", *engrafted),
            (
                again,
                course.second_transplant[again],
                "allogeneic",
                second,
                second + dice["second_platelets_later_days"],
            ),
            (poor[boosted], boost_day[boosted], "boost", np.nan, np.nan),
            (given, lymphocyte_day, "donor_lymphocytes", np.nan, np.nan),
        ]
    )
    return pd.DataFrame(
        {
            "patient": who,
            "transplant": day,
            "type": kind,
            "indication": people.indication[who],
            "graft_source": people.graft[who],
            "donor": people.donor[who],
            "conditioning": np.where(kind == "allogeneic", people.conditioning[who], ""),
            "abo_mismatch": people.abo_mismatch[who],
            "neutrophil_engraftment": neutrophils,
            "platelet_engraftment": platelets,
        }
    )


def status_rows(
    dice: Dice, people: SyntheticPatients, course: Course, remitted: Ints, remission: Floats
) -> pd.DataFrame:
    """Status at transplant, at restagings, at relapse and in a second remission; malignant diseases only."""
    n = people.size
    active = people.malignant & dice.happens("active_at_transplant", n)
    attained = ~active | dice.happens("remission_after_active", n)
    before = np.full(n, -dice["status_days_before"])
    made = [(people.malignant & ~active, before, "remission"), (active, before, "active")]
    for name in dice.names("restaging_day_"):
        planned = np.full(n, dice[name]) + np.round(dice.noise("restaging_spread_days", n))
        seen = people.malignant & (planned < np.minimum(course.relapse, course.death))
        seen &= dice.happens("restaging_done", n)
        made += [(seen & attained, planned, "remission"), (seen & ~attained, planned, "active")]
    made.append((np.isfinite(course.relapse), course.relapse, "relapse"))
    spans = [(np.flatnonzero(mark), day[mark], status) for mark, day, status in made]
    patient, day, status = stack([*spans, (remitted, remission, "remission")])
    return pd.DataFrame({"patient": patient, "day": day, "status": status})
