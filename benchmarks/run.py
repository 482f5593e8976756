"""Time and memory of reading and evaluating synthetic cohorts, beside the floor of one scan of the same columns.

``python benchmarks/run.py [--patients 100000] [--workers 2]`` takes cohorts of an eighth, a quarter, a half and the
whole of that size, made once in build/bench/, and measures each in a process of its own. Times are wall seconds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "build" / "bench"
AMENDMENTS: dict[str, dict[str, float]] = {
    "day 30": {"days_since_transplant_min": 30},
    "platelets 50": {"itp_platelets_max": 50},
    "hemoglobin drop 1.5": {"aiha_hemoglobin_drop_min": 1.5},
    "neutrophils 0.5": {"neutrophils_min": 0.5},
    "steroids 0.5 mg/kg": {"refractory_steroid_dose": 0.5},
}
FLOOR = """
    select patient_id, analyte, count(*), min(value), max(value), min(date), max(date)
    from read_parquet('{}/measurements/*.parquet') group by patient_id, analyte
"""
STEPS = ("read", "base", "base_and_five", "floor")


def cohort(patients: int) -> Path:
    """The synthetic cohort of that size as Parquet parts, made once."""
    from postgraft.synthetic import write_cohort

    folder = FOLDER / f"synthetic-{patients}"
    if not (folder / "extract.yaml").exists():
        write_cohort(folder, patients, seed=1, format="parquet")
    return folder


def measure(folder: Path, step: str, workers: int) -> dict[str, float]:
    """One step in this process: its wall seconds; CPU seconds and peak memory from the start; the rows read."""
    import duckdb

    import postgraft as pg

    seconds: dict[str, float] = {}
    spent: list[tuple[float, float]] = []

    def timed(run: Callable[[], Any]) -> Any:
        wall = time.perf_counter()
        result = run()
        seconds["wall"] = time.perf_counter() - wall
        return result

    if step == "floor":
        duckdb.execute(f"set threads = {workers}")
        timed(lambda: duckdb.execute(FLOOR.format(folder)).fetchall())
    else:
        extract = timed(lambda: pg.read_extract(folder))
        seconds["results"] = extract.counts.rows["measurements"]
        protocol = pg.load_protocol("nct05873205")
        amended = [protocol.amend(name=name, set=values) for name, values in AMENDMENTS.items()]
        protocols = {"base": [protocol], "base_and_five": [protocol, *amended]}.get(step)
        if protocols:
            with ProcessPoolExecutor(workers, get_context("spawn")) as executor:
                list(executor.map(import_postgraft, range(workers)))  # the workers' start is not timed
                timed(lambda: _folded(pg.evaluate(extract, protocols, executor=executor)))
                spent += list(executor.map(_spent, range(workers)))
    spent.append(_spent(0))
    seconds["cpu"] = sum(cpu for cpu, _ in spent)
    seconds["MiB"] = sum(peak for _, peak in spent)
    return seconds


def _folded(outcomes: list[Any]) -> list[int]:
    """How many patients are eligible under each protocol; an outcome is let go once it is counted."""
    return [int((outcomes.pop(0).patients["status"] == "eligible").sum()) for _ in range(len(outcomes))]


def _spent(worker: int) -> tuple[float, float]:
    """CPU seconds and peak memory in MiB of the process that runs this."""
    time.sleep(0.2)  # long enough that no worker answers for another one
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return time.process_time(), int(peak.split()[1]) / 1024


def import_postgraft(worker: int) -> int:
    """What a worker of a pool does first."""
    import postgraft

    return worker + len(postgraft.__all__)


def apart(folder: Path, step: str, workers: int) -> dict[str, float]:
    """``measure`` in a new process, so that its peak memory is its own."""
    command = [sys.executable, __file__, "--measure", str(folder), step, "--workers", str(workers)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Measure all sizes and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(Path(options.measure[0]), options.measure[1], options.workers)))
        return
    print(f"{'patients':>9} {'results':>11}  {'step':<14} {'wall s':>7} {'CPU s':>7} {'peak MiB':>9} {'x floor':>8}")
    for part in (8, 4, 2, 1):
        patients = options.patients // part
        folder = cohort(patients)
        figures = {step: apart(folder, step, options.workers) for step in STEPS}
        floor = figures["floor"]["wall"]
        for step, found in figures.items():
            print(
                f"{patients:>9,} {int(figures['read']['results']):>11,}  {step:<14} {found['wall']:>7.2f} "
                f"{found['cpu']:>7.2f} {found['MiB']:>9.0f} {found['wall'] / floor:>8.1f}"
            )


if __name__ == "__main__":
    main()
