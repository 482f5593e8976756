"""Engine against oracle on many generated patients: counts, disagreements made small, and what was reached.

    python tests/generative/run_many.py --patients 20000 --jobs 2 --seed 0

Exit status 1 if there is any disagreement.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from batches import draw_batch
from compare import NAMES, Disagreement, Tally, run_batch
from minimise import minimise, told

TOLD_AT_MOST = 3
"""Disagreements on one name that are made small and shown; the rest are counted."""


def one_batch(seed: int, number: int, size: int) -> tuple[list[Disagreement], Tally, str]:
    """Disagreements, the tally, and the traceback if the engine or the oracle broke down."""
    try:
        found, tally = run_batch(draw_batch(seed, number, size))
    except Exception:
        return [], Tally(), traceback.format_exc(limit=-4)
    return found, tally, ""


def first_causes(found: list[Disagreement]) -> list[Disagreement]:
    """One disagreement a patient: the earliest by day, for the others mostly follow from it."""
    by_patient: dict[str, Disagreement] = {}
    for d in sorted(found, key=lambda d: (d.day is None, d.day or 0, "." not in d.what)):
        by_patient.setdefault(d.patient_id, d)
    return list(by_patient.values())


def coverage(tally: Tally) -> str:
    lines = [f"{'days by verdict of the oracle':34}" + "".join(f"{name:>20}" for name in reversed(NAMES))]
    for what in sorted({name for name, _ in tally.verdicts}):
        counts = [tally.verdicts[what, verdict] for verdict in reversed(NAMES)]
        shares = "".join(f"{count:12,} {count / max(tally.days, 1):6.1%}" for count in counts)
        lines.append(f"{what:34}{shares}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=int, default=100, help="patients an extract")
    asked = parser.parse_args()
    numbers = range(-(-asked.patients // asked.batch))
    total, told_of, broken, begun = Tally(), Counter[str](), 0, time.monotonic()
    with ProcessPoolExecutor(asked.jobs) as pool:
        runs = [pool.submit(one_batch, asked.seed, number, asked.batch) for number in numbers]
        for number, run in zip(numbers, runs, strict=True):
            found, tally, error = run.result()
            total.add(tally)
            if error:
                broken += 1
                print(f"batch {number} of seed {asked.seed} broke down:\n{error}", flush=True)
            for d in first_causes(found):
                told_of[d.what] += 1
                if told_of[d.what] <= TOLD_AT_MOST:
                    print(f"seed {asked.seed} batch {number} {d}", flush=True)
                    print(told(minimise(draw_batch(asked.seed, number, asked.batch), d)), flush=True)
    print(coverage(total))
    print(", ".join(f"{status} {count}" for status, count in sorted(total.statuses.items())))
    print(
        f"{total.patients:,} patients, {total.transplants:,} transplants, {total.days:,} days, "
        f"{sum(total.verdicts.values()):,} verdicts compared in {time.monotonic() - begun:.0f} s; "
        f"patients who disagree: {sum(told_of.values())} {dict(told_of)}, batches that broke down: {broken}"
    )
    return 1 if told_of or broken else 0


if __name__ == "__main__":
    sys.exit(main())
