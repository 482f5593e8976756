"""Estimators and their intervals: numbers in, numbers out, never tables of patients."""
