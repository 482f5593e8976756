"""What is certain stays so, and what is ruled out: whatever is added that the contract calls a completion.

Generated patients of a site that declares every table complete are the truth. Then something is lost, in each of the
ways of ``losses``, and declared no more. What is PASS or FAIL of what is left must be so of the truth, on every day,
for every criterion and component, and no patient may be certain, or ruled out, who in truth is not.

One leak is accepted, and told apart by ``soundness.leaks``: a transfusion that nobody recorded could make a count day
of its own or carry a spell. ``run_soundness.py`` compares more patients, and prints what came of each loss.
"""

from __future__ import annotations

import random
from functools import cache

import pytest
from losses import KINDS, Less, two_at_random
from parts.draws import Rows
from share import long
from sound_patients import sound_patients
from soundness import Found, compared, evaluated, leaks, losses_of, protocol

import postgraft as pg

SEED, SIZE = 4, 80

SILENT = {
    "base": {
        "chronic infections",  # known: what nobody knows is absent
        "attested",  # assumed
        "serology",  # known again
        "serology of a virus",
        "parvovirus and schistocytes",  # no result is no objection
        "work up with diagnoses declared",  # the diagnosis fills what is unknown
    },
    "strict": {"attested", "parvovirus and schistocytes"},
    "lenient": {"chronic infections", "attested", "serology", "serology of a virus", "parvovirus and schistocytes",
                "work up with diagnoses declared"},
}  # fmt: skip
"""Losses that open no verdict under a set of readings: the readings answer what is unknown."""
QUICK = [*list(KINDS)[::6], "some of everything"]


@cache
def patients() -> dict[str, Rows]:
    return sound_patients(SEED, 0, SIZE)


@cache
def complete(readings: str) -> pg.Outcome:
    return evaluated(patients(), frozenset(), protocol(readings))


@cache
def after(name: str, readings: str) -> Found:
    p = protocol(readings)
    less = losses_of(patients(), KINDS[name], p, SEED)
    return compared(complete(readings), KINDS[name], less, p)


@pytest.mark.parametrize("readings", ["base", *long("strict", "lenient")])
@pytest.mark.parametrize("name", [*QUICK, *long(*(name for name in KINDS if name not in QUICK))])
def test_what_is_certain_or_ruled_out_stays_so(name: str, readings: str) -> None:
    found = after(name, readings)
    assert not found.broken, "\n".join(map(str, found.broken[:5]))
    assert found.opened > 0 or name in SILENT[readings], "nothing became unknown: nothing was put to the test"


@pytest.mark.parametrize("number", [0, *long(*range(1, 20))])
def test_two_losses_at_once(number: int) -> None:
    kind, p = two_at_random(random.Random(f"{SEED}/{number}")), protocol("base")
    found = compared(complete("base"), kind, losses_of(patients(), kind, p, SEED), p)
    assert not found.broken, "\n".join(map(str, found.broken[:5]))


def test_losses_bite() -> None:
    """Enough patients are eligible when all is told, of each cytopenia, for a loss to be felt."""
    status = complete("base").patients["status"]
    assert (status == "eligible").sum() > SIZE / 8
    assert all(after(name, "base").moved > 0 for name in ("nothing declared", "some of everything"))


def test_a_loss_leaves_counts_alone() -> None:
    """What was not made is no loss: counts, limits, engraftment, ends of intervals and purposes are as they were."""
    few = dict(list(patients().items())[:20])
    for name, kind in KINDS.items():
        for one in losses_of(few, kind, protocol("base"), SEED).values():
            for table, rows in one.rows.items():
                for row, left in zip(one.whole[table], rows, strict=True):
                    assert left is not None or _may_go(table, row), name
                    assert left is None or _changed(row, left) <= EMPTIED, name


EMPTIED = {"dose", "value", "grade", "detail", "half_life_days", "birth_day", "birth_year", "age_at_transplant", "sex"}


def _may_go(table: str, row: dict[str, object]) -> bool:
    return table not in ("patients", "transplants", "adjudications") and row.get("analyte") not in (
        "neutrophils", "hemoglobin", "platelets",
    )  # fmt: skip


def _changed(row: dict[str, object], left: dict[str, object]) -> set[str]:
    return {name for name in row if row[name] != left[name]}


def test_kinds_say_what_they_lose() -> None:
    assert all(step.__doc__ for kind in KINDS.values() for step in kind.steps)


def test_the_leak_is_of_transfusions_without_a_count() -> None:
    whole = {name: [] for name in patients()["P000000"]} | {
        "measurements": [{"day": 60, "analyte": "platelets", "value": 20.0}],
        "transfusions": [{"day": day, "product": "platelets", "units": 1.0} for day in (60, 61)],
    }
    less = Less(whole, protocol("base"), frozenset({"transfusions"}), random.Random(0))
    less.lose("transfusions", lambda row: row["day"] == 60)
    assert not leaks(less, "immune_cytopenia.itp")
    less.lose("transfusions", lambda row: row["day"] == 61)
    assert leaks(less, "immune_cytopenia.itp")
    assert leaks(less, "incomplete_response.refractory")
    assert not leaks(less, "immune_cytopenia.prca")
    assert not leaks(less, "immune_cytopenia.aiha")
    assert not leaks(less, "platelet_engraftment")
