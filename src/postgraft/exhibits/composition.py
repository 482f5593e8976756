"""Who is left at each step: age, sex, donor, indication, conditioning and graft, a column a step."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan, sqrt
from typing import Any, Final

import pandas as pd

from postgraft.analysis.breakdowns import NOT_RECORDED
from postgraft.analysis.composition import MAIN_STEPS, OTHERS, age_quartiles, chosen_steps, composition
from postgraft.api import Outcome
from postgraft.evaluation.stretches import first_day_asked
from postgraft.exhibits.figure import number, percent, signed
from postgraft.exhibits.labels import label
from postgraft.exhibits.tables import MISSING, Table, or_withheld, rows, table

STEPS: Final = {
    "transplanted": "With a transplant",
    "observed": "Observed",
    "observed_on_day_min": "Observed on day {days}",
    "cytopenia": "With a cytopenia",
    "treated": "… that was treated",
    "eligible": "Eligible",
    "possible_documentation": "Not ruled out: one document missing",
    "possible_diagnosis": "Not ruled out: work-up missing",
    "eligible_or_possible": "Eligible or not ruled out",
}
"""By step; the steps of criteria are named after them."""
CHARACTERISTICS: Final = {
    "patients": "Patients",
    "age": "Age at transplant (years)",
    "sex": "Sex",
    "donor": "Donor",
    "indication": "Indication",
    "conditioning": "Conditioning intensity",
    "graft_source": "Graft source",
}
LEVELS: Final = {
    "matched_sibling": "HLA-matched sibling",
    "haploidentical": "Haploidentical relative",
    "aml": "AML",
    "all": "ALL",
    "mds": "MDS",
    "cml": "CML",
    "cll": "CLL",
    "mpn": "MPN",
    OTHERS: "Less frequent ones",
    NOT_RECORDED: "Not recorded",
}
"""By level, where it is not called by its own name."""
NOTES: Final = (
    "Patients and their share of the column. Each patient counts with one transplant, at every step the same: the "
    "first eligible one, else the first one not ruled out, else the last. Age is in completed years on its day 0.",
)
COMPARED: Final = ("cytopenia", "eligible")
"""The steps whose shares are compared."""
DIFFERENCE: Final = (
    "Difference: standardised, eligible less with a cytopenia; beyond ± 0.1 it is often called an imbalance "
    "(Austin 2009)."
)


@or_withheld
def composition_table(outcome: Outcome, steps: Sequence[str] = MAIN_STEPS) -> Table:
    """Patients of each step by age, sex, donor, indication, conditioning and graft: number and percent of the column.

    ``steps``: names as of ``analysis.composition.steps``, a column each. Raises PostgraftError for another.
    """
    steps = list(chosen_steps(outcome, steps))
    found = composition(outcome, steps)
    days = first_day_asked(outcome.protocol)
    lines: list[dict[str, str]] = []
    for (characteristic, level), group in found.groupby(["characteristic", "level"], sort=False):
        head = {
            "characteristic": CHARACTERISTICS[str(characteristic)],
            "level": _level(str(characteristic), str(level)),
        }
        lines.append(head | {row.step: _cell(row) for row in rows(group)} | _difference(group))
    lines.insert(1, _ages(age_quartiles(outcome, steps)))
    compared = set(COMPARED) <= set(steps)
    return table(
        pd.DataFrame(lines),
        "Who is left at each step",
        {
            "level": "Characteristic",
            **{step: _step(step, days) for step in steps},
            **({"difference": "Difference"} if compared else {}),
        },
        (*NOTES, *([DIFFERENCE] if compared else [])),
        group="characteristic",
        numbers=(*steps, *(["difference"] if compared else [])),
    )


def _cell(row: Any) -> str:
    """A number of patients, with its share of the step where it is not the whole."""
    count, of = row.patients, row.of
    if row.characteristic == "patients":
        return number(count)
    return f"{number(count)} ({percent(count / of, of)})" if of else number(count)


def _difference(group: pd.DataFrame) -> dict[str, str]:
    """The standardised difference of a level's share between the compared steps; a dash where there is none."""
    of_step = {row.step: row for row in rows(group)}
    if not set(COMPARED) <= set(of_step) or str(group["characteristic"].iloc[0]) == "patients":
        return {}
    before, after = (of_step[name] for name in COMPARED)
    if not before.of or not after.of:
        return {"difference": MISSING}
    found = standardised_difference(after.patients / after.of, before.patients / before.of)
    return {"difference": MISSING if found != found else signed(found, 2)}


def standardised_difference(one: float, other: float) -> float:
    """Difference of two shares in units of their pooled standard deviation; NaN where neither varies.

    d = (p1 - p2) / sqrt((p1 (1 - p1) + p2 (1 - p2)) / 2) (P. C. Austin, Commun Stat Simul Comput 2009;38:1228-1234).
    """
    spread = sqrt((one * (1 - one) + other * (1 - other)) / 2)
    return (one - other) / spread if spread else nan


def _ages(found: pd.DataFrame) -> dict[str, str]:
    """The median age and its quartiles at each step."""
    line = {"characteristic": CHARACTERISTICS["age"], "level": "Median (quartiles)"}
    for row in rows(found):
        known = row.median == row.median  # not of nobody
        line[row.step] = f"{row.median:.3g} ({row.q1:.3g}–{row.q3:.3g})" if known else MISSING
    return line


def _level(characteristic: str, name: str) -> str:
    if characteristic == "patients":
        return "All"
    return name if characteristic == "age" and name != NOT_RECORDED else level_words(name)


def level_words(name: str) -> str:
    """A level of a characteristic as a table says it."""
    return LEVELS.get(name, label(name))


def _step(name: str, days: int) -> str:
    if name in STEPS:
        return STEPS[name].format(days=days)
    criterion, open_, _ = name.partition("_or_possible")
    return f"{label(criterion)} and all before: {'not failed' if open_ else 'met'}"
