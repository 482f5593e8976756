"""What a notebook works on, from the words of its parameters."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from postgraft.api import load_protocol
from postgraft.disclosure.cell_keys import CellKeys
from postgraft.disclosure.house import house
from postgraft.disclosure.rule import LEVELS
from postgraft.evaluation.count import Count, exact
from postgraft.extract import Extract, read_extract
from postgraft.protocol import Amendment, Protocol, RecruitmentPlan, load_amendments, load_plan
from postgraft.reports.project import ReportError, named_input, project_path

INTERNAL, RELEASE = LEVELS
STRICTER = ("threshold", "rounding")
"""What a study may set higher than the house does."""


class Inputs(NamedTuple):
    """An extract, the protocol, the amendments to set beside it, and how its counts are printed."""

    extract: Extract
    protocol: Protocol
    amendments: list[Amendment]
    counts: Count


def load_inputs(
    cohort: str,
    protocol: str,
    amendments: str = "",
    disclosure: Mapping[str, Any] = MappingProxyType({"level": INTERNAL}),
) -> Inputs:
    """Read what the parameters of a notebook name.

    ``cohort`` is a folder, ``protocol`` a shipped name or a YAML file, ``amendments`` the shipped ``menu``, a
    YAML file or empty; relative paths start at the project's root. ``disclosure`` holds level, threshold and
    rounding; see ``counting``. Raises ExtractError, ProtocolError or ReportError with all that is wrong.
    """
    given = load_protocol(named_input(protocol))
    beside = load_amendments(named_input(amendments), given) if amendments else []
    extract = read_extract(project_path(cohort))
    return Inputs(extract, given, beside, counting(extract, disclosure))


class CohortInputs(NamedTuple):
    """Cohorts by name, each as ``Inputs``, and the protocol of all."""

    cohorts: Mapping[str, Inputs]
    protocol: Protocol


def load_cohorts(
    cohorts: Mapping[str, str],
    protocol: str,
    amendments: str = "",
    disclosure: Mapping[str, Any] = MappingProxyType({"level": INTERNAL}),
) -> CohortInputs:
    """Read several cohorts, folders by name, with one protocol; see ``load_inputs``. ReportError of none."""
    if not cohorts:
        raise ReportError("cohorts: found none; accepted are names, each with the folder of an extract.")
    found = {name: load_inputs(folder, protocol, amendments, disclosure) for name, folder in cohorts.items()}
    return CohortInputs(found, next(iter(found.values())).protocol)


def counting(extract: Extract, disclosure: Mapping[str, Any]) -> Count:
    """How a report prints counts of an extract: exactly, or by the rule and with the secret of the house.

    ``disclosure`` holds the level, and for ``release`` threshold and rounding, if they are to be stricter than the
    house's. At level ``internal`` the house is not asked for.

    Raises:
        PostgraftError: a level or key that is not accepted, a rule weaker than the house's, an unusable house.
    """
    level = disclosure.get("level")
    if level not in LEVELS or set(disclosure) - {"level", *STRICTER}:
        raise ReportError(
            f"disclosure: found {dict(disclosure)!r}; accepted is a mapping with level ({' or '.join(LEVELS)}) "
            f"and, if wanted, {' and '.join(STRICTER)}."
        )
    if level == INTERNAL:
        return exact
    own = house()
    rule = own.rule.stricter(**{key: disclosure[key] for key in STRICTER if key in disclosure})
    return CellKeys(extract.patients["patient_id"].astype(str), own, rule).counting


def load_plan_input(plan: str, protocol: Protocol) -> RecruitmentPlan:
    """The plan of a YAML file, or where the text is empty the shipped one; ProtocolError with all that is wrong."""
    return load_plan(project_path(plan) if plan else None, protocol)
