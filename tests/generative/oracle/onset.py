"""Count verdicts, baselines and onset verdicts of one cytopenia."""

from __future__ import annotations

import statistics

from .engraftment import Engraftment
from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, any_of, ge, le, lt, remember, verdict
from .record import Record
from .workup import analytes, workup

NAMES = ("aiha", "itp", "prca")


class Onset:
    """`name` is aiha, itp or prca."""

    def __init__(self, name: str, record: Record, engraftments: dict[str, Engraftment]) -> None:
        self.name = name
        self.record = record
        self.settings = record.settings
        self.analyte = "platelets" if name == "itp" else "hemoglobin"
        self.product = "platelets" if name == "itp" else "red_cells"
        self.engraftment = engraftments["platelet" if name == "itp" else "neutrophil"]
        self.platelet_engraftment = engraftments["platelet"]

    # which days count

    def has_result(self, d: int) -> bool:
        return d in self.record.result_days(self.analyte)

    def is_lineage_day(self, d: int) -> bool:
        """A day with a lineage result or a lineage transfusion."""
        return self.has_result(d) or bool(self.record.transfusion_days(self.product, d, d))

    @remember
    def is_evidence_day(self, d: int) -> bool:
        worked_up = any(d in self.record.result_days(a) for a in analytes(self.name, self.settings))
        return self.is_lineage_day(d) or worked_up or self.diagnosis_starts(d)

    # counts

    @remember
    def count(self, c: int) -> Verdict:
        """Count verdict of a day c >= 0 with a lineage result or transfusion."""
        gate_day = c - self.settings["onset_after_engraftment_days"][self.name]
        gate = FAIL if gate_day < 0 else self.engraftment.verdict(gate_day)
        low_count = {"aiha": self._count_aiha, "itp": self._count_itp, "prca": self._count_prca}[self.name]
        return min(gate, low_count(c))

    def _lineage_value(self, c: int) -> float | None:
        result = self.record.latest(self.analyte, c, self.settings["blood_count_window_days"])
        return None if result is None else result.value

    def _count_aiha(self, c: int) -> Verdict:
        hemoglobin, baseline = self._lineage_value(c), self.baseline(c)
        if hemoglobin is None:
            return UNKNOWN
        low = verdict(lt(hemoglobin, self.settings["aiha_hemoglobin_below"]))
        if baseline is None:
            return min(low, UNKNOWN)
        return min(low, verdict(ge(baseline - hemoglobin, self.settings["aiha_hemoglobin_drop_min"])))

    def _count_itp(self, c: int) -> Verdict:
        recent = self.record.between("platelets", c - self.settings["itp_low_window_days"] + 1, c)
        low = min((r.value for r in recent), default=self._lineage_value(c))
        baseline = self.baseline(c)
        fallen = very_low = UNKNOWN
        if low is not None and baseline is not None:
            fallen = verdict(le(low, (1 - self.settings["itp_fall_fraction_min"]) * baseline))
        if low is not None:
            very_low = verdict(le(low, self.settings["itp_platelets_max"]))
        days = self.settings["transfusion_requirement_days"]
        transfused = self.record.transfused("platelets", c - days + 1, c)
        return min(fallen, max(very_low, transfused))

    def _count_prca(self, c: int) -> Verdict:
        hemoglobin = self._lineage_value(c)
        low = UNKNOWN
        if hemoglobin is not None:
            low = verdict(lt(hemoglobin, self.settings["prca_hemoglobin_below"]))
        days, times = self.settings["prca_transfusion_window_days"], self.settings["prca_transfusions_min"]
        needed = max(low, self.record.transfused("red_cells", c - days + 1, c, times))
        if not self.settings["prca_needs_platelet_engraftment"]:
            return needed
        return min(needed, self.platelet_engraftment.verdict(c))

    @remember
    def baseline(self, c: int) -> float | None:
        """The typical value before c; None where unknown."""
        e = self.engraftment.day(c)
        since = 0 if e is None else e
        medians = []
        for first, last in self._blocks(c):
            values = [r.value for r in self.record.between(self.analyte, max(first, since), last)]
            if len(values) >= self.settings["baseline_results_min"]:
                medians.append(statistics.median(values))
        return max(medians, default=None)

    def _blocks(self, c: int) -> list[tuple[int, int]]:
        last = c - self.settings["baseline_lag_days"]
        if self.settings["baseline_statistic"] == "median_90d":
            return [(c - self.settings["baseline_median_days"], last)]
        length = self.settings["baseline_block_days"]
        ends = [last - k * length for k in range(self.settings["baseline_blocks"])]
        return [(end - length + 1, end) for end in ends]

    # onset

    @remember
    def onset(self, d: int) -> Verdict:
        """Onset verdict of an evidence day d >= 0."""
        if self.settings["recorded_diagnosis"] == "suffices" and self.diagnosis_starts(d):
            return PASS
        found = self._from_results(d)
        if found == UNKNOWN and self._diagnosis_fills(d):
            return PASS
        if found == UNKNOWN and self._absence_fails(d):
            return FAIL
        return found

    def _from_results(self, d: int) -> Verdict:
        first = max(0, d - self.settings["workup_days"] + 1)
        counts = [self.count(c) for c in range(first, d + 1) if self.is_lineage_day(c)]
        if not counts:
            return FAIL
        worked_up = workup(self.name, self.record, d)
        return any_of(min(count, worked_up) for count in counts)

    # recorded diagnoses

    def _diagnoses(self) -> tuple[str, ...]:
        return (self.name,) if self.name == "prca" else (self.name, "evans")

    def diagnosis_starts(self, d: int) -> bool:
        if self.settings["recorded_diagnosis"] == "ignored":
            return False
        return any(row.start == d for name in self._diagnoses() for row in self.record.condition_rows(name))

    def _diagnosis_active(self, d: int) -> Verdict:
        return any_of(self.record.active(name, d) for name in self._diagnoses())

    def _diagnosis_fills(self, d: int) -> bool:
        return self.settings["recorded_diagnosis"] == "fills_unknown" and self._diagnosis_active(d) == PASS

    def _absence_fails(self, d: int) -> bool:
        if self.settings["absent_diagnosis"] != "fails_unknown":
            return False
        declared = all_of(self.record.by_completeness("conditions", name) for name in self._diagnoses())
        return declared == PASS and self._diagnosis_active(d) == FAIL
