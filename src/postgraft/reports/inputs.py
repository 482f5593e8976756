"""What a notebook works on, from the words of its parameters."""

from pathlib import Path
from typing import NamedTuple

from postgraft.extract import Extract, read_extract
from postgraft.protocol import Amendment, Protocol, load_amendments, load_protocol
from postgraft.reports.project import project_path


class Inputs(NamedTuple):
    """An extract, the protocol, and the amendments to set beside it."""

    extract: Extract
    protocol: Protocol
    amendments: list[Amendment]


def load_inputs(cohort: str, protocol: str, amendments: str = "") -> Inputs:
    """Read what the parameters of a notebook name.

    ``cohort`` is a folder, ``protocol`` a shipped name or a YAML file, ``amendments`` a YAML file or empty;
    relative paths start at the project's root. Raises ExtractError or ProtocolError with all that is wrong.
    """
    is_file = bool(Path(protocol).suffix) or len(Path(protocol).parts) > 1
    given = load_protocol(project_path(protocol) if is_file else protocol)
    beside = load_amendments(project_path(amendments), given) if amendments else []
    return Inputs(read_extract(project_path(cohort)), given, beside)
