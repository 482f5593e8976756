"""The last gate before a report leaves the house: what is in it is read whole, and what may not leave is refused."""

from postgraft.reports.release_check.check import VERSION, Checked, check_release
from postgraft.reports.release_check.handing_over import RELEASED, hand_over
from postgraft.reports.release_check.leaks import Kind, Leak

__all__ = ["RELEASED", "VERSION", "Checked", "Kind", "Leak", "check_release", "hand_over"]
