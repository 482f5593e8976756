"""Words of qualitative results, as positions on a scale of severity: the worst is the highest number."""

from dataclasses import dataclass
from typing import Final

NEGATIVE: Final = 0
INDETERMINATE: Final = 1
POSITIVE: Final = 2

INCREASED: Final = 0
NORMAL: Final = 1
DECREASED: Final = 2
ABSENT: Final = 3


@dataclass(frozen=True, slots=True)
class Scale:
    """``words[i]`` names severity ``i``; ``accepted`` are the documented words, ``synonyms`` others."""

    words: tuple[str, ...]
    accepted: dict[str, int]
    synonyms: dict[str, int]

    def read(self, text: str) -> int | None:
        """Severity of a written result, whatever its case and blanks; None for a word not on this scale."""
        word = " ".join(text.casefold().replace("_", " ").replace("-", " ").split()) or text.strip()
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
