"""Extracts spoilt at random are read: nothing may come of it but an extract or an ExtractError.

    python tests/fuzz/run_fuzz.py --cases 100000 --jobs 2 --seed 0

``--only NUMBER`` runs one case again and leaves its files in ``--keep FOLDER``. Exit status 1 if any case fails.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyarrow as pa
from fuzz.cases import run_case, scratch

CHUNK = 250
SLOW_S = 20
"""Seconds of processor time that no case of a few rows may take."""
TOLD_AT_MOST = 10


def run_chunk(seed: int, numbers: range) -> tuple[Counter[str], dict[int, str]]:
    """How often each outcome was met, and what is wrong by number of the case."""
    pa.set_cpu_count(1)
    met, wrong = Counter[str](), {}
    with scratch() as folder:
        for number in numbers:
            begun = time.process_time()
            outcome, fault = run_case(seed, number, folder / "case")
            took = time.process_time() - begun
            met[outcome] += 1
            if fault or took > SLOW_S:
                wrong[number] = fault or f"took {took:.0f} s"
    return met, wrong


def side_by_side(seed: int, chunks: list[range], jobs: int) -> list[range]:
    """Run chunks, add to the totals; returns those whose process died."""
    died = []
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        runs = {pool.submit(run_chunk, seed, chunk): chunk for chunk in chunks}
        for run, chunk in runs.items():
            try:
                met, wrong = run.result()
            except BrokenProcessPool:
                died.append(chunk)
                continue
            OUTCOMES.update(met)
            FAULTS.update(wrong)
            if not sum(OUTCOMES.values()) % (20 * CHUNK):
                print(f"{sum(OUTCOMES.values()):,} cases: {dict(OUTCOMES)}", flush=True)
            for number, fault in wrong.items():
                if len(FAULTS) <= TOLD_AT_MOST:
                    print(f"seed {seed} case {number}:\n{fault}", flush=True)
    return died


OUTCOMES: Counter[str] = Counter()
FAULTS: dict[int, str] = {}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="run one case")
    parser.add_argument("--keep", type=Path, help="where the files of --only stay")
    asked = parser.parse_args()
    begun = time.monotonic()
    if asked.only is not None:
        with scratch() as folder:
            outcome, fault = run_case(asked.seed, asked.only, asked.keep or folder / "case")
        print(outcome, fault, sep="\n")
        return 1 if fault else 0
    last = asked.first + asked.cases
    chunks = [range(n, min(n + CHUNK, last)) for n in range(asked.first, last, CHUNK)]
    # A process that dies takes others' chunks with it: those run again, each in a process of its own.
    for chunk in side_by_side(asked.seed, chunks, asked.jobs):
        if side_by_side(asked.seed, [chunk], 1):
            dead = [number for number in chunk if side_by_side(asked.seed, [range(number, number + 1)], 1)]
            FAULTS.update(dict.fromkeys(dead, "the process died"))
            print(f"seed {asked.seed}: the process died in cases {dead}", flush=True)
    print(
        f"{sum(OUTCOMES.values()):,} cases in {time.monotonic() - begun:.0f} s: "
        f"{', '.join(f'{outcome} {count:,}' for outcome, count in sorted(OUTCOMES.items()))}; "
        f"cases with a fault: {len(FAULTS)}"
    )
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
