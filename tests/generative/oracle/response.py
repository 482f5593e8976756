"""Measure, support, nadir and the two responses of one cytopenia."""

from __future__ import annotations

from .kleene import FAIL, UNKNOWN, Verdict, all_of, any_of, merged, negate, truth
from .lists import LINEAGE_ANALYTE, LINEAGE_PRODUCT
from .record import Record
from .values import Result, reaches, rounded


class Responses:
    """Responses of one lineage, for a given onset day and for a range of onset days."""

    def __init__(self, record: Record, cytopenia: str) -> None:
        self.record = record
        self.p = record.p
        self.cytopenia = cytopenia
        self.analyte = LINEAGE_ANALYTE[cytopenia]
        self._full: dict[tuple[int, int], Verdict] = {}
        self._minimal: dict[tuple[int, int], Verdict] = {}
        self._nadirs: dict[tuple[int, int], float | None] = {}

    # for a range of onset days

    def full(self, o_early: int, o_late: int, t: int) -> Verdict:
        """Full response on t; UNKNOWN where the two onset days differ."""
        return merged(self._full_for(o_early, t), self._full_for(o_late, t))

    def more_than_minimal(self, o_early: int, o_late: int, t: int) -> Verdict:
        return merged(self._minimal_for(o_early, t), self._minimal_for(o_late, t))

    # for one onset day

    def _full_for(self, onset: int, t: int) -> Verdict:
        key = (onset, t)
        if key not in self._full:
            self._full[key] = self._response(onset, t, full=True)
        return self._full[key]

    def _minimal_for(self, onset: int, t: int) -> Verdict:
        key = (onset, t)
        if key not in self._minimal:
            self._minimal[key] = self._response(onset, t, full=False)
        return self._minimal[key]

    def _response(self, onset: int, t: int, full: bool) -> Verdict:
        if t < onset:
            return FAIL
        found = self.record.latest(self.analyte, t, self.p.days("response_window_days"))
        nadir = self.nadir(onset, t)
        if found is None or nadir is None:
            return UNKNOWN
        day, measure = found
        risen = self._risen(measure, nadir, full)
        return all_of((negate(self._supported(day)), risen))

    def _risen(self, measure: Result, nadir: float, full: bool) -> Verdict:
        if self.cytopenia == "itp":
            enough = measure.interval.at_least(self.p.number("response_platelets_min"))
            fold = self.p.number("response_platelet_fold")
            multiplied = truth(reaches(measure.number, fold * nadir))
            return any_of((enough, multiplied)) if full else all_of((enough, multiplied))
        name = "response_hemoglobin_rise" if full else "minimal_response_hemoglobin_rise"
        return truth(reaches(measure.number, nadir + self.p.number(name)))

    def _supported(self, result_day: int) -> Verdict:
        """A lineage transfusion shortly before the result, by completeness."""
        itp = self.cytopenia == "itp"
        days = self.p.days("platelet_support_days" if itp else "red_cell_support_days")
        product = LINEAGE_PRODUCT[self.cytopenia]
        return self.record.transfused(product, result_day - days + 1, result_day)

    def nadir(self, onset: int, t: int) -> float | None:
        """The lowest lineage result from shortly before the onset to t."""
        key = (onset, t)
        if key not in self._nadirs:
            first = onset - (self.p.days("blood_count_window_days") - 1)
            before = (onset, t - 1)
            known: list[float] = []
            if before in self._nadirs:  # the same days but one
                earlier = self._nadirs[before]
                known = [] if earlier is None else [earlier]
                first = max(first, t)
            known += [rounded(r.number) for _, r in self.record.within(self.analyte, first, t)]
            self._nadirs[key] = min(known, default=None)
        return self._nadirs[key]
