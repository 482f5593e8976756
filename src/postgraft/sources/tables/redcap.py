"""REDCap's data dictionary: the label of each choice of a variable.

Source: REDCap's data dictionary, a CSV file whose column "Choices, Calculations, OR Slider Labels" holds
``code, label | code, label`` of fields of type radio, dropdown and checkbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from postgraft.sources.tables.sheets import Cells, UnreadableError, as_text, read_sheet
from postgraft.vocabulary.shown import names

VARIABLE: Final = "Variable / Field Name"
TYPE: Final = "Field Type"
CHOICES: Final = "Choices, Calculations, OR Slider Labels"
_FIXED: Final = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}
_CHOSEN: Final = ("radio", "dropdown")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """``labels``: by variable of one choice the label of each code; ``boxes``: the columns of one of checkboxes."""

    labels: Mapping[str, Mapping[str, str]]
    boxes: Mapping[str, tuple[str, ...]]


def read_dictionary(path: Path) -> Dictionary:
    """Reads the CSV file. Raises UnreadableError."""
    sheet = read_sheet(path, "", (VARIABLE, TYPE, CHOICES), ",", "utf-8-sig")
    missing = [name for name in (VARIABLE, TYPE, CHOICES) if name not in sheet.columns]
    if missing:
        raise UnreadableError(f"has no column {names(missing)}", "a data dictionary as REDCap exports it")
    labels: dict[str, Mapping[str, str]] = {}
    boxes = {}
    rows = zip(*(_texts(sheet.columns[name]) for name in (VARIABLE, TYPE, CHOICES)), strict=True)
    for variable, of_type, choices in rows:
        if of_type in _CHOSEN:
            labels[variable] = _choices(choices)
        elif of_type in _FIXED:
            labels[variable] = _FIXED[of_type]
        elif of_type == "checkbox":
            boxes[variable] = tuple(f"{variable}___{_in_a_name(code)}" for code in _choices(choices))
    return Dictionary(labels, boxes)


def _texts(cells: Cells) -> list[str]:
    words = [as_text(word) for word in cells.words]
    return [words[code] if code >= 0 else "" for code in cells.codes.tolist()]


def _choices(text: str) -> dict[str, str]:
    pairs = (choice.partition(",") for choice in text.split("|"))
    return {code.strip(): label.strip() for code, comma, label in pairs if comma}


def _in_a_name(code: str) -> str:
    """A code as it stands in the name of a checkbox's column: -1 is ``_1``."""
    return code.lower().replace("-", "_")
