"""What a notebook works on, from the words of its parameters."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from postgraft.eligibility.counting import Count
from postgraft.extract import Extract, read_extract
from postgraft.protocol import Amendment, Plan, Protocol, load_amendments, load_plan, load_protocol
from postgraft.reports.ledger_file import FOLDER, counting
from postgraft.reports.project import named_input, project_path


class Inputs(NamedTuple):
    """An extract, the protocol, the amendments to set beside it, and what gives out the counts."""

    extract: Extract
    protocol: Protocol
    amendments: list[Amendment]
    counts: Count


def load_inputs(
    cohort: str,
    protocol: str,
    amendments: str = "",
    disclosure: Mapping[str, Any] = MappingProxyType({"level": "internal"}),
) -> Inputs:
    """Read what the parameters of a notebook name.

    ``cohort`` is a folder, ``protocol`` a shipped name or a YAML file, ``amendments`` the shipped ``menu``, a
    YAML file or empty; relative paths start at the project's root. ``disclosure`` holds level, threshold, rounding
    and ledger; see ``ledger_file.counting``. Raises ExtractError, ProtocolError or ReportError with all that is wrong.
    """
    given = load_protocol(named_input(protocol))
    beside = load_amendments(named_input(amendments), given) if amendments else []
    extract = read_extract(project_path(cohort))
    folder = project_path(str(disclosure.get("ledger") or FOLDER))
    return Inputs(extract, given, beside, counting(extract, disclosure, folder))


def load_plan_input(plan: str, protocol: Protocol) -> Plan:
    """The plan of a YAML file, or where the text is empty the shipped one; ProtocolError with all that is wrong."""
    return load_plan(project_path(plan) if plan else None, protocol)
