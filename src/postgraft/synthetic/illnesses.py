"""Other illnesses that lower counts or bar from the trial: when, and the rows of `conditions` they leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import PERCENTILE_95, Bools, Floats, Ints, Rates, Texts, pick, table
from postgraft.synthetic.course import Course, left_open
from postgraft.synthetic.cytopenias import Onsets
from postgraft.synthetic.people import People
from postgraft.synthetic.treatment import Episodes


@dataclass(frozen=True)
class Illnesses:
    """Spans of illness; one entry a span, both ends included."""

    patient: Ints
    condition: Texts
    start: Floats
    end: Floats
    severity: Floats
    """Factor on the typical change of the counts."""
    end_recorded: Bools
    closed_late: Bools
    """The chart was closed at a later visit, whose day it gives as the end."""

    def of(self, condition: str) -> tuple[Ints, Floats]:
        """Patients and start days of one condition."""
        mark = self.condition == condition
        return self.patient[mark], self.start[mark]


def draw_microangiopathy(rng: np.random.Generator, rates: Rates, course: Course) -> Floats:
    """Onset day of transplant-associated thrombotic microangiopathy; infinite where it does not come."""
    onset = np.round(rates.draw(rng, "ta_tma_onset_median", len(course.death)))
    present = pick(rng, rates["ta_tma_cuminc_3y_registry"], onset < course.death)
    return np.where(present, onset, np.inf)


def draw_illnesses(
    rng: np.random.Generator, rates: Rates, people: People, course: Course, onsets: Onsets, microangiopathy: Floats
) -> Illnesses:
    """All of them: from ``data/confounders.csv``, and those that follow from the course of the transplant."""
    n = people.size
    spans: list[tuple[str, Ints, Floats, Floats, Bools]] = []
    late_shares: dict[str, float] = {}
    for row in table("confounders").to_dict("records"):
        late_shares[str(row["condition"])] = float(row["closed_late"])
        onset = _lognormal(rng, row, "onset", n)
        present = pick(rng, float(row["probability"]), (onset < course.death) & ~course.graft_failed)
        who = np.flatnonzero(present)
        end = onset[who] + _lognormal(rng, row, "duration", len(who))
        spans.append((str(row["condition"]), who, onset[who], end, rng.random(len(who)) < float(row["end_recorded"])))
    who = np.flatnonzero(np.isfinite(microangiopathy))
    end = microangiopathy[who] + np.round(rates.draw(rng, "ta_tma_duration_days", len(who)))
    spans.append(("ta_tma", who, microangiopathy[who], end, rng.random(len(who)) < rates["ta_tma_end_recorded"]))
    who = np.flatnonzero(course.graft_failed)
    spans.append(
        (
            "graft_failure",
            who,
            np.full(len(who), rates["graft_failure_recorded_day"]),
            course.second_engraftment[who],
            np.isfinite(course.second_engraftment[who]),
        )
    )
    marrow = np.isfinite(course.relapse) & (rng.random(n) < rates["relapse_in_marrow"])
    who = np.flatnonzero(marrow)
    again = rng.random(len(who)) < rates["second_remission"]
    end = np.where(again, course.relapse[who] + np.round(rates.draw(rng, "second_remission_days", len(who))), np.inf)
    spans.append(("relapse_marrow", who, course.relapse[who], end, np.ones(len(who), dtype=bool)))
    severity = [np.ones(len(s[1])) for s in spans]
    who, start, end = _bridging_anemia(rng, rates, onsets)
    spans.append(("renal_anemia", who, start, end, rng.random(len(who)) < rates["bridging_anemia_end_recorded"]))
    severity.append(np.full(len(who), rates["bridging_anemia_severity"]))
    condition = np.concatenate([np.full(len(s[1]), s[0], dtype=object) for s in spans])
    late_share = np.array([late_shares.get(name, 0.0) for name in condition.tolist()])
    return Illnesses(
        patient=np.concatenate([s[1] for s in spans]),
        condition=condition,
        start=np.concatenate([s[2] for s in spans]),
        end=np.concatenate([s[3] for s in spans]),
        severity=np.concatenate(severity),
        end_recorded=np.concatenate([s[4] for s in spans]),
        closed_late=rng.random(len(condition)) < late_share,
    )


def _bridging_anemia(rng: np.random.Generator, rates: Rates, onsets: Onsets) -> tuple[Ints, Floats, Floats]:
    """Renal anemia that begins weeks after the transplant and runs into a later hemolytic anemia."""
    n = len(onsets.patient)
    start = np.round(rates.draw(rng, "bridging_anemia_day", n))
    end = onsets.day + np.round(rates.draw(rng, "bridging_anemia_after_onset_days", n))
    anemic = np.isin(onsets.kind.astype(str), ("aiha", "evans"))
    before = onsets.day - start >= rates["bridging_anemia_before_onset_days"]
    of = anemic & before & (rng.random(n) < rates["bridging_anemia_in_aiha"])
    return onsets.patient[of], start[of], end[of]


def illness_rows(rng: np.random.Generator, rates: Rates, course: Course, illnesses: Illnesses) -> pd.DataFrame:
    """Rows of `conditions`; an end that was not recorded or never came is empty."""
    late = np.round(rates.draw(rng, "closed_late_days", len(illnesses.patient)))
    end = illnesses.end + np.where(illnesses.closed_late, late, 0)
    known = illnesses.end_recorded & np.isfinite(end)
    known &= ~left_open(rng, rates, course, illnesses.patient, end)
    return condition_rows(illnesses.condition, illnesses.patient, illnesses.start, np.where(known, end, np.nan))


def diagnosis_rows(rng: np.random.Generator, rates: Rates, episodes: Episodes) -> pd.DataFrame:
    """Rows of `conditions` for cytopenias that were coded, days after they began, often without an end."""
    n = len(episodes.patient)
    coded = rng.random(n) < rates["ic_diagnosis_coded"]
    start = episodes.onset + np.round(rates.draw(rng, "ic_diagnosis_delay_days", n))
    ended = np.isfinite(episodes.resolution) & (rng.random(n) < rates["ic_end_recorded"])
    end = np.where(ended, np.maximum(episodes.resolution, start), np.nan)
    return condition_rows(episodes.kind[coded], episodes.patient[coded], start[coded], end[coded])


def constant_rows(rng: np.random.Generator, rates: Rates, people: People) -> pd.DataFrame:
    """Women past childbearing before the menopausal age, G6PD deficiency: true from before day 0."""
    n = people.size
    made = []
    for condition, at in (("not_childbearing", people.sex == "female"), ("g6pd_deficiency", people.sex == "male")):
        who = np.flatnonzero(at & (rng.random(n) < rates[f"{condition}_share"]))
        start = np.full(len(who), -rates["lasting_condition_days_before"])
        made.append(condition_rows(condition, who, start, np.full(len(who), np.nan)))
    return pd.concat(made)


def condition_rows(condition: str | Texts, patient: Ints, start: Floats, end: Floats) -> pd.DataFrame:
    """Rows of `conditions` without grade and detail."""
    return pd.DataFrame(
        {"patient": patient, "start": start, "end": end, "condition": condition, "grade": np.nan, "detail": ""}
    )


def _lognormal(rng: np.random.Generator, row: Mapping[Any, Any], what: str, size: int) -> Floats:
    median, low, high = (float(row[f"{what}_{part}"]) for part in ("median", "low", "high"))
    spread = np.log(high / low) / (2 * PERCENTILE_95)
    return np.asarray(np.round(median * np.exp(spread * rng.standard_normal(size))))
