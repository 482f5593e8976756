"""Criteria that read demographics, disease status, counts, conditions and limits."""

from __future__ import annotations

import datetime
from typing import Any

from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, by_completeness, negate, truth
from .record import Record
from .rows import day_cell, number
from .values import own_limit, reaches

DAYS_PER_YEAR = 365.25
OLDEST = 110.0
SPONSOR = {"granted": PASS, "withheld": FAIL, "open": UNKNOWN}
HYPERSENSITIVITY = ("study_drug_hypersensitivity", "anti_cd38_intolerance", "steroid_intolerance")
ANTI_CD38 = ("daratumumab", "isatuximab")


def sponsor_agreement(record: Record) -> Verdict:
    return SPONSOR[record.p.reading("sponsor_agreement")]


def attested(record: Record) -> Verdict:
    """The answer where nothing on file says otherwise."""
    return PASS if record.p.reading("attested") == "assumed" else UNKNOWN


class Age:
    """Age in years: the least and the most it can be."""

    def __init__(self, patient: dict[str, Any], day0: int, index_day: int, dates: bool) -> None:
        self.day0 = day0
        self.dates = dates
        self.index_day = index_day
        self.birth = day_cell(patient, "birth")
        self.at_index = number(patient, "age_at_transplant")
        year = number(patient, "birth_year")
        self.birth_year = None if year is None else int(year)
        year = number(patient, "transplant_year")
        self.transplant_year = None if year is None else int(year)
        if dates:
            self.transplant_year = datetime.date.fromordinal(index_day).year
        if self.birth is not None and not self._possible((index_day - self.birth) / DAYS_PER_YEAR):
            self.birth = None
        if self.at_index is not None and not self._possible(self.at_index):
            self.at_index = None
        years = (self.birth_year, self.transplant_year)
        if None not in years and not self._possible(years[1] - years[0]):
            self.birth_year = None

    @staticmethod
    def _possible(years: float) -> bool:
        return 0 <= years <= OLDEST

    def _span(self, d: int) -> tuple[float, float] | None:
        """Least and most years on day d after day 0."""
        day = self.day0 + d
        if self.birth is not None:
            if self.dates:
                born = datetime.date.fromordinal(self.birth)
                years: float = completed_years(born, datetime.date.fromordinal(day))
            else:
                years = (day - self.birth) / DAYS_PER_YEAR
            return years, years
        if self.at_index is not None:
            years = self.at_index + (day - self.index_day) / DAYS_PER_YEAR
            return years, years
        if self.birth_year is None or self.transplant_year is None:
            return None
        first_birth = datetime.date(self.birth_year, 1, 1)
        last_birth = datetime.date(self.birth_year, 12, 31)
        if self.dates:
            early = late = datetime.date.fromordinal(day)
        else:
            passed = datetime.timedelta(days=day - self.index_day)
            early = datetime.date(self.transplant_year, 1, 1) + passed
            late = datetime.date(self.transplant_year, 12, 31) + passed
        return completed_years(last_birth, early), completed_years(first_birth, late)

    def at_least(self, d: int, years: float) -> Verdict:
        """Age on day d is at least this."""
        span = self._span(d)
        if span is None:
            return UNKNOWN
        least, most = span
        if reaches(least, years):
            return PASS
        return UNKNOWN if reaches(most, years) else FAIL


def completed_years(born: datetime.date, on: datetime.date) -> int:
    return on.year - born.year - int((on.month, on.day) < (born.month, born.day))


# disease status


def remission(record: Record, d: int) -> Verdict:
    p = record.p
    if p.flag("nonmalignant_counts_as_remission") and record.indication in p.names("nonmalignant_indications"):
        return PASS
    known = [s for s in record.statuses if s.day <= d]
    if not known:
        return UNKNOWN
    day = max(s.day for s in known)
    statuses = {s.status for s in known if s.day == day}
    if statuses != {"remission"}:
        return FAIL if day >= 0 else UNKNOWN
    return _remission_counts(record, day, d)


def _remission_counts(record: Record, day: int, d: int) -> Verdict:
    """A remission row of this day still counts on d."""
    if record.complete("disease_status", d):
        return PASS
    return PASS if d - day < record.p.days("remission_valid_days") else UNKNOWN


def no_relapse(record: Record, d: int) -> Verdict:
    known = [s for s in record.statuses if 0 < s.day <= d and s.status != "active"]
    if not known:
        return by_completeness(record.complete("disease_status", min(1, d)))
    day = max(s.day for s in known)
    statuses = {s.status for s in known if s.day == day}
    return FAIL if statuses != {"remission"} else _remission_counts(record, day, d)


# counts, limits


def neutrophil_count(record: Record, d: int) -> Verdict:
    found = record.latest("neutrophils", d, record.p.days("blood_count_window_days"))
    if found is None:
        return UNKNOWN
    return found[1].interval.at_least(record.p.number("neutrophils_min"))


def organ_function(record: Record, d: int) -> Verdict:
    return all_of(_within_limit(record, d, name, factor) for name, factor in record.p.mapping("organ_limits").items())


def _within_limit(record: Record, d: int, name: str, factor: float) -> Verdict:
    analyte = name.removesuffix("_max_uln")
    analyte = "bilirubin_total" if analyte == "bilirubin" else analyte
    found = record.latest(analyte, d, record.p.days("chemistry_window_days"))
    upper = None if found is None else own_limit(found[1], "upper", None)
    if found is None or upper is None:
        return UNKNOWN
    return found[1].interval.at_most(factor * upper)


# conditions


def no_ta_tma(record: Record, d: int) -> Verdict:
    active = record.active("ta_tma", d)
    if active is not FAIL:
        return negate(active)
    if record.latest_is("schistocytes", d, "positive", record.p.days("chemistry_window_days")):
        return UNKNOWN
    return by_completeness(record.complete("conditions", d, "ta_tma"))


def no_uncontrolled_condition(record: Record, d: int) -> Verdict:
    return all_of((attested(record), negate(record.active("uncontrolled_infection", d))))


def no_contraindication(record: Record, d: int) -> Verdict:
    recorded = truth(record.ever("premedication_contraindication", d))
    return FAIL if recorded is PASS else attested(record)


def no_hypersensitivity(record: Record, d: int) -> Verdict:
    if any(record.ever(condition, d) for condition in HYPERSENSITIVITY):
        return FAIL
    complete = all(record.complete("conditions", d, c) for c in HYPERSENSITIVITY)
    verdict = PASS if complete else attested(record)
    if record.p.flag("prior_anti_cd38_excludes"):
        given = any(m.drug in ANTI_CD38 and m.start < d for m in record.medications)
        none = FAIL if given else by_completeness(record.complete("medications", d))
        return all_of((verdict, none))
    return verdict
