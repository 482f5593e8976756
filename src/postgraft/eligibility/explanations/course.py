"""How long a cytopenia has lasted: the range of its onset, until when it was sure, and how it ended."""

from __future__ import annotations

import numpy as np

from postgraft.criteria.concepts.cytopenias import Cytopenia
from postgraft.criteria.concepts.episodes import episodes
from postgraft.eligibility.explanations.adjudication import ruling
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.episode import Episode, episode_on
from postgraft.eligibility.explanations.reason import Reason
from postgraft.eligibility.explanations.spells import Spell, carried, count_reason, spell_on
from postgraft.eligibility.explanations.wording import met, span
from postgraft.timeline.spans import NEVER
from postgraft.vocabulary.verdicts import PASS, UNKNOWN


def onset_range(case: Case, cytopenia: Cytopenia, episode: Episode, spell: Spell) -> list[Reason]:
    """Why the onset is later than the low counts began, or known only as a range."""
    days, wide = episode.onset, spell_on(case, cytopenia, UNKNOWN)
    assert wide is not None
    if wide.start < days.earliest:
        text = (
            f"low counts may have begun on day {wide.start}, but the onset is no more than "
            f"{case.p.workup_days - 1} days before the first day whose evidence does not rule it out"
        )
        return [Reason(UNKNOWN, text)]
    if days.known or wide.start == spell.start:
        return []
    first = count_reason(case.on(wide.start), cytopenia)
    text = (
        f"the onset may be as early as day {wide.start}, for its count ({met(first.verdict)}): {first.text}"
    )
    return [Reason(UNKNOWN, text, first.used)]


def was_sure(case: Case, cytopenia: Cytopenia) -> list[Reason]:
    """That it was active for certain until the spell was carried no further for certain."""
    found = episodes(case.block, case.p, cytopenia)
    wide = spell_on(case, cytopenia, UNKNOWN)
    before = np.flatnonzero((found.end < case.day) & (found.verdict == PASS))
    if wide is None or before.size == 0 or found.end[before[-1]] < wide.start:
        return []
    end = int(found.end[before[-1]])
    past, spell = episode_on(case.on(end), cytopenia), spell_on(case.on(end), cytopenia, PASS)
    if past is None or spell is None or ruling(case.on(end), f"immune_cytopenia.{cytopenia.name}"):
        return []
    how = carried(case.on(end), cytopenia, spell)
    return [
        Reason(PASS, f"it was active on {span(past.since, end)}; for certain {how.text}", how.used),
    ]


def ended(case: Case, cytopenia: Cytopenia) -> list[Reason]:
    """When the last one was active or not ruled out, and what carried it so far."""
    found = episodes(case.block, case.p, cytopenia)
    before = np.flatnonzero(found.end < case.day)
    if before.size == 0 or found.latest_onset[before[-1]] == NEVER:
        return []
    end = int(found.end[before[-1]])
    then = case.on(end)
    past = episode_on(then, cytopenia)
    assert past is not None
    state = "was active" if past.verdict == PASS else "was not ruled out"
    said = f"it {state} on {span(past.since, end)}"
    if ruling(then, f"immune_cytopenia.{cytopenia.name}"):
        return [Reason(past.verdict, f"{said}, as adjudicated by the site")]
    spell: Spell | None = spell_on(then, cytopenia, UNKNOWN)
    if spell is None:
        return [Reason(past.verdict, said)]
    how = carried(then, cytopenia, spell)
    return [Reason(past.verdict, f"{said}: {how.text}, and nothing after it does", how.used)]
