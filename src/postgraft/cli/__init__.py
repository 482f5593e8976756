"""The ``postgraft`` command: each subcommand reads its input, calls one function and prints the answer.

What a command needs is imported inside it, so that ``--help`` answers at once.
"""

import sys
import traceback
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from postgraft.cli.estimates import estimate, forecast, review_sample
from postgraft.cli.imports import importing
from postgraft.cli.reports import release, report
from postgraft.cli.shared import (
    Amend,
    Cohort,
    Force,
    OneValueEach,
    any_encoding,
    busy,
    check_csv,
    check_new_folder,
    protocols,
    say,
    show_table,
    show_texts,
    status_of,
    tell,
    write_csv,
)
from postgraft.cli.signals import ended_like_an_interruption
from postgraft.vocabulary.errors import PostgraftError

WHATIF_COLUMNS = (
    "amendment",
    "certain",
    "possible",
    "gained",
    "lost",
    "net",
    "difference",
    "difference_low",
    "difference_high",
    "changes",
)
"""What ``whatif`` prints; its file has every column."""

app = OneValueEach(
    epilog="Begin with `postgraft synth trial --patients 200 --seed 1`, then `postgraft check trial`. "
    "Exit status: 0 done, 1 it failed, 2 bad input, 130 interrupted, 143 terminated, "
    "141 nobody reads what is printed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def every_command(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an unexpected failure; with any command.")
    ] = False,
) -> None:
    """Which already transplanted patients could have joined NCT05873205, when, and why not the others."""


NewExtract = Annotated[
    Path, typer.Argument(callback=check_new_folder, help="New or empty folder to write the extract to.")
]


class Format(StrEnum):
    """How the tables of an extract are written."""

    csv = "csv"
    parquet = "parquet"


@app.command(epilog="Example: postgraft check cohorts/demo")
def check(
    cohort: Cohort, strict: Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")] = False
) -> None:
    """Validate an extract and show which criteria it can answer, and what its declarations change.

    Every finding is reported in one pass, grouped by file and column.
    """
    from postgraft.analysis.computability import computability, declarations
    from postgraft.extract import read_extract
    from postgraft.protocol import load_protocol
    from postgraft.vocabulary import errors as findings

    with busy(f"Reading {cohort}"):
        extract = read_extract(cohort, strict)
    protocol = load_protocol()
    say(f"{extract.name}: no errors. Fingerprint {extract.fingerprint}")
    if extract.warnings:
        say(findings.report(extract.name, extract.warnings))
    say("\nWhat it can answer, and how many patients have what each criterion needs:\n")
    show_texts(computability(extract, protocol), ("", "completeness not declared: ", "left open: "))
    with busy("Evaluating without each declaration of completeness"):
        declared = declarations(extract, protocol)
    if len(declared):
        say("\nWhat each declaration of completeness changes, counted without it:\n")
        show_texts(declared, ("", "asked for by: "))


@app.command(epilog="Example: postgraft evaluate cohorts/demo --amend earlier.yaml --out patients.csv")
def evaluate(
    cohort: Cohort,
    amend: Amend = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Write a row per protocol and patient.")] = None,
    force: Force = False,
) -> None:
    """Count who is eligible, not ruled out and not eligible, under the protocol and each amendment of it."""
    import pandas as pd

    import postgraft as pg
    from postgraft.extract import read_extract

    check_csv(out, cohort, force)
    evaluated = protocols(amend)
    with busy(f"Reading {cohort}"):
        extract = read_extract(cohort)
    with busy(f"Evaluating {extract.name} under {len(evaluated)} protocol(s)"):
        outcomes = dict(zip((p.name for p in evaluated), pg.evaluate(extract, evaluated), strict=True))
    for name, outcome in outcomes.items():
        say(f"{name}: {outcome.estimate().ends}")
        show_table(outcome.summary())
    if out:
        patients = pd.concat({name: o.patients for name, o in outcomes.items()}, names=["protocol"])
        write_csv(patients.reset_index("protocol"), out, private=True)
        say(f"Wrote {out}")


@app.command(epilog="Example: postgraft whatif cohorts/demo menu --out whatif.csv")
def whatif(
    cohort: Cohort,
    amendments: Annotated[
        str, typer.Argument(help="YAML file of amendments, or menu: those that come with postgraft.")
    ] = "menu",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write a row per amendment, every column.")
    ] = None,
    force: Force = False,
) -> None:
    """Compare amendments with the protocol: who is gained and lost, and a 95 % interval of the difference."""
    import postgraft as pg
    from postgraft.extract import read_extract
    from postgraft.protocol import load_amendments, load_protocol

    check_csv(out, cohort, force)
    protocol = load_protocol()
    loaded = load_amendments(amendments, protocol)
    with busy(f"Reading {cohort}"):
        extract = read_extract(cohort)
    with busy(f"Evaluating {extract.name} under {len(loaded)} amendment(s)"):
        compared = pg.compare(extract, protocol, loaded)
    of = compared["of"].iloc[0]
    say(f"Of {of} patients with an allogeneic transplant; difference: share of them, with its 95 % interval.\n")
    show_table(compared[list(WHATIF_COLUMNS)])
    if out:
        write_csv(compared, out)
        say(f"Wrote {out}")


app.command(epilog="Example: postgraft forecast cohorts/demo --plan plan.yaml --out by_date.csv")(forecast)

app.command(epilog="Example: postgraft estimate cohorts/demo --review sample.csv")(estimate)
app.command(
    "review-sample", epilog="Example: postgraft review-sample cohorts/demo --out sample.csv --total 60 --seed 1"
)(review_sample)
app.command(epilog="Example: postgraft release reports/release --cohort cohorts/demo --to out")(release)


@app.command(epilog="Example: postgraft explain cohorts/demo SYN000007 --day 132")
def explain(
    cohort: Cohort,
    patient: Annotated[str, typer.Argument(help="A patient_id of the extract.")],
    day: Annotated[int, typer.Option(help="Day of the question; day 0 is the day of the transplant.")],
    transplant: Annotated[
        int | None, typer.Option(min=1, help="Which allogeneic transplant, 1 the first.", show_default="the last")
    ] = None,
) -> None:
    """Show for one patient and one day each criterion's verdict, its reason and the results it used."""
    import postgraft as pg
    from postgraft.extract import read_extract

    with busy(f"Reading {cohort}"):
        extract = read_extract(cohort).select([patient])  # no patient's verdicts depend on another's
    [outcome] = pg.evaluate(extract, protocols(None))
    show_texts(outcome.explain(patient, day=day, transplant=transplant), ("", "Used: "))


app.command(epilog="Example: postgraft report cohorts/demo --output reports/demo")(report)


@app.command(epilog="Example: postgraft synth cohorts/made-up --patients 2000 --seed 1")
def synth(
    out: NewExtract,
    patients: Annotated[int, typer.Option(min=1, help="How many patients.")],
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same cohort.")],
    format: Annotated[Format, typer.Option(help="How the tables are written.")] = Format.csv,
    enrich: Annotated[
        float,
        typer.Option(
            min=1.0,
            max=100.0,
            help="How many times more frequent immune cytopenias are than published; at 100 most patients have one.",
        ),
    ] = 1.0,
) -> None:
    """Write a synthetic cohort: invented patients whose course follows published frequencies."""
    from postgraft.synthetic import write_cohort

    with busy(f"Writing {patients} patients"):
        write_cohort(out, patients, seed, format=format.value, enrich=enrich)
    say(f"Wrote {out}")


app.add_typer(importing, name="import")


def main(arguments: list[str] | None = None) -> None:
    """The console entry point; a user's mistake and a failure each end in one message, no traceback."""
    any_encoding(sys.stdout, sys.stderr)
    given = sys.argv[1:] if arguments is None else arguments
    wanted = [argument for argument in given if argument != "--debug"]
    try:
        with ended_like_an_interruption():
            app(args=wanted, prog_name="postgraft")
    except Exception as error:
        known = isinstance(error, PostgraftError)
        if not known and len(wanted) < len(given):
            traceback.print_exception(error)
        tell(str(error) if known else f"{type(error).__name__}: {error} (--debug shows where)")
        raise SystemExit(status_of(error)) from None
