"""Eligibility analysis of allo-HCT cohort extracts for the trial NCT05873205."""

from postgraft.analysis.amendments import compare, frontier
from postgraft.analysis.computability import computability
from postgraft.analysis.explain import evidence
from postgraft.analysis.protocol_in_words import not_answerable, readings_used
from postgraft.analysis.sweep import sweep
from postgraft.api import Outcome, Readings, evaluate, evaluate_readings, load_protocol
from postgraft.evaluation.observations import observe
from postgraft.extract import Extract, read_extract
from postgraft.forecast.forecast import Forecast, forecast, forecast_amended
from postgraft.inference.chart_review import read_review
from postgraft.inference.estimates import Estimates
from postgraft.protocol import Amendment, Protocol, RecruitmentPlan, load_amendments, load_plan
from postgraft.vocabulary.errors import ExtractError, PostgraftError, ProtocolError

__all__ = [
    "Amendment",
    "Estimates",
    "Extract",
    "ExtractError",
    "Forecast",
    "Outcome",
    "PostgraftError",
    "Protocol",
    "ProtocolError",
    "Readings",
    "RecruitmentPlan",
    "compare",
    "computability",
    "evaluate",
    "evaluate_readings",
    "evidence",
    "forecast",
    "forecast_amended",
    "frontier",
    "load_amendments",
    "load_plan",
    "load_protocol",
    "not_answerable",
    "observe",
    "read_extract",
    "read_review",
    "readings_used",
    "sweep",
]
