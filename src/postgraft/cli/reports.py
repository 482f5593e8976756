"""The commands ``report`` and ``release``."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from postgraft.cli.shared import (
    FAILED,
    INTERRUPTED,
    Amend,
    PlanFile,
    busy,
    check_folder,
    check_new_folder,
    say,
    status_of,
    tell,
)
from postgraft.vocabulary.errors import PostgraftError

if TYPE_CHECKING:
    from postgraft.reports import Report
    from postgraft.reports.finished_report import FinishedReport
    from postgraft.reports.study import Study


class Level(StrEnum):
    """What may be read off the pages."""

    internal = "internal"
    release = "release"


def report(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="STUDY.yaml|COHORT",
            help="Study file, or folder of a cohort extract (the one that holds extract.yaml).",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            callback=check_folder,
            help="Where the pages go. It is replaced when all is whole; files that postgraft did not write stay.",
            show_default="the study's, or reports/NAME in the project",
        ),
    ] = None,
    amend: Amend = None,
    plan: PlanFile = None,
    disclosure: Annotated[
        Level | None,
        typer.Option(
            help="internal: counts as they are. release: counts have noise, small ones are hidden, others rounded.",
            show_default="the study's; else internal in the project's reports/, release elsewhere",
        ),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Pages as PDF too; needs Chromium or Chrome.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="How many notebooks run at a time.")] = 1,
    if_changed: Annotated[
        bool, typer.Option("--if-changed", help="Do nothing if nothing it depends on has changed.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was made as JSON, and nothing else on stdout.")
    ] = False,
) -> None:
    """Make the reports of a study, or of one cohort: summary, quality, population, barriers, amendments, forecast.

    The pages open offline. They appear when all are whole; until then the earlier ones stand.
    """
    from postgraft.protocol.amendments import MENU
    from postgraft.reports import checked_study, make_study

    given = {
        "output": output,
        "amendments": MENU if amend == Path(MENU) else amend,
        "plan": plan,
        "disclosure": disclosure and disclosure.value,
        "outputs": ["html", "pdf"] if pdf else None,
    }
    changes = {key: value for key, value in given.items() if value is not None}
    try:
        with busy(f"Reading {source}"):
            study = checked_study(source, changes)
        if study.disclosure["level"] == "release" and not as_json:
            say(_of_release(study))
        made = make_study(study, jobs=jobs, if_changed=if_changed)
    except KeyboardInterrupt:
        tell("Interrupted; nothing is left half-done.")
        raise typer.Exit(INTERRUPTED) from None
    except PostgraftError as error:
        if as_json:
            say(_as_text({"exit": status_of(error), "error": str(error), "reports": []}))
        raise
    for line in made.missing:
        tell(line)
    status = FAILED if made.missing else 0
    if as_json:
        say(_as_text(_document(made, status)))
    elif made.skipped:
        say(f"Nothing has changed: {_shown(made.index)}")
    else:
        for one in made.made:
            for path in (one.html, one.pdf):
                if path and path != made.index:
                    say(f"Wrote {_shown(path)}")
        say(f"Wrote {_shown(made.index)}")
    raise typer.Exit(status)


def _of_release(study: "Study") -> str:
    """What level release does to a report; its notebooks are none of those that have no such level."""
    from postgraft.reports.notebooks import DEFAULT_NOTEBOOKS, RELEASED_NOTEBOOKS

    internal = ", ".join(name for name in DEFAULT_NOTEBOOKS if name not in RELEASED_NOTEBOOKS)
    default = {run.notebook.name for run in study.runs} == set(RELEASED_NOTEBOOKS)
    left_out = f" {internal} have no such level and are left out." if default else ""
    return f"Level release: counts have noise.{left_out} For the house: --disclosure internal."


def _document(made: "Report", status: int) -> dict[str, Any]:
    """What was made, files relative to the output."""
    return {
        "exit": status,
        "title": made.title,
        "output": _shown(made.output),
        "fingerprint": made.fingerprint,
        "skipped": made.skipped,
        "changed": list(made.changed),
        "missing": list(made.missing),
        "index": made.index.relative_to(made.output).as_posix(),
        "reports": [_entry(one, made.output) for one in made.made],
    }


def _entry(made: "FinishedReport", output: Path) -> dict[str, Any]:
    from postgraft.reports.numbers import read_numbers

    files = {"executed": made.executed, "html": made.html, "pdf": made.pdf}
    return {
        "cohort": made.record["cohort"],
        "notebook": made.notebook,
        "notebook_sha256": made.record["notebook_sha256"],
        "disclosure": made.record["disclosure"],
        "identifiable": made.record["identifiable"],
        **{kind: path and path.relative_to(output).as_posix() for kind, path in files.items()},
        "numbers": read_numbers(made.executed),
    }


def _as_text(document: dict[str, Any]) -> str:
    escaped = not sys.stdout.encoding.lower().startswith("utf")
    return json.dumps(document, indent=2, ensure_ascii=escaped, allow_nan=False)


def _shown(path: Path) -> str:
    """As short as it can be named from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def release(
    report: Annotated[
        Path, typer.Argument(help="Folder of a report, made with --disclosure release by postgraft report.")
    ],
    cohort: Annotated[
        list[Path],
        typer.Option(
            metavar="FOLDER", help="Folder of the extract that the report is about; several times for several."
        ),
    ],
    to: Annotated[
        Path,
        typer.Option(metavar="DIR", callback=check_new_folder, help="New or empty folder for the copy of what leaves."),
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
            metavar="REASON", help="Why a version may leave of which too few patients changed; is written down."
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
