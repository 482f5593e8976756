"""Neutrophil and platelet engraftment, from the recorded date or from results."""

from __future__ import annotations

import itertools

from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, by_completeness
from .record import Record
from .values import rounded


class Engraftment:
    """Engraftment of one cell line, day by day."""

    def __init__(self, record: Record, analyte: str) -> None:
        self.record = record
        self.analyte = analyte
        self.platelets = analyte == "platelets"
        name = "platelet_engraftment_min" if self.platelets else "neutrophil_engraftment_min"
        self.minimum = record.p.number(name)
        self.recorded = record.recorded_engraftment[analyte]
        self.days = [t for t in record.result_days(analyte) if t >= 0]
        self.reached = {  # each result against the minimum
            t: record.result_on(analyte, t).interval.at_least(self.minimum) for t in self.days
        }
        self._known: dict[int, tuple[Verdict, int | None]] = {}

    def verdict(self, d: int) -> Verdict:
        return self._on(d)[0]

    def engraftment_day(self, d: int) -> int | None:
        """The day e as known on d; None while engraftment is not PASS."""
        return self._on(d)[1]

    def _on(self, d: int) -> tuple[Verdict, int | None]:
        if d not in self._known:
            self._known[d] = self._compute(d)
        return self._known[d]

    def _compute(self, d: int) -> tuple[Verdict, int | None]:
        if self.recorded is not None and self.recorded <= d:
            return PASS, self.recorded
        runs = self._runs(d)
        for first, verdict in runs:
            if verdict is PASS:
                return PASS, first
        if any(verdict is UNKNOWN for _, verdict in runs):
            return UNKNOWN, None
        return self._without_run(d), None

    def _without_run(self, d: int) -> Verdict:
        """Neither a PASS nor an UNKNOWN run is there yet."""
        p = self.record.p
        if self.platelets:
            recent = p.days("platelet_engraftment_recent_transfusion_days")
            if self.record.transfusion_days("platelets", d - recent + 1, d):
                return FAIL
        known = [t for t in self.days if t <= d]
        if not known:
            return UNKNOWN
        return FAIL if self.reached[known[-1]] is FAIL else UNKNOWN

    def _nadir_day(self, d: int) -> int | None:
        """The last day of the nadir window with the lowest value known on d."""
        window = self.record.p.days("nadir_window_days")
        lowest: float | None = None
        day: int | None = None
        for t in self.days:
            if t > d or t > window:
                break
            value = rounded(self.record.result_on(self.analyte, t).number)
            if lowest is None or value <= lowest:
                lowest, day = value, t
        return day

    def _runs(self, d: int) -> list[tuple[int, Verdict]]:
        """Every run of successive results known on d: its first day and its verdict."""
        p = self.record.p
        length, gap = p.days("engraftment_results_min"), p.days("engraftment_gap_days")
        known = [t for t in self.days if t <= d]
        nadir = self._nadir_day(d)
        found: list[tuple[int, Verdict]] = []
        for i in range(len(known) - length + 1):
            run = known[i : i + length]
            if nadir is not None and run[0] < nadir:
                continue
            if any(b - a > gap for a, b in itertools.pairwise(run)):
                continue
            verdict = min(self.reached[t] for t in run)
            if self.platelets and verdict is not FAIL:
                verdict = all_of((verdict, self._free(run[0], d)))
            if verdict is not FAIL:
                found.append((run[0], verdict))
        return found

    def _free(self, e: int, d: int) -> Verdict:
        """No platelet transfusion around the first day e of a run, by completeness."""
        p = self.record.p
        first = e - p.days("platelet_engraftment_free_before_days")
        last = min(d, e + p.days("platelet_engraftment_free_after_days"))
        if self.record.transfusion_days("platelets", first, last):
            return FAIL
        return by_completeness(self.record.complete("transfusions", first, "platelets"))
