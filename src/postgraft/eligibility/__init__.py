"""Evaluation of extracts under protocols: who could have joined, when, and why not the others."""

from postgraft.eligibility.computability import ledger
from postgraft.eligibility.estimates import Estimates, read_review
from postgraft.eligibility.evaluation import evaluate
from postgraft.eligibility.explain import evidence
from postgraft.eligibility.forecasting.forecast import Forecast, forecast, forecast_amended
from postgraft.eligibility.guarded import Guarded, guarded
from postgraft.eligibility.observations import Observations, observe
from postgraft.eligibility.outcome import Outcome
from postgraft.eligibility.readings import Readings, evaluate_readings
from postgraft.eligibility.whatif.best_amendments import frontier
from postgraft.eligibility.whatif.comparison import compare
from postgraft.eligibility.whatif.sweeping import sweep
from postgraft.eligibility.wording import not_answerable, readings_used

__all__ = [
    "Estimates",
    "Forecast",
    "Guarded",
    "Observations",
    "Outcome",
    "Readings",
    "compare",
    "evaluate",
    "evaluate_readings",
    "evidence",
    "forecast",
    "forecast_amended",
    "frontier",
    "guarded",
    "ledger",
    "not_answerable",
    "observe",
    "read_review",
    "readings_used",
    "sweep",
]
