"""How often the ranges stated of a cohort hold what is true of it, where those who were suspected were tested.

python benchmarks/coverage_cohort.py --cohorts 200 --patients 400 --enrich 4 --seed 1 --jobs 1

Each synthetic cohort is made twice from one seed: as a site records it, and complete (``generate(complete=True)``):
every test done on every visit handed over, nothing left blank. All ranges are of the first, the truth is of the second:

- of a cohort: its patients who are eligible when complete, by the protocol as it ships. Some stay open even then, by
  counts that were not made and a reading (what a negative antiglobulin test means). They are counted as not eligible,
  and in the last column as eligible.
- of all such patients: the share of the same in all cohorts together.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import sqrt
from typing import NamedTuple

import pandas as pd
from planted_truth import markdown

import postgraft as pg
from postgraft.synthetic import generate
from postgraft.synthetic.cohort import Cohort

ROUNDING = 1e-12


class Found(NamedTuple):
    """One cohort: what is stated of it (a row a range: range, low, high, of_cohort), and what is true."""

    stated: pd.DataFrame
    eligible: int
    upto: int
    recorded: int
    recorded_upto: int
    broken: int


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cohorts", type=int, default=200)
    parser.add_argument("--patients", type=int, default=400)
    parser.add_argument("--enrich", type=float, default=4.0, help="factor on the incidence of the cytopenias")
    parser.add_argument("--seed", type=int, default=1, help="of the first cohort; the others follow")
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.cohorts)
    one = partial(cohort, patients=asked.patients, enrich=asked.enrich)
    if asked.jobs > 1:
        with ProcessPoolExecutor(asked.jobs) as pool:
            found = list(pool.map(one, seeds))
    else:
        found = [one(seed) for seed in seeds]
    print(f"{asked.cohorts} cohorts of {asked.patients} patients, incidence × {asked.enrich:g}\n")
    print(f"{markdown(counts(found))}\n\n{markdown(coverage(found, asked.patients))}")


def cohort(seed: int, patients: int, enrich: float) -> Found:
    """A cohort twice from one seed."""
    protocol = pg.load_protocol()
    recorded, complete = (
        pg.evaluate(_extract(generate(patients, seed, enrich, complete=every)), protocol)
        for every in (False, True)
    )
    before, after = (one.patients["status"].astype(str) for one in (recorded, complete))
    estimates = recorded.estimate()
    ends = estimates.bounds.query("denominator == 'transplanted'").set_index("measure")
    low, high = ends.loc["eligible"], ends.loc["eligible_or_possible"]
    stated = [
        ("eligible … eligible or not ruled out, patients", low["count"], high["count"]),
        (
            "lower end of the CI of eligible … upper end of the CI of eligible or not ruled out",
            low["low"],
            high["high"],
        ),
        ("95 % CI of eligible, as recorded", low["low"], low["high"]),
        ("95 % CI of eligible or not ruled out, as recorded", high["low"], high["high"]),
    ]
    stated += [
        (f"odds × {row.odds:g}", row.low, row.high) for row in estimates.sensitivity.table.itertuples()
    ]
    settled = before != "possible"
    return Found(
        stated=pd.DataFrame(stated, columns=["range", "low", "high"]),
        eligible=int((after == "eligible").sum()),
        upto=int((after != "ineligible").sum()),
        recorded=int(low["count"]),
        recorded_upto=int(high["count"]),
        broken=int((settled & (before != after)).sum()),
    )


def _extract(made: Cohort) -> pg.Extract:
    return pg.Extract.from_tables(made.manifest, made.tables)


def counts(found: list[Found]) -> pd.DataFrame:
    """Patients of a cohort: mean, smallest and largest."""
    rows = {
        "eligible, as recorded": [one.recorded for one in found],
        "eligible or not ruled out, as recorded": [one.recorded_upto for one in found],
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
    size = patients * len(found)
    share = {
        name: sum(getattr(one, name) for one in found) / size
        for name in ("eligible", "upto", "recorded", "recorded_upto")
    }
    return pd.DataFrame(
        list(_rows(found, patients, share)),
        columns=["range", "mean", "holds the truth", "with those still open"],
    )


def _rows(found: list[Found], patients: int, share: dict[str, float]) -> Iterator[tuple[str, str, str, str]]:
    for k, name in enumerate(found[0].stated["range"]):
        ranges = [(float(one.stated["low"].iloc[k]), float(one.stated["high"].iloc[k])) for one in found]
        of_cohort, as_recorded = name.endswith("patients"), name.endswith("as recorded")
        middle = [sum(ends) / len(ends) for ends in zip(*ranges, strict=True)]
        mean = "{:.0f} to {:.0f}".format(*middle) if of_cohort else "{:.1%} to {:.1%}".format(*middle)
        if of_cohort:
            truths = [[one.eligible for one in found], [one.upto for one in found]]
        elif as_recorded:
            truths = [[share["recorded_upto" if "not ruled out" in name else "recorded"]] * len(found)]
        else:
            truths = [[share["eligible"]] * len(found), [share["upto"]] * len(found)]
        cells = [_held(ranges, truth) for truth in truths]
        yield (name, mean, cells[0], cells[1] if len(cells) > 1 else "–")


def _held(ranges: list[tuple[float, float]], truth: list[float]) -> str:
    """Share of the ranges that hold their truth, with two binomial errors (of one cohort more where all or none do)."""
    n = len(ranges)
    held = sum(
        low - ROUNDING <= true <= high + ROUNDING for (low, high), true in zip(ranges, truth, strict=True)
    )
    smoothed = (held + 1) / (n + 2)
    return f"{held / n:.1%} ± {2 * sqrt(smoothed * (1 - smoothed) / n):.1%}"


if __name__ == "__main__":
    main()
