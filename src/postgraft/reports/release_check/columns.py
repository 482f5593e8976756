"""Which columns, rows and names say counts of patients, and which say other numbers: the one place to declare it.

A number that stands under nothing declared here is taken as a count.
"""

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final


class Says(Enum):
    """What the numbers under a header are."""

    counts = "counts"
    """Of patients, transplants or rows about them; also numbers within words are counts."""
    other = "other"
    """Days, dates, settings of protocol and plan: nothing that is counted."""
    unknown = "unknown"
    """Not declared: what is a number is taken as a count."""
    row = "row"
    """The header says nothing, the head of the row does."""


COUNTS: Final = (
    "patients.*",
    ".*patients",
    "transplants",
    "eligible.*",
    "possible.*",
    "certain.*",
    "ineligible.*",
    "gained?( .*)?",
    "lost.*",
    "net",
    "left",
    "only way",
    ".*: (gain if dropped|share|lost if asked alone)",
    "within so many steps",
    "donors",
    "… who meet it",
    "charts",
    "settled.*",
    "of",
    "n",
    "rows( in the file)?",
    "first rows",
    "ignored",
    "results",
    "units as written, with their number of rows",
)
"""Headers of the tables of ``exhibits``, in small letters."""

OTHER: Final = (
    "days?",
    "consecutive days",
    "first eligible day",
    "eligible days",
    "days: (met|unknown|failed)",
    r".*\((day|days|weeks|months|years|a|d)\)",
    "years?",
    "year of transplant",
    "value needed",
    "steps?",
    "statements?",
    "criterion",
    "characteristic",
    "amendments?",
    "combinations",
    "from the protocol's value to the amendment's",
    "what the record leaves open",
    "reading used",
    "other readings",
    "parameter",
    "threshold",
    "rounding",
    "seed",
    "sites?",
    "activity",
    "opens",
    "sees",
    "can enrol",
    "target( of the plan)?",
    "deadline( of the plan)?",
    "date of the target.*",
    "end of the extract",
    "fingerprint",
    "version",
    "revision",
    "section",
    "page",
)
"""Headers, and heads of rows, whose numbers are no counts of patients."""

BY_ROW: Final = ("", "value", "figure", "measure", "name", "fact")
"""Headers of columns in which every row is about something else."""

NAMES_OTHER: Final = (
    ".*_days?",
    "days?_.*",
    ".*_(year|years|date|dates|seed|threshold|version)",
    "day|days|year|date|seed|threshold|rounding|version|level",
    "target",
    "deadline",
    "date_of_target.*",
    "probability.*",
)
"""Names of key numbers, and of numbers in JSON, that are no counts of patients."""


def says(header: str, row: str) -> Says:
    """What a number says that stands under a header and beside the head of its row."""
    found = _said(header)
    if found is Says.row or (found is Says.unknown and _said(row) is Says.other):
        found = _said(row)
    return Says.unknown if found is Says.row else found


def name_says(name: str) -> Says:
    """What a number in JSON says; ``MEASURE.AMENDMENT`` says what the measure does."""
    measure = name.partition(".")[0].lower()
    return Says.other if _any(NAMES_OTHER, measure) else Says.counts


def _said(header: str) -> Says:
    plain = " ".join(header.split()).lower()
    if plain in BY_ROW:
        return Says.row
    if _any(OTHER, plain):
        return Says.other
    return Says.counts if _any(COUNTS, plain) else Says.unknown


def _any(patterns: Iterable[str], text: str) -> bool:
    return any(re.fullmatch(pattern, text) for pattern in patterns)
