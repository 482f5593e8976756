"""A looser threshold never takes a patient out, where the contract makes it a threshold and nothing else.

Under random settings of everything else, a parameter is put at two values. At the looser one no verdict of a
criterion is lower on any day (FAIL < UNKNOWN < PASS), whatever is missing; the criteria that do not read the
parameter answer the same; so nobody who was eligible, or eligible or possible, is lost.

Not in the list, because the contract does not make them monotone:

- windows of results, the baseline and the lag (``blood_count_window_days``, ``baseline_…``, ``response_window_days``,
  ``pregnancy_window_days``, ``growth_factor_window_days``): a wider window may bring in a result that fails;
- everything that decides the onset of a cytopenia (``aiha_hemoglobin_below``, ``itp_platelets_max``, ``workup_days``,
  engraftment levels as seen by it, …): onsets are latched until resolution. An earlier onset moves the onset day, and
  with it the baseline, the nadir and the earliest day from which counts may show resolution, so a looser threshold can
  end an episode sooner. The criteria of engraftment by themselves are monotone, and are in the list as such;
- what decides resolution (``resolution_days``, ``anemia_resolved_…``, ``itp_resolved_…``, ``steroid_dose_tolerance``,
  ``steroid_full_dose_mg``, ``dependence_steroid_dose``): the end of one episode is the onset day of the next;
- what is asked for in one place and ruled out in another (``response_hemoglobin_rise``, ``response_platelets_min``,
  ``response_platelet_fold``, ``red_cell_support_days``, ``platelet_support_days``: dependence needs a response,
  refractoriness and two lines the lack of one);
- ``steroid_line_days``: a long window may reach a mean that no shorter one in it does;
- ``nadir_window_days``: the lowest count of a longer span may be lower and later, or the only one;
- ``dat_negative_aiha``: ``included`` asks for the absence of other causes, where ``open`` stays unknown;
- ``gvhd_detail_missing`` and ``gvhd_prophylaxis_is_maintenance``: they leave to the sponsor what was unknown, which is
  looser or stricter as the sponsor answers;
- ``gvhd_steroids_count``: where medications are not complete, a day whose only steroid is for GVHD is unknown if that
  row does not count, and known if it does, perhaps as too low;
- ``index_transplant``, ``open_condition_days``, ``acute_conditions``, lists of causes, ``assume_complete``: they decide
  what is known or counted, not how much is asked for.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from batches import draw_batch
from cohort import engine_tables
from protocols import draw_number, draw_protocol
from share import long

import postgraft as pg
from postgraft.analysis.summary import statuses
from postgraft.criteria import CRITERIA
from postgraft.criteria.memo import Parameters
from postgraft.evaluation.screening import answer

SEED, SIZE, ENOUGH = 5, 60, 3

LESS, MORE = "less", "more"
RESPONSE = ("incomplete_response",)

LOOSER: dict[str, tuple[str | tuple[Any, ...], tuple[str, ...]]] = {
    "age_min_years": (LESS, ("adult",)),
    "nonmalignant_counts_as_remission": ((False, True), ("remission",)),
    "days_since_transplant_min": (LESS, ("days_since_transplant",)),
    "neutrophils_min": (LESS, ("neutrophil_count",)),
    "growth_factor_stable_days": (LESS, ("stable_growth_factor",)),
    "hepatitis_reading": (("documented_negative", "known_active"), ("hepatitis",)),
    "hepatitis_treatment": (("inclusion_strict", "exclusion_note"), ("hepatitis",)),
    "hiv_reading": (("documented_negative", "known_positive"), ("hiv",)),
    "menopause_age_years": (LESS, ("not_pregnant",)),
    "pregnancy_test": (("required", "assumed"), ("not_pregnant",)),
    "gvhd_acute_grade_excluded": (MORE, ("gvhd_controlled",)),
    "prior_anti_cd38_excludes": ((True, False), ("no_hypersensitivity",)),
    "washout_days_min": (LESS, ("investigational_washout",)),
    "washout_half_lives": (LESS, ("investigational_washout",)),
    "washout_unknown_days": (LESS, ("investigational_washout",)),
    "washout_waiver": (("none", "sponsor_agreement"), ("investigational_washout",)),
    "sponsor_agreement": (
        ("withheld", "open", "granted"),
        ("gvhd_controlled", "investigational_washout", "maintenance_therapy"),
    ),
    "attested": (
        ("open", "assumed"),
        ("contraception", "consent", "no_uncontrolled_condition", "no_hypersensitivity", "no_contraindication"),
    ),
    "incomplete_response_rule": (("two_lines_always", "any"), RESPONSE),
    "minimal_response_hemoglobin_rise": (MORE, RESPONSE),
    "dependence_steroid_days": (LESS, RESPONSE),
    "dependence_evidence": (("continuing_dose", "either"), RESPONSE),
    "taper_relapse_days": (MORE, RESPONSE),
    "lines_min": (LESS, RESPONSE),
    "lines_counted_from": (("running_episode", "first_onset"), RESPONSE),
    "lines_must_include_steroids": ((True, False), RESPONSE),
    "steroid_line_dose": (LESS, RESPONSE),
    "ivig_total_g_per_kg": (LESS, RESPONSE),
    "ivig_window_days": (MORE, RESPONSE),
    "ivig_daily_g_per_kg": (LESS, RESPONSE),
    "ivig_daily_days": (LESS, RESPONSE),
    "ivig_wait_days": (LESS, RESPONSE),
    "rituximab_doses_min": (LESS, RESPONSE),
    "rituximab_wait_days": (LESS, RESPONSE),
    "other_line_wait_days": (LESS, RESPONSE),
    "line_gap_days": (LESS, RESPONSE),
    "prca_esa_is_line": ((False, True), RESPONSE),
}  # fmt: skip
"""Parameter → which way is looser (numbers), or its readings from strict to lenient; and the criteria it may move.

The dose and days of steroids that make a cytopenia refractory are none: a shorter first course ends earlier, and a full
response between the two ends then counts as one that followed it.
"""

RARE = {
    "ivig_window_days": 3,
    "ivig_daily_g_per_kg": 3,
    "ivig_daily_days": 3,
    "line_gap_days": 3,
    "washout_unknown_days": 30,
    "lines_counted_from": 3,
    "prca_esa_is_line": 12,
}
"""The first batch in which a parameter that matters to few patients matters to one."""

ENGRAFTMENT: dict[str, tuple[str, tuple[str, ...]]] = {
    "neutrophil_engraftment_min": (LESS, ("neutrophil_engraftment",)),
    "platelet_engraftment_min": (LESS, ("platelet_engraftment",)),
    "engraftment_gap_days": (MORE, ("neutrophil_engraftment", "platelet_engraftment")),
    "engraftment_results_min": (LESS, ("neutrophil_engraftment", "platelet_engraftment")),
    "platelet_engraftment_free_before_days": (LESS, ("platelet_engraftment",)),
    "platelet_engraftment_free_after_days": (LESS, ("platelet_engraftment",)),
    "platelet_engraftment_recent_transfusion_days": (LESS, ("platelet_engraftment",)),
}
"""The same for engraftment; what builds on it (the cytopenias) is not monotone, and not looked at."""

Cells = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Context:
    """Generated patients, and a protocol drawn at random."""

    extract: pg.Extract
    protocol: pg.Protocol
    block: Any


@lru_cache(16)
def context(number: int) -> Context:
    batch = draw_batch(SEED, number, SIZE)
    extract = pg.Extract.from_tables(batch.setting.manifest, engine_tables(batch.setting, batch.patients))
    r = random.Random(f"{SEED}/context/{number}")
    protocol = pg.load_protocol() if number == 0 else draw_protocol(r, "context")[0]
    seen = pg.evaluate(extract, protocol).observations
    return Context(extract, protocol, seen.block(np.arange(len(seen))))


def contexts(count: int = ENOUGH, first: int = 0) -> Iterator[Context]:
    yield from map(context, range(first, first + count))


def stricter_and_looser(
    r: random.Random, protocol: pg.Protocol, name: str, way: str | tuple[Any, ...]
) -> tuple[pg.Protocol, pg.Protocol]:
    """The protocol with the parameter at two values, the stricter first."""
    if isinstance(way, tuple):
        i, j = sorted(r.sample(range(len(way)), 2))
        values = [way[i], way[j]]
    else:
        parameter = protocol.parameters[name]
        values = sorted({draw_number(r, parameter) for _ in range(12)}, reverse=way == LESS)
    stricter, looser = (protocol.amend(name=f"{name} {v}", set={name: v}) for v in (values[0], values[-1]))
    return stricter, looser


def answers(context: Context, protocol: pg.Protocol) -> Cells:
    """The verdicts of each criterion on observed days, FAIL elsewhere."""
    observed, p = context.block.observed_days(), Parameters(protocol)
    rows = np.arange(context.block.shape.rows)
    return {
        criterion.name: np.where(
            observed,
            np.broadcast_to(answer(context.block, p, criterion, protocol.dropped).verdict.take(rows), observed.shape),
            0,
        )
        for criterion in CRITERIA
    }


def higher_somewhere(context: Context, stricter: pg.Protocol, looser: pg.Protocol, may: tuple[str, ...]) -> bool:
    """Whether the looser one is higher on some day; it is lower on none, and no other criterion moves."""
    before, after = answers(context, stricter), answers(context, looser)
    for name, cells in before.items():
        if name in may:
            assert (after[name] >= cells).all(), (name, stricter.name, looser.name)
        else:
            assert (after[name] == cells).all(), (name, stricter.name, looser.name)
    return any((after[name] > before[name]).any() for name in may)


def nobody_lost(context: Context, protocols: Sequence[pg.Protocol]) -> None:
    """Who is eligible, or eligible or possible, under the first protocol is so under the second."""
    tight, loose = (
        statuses(outcome, outcome.protocol.eligible_days_min)
        for outcome in pg.evaluate(context.extract, list(protocols))
    )
    assert (tight["eligible"] <= loose["eligible"]).all()
    assert (sum(tight.values()) <= sum(loose.values())).all()


@pytest.mark.parametrize("name", [*list(LOOSER)[::4], *long(*(one for place, one in enumerate(LOOSER) if place % 4))])
def test_no_verdict_falls_and_no_patient_is_lost(name: str) -> None:
    way, may = LOOSER[name]
    moved = False
    for one in contexts(first=RARE.get(name, 0)):
        stricter, looser = stricter_and_looser(random.Random(f"{SEED}/{name}"), one.protocol, name, way)
        moved |= higher_somewhere(one, stricter, looser, may)
        nobody_lost(one, [stricter, looser])
    assert moved, "no verdict differs in any context: nothing was put to the test"


@pytest.mark.parametrize("name", ENGRAFTMENT)
def test_engraftment_is_monotone_by_itself(name: str) -> None:
    way, may = ENGRAFTMENT[name]
    r = random.Random(f"{SEED}/{name}")
    for one in contexts():
        stricter, looser = stricter_and_looser(r, one.protocol, name, way)
        before, after = answers(one, stricter), answers(one, looser)
        assert all((after[criterion] >= before[criterion]).all() for criterion in may)


@pytest.mark.parametrize(("name", "way"), [("eligible_days_min", LESS), ("horizon_days", MORE)])
def test_fewer_days_asked_or_more_days_seen(name: str, way: str) -> None:
    r = random.Random(f"{SEED}/{name}")
    for one in contexts():
        nobody_lost(one, stricter_and_looser(r, one.protocol, name, way))


@pytest.mark.parametrize("criterion", [criterion.name for criterion in CRITERIA])
def test_dropping_a_criterion_loses_nobody(criterion: str) -> None:
    for one in contexts(2):
        without = one.protocol.amend(name="without", drop=[criterion])
        nobody_lost(one, [one.protocol, without])


def test_organ_limits_are_monotone() -> None:
    for one in contexts():
        limits = {"creatinine_max_uln": 1.5, "alt_max_uln": 2}
        stricter = one.protocol.amend(name="low", set={"organ_limits": limits})
        looser = one.protocol.amend(name="high", set={"organ_limits": {"creatinine_max_uln": 3, "alt_max_uln": 5}})
        higher_somewhere(one, stricter, looser, ("organ_function",))
