"""What several commands are given, and the protocols it names."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from postgraft.protocol import Protocol

Cohort = Annotated[
    Path, typer.Argument(help="Folder of the cohort extract (the one that holds extract.yaml).")
]
Amend = Annotated[
    Path | None,
    typer.Option(
        "--amend",
        metavar="FILE",
        help="Amendments to evaluate beside the protocol: YAML, a list of entries such as "
        "{name: earlier, set: {days_since_transplant_min: 30}, drop: \\[remission]}.",
    ),
]
Force = Annotated[
    bool,
    typer.Option("--force", help="Replace a file that is there; a review that is filled in never is."),
]
PlanFile = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="Plan of the recruitment: YAML with participation, screen_failure, sites and more.",
        show_default="the plan that comes with postgraft",
    ),
]


def protocols(amend: Path | None) -> "list[Protocol]":
    """The registered protocol, then each amendment of it in the file's order."""
    from postgraft.protocol import load_amendments, load_protocol

    protocol = load_protocol()
    return [protocol, *(protocol.amended(one) for one in (load_amendments(amend, protocol) if amend else []))]
