"""Estimates on an evaluated cohort: how many are eligible, when, for how long, and how sure all that is."""

from postgraft.eligibility.estimates.chart_review import review_sample
from postgraft.eligibility.estimates.estimates import Estimates, estimate
from postgraft.eligibility.estimates.first_eligible import Incidence
from postgraft.eligibility.estimates.missing_data import LEFT_OUT
from postgraft.eligibility.estimates.review_file import read_review
from postgraft.eligibility.estimates.sensitivity import Sensitivity

__all__ = ["LEFT_OUT", "Estimates", "Incidence", "Sensitivity", "estimate", "read_review", "review_sample"]
