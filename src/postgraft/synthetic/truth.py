"""What was planted, kept apart from the extract: the analysis never reads it."""

import numpy as np
import pandas as pd

from postgraft.synthetic.arrays import Ints
from postgraft.synthetic.course import Course
from postgraft.synthetic.gvhd import Gvhd
from postgraft.synthetic.illnesses import Illnesses
from postgraft.synthetic.treatment import Episodes

COLUMNS = [
    "patient",
    "cytopenia",
    "onset_day",
    "lines",
    "response",
    "resolution_day",
    "confounders",
]


def truth_rows(
    course: Course, episodes: Episodes, ill: Illnesses, acute: Gvhd, chronic: Gvhd, innocent: Ints
) -> pd.DataFrame:
    """A row per planted cytopenia, one for patients without any; days from day 0 of the index transplant.

    ``lines`` is drug@day in order, ``confounders`` condition@day; only what began while observed.
    """
    last = course.last
    seen = episodes.onset <= last[episodes.patient]
    begun = episodes.lines[
        episodes.lines["start"].to_numpy() <= last[episodes.patient[episodes.lines["episode"]]]
    ]
    lines = _join(
        begun["episode"].to_numpy(np.int64),
        begun["drug"].to_numpy(object),
        begun["start"].to_numpy(np.float64),
    )
    resolution = np.where(episodes.resolution <= last[episodes.patient], episodes.resolution, np.nan)
    planted = pd.DataFrame(
        {
            "patient": episodes.patient,
            "cytopenia": episodes.kind,
            "onset_day": episodes.onset,
            "lines": pd.Series(np.arange(len(episodes.patient))).map(lines).fillna("").to_numpy(object),
            "response": np.where(
                pd.Series(np.arange(len(episodes.patient))).isin(lines.index).to_numpy(),
                episodes.response,
                "untreated",
            ),
            "resolution_day": resolution,
        }
    )[seen]
    spans = [(ill.condition, ill.patient, ill.start)]
    for form in (acute, chronic):
        who = np.flatnonzero(form.present)
        spans.append((np.full(len(who), form.name, dtype=object), who, form.onset[who]))
    spans.append(
        (
            np.full(len(innocent), "dat_positive_without_hemolysis", dtype=object),
            innocent,
            np.full(len(innocent), np.nan),
        )
    )
    name, patient, day = (np.concatenate([span[k] for span in spans]) for k in range(3))
    observed = ~(day > last[patient])
    confounders = _join(patient[observed], name[observed], day[observed])
    rows = pd.DataFrame({"patient": np.arange(len(last))}).merge(planted, on="patient", how="left")
    return rows.assign(confounders=rows["patient"].map(confounders).fillna(""))[COLUMNS]


def _join(
    key: Ints,
    name: np.ndarray[tuple[int], np.dtype[np.object_]],
    day: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> pd.Series:
    """``name@day;name@day`` per key in order of the day."""
    made = pd.DataFrame({"key": key, "day": day, "name": name}).sort_values(["key", "day", "name"])
    at = np.where(np.isfinite(made["day"]), "@" + made["day"].fillna(0).astype(np.int64).astype(str), "")
    return (made["name"].astype(str) + at).groupby(made["key"]).agg(";".join)
