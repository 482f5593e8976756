"""Finding the patients of a cohort in any text: their identifiers, and the days of their events."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from postgraft.reports.release_check.dates import dated
from postgraft.reports.release_check.spellings import spellings

NAMES_A_PATIENT: Final = re.compile(
    r"(?:(?:patient|subject|participant|person|case|record|transplant|recipient)[ _.-]?(?:ids?|no|nr|number|code|key)"
    r"|patient|subject|participant|pid|mrn|upn|ids?)",
    re.IGNORECASE,
)
"""A header or a name under which identifiers stand, as a whole; "patients" is none, it heads counts."""

_CALLED: Final = re.compile(
    r"\b(?:patient|subject|participant|pid|mrn|upn|ids?)(?:[ _]?ids?)?\b\s*(?:no\.?|nr\.?|number|#)?"
    r"['\"]?\s*[:=]?\s*[\[({'\"]*\s*(\w+(?:['\"]?(?:,\s+|,?\s+and\s+|;\s*)['\"]?\w+)*)"
    r"|\bpatients\s+(\w+(?:(?:,\s+|,?\s+and\s+)\w+)+)",
    re.IGNORECASE,
)
"""A patient called by name in a sentence, or several: "patient 7", "patient_id=7", "patients 7, 12 and 19"."""

_ORDINAL: Final = re.compile(r"\bpatient \d+: median\b")
"""The forecast's patient so many to be enrolled, who is not one of the cohort."""

_EVENTS: Final = {
    "birth": re.compile(r"birth|born|\bdob\b", re.IGNORECASE),
    "transplant": re.compile(r"transplant|infusion|\bhc?s?ct\b|\bday ?0\b", re.IGNORECASE),
    "death": re.compile(r"death|died|dead\b|deceased", re.IGNORECASE),
}
"""Words that say of a date what happened on it."""

NEAR: Final = 60
"""Characters before and after a date in which such a word makes it the day of that event."""
SHORT: Final = 3
"""Characters up to which an identifier could be any word or code."""
YEAR_LONG: Final = 5
"""Digits up to which a plain number could be any number."""
LONG: Final = 8
"""Characters from which letters and digits together are told apart even where they touch other letters."""


class Identifiers:
    """What tells of single patients of a cohort.

    ``ids`` are every patient_id, ``events`` the days since 1970-01-01 by kind of event (birth, transplant, death).
    An identifier that could be any number or code (a number of up to five digits without a leading zero, or up
    to three characters) counts only where a patient is called by it: under a header or name that says so, or
    after such a word in a sentence. Every other one counts wherever it stands as a word of its own; one of
    letters and digits from eight characters on also where letters touch it.
    """

    def __init__(self, ids: Collection[str], events: Mapping[str, Collection[int]]) -> None:
        self.events = {kind: frozenset(days) for kind, days in events.items()}
        self.known = {name.lower(): name for name in ids}
        self.called = {name for name in self.known if _could_be_anything(name)}
        self._read: dict[str, tuple[str, ...]] = {}
        """What was found in texts read before: a page says many things more than once."""
        self._by_core: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for name in self.known.keys() - self.called:
            core = max(re.findall(r"\d+", name) or re.findall(r"[^\W\d_]+", name) or [name], key=len)
            self._by_core[core].append((name, name.index(core)))

    def in_text(self, text: str) -> Sequence[str]:
        """What is found in a text, in words, each thing once."""
        if text not in self._read:
            self._read[text] = tuple(dict.fromkeys(self._found(text)))
        return self._read[text]

    def under(self, name: str, values: Iterable[str]) -> Iterator[str]:
        """What is found in values that stand under a name or header."""
        label = name.strip()
        calls = bool(NAMES_A_PATIENT.fullmatch(label))
        for value in values:
            if calls and value.strip().lower() in self.called:
                yield f"patient_id {self.known[value.strip().lower()]}"
            for kind, words in _EVENTS.items():
                if words.search(label):
                    yield from (
                        f"the day of a patient's {kind}"
                        for _, day in dated(value)
                        if day in self.events.get(kind, ())
                    )

    def as_keys(self, keys: Collection[str]) -> Iterator[str]:
        """Identifiers that could be anything, where three or more of them are all the keys there are."""
        if len(keys) >= SHORT and all(key.lower() in self.called for key in keys):
            yield from (f"patient_id {key}" for key in keys)

    def _found(self, text: str) -> Iterator[str]:
        for spelling in spellings(text):
            low = spelling.lower()
            for name in (*self._anywhere(low), *(self._called(low) if self.called else ())):
                yield f"patient_id {self.known[name]}"
            yield from self._dates(spelling)

    def _anywhere(self, low: str) -> Iterator[str]:
        for run in re.finditer(r"\d+|[^\W\d_]+", low):
            for name, offset in self._by_core.get(run[0], ()):
                start = run.start() - offset
                if start >= 0 and low.startswith(name, start) and _apart(low, start, start + len(name), name):
                    yield name

    def _called(self, low: str) -> Iterator[str]:
        for found in _CALLED.finditer(_ORDINAL.sub("", low)):
            listed = [word for word in re.findall(r"\w+", found[1] or found[2]) if word != "and"]
            if found[1]:
                yield from listed[:1] if listed[0] in self.called else ()
            if all(word in self.called for word in listed):
                yield from listed

    def _dates(self, text: str) -> Iterator[str]:
        for start, day in dated(text):
            around = text[max(0, start - NEAR) : start + NEAR]
            for kind, words in _EVENTS.items():
                if day in self.events.get(kind, ()) and (kind == "birth" or words.search(around)):
                    yield f"the day of a patient's {kind}"


def _could_be_anything(name: str) -> bool:
    number = name.isdecimal() and not name.startswith("0") and len(name) <= YEAR_LONG
    return len(name) <= SHORT or number or not any(c.isalnum() for c in name)


def _apart(text: str, start: int, end: int, name: str) -> bool:
    """Whether what stands at a place is a word of its own, and no part of a longer number."""
    before, after = text[start - 1 : start], text[end : end + 1]
    mixed = any(c.isdigit() for c in name) and any(c.isalpha() for c in name)
    if mixed and len(name) >= LONG:
        return not (name[0].isdigit() and before.isdigit()) and not (name[-1].isdigit() and after.isdigit())
    if name.isdecimal() and (
        (before in {".", ","} and text[start - 2 : start - 1].isdigit())
        or (after in {".", ","} and text[end + 1 : end + 2].isdigit())
    ):
        return False
    return not before.isalnum() and not after.isalnum()
