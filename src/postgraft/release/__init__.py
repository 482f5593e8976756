"""The gate before a report leaves the house: checks, the rule of versions, a person's sign-off, and the copy."""

from postgraft.release.gate import Decision, release
from postgraft.release.handing_over import RELEASED

__all__ = ["RELEASED", "Decision", "release"]
