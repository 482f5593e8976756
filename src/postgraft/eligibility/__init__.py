"""Evaluation of extracts under protocols: who could have joined, when, and why not the others."""

from postgraft.eligibility.evaluation import evaluate
from postgraft.eligibility.outcome import Outcome

__all__ = ["Outcome", "evaluate"]
