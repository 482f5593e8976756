"""Kinds of lines of treatment (incomplete_response, two_lines)."""

from __future__ import annotations

from .amounts import mg_per_kg
from .kleene import FAIL, PASS, UNKNOWN, Verdict, at_least, by_completeness, merged, negate
from .lists import STEROID_FACTORS
from .record import Record
from .rows import Medication
from .steroids import Steroids
from .values import reaches

NEVER_ENDS = 10**9


class Lines:
    """The kinds of lines of one cytopenia."""

    def __init__(self, record: Record, cytopenia: str, steroids: Steroids) -> None:
        self.record = record
        self.p = record.p
        self.steroids = steroids
        self.esa_counts = cytopenia == "prca" and self.p.flag("prca_esa_is_line")
        self.lead = self.p.days("treatment_lead_days")
        self.ivig = [m for m in record.medications if m.drug == "ivig" and m.purpose in (None, "immune_cytopenia")]
        any_purpose = self.p.reading("rituximab_purpose") == "any"
        self.rituximab_days = sorted(
            {
                m.start
                for m in record.medications
                if m.drug == "rituximab" and (any_purpose or m.purpose in (None, "immune_cytopenia"))
            }
        )
        self.other_rows: dict[str, list[Medication]] = {}
        for m in record.medications:
            if self._other_drug(m.drug) and self._treats(m):
                self.other_rows.setdefault(m.drug, []).append(m)
        self._ivig_days: dict[int, tuple[float, bool]] = {}

    def _other_drug(self, drug: str) -> bool:
        """Not a corticosteroid, ivig, rituximab or a growth factor."""
        p = self.p
        if drug in p.names("erythropoiesis_stimulating_agents") and self.esa_counts:
            return True
        return not (
            drug in STEROID_FACTORS
            or drug in p.names("uncounted_corticosteroids")
            or drug in ("ivig", "rituximab")
            or drug in p.names("growth_factors")
        )

    def _treats(self, m: Medication) -> bool:
        if m.purpose == "immune_cytopenia":
            return True
        return m.purpose is None and m.drug in self.p.names("second_line_drugs")

    # the count of lines

    def enough(self, s_early: int, s_late: int, d: int) -> Verdict:
        """At least so many kinds in [s, d]; a kind is UNKNOWN where the two days differ."""
        early, late = self.kinds(s_early, d), self.kinds(s_late, d)
        kinds = {name: merged(early.get(name, FAIL), late.get(name, FAIL)) for name in {**early, **late}}
        counted = at_least(self.p.days("lines_min"), kinds.values())
        if self.p.flag("lines_must_include_steroids"):
            return min(counted, kinds["steroids"])
        return counted

    def kinds(self, s: int, d: int) -> dict[str, Verdict]:
        """Every kind of line counted from the onset day s, on day d."""
        begin = s - self.lead
        found = {
            "steroids": self.steroids.line_by(s, d),
            "ivig": self._ivig(s, d),
            "rituximab": self._if_not_met(self._rituximab(s, d), begin),
        }
        names = set(self.other_rows)
        if not self.record.complete("medications", begin):
            names |= {x for x in self.p.names("second_line_drugs") if self._other_drug(x)}
        for drug in sorted(names):
            found[drug] = self._if_not_met(self._other(drug, s, d), begin)
        return found

    def _if_not_met(self, met: bool, begin: int) -> Verdict:
        """PASS if met; else FAIL if medications are complete, else UNKNOWN."""
        if met:
            return PASS
        return negate(by_completeness(self.record.complete("medications", begin)))

    # the kinds

    def _ivig_on(self, t: int) -> tuple[float, bool]:
        """g/kg known on the day, and whether an amount cannot be computed."""
        if t not in self._ivig_days:
            total, unknown = 0.0, False
            for m in self.ivig:
                if m.given_on(t):
                    amount = mg_per_kg(self.record, m, t)
                    total += 0.0 if amount is None else amount / 1000
                    unknown = unknown or amount is None
            self._ivig_days[t] = (total, unknown)
        return self._ivig_days[t]

    def _ivig(self, s: int, d: int) -> Verdict:
        """Enough IVIG within a few days, given from s to d - wait."""
        last = d - self.p.days("ivig_wait_days")
        if not any(m.given_within(s, last) for m in self.ivig):
            return self._if_not_met(False, s)
        width = self.p.days("ivig_window_days")
        days = {t: self._ivig_on(t) for t in range(s, last + 1)}
        for end in days:
            amounts = [days[t][0] for t in range(max(s, end - width + 1), end + 1)]
            if self._enough_ivig(amounts):
                return PASS
        if any(unknown for _, unknown in days.values()):
            return UNKNOWN
        return self._if_not_met(False, s)

    def _enough_ivig(self, amounts: list[float]) -> bool:
        if self.p.reading("ivig_rule") == "daily":
            daily = self.steroids.tolerated(self.p.number("ivig_daily_g_per_kg"))
            reached = sum(1 for amount in amounts if reaches(amount, daily))
            return reached >= self.p.days("ivig_daily_days")
        return reaches(sum(amounts), self.steroids.tolerated(self.p.number("ivig_total_g_per_kg")))

    def _rituximab(self, s: int, d: int) -> bool:
        """A fourth or later dose of the span is on or after s, and the wait after it is over."""
        days = [t for t in self.rituximab_days if s - self.lead <= t <= d]
        k = self.p.days("rituximab_doses_min")
        wait = self.p.days("rituximab_wait_days")
        return any(t >= s and d >= t + wait for t in days[max(k, 1) - 1 :])

    def _courses(self, drug: str, d: int) -> list[tuple[int, int]]:
        """First and last day of each course of the drug; a new one begins after the gap."""
        gap = self.p.days("line_gap_days")
        courses: list[tuple[int, int]] = []
        for m in sorted(self.other_rows.get(drug, []), key=lambda m: m.start):
            if m.start > d:
                break
            last = NEVER_ENDS if m.last is None else m.last
            if courses and m.start - courses[-1][1] - 1 < gap:
                courses[-1] = (courses[-1][0], max(courses[-1][1], last))
            else:
                courses.append((m.start, last))
        return courses

    def _other(self, drug: str, s: int, d: int) -> bool:
        """Begun in the span by d - wait, and not ended before s."""
        by = d - self.p.days("other_line_wait_days")
        return any(s - self.lead <= first <= by and last >= s for first, last in self._courses(drug, d))
