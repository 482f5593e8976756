"""Serology and tests for a virus, which do not expire: what they come to, and in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from postgraft.criteria.case import PatientDay
from postgraft.criteria.criterion import Answers
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import ever
from postgraft.criteria.rules import Lab
from postgraft.criteria.wording import Used, listed
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Verdict
from postgraft.vocabulary.analytes import POSITIVE
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def latest(block: Block, analyte: str, result: int) -> Verdict:
    """PASS while the latest result ever is this one, else FAIL."""
    return block.measure(analyte).carried(None).is_any((result,), none=FAIL)


def ever_positive(block: Block, analyte: str) -> Verdict:
    """PASS from the first positive result on, else FAIL."""
    results = block.measure(analyte).events
    return ever(block, results.where(results["value"] == POSITIVE))


def not_known(suffices: bool, documented: Callable[[], Verdict]) -> Verdict | int:
    """PASS where not known to be infected is enough; else only with the negative tests, UNKNOWN without."""
    return PASS if suffices else documented().mapped(fail=UNKNOWN, unknown=UNKNOWN, passed=PASS)


def not_infected(p: Parameters, *analytes: str) -> Mapping[str, Answers]:
    """What missing tests could be: the favourable one found nothing."""
    return {one: answers for one in analytes for answers in Lab(one).could_be(p, "negative", "positive").values()}


def latest_used(case: PatientDay, *analytes: str) -> dict[str, Used]:
    """The latest result ever of each analyte that has one."""
    found = {analyte: case.result(analyte, None) for analyte in analytes}
    return {analyte: used for analyte, used in found.items() if used}


def first_positive(case: PatientDay, analyte: str) -> tuple[Used, ...]:
    rows = case.block.measure(analyte).events
    first = int(rows.day.min()) if len(rows) else 0
    return tuple(u for u in case.results(analyte, first, case.day) if u.result in ("positive", "detected"))[:1]


def positive(results: dict[str, Used], *analytes: str) -> list[Used]:
    return [results[a] for a in analytes if a in results and results[a].result in ("positive", "detected")]


def findings(kind: str, rows: list[Used]) -> str:
    return f"{kind}: {listed([row.finding for row in rows])}"
