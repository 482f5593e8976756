"""The work-up that tells an immune cytopenia from others, as it stands on each day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, or_

from postgraft.criteria.criterion import Answers
from postgraft.criteria.cytopenia.kinds import ITP, PRCA, Cytopenia
from postgraft.criteria.memo import Parameters
from postgraft.criteria.records import none_active
from postgraft.criteria.rules import Lab, Threshold
from postgraft.timeline.block import Block
from postgraft.timeline.measure import Carried, Measure, above
from postgraft.timeline.verdict import Verdict, at_least, first_that_holds
from postgraft.vocabulary.analytes import ABSENT, DECREASED, NEGATIVE, POSITIVE
from postgraft.vocabulary.censoring import difference
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN

DAT = Lab("dat", "dat_window_days")
PERCENT, ABSOLUTE, LDH, HAPTOGLOBIN, INDIRECT, PARVOVIRUS = (
    Lab(analyte, "chemistry_window_days")
    for analyte in (
        "reticulocytes_percent",
        "reticulocytes",
        "ldh",
        "haptoglobin",
        "bilirubin_indirect",
        "parvovirus_b19",
    )
)
MARKERS = {lab.analyte: lab for lab in (PERCENT, LDH, HAPTOGLOBIN, INDIRECT)}
"""Of hemolysis; the absolute count stands beside the percentage of reticulocytes."""
MARROW = Lab("marrow_megakaryocytes", "marrow_window_days")
LOW_PERCENT, LOW_ABSOLUTE = PERCENT < "prca_reticulocyte_percent_below", ABSOLUTE < "prca_reticulocytes_below"


def either(*measures: tuple[Verdict, Verdict]) -> Verdict:
    """One thing measured in several ways, each (verdict, available).

    OR over those that are available, UNKNOWN if none is: what was not measured does not leave open what was.
    """
    found = reduce(or_, (verdict & there for verdict, there in measures))
    available = reduce(or_, (there for _, there in measures))
    return first_that_holds((available, found), otherwise=UNKNOWN)


def _increased(carried: Carried, p: Parameters, fallback: float) -> Verdict:
    return carried.increased(fallback, p.reference_limit_factor_max)


def reticulocytes_increased(block: Block, p: Parameters) -> Verdict:
    """Percent or absolute count above its upper limit."""
    percent, absolute = PERCENT.carried(block, p), ABSOLUTE.carried(block, p)
    return either(
        (_increased(percent, p, p.reticulocytes_percent_upper_limit), percent.available),
        (_increased(absolute, p, p.reticulocytes_upper_limit), absolute.available),
    )


def total_less_direct_bilirubin(block: Block) -> Measure:
    """Total - direct bilirubin of the days that have both; the difference has no reference limit of its own.

    Of ``<1.0`` less ``<0.3`` nothing is known.
    """
    total = block.measure("bilirubin_total")
    direct = block.measure("bilirubin_direct").events
    at = direct.latest(total.events.row, total.events.day, within=1)
    if not len(direct):
        return total.with_values(total.value, total.censored, at >= 0)
    value, censored = difference(total.value, direct["value"][at], total.censored, direct["censored"][at])
    return total.with_values(value, censored, at >= 0)


def indirect_bilirubin_increased(block: Block, p: Parameters) -> Verdict:
    """The measured value; else total - direct of the latest day in the window that has both."""
    measured, both = INDIRECT.carried(block, p), total_less_direct_bilirubin(block)
    computed = both.carried(INDIRECT.days(p))
    limit = p.bilirubin_indirect_upper_limit
    return first_that_holds(
        (measured.available, _increased(measured, p, limit)),
        otherwise=computed.verdict(above(both.value, limit, both.censored)),
    )


def hemolysis_markers(block: Block, p: Parameters) -> dict[str, Verdict]:
    """Whether each marker of hemolysis is abnormal, by the name of its analyte."""
    haptoglobin = HAPTOGLOBIN.carried(block, p)
    return {
        "reticulocytes": reticulocytes_increased(block, p),
        "ldh": _increased(LDH.carried(block, p), p, p.ldh_upper_limit),
        "haptoglobin": haptoglobin.decreased(p.haptoglobin_lower_limit, p.reference_limit_factor_max),
        "bilirubin_indirect": indirect_bilirubin_increased(block, p),
    }


def antibody(block: Block, p: Parameters) -> Verdict:
    """The direct antiglobulin test: positive, or what its absence or a negative one means."""
    dat = DAT.carried(block, p)
    return first_that_holds(
        (dat.is_any((POSITIVE,), none=FAIL), PASS),
        (dat.is_any((NEGATIVE,), none=FAIL), dat_negative_counts(block, p)),
        otherwise=UNKNOWN,
    )


def hemolysis(block: Block, p: Parameters) -> Verdict:
    """At least ``hemolysis_markers_min`` markers are abnormal."""
    return at_least(p.hemolysis_markers_min, list(hemolysis_markers(block, p).values()))


def aiha_work_up(block: Block, p: Parameters) -> Verdict:
    """Direct antiglobulin test, and hemolysis."""
    return antibody(block, p) & hemolysis(block, p)


def dat_negative_counts(block: Block, p: Parameters) -> Verdict:
    """What a negative test means, where there is one."""
    if p.dat_negative_aiha == "included":
        return none_active(block, p, *p.hemolysis_other_causes)
    return block.shape.constant({"open": UNKNOWN, "excluded": FAIL}[p.dat_negative_aiha])


def megakaryocytes(block: Block, p: Parameters) -> Verdict:
    """Megakaryocytes not reduced in the marrow; PASS where the protocol does not ask."""
    if not p.megakaryocytes_required:
        return block.shape.constant(PASS)
    return ~MARROW.carried(block, p).is_any((ABSENT, DECREASED))


def itp_work_up(block: Block, p: Parameters) -> Verdict:
    """No other cause of thrombocytopenia, and megakaryocytes not reduced in the marrow."""
    return no_other_cause(block, p, ITP) & megakaryocytes(block, p)


def reticulocytopenia(block: Block, p: Parameters) -> Verdict:
    """Percent or absolute reticulocytes below the level of PRCA, as the chosen rule combines them."""
    if p.prca_reticulocyte_rule == "either":
        return either(*((low.verdict(block, p), low.lab.carried(block, p).available) for low in low_reticulocytes(p)))
    return reduce(and_, (low.verdict(block, p) for low in low_reticulocytes(p)))


def low_reticulocytes(p: Parameters) -> tuple[Threshold, ...]:
    """The measures that the chosen rule looks at."""
    one = {"percent": (LOW_PERCENT,), "absolute": (LOW_ABSOLUTE,)}
    return one.get(p.prca_reticulocyte_rule, (LOW_PERCENT, LOW_ABSOLUTE))


def no_parvovirus(block: Block, p: Parameters) -> Verdict:
    """Parvovirus B19 was not detected; FAIL only by a result that detects it."""
    return ~PARVOVIRUS.carried(block, p).is_any((POSITIVE,), none=FAIL)


def prca_work_up(block: Block, p: Parameters) -> Verdict:
    """Reticulocytopenia without an obvious cause; parvovirus B19 not detected."""
    return reticulocytopenia(block, p) & no_other_cause(block, p, PRCA) & no_parvovirus(block, p)


def other_causes(p: Parameters, cytopenia: Cytopenia) -> tuple[str, ...]:
    """Conditions that the work-up looks at, as the parameters stand."""
    of_hemolysis = p.hemolysis_other_causes if p.dat_negative_aiha == "included" else ()
    causes = {"aiha": of_hemolysis, "itp": p.itp_other_causes, "prca": p.prca_obvious_causes}
    return tuple(causes[cytopenia.name])


def no_other_cause(block: Block, p: Parameters, cytopenia: Cytopenia) -> Verdict:
    """None of them is active."""
    return none_active(block, p, *other_causes(p, cytopenia))


WORK_UP: dict[str, Callable[[Block, Parameters], Verdict]] = {
    "aiha": aiha_work_up,
    "itp": itp_work_up,
    "prca": prca_work_up,
}


def work_up_answers(p: Parameters) -> Mapping[str, Answers]:
    """What a missing result of the work-up could be: numbers on either side of the limits.

    None of absolute reticulocytes, total and direct bilirubin: the percentage and indirect bilirubin stand for them.
    """
    percent, low = p.reticulocytes_percent_upper_limit, p.prca_reticulocyte_percent_below
    indirect = p.bilirubin_indirect_upper_limit
    return {
        **DAT.could_be(p, "positive", "negative"),
        **PERCENT.could_be(p, increased=2 * percent, normal=(percent + low) / 2, decreased=low / 2),
        **LDH.could_be(p, increased=2 * p.ldh_upper_limit, normal=0.8 * p.ldh_upper_limit),
        **HAPTOGLOBIN.could_be(p, decreased=p.haptoglobin_lower_limit / 2, normal=2 * p.haptoglobin_lower_limit),
        **INDIRECT.could_be(p, increased=2 * indirect, normal=indirect / 2),
        **MARROW.could_be(p, "normal", "absent"),
        **PARVOVIRUS.could_be(p, "negative", "positive"),
    }
