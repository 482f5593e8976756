"""What an executed notebook carries for programs, and for the page made of it: numbers by name, and a mark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MIME: Final = "application/vnd.postgraft.numbers+json"
"""The type of the output that carries the numbers."""

Number = int | float | str
"""A count is an int; what cannot be said exactly (hidden, rounded, a date, a name) is text, as it is printed."""

NOTHING: Final = "postgraft-nothing"
"""Class of a paragraph that says that there is nothing to show; a page leaves out a section with nothing else."""

UPPER: Final = "_or_possible"
"""In the name of a number that is an upper bound."""

POPULATION: Final = ("in_extract", "transplanted", "cytopenia", "treated")
STATUSES: Final = ("eligible", "possible_documentation", "possible_diagnosis", "eligible_or_possible")

_ORDER: Final = (
    *POPULATION,
    *STATUSES,
    "eligible_share",
    "eligible_share_low",
    "eligible_share_high",
    "eligible_or_possible_share",
    "eligible_or_possible_share_low",
    "eligible_or_possible_share_high",
    "kept_out",
    "shapley_top",
    "shapley_top_patients",
    "gain_top",
    "gain_top_patients",
    "gained_top",
    "gained_top_patients",
    "gained",
    "lost",
    "target",
    "as_of",
    "deadline",
    "new_eligible_per_year",
    "enrolled_by_deadline",
    "probability_by_deadline",
    "date_of_target",
)


def in_order(numbers: Mapping[str, Number]) -> dict[str, Number]:
    """The numbers in the order of their names here, the protocol's before those of amendments, others last.

    A notebook's file has them by the alphabet.
    """

    def place(name: str) -> tuple[bool, int, bool]:
        measure, _, amendment = name.partition(".")
        base, upper = _split(measure)
        return bool(amendment), _ORDER.index(base) if base in _ORDER else len(_ORDER), upper

    return dict(sorted(numbers.items(), key=lambda item: place(item[0])))


def _split(measure: str) -> tuple[str, bool]:
    """A measure, and whether it is the upper bound of one."""
    base = measure.replace(UPPER, "")
    return (base, True) if measure not in _ORDER and base in _ORDER else (measure, False)
