"""The gate before a report is released: checks, the rule of versions, a person's sign-off, and the copy."""

from postgraft.release.gate import RELEASED, Decision, release

__all__ = ["RELEASED", "Decision", "release"]
