"""The three verdicts of a criterion on a day, ordered so that Kleene's logic is arithmetic.

FAIL < UNKNOWN < PASS: AND is the minimum, OR the maximum, NOT is ``PASS - v``
(Kleene, Introduction to Metamathematics, 1952, section 64: the strong three-valued tables).
"""

from typing import Final

FAIL: Final = 0
UNKNOWN: Final = 1
PASS: Final = 2

VERDICT_NAMES: Final = ("FAIL", "UNKNOWN", "PASS")
"""Names by value: ``VERDICT_NAMES[PASS] == "PASS"``."""
