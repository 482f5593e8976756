"""An independent reading of the eligibility contract: one patient, one transplant, one day at a time."""

from .defaults import DEFAULTS
from .patient import PatientResult, TransplantResult, evaluate

__all__ = ["DEFAULTS", "PatientResult", "TransplantResult", "evaluate"]
