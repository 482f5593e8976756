"""Eligibility analysis of allo-HCT cohort extracts for the trial NCT05873205."""
