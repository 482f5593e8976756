"""incomplete_response of one cytopenia: refractory, dependent, two lines."""

from __future__ import annotations

from dataclasses import dataclass

from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, any_of, merged, negate
from .lines import Lines
from .record import Record
from .response import Responses
from .spells import OnsetRange
from .steroids import Steroids


@dataclass
class Pairs:
    """Relapse on taper so far: days up to `seen` have been looked at."""

    seen: int
    found: Verdict = FAIL
    held: int | None = None  # latest day at the dose and responding
    maybe_held: int | None = None  # latest day on which that is unknown


class IncompleteResponse:
    """The three parts for one cytopenia."""

    def __init__(self, record: Record, cytopenia: str, steroids: Steroids) -> None:
        self.record = record
        self.p = record.p
        self.steroids = steroids
        self.responses = Responses(record, cytopenia)
        self.lines = Lines(record, cytopenia, steroids)
        self.taper_days = self.p.days("taper_relapse_days")
        self.dose = self.p.number("dependence_steroid_dose")
        self._pairs: dict[tuple[int, int], Pairs] = {}

    def parts(self, onset: OnsetRange, d: int) -> dict[str, Verdict]:
        """The verdict of each part on d."""
        early, late = onset.o_early, onset.o_late
        not_minimal = negate(self.responses.more_than_minimal(early, late, d))
        return {
            "refractory": self._refractory(early, late, d, not_minimal),
            "dependent": self._dependent(early, late, d),
            "two_lines": self._two_lines(onset, d, not_minimal),
        }

    def full(self, early: int, late: int, t: int) -> Verdict:
        return self.responses.full(early, late, t)

    # I6a

    def _refractory(self, early: int, late: int, d: int, not_minimal: Verdict) -> Verdict:
        run = self._run_by(early, late, d)
        if run is FAIL or not_minimal is FAIL:
            return FAIL
        return all_of((run, not_minimal, negate(self._responded(early, late, d))))

    def _run_by(self, early: int, late: int, t: int) -> Verdict:
        """A run has ended by t; UNKNOWN where the two onset days differ."""
        return merged(self.steroids.run_by(early, t), self.steroids.run_by(late, t))

    def _responded(self, early: int, late: int, d: int) -> Verdict:
        """A full response at a dose on some day from the end of the first run to d."""
        found = FAIL
        if self.steroids.run_by(early, d) is FAIL:
            return FAIL
        for t in range(early, d + 1):
            if found is UNKNOWN and t < late:
                continue  # before the late onset a response is at best UNKNOWN
            run = self._run_by(early, late, t)
            if run is FAIL:
                continue
            at_dose = self.steroids.at_least(t, self.dose, gvhd=True)
            found = max(found, all_of((run, self.full(early, late, t), at_dose)))
            if found is PASS:
                break
        return found

    # I6b

    def _dependent(self, early: int, late: int, d: int) -> Verdict:
        evidence = self.p.reading("dependence_evidence")
        if evidence == "continuing_dose":
            return self._continuing(early, late, d)
        if evidence == "relapse_on_taper":
            return self._relapse(early, late, d)
        return any_of((self._continuing(early, late, d), self._relapse(early, late, d)))

    def _continuing(self, early: int, late: int, d: int) -> Verdict:
        dose = merged(self.steroids.continued(early, d), self.steroids.continued(late, d))
        return all_of((dose, self.full(early, late, d)))

    def _relapse(self, early: int, late: int, d: int) -> Verdict:
        state = self._pairs.setdefault((early, late), Pairs(early - 1))
        for t in range(state.seen + 1, d + 1):
            self._look_at(state, early, late, t)
        if state.found is FAIL:
            return FAIL
        well = all_of((self.steroids.off(d), self.full(early, late, d)))
        return all_of((state.found, negate(well)))

    def _look_at(self, state: Pairs, early: int, late: int, t: int) -> None:
        """Take t as the later day of a pair, then as the earlier one of pairs to come."""
        state.seen = t
        if state.found is UNKNOWN and t < late:
            return  # before the late onset a response is at best UNKNOWN, and so are its pairs
        off = self.steroids.off(t)
        held = FAIL
        if state.held is not None and t - state.held <= self.taper_days:
            held = PASS
        elif state.maybe_held is not None and t - state.maybe_held <= self.taper_days:
            held = UNKNOWN
        if held is not FAIL and off is not FAIL:
            lost = all_of((off, negate(self.full(early, late, t))))
            state.found = max(state.found, all_of((held, lost)))
        if off is PASS:
            return
        holds = all_of((negate(off), self.full(early, late, t)))
        if holds is PASS:
            state.held = t
        elif holds is UNKNOWN:
            state.maybe_held = t

    # I6c, I6d

    def _two_lines(self, onset: OnsetRange, d: int, not_minimal: Verdict) -> Verdict:
        if not_minimal is FAIL:
            return FAIL
        if self.p.reading("lines_counted_from") == "running_episode":
            early, late = onset.o_early, onset.o_late
        else:
            early, late = onset.h_early, onset.h_late
        return all_of((self.lines.enough(early, late, d), not_minimal))
