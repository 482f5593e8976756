"""Why a planted cytopenia was not found with certainty, and why one was found that was not planted.

A miss has one cause: on the day that got furthest along the definition (counts, then work-up), the first element that
is not met. Elements and verdicts are those that ``explain`` gives; that they come to the engine's own verdict of the
day is checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.api import Outcome
from postgraft.criteria.case import ROW, PatientDay, known_by
from postgraft.criteria.cytopenia.counts import count_days
from postgraft.criteria.cytopenia.counts_words import count_elements
from postgraft.criteria.cytopenia.kinds import AIHA, CYTOPENIAS, ITP, Cytopenia
from postgraft.criteria.cytopenia.onset import onset
from postgraft.criteria.cytopenia.work_up import other_causes
from postgraft.criteria.cytopenia.work_up_words import work_up_elements
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import condition_rows
from postgraft.criteria.wording import Reason
from postgraft.synthetic.calibration import table
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

Elements: TypeAlias = list[Reason]

UNEXPLAINED = "unexplained"
NO_EVIDENCE = "no blood count or transfusion in the episode"
NO_DIAGNOSIS = "unknown, and no diagnosis recorded where the extract declares that complete"

ELEMENTS = {
    "aiha": ("late enough", "engrafted", "low", "fallen", "dat", "hemolysis"),
    "itp": ("late enough", "engrafted", "low", "fallen", "no other cause then", "no other cause", "marrow"),
    "prca": (
        "late enough", "engrafted", "low", "platelets engrafted", "no other cause then",
        "reticulocytes", "no other cause", "no parvovirus",
    ),
}  # fmt: skip
"""The elements of each definition, in the order of ``count_elements`` and ``work_up_elements``."""

WORDS = {
    ("late enough", FAIL): "in the days of aplasia after conditioning",
    ("engrafted", FAIL): "before or too soon after engraftment",
    ("engrafted", UNKNOWN): "engraftment not documented in time",
    ("platelets engrafted", FAIL): "platelets not engrafted",
    ("platelets engrafted", UNKNOWN): "platelet engraftment not documented",
    ("low", FAIL): "no count under the threshold, nor transfusions in its stead",
    ("low", UNKNOWN): "no recent count",
    ("fallen", FAIL): "fall against the baseline too small",
    ("fallen", UNKNOWN): "no baseline: too few earlier results since engraftment",
    ("hemolysis", FAIL): "hemolysis markers measured normal",
    ("hemolysis", UNKNOWN): "too few hemolysis markers measured",
    ("marrow", FAIL): "megakaryocytes decreased or absent",
    ("reticulocytes", FAIL): "reticulocytes not low enough",
    ("no other cause", FAIL): "another cause recorded",
    ("no parvovirus", FAIL): "parvovirus detected",
}
TESTS = {
    "dat": ("dat", "DAT"),
    "marrow": ("marrow_megakaryocytes", "marrow report"),
    "reticulocytes": ("reticulocytes", "reticulocytes"),
}
"""Elements that are unknown where one test is: its analyte, its name."""


def case_of(outcome: Outcome, row: int, day: int) -> PatientDay:
    """One transplant with what was known on ``day``."""
    block = known_by(outcome.observations.block(np.array([row])), day)
    return PatientDay(block, outcome.protocol, Parameters(outcome.protocol), day, outcome.extract.captured)


# ---- planted, not certain


def cause_of_miss(case: PatientDay, cytopenia: Cytopenia, planted: int) -> str:
    """The cause for an episode planted on day ``planted`` that is not certain by ``case.day``."""
    best = max(_judged_days(case, cytopenia, planted), default=None, key=lambda judged: _rank(*judged))
    if best is None:
        return NO_EVIDENCE
    day, elements = best
    by_elements = min(element.verdict for element in elements)
    if by_elements == FAIL and not (_count_days(case, cytopenia) >= planted).any():
        return NO_EVIDENCE
    by_engine = _onset_verdict(case, cytopenia, day)
    if len(elements) != len(ELEMENTS[cytopenia.name]) or PASS in (by_elements, by_engine):
        return UNEXPLAINED
    if by_engine != by_elements:
        return NO_DIAGNOSIS if by_engine == FAIL else UNEXPLAINED
    name, first = next(
        (name, element)
        for name, element in zip(ELEMENTS[cytopenia.name], elements, strict=True)
        if element.verdict == by_elements
    )
    return _words(case, planted, name, first)


def _rank(day: int, elements: Elements) -> tuple[int, int, int]:
    """By verdict, then by how many elements come before the first with that verdict, then the later day."""
    verdicts = [element.verdict for element in elements]
    worst = min(verdicts)
    return worst, verdicts.index(worst), day


def _judged_days(case: PatientDay, cytopenia: Cytopenia, planted: int) -> Iterator[tuple[int, Elements]]:
    """Days since the planted onset that tell something, with the elements of their best count and their work-up."""
    reach = case.p.workup_days
    counted = _count_days(case, cytopenia)
    counts = {day: count_elements(case.on(day), cytopenia) for day in counted[counted > planted - reach].tolist()}
    for day in _telling_days(case, cytopenia):
        near = [c for c in counts if day - reach < c <= day]
        if day >= planted and near:
            best = max(near, key=lambda c: _rank(c, counts[c]))
            yield day, [*counts[best], *work_up_elements(case.on(day), cytopenia)]


def _telling_days(case: PatientDay, cytopenia: Cytopenia) -> list[int]:
    """Days with a count, a result of the work-up or a new diagnosis, those after another cause, and today."""
    results = [case.block.measure(analyte).events.day for analyte in cytopenia.work_up]
    causes = case.block.tables["conditions"]
    causes = causes.where(causes.isin("condition", other_causes(case.p, cytopenia)))
    sources = [
        *results,
        _count_days(case, cytopenia),
        condition_rows(case.block, *cytopenia.diagnoses).day,
        causes["end"] + 1,
    ]
    days = np.unique(np.append(np.concatenate(sources), case.day))
    return [int(day) for day in days[(days >= 0) & (days <= case.day)]]


def _count_days(case: PatientDay, cytopenia: Cytopenia) -> NDArray[np.int32]:
    return count_days(case.block, case.p, cytopenia).day


def _onset_verdict(case: PatientDay, cytopenia: Cytopenia, day: int) -> int:
    found, today = onset(case.block, case.p, cytopenia), ROW + day
    sure, open_ = (spans.holding(ROW, today)[0] >= 0 for spans in (found.sure, found.possible))
    return PASS if sure else UNKNOWN if open_ else FAIL


def _words(case: PatientDay, planted: int, name: str, element: Reason) -> str:
    """What an element that is not met says; of a test that is missing, whether it was done at all."""
    if name.startswith("no other cause"):
        what = ", ".join(sorted({used.what for used in element.used}))
        if element.verdict == FAIL:
            return f"another cause recorded: {what}"
        return f"another cause perhaps not over: {what}" if what else "absence of other causes not declared"
    if name in TESTS and element.verdict == UNKNOWN:
        analyte, test = TESTS[name]
        if element.used:
            return f"{test} {element.used[0].result}"
        analytes = (analyte, "reticulocytes_percent") if analyte == "reticulocytes" else (analyte,)
        done = any(case.results(one, planted, case.day) for one in analytes)
        return f"{test} not within its window of the low counts" if done else f"{test} not done"
    return WORDS.get((name, element.verdict), UNEXPLAINED)


# ---- certain, not planted


def cause_of_extra(case: PatientDay, cytopenia: Cytopenia, number: int, truth: pd.DataFrame) -> str:
    """What was planted in its place; ``case.day`` is the first certain day, ``truth`` the patient's rows.

    ``number`` is that of the transplant; planted days count from the first one only.
    """
    if number > 1:
        return "after a later transplant, of which nothing is planted"
    reach = case.day - case.p.workup_days + 1
    kinds = truth["cytopenia"]
    running = (truth["onset_day"] <= case.day) & ~(truth["resolution_day"] < reach)
    lowering = _lowering(cytopenia)
    others = kinds[running & kinds.isin(lowering) & ~kinds.isin(cytopenia.diagnoses)]
    if len(others):
        return f"another cytopenia planted: {', '.join(sorted(others))}"
    illnesses = lowering.difference(*(one.diagnoses for one in CYTOPENIAS))
    recent = case.named_conditions(*illnesses)
    ill = {used.what for _, used in recent if used.last is None or used.last >= reach}
    asked = set(other_causes(case.p, cytopenia))
    if ill & asked:
        return f"other cause planted, over by the day of the work-up: {', '.join(sorted(ill & asked))}"
    if ill:
        return f"illness planted that the work-up does not ask for: {', '.join(sorted(ill))}"
    if kinds.isin(cytopenia.diagnoses).any():
        return "the same cytopenia, outside its planted days"
    p = case.p
    anemic = p.aiha_hemoglobin_below if cytopenia is AIHA else p.prca_hemoglobin_below
    low = p.itp_platelets_max if cytopenia is ITP else anemic
    since = case.results(cytopenia.analyte, p.nadir_window_days + 1, case.day)
    if all(used.value <= low for used in since):
        return f"{cytopenia.analyte} never recovered after the transplant"
    return UNEXPLAINED


def _lowering(cytopenia: Cytopenia) -> set[str]:
    """Illnesses and cytopenias by which the generator lowers the counts of the lineage."""
    effects = table("effects")
    low = effects["platelets_factor"] < 1 if cytopenia is ITP else effects["hemoglobin"] < 0
    return set(effects.loc[low, "effect"])
