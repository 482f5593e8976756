"""Rows of measurements, batch by batch: checked, in canonical units, split into a bin an analyte.

Millions of rows are never held as a table: what stays of a batch goes to the bins, of which series are made.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from postgraft.extract.cells import Codes, Floats, Mask, held, spread, written
from postgraft.extract.findings import Location
from postgraft.extract.patient_index import Column, Index, PatientIndex
from postgraft.extract.series import Piece, Series, daily
from postgraft.extract.tables import MEASUREMENTS
from postgraft.vocabulary.analytes import ANALYTES, SCALES
from postgraft.vocabulary.censoring import EQUAL, Signs, stand_in
from postgraft.vocabulary.units import accepted_units, conversion, is_unit

_NAMES: Final = tuple(ANALYTES)
_NUMERIC: Final = np.array([analyte.numeric for analyte in ANALYTES.values()])
_LOW: Final = np.array([analyte.low for analyte in ANALYTES.values()])
_HIGH: Final = np.array([analyte.high for analyte in ANALYTES.values()])
_ZERO: Final = np.array([analyte.zero_is_possible for analyte in ANALYTES.values()])
_NUMBER_COLUMNS: Final = ("value", "operator", "lower_limit", "upper_limit")
_UNITS_SHOWN: Final = 10


@dataclass(slots=True)
class Measurements:
    """What was read so far.

    ``units`` counts rows by analyte and spelling of the unit, ``rows`` all by analyte, ``unusable`` those of them
    that are kept out or outside the plausible range.
    """

    people: PatientIndex
    bins: dict[str, list[Piece]] = field(default_factory=dict)
    units: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    unusable: Counter[str] = field(default_factory=Counter)
    ignored: int = 0

    def add(self, cells: Mapping[str, pa.Array], rows: int, place: Location) -> None:
        """Takes in one batch of raw columns, all of the file's: a row is there twice if every cell is."""
        values = MEASUREMENTS.read(cells, rows, place, ("patient_id", "date", "analyte", "result", "unit"))
        patient = self.people.find(values["patient_id"], place)
        known = patient >= 0
        day: Floats = values["date"]
        analyte: Codes = values["analyte"].codes.astype(np.int32)
        numeric: Mask = spread(_NUMERIC, analyte, False)
        unused = self.people.too_late(patient, day, place) | self.people.too_early(patient, day, day, place)
        # What a qualitative row has in its number columns is not read, so it cannot be wrong.
        number = MEASUREMENTS.read(cells, rows, place.only(numeric), _NUMBER_COLUMNS)
        severity = _severities(values["result"], analyte, place.at("result"))
        multiply, divide = self._factors(values["unit"], analyte, numeric & known, place.at("unit"))
        reported: Floats = number["value"].number
        value, lower, upper = (
            held(x * multiply / divide) for x in (reported, number["lower_limit"], number["upper_limit"])
        )
        lower, upper = _possible_limits(lower, upper, analyte, known & numeric, place)
        empty = known & numeric & np.isnan(reported)
        place.at("value").warning("no-value", "numeric analyte without a value, row kept out", "", empty)
        mute = known & ~numeric & (analyte >= 0) & np.isnan(severity)
        place.at("result").warning("no-result", "qualitative analyte without a result, row kept out", "", mute)

        sign = _signs(number["value"].sign, number["operator"], place.only(numeric & known).at("operator"))
        # The scale is that of the number reported, the number beside it stands in the canonical unit.
        number_given, (value, censored) = value, stand_in(value, np.where(numeric, sign, np.int8(0)))
        impossible, implausible = self._check_range(analyte, number_given, value, known & numeric, place.at("value"))
        self._count(analyte, known, empty | mute | impossible | implausible)
        value = np.where(numeric, value, severity)
        keep = known & (analyte >= 0) & ~np.isnan(day) & ~np.isnan(value) & ~unused & ~impossible
        self.ignored += int(np.count_nonzero(known & ~keep))
        columns = (patient, day, value, lower, upper, censored, written(cells.values(), rows))
        self._split(np.flatnonzero(keep), analyte, columns, place)

    def finish(self, place: Location) -> dict[str, Series]:
        """All series; the bins are emptied on the way, to hold the results only once."""
        for (name, spelling), count in self.units.items():
            if not spelling:
                found = f"{name} without a unit, read as {ANALYTES[name].unit}"
                place.at("unit").counted("warning", "no-unit", found, "", count)
        series = {}
        for name, analyte in ANALYTES.items():
            if name in self.bins:
                series[name], repeated = daily(self.bins.pop(name), analyte, self.people.count)
                found = f"{name}: the same row again, one is kept"
                place.counted("warning", "duplicate-rows", found, "", len(repeated), repeated[:5].tolist())
        return series

    def _factors(
        self, unit: pd.Categorical, analyte: Codes, numeric: Mask, place: Location
    ) -> tuple[Floats | float, Floats | float]:
        spellings = ["", *unit.categories]
        pair = analyte.astype(np.int64) * len(spellings) + unit.codes + 1
        used = np.bincount(pair[numeric], minlength=len(_NAMES) * len(spellings))
        multiply, divide = np.ones(len(used)), np.ones(len(used))
        strange = []
        for index in np.flatnonzero(used).tolist():
            name, spelling = _NAMES[index // len(spellings)], spellings[index % len(spellings)]
            self.units[name, spelling] += int(used[index])
            factors = conversion(name, spelling)
            if factors is None:
                strange.append(index)
                multiply[index] = np.nan
            else:
                multiply[index], divide[index] = factors.multiply_by, factors.divide_by
        for index in strange[:_UNITS_SHOWN]:
            name, spelling = _NAMES[index // len(spellings)], spellings[index % len(spellings)]
            found = f"{place.quoted(spelling, public=is_unit(spelling))} does not fit {name}"
            place.error("unit", found, ", ".join(accepted_units(name)), numeric & (pair == index))
        others = numeric & np.isin(pair, strange[_UNITS_SHOWN:])
        place.error("unit", "other units that do not fit their analyte", "see the list of analytes", others)
        if np.all(multiply == 1) and np.all(divide == 1):
            return 1.0, 1.0
        pair[~numeric] = 0
        return np.where(numeric, multiply[pair], 1.0), np.where(numeric, divide[pair], 1.0)

    def _count(self, analyte: Codes, known: Mask, unusable: Mask) -> None:
        for counter, rows in ((self.rows, known), (self.unusable, known & unusable)):
            found = np.bincount(analyte[rows & (analyte >= 0)], minlength=len(_NAMES))
            counter.update({_NAMES[i]: int(found[i]) for i in np.flatnonzero(found)})

    def _check_range(
        self, analyte: Codes, reported: Floats, held: Floats, known: Mask, place: Location
    ) -> tuple[Mask, Mask]:
        """Rows whose number no body can have, to be kept out, and implausible ones, to be used; both are noted.

        ``held`` is the number that stands for one after an operator: nobody has ``<0`` of anything.
        """
        outside = known & ((reported < spread(_LOW, analyte, np.nan)) | (reported > spread(_HIGH, analyte, np.nan)))
        lowest = np.fmin(reported, held)
        impossible: Mask = known & ((lowest < 0) | ((reported == 0) & ~spread(_ZERO, analyte, True)))
        for index in np.unique(analyte[outside | impossible]).tolist():
            about, of_analyte = ANALYTES[_NAMES[index]], analyte == index
            bound = "below 0" if about.zero_is_possible else "of 0 or below"
            found = f"{about.name} {bound}, which nobody has, row kept out"
            place.warning("impossible", found, "", impossible & of_analyte)
            found = f"{about.name} outside the plausible range {about.low:g} to {about.high:g} {about.unit}"
            place.warning("implausible", found, "", outside & ~impossible & of_analyte)
        return impossible, outside & ~impossible

    def _split(self, keep: Index, analyte: Codes, columns: Sequence[Column], place: Location) -> None:
        codes = analyte[keep].astype(np.int8)
        by_analyte = keep[np.argsort(codes, kind="stable")]
        ends = np.cumsum(np.bincount(codes, minlength=len(_NAMES)))
        for name, rows in zip(_NAMES, np.split(by_analyte, ends[:-1]), strict=True):
            if len(rows):
                patient, day, value, *limits, censored, whole = (column[rows] for column in columns)
                lower, upper = (None if np.isnan(limit).all() else limit for limit in limits)
                signs = censored if censored.any() else None
                piece = Piece(patient, day.astype(np.int32), value, lower, upper, signs, whole, place.numbers(rows))
                self.bins.setdefault(name, []).append(piece)


def _signs(of_value: Signs, operator: pd.Categorical, place: Location) -> Signs:
    """The sign of each number: that in its cell, else that of the operator."""
    given = operator.codes >= 0
    of_operator = np.where(given, operator.codes - EQUAL, 0).astype(np.int8)
    place.error(
        "operator", "an operator that contradicts the sign in value", "one of the two, or the same",
        given & (of_value != 0) & (of_value != of_operator),
    )  # fmt: skip
    return np.where(of_value != 0, of_value, of_operator)


def _severities(result: pd.Categorical, analyte: Codes, place: Location) -> Floats:
    codes = result.codes.astype(np.int32)
    severity = np.full(len(codes), np.nan)
    for index, about in enumerate(ANALYTES.values()):
        of_analyte = analyte == index
        if about.scale is None or not of_analyte.any():
            continue
        read = [about.scale.read(word) for word in result.categories]
        position = np.array([np.nan if i is None else i for i in read], dtype=np.float64)
        severity[of_analyte] = spread(position, codes[of_analyte], np.nan)
        # A word on no scale at all was noted when the column was read.
        for word, i in zip(result.categories, read, strict=True):
            if i is None and any(scale.read(word) is not None for scale in SCALES):
                wrong = of_analyte & (codes == result.categories.get_loc(word))
                found = f"{place.quoted(word)} does not fit {about.name}"
                place.error("vocabulary", found, ", ".join(about.scale.accepted), wrong)
    return severity


def _possible_limits(
    lower: Floats, upper: Floats, analyte: Codes, among: Mask, place: Location
) -> tuple[Floats, Floats]:
    """The limits that can be one, NaN for others: 0 ≤ lower < upper, one that stands alone > 0.

    A limit above the plausible range of its analyte, or an upper one below it, is none: 9999, or one in another unit.
    """
    if np.isnan(lower).all() and np.isnan(upper).all():
        return lower, upper
    low, high = spread(_LOW, analyte, np.nan), spread(_HIGH, analyte, np.nan)
    kept = []
    far_upper = (upper > high) | ((upper > 0) & (upper < low))
    for column, limit, far in (("lower_limit", lower, lower > high), ("upper_limit", upper, far_upper)):
        for index in np.unique(analyte[among & far]).tolist():
            about = ANALYTES[_NAMES[index]]
            span = f"{about.low:g} to {about.high:g} {about.unit}"
            found = f"a limit of {about.name} outside its plausible range {span}, left aside"
            place.at(column).warning("limits", found, "", among & far & (analyte == index))
        kept.append(np.where(far, np.nan, limit))
    lower, upper = kept
    no_lower, no_upper = np.isnan(lower), np.isnan(upper)
    both = ~no_lower & ~no_upper
    wrong = (both & ~((lower >= 0) & (lower < upper))) | (~both & ((lower <= 0) | (upper <= 0)))
    found = "reference limits that can't be (lower below 0, or not below upper), left aside"
    place.at("lower_limit").warning("limits", found, "", among & wrong)
    return np.where(wrong, np.nan, lower), np.where(wrong, np.nan, upper)
