"""Neutrophil and platelet engraftment, as each day knows it."""

from __future__ import annotations

import itertools

from .kleene import FAIL, PASS, UNKNOWN, Verdict, ge, lt, remember, rounded
from .record import Record, Result


class Engraftment:
    """`lineage` is "neutrophil" or "platelet"."""

    def __init__(self, record: Record, lineage: str) -> None:
        self.record = record
        self.lineage = lineage
        self.analyte = {"neutrophil": "neutrophils", "platelet": "platelets"}[lineage]
        self.minimum: float = record.settings[f"{lineage}_engraftment_min"]

    def verdict(self, d: int) -> Verdict:
        return self._verdict_and_day(d)[0]

    def day(self, d: int) -> int | None:
        """Engraftment day e as known on d, where the verdict on d is PASS; else None."""
        return self._verdict_and_day(d)[1]

    @remember
    def _verdict_and_day(self, d: int) -> tuple[Verdict, int | None]:
        recorded = self.record.recorded_engraftment[self.lineage]
        if recorded is not None and recorded <= d:
            return PASS, recorded
        series = self.record.between(self.analyte, 0, d)
        runs = [e for e in self._run_starts(len(series)) if not self._transfused_around(e, d)]
        if runs:
            if self.lineage == "platelet" and not self.record.complete("transfusions", "platelets"):
                return UNKNOWN, None
            return PASS, runs[0]
        recent = self.record.settings["platelet_engraftment_recent_transfusion_days"]
        if self.lineage == "platelet" and self.record.transfusion_days("platelets", d - recent + 1, d):
            return FAIL, None
        if series and lt(series[-1].value, self.minimum):
            return FAIL, None
        return UNKNOWN, None

    @remember
    def _run_starts(self, known: int) -> list[int]:
        """First days of the runs of successive results at or above the minimum, from the nadir on.

        `known` is the number of results since day 0 that are known.
        """
        series = self._since_day_0()
        length = self.record.settings["engraftment_results_min"]
        nadir = self._nadir_day(series[:known])
        return [
            series[i].day
            for i in self._runs()
            if i + length <= known and (nadir is None or series[i].day >= nadir)
        ]

    @remember
    def _since_day_0(self) -> list[Result]:
        return [r for r in self.record.results(self.analyte) if r.day >= 0]

    @remember
    def _runs(self) -> list[int]:
        """Positions at which a run begins, were all results known."""
        series = self._since_day_0()
        length = self.record.settings["engraftment_results_min"]
        gap = self.record.settings["engraftment_gap_days"]
        begins = []
        for i in range(len(series) - length + 1):
            run = series[i : i + length]
            high = all(ge(r.value, self.minimum) for r in run)
            if high and all(b.day - a.day <= gap for a, b in itertools.pairwise(run)):
                begins.append(i)
        return begins

    def _nadir_day(self, series: list[Result]) -> int | None:
        """The last day in days 0-28 with the lowest value among the results known."""
        early = [r for r in series if r.day <= self.record.settings["nadir_window_days"]]
        if not early:
            return None
        lowest = min(rounded(r.value) for r in early)
        return max(r.day for r in early if rounded(r.value) == lowest)

    def _transfused_around(self, e: int, d: int) -> bool:
        """A platelet transfusion recorded from e-6 to e+2 rules the run out."""
        if self.lineage != "platelet":
            return False
        before = self.record.settings["platelet_engraftment_free_before_days"]
        after = self.record.settings["platelet_engraftment_free_after_days"]
        return bool(self.record.transfusion_days("platelets", e - before, min(e + after, d)))
