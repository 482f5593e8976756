"""Where sentences state counts of patients."""

import re
from collections.abc import Iterator
from typing import Final

_N: Final = r"(?<![\w.,])\d[\d,]*(?:\.\d+)?"
_PEOPLE: Final = (
    r"(?:patients?|transplants|persons?|people|subjects?|participants?|recipients?|charts?|donors?|cases|"
    r"deaths|women|men|girls|boys|children|adults)"
)
_STATE: Final = (
    r"(?:eligible|possible|certain|ineligible|gained|lost|left|excluded|enrolled|reviewed|met|failed|unclear|died|"
    r"alive|treated|remaining|kept\s+out|ruled\s+out)"
)
_UNIT: Final = (
    r"(?:days?|weeks?|months?|years?|hours?|minutes?|s|criteri\w+|consecutive|observed\s+days?|amendments?|values?|"
    r"pairs?|sets?|steps?|sites?|combinations?|draws?|tables?|figures?|pages?|notebooks?|sections?|parameters?|"
    r"readings?|statements?|analytes?|rows\s+of|columns?|lines?|registry|mg\S*|g/\S*|×|%|percent\w*)"
)
_NO_UNIT: Final = rf"(?!,?\d|\s*{_UNIT}\b|\s*[×%])"
_JOINING: Final = (
    r"(?:of|after|from|since|in|by|on|to|per|and|for|at|the|with|or|until|within|under|is|are|was|were|days?)"
)
_BETWEEN: Final = rf"(?:\s+(?!{_JOINING}\b|{_UNIT}\b)[\w’'-]+){{0,3}}"
_SMALL: Final = r"(?:two|three|four|five|six|seven|eight|nine|ten)"
_DIGIT: Final = dict(zip(_SMALL[3:-1].split("|"), range(2, 11), strict=True))

PHRASES: Final = tuple(
    re.compile(phrase, re.IGNORECASE)
    for phrase in (
        # "18 eligible patients", but not "day 195 after transplant" and not "per 100 transplants"
        rf"(?<!day )(?<!days )(?<!per )(?P<n>{_N}){_BETWEEN}\s+{_PEOPLE}\b",
        # "11 more possible", "gained 4", "possible patients: 11"
        rf"(?<!day )(?<!days )(?P<n>{_N})\s+(?:(?:more|not|further|are|is|were)\s+){{0,2}}{_STATE}\b"
        r"(?!\s+(?:days?|criteri))",
        rf"\b(?:patients|{_STATE})\s*[:=(]\s*(?P<n>{_N}){_NO_UNIT}",
        rf"\b(?:patients|transplants|gained|lost|excluded|ineligible|remaining)\s+(?P<n>{_N}){_NO_UNIT}",
        # "57 of 2,000", "of 72." at the end of what is said of patients
        rf"(?<!page )(?P<n>{_N})\s+of\s+(?:(?:the|all|those)\s+)?(?P<m>{_N}){_NO_UNIT}",
        rf"\b{_PEOPLE}\b.*\bof\s+(?P<n>{_N})(?=\s*(?:[.;)]|$))",
        rf"\bn\s*=\s*(?P<n>{_N})",
    )
)
"""Groups ``n`` and ``m`` are the numbers that state a count."""

_SPELLED: Final = re.compile(rf"(?<!-)\b(?P<n>{_SMALL}){_BETWEEN}\s+{_PEOPLE}\b", re.IGNORECASE)
_SHARE: Final = re.compile(r"(?<!below )(?<!above )(?<![\w.])\d+\.\d+\s*%")

DRAWN: Final = tuple(
    re.compile(phrase, re.IGNORECASE)
    for phrase in (
        # "AIHA, refractory: 6;" and "Incomplete response (26)", but not "by site (7)"
        rf":\s+(?P<n>{_N})(?=\s*(?:[;,.]\s|[;,.]?$))",
        rf"(?<!site )(?<!sites )\((?P<n>{_N})\)",
    )
)
"""What numbers in the text of a picture are besides: those at the end of what they are of."""


def counted_in(text: str, drawn: bool = False) -> Iterator[tuple[str, str]]:
    """Each phrase that states a count, and the numbers in it that are counts, separated by blanks."""
    for phrase in (*PHRASES, *(DRAWN if drawn else ())):
        for found in phrase.finditer(text):
            yield found[0], " ".join(number.rstrip(",") for number in found.groups() if number)
    for found in _SPELLED.finditer(text):
        yield found[0], str(_DIGIT[found["n"].lower()])
    for found in _SHARE.finditer(text):
        yield found[0], found[0]
