"""Incomplete response: refractory to, or dependent on, corticosteroids."""

from __future__ import annotations

from .episode import Episodes
from .kleene import FAIL, UNKNOWN, RunningOr, Verdict, all_of, any_of, ge, negate, remember, verdict
from .record import Result
from .steroids import Steroids


class Response:
    """Questions about day d of an episode of one cytopenia with onset day o."""

    def __init__(self, episodes: Episodes, steroids: Steroids) -> None:
        self.cytopenia = episodes.cytopenia
        self.record = episodes.record
        self.settings = episodes.settings
        self.steroids = steroids
        self.itp = self.cytopenia.name == "itp"
        self._dose_runs = RunningOr()
        self._tapers = RunningOr()

    # response

    def _measure(self, d: int) -> Result | None:
        return self.record.latest(self.cytopenia.analyte, d, self.settings["response_window_days"])

    def _nadir(self, o: int, d: int) -> float | None:
        """Lowest lineage result on days o ... d."""
        return min((r.value for r in self.record.between(self.cytopenia.analyte, o, d)), default=None)

    def _supported(self, result_day: int) -> Verdict:
        days = self.settings["platelet_support_days" if self.itp else "red_cell_support_days"]
        return self.record.transfused(self.cytopenia.product, result_day - days + 1, result_day)

    @remember
    def full_response(self, o: int, d: int) -> Verdict:
        measure, nadir = self._measure(d), self._nadir(o, d)
        if measure is None or nadir is None:
            return UNKNOWN
        if self.itp:
            high = ge(measure.value, self.settings["response_platelets_min"]) or ge(
                measure.value, self.settings["response_platelet_fold"] * nadir
            )
        else:
            high = ge(measure.value, nadir + self.settings["response_hemoglobin_rise"])
        return min(negate(self._supported(measure.day)), verdict(high))

    @remember
    def more_than_minimal(self, o: int, d: int) -> Verdict:
        measure, nadir = self._measure(d), self._nadir(o, d)
        if measure is None or nadir is None:
            return UNKNOWN
        if self.itp:
            high = ge(measure.value, self.settings["response_platelets_min"]) and ge(
                measure.value, self.settings["response_platelet_fold"] * nadir
            )
        else:
            high = ge(measure.value, nadir + self.settings["minimal_response_hemoglobin_rise"])
        return min(negate(self._supported(measure.day)), verdict(high))

    # I6a

    def refractory(self, o: int, d: int) -> Verdict:
        run = self._dose_runs.over(o, d, lambda end: self._full_dose_run(o, end))
        return min(run, negate(self.more_than_minimal(o, d)))

    def _full_dose_run(self, o: int, end: int) -> Verdict:
        """At the refractory dose on each day of the window that ends on `end`; FAIL if it starts before o."""
        first = end - self.settings["refractory_steroid_days"] + 1
        if first < o:
            return FAIL
        return all_of(self._dose(d, "refractory_steroid_dose") for d in range(first, end + 1))

    # I6b

    def dependent(self, o: int, d: int) -> Verdict:
        evidence = self.settings["dependence_evidence"]
        if evidence == "continuing_dose":
            return self.continuing_dose(o, d)
        if evidence == "relapse_on_taper":
            return self.relapse_on_taper(o, d)
        return max(self.continuing_dose(o, d), self.relapse_on_taper(o, d))

    def continuing_dose(self, o: int, d: int) -> Verdict:
        first = d - self.settings["dependence_steroid_days"] + 1
        if first < o:
            return FAIL
        gvhd = self.settings["gvhd_steroids_count"]
        threshold = self.settings["dependence_steroid_dose"]
        each_day = all_of(self.steroids.at_least(day, threshold, gvhd) for day in range(first, d + 1))
        return min(each_day, self.full_response(o, d))

    def relapse_on_taper(self, o: int, d: int) -> Verdict:
        relapsed = self._tapers.over(o, d, lambda t: self._relapsed_on(o, t))
        off_and_well = min(negate(self._on_dose(d)), self.full_response(o, d))
        return min(relapsed, negate(off_and_well))

    def _relapsed_on(self, o: int, t: int) -> Verdict:
        """For some r < t, t - r <= 56: on the dose and responding on r, neither on t."""
        first = max(o, t - self.settings["taper_relapse_days"])
        responded = any_of(min(self._on_dose(r), self.full_response(o, r)) for r in range(first, t))
        return all_of([responded, negate(self._on_dose(t)), negate(self.full_response(o, t))])

    def _on_dose(self, d: int) -> Verdict:
        return self._dose(d, "dependence_steroid_dose")

    def _dose(self, d: int, threshold: str) -> Verdict:
        return self.steroids.at_least(d, self.settings[threshold])
