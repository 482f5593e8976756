"""What imports take, each beside its floor in the same run: one scan of the source, or its driver alone.

python benchmarks/sources.py [--duckdb ROWS] [--postgresql ROWS] [--fhir RESOURCES]

Rows are measurements of an OMOP database, a tenth of which are used; 0 leaves a part out. Every line is a process of
its own: peak memory is of that one, and so are CPU seconds, which are what to compare where others use the machine.
What PostgreSQL's own processes take is only in wall seconds.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import sources_fhir
import sources_omop

from postgraft import import_fhir, import_omop

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from round_trips import postgres


def spent(function: Callable[..., object], arguments: tuple[Any, ...], named: dict[str, Any]) -> tuple[float, ...]:
    """Wall seconds, CPU seconds and MiB of peak memory of a call, in this process."""
    begin, busy = time.perf_counter(), time.process_time()
    function(*arguments, **named)
    wall, cpu = time.perf_counter() - begin, time.process_time() - busy
    return wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(function: Callable[..., object], *arguments: Any, **named: Any) -> tuple[float, ...]:
    """The same in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as executor:
        return executor.submit(spent, function, arguments, named).result()


def beside(source: str, number: int, floor: tuple[float, ...], whole: tuple[float, ...]) -> None:
    """Prints the lines of a floor and of the import beside it."""
    for what, (wall, cpu, peak) in (("floor", floor), ("import", whole)):
        times = f"{wall / floor[0]:.1f} | {cpu / floor[1]:.1f}"
        print(f"| {source} | {number:,} | {what} | {wall:.1f} | {cpu:.1f} | {peak:.0f} | {times} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, number in (("duckdb", 2_000_000), ("postgresql", 500_000), ("fhir", 100_000)):
        parser.add_argument(f"--{name}", type=int, default=number)
    sizes = parser.parse_args()
    options = {"extracted_on": "2025-06-30"}
    print("| source | rows | what | wall s | CPU s | peak MiB | × wall | × CPU |\n|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if sizes.duckdb:
            file = folder / "cdm.duckdb"
            apart(sources_omop.write_duckdb, file, sizes.duckdb)
            apart(sources_omop.scan, file)  # so that neither waits for the disk
            floor = apart(sources_omop.scan, file)
            beside("DuckDB", sizes.duckdb, floor, apart(import_omop, file, folder / "duckdb", options=options))
            file.unlink()
        if sizes.postgresql and not postgres.lacking():
            file = folder / "small.duckdb"
            apart(sources_omop.write_duckdb, file, sizes.postgresql)
            with postgres.server() as url:
                apart(sources_omop.write_postgresql, url, file)
                whole = apart(import_omop, url, folder / "postgresql", options=options)
                floor = apart(sources_omop.read_by_driver, url, sources_omop.statement_of_rows(folder / "postgresql"))
            beside("PostgreSQL", sizes.postgresql, floor, whole)
        elif sizes.postgresql:
            print(f"PostgreSQL is left out: {postgres.lacking()}")
        if sizes.fhir:
            apart(sources_fhir.write, folder / "fhir", sizes.fhir)
            apart(sources_fhir.scan, folder / "fhir")
            floor = apart(sources_fhir.scan, folder / "fhir")
            whole = apart(import_fhir, folder / "fhir", folder / "out", options=options)
            beside("FHIR", sizes.fhir, floor, whole)
            print(f"\nFHIR: {2 * sizes.fhir / whole[1]:,.0f} resources a second of two free processors, by CPU seconds")


if __name__ == "__main__":
    main()
