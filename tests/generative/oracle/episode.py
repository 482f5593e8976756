"""Active verdicts of one cytopenia day by day, with the onset day o of the running episode and h."""

from __future__ import annotations

from dataclasses import dataclass

from .kleene import FAIL, NAMES, PASS, UNKNOWN, Verdict, ge
from .onset import Onset
from .steroids import Steroids


@dataclass(frozen=True)
class Day:
    """The active verdict of a day; `onset` (o) and `first` (h) have no meaning where it is FAIL."""

    active: Verdict
    onset: int
    first: int


class Episodes:
    def __init__(self, cytopenia: Onset, steroids: Steroids, last_day: int) -> None:
        self.cytopenia = cytopenia
        self.record = cytopenia.record
        self.settings = cytopenia.settings
        self.steroids = steroids
        self.computed = self._walk(last_day)

    def day(self, d: int) -> Day:
        """The computed day, or what chart review put in its place."""
        ruling = self.record.adjudicated(f"immune_cytopenia.{self.cytopenia.name}", d)
        if ruling is None:
            return self.computed[d]
        start = max(0, ruling.start)
        return Day(NAMES.index(ruling.verdict), start, start)

    def _walk(self, last_day: int) -> list[Day]:
        days: list[Day] = []
        passing = False  # a PASS onset has come and no resolution since
        unknown_onset: int | None = None  # latest evidence day with UNKNOWN onset since the last resolution
        begun: int | None = None  # first evidence day since the last resolution with an onset not FAIL
        h: int | None = None  # the same since day 0
        o = 0  # as it stood the day before; in a stretch of FAIL that of the episode before
        seen = False  # an evidence day with a lineage result or transfusion has come
        reached = 0  # the day the present verdict was reached
        for d in range(last_day + 1):
            if begun is not None and self.cytopenia.has_result(d) and self._resolved(d, o):
                passing, unknown_onset, begun = False, None, None
            if self.cytopenia.is_evidence_day(d):
                onset = self.cytopenia.onset(d)
                if onset != FAIL:
                    begun = d if begun is None else begun
                    h = d if h is None else h
                if onset == PASS:
                    passing = True
                if onset == UNKNOWN:
                    unknown_onset = d
            seen = seen or self.cytopenia.is_lineage_day(d)
            active = self._active(d, passing, unknown_onset, seen)
            if not days or active != days[-1].active:
                reached = d
            if active != FAIL and begun is not None:
                o = max(begun, reached - self.settings["workup_days"])
            days.append(Day(active, o, 0 if h is None else h))
        return days

    def _active(self, d: int, passing: bool, unknown_onset: int | None, seen: bool) -> Verdict:
        if passing:
            return PASS
        if unknown_onset is not None and d < unknown_onset + self.settings["unknown_carry_days"]:
            return UNKNOWN
        return FAIL if seen else UNKNOWN

    def _resolved(self, d: int, o: int) -> bool:
        level = self._resolved_level(o)
        return any(
            self._recovered_throughout(r.day, d, level)
            for r in self.record.between(self.cytopenia.analyte, o, d - self.settings["resolution_days"])
        )

    def _recovered_throughout(self, r: int, d: int, level: float) -> bool:
        if not all(ge(result.value, level) for result in self.record.between(self.cytopenia.analyte, r, d)):
            return False
        if self.record.transfusion_days(self.cytopenia.product, r, d):
            return False
        dose = self.settings["dependence_steroid_dose"]
        return not any(self.steroids.at_least(day, dose) == PASS for day in range(r, d + 1))

    def _resolved_level(self, o: int) -> float:
        if self.cytopenia.name == "itp":
            level, floor = self.settings["itp_resolved_platelets"], self.settings["itp_resolved_floor"]
        else:
            level, floor = self.settings["anemia_resolved_hemoglobin"], self.settings["anemia_resolved_floor"]
        baseline = self.cytopenia.baseline(o)
        if baseline is not None:
            level = min(level, baseline)
        return float(max(level, floor))
