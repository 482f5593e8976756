"""What a mapping is made of: its tables and their names, the systems of codes, and the rows that are shipped."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from postgraft.sources.values import COUNTED_AS
from postgraft.vocabulary.analytes import ANALYTES, RESULTS
from postgraft.vocabulary.codes import (
    CONDITIONS,
    DRUGS,
    NONMALIGNANT_INDICATIONS,
    PRODUCTS,
    PURPOSES,
    STATUSES,
    TRANSPLANT_TYPES,
)

IGNORE: Final = "ignore"
"""Seen and decided: never used, and no longer reported as unmapped."""
UNSTATED: Final = "unstated"
"""Near, but the code does not say enough: never used, and reported apart."""
HISTORY: Final = "history"
"""Has had a transplant: gives no day 0."""
NOT_USED: Final = (IGNORE, UNSTATED, HISTORY)

ASSESSMENT: Final = "assessment"
"""Of disease_status: the answer to the code is the status."""

SOURCE: Final = "source"
"""The system of texts as they stand in a source; case and outer blanks aside."""
INGREDIENT: Final = "ingredient"
"""The system of words in a drug's name; alternatives are divided by ``|``."""

SYSTEMS: Final = (
    "LOINC", "SNOMED", "RxNorm", "ATC", "NDC", "ICD10CM", "ICD10GM", "ICD10", "ICD9CM", "ICD10PCS", "ICD9Proc", "OPS",
    "OPCS4", "CPT4", "HCPCS", "OMOP", SOURCE, INGREDIENT,
)  # fmt: skip
"""Systems of codes; of several codes of one row the first system in this order wins."""

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "transplants": (*TRANSPLANT_TYPES, *NOT_USED),
    "measurements": (*ANALYTES, *COUNTED_AS, IGNORE, UNSTATED),
    "results": (*RESULTS, IGNORE, UNSTATED),
    "medications": (*DRUGS, IGNORE, UNSTATED),
    "transfusions": (*PRODUCTS, IGNORE, UNSTATED),
    "conditions": (*CONDITIONS, IGNORE, UNSTATED),
    "disease_status": (*STATUSES, ASSESSMENT, IGNORE, UNSTATED),
    ASSESSMENT: (ASSESSMENT, "disease_status"),
    "indications": (*NONMALIGNANT_INDICATIONS, IGNORE, UNSTATED),
    "purposes": (*PURPOSES, IGNORE, UNSTATED),
}
"""Tables of a mapping and their names; an indication may also be any other word that is not nearly one of them."""

COLUMNS: Final = ("table", "name", "system", "code", "value", "note")


class Row(NamedTuple):
    """One row of a mapping, every cell without outer blanks."""

    table: str
    name: str
    system: str
    code: str
    value: str
    note: str

    @property
    def key(self) -> tuple[str, str]:
        """What two rows about one code have in common."""
        return self.system, folded(self.code) if self.system in (SOURCE, INGREDIENT) else self.code


def folded(text: str) -> str:
    """A text of a source, case and outer blanks aside."""
    return text.strip().casefold()


def words_of(text: str) -> tuple[str, ...]:
    """The words and numbers of a text, in lower case: "Rho(D) Immune" is rho, d, immune."""
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


@cache
def shipped() -> tuple[Row, ...]:
    """The rows of ``data/codes.csv``."""
    text = resources.files("postgraft.sources").joinpath("data/codes.csv").read_text(encoding="utf-8")
    return tuple(Row(**row) for row in csv.DictReader(text.splitlines()))


def by_key(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """The rows that have a code, by system and code."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.code:
            found[row.key].append(row)
    return dict(found)
