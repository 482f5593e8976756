"""The kinds of loss after which a complete record is a completion of what is left (criteria, "Completions").

A kind takes tables or conditions out of the manifest and rows or cells out of the patients. Each says in its docstring
what is lost and on what condition. No kind loses what was not made rather than not told: blood counts, reference
limits, engraftment dates, ends of intervals, purposes.
"""

# Each adds its kinds, in this order.
import losses.treatments  # isort: skip
import losses.states  # isort: skip
import losses.cells  # isort: skip
import losses.examinations  # isort: skip
import losses.together  # noqa: F401  # isort: skip
from losses.kind import KINDS, Kind
from losses.less import Less
from losses.together import two_at_random

__all__ = ["KINDS", "Kind", "Less", "two_at_random"]
