"""HIV infection."""

from __future__ import annotations

from postgraft.criteria.case import PatientDay
from postgraft.criteria.criterion import Criterion, Needs
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import ever_recorded
from postgraft.criteria.serology import (
    ever_positive,
    findings,
    first_positive,
    latest,
    latest_used,
    not_infected,
    not_known,
)
from postgraft.criteria.wording import Reason, listed
from postgraft.timeline.block import Block
from postgraft.timeline.verdict import Verdict, first_that_holds
from postgraft.vocabulary.analytes import NEGATIVE
from postgraft.vocabulary.verdicts import FAIL, UNKNOWN


def hiv(block: Block, p: Parameters) -> Verdict:
    """Not known to be HIV-positive; a reactive screen alone leaves it open."""
    return first_that_holds(
        (ever_recorded(block, "hiv") | ever_positive(block, "hiv_rna"), FAIL),
        (ever_positive(block, "hiv_screen"), UNKNOWN),
        otherwise=not_known(
            p.hiv_reading == "known_positive",
            lambda: latest(block, "hiv_screen", NEGATIVE) | latest(block, "hiv_rna", NEGATIVE),
        ),
    )


def explain_hiv(case: PatientDay) -> Reason:
    verdict, p = case.at(hiv(case.block, case.p)), case.p
    results = latest_used(case, "hiv_screen", "hiv_rna")
    conditions = [used for _, used in case.named_conditions("hiv")]
    rna, screen = first_positive(case, "hiv_rna"), first_positive(case, "hiv_screen")
    if verdict == FAIL:
        text = findings("HIV infection", [*conditions, *rna])
    elif verdict == UNKNOWN and screen:
        text = f"{screen[0].finding} without a proof of infection; a recorded diagnosis would settle it"
    elif verdict == UNKNOWN:
        text = f"the reading {p.hiv_reading} asks for a negative test; measurements has none (hiv_screen, hiv_rna)"
    elif results:
        text = f"{listed([row.finding for row in results.values()])}, no infection on record"
    else:
        text = f"no HIV infection and no test on record; under the reading {p.hiv_reading} only a known one counts"
    return Reason(verdict, text, (*results.values(), *conditions, *rna, *screen))


HIV = Criterion(
    "hiv",
    hiv,
    explain_hiv,
    lambda p: Needs(analytes=("hiv_screen", "hiv_rna"), conditions=("hiv",)),
    left_open="Without a test only a recorded infection is seen, unless the reading asks for a documented negative.",
    answers=lambda p: not_infected(p, "hiv_screen", "hiv_rna"),
)
