"""What names of results are called in figures and tables."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from postgraft.protocol import Protocol

_WORDS: Final = {
    "ta": "TA-TMA",
    "tma": "",
    "gvhd": "GVHD",
    "hiv": "HIV",
    "aiha": "AIHA",
    "itp": "ITP",
    "prca": "PRCA",
    "ldh": "LDH",
    "alt": "ALT",
    "ast": "AST",
    "dat": "DAT",
    "hbsag": "HBsAg",
    "hbc": "HBc",
    "hbs": "HBs",
    "b19": "B19",
    "hcv": "HCV",
    "hbv": "HBV",
    "hav": "HAV",
    "rna": "RNA",
    "dna": "DNA",
    "igm": "IgM",
    "percent": "(%)",
    "dic": "DIC",
    "ttp": "TTP",
    "hit": "HIT",
    "cd38": "CD38",
    "evans": "Evans",
    "ivig": "IVIG",
    "esa": "ESA",
    "uln": "ULN",
}

MEASURES: Final = {
    "in_extract": "In the extract",
    "left_out": "Left out: no allogeneic transplant",
    "transplanted": "With an allogeneic transplant",
    "observed": "Observed on some day after it",
    "observed_on_day_min": "Alive and observed on day {days}",
    "cytopenia": "With an immune cytopenia",
    "cytopenia_possible": "… not shown, but not ruled out either",
    "treated": "With an immune cytopenia that was treated",
    "treated_possible": "… not shown, but not ruled out either",
    "eligible": "Eligible",
    "possible": "Not ruled out",
    "possible_documentation": "Not ruled out: one document missing",
    "possible_diagnosis": "Not ruled out: work-up missing",
    "eligible_or_possible": "Eligible or not ruled out",
}
"""By measure of a summary."""

# They follow "patients".
DENOMINATORS: Final = {
    "in_extract": "in the extract",
    "transplanted": "with a transplant",
    "observed_on_day_min": "observed on day {days}",
    "cytopenia": "with an immune cytopenia",
    "treated": "with a treated one",
}

ENDS: Final = {
    "death": "Death",
    "next_transplant": "Day before the next transplant",
    "extract_end": "End of the extract",
    "horizon": "Last day that is looked at",
    "last_contact": "Last contact",
    "all": "All",
}


def words(names: str) -> str:
    """Text with the names of the contract in it as words: "ta_tma, aiha.dat" is "TA-TMA, AIHA DAT"."""
    return re.sub(r"[a-z]\w*(?:\.\w+)*", lambda found: _spoken(found[0]), names)


def _spoken(name: str) -> str:
    return " ".join(filter(None, (_WORDS.get(word, word) for word in re.split(r"[_.]", name))))


def label(name: str) -> str:
    """A name of the contract at the head of a row: "no_ta_tma" is "No TA-TMA"."""
    return capital(_spoken(name))


def part_label(name: str) -> str:
    """A criterion by its label, or a component of one, "criterion.component", by its own after a dash."""
    return f"– {label(name.split('.')[1])}" if "." in name else label(name)


def capital(text: str) -> str:
    """A text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def amendment_name(name: str) -> str:
    """The name of an amendment with the names of parameters in it as words, the rest as it was given."""
    return re.sub(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+", lambda found: _spoken(found[0]), name)


def parameter(protocol: Protocol, name: str) -> str:
    """What readers see in place of a parameter's name: its title, or where it has none the name in words."""
    return protocol.parameters[name].title or label(name)


def ending(ended_by: str, reason: str) -> str:
    """What ends a stretch or an observation, as words."""
    return ENDS[reason] if ended_by == "unseen" else label(reason)


def fitted(name: str, width: int, lines: int = 1) -> str:
    """A name out of the data in at most so many lines of so many columns; an ellipsis stands for what is left out.

    A line ends at a space where one is near. Chinese, Japanese and Korean characters take two columns.
    """
    rest, made = " ".join(name.split()), list[str]()
    while len(made) < lines - 1 and columns(rest) > width:
        head, rest = _parted(rest, width)
        made.append(head)
    shown = rest if columns(rest) <= width else f"{_parted(rest, width - 2)[0]} …"
    return "\n".join([*made, shown])


def columns(text: str) -> int:
    """How many columns a text takes."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def _parted(text: str, width: int) -> tuple[str, str]:
    """As much of a text as fits, and the rest."""
    end = next(end for end in range(len(text), 0, -1) if columns(text[:end]) <= width)
    space = text.rfind(" ", 0, end + 1)
    end = space if space > end // 2 else end
    return text[:end].rstrip(), text[end:].lstrip()
