"""The numbers of the summary for programs, by stable name."""

from __future__ import annotations

from datetime import date
from typing import Any

from postgraft.disclosure.released_count import ReleasedCount
from postgraft.exhibits.key_numbers import forecast_value
from postgraft.exhibits.one_page.overview import Overview
from postgraft.exhibits.one_page.verdict import BASES, figures, verdict
from postgraft.vocabulary.carried import Number

MEASURES = ("new_eligible_per_year", "new_eligible_per_year_needed", "enrolled_by_deadline", "probability_by_deadline",
            "date_of_target")  # fmt: skip


def summary_numbers(of: Overview) -> dict[str, Number]:
    """Verdict, counts and forecast; names that end in ``_or_possible`` count who is not ruled out as well.

    Rates and expected numbers have three digits, probabilities three decimals. What there is not is left out.
    """
    counts = of.counts
    found: dict[str, Any] = {
        "verdict": verdict(of),
        "transplanted": counts.of,
        "cytopenia": counts.cytopenia,
        "treated": counts.treated,
        "eligible": counts.eligible,
        "possible_documentation": counts.documentation,
        "possible_diagnosis": counts.diagnosis,
        "eligible_or_possible": counts.either,
        "target": of.plan.target,
        "deadline": of.plan.deadline,
        "as_of": of.forecast.placed.begin,
    }
    for basis, own in zip(BASES, figures(of), strict=True):
        suffix = basis.removeprefix(BASES[0])
        found |= {
            f"{name}{suffix}": forecast_value(name, own[name].value, of.forecast) for name in MEASURES if name in own
        }
    return {
        name: str(value) if isinstance(value, date | ReleasedCount) else value
        for name, value in found.items()
        if value is not None
    }
