"""What the words of a drug's name and of its route say: a strength, a form, a way in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from postgraft.vocabulary.units import read_dose_unit

_PIECE: Final = re.compile(r"\b(?:tab(?:let)?s?|tabletten?|cap(?:sule)?s?|kapseln?|caplets?|pills?)\b", re.IGNORECASE)
_PACK: Final = re.compile(r"\b(?:pack|kit|dosepa[ck]k?)\b", re.IGNORECASE)
_BRANDS: Final = re.compile(r"\[[^][]*\]")
_STRENGTH: Final = re.compile(
    r"(?<![\w.,/])(\d[\d.,]*)\s*-?\s*(mg|milligrams?|mcg|µg|μg|ug|micrograms?|g|gm|grams?|\[?i?u\]?|units?)(?![\w\]])"
    r"(\s*/)?",
    re.IGNORECASE,
)
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_TWO_WAYS: Final = re.compile(r"[1-9]\d{0,2}\.\d{3}")
"""One thousand where the point groups digits, one where it divides: not read."""
_DECIMAL: Final = re.compile(r"\d+(?:[.,]\d+)?")

_FORMS: Final[Mapping[str, str]] = {
    "inhaled": r"inhal\w*|nebuli[sz]\w*|aerosol|metered dose|dry powder",
    "topical": (
        r"topical\w*|cream|ointment|lotion|gel(?! ?cap)|shampoo|foam|paste|ophthalmic\w*|otic|nasal|intranasal|"
        r"mouthwash|swish|oromucosal|dental|vaginal"
    ),
    "intravenous": r"intravenous\w*",
    "other": (
        r"injection|injectable|injector|syringe|subcutaneous\w*|intramuscular\w*|rectal\w*|suppositor\w*|enema|"
        r"transdermal|patch|implant|sublingual\w*"
    ),
    "oral": r"oral\w*|tab(?:let)?s?|tabletten?|cap(?:sule)?s?|kapseln?|caplets?|softgels?|syrup|elixir|chewable",
}
"""Words of a drug's form by the route of the extract, the more telling ones first: "oral inhalation" is inhaled."""
_PLACES: Final[Mapping[str, str]] = {
    "inhaled": r"respiratory\w*|lungs?",
    "topical": (
        r"cutaneous|dermal|skin|eyes?|ocular|conjunctival|intravitreal|auricular|ears?|nose|nostrils?|gingival|buccal"
    ),
    "intravenous": r"iv|i\.v\.?|ivpb|intravascular|venous|central line",
    "other": (
        r"sc|sq|subq|s\.c\.?|subcut|im|i\.m\.?|intrathecal\w*|intraarticular|intra-articular|parenteral|intradermal|"
        r"epidural|intraperitoneal|intralesional"
    ),
    "oral": r"po|p\.o\.?|per os|by mouth|mouth",
}
"""The same for what only a route is called."""


def _patterns(*tables: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    words = {route: "|".join(table[route] for table in tables) for route in _FORMS}
    return {route: re.compile(rf"(?<!\w)(?:{known})(?!\w)", re.IGNORECASE) for route, known in words.items()}


_OF_FORMS: Final = _patterns(_FORMS)
_OF_ROUTES: Final = _patterns(_FORMS, _PLACES)


def read_route(text: str) -> str | None:
    """The route of the extract that a route's name says, None where no word of it is known.

    >>> read_route("Intravenous route"), read_route("PO"), read_route("unknown")
    ('intravenous', 'oral', None)
    """
    return next((route for route, words in _OF_ROUTES.items() if words.search(text)), None)


def read_form(name: str) -> str | None:
    """The route that the dose form in a drug's name says, None where it says none.

    >>> read_form("prednisone 20 MG Oral Tablet"), read_form("hydrocortisone 10 MG/ML Topical Cream")
    ('oral', 'topical')
    """
    return next((route for route, words in _OF_FORMS.items() if words.search(name)), None)


def is_piece(unit: str) -> bool:
    """Whether a unit of a dose counts tablets or capsules."""
    return bool(_PIECE.search(unit))


def strength(name: str) -> tuple[float, str] | None:
    """Amount and dose unit in one tablet or capsule, where its name has exactly one strength.

    None for another form, a pack, an amount in a volume or in a time, several strengths, and a number that reads
    two ways such as 1.000.

    >>> strength("prednisone 20 MG Oral Tablet [Deltasone]"), strength("prednisone 1 MG/ML Oral Solution")
    ((20.0, 'mg'), None)
    """
    bare = _BRANDS.sub(" ", name)
    if not _PIECE.search(bare) or _PACK.search(bare):
        return None
    found = _STRENGTH.findall(bare)
    if len(found) != 1 or found[0][2]:
        return None
    number, unit = _number(found[0][0].strip(".,")), read_dose_unit(found[0][1])
    return (number, unit) if number and unit else None


def _number(text: str) -> float | None:
    if _THOUSANDS.fullmatch(text):
        return float(text.replace(",", ""))
    if _DECIMAL.fullmatch(text) and not _TWO_WAYS.fullmatch(text):
        return float(text.replace(",", "."))
    return None
