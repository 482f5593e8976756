"""incomplete_response of one cytopenia: refractory, dependent, two lines."""

from __future__ import annotations

from .kleene import FAIL, Verdict, all_of, any_of, merged, negate
from .lines import Lines
from .record import Record
from .response import Responses
from .spells import OnsetRange
from .steroids import Steroids


class IncompleteResponse:
    """The three parts for one cytopenia."""

    def __init__(self, record: Record, cytopenia: str, steroids: Steroids) -> None:
        self.record = record
        self.p = record.p
        self.steroids = steroids
        self.responses = Responses(record, cytopenia)
        self.lines = Lines(record, cytopenia, steroids)
        self._pairs: dict[tuple[int, int, int], Verdict] = {}
        self._runs: dict[tuple[int, int], Verdict] = {}

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

    def _run_by(self, onset: int, t: int) -> Verdict:
        key = (onset, t)
        if key not in self._runs:
            self._runs[key] = self.steroids.run_by(onset, t)
        return self._runs[key]

    def _refractory(self, early: int, late: int, d: int, not_minimal: Verdict) -> Verdict:
        run = merged(self._run_by(early, d), self._run_by(late, d))
        if run is FAIL or not_minimal is FAIL:
            return FAIL
        bound = self.p.number("dependence_steroid_dose")
        responded = any_of(
            all_of(
                (
                    merged(self._run_by(early, t), self._run_by(late, t)),
                    self.full(early, late, t),
                    self.steroids.at_least(t, bound, gvhd=True),
                )
            )
            for t in range(early, d + 1)
        )
        return all_of((run, not_minimal, negate(responded)))

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
        pairs = any_of(self._pair_ending(early, late, t) for t in range(early, d + 1))
        if pairs is FAIL:
            return FAIL
        well = all_of((self.steroids.off(d), self.full(early, late, d)))
        return all_of((pairs, negate(well)))

    def _pair_ending(self, early: int, late: int, t: int) -> Verdict:
        """Some r before t: at the dose and responding on r, off the dose and not on t."""
        key = (early, late, t)
        if key not in self._pairs:
            lost = all_of((self.steroids.off(t), negate(self.full(early, late, t))))
            if lost is FAIL:
                self._pairs[key] = FAIL
            else:
                first = max(early, t - self.p.days("taper_relapse_days"))
                held = any_of(
                    all_of((negate(self.steroids.off(r)), self.full(early, late, r))) for r in range(first, t)
                )
                self._pairs[key] = all_of((lost, held))
        return self._pairs[key]

    # I6c, I6d

    def _two_lines(self, onset: OnsetRange, d: int, not_minimal: Verdict) -> Verdict:
        if not_minimal is FAIL:
            return FAIL
        if self.p.reading("lines_counted_from") == "running_episode":
            early, late = onset.o_early, onset.o_late
        else:
            early, late = onset.h_early, onset.h_late
        return all_of((self.lines.enough(early, late, d), not_minimal))
