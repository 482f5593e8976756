"""The work-up verdict of one cytopenia (immune_cytopenia, point 2)."""

from __future__ import annotations

from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, any_of, at_least, negate, truth
from .record import Record
from .values import Result, Side, own_limit


class Workup:
    """The work-up of one cytopenia, day by day."""

    def __init__(self, record: Record, cytopenia: str) -> None:
        self.record = record
        self.p = record.p
        self.cytopenia = cytopenia
        self._known: dict[int, Verdict] = {}

    def verdict(self, d: int) -> Verdict:
        if d not in self._known:
            work = {"aiha": self._aiha, "itp": self._itp, "prca": self._prca}[self.cytopenia]
            self._known[d] = work(d)
        return self._known[d]

    def _latest(self, analyte: str, d: int) -> Result | None:
        found = self.record.latest(analyte, d, self.p.days("chemistry_window_days"))
        return None if found is None else found[1]

    def _against_limit(self, analyte: str, d: int, side: Side) -> Verdict | None:
        """Above the upper (below the lower) limit; None without a result."""
        result = self._latest(analyte, d)
        if result is None:
            return None
        fallback = self.p.number(f"{analyte}_{side}_limit")
        own = own_limit(result, side, fallback)
        limit = fallback if own is None else own
        if side == "upper":
            return result.interval.above(limit)
        return result.interval.below(limit)

    # AIHA

    def _aiha(self, d: int) -> Verdict:
        dat = self._dat(d)
        return all_of((dat, self._hemolysis(d))) if dat is not FAIL else FAIL

    def _dat(self, d: int) -> Verdict:
        found = self.record.latest_word("dat", d, self.p.days("dat_window_days"))
        if found is None or found[1] == "indeterminate":
            return UNKNOWN
        if found[1] == "positive":
            return PASS
        reading = self.p.reading("dat_negative_aiha")
        if reading == "excluded":
            return FAIL
        if reading == "included":
            return self.record.none_active(self.p.names("hemolysis_other_causes"), d)
        return UNKNOWN

    def _hemolysis(self, d: int) -> Verdict:
        markers = (
            _either(
                [
                    self._against_limit("reticulocytes_percent", d, "upper"),
                    self._against_limit("reticulocytes", d, "upper"),
                ]
            ),
            _or_unknown(self._against_limit("ldh", d, "upper")),
            _or_unknown(self._against_limit("haptoglobin", d, "lower")),
            self._indirect_bilirubin(d),
        )
        return at_least(self.p.days("hemolysis_markers_min"), markers)

    def _indirect_bilirubin(self, d: int) -> Verdict:
        """The measured one in the window, else total - direct of the latest day with both."""
        measured = self._against_limit("bilirubin_indirect", d, "upper")
        if measured is not None:
            return measured
        first = d - self.p.days("chemistry_window_days") + 1
        total = dict(self.record.within("bilirubin_total", first, d))
        direct = dict(self.record.within("bilirubin_direct", first, d))
        both = [t for t in total if t in direct]
        if not both:
            return UNKNOWN
        t = max(both)
        indirect = total[t].interval.minus(direct[t].interval)
        return indirect.above(self.p.number("bilirubin_indirect_upper_limit"))

    # ITP

    def _itp(self, d: int) -> Verdict:
        causes = self.record.none_active(self.p.names("itp_other_causes"), d)
        if not self.p.flag("megakaryocytes_required"):
            return causes
        window = self.p.days("marrow_window_days")
        found = self.record.latest_word("marrow_megakaryocytes", d, window)
        marrow = UNKNOWN if found is None or found[1] == "indeterminate" else truth(found[1] in ("normal", "increased"))
        return all_of((causes, marrow))

    # PRCA

    def _prca(self, d: int) -> Verdict:
        window = self.p.days("chemistry_window_days")
        causes = self.record.none_active(self.p.names("prca_obvious_causes"), d)
        parvovirus = self.record.latest_is("parvovirus_b19", d, "positive", window)
        return all_of((self._reticulocytopenia(d), causes, negate(truth(parvovirus))))

    def _reticulocytopenia(self, d: int) -> Verdict:
        percent = self._below("reticulocytes_percent", d, "prca_reticulocyte_percent_below")
        absolute = self._below("reticulocytes", d, "prca_reticulocytes_below")
        rule = self.p.reading("prca_reticulocyte_rule")
        if rule == "percent":
            return _or_unknown(percent)
        if rule == "absolute":
            return _or_unknown(absolute)
        if rule == "both":
            return all_of((_or_unknown(percent), _or_unknown(absolute)))
        return _either([percent, absolute])

    def _below(self, analyte: str, d: int, bound: str) -> Verdict | None:
        result = self._latest(analyte, d)
        return None if result is None else result.interval.below(self.p.number(bound))


def _or_unknown(verdict: Verdict | None) -> Verdict:
    return UNKNOWN if verdict is None else verdict


def _either(measures: list[Verdict | None]) -> Verdict:
    """One of the measures that are available passes; UNKNOWN where none is available."""
    available = [verdict for verdict in measures if verdict is not None]
    return any_of(available) if available else UNKNOWN
