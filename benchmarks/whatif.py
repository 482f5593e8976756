"""Time of what-ifs after the first evaluation: threshold sweeps, exact barriers, many amendments.

``python benchmarks/whatif.py [--patients 100000] [--amended 2000]`` uses the synthetic cohorts of ``run.py``. Times are
wall seconds, in one process if nothing else is said; the share is that of the first evaluation in the same run.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

from run import cohort, import_postgraft

import postgraft as pg
from postgraft.analysis.barriers import minimal_sets, shapley
from postgraft.analysis.sweep import swept

DAYS = list(range(20, 120))
NEUTROPHILS = [round(0.02 * i, 2) for i in range(100)]
PLATELETS = [10, 20, 30, 40, 50]
SURFACES: Mapping[str, Mapping[str, Sequence[object]]] = {
    "10,000 scenarios: days since transplant x neutrophils": {
        "days_since_transplant_min": DAYS,
        "neutrophils_min": NEUTROPHILS,
    },
    "500 scenarios: platelets of ITP x neutrophils": {"itp_platelets_max": PLATELETS, "neutrophils_min": NEUTROPHILS},
}
CHANGED: tuple[tuple[str, Sequence[object]], ...] = (
    ("days_since_transplant_min", range(20, 60)),
    ("itp_platelets_max", range(20, 80)),
    ("aiha_hemoglobin_drop_min", [round(1 + 0.05 * i, 2) for i in range(30)]),
    ("neutrophils_min", [round(0.3 + 0.05 * i, 2) for i in range(30)]),
    ("refractory_steroid_dose", [round(0.3 + 0.05 * i, 2) for i in range(25)]),
    ("lines_min", [1, 3]),
    ("megakaryocytes_required", [False]),
    ("dat_negative_aiha", ["included", "excluded"]),
    ("sponsor_agreement", ["withheld", "open"]),
    ("baseline_statistic", ["median_90d"]),
    ("aiha_hemoglobin_below", [8, 9, 11, 12]),
    ("washout_days_min", range(0, 60, 5)),
)


def amendments(protocol: pg.Protocol, count: int) -> list[pg.Protocol]:
    """Different amendments, each of one or two parameters drawn from what a committee might discuss."""
    r = random.Random(1)
    found: dict[object, pg.Protocol] = {}
    while len(found) < count:
        chosen = r.sample(CHANGED, r.choice((1, 1, 2)))
        values = {name: r.choice(list(options)) for name, options in chosen}
        found.setdefault(tuple(sorted(values.items(), key=str)), protocol.amend(name=str(len(found)), set=values))
    return list(found.values())


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--amended", type=int, default=2_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    protocol = pg.load_protocol()
    first = [0.0]

    def timed(what: str, patients: int, run: Callable[[], Any], is_first: bool = False) -> Any:
        start = time.perf_counter()
        result = run()
        spent = time.perf_counter() - start
        if is_first:
            first[0] = spent
        print(f"{patients:>9,}  {what:<56} {spent:>7.2f} {spent / first[0]:>7.2f}")
        return result

    print(f"{'patients':>9}  {'step':<56} {'wall s':>7} {'share':>7}")
    size = options.patients
    extract = pg.read_extract(cohort(size))
    outcome = timed("first evaluation", size, lambda: pg.evaluate(extract, protocol), is_first=True)
    sets = timed("minimal sets of criteria", size, lambda: minimal_sets(outcome.screened, outcome.observations))
    timed("exact Shapley values from them", size, lambda: shapley(sets.dividends(), len(protocol.criteria)))
    timed("barriers, certain and possible", size, outcome.barriers)
    for name, values in SURFACES.items():
        timed(name, size, partial(swept, outcome, values))
    size = options.amended
    few = pg.read_extract(cohort(size))
    timed("first evaluation", size, lambda: pg.evaluate(few, protocol), is_first=True)
    many = [protocol, *amendments(protocol, 200)]
    timed("200 amendments", size, lambda: pg.evaluate(few, many))
    with ProcessPoolExecutor(options.workers, get_context("spawn")) as executor:
        list(executor.map(import_postgraft, range(options.workers)))  # the workers' start is not timed
        timed(f"200 amendments, {options.workers} workers", size, lambda: pg.evaluate(few, many, executor=executor))


if __name__ == "__main__":
    main()
