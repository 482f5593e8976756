"""Words of qualitative results, as positions on a scale of severity: the worst is the highest number.

The analytes of an extract: canonical unit, plausible range, and how several results of one day become one.

Order, names and canonical units are those of the extract's contract; the daily rule is that of the criteria
(lowest for counts, hemoglobin, haptoglobin and reticulocytes; highest for the chemistry of damage; mean for
weight; worst for qualitative results). Plausible ranges are ours: wide enough for a transplant ward, narrow
enough to catch a value in another unit.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

NEGATIVE: Final = 0
INDETERMINATE: Final = 1
POSITIVE: Final = 2

INCREASED: Final = 0
NORMAL: Final = 1
DECREASED: Final = 2
ABSENT: Final = 3


_END: Final = re.compile(r"\s*\((?:qualifier value|finding)\)$|(?<=[a-z])\s*\.$")
"""What a source may write after the word: the tag of a SNOMED name, a full stop."""


@dataclass(frozen=True, slots=True)
class Scale:
    """``words[i]`` names severity ``i``; ``accepted`` are the documented words, ``synonyms`` others."""

    words: tuple[str, ...]
    accepted: dict[str, int]
    synonyms: dict[str, int]

    def read(self, text: str) -> int | None:
        """Severity of a written result; None for a word not on this scale.

        Case, blanks, a closing full stop and a SNOMED tag such as "(qualifier value)" are no part of it.
        """
        word = " ".join(text.casefold().replace("_", " ").replace("-", " ").split()) or text.strip()
        word = _END.sub("", word)
        return self.accepted.get(word.replace(" ", "_"), self.synonyms.get(word))


FINDING: Final = Scale(
    words=("negative", "indeterminate", "positive"),
    accepted={
        "positive": POSITIVE,
        "negative": NEGATIVE,
        "detected": POSITIVE,
        "not_detected": NEGATIVE,
        "indeterminate": INDETERMINATE,
    },
    synonyms={
        **dict.fromkeys(("pos", "+", "1+", "2+", "3+", "4+", "reactive", "detectable", "present"), POSITIVE),
        **dict.fromkeys(("neg", "nonreactive", "non reactive", "not reactive", "undetectable"), NEGATIVE),
        **dict.fromkeys(("undetected", "non detected", "not detectable", "target not detected"), NEGATIVE),
        **dict.fromkeys(("equivocal", "borderline", "inconclusive", "ind"), INDETERMINATE),
    },
)

CELLULARITY: Final = Scale(
    words=("increased", "normal", "decreased", "absent"),
    accepted={"absent": ABSENT, "decreased": DECREASED, "normal": NORMAL, "increased": INCREASED},
    synonyms={"reduced": DECREASED, "adequate": NORMAL, "elevated": INCREASED},
)

SCALES: Final = (FINDING, CELLULARITY)

RESULTS: Final = (*FINDING.accepted, *CELLULARITY.accepted)
"""Every documented word of the ``result`` column."""


DailyRule = Literal["lowest", "highest", "mean", "worst"]


@dataclass(frozen=True, slots=True)
class Analyte:
    """One measurable thing: numeric with dimension, unit and plausible range, or qualitative with a scale."""

    name: str
    about: str
    daily: DailyRule
    dimension: str = ""
    unit: str = ""
    low: float = float("nan")
    high: float = float("nan")
    scale: Scale | None = None

    @property
    def numeric(self) -> bool:
        return self.scale is None

    @property
    def zero_is_possible(self) -> bool:
        """Whether a body can have 0 of it; below 0 of anything nobody has."""
        return self.low == 0


def _finding(name: str, about: str) -> Analyte:
    return Analyte(name, about, "worst", scale=FINDING)


_ALL: Final = (
    Analyte("neutrophils", "absolute neutrophil count", "lowest", "count", "10*9/L", 0, 200),
    Analyte("platelets", "platelet count", "lowest", "count", "10*9/L", 0, 3000),
    Analyte("hemoglobin", "hemoglobin in blood", "lowest", "hemoglobin", "g/dL", 2, 25),
    Analyte("reticulocytes_percent", "reticulocytes among red cells", "lowest", "percent", "%", 0, 60),
    Analyte("reticulocytes", "absolute reticulocyte count", "lowest", "count", "10*9/L", 0, 1500),
    Analyte("ldh", "lactate dehydrogenase", "highest", "enzyme", "U/L", 20, 30000),
    Analyte("haptoglobin", "haptoglobin", "lowest", "haptoglobin", "mg/dL", 0, 1000),
    Analyte("bilirubin_total", "total bilirubin", "highest", "bilirubin", "mg/dL", 0, 80),
    Analyte("bilirubin_direct", "conjugated bilirubin", "highest", "bilirubin", "mg/dL", 0, 80),
    Analyte("bilirubin_indirect", "unconjugated bilirubin", "highest", "bilirubin", "mg/dL", 0, 80),
    Analyte("creatinine", "creatinine", "highest", "creatinine", "mg/dL", 0.05, 30),
    Analyte("alt", "alanine aminotransferase", "highest", "enzyme", "U/L", 0, 30000),
    Analyte("ast", "aspartate aminotransferase", "highest", "enzyme", "U/L", 0, 30000),
    Analyte("weight", "body weight", "mean", "mass", "kg", 2, 350),
    _finding("dat", "direct antiglobulin test"),
    Analyte("marrow_megakaryocytes", "megakaryocytes in the marrow", "worst", scale=CELLULARITY),
    _finding("hbsag", "hepatitis B surface antigen"),
    _finding("anti_hbc", "antibody to hepatitis B core antigen"),
    _finding("anti_hbs", "antibody to hepatitis B surface antigen"),
    _finding("hbv_dna", "hepatitis B virus DNA"),
    _finding("anti_hcv", "antibody to hepatitis C virus"),
    _finding("hcv_rna", "hepatitis C virus RNA"),
    _finding("hav_igm", "IgM antibody to hepatitis A virus"),
    _finding("hiv_screen", "HIV antibody or antigen/antibody screen"),
    _finding("hiv_rna", "HIV RNA"),
    _finding("pregnancy_test", "pregnancy test in serum or urine"),
    _finding("parvovirus_b19", "parvovirus B19 DNA"),
    _finding("schistocytes", "schistocytes on the blood film"),
)

ANALYTES: Final[dict[str, Analyte]] = {analyte.name: analyte for analyte in _ALL}
"""Every analyte by name, in the fixed order of the extract's contract."""
