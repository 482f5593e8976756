"""The commands ``estimate``, ``review-sample`` and ``forecast``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from postgraft.cli.shared import Amend, Cohort, Force, PlanFile, busy, check_csv, protocols, say, show_table, write_csv
from postgraft.vocabulary.errors import PostgraftError

if TYPE_CHECKING:
    import pandas as pd

    from postgraft.inference.estimates import Estimates


OF_RATES = (
    "A rate is a count of new patients per 100 transplants or a year, no share: its interval may go above 100. "
    "per_100_transplants counts within the days that each transplant was observed, per_100_transplants_followed as if "
    "all were followed as long as the longest. The years of transplants_per_year are transplants / estimate, those of "
    "per_year count / estimate (with nobody eligible, the years of the transplants, weighted by the part of the "
    "follow-up that was seen): they are not the calendar years of the extract."
)
"""Below the table of rates."""
STRATUM_WORDS = {"certain": "eligible", "possible": "not ruled out", "ineligible": "not eligible"}
"""By stratum of a sample of charts, as its file names it."""


def estimate(
    cohort: Cohort,
    review: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="A sample of charts, adjudicated: see review-sample.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Same seed, same draws.", show_default="fixed")] = None,
) -> None:
    """Say how many are eligible, how many at most, and what missing data would change; rates; what to collect first.

    What lies between the two ends is shown under five assumptions about the untested, and is no estimate.
    """
    import postgraft as pg
    from postgraft.extract import read_extract
    from postgraft.inference.chart_review import read_review
    from postgraft.protocol import load_protocol

    with busy(f"Reading {cohort}"):
        extract = read_extract(cohort)
    with busy(f"Evaluating {extract.name}"):
        outcome = pg.evaluate(extract, load_protocol())
        found = outcome.estimate(seed=seed, review=read_review(review, outcome) if review else None)
        tables = {
            f"Eligible, and eligible or not ruled out; low and high: {100 * found.level:g} % CI of the share": (
                found.bounds
            ),
            "If the untested were like this; low and high hold if the assumption does": found.sensitivity.table,
            "Rates": found.rate,
            "What to collect first": found.collect_first,
        }
        if review:
            tables |= {"By chart review": _reviewed(found, review)}
    say(f"{extract.name}: {found.in_words}")
    for title, table in tables.items():
        if len(table):
            say(f"\n{title}")
            show_table(table)
        if title == "Rates":
            say(OF_RATES)
    if not found.sensitivity.why_not:
        for sentence in (*found.sensitivity.assumptions, *found.sensitivity.warnings):
            say(sentence)


def _reviewed(found: "Estimates", review: Path) -> "pd.DataFrame":
    """The table of a review; an error names its file."""
    try:
        table = found.reviewed
        assert table is not None
        return table
    except PostgraftError as error:
        raise PostgraftError(f"{review}: {error}") from None


def review_sample(
    cohort: Cohort,
    out: Annotated[
        Path, typer.Option(metavar="FILE.csv", help="File for the reviewer; FILE.strata.csv is written beside it.")
    ],
    total: Annotated[
        int, typer.Option(min=1, help="How many charts: at least 10 of each stratum, or all of one that has fewer.")
    ],
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same sample.")],
    force: Force = False,
) -> None:
    """Draw charts to review by hand, of patients who are eligible, not ruled out and not eligible.

    Fill in the column adjudicated with "eligible" or "not eligible", then give the file to estimate --review:
    docs/chart-review.md says what is asked.
    FILE.strata.csv holds what the reviewer must not know; estimate reads it beside the review.
    """
    import postgraft as pg
    from postgraft.extract import read_extract
    from postgraft.inference.chart_review import review_sample, sample_files, strata_file
    from postgraft.protocol import load_protocol

    check_csv(out, cohort, force)
    check_csv(strata_file(out), cohort, force)
    with busy(f"Reading {cohort}"):
        extract = read_extract(cohort)
    with busy(f"Evaluating {extract.name}"):
        sample = review_sample(pg.evaluate(extract, load_protocol()), total, seed)
    for path, frame in sample_files(sample, out).items():
        write_csv(frame, path, private=True)
    counts = sample["stratum"].value_counts()
    parts = ", ".join(f"{n} {STRATUM_WORDS[str(stratum)]}" for stratum, n in counts.items())
    few = f" (there are no more patients; {total} were asked for)" if len(sample) < total else ""
    say(f"Wrote {out}: {len(sample)} charts, for the reviewer{few}")
    say(f"Wrote {strata_file(out)}: the stratum of each ({parts}); keep it from the reviewer, and beside the review")


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
    import postgraft as pg
    from postgraft.extract import read_extract
    from postgraft.forecast.sentences import sentences
    from postgraft.protocol import load_plan

    check_csv(out, cohort, force)
    evaluated, assumed = protocols(amend), load_plan(plan)
    with busy(f"Reading {cohort}"):
        extract = read_extract(cohort)
    with busy(f"Evaluating {extract.name} under {len(evaluated)} protocol(s)"):
        made = pg.forecast(pg.evaluate(extract, evaluated), assumed)
        words = sentences(made)
    say(f"{extract.name}, plan {assumed.name}: {assumed.target} patients by {assumed.deadline}")
    for sentence in words:
        say(sentence)
    if out:
        write_csv(made.by_date, out)
        say(f"Wrote {out}")
