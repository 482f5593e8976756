"""What the charts written by hand share: fifteen, from criteria.md alone; no engine was run to find a verdict.

Day arithmetic used throughout (criteria.md 1 and 3):
  a window of n days is d-n+1 .. d;  an event on day c carries a spell c .. c+55;
  a work-up on d pairs with counts on d-29 .. d;  o = later of (spell's first day, first onset day - 29);
  steroids, for a run or a line, count in [o-14, d] if the run's last day is >= o;
  low(c) of ITP is the lowest platelet result of c-6 .. c, so counts after a low one come >= 7 days later here.
Unless told otherwise the patient is observed on days 0 .. 365 and every table is complete: an onset that is
UNKNOWN is then FAIL unless a diagnosis is active (absent_diagnosis).
"""

from spec.patient import FAIL, criterion

aiha, itp, prca = (criterion(f"immune_cytopenia.{name}") for name in ("aiha", "itp", "prca"))
incomplete_response = criterion("incomplete_response")
refractory, dependent, two_lines = (
    criterion(f"incomplete_response.{part}") for part in ("refractory", "dependent", "two_lines")
)
gvhd_controlled, no_ta_tma = criterion("gvhd_controlled"), criterion("no_ta_tma")

NEVER = {"0..": FAIL}

# Both lines engrafted on day 14 (so aiha and itp counts hold from day 28 on); blood counts normal until day 93.
WELL_UNTIL_93 = """
transplants:
day | neutrophil_engraftment_day | platelet_engraftment_day
  0 | 14                         | 14

day         | platelets | hemoglobin
16..93 by 7 | 150       | 13
"""
# The fall to 15 on day 100 with a normal marrow: ITP, o = 100; with no other event the spell ends on day 155.
ITP_ON_100 = (
    WELL_UNTIL_93
    + """
day | platelets | marrow_megakaryocytes
100 | 15        | normal
"""
)


def only(verdict, first, last):
    """``verdict`` on first .. last, FAIL on every other observed day."""
    return {f"..{first - 1}": FAIL, f"{first}..{last}": verdict, f"{last + 1}..": FAIL}
