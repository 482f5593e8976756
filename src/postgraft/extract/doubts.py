"""What can hardly be right of a cohort: tables declared complete without a row, results in another unit.

It stops an extract. Of fewer than ``FEW`` patients or results it may be true, so there it is a warning.
"""

import math
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
import pandas as pd

from postgraft.extract.cells import Codes, Floats, Mask
from postgraft.extract.findings import Location, Notes
from postgraft.extract.manifest import MANIFEST_FILE, Manifest
from postgraft.extract.patient_index import PatientIndex
from postgraft.extract.series import Series
from postgraft.extract.tables import TABLES
from postgraft.vocabulary.errors import Severity
from postgraft.vocabulary.usual import likelier_unit, suspects, usual_medians

WHO_COUNTS: Final = frozenset(
    (
        "complete-empty", "unusable", "unit-doubt", "light-adult", "steroid-unit", "after-contact", "late-engraftment",
        "close-transplants", "never-observed", "unknown-line", "unread-dates", "zero-missing",
    )
)  # fmt: skip
"""Kinds of warnings that can change who counts, so that every report begins with them."""
FEW: Final = 20
_FEWEST: Final = 5
"""Fewer results of an analyte at a site may be true, whatever there is of it elsewhere."""
_PATIENTS_DIFFER: Final = 4
"""By how many times the median of a few patients may differ from the usual one: by more only that of another unit."""
_AS_IN_ILLNESS: Final = {"hemoglobin": "mmol/L"}
"""Units whose medians a few patients may have who are ill without a word of it."""
_PART: Final = 0.2
_BETWEEN: Final = 0.02
_GAP: Final = math.sqrt(2)
"""Two groups of results are two units where each has a fifth of them, and a range of ×2 between has next to none."""
_ADULT: Final = 18
_LIGHT_KG: Final = 25.0
"""About the lowest weight that adults survive; a dose per kg would be several times the true one."""
_WORK_UP: Final = ("dat", "haptoglobin", "reticulocytes", "reticulocytes_percent")
_CYTOPENIAS: Final = ("aiha", "itp", "prca", "evans")


def note_empty(manifest: Manifest, rows: Mapping[str, int], conditions: Collection[str], notes: Notes) -> None:
    """Notes tables declared complete that are there without a row; ``rows`` by table, ``conditions`` with a row."""
    complete = manifest.complete
    for name in TABLES:
        if complete.declares(name) and rows.get(name) == 0 and name not in manifest.though_empty:
            notes.add(
                _severity(rows.get("patients", 0)), "complete-empty", MANIFEST_FILE, f"complete.{name}",
                f"{name} is declared complete but has no row",
                f"its rows, or {name} in complete_though_empty if there is none",
            )  # fmt: skip
    for name in sorted(manifest.though_empty):
        there = bool(rows.get(name)) if name in TABLES else name in conditions
        known = complete.declares(name) if name in TABLES else complete.condition(name)
        if there or not known:
            found = f"{name} {'has rows' if there else 'is not declared complete'}"
            accepted = "tables and conditions that are complete and have no row"
            notes.add("warning", "though-empty", MANIFEST_FILE, "complete_though_empty", found, accepted)
    without = sorted(complete.conditions - set(conditions) - manifest.though_empty)
    if without and rows.get("conditions") and rows.get("patients", 0) >= FEW:
        found = f"declared complete but without a row: {', '.join(without)}"
        accepted = "rows of them, or their names in complete_though_empty if there is none"
        notes.add("warning", "condition-empty", MANIFEST_FILE, "complete.conditions", found, accepted)


def note_unusable(
    manifest: Manifest, rows: Mapping[str, int], unusable: Mapping[str, int], patients: int, place: Location
) -> None:
    """Notes analytes of which half or more of the rows are kept out or implausible; both counts by analyte."""
    for name, count in unusable.items():
        if rows[name] >= _FEWEST and count * 2 >= rows[name] and name not in manifest.plausible:
            found = f"{name}: {count} of {rows[name]} rows are kept out or outside the plausible range"
            accepted = f"more than half of them usable, or {name} in plausible if they are right"
            severity = _severity(min(patients, rows[name]))
            place.notes.add(severity, "unusable", place.file, "value", found, accepted)


def note_units(
    manifest: Manifest, series: Mapping[str, Series], units: Collection[tuple[str, str]], people: PatientIndex,
    with_cytopenia: Mask, place: Location,
) -> None:  # fmt: skip
    """Notes analytes whose median at a site is nearer to the usual one in another unit, or a part of them is.

    ``units`` are pairs of analyte and spelling of a unit in the file. Censored results are left aside: their numbers
    are the limits of the test. So are, for hemoglobin, patients with a cytopenia (shape (patients,)): a low value
    is theirs.
    """
    for name in usual_medians():
        if name not in series or name in manifest.plausible:
            continue
        results = series[name]
        stated = [spelling for analyte, spelling in units if analyte == name]
        patient = np.repeat(np.arange(people.count), np.diff(results.offsets))
        kept = results.censored == 0
        if name == "hemoglobin":
            kept &= ~with_cytopenia[patient]
        patient, value = patient[kept], results.value[kept]
        site = people.site[patient]
        for code in np.unique(site).tolist():
            of_site, whose = value[site == code], patient[site == code]
            unit = likelier_unit(name, float(np.median(of_site)), stated)
            near = unit is not None and abs(math.log(suspects(name, stated)[unit])) < math.log(_PATIENTS_DIFFER)
            may_be_so = unit == _AS_IN_ILLNESS.get(name) or (near and len(of_site) < FEW)
            if may_be_so and len(np.unique(whose)) < _FEWEST:
                unit = None
            part = None if unit else _mixed_with(name, of_site, whose, stated)
            where = place.at_site(people.sites[code]) if code >= 0 else ""
            accepted = f"{name} with its unit, or {name} in plausible if it is right"
            if unit:
                found = f"{name}{where} looks like {unit}: its median is nearer to the usual one in that unit"
                rows = len(of_site) if near or len(of_site) < _FEWEST else len(value)
                severity = _severity(rows)
                place.at("unit").counted(severity, "unit-doubt", found, accepted, len(of_site))
            elif part:
                found = f"{name}{where} looks in part like {part}: its results are far apart in two groups"
                place.at("unit").counted("warning", "unit-doubt", found, accepted, len(of_site))


def _mixed_with(name: str, value: Floats, patient: Codes, stated: Collection[str]) -> str | None:
    """The unit that a part of the results of a site seems to be in, while the rest is in the canonical one.

    Between the usual medians of the two there is next to nothing, and on either side a fifth or more of the
    results, of several patients: a few could be ill. Results of 0 are the same in all units.
    """
    patient, value = patient[value > 0], value[value > 0]
    if len(value) >= FEW:
        for unit, factor in suspects(name, stated).items():
            middle = usual_medians()[name] * math.sqrt(factor)
            sides = value < middle / _GAP, value > middle * _GAP
            between = 1 - sum(float(np.mean(side)) for side in sides)
            if between <= _BETWEEN and all(
                np.mean(side) >= _PART and len(np.unique(patient[side])) >= _FEWEST for side in sides
            ):
                return unit
    return None


def note_light_adults(manifest: Manifest, series: Mapping[str, Series], age: Floats, place: Location) -> None:
    """Notes children's weights of adults; ``age`` at transplant in years, shape (patients,)."""
    if "weight" in series and "weight" not in manifest.plausible:
        weights = series["weight"]
        adult = np.repeat(age >= _ADULT, np.diff(weights.offsets))
        count = int(np.count_nonzero(adult & (weights.value < _LIGHT_KG)))
        found = f"weight under {_LIGHT_KG:g} kg of a patient of {_ADULT} years or more"
        place.at("value").counted("warning", "light-adult", found, "", count)


def patients_with_cytopenia(series: Mapping[str, Series], frames: Mapping[str, pd.DataFrame], patients: int) -> Mask:
    """Patients with a word of a cytopenia: a test of its work-up, its diagnosis, or a drug for it."""
    found = np.zeros(patients, dtype=bool)
    for name in _WORK_UP:
        if name in series:
            found |= np.diff(series[name].offsets) > 0
    for table, column, words in (
        ("conditions", "condition", _CYTOPENIAS), ("medications", "purpose", ("immune_cytopenia",)),
    ):  # fmt: skip
        frame = frames[table]
        if len(frame):
            found[frame.loc[frame[column].isin(words), "patient"]] = True
    return found


def _severity(count: int) -> Severity:
    return "error" if count >= FEW else "warning"
