"""How often each stated 95 % interval holds the planted truth, at 30, 200 and 2,000 patients.

``python benchmarks/coverage.py [--replicates 4000]`` prints a Markdown table. Truths are drawn uniformly from a range
that is plausible here; each function that simulates names its own. Imputation, the slow one, gets a quarter of the
replicates.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

import numpy as np
from coverage_counts import paired, rates, shares
from coverage_imputation import imputed
from coverage_incidence import incidence, lasting
from coverage_review import reviews, reviews_of_any_truth
from coverage_trials import Simulation, Trials

PATIENTS = (30, 200, 2000)
SIMULATIONS: tuple[Simulation, ...] = (
    shares,
    paired,
    rates,
    imputed,
    incidence,
    lasting,
    reviews,
    reviews_of_any_truth,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--replicates", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found: dict[str, dict[int, Trials]] = defaultdict(dict)
    for simulation in SIMULATIONS:
        replicates = asked.replicates // 4 if simulation is imputed else asked.replicates
        for patients in PATIENTS:
            rng = np.random.default_rng([asked.seed, patients])
            for name, trials in simulation(patients, replicates, rng).items():
                found[name][patients] = trials
    print("| interval | " + " | ".join(f"{n:,} patients" for n in PATIENTS) + " |")
    print("| --- " + "| ---: " * len(PATIENTS) + "|")
    for name, by_size in found.items():
        print(f"| {name} | " + " | ".join(_cell(by_size[n]) if n in by_size else "–" for n in PATIENTS) + " |")


def _cell(trials: Trials) -> str:
    return f"{100 * trials.mean:.1f} ({100 * trials.worst:.0f})"


if __name__ == "__main__":
    main()
