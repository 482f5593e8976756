"""Eligibility analysis of allo-HCT cohort extracts for the trial NCT05873205."""

from postgraft.eligibility import (
    Estimates,
    Forecast,
    Outcome,
    compare,
    evaluate,
    forecast,
    frontier,
    ledger,
    read_review,
    sweep,
)
from postgraft.extract import Extract, read_extract
from postgraft.protocol import Amendment, Plan, Protocol, load_amendments, load_plan, load_protocol
from postgraft.vocabulary.errors import ExtractError, PostgraftError, ProtocolError

__all__ = [
    "Amendment",
    "Estimates",
    "Extract",
    "ExtractError",
    "Forecast",
    "Outcome",
    "Plan",
    "PostgraftError",
    "Protocol",
    "ProtocolError",
    "compare",
    "evaluate",
    "forecast",
    "frontier",
    "ledger",
    "load_amendments",
    "load_plan",
    "load_protocol",
    "read_extract",
    "read_review",
    "sweep",
]
