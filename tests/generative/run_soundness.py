"""Less complete extracts against the complete ones they come from: a table of what each kind of loss came to.

    python tests/generative/run_soundness.py --patients 2000 --jobs 2 --seed 0

``--readings strict`` or ``lenient`` evaluates under a shipped set of readings, which also decides what may be lost.
Exit status 1 if there is any violation that is not the accepted leak.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from losses import KINDS, Kind, two_at_random
from smaller import smaller, told
from sound_patients import sound_patients
from soundness import WITNESS, Found, compared, evaluated, losses_of, protocol

Batch = tuple[dict[str, Found], Counter[str], list[str]]


def kinds(seed: int, number: int, only: str) -> list[Kind]:
    """All kinds, and one of two drawn for this batch."""
    drawn = two_at_random(random.Random(f"{seed}/kinds/{number}"))
    return [kind for kind in (*KINDS.values(), drawn) if only in kind.name]


def one_batch(seed: int, number: int, size: int, readings: str, only: str, shown: int) -> Batch:
    """What each kind came to, patients by status when all is told, and violations made small, as text."""
    p, patients = protocol(readings), sound_patients(seed, number * size, size)
    complete = evaluated(patients, frozenset(), p)
    found: dict[str, Found] = {}
    texts: list[str] = []
    for kind in kinds(seed, number, only):
        less = losses_of(patients, kind, p, seed)
        name = kind.name.partition(":")[0]
        found[name] = compared(complete, kind, less, p)
        seen: set[str] = set()
        for one in sorted(found[name].broken, key=lambda one: (one.day is None, one.day)):
            if len(seen) < shown and one.patient_id not in seen:
                seen.add(one.patient_id)
                small = smaller(less[one.patient_id], kind, one)
                texts.append(f"{one}\n{told(small, kind)}")
    status = complete.patients.set_index("patient_id")["status"].drop(WITNESS)
    return found, Counter(status), texts


def table(totals: dict[str, Found]) -> str:
    widths = {
        "patients": 10,
        "comparisons": 14,
        "opened": 12,
        "violations": 12,
        "leaks": 8,
        "unsettled": 11,
        "moved": 8,
    }
    header = f"{'kind':42}" + "".join(f"{name:>{width}}" for name, width in widths.items())
    lines = [header]
    for name, one in totals.items():
        broken = len({v.patient_id for v in one.broken})
        lines.append(
            f"{name:42}{one.patients:10,}{one.compared:14,}{one.opened:12,}{broken:12,}{len(one.leaked):8,}"
            f"{one.unsettled:11,}{one.moved:8,}"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=400)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=int, default=200, help="patients an extract")
    parser.add_argument("--readings", choices=("base", "strict", "lenient"), default="base")
    parser.add_argument("--kind", default="", help="only kinds with this in their name")
    parser.add_argument("--shown", type=int, default=0, help="patients a batch and kind whose violation is made small")
    asked = parser.parse_args()
    numbers = range(-(-asked.patients // asked.batch))
    totals: dict[str, Found] = {}
    statuses: Counter[str] = Counter()
    by_name: Counter[tuple[str, str]] = Counter()
    broke, begun = 0, time.monotonic()
    with ProcessPoolExecutor(asked.jobs) as pool:
        runs = [
            pool.submit(one_batch, asked.seed, n, asked.batch, asked.readings, asked.kind, asked.shown) for n in numbers
        ]
        for number, run in zip(numbers, runs, strict=True):
            try:
                found, counted, texts = run.result()
            except Exception:
                broke += 1
                print(f"batch {number} broke down:\n{traceback.format_exc(limit=-4)}", flush=True)
                continue
            statuses += counted
            for text in texts:
                print(f"seed {asked.seed} {text}\n", flush=True)
            for name, one in found.items():
                totals.setdefault(name, Found()).add(one)
                by_name.update((name, v.name) for v in one.broken)
    print(table(totals))
    for (kind, name), patients in by_name.most_common():
        print(f"{kind}: {name} in {patients}")
    broken = len({(kind, v.patient_id) for kind, one in totals.items() for v in one.broken})
    leaked = sum(len(one.leaked) for one in totals.values())
    tried = sum(one.patients for one in totals.values())
    print(f"all told: {', '.join(f'{status} {count}' for status, count in sorted(statuses.items()))}")
    print(
        f"{sum(one.compared for one in totals.values()):,} verdicts of {tried:,} patients after a loss compared under "
        f"{asked.readings} readings in {time.monotonic() - begun:.0f} s; "
        f"patients and kinds with a violation: {broken}, with the accepted leak: {leaked}; "
        f"batches that broke down: {broke}"
    )
    return 1 if broken or broke else 0


if __name__ == "__main__":
    sys.exit(main())
