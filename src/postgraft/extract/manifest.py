"""The manifest ``extract.yaml``: time base, end of the extract, and where absence of a row means "no".

A manifest given as Python values, in the form that reading its YAML as text gives.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

import pyarrow as pa

from postgraft.extract.cells import days
from postgraft.extract.findings import Location, Notes, Time
from postgraft.extract.number_kinds import FIRST_DATE, LAST_DATE
from postgraft.extract.tables import TABLES
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.codes import CONDITIONS
from postgraft.vocabulary.shown import looks_like_word, one_line
from postgraft.vocabulary.words import did_you_mean, normal_word

MANIFEST_FILE: Final = "extract.yaml"
_KEYS: Final = (
    "format", "name", "time", "extracted_on", "complete", "sites", "missing", "synthetic",
    "complete_though_empty", "plausible",
)  # fmt: skip
_LONGEST_NAME: Final = 200
_YES: Final = ("true", "yes", "on")
_NO: Final = ("false", "no", "off")


@dataclass(frozen=True, slots=True)
class DeclaredComplete:
    """Where the absence of a row means "no": tables, and single conditions."""

    tables: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()

    def table(self, name: str) -> bool:
        """Whether the whole table is complete; for ``conditions``: for every condition."""
        return name in self.tables

    def condition(self, name: str) -> bool:
        """Whether the absence of a row of this condition means that the patient had not got it."""
        return "conditions" in self.tables or name in self.conditions

    def declares(self, table: str) -> bool:
        """Whether the table is complete; ``conditions`` also if it is so for single ones."""
        return table in self.tables or (table == "conditions" and bool(self.conditions))

    def assuming(self, names: Iterable[str]) -> "DeclaredComplete":
        """The same with the named tables, or else conditions, complete too (the study's assume_complete)."""
        given = frozenset(names)
        return DeclaredComplete(self.tables | (given & TABLES.keys()), self.conditions | (given - TABLES.keys()))


@dataclass(frozen=True, slots=True)
class Manifest:
    """``extracted_on`` is days since 1970-01-01; None with ``time: days``, where no calendar day is known.

    ``missing``: cells that read as empty in every table. ``though_empty``: tables and conditions that are
    complete and have no row. ``plausible``: analytes whose unusual values were looked at and are right.
    """

    name: str
    time: Time
    extracted_on: float | None = None
    complete: DeclaredComplete = field(default_factory=DeclaredComplete)
    sites: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    synthetic: bool = False
    though_empty: frozenset[str] = frozenset()
    plausible: frozenset[str] = frozenset()


def read_manifest(given: Any, notes: Notes, default_name: str, shown: bool = True) -> Manifest:
    """Checks a manifest of text, lists and maps; what is wrong is noted and replaced by a value to go on.

    Words of it stand in messages only where it is ``shown``.
    """
    place = Location(notes, MANIFEST_FILE, "dates", shown=shown)
    if not isinstance(given, dict):
        place.error("manifest", "not a list of keys and values", ", ".join(_KEYS))
        return Manifest(default_name, "dates")
    for number, key in enumerate(given, 1):
        if key not in _KEYS:
            at = place.at(_title(key, number, place))
            at.error("manifest-key", f"unknown key{_meant(key, _KEYS, place)}", ", ".join(_KEYS))
    if given.get("format", "") != "1":
        place.at("format").error("manifest", "missing or not a format this version reads", "format: 1")
    time: Time = "days" if given.get("time") == "days" else "dates"
    if given.get("time") not in ("dates", "days"):
        place.at("time").error("manifest", "missing or unknown", "dates, days")
    return Manifest(
        name=one_line(_text(given.get("name"), place.at("name")) or default_name).strip(),
        time=time,
        extracted_on=_extracted_on(given.get("extracted_on", ""), time, place.at("extracted_on")),
        complete=_completeness(given.get("complete") or {}, place),
        sites=_sites(given.get("sites") or {}, place.at("sites")),
        missing=frozenset(_list(given.get("missing") or [], place.at("missing"), "[NA, ., -99]")),
        synthetic=_yes(given.get("synthetic", ""), place.at("synthetic")),
        though_empty=_known(
            given.get("complete_though_empty") or [], (*TABLES, *CONDITIONS), "table or condition",
            place.at("complete_though_empty"),
        ),
        plausible=_known(given.get("plausible") or [], ANALYTES, "analyte", place.at("plausible")),
    )  # fmt: skip


def _title(key: str, number: int, place: Location) -> str:
    """What a key is called in a message."""
    return key if place.shown and looks_like_word(key) else f"key {number}"


def _meant(key: str, known: Collection[str], place: Location) -> str:
    return did_you_mean(key, known) if place.shown and looks_like_word(key) else ""


def _text(given: Any, place: Location) -> str:
    if given is None or isinstance(given, str):
        return (given or "")[:_LONGEST_NAME]
    place.error("manifest", "not a text", "a name in words")
    return ""


def _extracted_on(given: Any, time: Time, place: Location) -> float | None:
    if time == "days":
        if given:
            place.warning("manifest", "not used: with time: days no calendar day is known")
        return None
    value, missing, bad = days(pa.array([given if isinstance(given, str) else "?"]), "dates")
    if missing[0] or bad[0]:
        place.error("manifest", "missing" if missing[0] else "not an ISO calendar date", "YYYY-MM-DD")
        return None
    if not FIRST_DATE <= value[0] <= LAST_DATE:
        place.error("manifest", "not a day on which anything was observed", "1900-01-01 to 2100-01-01")
        return None
    return float(value[0])


def _completeness(given: Any, place: Location) -> DeclaredComplete:
    place = place.at("complete")
    if not isinstance(given, dict):
        place.error("manifest", "not a map from table to true or false", "for example transfusions: true")
        return DeclaredComplete()
    complete = DeclaredComplete()
    for number, (name, value) in enumerate(given.items(), 1):
        at = place.at(f"complete.{_title(name, number, place)}")
        if name not in TABLES:
            at.error("manifest-key", f"unknown table{_meant(name, TABLES, place)}", ", ".join(TABLES))
        elif (yes := _truth(value)) is not None:
            complete = complete.assuming([name] if yes else [])
        elif name == "conditions" and isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value):
            complete = replace(complete, conditions=frozenset(normal_word(v) for v in value))
            for word in sorted(complete.conditions - set(CONDITIONS)):
                found = f"condition outside the known ones, kept as it is: {at.quoted(word, CONDITIONS)}"
                at.warning("unknown-condition", found)
        else:
            accepted = "true, false, or a list of conditions" if name == "conditions" else "true, false"
            at.error("manifest", "neither true nor false", accepted)
    return complete


def _sites(given: Any, place: Location) -> dict[str, str]:
    if isinstance(given, dict) and all(isinstance(label, str) for label in given.values()):
        return {site: one_line(label) for site, label in given.items()}
    place.error("manifest", "not a map from site code to label", "for example {NYC: New York}")
    return {}


def _list(given: Any, place: Location, example: str) -> list[str]:
    if isinstance(given, list) and all(isinstance(item, str) for item in given):
        return [item.strip() for item in given]
    place.error("manifest", "not a list", f"for example {example}")
    return []


def _known(given: Any, known: Collection[str], noun: str, place: Location) -> frozenset[str]:
    words = [normal_word(word) for word in _list(given, place, f"[{next(iter(known))}]")]
    for word in words:
        if word not in known:
            found = f"unknown {noun} {place.quoted(word, known)}"
            place.error("manifest", found, ", ".join(known))
    return frozenset(words)


def _yes(given: Any, place: Location) -> bool:
    if (yes := _truth(given)) is None:
        place.error("manifest", "neither true nor false", "true, false")
    return bool(yes)


def _truth(given: Any) -> bool | None:
    """What a word for yes or no says, None for anything else; nothing says no."""
    known = isinstance(given, str) and given.casefold() in (*_YES, *_NO, "")
    return given.casefold() in _YES if known else None


def as_text(value: Any) -> Any:
    """A manifest given as Python values in the form that ``yaml_text.as_written`` gives."""
    if isinstance(value, Mapping):
        return {str(key): as_text(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_text(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
