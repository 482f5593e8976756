"""Where sentences state counts of patients."""

import re
from collections.abc import Iterator
from typing import Final

_N: Final = r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d.]*\d)"
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
    r"readings?|statements?|analytes?|rows\s+of|columns?|lines?|registry|mg\S*|g/\S*|percent\w*)"
)
_NO_UNIT: Final = rf"(?!\s*{_UNIT}\b|\s*[×%]|[^.;]{{0,12}}\bgives\b)"
_JOINING: Final = (
    r"(?:of|after|from|since|in|by|on|to|per|and|for|at|the|with|or|until|within|under|is|are|was|were|days?)"
)
_BETWEEN: Final = rf"(?:\s+(?!{_JOINING}\b|{_UNIT}\b)[^\W\d][\w’'-]*){{0,3}}"
_NO_DAY: Final = r"(?<!day )(?<!days )"
_SMALL: Final = r"(?:two|three|four|five|six|seven|eight|nine|ten)"
_DIGIT: Final = dict(zip(_SMALL[3:-1].split("|"), range(2, 11), strict=True))

NO_COUNTS: Final = re.compile(
    r"\bten donors of the rarer outcome\b"  # a rule of thumb of the imputation
    r"|\bpatient \d+(?=: median\b)"  # the one so many to be enrolled, in a forecast
    r"|\b(?:below|above) \d+(?:\.\d+)?\s*%"  # what a probability is rounded to near 0 and 1
    r"|\bpage \d+ of \d+\b"
    r"|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)",
    re.IGNORECASE,
)
"""Words of the exhibits with numbers in them that count nobody of the cohort; page numbers and dates."""

PHRASES: Final = tuple(
    re.compile(phrase, re.IGNORECASE)
    for phrase in (
        # "18 eligible patients", but not "day 195 after transplant" and not "per 100 transplants"
        rf"{_NO_DAY}(?<!per )(?P<n>{_N}){_BETWEEN}\s+{_PEOPLE}\b",
        # "11 more possible", "gained 4", "possible patients: 11"
        rf"{_NO_DAY}(?P<n>{_N})\s+(?:(?:more|not|further|are|is|were)\s+){{0,2}}{_STATE}\b(?!\s+(?:days?|criteri))",
        rf"\b(?:patients|{_STATE})\s*[:=(]\s*(?P<n>{_N}){_NO_UNIT}",
        rf"\b(?:patients|transplants|gained|lost|excluded|ineligible|remaining)\s+(?P<n>{_N}){_NO_UNIT}",
        rf"\bin\s+(?P<n>{_N}),\s+kept\s+out\b[^.;\d]*(?P<m>{_N})",
        # "57 of 2,000", "of 72." at the end of what is said of patients
        rf"(?P<n>{_N})\s+of\s+(?:(?:the|all|those)\s+)?(?P<m>{_N}){_NO_UNIT}",
        rf"\b{_PEOPLE}\b[^.;]*\bof\s+(?P<n>{_N})(?=\s*(?:[.;)]|$))",
        rf"\bn\s*=\s*(?P<n>{_N})",
    )
)
"""Groups ``n`` and ``m`` are the numbers that state a count."""

_SPELLED: Final = re.compile(rf"(?<!-)\b(?P<n>{_SMALL}){_BETWEEN}\s+{_PEOPLE}\b", re.IGNORECASE)
_SHARE: Final = re.compile(r"[^.;%]{0,30}(?<![\w.])(?P<n>\d+\.\d+\s*%)")

_END: Final = r"(?=\s*(?:[;,.)}\]](?:\s|$|[)}\]])|$))"
DRAWN: Final = tuple(
    re.compile(phrase, re.IGNORECASE)
    for phrase in (
        # "AIHA, refractory: 6;", "Incomplete response (26)", "with a share of 25.2."
        rf"(?P<label>[^:;.\n]*):\s*(?P<n>{_N}){_NO_UNIT}{_END}",
        rf"(?P<label>[^:;.=\n]*)=\s*(?P<n>{_N})\s*$",
        rf"(?<!\w)[+−](?P<n>{_N}){_NO_UNIT}",
        rf"(?P<label>[^(:;.\n]*)\((?P<n>{_N})\)",
        rf"\bof\s+(?P<n>{_N}){_END}",
        # what is printed: a number alone, at the end of a line, in a list
        rf"^\s*(?P<n>{_N})\s*$",
        rf"^(?P<label>.*\S)(?:\s\s+|\t)(?P<n>{_N})\s*$",
        r"\[\s*(?P<n>\d+(?:[,\s]+\d+)*)\s*,?\s*\]",
    )
)
"""What numbers in the text of a picture, or in what a cell prints, are besides: those at the end of a label."""

_NO_COUNT: Final = re.compile(
    r"\b(?:days?|dates?|years?|months?|weeks?|sites?|versions?|seeds?|thresholds?|rounding|pages?|sections?|levels?)"
    r"['\"]?\s*(?:\([^()]*)?$",
    re.IGNORECASE,
)
"""The end of a label that says of the number after it that it counts nobody."""


def counted_in(text: str, drawn: bool = False, shares: bool = True) -> Iterator[tuple[str, str]]:
    """Each phrase that states a count, and the numbers in it that are counts, separated by blanks."""
    rest = NO_COUNTS.sub("▒", text)
    for phrase in (*PHRASES, *((_SHARE,) if shares else ()), *(DRAWN if drawn else ())):
        for found in phrase.finditer(rest):
            parts = found.groupdict()
            if not _NO_COUNT.search(parts.get("label") or ""):
                yield found[0], " ".join(filter(None, (parts["n"], parts.get("m"))))
    for found in _SPELLED.finditer(rest):
        yield found[0], str(_DIGIT[found["n"].lower()])
