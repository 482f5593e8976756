"""The tables of patients and transplants: who is in, born when, and until when they are observed.

What cannot be or contradicts itself of a birth reads as unknown.
"""

from collections.abc import Mapping
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from postgraft.extract.cells import Codes, Floats, Mask, Words
from postgraft.extract.events import Values, frame_name
from postgraft.extract.findings import Location, Time, day_header
from postgraft.extract.manifest import Manifest
from postgraft.extract.patient_index import Index, PatientIndex
from postgraft.extract.tables import OLDEST, PATIENTS
from postgraft.vocabulary.words import TEXT

DAYS_PER_YEAR: Final = 365.25
_NEAR: Final = DAYS_PER_YEAR + 1
"""Columns that are nearer to each other agree: an age in whole years is as good as that."""


def read_people(
    cells: Mapping[str, pa.Array], rows: int, manifest: Manifest, place: Location
) -> tuple[Values, PatientIndex]:
    """Columns of ``patients`` as read, with the ids as text under patient_id, and the patients they make."""
    values = PATIENTS.read(cells, rows, place)
    text: Words = values["patient_id"]
    ids = [text.words[code] if code >= 0 else "" for code in text.codes]
    repeated = pd.Series(ids, dtype=TEXT).duplicated().to_numpy(dtype=bool) & (np.array(ids, dtype=object) != "")
    place.at("patient_id").error("duplicate-patient", "patient_id that is there before", "one row a patient", repeated)
    values["patient_id"] = ids
    death, contact = values["death_date"], values["last_contact_date"]
    found = "last contact after death, observed to the death"
    place.at_date("last_contact_date").warning("contact-after-death", found, "", contact > death)
    if manifest.extracted_on is not None:
        for name in ("death_date", "last_contact_date"):
            late = values[name] > manifest.extracted_on
            place.at(name).warning("after-extract", "after extracted_on, observed to extracted_on", "", late)
    codes = {name: code for code, name in reversed(list(enumerate(ids))) if name}
    site = values["site"]
    people = PatientIndex(
        codes, np.full(rows, np.nan), death, contact, site.codes.astype(np.int32), tuple(site.categories),
        manifest.extracted_on,
        listed="patient_id" in cells and rows > 0,
    )  # fmt: skip
    return values, people


def patients_frame(values: Values, included: Mask) -> pd.DataFrame:
    """One row a patient that is in, in the order of the file; days are floats, NaN where there is none."""
    columns = {frame_name(name): column for name, column in values.items() if name != "patient_id"}
    ids = pd.array([name for name, is_in in zip(values["patient_id"], included, strict=True) if is_in], dtype=TEXT)
    return pd.DataFrame({"patient_id": ids, **{name: column[included] for name, column in columns.items()}})


def merge_same_day(transplants: pd.DataFrame, place: Location) -> pd.DataFrame:
    """Allogeneic rows of one patient and day as one: the earliest engraftment, else the first given value."""
    allogeneic = (transplants["type"] == "allogeneic").to_numpy()
    shared = allogeneic & transplants.duplicated(["patient", "day", "type"], keep=False).to_numpy()
    if not shared.any():
        return transplants
    keys = ["patient", "day", "type"]
    same = transplants[shared].groupby(keys, observed=True, sort=True)
    engraftment = ["neutrophil_engraftment", "platelet_engraftment"]
    merged = same.first().assign(**same[engraftment].min()).reset_index()
    found = "allogeneic transplants of one patient on one day, taken as one"
    place.at("").counted("warning", "same-day-transplants", found, "", len(merged))
    together: pd.DataFrame = pd.concat([transplants[~shared], merged[transplants.columns]])
    together = together.astype(transplants.dtypes.to_dict())
    return together.sort_values(["patient", "day"], kind="stable", ignore_index=True)


def fill_last_contact(
    patients: pd.DataFrame, days: list[tuple[Index, Codes]], rows: Mask, place: Location
) -> pd.DataFrame:
    """Gives a patient without last contact the day of death, else the day of the last row; noted.

    ``days`` are pairs of row starts by patient and sorted days; ``rows`` marks, over the file, those without.
    """
    missing = patients["last_contact"].isna().to_numpy()
    if not missing.any():
        return patients
    found = "no last contact; the day of death, or else of the patient's last row, is taken"
    place.at_date("last_contact_date").warning("last-contact", found, "", rows)
    last = np.full(len(patients), -np.inf)
    for starts, day in days:
        some = np.diff(starts) > 0
        last[some] = np.maximum(last[some], day[starts[1:][some] - 1])
    death = patients["death"].to_numpy()
    filled = np.where(np.isnan(death), last, death)
    return patients.assign(last_contact=np.where(missing, filled, patients["last_contact"].to_numpy()))


def without_left_out(transplants: pd.DataFrame, included: Mask) -> pd.DataFrame:
    """Transplants of the patients that are in, numbered anew."""
    if included.all():
        return transplants
    numbers = np.cumsum(included) - 1
    kept = transplants[included[transplants["patient"].to_numpy()]]
    patient = numbers[kept["patient"].to_numpy()].astype(np.int32)
    return pd.DataFrame({**dict(kept.items()), "patient": patient}).reset_index(drop=True)


def note_never_observed(patients: pd.DataFrame, included: Mask, extracted_on: float | None, place: Location) -> None:
    """Warns of patients whose observation begins after its end; ``included`` over the rows of the file."""
    end = np.fmin(patients["death"].to_numpy(), patients["last_contact"].to_numpy())
    end = end if extracted_on is None else np.fmin(end, extracted_on)
    never = np.zeros(len(included), dtype=bool)
    never[included] = patients["observed_from"].to_numpy() > end
    found = "after death, last contact or the end of the extract: no day of the patient is observed"
    place.at_date("observed_from_date").warning("never-observed", found, "", never)


def read_births(values: Values, first: Floats, last: Floats, place: Location) -> tuple[Floats, Floats]:
    """Ages at the first allogeneic transplant (years) and earliest days of birth, by row; NaN where nothing says.

    Checks the columns that tell a birth against the days of ``first_and_last`` and each other; what is wrong is noted.
    A birth after the first allogeneic transplant or more than ``OLDEST`` years before it reads as unknown in
    ``values``, and so do columns that contradict each other: one of them is wrong, and nothing says which.
    """
    _note_year(values["transplant_year"], first, last, place)
    bounds, headers = _bounds(values, first, place.time), {"birth_date": day_header("birth_date", place.time)}
    for name in ("birth_date", "birth_year"):
        earliest, latest = bounds[name]
        unborn, too_old = earliest > first, first - latest > OLDEST * DAYS_PER_YEAR
        column = place.at(headers.get(name, name))
        found = "born after the first allogeneic transplant, read as unknown"
        column.warning("birth-after-transplant", found, "", unborn)
        found = f"age over {OLDEST} at the first allogeneic transplant, read as unknown"
        column.warning("implausible", found, "", too_old)
        values[name] = np.where(unborn | too_old, np.nan, values[name])
    bounds = _bounds(values, first, place.time)
    contradicting = []
    for one, other in combinations(bounds, 2):
        apart = np.fmax(bounds[one][0] - bounds[other][1], bounds[other][0] - bounds[one][1]) > _NEAR
        names = [headers.get(name, name) for name in (one, other)]
        found = f"more than a year from what {names[0]} says, both read as unknown"
        place.at(names[1]).warning("contradicting-birth", found, "", apart)
        contradicting.append(apart)
    unknown = np.any(contradicting, axis=0)
    for name in bounds:
        values[name] = np.where(unknown, np.nan, values[name])
    known = _bounds(values, first, place.time)
    by_birth = [(first - known[name][0]) / DAYS_PER_YEAR for name in ("birth_date", "birth_year")]
    age: Floats = np.fmax.reduce([*by_birth, values["age_at_transplant"]])
    by_age = known["age_at_transplant"][0] - _NEAR
    return age, np.fmin.reduce([known["birth_date"][0], known["birth_year"][0], by_age])


def _bounds(values: Values, first: Floats, time: Time) -> dict[str, tuple[Floats, Floats]]:
    """First and last day on which each patient may have been born, as each of the columns has it."""
    year, transplanted = values["birth_year"], values["transplant_year"]
    # With ``time: days`` the calendar day of day 0 is any of its year.
    early, late = (0, 0) if time == "dates" else (_new_year(transplanted + 1) - 1, _new_year(transplanted))
    index = first if time == "dates" else np.where(np.isnan(first), np.nan, 0)
    by_age = index - values["age_at_transplant"] * DAYS_PER_YEAR
    return {
        "birth_date": (values["birth_date"], values["birth_date"]),
        "birth_year": (_new_year(year) - early, _new_year(year + 1) - 1 - late),
        "age_at_transplant": (by_age, by_age),
    }


def _new_year(year: Floats) -> Floats:
    """The first of January in days since 1970-01-01, NaN for NaN."""
    years = (np.nan_to_num(year, nan=1970).astype(np.int64) - 1970).astype("datetime64[Y]")
    return np.where(np.isnan(year), np.nan, years.astype("datetime64[D]").astype(np.float64))


def first_and_last(transplants: pd.DataFrame, patients: int) -> tuple[Floats, Floats]:
    """Days of each patient's first and last allogeneic transplant, NaN for none."""
    allogeneic = transplants[transplants["type"] == "allogeneic"]
    patient, day = allogeneic["patient"].to_numpy(), allogeneic["day"].to_numpy()
    first, last = np.full(patients, np.nan), np.full(patients, np.nan)
    first[patient[::-1]] = day[::-1]  # by patient and day: the first one stays
    last[patient] = day
    return first, last


def _note_year(year: Floats, first: Floats, last: Floats, place: Location) -> None:
    """Warns of a ``transplant_year`` in which there is no transplant; with ``time: days`` nothing else tells it."""
    if place.time == "dates":
        wrong = (last < _new_year(year)) | (first >= _new_year(year + 1))
        found = "not the year of an allogeneic transplant; the year of its date is used"
        place.at("transplant_year").warning("contradicting-year", found, "", wrong)
