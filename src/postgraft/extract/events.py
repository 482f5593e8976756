"""Frames of events: columns of a table as read, turned into sorted typed rows of the patients that are in."""

from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from postgraft.extract.cells import Codes, Floats, Mask, held, spread, written
from postgraft.extract.files import Batch
from postgraft.extract.findings import Location, Notes
from postgraft.extract.kinds import categorical
from postgraft.extract.patient_index import LEFT_OUT, PatientIndex, ordered
from postgraft.extract.tables import TABLES, ExtractTable
from postgraft.vocabulary.codes import CORTICOSTEROIDS, DRUGS, GVHD_CONDITIONS, GVHD_DETAILS, ROUTES
from postgraft.vocabulary.units import DOSE_UNITS
from postgraft.vocabulary.words import normal_word

Values = dict[str, Any]

_FRAME_NAMES: Final = {"date": "day", "transplant_date": "day", "birth_date": "birth_day"}
_UNITS: Final = tuple(DOSE_UNITS.values())
_CLOSE_DAYS: Final = 7
"""Two transplants so near each other are mostly one, split over days or entered twice."""


def frame_name(column: str) -> str:
    """The name of a table's column in its frame."""
    return _FRAME_NAMES.get(column, column.removesuffix("_date"))


def day_column(frame: pd.DataFrame) -> str:
    """The column that places the rows of an event frame in time."""
    return "start" if "start" in frame.columns else "day"


def event_frame(
    table: ExtractTable, values: Values, cells: Batch, people: PatientIndex, place: Location
) -> tuple[pd.DataFrame, int]:
    """Sorted rows with a ``patient`` number, and how many rows of patients that are in were ignored.

    ``values`` are the columns as read, ``cells`` all columns of the file as written.
    """
    patient = people.find(values["patient_id"], place)
    day: Floats = values[table.day]
    late = people.too_late(patient, day, place)
    nothing = np.zeros(len(day), dtype=bool)
    if table.amount:
        nothing = values[table.amount] == 0
        found = f"{table.amount} of 0: nothing was given, row left out"
        place.at(table.amount).warning("not-given", found, "", nothing)
    if "end_date" in values:
        before, accepted = values["end_date"] < day, "an end on or after the start"
        place.at_date("end_date").error("end-before-start", "end before start", accepted, before)
    if table.name == "transplants":
        _check_engraftment(values, day, np.where(late, LEFT_OUT, patient), people, place)
    others = [column.name for column in table.columns if column.name not in ("patient_id", table.day)]
    columns: Values = {"patient": patient, frame_name(table.day): day} | {frame_name(n): values[n] for n in others}
    if table.name == "medications":
        columns |= _doses(columns, place)
    if table.name == "conditions":
        columns["detail"] = _gvhd_detail(columns, place.at("detail"))
    if table.name == "adjudications":
        columns["verdict"] = columns["verdict"].codes
    early = people.too_early(patient, day, columns.get("end", day), place)
    kept = (patient >= 0) & ~late & ~early & ~nothing & ~np.isnan(day)
    if table.name == "medications":
        _watch_corticosteroids(columns, kept, people, place.at("dose_unit"))
        _note_unknown_lines(columns, kept, place.at("drug"))
    if table.name == "transplants":
        _note_close(columns, kept, place.at_date("transplant_date"))
    keep = np.flatnonzero(kept)
    ignored = int(np.count_nonzero(patient >= 0)) - len(keep)
    return _sorted_frame(columns, keep, cells, place), ignored


@cache
def no_events(table: str) -> pd.DataFrame:
    """The frame of a table without a row, made once: it is dear beside a chart of one patient."""
    none = np.zeros(0)
    nobody = PatientIndex({}, none, none, none, np.zeros(0, np.int32), (), None)
    place = Location(Notes(), table, "days")
    return event_frame(TABLES[table], TABLES[table].read({}, 0, place), {}, nobody, place)[0]


def _sorted_frame(columns: Values, keep: npt.NDArray[np.int64], cells: Batch, place: Location) -> pd.DataFrame:
    kept = {name: values[keep] for name, values in columns.items()}
    day = "start" if "start" in kept else "day"
    kept[day] = kept[day].astype(np.int32)

    def rest() -> list[npt.NDArray[Any]]:
        others = [values for name, values in kept.items() if name not in ("patient", day)]
        read = [values.codes if isinstance(values, pd.Categorical) else values for values in others]
        # Two rows that read the same but are written differently are administrations of their own.
        return [*read, written(cells.values(), len(columns["patient"]))[keep]]

    order, _, same = ordered(kept["patient"], kept[day], rest)
    place.at("").warning("duplicate-rows", "the same row again, one is kept", "", _marked(keep[order[same]]))
    order = order[~same]
    return pd.DataFrame({name: values[order] for name, values in kept.items()}, copy=False)


def _marked(rows: npt.NDArray[np.int64]) -> Mask:
    mask = np.zeros(int(rows.max()) + 1 if len(rows) else 0, dtype=bool)
    mask[rows] = True
    return mask


def _doses(columns: Values, place: Location) -> Values:
    unit = columns["dose_unit"].codes.astype(np.int32)
    dose, start = columns["dose"], columns["start"]
    unitless = ~np.isnan(dose) & (dose != 0) & (unit < 0)
    place.at("dose").warning("dose-unit", "dose without a dose_unit, its amount is unknown", "", unitless)
    dose = np.where(unitless, np.nan, dose)
    # Without any unit a row is a course whose amount is unknown, not one administration.
    daily = spread(np.array([u.daily for u in _UNITS]), unit, True)
    place.at_date("end_date").error(
        "one-administration", "end later than start, but a dose_unit without /day is one administration",
        "an empty end, or the dose per day", ~daily & (columns["end"] > start),
    )  # fmt: skip
    in_mg = spread(np.array([u.in_mg for u in _UNITS]), unit, np.nan)
    return {
        "end": np.where(daily, columns["end"], start),
        "dose": dose,
        "dose_mg": held(dose * in_mg),
        "amount_unit": _coded(unit, [u.amount for u in _UNITS], ("mg", "U"), None),
        "per": _coded(unit, [u.per for u in _UNITS], ("", "kg", "m2"), ""),
        "daily": daily,
    }


def _coded(codes: Codes, words: list[str], categories: tuple[str, ...], missing: str | None) -> pd.Categorical:
    lookup = np.array([categories.index(word) for word in words], dtype=np.int8)
    default = -1 if missing is None else categories.index(missing)
    return categorical(spread(lookup, codes, default), categories)


def _gvhd_detail(columns: Values, place: Location) -> pd.Categorical:
    """Details with those of GVHD in normal form; a word the criteria do not know reads as no detail."""
    condition, detail = columns["condition"], columns["detail"]
    of_gvhd = np.isin(condition.codes, condition.categories.get_indexer(GVHD_CONDITIONS)) & (condition.codes >= 0)
    categories = sorted({*detail.categories, *GVHD_DETAILS})
    plain = np.array([categories.index(word) for word in detail.categories], dtype=np.int32)
    words = [normal_word(word) for word in detail.categories]
    known = np.array([categories.index(w) if w in GVHD_DETAILS else -1 for w in words], dtype=np.int32)
    codes = detail.codes.astype(np.int32)
    read = np.where(of_gvhd, spread(known, codes, -1), spread(plain, codes, -1))
    strange = of_gvhd & (codes >= 0) & (read < 0)
    place.warning("gvhd-detail", "detail of GVHD that is not known, read as empty", ", ".join(GVHD_DETAILS), strange)
    return categorical(read, categories)


def _note_unknown_lines(columns: Values, kept: Mask, place: Location) -> None:
    """Warns of drugs for the cytopenia that nobody knows: a known one by another name is a second line of itself."""
    drug = columns["drug"]
    unknown = spread(~drug.categories.isin(DRUGS), drug.codes, False)
    for_it = np.asarray(columns["purpose"] == "immune_cytopenia")
    found = "drug outside the known ones given for the cytopenia, counts as a line of its own"
    place.warning("unknown-line", found, "the generic name of the ingredient", kept & unknown & for_it)


def _check_engraftment(values: Values, day: Floats, patient: Codes, people: PatientIndex, place: Location) -> None:
    for name in ("neutrophil_engraftment_date", "platelet_engraftment_date"):
        early, at = values[name] < day, place.at_date(name)
        at.warning("early-engraftment", "engraftment before its transplant, read as empty", "", early)
        people.note_late("late-engraftment", "engraftment", patient, values[name], at)
        values[name] = np.where(early, np.nan, values[name])


def _note_close(columns: Values, kept: Mask, place: Location) -> None:
    """Warns of an allogeneic transplant 1 to 7 days after another of its patient; one day's are taken as one."""
    allogeneic = kept & (columns["type"] == "allogeneic")
    rows = np.flatnonzero(allogeneic)
    patient, day = columns["patient"][rows], columns["day"][rows]
    order = np.lexsort((day, patient))
    days_after = np.diff(day[order])
    close = (np.diff(patient[order]) == 0) & (days_after > 0) & (days_after <= _CLOSE_DAYS)
    found = f"allogeneic transplant within {_CLOSE_DAYS} days after another, taken as one of its own"
    place.warning("close-transplants", found, "", _marked(rows[order[1:][close]]))


_REPLACEMENT_MG: Final = 5.0
"""About what an adult makes in a day, as prednisone; who treats a disease gives more, at least at first."""
_LOCAL: Final = tuple(ROUTES.index(route) for route in ("topical", "inhaled"))


def _watch_corticosteroids(columns: Values, kept: Mask, people: PatientIndex, place: Location) -> None:
    """Warns, by site, where no corticosteroid is dosed per kg and all are under 5 mg.

    ``columns`` are those of the frame of medications, ``kept`` marks the rows that are used.
    """
    names = columns["drug"].categories.isin(CORTICOSTEROIDS)
    steroid = kept & spread(names, columns["drug"].codes, False) & ~np.isin(columns["route"].codes, _LOCAL)
    dosed = steroid & ~np.isnan(columns["dose_mg"])
    per_kg, absolute = dosed & (columns["per"] == "kg"), dosed & (columns["per"] == "")
    site = spread(people.site, np.maximum(columns["patient"], -1), -1)
    for code in np.unique(site[absolute]).tolist():
        rows = absolute & (site == code)
        if not np.any(per_kg & (site == code)) and np.all(columns["dose_mg"][rows] < _REPLACEMENT_MG):
            where = place.at_site(people.sites[code]) if code >= 0 else ""
            found = f"corticosteroids{where} are all under {_REPLACEMENT_MG:g} mg and none per kg: probably mg/kg"
            place.warning("steroid-unit", found, "", rows)
