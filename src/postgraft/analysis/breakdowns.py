"""Who the eligible and possible patients are, and how often each criterion is met, not known and failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.analysis.summary import populations
from postgraft.criteria.cytopenia.immune_cytopenia import IMMUNE_CYTOPENIA
from postgraft.criteria.treatment.incomplete_response import INCOMPLETE_RESPONSE
from postgraft.evaluation.count import Patients, by_print, column, exact, hidden, shares
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.stretches import first_day_asked
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN, VERDICT_NAMES
from postgraft.vocabulary.words import TEXT, whole, with_whole

NOT_RECORDED = "not recorded"
OTHERS = "all others"
"""The groups of which too few patients are to be named in a release, together."""
ALL = "all"
LANDMARK_DAYS = (100, 180, 365, 730)
"""Ends of the bands of days since transplant: the usual landmarks of follow-up after transplantation."""


def by_site(outcome: Evaluated) -> pd.DataFrame:
    """Per site: patients, and of them eligible, possible_documentation, possible_diagnosis.

    A patient counts once. Sites are named as in the manifest, in the order of their names. Where counts are not
    exact, the largest as printed comes first and ``OTHERS`` last, see ``_tally``.
    """
    code = outcome.extract.patients["site"].astype(object)[_counted(outcome)]
    site = code.map(lambda one: NOT_RECORDED if pd.isna(one) else outcome.extract.sites.get(one, one))
    site = site.astype(TEXT)
    return _tally(outcome, "site", sorted(site.unique()), _by(outcome, site), largest_first=True)


def by_year(outcome: Evaluated) -> pd.DataFrame:
    """Per calendar year: patients by the year of the transplant that counts, and who became eligible in it.

    Columns year, patients, eligible, possible_documentation, possible_diagnosis, became_eligible. The last
    one counts by the year of the first eligible day, the others by that of the transplant. With ``time:
    days`` the year is the patient's ``transplant_year``, and became_eligible is missing. The last row, of
    patients without a year, is there only if there are such; years without patients are rows of zeros. Where counts
    are not exact, the last row is ``OTHERS``, see ``_tally``.
    """
    year = _transplant_year(outcome)
    columns, known = _by(outcome, year), [*year.dropna()]
    dated = outcome.extract.time == "dates"
    if dated:
        first = outcome.patients["first_eligible_day"].where(_is(outcome, "eligible"))
        became = _year(outcome.observations.day0[outcome.counted_rows] + first)
        columns["became_eligible"] = (became.notna(), became)
        known += [*became.dropna()]
    years: list[Any] = list(range(min(known), max(known) + 1)) if known else []
    frame = _tally(outcome, "year", [*years, *([pd.NA] if year.isna().any() else [])], columns)
    if not dated:
        frame["became_eligible"] = pd.array([pd.NA] * len(frame), dtype="Int64")
    return with_whole(frame, "year") if outcome.count is exact else frame


def by_days_since_transplant(outcome: Evaluated) -> pd.DataFrame:
    """Patients by band of the first eligible day, or else the first possible one: days, eligible, possible.

    ``days`` is "first–last", both included, counted from the transplant; bands end at ``LANDMARK_DAYS``.
    """
    start = 0 if "days_since_transplant" in outcome.protocol.dropped else first_day_asked(outcome.protocol)
    inner = [day for day in LANDMARK_DAYS if start < day <= outcome.protocol.horizon_days]
    starts = np.array([start, *inner])
    ends = np.array([*(day - 1 for day in inner), outcome.protocol.horizon_days])
    labels = [f"{first}–{last}" for first, last in zip(starts, ends, strict=True)]
    frame = pd.DataFrame({"days": labels})
    sets = []
    for status in ("eligible", "possible"):
        day = outcome.patients[f"first_{status}_day"]
        band = np.searchsorted(starts, day.fillna(-1).to_numpy(np.int64), side="right") - 1
        sets += [_marked(outcome, _is(outcome, status) & (band == one)) for one in range(starts.size)]
    counts = exact(np.array(sets))
    return frame.assign(eligible=column(counts[: starts.size]), possible=column(counts[starts.size :]))


def first_days(outcome: Evaluated, status: str = "eligible") -> NDArray[np.int64]:
    """First eligible day of each eligible patient, or first possible day of each possible one, ascending."""
    days = outcome.patients[f"first_{status}_day"][_is(outcome, status)]
    return np.sort(days.to_numpy(np.int64))


def by_cytopenia_and_route(outcome: Evaluated) -> pd.DataFrame:
    """Eligible and possible patients by cytopenia and kind of incomplete response on their first such day.

    Columns status, cytopenia, route, patients; a row for each pair that some patient has, and for the totals of
    each cytopenia and each route, where the other column is ``ALL``. Several cytopenias, or several routes, at
    once are a group of their own ("AIHA + ITP"), so that a patient counts once. For the eligible what is certain
    (PASS) counts, for the possible all that is not ruled out. "not shown": the criterion was dropped or
    adjudicated, or the protocol does not list it.
    """
    kept, rows = outcome.screened, outcome.counted_rows
    frames = []
    for status in ("eligible", "possible"):
        chosen = _is(outcome, status)
        held = {
            name: verdict[rows] == PASS if status == "eligible" else verdict[rows] > FAIL
            for name, verdict in kept.parts.items()
        }
        cytopenia = _together(held, IMMUNE_CYTOPENIA.components, rows.size, upper=True)[chosen]
        route = _together(held, INCOMPLETE_RESPONSE.components, rows.size)[chosen]
        group = pd.DataFrame({"status": status, "cytopenia": cytopenia, "route": route})
        for total in ({}, {"route": ALL}, {"cytopenia": ALL}, {"cytopenia": ALL, "route": ALL}):
            frames.append(group.assign(**total))
    order = ["status", "cytopenia", "route"]
    frame = pd.concat(frames).groupby(order, as_index=False).size().rename(columns={"size": "patients"})
    frame = frame.astype(dict.fromkeys(order, TEXT))
    return frame.sort_values(order, key=_by_breadth, ignore_index=True)


def _together(
    held: dict[str, NDArray[np.bool_]], names: tuple[str, ...], patients: int, upper: bool = False
) -> pd.Series:
    """The named components that hold for each patient, as one text."""
    text = pd.Series([""] * patients, dtype=TEXT)
    for name in (one for one in names if one in held):
        word = name.split(".")[1].replace("_", " ")
        word = word.upper() if upper else word
        text = text.mask(held[name] & (text != ""), text + " + " + word).mask(held[name] & (text == ""), word)
    return text.mask(text == "", "not shown")


def _by_breadth(words: pd.Series) -> pd.Series:
    """A sort key: single words by name first, then pairs, then all together, then the total."""
    return (words == ALL).astype(TEXT) + words.str.count(r"\+").astype(TEXT) + words


def _counted(outcome: Evaluated) -> NDArray[np.int64]:
    """The patient of each row of ``outcome.patients``."""
    return outcome.observations.patient[outcome.counted_rows]


def _is(outcome: Evaluated, status: str) -> pd.Series:
    return outcome.patients["status"] == status


def _transplant_year(outcome: Evaluated) -> pd.Series:
    if outcome.extract.time == "dates":
        return _year(pd.Series(outcome.observations.day0[outcome.counted_rows]))
    return _whole(outcome.extract.patients["transplant_year"][_counted(outcome)])


def _year(day: pd.Series) -> pd.Series:
    """Calendar year of days since 1970-01-01, missing where the day is."""
    dates = pd.to_datetime(day.astype("Float64"), unit="D")
    return _whole(dates.dt.year)


def _whole(numbers: pd.Series) -> pd.Series:
    return pd.Series(whole(numbers), index=numbers.index)


_Column = tuple[pd.Series, pd.Series]
"""Who is counted of the rows of ``outcome.patients``, and the group of each of them."""


def _by(outcome: Evaluated, group: pd.Series) -> dict[str, _Column]:
    """Patients by status, all of them in these groups."""
    kind = outcome.patients["possible_kind"]
    return {
        "patients": (pd.Series(True, index=kind.index), group),
        "eligible": (_is(outcome, "eligible"), group),
        "possible_documentation": (kind == "documentation", group),
        "possible_diagnosis": (kind == "diagnosis", group),
    }


def _tally(
    outcome: Evaluated, name: str, values: Sequence[Any], columns: Mapping[str, _Column], largest_first: bool = False
) -> pd.DataFrame:
    """The counts of each column, a row for each of ``values`` of the groups.

    Where counts are not exact, all groups whose number of patients is hidden are one row, ``OTHERS``: a row of its own
    would disclose that such a site or year has patients. It is always there, also of nobody.
    """
    count = outcome.count

    def counts(head: str, of: Sequence[Sequence[Any]]) -> Sequence[Any]:
        chosen, group = columns[head]
        sets = [_marked(outcome, chosen & _among(group, labels)) for labels in of]
        return count(np.array(sets)) if sets else []

    rows, labels = [[one] for one in values], list(values)
    if count is not exact:
        sized = list(zip(values, counts("patients", rows), strict=True))
        if largest_first:
            sized.sort(key=lambda one: by_print(one[1]))
        labels = [one for one, size in sized if not hidden(size)]
        rows = [*([one] for one in labels), [one for one, size in sized if hidden(size)]]
        labels = [*labels, OTHERS]
    first = pd.Series(labels, dtype=columns["patients"][1].dtype if count is exact else "object")
    return pd.DataFrame({name: first, **{head: column(counts(head, rows)) for head in columns}})


def _among(group: pd.Series, labels: Sequence[Any]) -> pd.Series:
    """Who is in one of some groups; NA is the group of whom nothing is recorded."""
    known = [one for one in labels if not pd.isna(one)]
    return group.isin(known) | (group.isna() if len(known) < len(labels) else False)


def _marked(outcome: Evaluated, chosen: pd.Series) -> Patients:
    """The patients of the extract of the chosen rows of ``outcome.patients``."""
    marked = np.zeros(len(outcome.extract.patients), bool)
    marked[_counted(outcome)[chosen.to_numpy(bool)]] = True
    return marked


def verdict_shares(outcome: Evaluated) -> pd.DataFrame:
    """Per criterion and verdict: population, unit, criterion, verdict, count, of, share; in protocol order.

    Of the population "observed" the patients by their best verdict on an observed day, and the observed days
    (unit "days") by verdict; of "cytopenia", patients whose immune cytopenia is certain on some day, the
    patients likewise. A best verdict of UNKNOWN means that the criterion is met on no day, but not ruled out.
    Days are there only where counts are exact.
    """
    count = outcome.count
    groups = {name: group for name, group in populations(outcome).items() if name in ("observed", "cytopenia")}
    sizes = dict(zip(groups, count(np.array(list(groups.values()))), strict=True))
    days = outcome.screened.person_days
    rows, sets = [], []
    for i, criterion in enumerate(outcome.screened.names):
        best = _best(outcome, i)
        for verdict in (PASS, UNKNOWN, FAIL):
            for name, group in groups.items():
                sets.append(group & (best == verdict))
                rows.append((name, "patients", criterion, verdict, len(sets) - 1, sizes[name]))
            if count is exact:
                seen, of = int(days[i, verdict]), int(days[i].sum())
                rows.append(("observed", "days", criterion, verdict, seen, of))
    counts = count(np.array(sets))
    frame = pd.DataFrame(rows, columns=["population", "unit", "criterion", "verdict", "count", "of"])
    frame["count"] = column(
        [counts[n] if unit == "patients" else n for unit, n in zip(frame["unit"], frame["count"], strict=True)]
    )
    return frame.assign(
        of=column(frame["of"].tolist()),
        verdict=np.array(VERDICT_NAMES)[frame["verdict"]],
        share=shares(frame["count"].tolist(), frame["of"].tolist()),
    )


def _best(outcome: Evaluated, criterion: int) -> NDArray[np.int8]:
    """Best verdict of each patient of the extract on an observed day, -1 without one."""
    best = np.full(len(outcome.extract.patients), -1, np.int8)
    np.maximum.at(best, outcome.observations.patient, outcome.screened.best[:, criterion])
    return best
