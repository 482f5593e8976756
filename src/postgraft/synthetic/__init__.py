"""Synthetic cohorts, calibrated from published figures, in the form of an extract."""

from postgraft.synthetic.cohort import Cohort, generate, write_cohort

__all__ = ["Cohort", "generate", "write_cohort"]
