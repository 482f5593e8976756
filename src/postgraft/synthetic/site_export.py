"""From days and numbers to what a site hands over: identifiers, dates, local units, limits, blanks."""

from typing import Final

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import Dice, Floats, Ints, Texts, table
from postgraft.synthetic.histories import Chunk
from postgraft.vocabulary.words import whole

ELSEWHERE: Final = ("measurements", "transfusions", "disease_status")
"""What another centre does not hand over; its letter names infusions, drugs, conditions and the screening."""

MEASURED: Final = ("analyte", "value", "operator", "result", "unit", "lower_limit", "upper_limit")

DATES: Final = {
    "day": "date",
    "start": "start_date",
    "end": "end_date",
    "transplant": "transplant_date",
    "neutrophil_engraftment": "neutrophil_engraftment_date",
    "platelet_engraftment": "platelet_engraftment_date",
}


def exported(rng: np.random.Generator, chunk: Chunk, first: int) -> dict[str, pd.DataFrame]:
    """The tables of an extract for the chunk's patients; nothing lies after the last day of observation."""
    dice = Dice(rng, complete=chunk.not_done is not None)
    ids = _identifiers(chunk, first)
    made = {"patients": _patients(dice, chunk, ids)}
    for name, rows in chunk.tables.items():
        seen = _seen(rows, chunk, elsewhere=name not in ELSEWHERE)
        if name == "measurements":
            seen = _localise(dice, seen, chunk)
            if chunk.not_done is not None:  # localised apart, so that what is recorded stays what it is
                more = _localise(dice, _seen(chunk.not_done, chunk, elsewhere=False), chunk)
                seen = pd.concat([seen, more], ignore_index=True)
        made[name] = _identified(seen, chunk, ids)
    return made


def exported_truth(chunk: Chunk, first: int) -> pd.DataFrame:
    """The planted truth with patient identifiers; days stay days from day 0."""
    ids = _identifiers(chunk, first)[chunk.truth["patient"].to_numpy(np.int64)]
    rows = chunk.truth.drop(columns="patient")
    rows = rows.assign(**{c: whole(rows[c]) for c in ("onset_day", "resolution_day")})
    rows.insert(0, "patient_id", ids)
    return rows


def _identifiers(chunk: Chunk, first: int) -> Texts:
    """Patient identifiers that say they are synthetic."""
    return np.array([f"SYN{first + number:06d}" for number in range(1, chunk.people.size + 1)], dtype=object)


def _seen(rows: pd.DataFrame, chunk: Chunk, elsewhere: bool) -> pd.DataFrame:
    """Rows that begin by the last day of observation; ends beyond it are not known yet.

    ``elsewhere``: with those from day 0 on of a patient who came later from another centre.
    """
    patient, day = rows["patient"].to_numpy(np.int64), rows[rows.columns[1]].to_numpy(np.float64)
    kept = day <= chunk.course.last[patient]
    if not elsewhere:
        kept &= ~((day >= 0) & (day < chunk.observed_from[patient]))
    rows, last = rows[kept], chunk.course.last[patient[kept]]
    later = [c for c in ("end", "neutrophil_engraftment", "platelet_engraftment") if c in rows]
    return rows.assign(**{c: rows[c].where(rows[c].to_numpy(np.float64) <= last) for c in later})


def _identified(rows: pd.DataFrame, chunk: Chunk, ids: Texts) -> pd.DataFrame:
    """Rows by patient and day, those of one day in the order they were made, with identifiers and dates."""
    rows = rows.iloc[np.lexsort((rows[rows.columns[1]].to_numpy(), rows["patient"].to_numpy()))].reset_index(drop=True)
    patient = rows.pop("patient").to_numpy(np.int64)
    dates = {c: _date(chunk, patient, rows[c].to_numpy(np.float64)) for c in DATES if c in rows}
    rows = rows.assign(**dates).rename(columns=DATES)
    rows.insert(0, "patient_id", ids[patient])
    return rows


def _date(chunk: Chunk, patient: Ints, day: Floats) -> pd.Series:
    known = np.isfinite(day)
    date = chunk.people.day0[patient] + np.where(known, day, 0).astype("timedelta64[D]")
    return pd.Series(np.where(known, date, np.datetime64("NaT")).astype("datetime64[s]"))


def _patients(dice: Dice, chunk: Chunk, ids: Texts) -> pd.DataFrame:
    people, course = chunk.people, chunk.course
    n, everyone = people.size, np.arange(people.size)
    birth = -np.round(people.age * 365.25)
    birth = np.where(dice.happens("birth_date_missing", n), np.nan, birth)
    death = np.where(course.death <= course.censored, course.death, np.nan)
    return pd.DataFrame(
        {
            "patient_id": ids,
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
    made = {"analyte": analyte, "value": exact, "operator": operator, "unit": unit}
    written = rows.assign(**made, lower_limit=lower, upper_limit=upper)
    return written[["patient", "day", *MEASURED]]


def _reporting_limits() -> dict[str, Floats]:
    """The lowest value that a laboratory gives as a number, by analyte and site, canonical units; NaN: any."""
    limits = table("reporting_limits").pivot(index="site", columns="analyte", values="reported_from")
    by_site = limits.reindex(table("sites")["site"])
    return {str(analyte): by_site[analyte].to_numpy(np.float64) for analyte in by_site.columns}
