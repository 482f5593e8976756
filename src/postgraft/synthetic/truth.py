"""What was planted, kept apart from the extract: the analysis never reads it."""

import numpy as np
import pandas as pd

from postgraft.synthetic.arrays import Floats, Ints, Texts
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

    ``lines`` is drug@day in order, ``confounders`` condition@day; only what began while observed. Confounders that
    are no condition: ``second_transplant@day``, ``platelet_nonengraftment`` and ``dat_positive_without_hemolysis``.
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
        len(episodes.patient),
    )
    planted = pd.DataFrame(
        {
            "patient": episodes.patient,
            "cytopenia": episodes.kind,
            "onset_day": episodes.onset,
            "lines": lines,
            "response": np.where(lines == "", "untreated", episodes.response),
            "resolution_day": np.where(
                episodes.resolution <= last[episodes.patient], episodes.resolution, np.nan
            ),
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
