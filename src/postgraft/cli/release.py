"""The command ``release``."""

from pathlib import Path
from typing import Annotated

import typer

from postgraft.cli.outputs import check_new_folder
from postgraft.cli.printing import busy, say, tell
from postgraft.cli.status import FAILED


def release(
    report: Annotated[
        Path, typer.Argument(help="Folder of a report, made with --disclosure release by postgraft report.")
    ],
    cohort: Annotated[
        list[Path],
        typer.Option(
            metavar="FOLDER",
            help="Folder of the extract that the report is about; several times for several.",
        ),
    ],
    to: Annotated[
        Path,
        typer.Option(
            metavar="DIR", callback=check_new_folder, help="New or empty folder for the copy of what leaves."
        ),
    ],
    signed_by: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Who has looked at all that is on the checklist.",
            show_default="the checklist is shown, and nothing copied",
        ),
    ] = None,
    override: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            help="Why a version may leave of which too few patients changed; is written down.",
        ),
    ] = None,
) -> None:
    """Copy a report for readers outside, if all checks pass and somebody signs.

    Exit status 1 means that it was refused, or that nobody has signed yet.
    """
    from postgraft.release import release as decided

    with busy(f"Reading {report}"):
        decision = decided(report, cohort, to, signed_by, override)
    if decision.said:
        say(decision.said)
    if decision.refused:
        tell(decision.refused)
        raise typer.Exit(FAILED)
    for path in decision.files:
        say(f"Wrote {path}")
