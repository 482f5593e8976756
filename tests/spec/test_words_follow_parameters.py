"""Explanations are the rule: where a parameter changes a verdict, the words tell the new one and change with it.

Each parameter that is a number, a choice or a flag is changed in turn. On days on which a verdict changes, every
criterion is explained under both protocols.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from evaluated import demo
from spec.cytopenias import aiha, itp, medications, prca
from spec.patient import COMPLETE
from spec.patient import outcome as of_chart

import postgraft as pg
from postgraft.analysis.explain import reasons
from postgraft.criteria import CRITERIA
from postgraft.criteria.criterion import Answers
from postgraft.criteria.memo import Parameters
from postgraft.criteria.wording import Reason, Used, verdict_name

pytestmark = pytest.mark.slow

BASE = pg.load_protocol()
NO_VERDICT = {
    "index_transplant": "which transplants are observed",
    "horizon_days": "which days are observed",
    "eligible_days_min": "how long all criteria have to hold",
    "eligible_days_reported": "how long they hold in further counts",
}
"""Parameters that no criterion reads: what they say instead."""

WOMAN = "patients:\nsex\nfemale\n\n"


def _rituximab(*days: int) -> tuple[str, ...]:
    return tuple(f"{day} | rituximab | 700 mg | " for day in days)


FOUR = _rituximab(90, 97, 104, 111)
STEROIDS = "90..100 | prednisone | 0.6 mg/kg/day | "
LATE_FALL = aiha(hemoglobin="8.5").replace(
    "0..85 by 5  | 2.0         | 150       | 13", "0..55 by 5 | 2.0 | 150 | 13\n        60..85 by 5 | 2.0 | 150 | 10"
)
HEPATITIS_C = "day | anti_hcv | hcv_rna\n10 | positive | positive\n\n" + medications(
    "50..150 | sofosbuvir | 400 mg/day | "
)


def _markers(analyte: str, value: str) -> str:
    """AIHA with a high LDH and one marker more."""
    return aiha(markers="90 | 600 |") + f"day | {analyte}\n90 | {value}\n\n"


def _investigational(half_life: str) -> str:
    row = f"50..60 | study_drug | 1 mg/day | investigational | {half_life}"
    return f"medications:\ndays | drug | dose | purpose | half_life_days\n{row}"


CHARTS: dict[str, tuple[str, dict[str, object]]] = {
    "dat_window_days": (aiha(dat="70 | positive"), {}),
    "marrow_window_days": (itp(marrow="31 | normal"), {}),
    "haptoglobin_lower_limit": (aiha(markers="90 | 600 | 20"), {}),
    "reticulocytes_percent_upper_limit": (_markers("reticulocytes_percent", "3"), {}),
    "reticulocytes_upper_limit": (_markers("reticulocytes", "150"), {}),
    "reference_limit_factor_max": (aiha(markers="90 | 600 [20..1000] | 10"), {}),
    "absent_diagnosis": (itp(marrow="10 | normal"), {}),
    "baseline_median_days": (LATE_FALL, {"baseline_statistic": "median_90d"}),
    "nadir_window_days": ("day | neutrophils\n10 | 0.1\n12..16 by 2 | 1\n40 | 0.05", {}),
    "platelet_engraftment_free_after_days": (
        "day | platelets\n10 | 5\n12..16 by 2 | 40\n\ntransfusions:\nday | product\n14 | platelets", {}
    ),
    "remission_valid_days": (
        "disease_status:\nday | status\n10 | remission", {"complete": tuple(set(COMPLETE) - {"disease_status"})}
    ),
    "treatment_lead_days": (itp() + medications(*_rituximab(70, 77, 84, 91), STEROIDS), {}),
    "steroid_line_days": (itp() + medications(*FOUR, "90..94 | prednisone | 0.6 mg/kg/day | "), {}),
    "steroid_line_dose": (itp() + medications(*FOUR, "90..100 | prednisone | 0.4 mg/kg/day | "), {}),
    "ivig_rule": (itp() + medications(*FOUR, "90 | ivig | 1 g/kg | "), {}),
    "ivig_window_days": (itp() + medications(*FOUR, "90 | ivig | 0.4 g/kg | ", "97 | ivig | 0.4 g/kg | "), {}),
    "ivig_daily_g_per_kg": (
        itp() + medications(*FOUR, "90 | ivig | 0.3 g/kg | ", "91 | ivig | 0.3 g/kg | "), {"ivig_rule": "daily"}
    ),
    "ivig_daily_days": (itp() + medications(*FOUR, "90 | ivig | 0.5 g/kg | "), {"ivig_rule": "daily"}),
    "rituximab_wait_days": (itp() + medications(*FOUR, STEROIDS), {}),
    "rituximab_purpose": (itp() + medications(*(f"{one}gvhd" for one in FOUR), STEROIDS), {}),
    "line_gap_days": (
        itp() + medications("60..70 | eltrombopag | 50 mg/day | ", "90..100 | eltrombopag | 50 mg/day | ", STEROIDS), {}
    ),
    "prca_esa_is_line": (prca() + medications("90..120 | epoetin | 100 U/day | immune_cytopenia", STEROIDS), {}),
    "hepatitis_treatment": (HEPATITIS_C, {}),
    "pregnancy_window_days": (WOMAN + "day | pregnancy_test\n60 | negative", {"pregnancy_test": "required"}),
    "pregnancy_days": (WOMAN + "day | pregnancy_test\n60 | positive", {}),
    "menopause_age_years": (WOMAN, {"pregnancy_test": "required"}),
    "washout_days_min": (_investigational("1"), {}),
    "washout_unknown_days": (_investigational(""), {}),
    "gvhd_prophylaxis_is_maintenance": (
        medications("50..100 | tacrolimus | 2 mg/day | gvhd"), {"sponsor_agreement": "withheld"}
    ),
    "organ_limits": ("day | creatinine\n60 | 3 [0.5..1.2]", {}),
}  # fmt: skip
"""Charts for what the demo cohort does not show, each with the reading under which the parameter is read."""

OTHER_VALUES: dict[str, list[object]] = {
    "onset_after_engraftment_days": [{"aiha": 60, "itp": 60, "prca": 60}],
    "organ_limits": [{"creatinine_max_uln": 2}],
    "steroid_full_dose_mg": [40],
}


def others(name: str) -> list[object]:
    """Other values: half and twice as much, as far as they are allowed; of a choice every other one."""
    parameter = BASE.parameters[name]
    value, allowed = parameter.value, parameter.allowed
    if name in OTHER_VALUES:
        return OTHER_VALUES[name]
    if parameter.type in ("reading", "flag"):
        return [one for one in parameter.readings if one != value]
    half = max(value // 2, int(allowed.low)) if parameter.type == "integer" else value / 2
    return [one for one in (half, min(2 * value, allowed.high)) if one != value and allowed.contains(one)]


CHANGED = [
    name for name, one in BASE.parameters.items()
    if one.type in ("integer", "number", "reading", "flag", "mapping") and name not in NO_VERDICT
]  # fmt: skip
SHARED = [name for name in CHANGED if name not in CHARTS]
PARTS = 2
"""Parts in which the demo cohort is evaluated; a file of tests is spread over workers."""


class Judged:
    """An outcome day by day, and what was explained of it so far; arrays are of shape (observed days,)."""

    def __init__(self, outcome: pg.Outcome) -> None:
        self.outcome, self.found = outcome, dict[int, dict[str, Reason]]()
        spells = outcome.spells
        days = spells.end - spells.start + 1
        self.row, self.failed, self.unknown = (
            np.repeat(one, days) for one in (spells.row, spells.failed, spells.unknown)
        )
        self.day = np.arange(self.row.size) - np.repeat(np.cumsum(days) - days - spells.start, days)

    def differs(self, other: Judged) -> np.ndarray:
        """On each day the criteria whose verdict is another, as bits."""
        asked = self.outcome.spells.bits(*self.outcome.protocol.criteria)
        return ((self.failed ^ other.failed) | (self.unknown ^ other.unknown)) & asked

    def explained(self, at: int) -> dict[str, Reason]:
        """The reasons of all criteria: they tell the verdicts of the engine, and rest on what was known by then."""
        if at not in self.found:
            row, day = int(self.row[at]), int(self.day[at])
            patient, transplant = self.outcome.transplants.loc[row, ["patient_id", "transplant"]]
            given = {name: reason for name, _, reason in reasons(self.outcome, patient, day, int(transplant))}
            told = {name: verdict_name(reason.verdict) for name, reason in given.items()}
            assert told == self.outcome.verdicts(patient, int(transplant)).loc[day].to_dict(), (patient, day)
            for criterion in CRITERIA:
                for used in given[criterion.name].used:
                    self._is_in_its_window(criterion.answers(Parameters(self.outcome.protocol)), used, day)
            self.found[at] = given
        return self.found[at]

    def _is_in_its_window(self, answers: Mapping[str, Answers], used: Used, day: int) -> None:
        assert used.first <= day, used
        assert used.last is None or used.first <= used.last <= day, used
        if used.window is None:
            return
        first, last = used.window
        assert used.first <= last <= day, used
        assert used.last is None or used.last >= first, used
        if used.what in answers:
            held = answers[used.what].days
            if used.what == "pregnancy_test" and used.result == "positive":
                held = self.outcome.protocol.pregnancy_days
            assert first <= used.first, used
            assert held is None or last - first + 1 == held, used


def follow(base: Judged, other: Judged, seen: set[str]) -> set[str]:
    """The criteria not yet ``seen`` whose verdict is another on some day; on one such day of each the words are too."""
    changed, found = base.differs(other), set()
    for criterion in base.outcome.protocol.criteria:
        days = np.flatnonzero(changed & base.outcome.spells.bits(criterion))
        if days.size and criterion not in seen | found:
            known = [one for one in days.tolist() if one in base.found]
            at = known[0] if known else int(days[np.argmax(np.bitwise_count(changed[days]))])
            before, after = base.explained(at), other.explained(at)
            for name, reason in after.items():
                if reason.verdict != before[name].verdict:
                    assert reason.text != before[name].text, (name, reason)
                    found.add(name)
            assert criterion in found
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_words_follow_each_parameter_in_the_demo_cohort(part):
    tried = [(name, value) for name in SHARED[part::PARTS] for value in others(name)]
    amended = [BASE.amend(name=f"{name} {value}", set={name: value}) for name, value in tried]
    outcomes = pg.evaluate(demo().extract, [BASE, *amended])
    base, moved = Judged(outcomes[0]), {name: set() for name in SHARED[part::PARTS]}
    for (name, _), outcome in zip(tried, outcomes[1:], strict=True):
        moved[name] |= follow(base, Judged(outcome), moved[name])
    assert all(moved.values()), moved


@pytest.mark.parametrize("name", CHARTS)
def test_words_follow_a_parameter_in_its_chart(name):
    chart, given = CHARTS[name]
    base = Judged(of_chart(chart, **given))
    moved = [follow(base, Judged(of_chart(chart, **given, **{name: value})), set()) for value in others(name)]
    assert set().union(*moved)


def test_no_parameter_is_forgotten():
    """What is not changed here are lists of codes, and what no criterion reads."""
    left = {name for name, one in BASE.parameters.items() if one.type != "codes"} - set(CHANGED)
    assert left == set(NO_VERDICT)
    read = set().union(*demo().read.values())
    assert not read & set(NO_VERDICT)
