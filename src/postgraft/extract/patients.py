"""The tables of patients and transplants: who is in, and until when they are observed."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from postgraft.extract.cells import Codes, Mask, Words
from postgraft.extract.events import Values, frame_name
from postgraft.extract.findings import Place
from postgraft.extract.manifest import Manifest
from postgraft.extract.patient_index import Index, People, offsets
from postgraft.extract.tables import PATIENTS, day_header
from postgraft.vocabulary.words import TEXT


def read_people(cells: Mapping[str, pa.Array], rows: int, manifest: Manifest, place: Place) -> tuple[Values, People]:
    """Columns of ``patients`` as read, with the ids as text under patient_id, and the patients they make."""
    values = PATIENTS.read(cells, rows, place)
    text: Words = values["patient_id"]
    ids = [text.words[code] if code >= 0 else "" for code in text.codes]
    repeated = pd.Series(ids, dtype=TEXT).duplicated().to_numpy(dtype=bool) & (np.array(ids, dtype=object) != "")
    place.at("patient_id").error("duplicate-patient", "patient_id that is there before", "one row a patient", repeated)
    values["patient_id"] = ids
    death, contact = values["death_date"], values["last_contact_date"]
    contact_column = place.at(day_header("last_contact_date", place.time))
    contact_column.warning(
        "contact-after-death", "last contact after death, observed to the death", "", contact > death
    )
    if manifest.extracted_on is not None:
        for name in ("death_date", "last_contact_date"):
            late = values[name] > manifest.extracted_on
            place.at(name).warning("after-extract", "after extracted_on, observed to extracted_on", "", late)
    codes = {name: code for code, name in reversed(list(enumerate(ids))) if name}
    site = values["site"]
    people = People(
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


def merge_same_day(transplants: pd.DataFrame, place: Place) -> pd.DataFrame:
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
    place.notes.add("warning", "same-day-transplants", place.file, "", found, "", len(merged))
    together: pd.DataFrame = pd.concat([transplants[~shared], merged[transplants.columns]])
    together = together.astype(transplants.dtypes.to_dict())
    return together.sort_values(["patient", "day"], kind="stable", ignore_index=True)


def fill_last_contact(
    patients: pd.DataFrame, days: list[tuple[Index, Codes]], rows: Mask, place: Place
) -> pd.DataFrame:
    """Gives a patient without last contact the day of death, else the day of the last row; noted.

    ``days`` are pairs of row starts by patient and sorted days; ``rows`` marks, over the file, those without.
    """
    missing = patients["last_contact"].isna().to_numpy()
    if not missing.any():
        return patients
    found = "no last contact; the day of death, or else of the patient's last row, is taken"
    place.at(day_header("last_contact_date", place.time)).warning("last-contact", found, "", rows)
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


def note_never_observed(patients: pd.DataFrame, included: Mask, extracted_on: float | None, place: Place) -> None:
    """Warns of patients whose observation begins after its end; ``included`` over the rows of the file."""
    end = np.fmin(patients["death"].to_numpy(), patients["last_contact"].to_numpy())
    end = end if extracted_on is None else np.fmin(end, extracted_on)
    never = np.zeros(len(included), dtype=bool)
    never[included] = patients["observed_from"].to_numpy() > end
    found = "after death, last contact or the end of the extract: no day of the patient is observed"
    place.at(day_header("observed_from_date", place.time)).warning("never-observed", found, "", never)


def has_allogeneic(transplants: pd.DataFrame, patients: int) -> Mask:
    """Which of the patients have an allogeneic transplant."""
    of_type = transplants.loc[transplants["type"] == "allogeneic", "patient"].to_numpy()
    return np.diff(offsets(of_type, patients)) > 0
