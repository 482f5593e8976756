"""The options of an import, from a YAML file or a mapping: what the site says of its data, and a few rules' days.

Name, dates, completeness, sites and plausible analytes are checked as those of a manifest, where they go.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, Literal, cast

from postgraft.extract.findings import Location, Notes
from postgraft.extract.manifest import MANIFEST_FILE, DeclaredComplete, Manifest, as_text, read_manifest
from postgraft.sources.errors import SourceError
from postgraft.vocabulary.codes import CONDITIONS
from postgraft.vocabulary.errors import must_be
from postgraft.vocabulary.shown import looks_like_word, quoted
from postgraft.vocabulary.words import did_you_mean
from postgraft.vocabulary.yaml_text import YamlError, as_written, read_yaml_file

UnknownEnd = Literal["start", "open"]

KINDS: Final = ("administration", "dispensing", "order", "statement")
"""Kinds of rows about drugs; on a day on which a drug has rows of several, those of the first one count."""

_OF_THE_MANIFEST: Final = ("name", "extracted_on", "complete", "complete_though_empty", "plausible", "sites")
_OF_THE_IMPORT: Final = ("transplant_gap_days", "condition_gap_days", "unknown_end", "medications_from")
KEYS: Final = (*_OF_THE_MANIFEST, *_OF_THE_IMPORT)


@dataclass(frozen=True, slots=True)
class Options:
    """``extracted_on`` and ``name`` are empty where the source is to say them.

    ``unknown_end``: the end of a drug's row that has neither end nor supply, its start or none; None where the site
    does not say, which is its start. Gaps are in days. ``sites``: labels by the code of a site.
    """

    name: str = ""
    extracted_on: date | None = None
    complete: DeclaredComplete = field(default_factory=DeclaredComplete)
    complete_though_empty: frozenset[str] = frozenset()
    plausible: frozenset[str] = frozenset()
    sites: Mapping[str, str] = field(default_factory=dict)
    transplant_gap_days: int = 7
    condition_gap_days: int = 90
    unknown_end: UnknownEnd | None = None
    medications_from: tuple[str, ...] = KINDS


def load_options(given: str | Path | Mapping[str, Any] | None = None, beside: Collection[str] = ()) -> Options:
    """The options in a YAML file or a mapping; None for those that no site has to give.

    Keys ``beside`` these, as a plan has them, are somebody else's to read.

    Raises:
        SourceError: with everything that is wrong, found in one pass.
    """
    if given is None:
        return Options()
    must_be(given, (str, Path, Mapping), "options are a path of a YAML file, a mapping or None")
    place, content = ("the options", as_text(given)) if isinstance(given, Mapping) else (str(given), _read(Path(given)))
    notes = Notes()
    at = Location(notes, Path(place).name, "dates")
    if not isinstance(content, dict):
        at.error("options", "not a list of keys and values", ", ".join(KEYS))
        raise SourceError(place, notes.findings())
    for number, key in enumerate(content, 1):
        if key not in (*KEYS, *beside):
            title = key if looks_like_word(str(key)) else f"key {number}"
            at.at(title).error("options", f"unknown key{did_you_mean(str(key), KEYS)}", ", ".join(KEYS))
    manifest = _manifest(content, notes, at)
    options = Options(
        name=manifest.name,
        extracted_on=None if manifest.extracted_on is None else date(1970, 1, 1) + timedelta(manifest.extracted_on),
        complete=manifest.complete,
        complete_though_empty=manifest.though_empty,
        plausible=manifest.plausible,
        sites=dict(manifest.sites),
        transplant_gap_days=_days(content, "transplant_gap_days", Options().transplant_gap_days, at),
        condition_gap_days=_days(content, "condition_gap_days", Options().condition_gap_days, at),
        unknown_end=_unknown_end(content, at),
        medications_from=_kinds(content, at),
    )
    if notes.findings("error"):
        raise SourceError(place, notes.findings("error"))
    return options


def _read(path: Path) -> Any:
    try:
        return read_yaml_file(path, as_written) or {}
    except YamlError as error:
        at = Location(Notes(), path.name, "dates")
        line = f"line {error.line}: " if error.line else ""
        at.error("options", f"{line}{error.problem}")
        raise SourceError(str(path), at.notes.findings()) from None


def _manifest(content: Mapping[str, Any], notes: Notes, at: Location) -> Manifest:
    """The manifest's part, read by its own rules; findings name this file, and what is not said is no fault."""
    dated = bool(content.get("extracted_on"))
    said = {key: content[key] for key in _OF_THE_MANIFEST if content.get(key)}
    base = {"format": "1", "time": "dates" if dated else "days"}
    own = Notes()
    manifest = read_manifest({**base, **said}, own, "")
    for one in own.findings("error"):
        notes.add(
            "error", one.kind, at.file if one.file == MANIFEST_FILE else one.file, one.column, one.found, one.accepted
        )
    for condition in sorted(manifest.complete.conditions - set(CONDITIONS)):
        # It has no name of a mapping, so that no code could be of it.
        found = f"unknown condition {at.quoted(condition, CONDITIONS)}"
        at.at("complete.conditions").error("options", found, ", ".join(CONDITIONS))
    return manifest


def _days(content: Mapping[str, Any], key: str, default: int, at: Location) -> int:
    given = content.get(key, "")
    if given in ("", None):
        return default
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= 5:
        return int(given)
    at.at(key).error("options", _found(given), "a whole number of days from 0")
    return default


def _unknown_end(content: Mapping[str, Any], at: Location) -> UnknownEnd | None:
    given, known = content.get("unknown_end") or None, ("start", "open")
    if given is None or given in known:
        return cast(UnknownEnd | None, given)
    at.at("unknown_end").error("options", f"{_found(given)}{did_you_mean(str(given), known)}", ", ".join(known))
    return None


def _kinds(content: Mapping[str, Any], at: Location) -> tuple[str, ...]:
    given = content.get("medications_from") or list(KINDS)
    at = at.at("medications_from")
    if not isinstance(given, list) or not all(isinstance(kind, str) for kind in given):
        at.error("options", "not a list", f"some of {', '.join(KINDS)}")
        return KINDS
    for kind in dict.fromkeys(given):
        if kind not in KINDS:
            at.error("options", f"unknown kind {quoted(kind)}{did_you_mean(kind, KINDS)}", ", ".join(KINDS))
        elif given.count(kind) > 1:
            at.error("options", f"{kind} is there twice", ", ".join(KINDS))
    return tuple(given)


def _found(given: Any) -> str:
    return f"found {quoted(given)}" if isinstance(given, str) else "found a list or a mapping"
