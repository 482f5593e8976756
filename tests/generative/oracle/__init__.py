"""A plain, slow, literal reading of the eligibility contract (criteria.md)."""

from .defaults import DEFAULTS
from .patient import PatientResult, evaluate
from .transplant import TransplantResult

__all__ = ["DEFAULTS", "PatientResult", "TransplantResult", "evaluate"]
