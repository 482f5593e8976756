"""An extract in partitions: each is an extract with patients of its own, and together they are one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from postgraft.extract.contents import RowCounts, TableContents
from postgraft.extract.findings import Location, Notes
from postgraft.extract.manifest import MANIFEST_FILE, Manifest
from postgraft.extract.series import Series, empty_series, frozen
from postgraft.vocabulary.analytes import ANALYTES

KEY: Final = "partitions"
ALIKE: Final = ("time", "extracted_on", "complete", "synthetic")
"""What the manifests of all partitions say alike, as if they were one."""


def folders_named(given: Any, place: Location) -> list[str]:
    """The names of the partitions in a manifest: folders beside it, each once."""
    names = given if isinstance(given, list) and all(isinstance(name, str) for name in given) else []
    good = [name for name in names if name not in ("", ".", "..") and not {"/", "\\", "\0"} & set(name)]
    if good and good == names and len(set(good)) == len(good):
        return good
    place.at(KEY).error(KEY, "not a list of different folders beside the manifest", "[part-000, part-001]")
    return []


def joined(manifest: Manifest, parts: Mapping[str, TableContents], notes: Notes) -> TableContents:
    """The contents of all partitions, by the names of their folders, as those of one extract.

    A partition that says something else than the first one, or has a patient of an earlier one, is noted.
    """
    each = list(parts.values())
    own = {f"{name}/{MANIFEST_FILE}": one.manifest for name, one in parts.items()}
    _note_differences({MANIFEST_FILE: manifest} | own, notes)
    _note_patients_of_others(parts, notes)
    numbers = [len(one.frames["patients"]) for one in each]
    before = np.concatenate(([0], np.cumsum(numbers)))[:-1].astype(np.int32)
    analytes = [name for name in ANALYTES if any(name in one.series for one in each)]
    return TableContents(
        replace(
            manifest,
            sites={code: label for one in reversed(each) for code, label in one.manifest.sites.items()},
            missing=frozenset().union(*(one.manifest.missing for one in each)),
            though_empty=frozenset().union(*(one.manifest.though_empty for one in each)),
            plausible=frozenset().union(*(one.manifest.plausible for one in each)),
        ),
        {name: _frame([one.frames[name] for one in each], before) for name in each[0].frames},
        {name: _series([one.series.get(name) for one in each], numbers) for name in analytes},
        frozenset().union(*(one.captured for one in each)),
        _counts([one.counts for one in each]),
        dict(sum((Counter(one.units) for one in each), Counter())),
    )


def _note_differences(manifests: Mapping[str, Manifest], notes: Notes) -> None:
    """Notes what a manifest says otherwise than the first one, by file."""
    (_, first), *others = manifests.items()
    for file, one in others:
        for key in ALIKE:
            if getattr(one, key) != getattr(first, key):
                notes.add("error", KEY, file, key, "is not that of the extract", "the same in each partition")
        if any(first.sites.get(code, label) != label for code, label in one.sites.items()):
            found = "a site has another label than in the extract"
            notes.add("error", KEY, file, "sites", found, "the same in each partition")


def _note_patients_of_others(parts: Mapping[str, TableContents], notes: Notes) -> None:
    seen: set[str] = set()
    for name, one in parts.items():
        own = set(one.frames["patients"]["patient_id"])
        if twice := len(own & seen):
            found = "patient of an earlier partition"
            notes.add("error", "duplicate-patient", f"{name}/patients", "patient_id", found, count=twice)
        seen |= own


def _frame(frames: Sequence[pd.DataFrame], before: Any) -> pd.DataFrame:
    """The rows of all, patients numbered on; a column of words has the words of all."""
    columns: dict[str, Any] = {}
    for name in frames[0].columns:
        own = [frame[name] for frame in frames]
        if name == "patient":
            columns[name] = np.concatenate([one.to_numpy() + start for one, start in zip(own, before, strict=True)])
        elif isinstance(own[0].dtype, pd.CategoricalDtype):
            # A closed vocabulary has an order of its own; what occurs of an open one stands by the alphabet.
            closed = all(one.cat.categories.equals(own[0].cat.categories) for one in own)
            columns[name] = union_categoricals(own, sort_categories=not closed)
        else:
            columns[name] = pd.concat(own, ignore_index=True).array
    return pd.DataFrame(columns)


def _series(parts: Sequence[Series | None], numbers: Sequence[int]) -> Series:
    each = [one or empty_series(patients) for one, patients in zip(parts, numbers, strict=True)]
    ends = [one.offsets[-1] for one in each]
    starts = np.concatenate(([0], np.cumsum(ends)))[:-1]
    offsets = np.concatenate([[0], *(one.offsets[1:] + start for one, start in zip(each, starts, strict=True))])
    columns = zip(*((one.day, *one.columns.values()) for one in each), strict=True)
    return frozen(offsets.astype(np.int64), *map(np.concatenate, columns))


def _counts(each: Sequence[RowCounts]) -> RowCounts:
    def summed(tables: Sequence[Mapping[str, int]]) -> dict[str, int]:
        return {name: sum(one[name] for one in tables) for name in tables[0]}

    return RowCounts(
        sum(one.patients_in_file for one in each),
        sum(one.patients_left_out for one in each),
        summed([one.rows for one in each]),
        summed([one.ignored for one in each]),
    )
