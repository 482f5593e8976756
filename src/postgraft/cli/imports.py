"""``postgraft import``: an extract from what a centre has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from postgraft.cli.shared import OneValueEach, busy, check_folder, check_new_folder, say

if TYPE_CHECKING:
    from postgraft.sources.report import Imported

importing = OneValueEach(
    no_args_is_help=True,
    help="Write an extract from an OMOP database, a FHIR export, or spreadsheets; begin with --look.",
    epilog="Example: postgraft import omop cdm.duckdb --out look --look",
)

Out = Annotated[
    Path,
    typer.Option(
        "--out",
        metavar="COHORT",
        callback=check_folder,
        help="Folder to write the extract to: new, empty, or with nothing but the report of a look.",
    ),
]
Mapping = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv", help="What your codes mean, beside the shipped ones: table,name,system,code,value,note."
    ),
]
Settings = Annotated[
    Path | None,
    typer.Option(
        "--options", metavar="FILE.yaml", help="What the site says of its data: extracted_on, complete and more."
    ),
]
Look = Annotated[bool, typer.Option("--look", help="Count what is there and write only the report.")]


@importing.command(
    epilog="Example: postgraft import omop cdm.duckdb --out cohort --mapping mapping.csv --options options.yaml"
)
def omop(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="DuckDB file, or postgresql://user@host/db (password from PGPASSWORD, ~/.pgpass or a service file).",
        ),
    ],
    out: Out,
    mapping: Mapping = None,
    options: Settings = None,
    schema: Annotated[str | None, typer.Option(help="Schema of the tables of patients.")] = None,
    vocabulary_schema: Annotated[
        str | None, typer.Option(help="Schema of the vocabulary, where it is another one.")
    ] = None,
    look: Look = False,
) -> None:
    """Import an OMOP database: CDM 5.3 or 5.4. It is opened so that nothing in it can be changed."""
    import postgraft as pg

    with busy("Reading the database"):
        done = pg.import_omop(url, out, mapping, options, schema, vocabulary_schema, look)
    _told(done, out, look)


@importing.command(epilog="Example: postgraft import fhir export --out cohort --options options.yaml")
def fhir(
    folder: Annotated[Path, typer.Argument(help="Folder of .ndjson, .ndjson.gz or bundle .json files.")],
    out: Out,
    mapping: Mapping = None,
    options: Settings = None,
    look: Look = False,
) -> None:
    """Import a FHIR R4 bulk export."""
    import postgraft as pg

    with busy(f"Reading {folder}"):
        done = pg.import_fhir(folder, out, mapping, options, look)
    _told(done, out, look)


@importing.command(epilog="Example: postgraft import table plan.yaml --out cohort")
def table(
    plan: Annotated[Path, typer.Argument(metavar="PLAN.yaml", help="Which sheet and column is what.")],
    out: Out,
    look: Look = False,
) -> None:
    """Import spreadsheets, CSV files or a REDCap export by a plan."""
    import postgraft as pg

    with busy(f"Reading what {plan} names"):
        done = pg.import_tables(plan, out, look)
    _told(done, out, look)


@importing.command(epilog="Example: postgraft import kmsurv --out cohorts/kmsurv")
def kmsurv(
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="COHORT", callback=check_new_folder, help="New or empty folder to write the extract to."
        ),
    ],
) -> None:
    """Write a real public cohort: 137 marrow transplants of 1984 to 1989, data set bmt of KMsurv."""
    from postgraft.extract.kmsurv import build_kmsurv

    say(f"Wrote {build_kmsurv(out)}")


@importing.command(epilog="Example: postgraft import codes > mapping.csv")
def codes() -> None:
    """Print the shipped mapping as CSV, to read or to start your own from."""
    import postgraft as pg

    say(pg.load_mapping().to_csv(index=False, lineterminator="\n").removesuffix("\n"))


def _told(done: Imported, out: Path, look: bool) -> None:
    """The part of the report that would mislead most, and where the rest is."""
    opening = done.text.partition("## What would mislead most")[2].partition("\n## ")[0].strip()
    say(f"Wrote {out}{' (only import/: nothing is imported by a look)' if look else ''}")
    say(f"\nWhat would mislead most:\n\n{opening}\n\nThe rest: {out / 'import' / 'report.md'}")
