"""What a notebook works on, from the words of its parameters."""

from typing import NamedTuple

from postgraft.extract import Extract, read_extract
from postgraft.protocol import Amendment, Plan, Protocol, load_amendments, load_plan, load_protocol
from postgraft.reports.project import named_input, project_path


class Inputs(NamedTuple):
    """An extract, the protocol, and the amendments to set beside it."""

    extract: Extract
    protocol: Protocol
    amendments: list[Amendment]


def load_inputs(cohort: str, protocol: str, amendments: str = "") -> Inputs:
    """Read what the parameters of a notebook name.

    ``cohort`` is a folder, ``protocol`` a shipped name or a YAML file, ``amendments`` the shipped ``menu``, a
    YAML file or empty; relative paths start at the project's root. Raises ExtractError or ProtocolError with all
    that is wrong.
    """
    given = load_protocol(named_input(protocol))
    beside = load_amendments(named_input(amendments), given) if amendments else []
    return Inputs(read_extract(project_path(cohort)), given, beside)


def load_plan_input(plan: str, protocol: Protocol) -> Plan:
    """The plan of a YAML file, or where the text is empty the shipped one; ProtocolError with all that is wrong."""
    return load_plan(project_path(plan) if plan else None, protocol)
