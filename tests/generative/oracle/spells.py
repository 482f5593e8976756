"""Onset verdicts, spells, active verdicts and the range of the onset day (points 3 and 4)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from .counts import Counts
from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of
from .lists import DIAGNOSES
from .record import Record
from .steroids import Steroids
from .workup import Workup


@dataclass(frozen=True)
class OnsetRange:
    """Earliest and latest onset of the running episode (o) and of the first one (h)."""

    o_early: int
    o_late: int
    h_early: int
    h_late: int


@dataclass(frozen=True)
class Episode:
    """What is known of a cytopenia on one day; no range where it is not active."""

    active: Verdict
    onset: OnsetRange | None


class Spell:
    """A spell while it runs; `kind` is PASS for a sure one, UNKNOWN for a wide one."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.anchor = start  # the latest day that is low or whose count verdict holds
        self.steroid: int | None = None  # the latest steroid day

    def last_day(self, spell_days: int, steroid_carry: int) -> int:
        """The last day the events so far carry it to."""
        last = self.anchor + spell_days - 1
        if self.steroid is not None:
            carried = min(self.steroid + spell_days - 1, self.anchor + steroid_carry)
            last = max(last, carried)
        return last


class Spells:
    """Onset, spells and activity of one cytopenia over the days of one transplant."""

    def __init__(self, record: Record, counts: Counts, workup: Workup, steroids: Steroids, last_day: int) -> None:
        self.record = record
        self.p = record.p
        self.counts = counts
        self.workup = workup
        self.steroids = steroids
        self._onsets: dict[int, Verdict] = {}
        self._first: dict[tuple[int, Verdict], int] = {}
        self._looked: dict[tuple[int, Verdict], int] = {}
        self.episodes: list[Episode] = []
        self.first_wide: int | None = None  # h early, once known
        self.first_active: int | None = None  # o late on the first active PASS
        self._walk(last_day)

    # onset

    def _span(self, d: int) -> list[int]:
        """Count days in the span of the work-up that ends on d."""
        days = self.counts.count_days
        first = d - self.p.days("workup_days") + 1
        return days[bisect_left(days, first) : bisect_right(days, d)]

    def _diagnosed(self, d: int) -> bool:
        """A recorded diagnosis that fills unknowns on d."""
        if self.p.reading("recorded_diagnosis") != "fills_unknown":
            return False
        since = d - self.p.days("diagnosis_valid_days") + 1
        return any(
            row.start >= since and self.record.row_active(row, d) is PASS
            for name in DIAGNOSES[self.counts.cytopenia]
            for row in self.record.rows_of(name, d)
        )

    def filled_day(self, d: int) -> int | None:
        """The latest count day that a recorded diagnosis turns from UNKNOWN into PASS on d."""
        if not self._diagnosed(d):
            return None
        work = self.workup.verdict(d)
        filled = [
            c
            for c in self._span(d)
            if self.counts.numbers(c) is PASS and all_of((self.counts.verdict(c), work)) is UNKNOWN
        ]
        return max(filled, default=None)

    def onset(self, d: int) -> Verdict:
        """The onset verdict of d."""
        if d not in self._onsets:
            self._onsets[d] = self._onset(d)
        return self._onsets[d]

    def _onset(self, d: int) -> Verdict:
        if d in self.counts.diagnosis_days:
            return PASS
        best = max((self.counts.verdict(c) for c in self._span(d)), default=FAIL)
        verdict = FAIL if best is FAIL else all_of((best, self.workup.verdict(d)))
        if verdict is UNKNOWN and self.filled_day(d) is not None:
            return PASS
        if verdict is UNKNOWN and self._diagnosis_absent(d):
            return FAIL
        return verdict

    def _diagnosis_absent(self, d: int) -> bool:
        """Conditions are complete for the diagnosis and none is active on d."""
        if self.p.reading("absent_diagnosis") != "fails_unknown":
            return False
        return all(
            self.record.complete("conditions", d, name) and self.record.active(name, d) is FAIL
            for name in DIAGNOSES[self.counts.cytopenia]
        )

    # spells

    def _step(self, spell: Spell | None, t: int, least: Verdict) -> Spell | None:
        """The spell on day t, from the one of the day before; verdicts >= least hold."""
        days, carry = self.p.days("spell_days"), self.p.days("steroid_carry_days")
        if spell is not None and t > spell.last_day(days, carry):
            spell = None
        counted = self._is_count_day(t) and self.counts.verdict(t) >= least
        if spell is None and counted:
            spell = Spell(t)
        if spell is not None:
            self._take_events(spell, t, least, counted)
        return spell

    def _take_events(self, spell: Spell, t: int, least: Verdict, counted: bool) -> None:
        if counted or self.counts.low(t) >= least:
            spell.anchor = t
        bound = self.p.number("dependence_steroid_dose")
        if self.steroids.at_least(t, bound, gvhd=False) >= least:
            spell.steroid = t

    def _is_count_day(self, t: int) -> bool:
        days = self.counts.count_days
        at = bisect_left(days, t)
        return at < len(days) and days[at] == t

    def _opened_at(self, c: int, d: int) -> Spell | None:
        """The sure spell on d if one opens on c whatever the count verdict of c."""
        spell: Spell | None = Spell(c)
        assert spell is not None
        self._take_events(spell, c, PASS, True)
        for t in range(c + 1, d + 1):
            spell = self._step(spell, t, PASS)
        return spell

    def _walk(self, last_day: int) -> None:
        sure: Spell | None = None
        wide: Spell | None = None
        for d in range(0, last_day + 1):
            sure = self._step(sure, d, PASS)
            wide = self._step(wide, d, UNKNOWN)
            filled = self.filled_day(d) if sure is None else None
            if filled is not None:
                sure = self._opened_at(filled, d)
            self.episodes.append(self._episode(d, sure, wide))

    def _first_onset(self, spell: Spell | None, d: int, least: Verdict) -> int | None:
        """First day of the spell so far with an onset that is at least this."""
        if spell is None:
            return None
        key = (spell.start, least)
        if key not in self._first:
            looked_to = self._looked.get(key, spell.start - 1)
            for t in range(looked_to + 1, d + 1):
                if self.onset(t) >= least:
                    self._first[key] = t
                    break
            self._looked[key] = d
        return self._first.get(key)

    # active and the range of the onset day

    def _episode(self, d: int, sure: Spell | None, wide: Spell | None) -> Episode:
        back = self.p.days("workup_days") - 1
        first = self.counts.first_evidence
        if first is None or d < first:
            if d < self.p.days("onset_day_min"):
                return Episode(FAIL, None)
            return Episode(UNKNOWN, OnsetRange(0, d, 0, d))
        in_spell = PASS if sure is not None else UNKNOWN if wide is not None else FAIL
        sure_onset = self._first_onset(sure, d, PASS)
        wide_onset = self._first_onset(wide, d, UNKNOWN)
        seen = PASS if sure_onset is not None else UNKNOWN if wide_onset is not None else FAIL
        active = all_of((in_spell, seen))
        if wide is not None and wide_onset is not None and self.first_wide is None:
            self.first_wide = max(wide.start, wide_onset - back)
        if active is FAIL or wide is None or wide_onset is None:
            return Episode(active, None)
        o_early = max(wide.start, wide_onset - back)
        if sure is not None and sure_onset is not None:
            o_late = max(sure.start, sure_onset - back)
        else:
            o_late = max(c for c in self.counts.count_days if c <= d and self.counts.verdict(c) is not FAIL)
        if active is PASS and self.first_active is None:
            self.first_active = o_late
        assert self.first_wide is not None
        h_late = self.first_active if self.first_active is not None else o_late
        return Episode(active, OnsetRange(o_early, o_late, self.first_wide, h_late))
