"""The command ``forecast``."""

from pathlib import Path
from typing import Annotated

import typer

from postgraft.cli.options import Amend, Cohort, Force, PlanFile, protocols
from postgraft.cli.outputs import check_csv, write_csv
from postgraft.cli.printing import busy, say


def forecast(
    cohort: Cohort,
    plan: PlanFile = None,
    amend: Amend = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write a row per protocol, basis and date.")
    ] = None,
    force: Force = False,
) -> None:
    """Forecast enrolment: the date of the last patient, and the chance of the target by the deadline."""
    from postgraft import eligibility
    from postgraft.extract import read_extract
    from postgraft.protocol import load_plan

    check_csv(out, cohort, force)
    evaluated, assumed = protocols(amend), load_plan(plan)
    with busy(f"Reading {cohort}"):
        extract = read_extract(cohort)
    with busy(f"Evaluating {extract.name} under {len(evaluated)} protocol(s)"):
        made = eligibility.forecast(eligibility.evaluate(extract, evaluated), assumed)
        words = made.words
    say(f"{extract.name}, plan {assumed.name}: {assumed.target} patients by {assumed.deadline}")
    for sentence in words:
        say(sentence)
    if out:
        write_csv(made.by_date, out)
        say(f"Wrote {out}")
