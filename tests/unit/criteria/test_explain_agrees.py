"""An explanation never contradicts the engine, whatever the protocol, and rests on nothing after its day."""

from __future__ import annotations

import re

import numpy as np
import pytest

import postgraft as pg
from postgraft.analysis.explain import evidence, reasons
from postgraft.criteria.case import PatientDay
from postgraft.criteria.cytopenia.counts import count_days, count_verdicts, low_days
from postgraft.criteria.cytopenia.counts_words import count_elements, low_reason
from postgraft.criteria.cytopenia.kinds import CYTOPENIAS
from postgraft.criteria.memo import Parameters
from postgraft.synthetic import generate
from postgraft.vocabulary.verdicts import FAIL, VERDICT_NAMES

pytestmark = pytest.mark.slow

BASE = pg.load_protocol("nct05873205")
OTHER = BASE.amend(
    name="other readings",
    set={
        "dat_negative_aiha": "included",
        "prca_reticulocyte_rule": "both",
        "megakaryocytes_required": False,
        "recorded_diagnosis": "suffices",
        "incomplete_response_rule": "two_lines_always",
        "baseline_statistic": "median_90d",
        "gvhd_prophylaxis_is_maintenance": True,
        "sponsor_agreement": "open",
        "washout_waiver": "sponsor_agreement",
        "organ_limits": {"creatinine_max_uln": 2},
        "attested": "open",
    },
    drop=["remission"],
)
PROTOCOLS = [BASE, BASE.reading("strict"), BASE.reading("lenient"), OTHER]
TRANSPLANTS, DAYS = 6, 2


def _cohort(declared: bool) -> pg.Extract:
    cohort = generate(120, seed=11, enrich=4.0)
    manifest = cohort.manifest if declared else {**cohort.manifest, "complete": {}}
    return pg.Extract.from_tables(manifest, cohort.tables)


@pytest.fixture(scope="module", params=[True, False], ids=["declared complete", "nothing declared"])
def outcomes(request):
    return pg.evaluate(_cohort(request.param), PROTOCOLS)


@pytest.mark.parametrize("which", range(len(PROTOCOLS)), ids=[p.name for p in PROTOCOLS])
def test_the_explained_verdict_is_that_of_the_engine(outcomes, which):
    outcome, random = outcomes[which], np.random.default_rng(which)
    table = outcome.transplants
    likely = table.index[table["status"] != "ineligible"][:TRANSPLANTS]
    others = random.choice(table.index, TRANSPLANTS, replace=False)

    for _, row in table.loc[[*likely, *others]].iterrows():
        patient, transplant = row["patient_id"], int(row["transplant"])
        verdicts = outcome.verdicts(patient, transplant)
        for day in random.choice(verdicts.index, min(DAYS, len(verdicts)), replace=False).tolist():
            for name, verdict, reason in reasons(outcome, patient, day, transplant):
                place = f"{patient} {day} {name}: {reason.text}"
                assert VERDICT_NAMES[verdict] == verdicts.loc[day, name], place
                assert reason.verdict == verdict, place
                assert reason.text.endswith("."), place
                assert not re.search(r"\bnan\b|None", reason.text), place
                assert "  " not in reason.text, place
                assert all(used.first <= day for used in reason.used), place
                assert all(used.last is None or used.last <= day for used in reason.used), place


@pytest.mark.parametrize("which", range(len(PROTOCOLS)), ids=[p.name for p in PROTOCOLS])
def test_the_elements_of_a_count_make_its_verdict(outcomes, which):
    """On every count day, and with the absolute part alone on low days."""
    outcome = outcomes[which]
    p, random = Parameters(outcome.protocol), np.random.default_rng(which)
    for row in random.choice(len(outcome.observations), 2 * TRANSPLANTS, replace=False).tolist():
        block = outcome.observations.block(np.array([row]))
        case = PatientDay(block, outcome.protocol, p, int(block.last[0]), outcome.extract.captured)
        for cytopenia in CYTOPENIAS:
            counted, low = (
                dict(zip(found.day.tolist(), found["verdict"].tolist(), strict=True))
                for found in (count_verdicts(block, p, cytopenia), low_days(block, p, cytopenia))
            )
            days = count_days(block, p, cytopenia).day
            for day in random.choice(days, min(DAYS, days.size), replace=False).tolist():
                elements = count_elements(case.on(day), cytopenia)
                assert min(element.verdict for element in elements) == counted.get(day, FAIL), (row, day)
                assert low_reason(case.on(day), cytopenia).verdict == low.get(day, FAIL), (row, day)


def test_the_frame_has_a_row_a_criterion_in_protocol_order_and_its_evidence_fits(outcomes):
    outcome = outcomes[0]
    patient = outcome.patients["patient_id"][0]

    frame, used = outcome.explain(patient, 5), evidence(outcome, patient, 5)

    assert frame.columns.tolist() == ["criterion", "verdict", "reason", "results_used"]
    assert frame["criterion"].tolist() == list(BASE.criteria)
    assert used["criterion"].drop_duplicates().tolist() == frame.loc[frame["results_used"] != "", "criterion"].tolist()
    assert (used["first_day"] <= 5).all()


def test_a_day_that_is_not_observed_names_those_that_are(outcomes):
    outcome = outcomes[0]
    patient = outcome.patients["patient_id"][0]
    last = outcome.verdicts(patient).index[-1]

    for day in (-1, last + 1, 2.5):
        with pytest.raises(pg.PostgraftError, match=f"not observed; observed are days 0 to {last}"):
            outcome.explain(patient, day)
    with pytest.raises(pg.PostgraftError, match="no patient 'nobody'"):
        outcome.explain("nobody", 5)
