"""How many could have joined, in one sentence, and what limits that number."""

from __future__ import annotations

from typing import Any

from postgraft.analysis.duration import stretch_length
from postgraft.analysis.protocol_in_words import not_answerable, readings_used
from postgraft.analysis.released import ReleasedOutcome
from postgraft.api import Outcome, Readings
from postgraft.evaluation.count import hidden
from postgraft.exhibits.answer import Answer, share_said
from postgraft.exhibits.figure import counted, number, percent
from postgraft.exhibits.key_numbers import key_numbers
from postgraft.exhibits.tables import rows
from postgraft.inference.estimates import Estimates
from postgraft.vocabulary.errors import WithheldError

STILL = 14
"""Days after the first eligible one for which the answer says how many are still eligible."""


def answer_population(outcome: Outcome, estimates: Estimates) -> Answer:
    """How many are eligible, when first, for how long; at level release the count alone."""
    counts = _counts(outcome)
    days = outcome.protocol.eligible_days_min
    said = f"**{share_said(counts['eligible'], counts['of'])}** met all criteria on {days} or more days in a row"
    return Answer(f"{said}{_lasting(outcome, estimates)}.", key_numbers(outcome))


def _counts(outcome: Outcome | ReleasedOutcome) -> dict[str, Any]:
    frame = outcome.summary()
    own = frame[(frame["days"] == outcome.protocol.eligible_days_min) & (frame["denominator"] == "transplanted")]
    return {**dict(zip(own["measure"], own["count"], strict=True)), "of": own["of"].iloc[0]}


def _lasting(outcome: Outcome, estimates: Estimates) -> str:
    """When the eligible became so and how long it lasted; nothing where nobody is, or it is no part of a release."""
    try:
        first = outcome.patients["first_eligible_day"].dropna()
        if first.empty:
            return ""
        [length] = rows(stretch_length(outcome))
        after = estimates.persistence
    except WithheldError:
        return ""
    [still] = rows(after[(after["view"] == "first") & (after["days"] == STILL)])
    return (
        f": first on day {first.median():.0f} (median), for {length.median:.0f} days (median); "
        f"{percent(still.estimate, still.of)} still did {STILL} days later"
    )


def limitations(outcomes: Readings) -> Answer:
    """What limits the number eligible, in a few lines (STROBE 19 and 21), as far as it can be said with numbers."""
    base, protocol = outcomes.base, outcomes.base.protocol
    counts = _counts(base)
    strict, lenient = (_counts(outcomes.by_reading[name])["eligible"] for name in ("strict", "lenient"))
    attested = not_answerable(protocol)["attested"].sum()
    sites = base.by_site()
    shown = not hidden(counts["possible_diagnosis"])
    lines = [
        f"**Records.** {_patients(counts['possible_diagnosis'])} not ruled out only because work-up is missing"
        f"{'; who was tested was mostly suspected of the disease' if shown else ''}.",
        f"**Wording.** The record leaves {counted(len(readings_used(protocol)), 'point')} open: read strictly "
        f"{number(strict)} are eligible, read widely {number(lenient)}.",
        f"**Not in data.** {counted(int(attested), 'criterion').replace('criterions', 'criteria')} only the patient or "
        "a physician can answer, consent among them; they count as met, so fewer would enrol.",
        f"**One network.** {counted(len(sites), 'site')} of one network, looked at afterwards; others may differ.",
    ]
    return Answer("\n".join(f"- {line}" for line in lines))


def _patients(count: Any) -> str:
    return f"{counted(count, 'patient')} {'is' if count == 1 else 'are'}"
