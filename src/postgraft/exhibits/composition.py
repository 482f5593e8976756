"""Who is left at each step: age, sex, donor, indication, conditioning and graft, a column a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from postgraft.analysis.breakdowns import NOT_RECORDED
from postgraft.analysis.composition import MAIN_STEPS, OTHERS, age_quartiles, chosen_steps, composition
from postgraft.api import Outcome
from postgraft.evaluation.stretches import first_day_asked
from postgraft.exhibits.figure import number, percent
from postgraft.exhibits.labels import label
from postgraft.exhibits.tables import MISSING, Table, or_withheld, rows, table

STEPS: Final = {
    "transplanted": "With a transplant",
    "observed": "Observed",
    "observed_on_day_min": "Observed on day {days}",
    "cytopenia": "With a cytopenia",
    "treated": "… that was treated",
    "eligible": "Eligible",
    "possible_documentation": "Possible, documentation missing",
    "possible_diagnosis": "Possible, diagnosis open",
    "eligible_or_possible": "Eligible or possible",
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
    "first eligible one, else the first possible one, else the last. Age is in completed years on its day 0.",
    "The columns are not all parts of those to the left: a possible patient may have no certain cytopenia.",
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
        lines.append(head | {row.step: _cell(row) for row in rows(group)})
    lines.insert(1, _ages(age_quartiles(outcome, steps)))
    return table(
        pd.DataFrame(lines),
        "Who is left at each step",
        {"level": "Characteristic", **{step: _step(step, days) for step in steps}},
        NOTES,
        group="characteristic",
        numbers=tuple(steps),
    )


def _cell(row: Any) -> str:
    """A number of patients, with its share of the step where it is not the whole."""
    count, of = row.patients, row.of
    if row.characteristic == "patients":
        return number(count)
    return f"{number(count)} ({percent(count / of)})" if of else number(count)


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
    return f"{label(criterion)} and all before: {'not failed' if open_ else 'certain'}"
