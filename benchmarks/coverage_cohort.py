"""How often the ranges stated of a cohort hold what is true of it, where those who were suspected were tested.

python benchmarks/coverage_cohort.py --cohorts 200 --recorded 600 --patients 400 --enrich 4 --seed 1 --jobs 1

Each synthetic cohort is made twice from one seed: as a site records it, and complete (``generate(complete=True)``):
every test done on every visit handed over, nothing left blank. All ranges are of the first, the truth is of the second:

- of a cohort: its patients who are eligible when complete, by the protocol as it ships. Some stay open even then, by
  counts that were not made and a reading (what a negative antiglobulin test means). They are counted as not eligible,
  and in the last column as eligible.
- of all such patients: the share of the same in all cohorts together.

The CI of each end says something of cohorts as they are recorded; it is looked at in more of them, made once.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import sqrt
from typing import NamedTuple

import pandas as pd
from planted_truth import markdown

import postgraft as pg
from postgraft.estimation.intervals import wilson
from postgraft.synthetic import generate

ROUNDING = 1e-12
ENDS = {"eligible": "eligible", "eligible_or_possible": "eligible or not ruled out"}
Range = tuple[float, float]


class Found(NamedTuple):
    """One cohort made twice: the ranges stated of it by name, and what is true."""

    stated: dict[str, Range]
    recorded: tuple[int, int]
    eligible: int
    upto: int
    broken: int


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cohorts", type=int, default=200, help="made twice")
    parser.add_argument("--recorded", type=int, default=600, help="looked at as recorded, those made twice included")
    parser.add_argument("--patients", type=int, default=400)
    parser.add_argument("--enrich", type=float, default=4.0, help="factor on the incidence of the cytopenias")
    parser.add_argument("--seed", type=int, default=1, help="of the first cohort; the others follow")
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    of = {"patients": asked.patients, "enrich": asked.enrich}
    last = asked.seed + asked.cohorts
    with ProcessPoolExecutor(asked.jobs) as pool:
        found = list(pool.map(partial(twice, **of), range(asked.seed, last)))
        more = pool.map(partial(once, **of), range(last, asked.seed + asked.recorded))
        recorded = [one.recorded for one in found] + list(more)
    print(f"{asked.cohorts} cohorts of {asked.patients} patients, incidence × {asked.enrich:g}\n")
    print(f"{markdown(counts(found))}\n\n{markdown(coverage(found, asked.patients))}\n")
    print(f"{len(recorded)} cohorts, as recorded\n\n{markdown(sampling(recorded, asked.patients))}")


def twice(seed: int, patients: int, enrich: float) -> Found:
    """A cohort as it is recorded, and complete."""
    recorded, complete = (_evaluated(seed, patients, enrich, complete) for complete in (False, True))
    before, after = (one.patients["status"].astype(str) for one in (recorded, complete))
    estimates = recorded.estimate()
    ends = estimates.bounds.query("denominator == 'transplanted'").set_index("measure")
    low, high = (ends.loc[name].to_dict() for name in ENDS)
    stated = {
        "eligible … eligible or not ruled out, patients": (low["count"], high["count"]),
        "lower end of the CI of eligible … upper end of the CI of eligible or not ruled out": (
            low["low"],
            high["high"],
        ),
    }
    stated |= {f"odds × {row.odds:g}": (row.low, row.high) for row in estimates.sensitivity.table.itertuples()}
    return Found(
        stated=stated,
        recorded=(int(low["count"]), int(high["count"])),
        eligible=int((after == "eligible").sum()),
        upto=int((after != "ineligible").sum()),
        broken=int(((before != "possible") & (before != after)).sum()),
    )


def once(seed: int, patients: int, enrich: float) -> tuple[int, int]:
    """Patients of a cohort as it is recorded: eligible, and eligible or not ruled out."""
    status = _evaluated(seed, patients, enrich, complete=False).patients["status"]
    return int((status == "eligible").sum()), int((status != "ineligible").sum())


def _evaluated(seed: int, patients: int, enrich: float, complete: bool) -> pg.Outcome:
    made = generate(patients, seed, enrich, complete)
    return pg.evaluate(pg.Extract.from_tables(made.manifest, made.tables), pg.load_protocol())


def counts(found: list[Found]) -> pd.DataFrame:
    """Patients of a cohort: mean, smallest and largest."""
    rows = {
        "eligible, as recorded": [one.recorded[0] for one in found],
        "eligible or not ruled out, as recorded": [one.recorded[1] for one in found],
        "eligible, complete": [one.eligible for one in found],
        "eligible or still open, complete": [one.upto for one in found],
        "settled as recorded, otherwise when complete": [one.broken for one in found],
    }
    return pd.DataFrame(
        [(name, f"{sum(n) / len(n):.1f}", f"{min(n)}–{max(n)}") for name, n in rows.items()],
        columns=["patients of a cohort", "mean", "range"],
    )


def coverage(found: list[Found], patients: int) -> pd.DataFrame:
    """A row a range: its mean, and the share of the cohorts in which it holds each truth."""
    rows = []
    for name in dict.fromkeys(name for one in found for name in one.stated):
        having = [one for one in found if name in one.stated]
        ranges = [one.stated[name] for one in having]
        counted = name.endswith("patients")
        held = []
        for truth in ("eligible", "upto"):
            share = sum(getattr(one, truth) for one in found) / (patients * len(found))
            held.append(_held(ranges, [getattr(one, truth) if counted else share for one in having]))
        rows.append((name, _mean(ranges, "{:.0f} to {:.0f}" if counted else "{:.1%} to {:.1%}"), *held))
    return pd.DataFrame(rows, columns=["range", "mean", "holds the truth", "with those still open"])


def sampling(recorded: list[tuple[int, int]], patients: int) -> pd.DataFrame:
    """A row for each end: in how many cohorts its CI holds the share of all of them together."""
    rows = []
    for words, numbers in zip(ENDS.values(), zip(*recorded, strict=True), strict=True):
        ranges: list[Range] = [wilson(count, patients) for count in numbers]
        share = sum(numbers) / (patients * len(numbers))
        rows.append((f"95 % CI of {words}", _mean(ranges, "{:.1%} to {:.1%}"), _held(ranges, [share] * len(ranges))))
    return pd.DataFrame(rows, columns=["range", "mean", "holds the share of all cohorts, as recorded"])


def _mean(ranges: list[Range], form: str) -> str:
    return form.format(*(sum(ends) / len(ends) for ends in zip(*ranges, strict=True)))


def _held(ranges: list[Range], truth: list[float]) -> str:
    """Share of the ranges that hold their truth, with two binomial errors (of one cohort more where all or none do)."""
    n = len(ranges)
    held = sum(low - ROUNDING <= true <= high + ROUNDING for (low, high), true in zip(ranges, truth, strict=True))
    smoothed = (held + 1) / (n + 2)
    return f"{held / n:.1%} ± {2 * sqrt(smoothed * (1 - smoothed) / n):.1%}"


if __name__ == "__main__":
    main()
