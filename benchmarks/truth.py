"""Planted immune cytopenias of a synthetic cohort beside the computed ones.

Evans syndrome counts as AIHA and as ITP. A planted episode lasts from its onset to its resolution (or to the
last observed day), and ``workup_days`` - 1 days longer for the computation, which may look back that far for
the counts. It is *certain* if the cytopenia is PASS on one of these days, *possible* if the onset verdict of one
of them is UNKNOWN, else *missed*.
Planted days count from day 0 of the first allogeneic transplant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint
from truth_causes import case_of, cause_of_extra, cause_of_miss

from postgraft.api import Outcome
from postgraft.criteria.cytopenia.episodes import episodes
from postgraft.criteria.cytopenia.kinds import CYTOPENIAS, Cytopenia
from postgraft.criteria.cytopenia.onset import onset as onset_of
from postgraft.criteria.memo import Parameters
from postgraft.vocabulary.verdicts import PASS

NAMED = {cytopenia.name: cytopenia for cytopenia in CYTOPENIAS}
CERTAIN, POSSIBLE, MISSED = "certain", "possible", "missed"
AFTER_LAST_DAY = "begins after the last observed day"


@dataclass(frozen=True)
class Comparison:
    """``planted``: a row per planted episode and cytopenia (patient_id, cytopenia, planted_as, onset, end,
    found, onset_delay, latest_onset_delay, certain_delay, cause); ``extra``: a row per certain computed episode
    on no day of which its cytopenia was planted (patient_id, transplant, cytopenia, start, end, planted_else, cause).

    Delays are computed minus planted days of certain episodes: of the earliest and the latest day that the onset
    may be, as known on the first certain day, and of that day.
    ``planted_else``: the patient has this cytopenia planted, at another time. ``patients``: of the cohort.
    """

    planted: pd.DataFrame
    extra: pd.DataFrame
    patients: int


def compare(outcome: Outcome, truth: pd.DataFrame) -> Comparison:
    """The planted episodes of ``truth`` (as in truth.csv) beside those that ``outcome`` computed."""
    computed = pd.concat([_computed(outcome, cytopenia) for cytopenia in CYTOPENIAS], ignore_index=True)
    planted = pd.concat([_planted(outcome, truth, cytopenia) for cytopenia in CYTOPENIAS], ignore_index=True)
    pairs = planted.reset_index(names="planted").merge(
        computed.reset_index(names="computed"), on=["row", "cytopenia"], suffixes=("", "_computed")
    )
    pairs = pairs[(pairs["start"] <= pairs["until"]) & (pairs["end_computed"] >= pairs["onset"])]
    sure = pairs[pairs["verdict"] == PASS].groupby("planted").first()
    found = pd.Series(MISSED, planted.index).mask(planted["open"], POSSIBLE)
    planted["found"] = found.mask(planted.index.isin(sure.index), CERTAIN)
    planted["onset_delay"] = sure["onset_computed"] - sure["onset"]
    planted["latest_onset_delay"] = sure["latest_onset"] - sure["onset"]
    planted["certain_delay"] = sure["start"] - sure["onset"]
    planted["cause"] = [_why_not(outcome, episode) for episode in planted.itertuples()]

    extra = computed[(computed["verdict"] == PASS) & ~computed.index.isin(pairs["computed"])].copy()
    mine = set(zip(planted["patient_id"], planted["cytopenia"], strict=True))
    extra["planted_else"] = [key in mine for key in zip(extra["patient_id"], extra["cytopenia"], strict=True)]
    extra["cause"] = [_why(outcome, truth, episode) for episode in extra.itertuples()]
    return Comparison(
        planted.drop(columns=["row", "until", "last", "open"]),
        extra.drop(columns=["row", "onset", "latest_onset", "verdict"]).reset_index(drop=True),
        len(outcome.patients),
    )


def _computed(outcome: Outcome, cytopenia: Cytopenia) -> pd.DataFrame:
    """Every stretch of days on which the cytopenia is PASS or UNKNOWN, by transplant and start."""
    seen = outcome.observations
    found = episodes(seen.block(np.arange(len(seen))), Parameters(outcome.protocol), cytopenia)
    return pd.DataFrame(
        {
            "row": found.row,
            "patient_id": outcome.transplants["patient_id"].to_numpy()[found.row],
            "transplant": seen.number[found.row],
            "cytopenia": cytopenia.name,
            "start": found.start,
            "end": found.end,
            "onset": found.onset,
            "latest_onset": found.latest_onset,
            "verdict": found.verdict,
        }
    )


def _planted(outcome: Outcome, truth: pd.DataFrame, cytopenia: Cytopenia) -> pd.DataFrame:
    """The planted episodes of one cytopenia with the days on which they could be found (onset … until)."""
    rows = truth[truth["cytopenia"].isin(cytopenia.diagnoses)]
    first = outcome.transplants["transplant"] == 1
    row_of = pd.Series(np.flatnonzero(first), outcome.transplants.loc[first, "patient_id"])
    row = row_of[rows["patient_id"]].to_numpy()
    last = outcome.observations.last[row].astype(np.int64)
    end = np.fmin(rows["resolution_day"].to_numpy(np.float64, na_value=np.nan), last).astype(np.int64)
    onset = rows["onset_day"].to_numpy(np.int64)
    until = np.minimum(end + outcome.protocol.workup_days - 1, last)
    block, p = outcome.observations.block(row), Parameters(outcome.protocol)
    open_from = onset_of(block, p, cytopenia).possible.next_day(np.arange(len(row)), onset)
    return pd.DataFrame(
        {
            "row": row,
            "patient_id": rows["patient_id"].to_numpy(),
            "cytopenia": cytopenia.name,
            "planted_as": rows["cytopenia"].to_numpy(),
            "onset": onset,
            "end": end,
            "until": until,
            "last": last,
            "open": open_from <= until,
        }
    )


def _why_not(outcome: Outcome, episode: Any) -> str:
    if episode.found == CERTAIN:
        return ""
    if episode.onset > episode.last:
        return AFTER_LAST_DAY
    case = case_of(outcome, episode.row, episode.until)
    return cause_of_miss(case, NAMED[episode.cytopenia], episode.onset)


def _why(outcome: Outcome, truth: pd.DataFrame, episode: Any) -> str:
    case = case_of(outcome, episode.row, episode.start)
    own = truth[truth["patient_id"] == episode.patient_id]
    return cause_of_extra(case, NAMED[episode.cytopenia], episode.transplant, own)


# ---- tables


def found_table(result: Comparison) -> pd.DataFrame:
    """Per cytopenia: planted, begun by the last observed day, and of these how many were found, with what delay.

    Sensitivities have Wilson intervals (95 %), delays are median (quartiles) in days.
    """
    rows = []
    for name, planted in result.planted.groupby("cytopenia", sort=False):
        seen = planted[planted["cause"] != AFTER_LAST_DAY]
        count = seen["found"].value_counts()
        certain, possible = (int(count.get(found, 0)) for found in (CERTAIN, POSSIBLE))
        rows.append(
            {
                "cytopenia": name,
                "planted": len(planted),
                "observed": len(seen),
                "certain": certain,
                "possible": possible,
                "missed": len(seen) - certain - possible,
                "sensitivity, certain": _share(certain, len(seen)),
                "sensitivity, certain or possible": _share(certain + possible, len(seen)),
                "earliest onset": _quartiles(planted["onset_delay"]),
                "latest onset": _quartiles(planted["latest_onset_delay"]),
                "days to certainty": _quartiles(planted["certain_delay"]),
            }
        )
    return pd.DataFrame(rows)


def causes_table(result: Comparison) -> pd.DataFrame:
    """Per cytopenia and cause of not being certain: how many were possible, how many missed."""
    lost = result.planted[result.planted["found"] != CERTAIN]
    table = lost.groupby(["cytopenia", "cause", "found"]).size().unstack(fill_value=0)
    table = table.reindex(columns=[POSSIBLE, MISSED], fill_value=0).reset_index().rename_axis(columns=None)
    return table.assign(all=table[POSSIBLE] + table[MISSED]).sort_values(
        ["cytopenia", "all", "cause"], ascending=[True, False, True], ignore_index=True
    )


def extra_table(result: Comparison) -> pd.DataFrame:
    """Per cytopenia and cause: certain episodes that were not planted."""
    counts = result.extra.groupby(["cytopenia", "cause"]).size().rename("episodes").reset_index()
    return counts.sort_values(["cytopenia", "episodes"], ascending=[True, False], ignore_index=True)


def false_positive_table(result: Comparison) -> pd.DataFrame:
    """Per cytopenia: patients without it planted, and those of them with a certain episode of it."""
    rows = []
    for name, planted in result.planted.groupby("cytopenia", sort=False):
        without = result.patients - planted["patient_id"].nunique()
        wrong = result.extra[(result.extra["cytopenia"] == name) & ~result.extra["planted_else"]]
        people = wrong["patient_id"].nunique()
        rows.append(
            {
                "cytopenia": name,
                "patients without it": without,
                "false positive": people,
                "per 100": _share(people, without, digits=2),
                "episodes": len(wrong),
                "extra episodes in patients with it": int(
                    ((result.extra["cytopenia"] == name) & result.extra["planted_else"]).sum()
                ),
            }
        )
    return pd.DataFrame(rows)


def _share(count: int, of: int, digits: int = 1) -> str:
    """Percent with the Wilson interval (95 %)."""
    if of == 0:
        return "–"
    low, high = proportion_confint(count, of, method="wilson")
    return f"{100 * count / of:.{digits}f} ({100 * low:.{digits}f}–{100 * high:.{digits}f})"


def _quartiles(days: pd.Series) -> str:
    known = days.dropna()
    if known.empty:
        return "–"
    low, middle, high = known.quantile([0.25, 0.5, 0.75])
    return f"{middle:g} ({low:g} to {high:g})"
