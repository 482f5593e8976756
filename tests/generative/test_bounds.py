"""Certain is a lower bound and certain or possible an upper one, whatever is lost that the contract calls unknown.

Generated patients of a site that declares every table complete are the truth. Then rows are deleted at random, and
the claims that they made false withdrawn. On every day a criterion must answer as before or UNKNOWN. So of the
patients who could truly have joined, those found certain are a part, and none is outside the certain and possible.

Where the contract promises less, and so does this test (``KINDS`` names the criteria that are left out):

- ``immune_cytopenia``, and ``incomplete_response`` which rests on it. An unknown onset lasts ``unknown_carry_days`` and
  then is no more, where the true one is latched; it still counts as the onset from which treatment is counted;
  ``absent_diagnosis`` and ``recorded_diagnosis`` turn unknown into an answer on purpose. So no loss of conditions,
  transfusions or drugs is looked at through them, nor that of a result of the work-up at all: without it that day is
  no evidence.
- An episode resolves unless a steroid dose is *known* to stand against it, so a dose that cannot be computed may end
  one. Doses and weights are looked at on days on which none can have resolved.
- A count that is not on file is no unknown but a count that was not made: engraftment, nadir and baseline are made of
  those that are there, and the latest result in a window is the latest known one. The same holds for disease status and
  for weights, however old: of these the loss of all of a patient's rows is looked at.
- ``hepatitis``, ``hiv`` and ``not_pregnant`` ask under the shipped readings whether something is *known* to be there.
- ``no_uncontrolled_condition``, ``no_contraindication`` and ``no_hypersensitivity`` are attested: assumed, unless a
  recorded condition says otherwise.
- ``stable_growth_factor``: the doses that are there are compared, so of these too only the loss of all is looked at.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pytest
from cohort import Setting, draw_patients, engine_tables
from parts.draws import Row, Rows
from patients import TABLES
from share import long

import postgraft as pg
from postgraft.criteria import CRITERIA
from postgraft.criteria.concepts.parameters import Parameters
from postgraft.eligibility.answers import answer
from postgraft.eligibility.summary import statuses
from postgraft.vocabulary.verdicts import UNKNOWN

SEED, SIZE = 4, 250
COMPLETE = ("transfusions", "medications", "disease_status", "conditions")
GROWTH_FACTORS = ("filgrastim", "pegfilgrastim", "sargramostim", "epoetin", "darbepoetin")
CYTOPENIA = ("immune_cytopenia", "incomplete_response")
KNOWN = ("hepatitis", "hiv", "not_pregnant")
ATTESTED = ("no_uncontrolled_condition", "no_contraindication", "no_hypersensitivity")
UNRESOLVED = {"resolution_days": 365, "horizon_days": 365}
"""No episode can be over on a day that is looked at."""


def _not_a_growth_factor(row: Row) -> bool:
    return row["drug"] not in GROWTH_FACTORS


@dataclass(frozen=True)
class Kind:
    """What is lost: a share of the rows of ``table`` that ``hit`` picks, or of these the cell ``column``.

    ``left_out``: the criteria not looked at; ``settings``: of the protocol.
    """

    table: str
    share: float
    left_out: tuple[str, ...] = ()
    hit: Callable[[Row], bool] = lambda row: True
    column: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def complete(self) -> tuple[str, ...]:
        """The tables that are complete still."""
        return tuple(table for table in COMPLETE if self.column or table != self.table)


KINDS = {
    "conditions": Kind("conditions", 0.5, (*CYTOPENIA, *KNOWN, *ATTESTED)),
    "medications": Kind("medications", 0.5, (*CYTOPENIA, "hepatitis", "stable_growth_factor")),
    "all growth factors": Kind("medications", 1.0, CYTOPENIA, lambda row: row["drug"] in GROWTH_FACTORS),
    "investigational drugs": Kind("medications", 0.5, (), lambda row: row["purpose"] == "investigational"),
    "transfusions": Kind("transfusions", 0.5, CYTOPENIA),
    "all of disease status": Kind("disease_status", 1.0),
    "all weights": Kind("measurements", 1.0, (), lambda row: row["analyte"] == "weight", "", UNRESOLVED),
    "some doses": Kind("medications", 0.3, (), _not_a_growth_factor, "dose", UNRESOLVED),
    "all doses": Kind("medications", 1.0, (), _not_a_growth_factor, "dose", UNRESOLVED),
}

Cells = dict[str, np.ndarray[Any, Any]]


@cache
def patients() -> dict[str, Rows]:
    return draw_patients(SEED, 0, SIZE)


def evaluated(tables: dict[str, Rows], complete: tuple[str, ...], kind: Kind) -> pg.Outcome:
    """The patients under the shipped protocol with the kind's settings, without the criteria left out."""
    setting = Setting("days", dict.fromkeys(complete, True), datetime.date(2020, 1, 1), None, 0, TABLES)
    extract = pg.Extract.from_tables(setting.manifest, engine_tables(setting, tables))
    protocol = pg.load_protocol()
    if kind.settings or kind.left_out:
        protocol = protocol.amend(name="kept", set=kind.settings, drop=kind.left_out)
    return pg.evaluate(extract, protocol)


def cells(outcome: pg.Outcome) -> Cells:
    """The verdicts of each criterion by row and day, UNKNOWN where nobody is observed."""
    block = outcome.observations.block(np.arange(len(outcome.observations)))
    p, observed = Parameters(outcome.protocol), block.observed_days()
    rows = np.arange(block.shape.rows)
    return {
        criterion.name: np.where(
            observed,
            np.broadcast_to(answer(block, p, criterion, outcome.protocol.dropped).verdict.take(rows), observed.shape),
            UNKNOWN,
        )
        for criterion in CRITERIA
    }  # fmt: skip


def deleted(kind: Kind, r: random.Random) -> dict[str, Rows]:
    """The patients without what got lost."""

    def lost(row: Row) -> bool:
        return kind.hit(row) and r.random() < kind.share

    def left(rows: list[Row]) -> list[Row]:
        if kind.column:
            return [{**row, kind.column: None} if lost(row) else row for row in rows]
        return [row for row in rows if not lost(row)]

    return {name: {**tables, kind.table: left(tables[kind.table])} for name, tables in patients().items()}


@pytest.mark.parametrize("name", [*list(KINDS)[::2], *long(*list(KINDS)[1::2])])
def test_what_is_lost_becomes_unknown_and_the_bounds_hold(name: str) -> None:
    kind = KINDS[name]
    truth = evaluated(patients(), COMPLETE, kind)
    found = evaluated(deleted(kind, random.Random(f"{SEED}/{name}")), kind.complete, kind)

    before, after = cells(truth), cells(found)
    lost = 0
    for criterion, expected in before.items():
        days = min(expected.shape[1], after[criterion].shape[1])
        one, other = expected[:, :days], after[criterion][:, :days]
        assert ((other == UNKNOWN) | (other == one)).all(), criterion
        lost += int(((other == UNKNOWN) & (one != UNKNOWN)).sum())
    assert lost > 0, "nothing became unknown: nothing was put to the test"

    length = truth.protocol.eligible_days_min
    sure, bounds = statuses(truth, length), statuses(found, length)
    upper = np.any(list(bounds.values()), axis=0)
    assert sure["eligible"].any()
    assert (bounds["eligible"] <= sure["eligible"]).all()
    assert (sure["eligible"] <= upper).all()
