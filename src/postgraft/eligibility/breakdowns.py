"""Who the eligible and possible patients are: by cytopenia, route, site, year and days since transplant."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.criteria.cytopenia import IMMUNE_CYTOPENIA
from postgraft.criteria.prior_therapy import INCOMPLETE_RESPONSE
from postgraft.eligibility.outcome import Outcome
from postgraft.vocabulary.verdicts import FAIL, PASS

NOT_RECORDED = "not recorded"
LANDMARK_DAYS = (100, 180, 365, 730)
"""Ends of the bands of days since transplant: the usual landmarks of follow-up after transplantation."""


def by_site(outcome: Outcome) -> pd.DataFrame:
    """Per site: patients, and of them eligible, possible_documentation, possible_diagnosis.

    A patient counts once. Sites are named as in the manifest, in the order of their names.
    """
    code = outcome.extract.patients["site"].astype(object)[_counted(outcome)]
    name = code.map(lambda one: NOT_RECORDED if pd.isna(one) else outcome.extract.sites.get(one, one))
    return _tally(outcome, name.astype("str"), "site")


def by_year(outcome: Outcome) -> pd.DataFrame:
    """Per calendar year: patients by the year of the transplant that counts, and who became eligible in it.

    Columns year, patients, eligible, possible_documentation, possible_diagnosis, became_eligible. The last
    one counts by the year of the first eligible day, the others by that of the transplant. With ``time:
    days`` the year is the patient's ``transplant_year``, and became_eligible is missing. The last row, of
    patients without a year, is there only if there are such; years without patients are rows of zeros.
    """
    tallied = _tally(outcome, _transplant_year(outcome), "year").set_index("year")
    first = outcome.patients["first_eligible_day"][_is(outcome, "eligible")]
    dated = outcome.extract.time == "dates"
    day = outcome.observations.day0[outcome.counted_rows]
    became = _year(pd.Series(day).loc[first.index] + first) if dated else pd.Series([], dtype="Int64")
    known = [*tallied.index.dropna(), *became]
    index = pd.Index(range(min(known), max(known) + 1) if known else [], dtype="Int64", name="year")
    without = tallied.index.isna()
    index = index.append(tallied.index[without])
    frame = tallied.reindex(index, fill_value=0)
    counts = became.value_counts().reindex(index, fill_value=0).astype("Int64")
    frame["became_eligible"] = counts if dated else pd.array([pd.NA] * len(index), dtype="Int64")
    return frame.reset_index()


def by_days_since_transplant(outcome: Outcome) -> pd.DataFrame:
    """Patients by band of the first eligible day, or else the first possible one: days, eligible, possible.

    ``days`` is "first–last", both included, counted from the transplant; bands end at ``LANDMARK_DAYS``.
    """
    day_min = outcome.protocol.days_since_transplant_min
    start = 0 if "days_since_transplant" in outcome.protocol.dropped else day_min
    inner = [day for day in LANDMARK_DAYS if start < day <= outcome.protocol.horizon_days]
    starts = np.array([start, *inner])
    ends = np.array([*(day - 1 for day in inner), outcome.protocol.horizon_days])
    labels = [f"{first}–{last}" for first, last in zip(starts, ends, strict=True)]
    frame = pd.DataFrame({"days": labels})
    for status in ("eligible", "possible"):
        band = np.searchsorted(starts, first_days(outcome, status), side="right") - 1
        frame[status] = np.bincount(band, minlength=starts.size)
    return frame


def first_days(outcome: Outcome, status: str = "eligible") -> NDArray[np.int64]:
    """First eligible day of each eligible patient, or first possible day of each possible one, ascending."""
    days = outcome.patients[f"first_{status}_day"][_is(outcome, status)]
    return np.sort(days.to_numpy(np.int64))


def by_cytopenia_and_route(outcome: Outcome) -> pd.DataFrame:
    """Eligible and possible patients by cytopenia and kind of incomplete response on their first such day.

    Columns status, cytopenia, route, patients. Several cytopenias, or several routes, at once are a group of
    their own ("AIHA + ITP"), so that a patient counts once. For the eligible what is certain (PASS) counts,
    for the possible all that is not ruled out. "not shown": the criterion was dropped or adjudicated.
    """
    kept, rows = outcome.screened, outcome.counted_rows
    frames = []
    for status in ("eligible", "possible"):
        chosen = rows[_is(outcome, status).to_numpy()]
        held = {
            name: verdict[chosen] == PASS if status == "eligible" else verdict[chosen] > FAIL
            for name, verdict in kept.parts.items()
        }
        cytopenia = _together(held, IMMUNE_CYTOPENIA.components, chosen.size, upper=True)
        route = _together(held, INCOMPLETE_RESPONSE.components, chosen.size)
        group = pd.DataFrame({"status": status, "cytopenia": cytopenia, "route": route})
        counts = group.groupby(["status", "cytopenia", "route"], sort=False, as_index=False)
        frames.append(counts.size().rename(columns={"size": "patients"}))
    frame = pd.concat(frames, ignore_index=True)
    order = ["status", "cytopenia", "route"]
    return frame.sort_values(order, key=_by_breadth, ignore_index=True)


def _together(
    held: dict[str, NDArray[np.bool_]], names: tuple[str, ...], patients: int, upper: bool = False
) -> pd.Series:
    """The named components that hold for each patient, as one text."""
    text = pd.Series([""] * patients, dtype="str")
    for name in names:
        word = name.split(".")[1].replace("_", " ")
        word = word.upper() if upper else word
        text = text.mask(held[name] & (text != ""), text + " + " + word).mask(held[name] & (text == ""), word)
    return text.mask(text == "", "not shown")


def _by_breadth(words: pd.Series) -> pd.Series:
    """A sort key: single words by name first, then pairs, then all together."""
    return words.str.count(r"\+").astype("str") + words


def _counted(outcome: Outcome) -> NDArray[np.int64]:
    """The patient of each row of ``outcome.patients``."""
    return outcome.observations.patient[outcome.counted_rows]


def _is(outcome: Outcome, status: str) -> pd.Series:
    return outcome.patients["status"] == status


def _transplant_year(outcome: Outcome) -> pd.Series:
    if outcome.extract.time == "dates":
        return _year(pd.Series(outcome.observations.day0[outcome.counted_rows]))
    return outcome.extract.patients["transplant_year"][_counted(outcome)].astype("Int64")


def _year(day: pd.Series) -> pd.Series:
    """Calendar year of days since 1970-01-01."""
    return pd.Series(pd.to_datetime(day.astype("int64"), unit="D").dt.year, dtype="Int64")


def _tally(outcome: Outcome, group: pd.Series, name: str) -> pd.DataFrame:
    """Patients by status in each group; ``group`` has a value for each row of ``outcome.patients``."""
    kind = outcome.patients["possible_kind"]
    frame = pd.DataFrame(
        {
            name: group.array,
            "patients": 1,
            "eligible": _is(outcome, "eligible"),
            "possible_documentation": kind == "documentation",
            "possible_diagnosis": kind == "diagnosis",
        }
    )
    counts = frame.groupby(name, dropna=False, sort=True).sum()
    return counts.astype("int64").reset_index()
