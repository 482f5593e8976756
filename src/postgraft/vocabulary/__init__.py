"""Closed vocabularies, units, the three verdicts and the error classes."""
