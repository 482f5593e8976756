"""Enrolment over calendar time."""
