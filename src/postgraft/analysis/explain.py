"""Why a criterion has its verdict: one transplant on one day, in words and with the rows used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from postgraft.analysis.released import ReleasedOutcome
from postgraft.criteria import Criterion, listed
from postgraft.criteria.case import PatientDay, known_by, ruling
from postgraft.criteria.memo import Parameters
from postgraft.criteria.wording import Reason, results_text, sentence, span, verdict_name
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.screening import answer
from postgraft.vocabulary.censoring import as_reported
from postgraft.vocabulary.errors import PostgraftError, must_be
from postgraft.vocabulary.verdicts import PASS
from postgraft.vocabulary.words import TEXT, with_whole


def explain(outcome: Evaluated, patient_id: str, day: int, transplant: int | None = None) -> pd.DataFrame:
    """A row per criterion, in protocol order, for one observed day of one transplant (None: the last).

    Columns, all text: criterion, verdict (that of ``outcome.verdicts``), reason in words, results_used (the
    rows it rests on, with day, value, unit and the window searched). Raises PostgraftError for an unknown
    patient or transplant and for a day that is not observed.
    """
    found = list(reasons(outcome, patient_id, day, transplant))
    return pd.DataFrame(
        {
            "criterion": [name for name, _, _ in found],
            "verdict": [verdict_name(verdict) for _, verdict, _ in found],
            "reason": [reason.text for _, _, reason in found],
            "results_used": [results_text(reason.used) for _, _, reason in found],
        },
        dtype=TEXT,
    )


def evidence(outcome: Evaluated, patient_id: str, day: int, transplant: int | None = None) -> pd.DataFrame:
    """The rows that ``explain`` rests on, a row each, for further computation.

    Columns criterion, what (analyte, drug, condition, product or status), first_day, last_day (missing: not
    over on ``day``), operator (before a number that was reported as an interval), value (number), result (word),
    unit, detail, window_first, window_last (days searched, missing if no window applies). Days count from day 0
    of the transplant. Raises as ``explain`` does.
    """
    must_be(outcome, (Evaluated, ReleasedOutcome), "evidence takes an outcome, such as evaluate gives")
    columns: dict[str, list[object]] = {
        name: []
        for name in (
            "criterion", "what", "first_day", "last_day", "operator", "value", "result", "unit", "detail",
            "window_first", "window_last",
        )
    }  # fmt: skip
    for criterion, _, reason in reasons(outcome, patient_id, day, transplant):
        for used in dict.fromkeys(reason.used):
            window = used.window or (None, None)
            row = (
                criterion,
                used.what,
                used.first,
                used.last,
                *as_reported(used.value, used.censored),
                used.result,
                used.unit,
                used.detail,
            )
            for values, cell in zip(columns.values(), (*row, *window), strict=True):
                values.append(cell)
    words = dict.fromkeys(("criterion", "what", "operator", "result", "unit", "detail"), TEXT)
    frame = with_whole(pd.DataFrame(columns), "first_day", "last_day", "window_first", "window_last")
    return frame.astype({**words, "value": "float64"})


def reasons(
    outcome: Evaluated, patient_id: str, day: int, transplant: int | None = None
) -> Iterator[tuple[str, int, Reason]]:
    """Each criterion's name, final verdict and reason; the reason's own verdict must be the same."""
    row = outcome.row_of(patient_id, transplant)
    seen = outcome.observations
    first, last = int(seen.first[row]), int(seen.last[row])
    if day not in range(first, last + 1):
        observed = f"observed are {span(first, last)}" if first <= last else "no day of it is observed"
        raise PostgraftError(
            f"patient {patient_id!r}, transplant {seen.number[row]}: day {day!r} is not observed; {observed} "
            "(day 0 is the day of the transplant)"
        )
    block = known_by(seen.block(np.array([row])), int(day))
    case = PatientDay(block, outcome.protocol, Parameters(outcome.protocol), int(day), outcome.extract.captured)
    for criterion in listed(outcome.protocol):
        verdict = case.at(answer(block, case.p, criterion, outcome.protocol.dropped).verdict)
        yield criterion.name, verdict, _final(case, criterion)


def _final(case: PatientDay, criterion: Criterion) -> Reason:
    """The computed reason, under what the site ruled and what the protocol dropped."""
    reason = criterion.explain(case)
    reason = replace(reason, text=sentence(reason.text))
    ruled = ruling(case, criterion.name)
    if ruled:
        text = f"{sentence(ruled.text)} Computed it would be {verdict_name(reason.verdict)}: {reason.text}"
        reason = Reason(ruled.verdict, text, (*ruled.used, *reason.used))
    if criterion.name in case.protocol.dropped:
        text = f'Dropped by the protocol "{case.protocol.name}", so it counts as met on every day.'
        return Reason(PASS, text, ())
    return reason
