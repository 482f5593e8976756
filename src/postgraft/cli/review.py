"""The commands ``estimate`` and ``review-sample``."""

from pathlib import Path
from typing import Annotated

import typer

from postgraft.cli.options import Cohort, Force
from postgraft.cli.outputs import check_csv, write_csv
from postgraft.cli.printing import busy, say, show_table


def estimate(
    cohort: Cohort,
    review: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="A sample of charts, adjudicated: see review-sample."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Same seed, same draws.", show_default="fixed")
    ] = None,
) -> None:
    """Say how many are eligible, how many at most, and what missing data would change; rates; what to collect first.

    What lies between the two ends is shown under five assumptions about the untested, and is no estimate.
    """
    from postgraft import eligibility
    from postgraft.eligibility.estimates import read_review
    from postgraft.extract import read_extract
    from postgraft.protocol import load_protocol

    with busy(f"Reading {cohort}"):
        extract = read_extract(cohort)
    with busy(f"Evaluating {extract.name}"):
        outcome = eligibility.evaluate(extract, load_protocol())
        found = outcome.estimate(seed=seed, review=read_review(review, outcome) if review else None)
        tables = {
            f"Eligible, and eligible or not ruled out; low and high: {100 * found.level:g} % CI of the share": (
                found.bounds
            ),
            "If the untested were like this; low and high hold if the assumption does": found.sensitivity.table,
            "Rates": found.rate,
            "What to collect first": found.collect_first,
        }
        if found.reviewed is not None:
            tables |= {"By chart review": found.reviewed}
    say(f"{extract.name}: {found.in_words}")
    for title, table in tables.items():
        if len(table):
            say(f"\n{title}")
            show_table(table)
    if not found.sensitivity.why_not:
        for sentence in (*found.sensitivity.assumptions, *found.sensitivity.warnings):
            say(sentence)


def review_sample(
    cohort: Cohort,
    out: Annotated[
        Path,
        typer.Option(metavar="FILE.csv", help="File for the reviewer; FILE.strata.csv is written beside it."),
    ],
    total: Annotated[int, typer.Option(min=1, help="How many charts.")],
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same sample.")],
    force: Force = False,
) -> None:
    """Draw charts to review by hand, of certain, possible and ineligible patients.

    Fill in the column adjudicated with "eligible" or "not eligible", then give the file to estimate --review.
    FILE.strata.csv holds what the reviewer must not know; estimate reads it beside the review.
    """
    from postgraft import eligibility
    from postgraft.eligibility.estimates import review_sample
    from postgraft.eligibility.estimates.review_file import sample_files, strata_file
    from postgraft.extract import read_extract
    from postgraft.protocol import load_protocol

    check_csv(out, cohort, force)
    check_csv(strata_file(out), cohort, force)
    with busy(f"Reading {cohort}"):
        extract = read_extract(cohort)
    with busy(f"Evaluating {extract.name}"):
        sample = review_sample(eligibility.evaluate(extract, load_protocol()), total, seed)
    for path, frame in sample_files(sample, out).items():
        write_csv(frame, path, private=True)
    counts = sample["stratum"].value_counts()
    parts = ", ".join(f"{n} {stratum}" for stratum, n in counts.items())
    say(f"Wrote {out}: {len(sample)} charts, for the reviewer")
    say(
        f"Wrote {strata_file(out)}: the stratum of each ({parts}); keep it from the reviewer, and beside the review"
    )
