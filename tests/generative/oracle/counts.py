"""Count verdicts, low days and baselines of one cytopenia (immune_cytopenia, point 1)."""

from __future__ import annotations

from collections.abc import Callable

from .engraftment import Engraftment
from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, any_of, truth
from .lists import DIAGNOSES, LINEAGE_ANALYTE, LINEAGE_PRODUCT
from .record import Record
from .values import Result, median, reaches, rounded


class Counts:
    """The counts of one cytopenia; everything of a day c is as known on c."""

    def __init__(self, record: Record, cytopenia: str, gate: Engraftment, platelets: Engraftment) -> None:
        self.record = record
        self.p = record.p
        self.cytopenia = cytopenia
        self.analyte = LINEAGE_ANALYTE[cytopenia]
        self.product = LINEAGE_PRODUCT[cytopenia]
        self.gate = gate
        self.platelets = platelets
        self.diagnosis_days = self._sufficient_diagnoses()
        everything = record.transfusion_days(self.product, -(10**9), 10**9)
        # the first lineage result or transfusion on a day >= 0
        evidence = [*record.result_days(self.analyte), *everything, *self.diagnosis_days]
        self.first_evidence = min((t for t in evidence if t >= 0), default=None)
        days = set(record.result_days(self.analyte))
        if cytopenia != "aiha":
            days |= set(everything)
        self.low_days = {c for c in days if c >= 0}
        self.count_days = sorted(days | self.diagnosis_days)
        self._counts: dict[int, Verdict] = {}
        self._numbers: dict[int, Verdict] = {}
        self._lows: dict[int, Verdict] = {}

    def _sufficient_diagnoses(self) -> set[int]:
        """Start days of a recorded diagnosis that suffices."""
        if self.p.reading("recorded_diagnosis") != "suffices":
            return set()
        names = DIAGNOSES[self.cytopenia]
        return {row.start for name in names for row in self.record.conditions.get(name, []) if row.start >= 0}

    # verdicts

    def verdict(self, c: int) -> Verdict:
        """The count verdict of a count day."""
        return _kept(self._counts, c, self._verdict)

    def numbers(self, c: int) -> Verdict:
        """All points of the count verdict but the other causes."""
        return _kept(self._numbers, c, self._number_points)

    def low(self, c: int) -> Verdict:
        """The absolute part alone; FAIL on a day that cannot be low."""
        return _kept(self._lows, c, self._low) if c in self.low_days else FAIL

    def _verdict(self, c: int) -> Verdict:
        if c in self.diagnosis_days:
            return PASS
        numbers = self.numbers(c)
        if numbers is FAIL or self.cytopenia == "aiha":
            return numbers
        return all_of((numbers, self.record.none_active(self.causes, c)))

    @property
    def causes(self) -> tuple[str, ...]:
        name = "itp_other_causes" if self.cytopenia == "itp" else "prca_obvious_causes"
        return self.p.names(name)

    def _number_points(self, c: int) -> Verdict:
        if c < self.p.days("onset_day_min") or self._engrafted(c) is FAIL:
            return FAIL
        points = {"aiha": self._aiha, "itp": self._itp, "prca": self._prca}[self.cytopenia]
        return all_of((self._engrafted(c), points(c)))

    def _engrafted(self, c: int) -> Verdict:
        after = int(self.p.mapping("onset_after_engraftment_days")[self.cytopenia])
        return FAIL if c - after < 0 else self.gate.verdict(c - after)

    # the three cytopenias

    def _current(self, c: int) -> Result | None:
        found = self.record.latest(self.analyte, c, self.p.days("blood_count_window_days"))
        return None if found is None else found[1]

    def _below(self, c: int, bound: float) -> Verdict:
        current = self._current(c)
        return UNKNOWN if current is None else current.interval.below(bound)

    def _aiha(self, c: int) -> Verdict:
        below = self._below(c, self.p.number("aiha_hemoglobin_below"))
        if below is FAIL:
            return FAIL
        current, baseline = self._current(c), self.baseline(c)
        if current is None or baseline is None:
            return UNKNOWN
        drop = baseline - current.number
        return all_of((below, truth(reaches(drop, self.p.number("aiha_hemoglobin_drop_min")))))

    def _recent_platelets(self, c: int) -> list[Result]:
        """The results of the low window, else the current one."""
        window = self.p.days("itp_low_window_days")
        results = [r for _, r in self.record.within("platelets", c - window + 1, c)]
        if results:
            return results
        current = self._current(c)
        return [] if current is None else [current]

    def _platelets_required(self, c: int) -> Verdict:
        days = self.p.days("transfusion_requirement_days")
        return self.record.transfused("platelets", c - days + 1, c)

    def _itp(self, c: int) -> Verdict:
        results = self._recent_platelets(c)
        low = min(results, key=lambda r: r.order) if results else None
        at_most = UNKNOWN if low is None else low.interval.at_most(self.p.number("itp_platelets_max"))
        needed = any_of((at_most, self._platelets_required(c)))
        if needed is FAIL:
            return FAIL
        baseline = self.baseline(c)
        if low is None or baseline is None:
            return UNKNOWN
        kept = 1 - self.p.number("itp_fall_fraction_min")
        fallen = truth(rounded(low.number) <= rounded(kept * baseline))
        return all_of((fallen, needed))

    def _red_cells_required(self, c: int) -> Verdict:
        days = self.p.days("prca_transfusion_window_days")
        k = self.p.days("prca_transfusions_min")
        return self.record.transfused("red_cells", c - days + 1, c, k)

    def _prca_low(self, c: int) -> Verdict:
        below = self._below(c, self.p.number("prca_hemoglobin_below"))
        return any_of((below, self._red_cells_required(c)))

    def _prca(self, c: int) -> Verdict:
        low = self._prca_low(c)
        if not self.p.flag("prca_needs_platelet_engraftment"):
            return low
        return all_of((self.platelets.verdict(c), low))

    def _low(self, c: int) -> Verdict:
        if self.cytopenia == "aiha":
            return self._below(c, self.p.number("aiha_hemoglobin_below"))
        if self.cytopenia == "prca":
            return self._prca_low(c)
        bound = self.p.number("itp_platelets_max")
        results = self._recent_platelets(c)
        at_most = any_of(r.interval.at_most(bound) for r in results) if results else UNKNOWN
        return any_of((at_most, self._platelets_required(c)))

    # baseline

    def baseline(self, c: int) -> float | None:
        """The typical value before c; None where unknown."""
        engrafted = self.gate.verdict(c)
        if engrafted is UNKNOWN:
            return None
        since = self.gate.engraftment_day(c)
        if since is None:
            since = 0
        lag = self.p.days("baseline_lag_days")
        if self.p.reading("baseline_statistic") == "median_90d":
            return self._median(c - self.p.days("baseline_median_days"), c - lag, since)
        block = self.p.days("baseline_block_days")
        medians = []
        for k in range(self.p.days("baseline_blocks")):
            last = c - lag - k * block
            value = self._median(last - block + 1, last, since)
            if value is not None:
                medians.append(value)
        return max(medians, default=None)

    def _median(self, first: int, last: int, since: int) -> float | None:
        results = self.record.within(self.analyte, max(first, since), last)
        if len(results) < max(1, self.p.days("baseline_results_min")):
            return None
        return median([r.number for _, r in results])


def _kept(store: dict[int, Verdict], day: int, compute: Callable[[int], Verdict]) -> Verdict:
    if day not in store:
        store[day] = compute(day)
    return store[day]
