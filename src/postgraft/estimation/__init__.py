"""Estimators and their intervals: numbers in, numbers out, never tables of patients.

scipy and statsmodels are imported by the functions that use them: they take a second and 80 MB to load, and the worker
processes of an evaluation need neither.
"""
