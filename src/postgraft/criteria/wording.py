"""How numbers, units, days and results read in an explanation, and what one is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.censoring import as_reported
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN, VERDICT_NAMES

_PLAIN_UNITS: Final = {"10*9/L": "×10⁹/L", "a": "years", "1": "", "mg/kg/d": "mg/kg/day", "mg/d": "mg/day"}
_NAMES: Final = {
    "reticulocytes_percent": "reticulocytes (percent)",
    "reticulocytes": "reticulocytes (absolute)",
    "ldh": "LDH",
    "alt": "ALT",
    "ast": "AST",
    "bilirubin_total": "total bilirubin",
    "bilirubin_direct": "direct bilirubin",
    "bilirubin_indirect": "indirect bilirubin",
    "aiha": "AIHA",
    "itp": "ITP",
    "prca": "PRCA",
    "evans": "Evans syndrome",
    "ta_tma": "TA-TMA",
    "ttp": "TTP",
    "dic": "DIC",
    "hit": "HIT",
    "pnh": "PNH",
    "hiv": "HIV",
    "ivig": "IVIG",
    "gvhd": "GVHD",
    "acute_gvhd": "acute GVHD",
    "chronic_gvhd": "chronic GVHD",
    "study_drug_hypersensitivity": "hypersensitivity to the study drug",
    "anti_cd38_intolerance": "intolerance of anti-CD38 antibodies",
    "steroid_intolerance": "intolerance of steroids",
}
_VIRUS_TESTS: Final = ("hbv_dna", "hcv_rna", "hiv_rna", "parvovirus_b19")
_SIGNS: Final = {"": "", "<": "< ", "<=": "≤ ", ">=": "≥ ", ">": "> "}
_MET: Final = ("not met", "not known", "met")
SHOWN = 12
"""Rows written out under one criterion; the machine-readable evidence has them all."""


def name_of(code: str) -> str:
    """An analyte, drug or condition in words."""
    if code in _NAMES:
        return _NAMES[code]
    analyte = ANALYTES.get(code)
    return analyte.about if analyte and not analyte.numeric else code.replace("_", " ")


def result_word(analyte: str, severity: int) -> str:
    """A qualitative result in words; a virus is detected or not."""
    scale = ANALYTES[analyte].scale
    assert scale is not None
    word = scale.words[severity]
    if analyte in _VIRUS_TESTS:
        return {"positive": "detected", "negative": "not detected"}.get(word, word)
    return word


def number(value: float, unit: str = "") -> str:
    """A number without needless digits, with its unit."""
    if unit == "d":
        return f"{value:.6g} {'day' if value == 1 else 'days'}"
    return f"{value:.6g} {_PLAIN_UNITS.get(unit, unit)}".strip()


def measured(value: float, censored: int, unit: str = "") -> str:
    """A result as it was reported: a censored one after its operator."""
    operator, reported = as_reported(value, censored)
    return f"{_SIGNS[operator]}{number(reported, unit)}"


def count(n: int, noun: str) -> str:
    """``1 day``, ``2 days``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def span(first: int, last: int) -> str:
    """Days first … last, both included."""
    return f"day {first}" if first == last else f"days {first} to {last}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def met(verdict: int) -> str:
    """An element's verdict in words."""
    return _MET[verdict]


def verdict_name(verdict: int) -> str:
    """PASS, FAIL or UNKNOWN."""
    return VERDICT_NAMES[verdict]


def sentence(text: str) -> str:
    """The text with a capital first letter and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", ":")) else ".")


@dataclass(frozen=True)
class Used:
    """One result or row that a reason rests on.

    ``first`` … ``last`` are its days (both included; ``last`` None: not over on the day in question). A number
    stands in ``value`` with its ``unit`` (of a ``censored`` one the number that stands in for it, see
    ``vocabulary.censoring``), a word in ``result``. ``window`` are the days that were searched.
    """

    what: str
    first: int
    last: int | None
    value: float = float("nan")
    result: str = ""
    unit: str = ""
    detail: str = ""
    window: tuple[int, int] | None = None
    censored: int = 0

    @property
    def amount(self) -> str:
        """The number as it was reported, without its unit."""
        return measured(self.value, self.censored)

    @property
    def finding(self) -> str:
        """What was found and when, without the window."""
        found = measured(self.value, self.censored, self.unit) if self.value == self.value else self.result
        detail = f"({self.detail})" if self.detail else ""
        when = f"since day {self.first}" if self.last is None else f"on {span(self.first, self.last)}"
        return " ".join(filter(None, (name_of(self.what), found, detail, when)))

    def __str__(self) -> str:
        searched = f" [window: {span(*self.window)}]" if self.window else ""
        return self.finding + searched


@dataclass(frozen=True)
class Reason:
    """A verdict in words, and what it rests on."""

    verdict: int
    text: str
    used: tuple[Used, ...] = ()

    def also(self, used: Iterable[Used]) -> Reason:
        """The same reason resting on further rows."""
        return replace(self, used=(*self.used, *used))


def decisive(parts: Iterable[Reason], joint: str = "; ") -> Reason:
    """AND of some reasons: the words of those that have the worst verdict, the rows of all."""
    parts = list(parts)
    worst = min(part.verdict for part in parts)
    text = joint.join(dict.fromkeys(part.text for part in parts if part.verdict == worst))
    return Reason(worst, text, tuple(row for part in parts for row in part.used))


def results_text(used: Iterable[Used]) -> str:
    """The rows as one text, each once; long lists are cut."""
    rows = list(dict.fromkeys(map(str, used)))
    more = [f"and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
    return "; ".join([*rows[:SHOWN], *more])


Comparison = Callable[..., NDArray[np.int8]]


def beside(found: Used, rule: Comparison, bound: float, word: str, otherwise: str = "") -> tuple[int, str]:
    """Whether a result is ``word`` (below, at most) the bound; ``otherwise``: how it reads where it is not."""
    verdict = int(rule(np.array([found.value]), bound, np.array([found.censored]))[0])
    words = {PASS: word, FAIL: otherwise or f"not {word}", UNKNOWN: f"perhaps {word}"}
    return verdict, words[verdict]
