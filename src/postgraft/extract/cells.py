"""Raw cells, text or typed, as numpy arrays: words by code, numbers, days.

Text is dictionary-encoded first, so that only the few distinct words of a column are ever parsed in Python.
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from postgraft.extract.findings import Time
from postgraft.vocabulary.censoring import EQUAL, OPERATORS, Signs, read_operator

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

EPOCH: Final = date(1970, 1, 1).toordinal()
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_SIGNED: Final = re.compile(r"(<=|>=|=<|=>|<|>|≤|≥)?\s*(.*)", re.DOTALL)
_NOT_FINITE: Final = re.compile(r"[-+]?(?:inf|infinity|nan)", re.IGNORECASE)
_ISO_DATE: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?:Z|[-+](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?",
    re.ASCII,
)
"""A date, perhaps with a clock time and a time zone, which are not used but must be ones."""
_WHOLE: Final = re.compile(r"[-+]?\d+(?:\.0*)?", re.ASCII)
_FAR_DAY: Final = 10_000_000
_SIGNIFICANT: Final = 15
"""Decimal digits that every float keeps."""
_LARGEST: Final = 1e15
"""Numbers from here on are taken for no finite number: no measurement is, and rounding would overflow."""


@dataclass(frozen=True, slots=True)
class Words:
    """Text cells: ``words[codes[i]]`` is row i without outer blanks, ``codes[i] == -1`` an empty cell."""

    codes: Codes
    words: list[str]

    @property
    def missing(self) -> Mask:
        return self.codes < 0


def words(cells: pa.Array) -> Words:
    """Any column as words; a whole number stored as a float reads as the whole number ("7", not "7.0")."""
    if not pa.types.is_dictionary(cells.type):
        if pa.types.is_floating(cells.type):
            whole = pc.and_(pc.equal(pc.trunc(cells), cells), pc.less(pc.abs(cells), 2.0**53))
            if pc.all(whole, min_count=0).as_py():
                cells = cells.cast(pa.int64())
        cells = cells.dictionary_encode()
    codes: Codes = cells.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
    texts = ["" if text is None else text.strip() for text in cells.dictionary.cast(pa.string()).to_pylist()]
    empty = [i for i, text in enumerate(texts) if not text]
    if empty:
        codes = np.where(np.isin(codes, empty), np.int32(-1), codes)
    return Words(codes, texts)


def spread(values: npt.NDArray[Any], codes: Codes, missing: Any) -> npt.NDArray[Any]:
    """``values[codes]`` with ``missing`` where the code is -1 (numpy's last element)."""
    return np.append(values, np.asarray(missing, dtype=values.dtype))[codes]


def written(columns: Iterable[pa.Array], rows: int) -> Hashes:
    """A number for what is written in each row: equal for rows that are equal in every cell but for outer blanks.

    Of rows that differ one pair in 2^64 shares it.
    """
    total = np.zeros(rows, dtype=np.uint64)
    for cells in columns:
        coded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
        texts = pc.utf8_trim_whitespace(coded.dictionary.cast(pa.string())).to_numpy(zero_copy_only=False)
        hashes = np.where(texts == "", _NOTHING, pd.util.hash_array(texts, categorize=False))
        codes = coded.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
        # A multiplier for each place, so that the same cell in another column counts for another.
        total = total * _ODD + spread(hashes, codes, _NOTHING)
    return total


_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_NOTHING: Final = np.uint64(0)


@dataclass(frozen=True, slots=True)
class Signed:
    """Numbers, and what stood before them: the sign of an operator of ``vocabulary.censoring``, 0 for none."""

    number: Floats
    sign: Signs


def signed_numbers(cells: pa.Array) -> tuple[Signed, Mask, dict[str, Mask]]:
    """As ``numbers``; a text such as ``<5`` is 5 after a sign."""
    kind = pa.types
    if not (kind.is_string(cells.type) or kind.is_large_string(cells.type) or kind.is_dictionary(cells.type)):
        values, missing, faults = numbers(cells)
        return Signed(values, np.broadcast_to(np.int8(0), (len(cells),))), missing, faults
    text = words(cells)
    split = [_SIGNED.fullmatch(word) for word in text.words]
    signs = [OPERATORS.index(read_operator(found[1] or "=")) - EQUAL for found in split if found]
    bare = Words(text.codes, [found[2] for found in split if found])
    values, faults = _parsed(bare)
    return Signed(values, spread(np.array(signs, np.int8), text.codes, 0)), text.missing, faults


def numbers(cells: pa.Array) -> tuple[Floats, Mask, dict[str, Mask]]:
    """Numbers (NaN where there is none), the empty cells, and by kind of fault the rows that have it."""
    kind = pa.types
    if kind.is_integer(cells.type) or kind.is_floating(cells.type) or kind.is_decimal(cells.type):
        missing = cells.is_null().to_numpy(zero_copy_only=False)
        values = cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        endless = ~(np.abs(values) < _LARGEST) & ~missing
        return np.where(endless, np.nan, values), missing, {"non-finite": endless}
    text = words(cells)
    values, faults = _parsed(text)
    return values, text.missing, faults


def read_number(text: str) -> float | None:
    """The number that a text is, None for another text."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _parsed(text: Words) -> tuple[Floats, dict[str, Mask]]:
    parsed = np.full(len(text.words), np.nan)
    fault = np.zeros(len(text.words), dtype=np.int8)
    for i, word in enumerate(text.words):
        number = read_number(word)
        if number is not None:
            parsed[i] = number
            fault[i] = 0 if abs(number) < _LARGEST else 2
        else:
            fault[i] = 2 if _NOT_FINITE.fullmatch(word) else 1
    faults = spread(fault, text.codes, 0)
    values = spread(np.where(fault == 0, parsed, np.nan), text.codes, np.nan)
    return values, {"number": faults == 1, "non-finite": faults == 2}


def held(numbers: Floats) -> Floats:
    """Numbers after a conversion or a mean, to 15 significant digits, as if they had been written so.

    These are far more than the 1e-9 that the criteria compare: a multiple of a limit in another unit is still the
    value that was written as that multiple. One of up to nine decimals stays as it is.
    """
    out = np.array(numbers, dtype=np.float64)
    rest = np.flatnonzero(~np.isnan(out) & (np.round(out, 9) != out))
    if len(rest):
        scale = 10.0 ** (_SIGNIFICANT - 1 - np.floor(np.log10(np.abs(out[rest]))))
        out[rest] = np.round(out[rest] * scale) / scale
    return out


def days(cells: pa.Array, time: Time) -> tuple[Floats, Mask, Mask]:
    """Absolute days (since 1970-01-01) or days since day 0, the empty cells, and the cells that are none."""
    kind = pa.types
    missing: Mask = cells.is_null().to_numpy(zero_copy_only=False)
    if time == "dates" and (kind.is_date(cells.type) or kind.is_timestamp(cells.type)):
        local = pc.local_timestamp(cells) if kind.is_timestamp(cells.type) and cells.type.tz else cells
        whole = local.cast(pa.date32(), safe=False).cast(pa.int32()).cast(pa.float64())
        return whole.to_numpy(zero_copy_only=False), missing, np.zeros(len(cells), dtype=bool)
    if time == "days" and (kind.is_integer(cells.type) or kind.is_floating(cells.type)):
        values: Floats = cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        bad = ~missing & ~((np.trunc(values) == values) & (np.abs(values) < _FAR_DAY))
        return np.where(bad, np.nan, values), missing, bad
    text = words(cells)
    read: Callable[[str], float] = _calendar_day if time == "dates" else _whole_day
    parsed = np.array([read(word) for word in text.words], dtype=np.float64)
    values = spread(parsed, text.codes, np.nan)
    return values, text.missing, np.isnan(values) & ~text.missing


def _calendar_day(text: str) -> float:
    match = _ISO_DATE.fullmatch(text)
    if not match:
        return math.nan
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).toordinal() - EPOCH
    except ValueError:
        return math.nan


def _whole_day(text: str) -> float:
    day = float(text) if _WHOLE.fullmatch(text) else math.nan
    return day if abs(day) < _FAR_DAY else math.nan
