"""What the words of the pages mean, in one place."""

from __future__ import annotations

from postgraft.exhibits.answer import Answer
from postgraft.protocol import Protocol


def glossary(protocol: Protocol) -> Answer:
    """The words that every page uses."""
    days = protocol.eligible_days_min
    meanings = {
        "Eligible": f"all criteria met on {days} or more consecutive days.",
        "Not ruled out": f"not eligible, but on {days} or more consecutive days no criterion is failed and some "
        "are unknown. *One document missing*: cytopenia and incomplete response are shown; *work-up missing*: not.",
        "Cytopenia, treated": "the definition is met on some observed day; a line of treatment was given for it.",
        "95 % CI": "confidence interval: how sure a number is for another sample like this one.",
        "95 % PI": "prediction interval: where a future number will lie.",
        "Range of bounds": "from eligible to eligible or not ruled out: what the records leave open.",
    }
    return Answer("\n".join(f"- **{word}**: {meaning}" for word, meaning in meanings.items()))
