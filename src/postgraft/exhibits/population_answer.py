"""How many could have joined, in one sentence, and what limits that number."""

from __future__ import annotations

from typing import Any

from postgraft.analysis.duration import stretch_length
from postgraft.analysis.protocol_in_words import not_answerable, readings_used
from postgraft.analysis.released import ReleasedOutcome
from postgraft.api import Outcome, Readings
from postgraft.evaluation.count import hidden
from postgraft.exhibits.answer import Answer
from postgraft.exhibits.counts import counts_of, sites_known
from postgraft.exhibits.figure import counted, number, percent
from postgraft.exhibits.key_numbers import key_numbers
from postgraft.exhibits.said import share_said
from postgraft.exhibits.tables import rows
from postgraft.inference.estimates import Estimates
from postgraft.protocol import Protocol
from postgraft.vocabulary.errors import WithheldError

STILL = 14
"""Days after the first eligible one for which the answer says how many are still eligible."""


def answer_population(outcome: Outcome, estimates: Estimates) -> Answer:
    """How many are eligible, when first, for how long; at level release the count alone."""
    counts = counts_of(outcome)
    days = outcome.protocol.eligible_days_min
    said = f"**{share_said(counts.eligible, counts.of)}** met all criteria for {days} or more days"
    return Answer(f"{said}{_lasting(outcome, estimates)}.", key_numbers(outcome))


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
    known = still.estimate == still.estimate  # not where nobody was seen for so long
    later = f"; {percent(still.estimate, still.of)} still {STILL} days later" if known else ""
    return f": first on day {first.median():.0f}, for {length.median:.0f} days (medians){later}"


def limitations(outcomes: Readings) -> Answer:
    """What limits the number eligible, in a few lines (STROBE 19 and 21), as far as it can be said with numbers."""
    base, protocol = outcomes.base, outcomes.base.protocol
    diagnosis = counts_of(base).diagnosis
    strict, lenient = (counts_of(outcomes.by_reading[name]).eligible for name in ("strict", "lenient"))
    shown = not hidden(diagnosis) and diagnosis > 0
    lines = [
        f"**Records.** {_patients(diagnosis)} not ruled out because work-up is missing"
        f"{'; who was tested was mostly suspected of the disease' if shown else ''}.",
        f"**Wording.** The record leaves {counted(len(readings_used(protocol)), 'point')} open: read strictly "
        f"{number(strict)} are eligible, read widely {number(lenient)}.",
        *_attested(protocol),
        f"**One network.** {_sites(base)}, looked at afterwards; others may differ.",
    ]
    return Answer("\n".join(f"- {line}" for line in lines))


def _attested(protocol: Protocol) -> list[str]:
    """How many criteria no data answer, and what is taken in their place; nothing where there is none."""
    found = not_answerable(protocol)
    asked = [name for name in found.loc[found["attested"], "criterion"] if name not in protocol.dropped]
    if not asked:
        return []
    criteria = counted(len(asked), "criterion", "criteria")
    among = ", consent among them" if "consent" in asked and len(asked) > 1 else ""
    taken = "met, so fewer would enrol" if protocol.attested == "assumed" else "unknown, so that nobody is eligible"
    return [
        f"**Not in data.** {criteria} only the patient or a physician can answer{among}; "
        f"{'it counts' if len(asked) == 1 else 'they count'} as {taken}."
    ]


def _sites(outcome: Outcome | ReleasedOutcome) -> str:
    """How many sites are known by name; a release may have put the small ones together."""
    known, more = sites_known(outcome)
    if not known:
        return "Sites of one network"
    return f"{counted(len(known), 'site')}{' and all others' if more else ''} of one network"


def _patients(count: Any) -> str:
    return f"{counted(count, 'patient')} {'is' if count == 1 else 'are'}"
