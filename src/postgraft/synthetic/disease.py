"""Rows of `disease_status` and of `transplants`."""

import numpy as np
import pandas as pd

from postgraft.synthetic.arrays import Bools, Floats, Ints
from postgraft.synthetic.calibration import Rates
from postgraft.synthetic.course import Course
from postgraft.synthetic.illnesses import Illnesses
from postgraft.synthetic.people import People


def status_rows(
    rng: np.random.Generator, rates: Rates, people: People, course: Course, illnesses: Illnesses
) -> pd.DataFrame:
    """Status at transplant, at restagings, at relapse and in a second remission; malignant diseases only."""
    n = people.size
    active = people.malignant & (rng.random(n) < rates["active_at_transplant"])
    attained = ~active | (rng.random(n) < rates["remission_after_active"])
    before = np.full(n, -rates["status_days_before"])
    made = [
        _rows(people.malignant & ~active, before, "remission"),
        _rows(active, before, "active"),
    ]
    for name in rates.names("restaging_day_"):
        planned = np.full(n, rates[name]) + np.round(rates["restaging_spread_days"] * rng.standard_normal(n))
        seen = (
            people.malignant
            & (planned < np.minimum(course.relapse, course.death))
            & (rng.random(n) < rates["restaging_done"])
        )
        made.append(_rows(seen & attained, planned, "remission"))
        made.append(_rows(seen & ~attained, planned, "active"))
    made.append(_rows(np.isfinite(course.relapse), course.relapse, "relapse"))
    marrow = illnesses.condition == "relapse_marrow"
    ended = marrow & np.isfinite(illnesses.end)
    made.append(
        pd.DataFrame(
            {"patient": illnesses.patient[ended], "day": illnesses.end[ended] + 1, "status": "remission"}
        )
    )
    return pd.concat(made)


def transplant_rows(
    rng: np.random.Generator, rates: Rates, people: People, course: Course, illnesses: Illnesses
) -> pd.DataFrame:
    """The index transplant, second transplants, boosts for poor graft function, lymphocytes for relapse."""
    n = people.size
    everyone = np.arange(n)
    index = _infusion(people, everyone, np.zeros(n), "allogeneic").assign(
        neutrophil_engraftment=_recorded(
            rng, course.neutrophils_engraft, rates["neutrophil_engraftment_recorded"]
        ),
        platelet_engraftment=_recorded(rng, course.platelets_engraft, rates["platelet_engraftment_recorded"]),
    )
    again = np.flatnonzero(np.isfinite(course.second_transplant))
    second = _infusion(people, again, course.second_transplant[again], "allogeneic").assign(
        neutrophil_engraftment=course.second_engraftment[again],
        platelet_engraftment=course.second_engraftment[again] + rates["second_platelets_later_days"],
    )
    poor, onset = illnesses.of("poor_graft_function")
    boosted = rng.random(len(poor)) < rates["boost_in_poor_graft"]
    boost_day = onset + np.round(rates.draw(rng, "boost_after_days", len(poor)))
    lymphocytes = np.flatnonzero(
        np.isfinite(course.relapse)
        & np.isinf(course.second_transplant)
        & (rng.random(n) < rates["lymphocytes_after_relapse"])
    )
    lymphocyte_day = course.relapse[lymphocytes] + np.round(
        rates.draw(rng, "lymphocytes_after_days", len(lymphocytes))
    )
    return pd.concat(
        [
            index,
            second,
            _infusion(people, poor[boosted], boost_day[boosted], "boost"),
            _infusion(people, lymphocytes, lymphocyte_day, "donor_lymphocytes"),
        ]
    )


def _rows(mark: Bools, day: Floats, status: str) -> pd.DataFrame:
    who = np.flatnonzero(mark)
    return pd.DataFrame({"patient": who, "day": day[who], "status": status})


def _recorded(rng: np.random.Generator, day: Floats, share: float) -> Floats:
    return np.where(np.isfinite(day) & (rng.random(len(day)) < share), day, np.nan)


def _infusion(people: People, who: Ints, day: Floats, kind: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "patient": who,
            "transplant": day,
            "type": kind,
            "indication": people.indication[who],
            "graft_source": people.graft[who],
            "donor": people.donor[who],
            "conditioning": people.conditioning[who] if kind == "allogeneic" else "",
            "abo_mismatch": people.abo_mismatch[who],
            "neutrophil_engraftment": np.nan,
            "platelet_engraftment": np.nan,
        }
    )
