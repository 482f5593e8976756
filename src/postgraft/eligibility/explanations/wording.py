"""How numbers, units, days and results read in an explanation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.censoring import as_reported
from postgraft.vocabulary.verdicts import VERDICT_NAMES

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
