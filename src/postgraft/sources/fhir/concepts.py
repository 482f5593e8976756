"""What a CodeableConcept says: its codes in the order of the mapping's systems, and its text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from postgraft.sources.codes import SOURCE, SYSTEMS, folded
from postgraft.sources.fhir.systems import system_of
from postgraft.sources.meaning import LEVELS

OWN: Final = LEVELS[1]
INGREDIENT: Final = LEVELS[3]


@dataclass(frozen=True, slots=True)
class Coded:
    """One code: system of the mapping (a site's own one as its URL), code, name; ``level`` as of ``meaning``."""

    level: str
    system: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Concept:
    """``text``: what the mapping's system source is asked for, the code of the site's own where there is no text."""

    text: str
    codes: tuple[Coded, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it has, text first."""
        return tuple(dict.fromkeys(name for name in (self.text, *(one.title for one in self.codes)) if name))


def as_json(text: str | None) -> Any:
    """What a text of JSON holds; nothing where it is none, or nested beyond what a resource is."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def as_text(value: Any) -> str:
    """A text or number as text, anything else is none."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value).replace("\0", "").strip()


def listed(value: Any) -> list[Any]:
    """The members of a list; one object stands for a list of one."""
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def concept(value: Any, kind: str) -> Concept:
    """A CodeableConcept, or a Medication with ``code`` and ``ingredient``."""
    if not isinstance(value, Mapping):
        return Concept("", ())
    codes = sorted(_codes(value, OWN, kind), key=_place)
    text = as_text(value.get("text"))
    local = [one for one in codes if one.system not in SYSTEMS]
    if not text and local:
        text = local[0].code
    elif not text and not any(one.code for one in codes):
        text = next((one.title for one in codes), "")
    return Concept(text, tuple(one for one in codes if one.code))


def medication(value: Any) -> Concept:
    """A Medication: by its code, or by its ingredients where it has none."""
    if not isinstance(value, Mapping):
        return Concept("", ())
    whole = concept(value.get("code"), "Medication")
    if whole.text or whole.codes:
        return whole
    items = [one.get("itemCodeableConcept") for one in listed(value.get("ingredient")) if isinstance(one, Mapping)]
    made_of = [concept(item, "Medication") for item in items]
    codes = [Coded(INGREDIENT, code.system, code.code, code.title) for one in made_of for code in one.codes]
    return Concept(" / ".join(name for one in made_of for name in one.names[:1]), tuple(codes))


def _codes(value: Mapping[str, Any], level: str, kind: str) -> Iterator[Coded]:
    for one in listed(value.get("coding")):
        if isinstance(one, Mapping):
            url = as_text(one.get("system"))
            yield Coded(level, system_of(url, kind) or url, as_text(one.get("code")), as_text(one.get("display")))


def _place(one: Coded) -> int:
    return SYSTEMS.index(one.system) if one.system in SYSTEMS else len(SYSTEMS)


def asked(one: Coded) -> tuple[str, str]:
    """System and code by which the mapping is asked for a code; one of the site's own as source."""
    return (one.system, one.code) if one.system in SYSTEMS else (SOURCE, folded(one.code))
