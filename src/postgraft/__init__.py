"""Eligibility analysis of allo-HCT cohort extracts for the trial NCT05873205."""

from postgraft.eligibility import Outcome, compare, evaluate, ledger
from postgraft.extract import Extract, read_extract
from postgraft.protocol import Amendment, Protocol, load_amendments, load_protocol
from postgraft.vocabulary.errors import ExtractError, PostgraftError, ProtocolError

__all__ = [
    "Amendment",
    "Extract",
    "ExtractError",
    "Outcome",
    "PostgraftError",
    "Protocol",
    "ProtocolError",
    "compare",
    "evaluate",
    "ledger",
    "load_amendments",
    "load_protocol",
    "read_extract",
]
