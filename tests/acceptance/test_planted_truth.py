"""What was planted in a synthetic cohort against what the criteria find: nothing is left unexplained."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from truth import AFTER_LAST_DAY, CERTAIN, MISSED, NAMED, POSSIBLE, Comparison, causes_table, compare, found_table
from truth_causes import NO_EVIDENCE, UNEXPLAINED, WORDS, case_of, cause_of_extra, cause_of_miss

import postgraft as pg
from postgraft.synthetic import write_cohort
from postgraft.timeline.events import Events
from postgraft.vocabulary.verdicts import FAIL

CYTOPENIAS = ("aiha", "itp", "prca")


@dataclass(frozen=True)
class Run:
    outcome: pg.Outcome
    truth: pd.DataFrame
    result: Comparison


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = write_cohort(tmp_path_factory.mktemp("truth") / "cohort", 400, seed=4, enrich=6)
    outcome = pg.evaluate(pg.read_extract(folder), pg.load_protocol("nct05873205"))
    truth = pd.read_csv(folder / "truth" / "truth.csv")
    return Run(outcome, truth, compare(outcome, truth))


def test_every_planted_episode_is_compared(run: Run):
    """Evans syndrome is two cytopenias."""
    planted = run.truth["cytopenia"].value_counts()
    both = planted["evans"]
    expected = {"aiha": planted["aiha"] + both, "itp": planted["itp"] + both, "prca": planted["prca"]}
    assert run.result.planted["cytopenia"].value_counts().to_dict() == expected
    assert min(expected.values()) > 30


def test_every_planted_episode_that_is_not_certain_has_one_cause(run: Run):
    planted = run.result.planted
    lost = planted["found"] != CERTAIN
    assert lost.sum() > 30
    assert (planted["cause"] != "").equals(lost)
    assert UNEXPLAINED not in set(planted["cause"])
    assert causes_table(run.result)["all"].sum() == lost.sum()


def test_every_certain_episode_that_was_not_planted_has_a_cause(run: Run):
    assert not run.result.extra["cause"].isin([UNEXPLAINED, ""]).any()


def test_found_is_what_the_verdicts_say(run: Run):
    """PASS on some planted day; or an onset left open on one, which makes the verdict UNKNOWN at least."""
    for episode in run.result.planted.groupby(["cytopenia", "found"]).head(4).itertuples():
        days = run.outcome.verdicts(episode.patient_id, transplant=1, components=True)
        until = episode.end + run.outcome.protocol.workup_days - 1
        verdicts = set(days[f"immune_cytopenia.{episode.cytopenia}"].loc[episode.onset : until])
        assert ("PASS" in verdicts) == (episode.found == CERTAIN)
        assert episode.found != POSSIBLE or "UNKNOWN" in verdicts
        if episode.cause == AFTER_LAST_DAY:
            assert not verdicts


def test_the_table_adds_up(run: Run):
    table = found_table(run.result).set_index("cytopenia")
    assert tuple(table.index) == CYTOPENIAS
    assert (table[[CERTAIN, POSSIBLE, MISSED]].sum(axis=1) == table["observed"]).all()
    after = run.result.planted["cause"] == AFTER_LAST_DAY
    assert (table["planted"] - table["observed"]).sum() == after.sum()
    assert (table[CERTAIN] > 0).all()


# ---- the causes themselves: they must not name what is not there


def test_a_certain_episode_without_anything_planted_is_unexplained(run: Run):
    certain = run.result.planted[run.result.planted["found"] == CERTAIN]
    nothing = run.truth.iloc[:0]
    named = set()
    for name, some in certain.groupby("cytopenia"):
        for episode in some.head(5).itertuples():
            row = run.outcome.row_of(episode.patient_id, 1)
            case = case_of(run.outcome, row, int(episode.onset + episode.certain_delay))
            named.add(cause_of_extra(case, NAMED[name], 1, nothing))
    assert UNEXPLAINED in named


def test_an_episode_claimed_of_a_healthy_patient_is_missed_for_its_counts(run: Run):
    healthy = run.truth[run.truth["cytopenia"].isna() & run.truth["confounders"].isna()]["patient_id"]
    rows = [run.outcome.row_of(patient, 1) for patient in healthy]
    observed = [row for row in rows if run.outcome.observations.last[row] >= 300]
    causes = {cause_of_miss(case_of(run.outcome, row, 300), NAMED["aiha"], 150) for row in observed[:8]}
    assert causes
    assert causes <= {WORDS["low", FAIL], WORDS["fallen", FAIL], NO_EVIDENCE}


def test_the_cause_follows_from_what_is_taken_away(run: Run):
    """A certain AIHA without its antiglobulin tests and diagnosis is open for want of the test."""
    certain = run.result.planted[(run.result.planted["found"] == CERTAIN)]
    episode = next(certain[certain["cytopenia"] == "aiha"].itertuples())
    case = case_of(run.outcome, run.outcome.row_of(episode.patient_id, 1), episode.end)
    conditions = case.block.tables["conditions"]
    uncoded = conditions.where(~conditions.isin("condition", ("aiha", "evans")))

    def untested(analyte: str) -> Events:
        rows = case.block.analyte_events(analyte)
        return rows.where(np.full(len(rows), analyte != "dat"))

    tables = {**case.block.tables, "conditions": uncoded}
    block = replace(case.block, tables=tables, analyte_events=untested, memo={})
    assert cause_of_miss(replace(case, block=block), NAMED["aiha"], episode.onset) == "DAT not done"
