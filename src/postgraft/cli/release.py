"""The command ``release``."""

from pathlib import Path
from typing import Annotated

import typer

from postgraft.cli.outputs import check_new_folder
from postgraft.cli.printing import busy, say, tell


def release(
    report: Annotated[
        Path, typer.Argument(help="Folder of a report, or one page or executed notebook in such a folder.")
    ],
    cohort: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FOLDER",
            help="Folder of an extract that the report is about; several times for several.",
            show_default="what the report's record names",
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            callback=check_new_folder,
            help="Copy what may leave into this new or empty folder.",
        ),
    ] = None,
    notebooks: Annotated[
        bool, typer.Option("--notebooks", help="The executed notebooks leave as well.")
    ] = False,
) -> None:
    """Check that a report may leave the house: no patient's identifier, no patient's row, no small count.

    Everything in pages, notebooks, PDFs and their images' metadata is read. Exit status 1 means refused.
    """
    from postgraft.reports.release_check import check_release, hand_over

    with busy(f"Reading {report}"):
        checked = check_release(report, cohort or (), notebooks)
    if not checked.passed:
        tell(str(checked))
        raise typer.Exit(1)
    say(str(checked))
    if to:
        for path in hand_over(checked, to, notebooks):
            say(f"Wrote {path}")
