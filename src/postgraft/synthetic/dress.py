"""From days and numbers to what a site hands over: identifiers, dates, local units, limits, blanks."""

from typing import Final

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import Dice, Floats, Ints, table
from postgraft.synthetic.histories import Chunk
from postgraft.vocabulary.words import whole

ELSEWHERE: Final = ("measurements", "transfusions", "disease_status")
"""What another centre does not hand over; its letter names infusions, drugs, conditions and the screening."""


def dress(rng: np.random.Generator, chunk: Chunk, first: int) -> dict[str, pd.DataFrame]:
    """The tables of an extract for the chunk's patients; nothing lies after the last day of observation."""
    dice = Dice(rng, complete=chunk.not_done is not None)
    made = {"patients": _patients(dice, chunk, first)}
    for name, rows in chunk.tables.items():
        seen = _within(rows, chunk, "transplant" if name == "transplants" else "start" if "start" in rows else "day")
        if name in ELSEWHERE:
            seen = _since_entry(seen, chunk)
        if name == "measurements":
            seen = _localise(dice, seen, chunk)
            if chunk.not_done is not None:  # localised apart, so that what is recorded stays what it is
                more = _since_entry(_within(chunk.not_done, chunk, "day"), chunk)
                seen = pd.concat([seen, _localise(dice, more, chunk)], ignore_index=True)
        made[name] = _identify(_sorted(seen), chunk, first)
    return made


def dress_truth(chunk: Chunk, first: int) -> pd.DataFrame:
    """The planted truth with patient identifiers; days stay days from day 0."""
    rows = chunk.truth
    days = {c: whole(rows[c]) for c in ("onset_day", "resolution_day")}
    ids = identifiers(first, chunk.people.size)[rows["patient"].to_numpy(np.int64)]
    return (
        rows.drop(columns="patient")
        .assign(**days)
        .assign(patient_id=ids)[["patient_id", *rows.columns.drop("patient")]]
    )


def identifiers(first: int, size: int) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Patient identifiers that say they are synthetic."""
    return np.array([f"SYN{number:06d}" for number in range(first + 1, first + size + 1)], dtype=object)


def _within(rows: pd.DataFrame, chunk: Chunk, start: str) -> pd.DataFrame:
    """Rows that begin by the last day of observation; ends beyond it are not known yet."""
    last = chunk.course.last[rows["patient"].to_numpy(np.int64)]
    rows = rows[rows[start].to_numpy(np.float64) <= last]
    last = chunk.course.last[rows["patient"].to_numpy(np.int64)]
    later = [c for c in ("end", "neutrophil_engraftment", "platelet_engraftment") if c in rows]
    return rows.assign(**{c: rows[c].where(rows[c].to_numpy(np.float64) <= last) for c in later})


def _since_entry(rows: pd.DataFrame, chunk: Chunk) -> pd.DataFrame:
    """Rows from the day on which a patient came, or from before day 0."""
    day = rows["day"].to_numpy(np.float64)
    elsewhere = (day >= 0) & (day < chunk.observed_from[rows["patient"].to_numpy(np.int64)])
    kept: pd.DataFrame = rows[~elsewhere]
    return kept


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    """By patient and day; rows of one day in the order they were made."""
    day = rows.columns[1]
    return rows.iloc[np.lexsort((rows[day].to_numpy(), rows["patient"].to_numpy()))].reset_index(drop=True)


def _identify(rows: pd.DataFrame, chunk: Chunk, first: int) -> pd.DataFrame:
    patient = rows["patient"].to_numpy(np.int64)
    dates = {"day": "date", "start": "start_date", "end": "end_date", "transplant": "transplant_date"}
    dates |= {
        "neutrophil_engraftment": "neutrophil_engraftment_date",
        "platelet_engraftment": "platelet_engraftment_date",
    }
    changed = {c: _date(chunk, patient, rows[c].to_numpy(np.float64)) for c in dates if c in rows}
    ids = identifiers(first, chunk.people.size)[patient]
    rows = rows.drop(columns="patient").assign(**changed).rename(columns=dates)
    return pd.concat([pd.Series(ids, name="patient_id"), rows], axis=1)


def _date(chunk: Chunk, patient: Ints, day: Floats) -> pd.Series:
    known = np.isfinite(day)
    shift = np.where(known, day, 0).astype("timedelta64[D]")
    date = np.where(known, chunk.people.day0[patient] + shift, np.datetime64("NaT"))
    return pd.Series(date.astype("datetime64[s]"))


def _patients(dice: Dice, chunk: Chunk, first: int) -> pd.DataFrame:
    people, course = chunk.people, chunk.course
    n, everyone = people.size, np.arange(people.size)
    birth = -np.round(people.age * 365.25)
    birth = np.where(dice.happens("birth_date_missing", n), np.nan, birth)
    death = np.where(course.death <= course.censored, course.death, np.nan)
    return pd.DataFrame(
        {
            "patient_id": identifiers(first, n),
            "sex": np.where(dice.happens("sex_missing", n), "unknown", people.sex),
            "birth_date": _date(chunk, everyone, birth),
            "observed_from_date": _date(chunk, everyone, chunk.observed_from),
            "death_date": _date(chunk, everyone, death),
            "last_contact_date": _date(chunk, everyone, course.last),
            "site": table("sites")["site"].to_numpy(object)[people.site],
        }
    )


def _localise(dice: Dice, rows: pd.DataFrame, chunk: Chunk) -> pd.DataFrame:
    """Values in the unit of each site, rounded as a laboratory would, with limits where a site gives them."""
    n, sites = len(rows), table("sites")
    site = chunk.people.site[rows["patient"].to_numpy(np.int64)]
    analyte, value = rows["analyte"].to_numpy(object), rows["value"].to_numpy(np.float64, copy=True)
    unit, operator = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    lower, upper = np.full(n, np.nan), np.full(n, np.nan)
    limits = sites["limits_given"].to_numpy(bool)[site] & dice.happens("limits_in_row", n)
    reported_from = _reporting_limits()
    reticulocytes = np.asarray(analyte == "reticulocytes")
    style = sites["reticulocytes"].to_numpy(object)[site]  # a percentage, a count, or now this, now that
    either = (style == "both") & dice.happens("reticulocytes_percent_given_both", n)
    percent = reticulocytes & ((style == "percent") | either)
    value[reticulocytes & ~percent] *= dice["reticulocyte_count_per_percent"]
    analyte[percent] = "reticulocytes_percent"
    exact = value.copy()
    for row in table("analytes").to_dict("records"):
        name, local = row["analyte"], row["unit"]
        of = (analyte == name) & np.isfinite(value)
        if f"{name}_unit" in sites:
            of &= sites[f"{name}_unit"].to_numpy(object)[site] == local
        exact[of] = np.round(value[of] * row["factor"], int(row["decimals"]))
        if name in reported_from:
            least = np.round(reported_from[name][site] * row["factor"], int(row["decimals"]))
            below = of & (exact < least)
            exact[below], operator[below] = least[below], "<"
        unit[of] = local
        lower[of & limits], upper[of & limits] = row["lower_limit"], row["upper_limit"]
    return pd.DataFrame(
        {
            "patient": rows["patient"],
            "day": rows["day"],
            "analyte": analyte,
            "value": exact,
            "operator": operator,
            "result": rows["result"],
            "unit": unit,
            "lower_limit": lower,
            "upper_limit": upper,
        }
    )


def _reporting_limits() -> dict[str, Floats]:
    """The lowest value that a laboratory gives as a number, by analyte and site, canonical units; NaN: any."""
    limits = table("reporting_limits").pivot(index="site", columns="analyte", values="reported_from")
    by_site = limits.reindex(table("sites")["site"])
    return {str(analyte): by_site[analyte].to_numpy(np.float64) for analyte in by_site.columns}
