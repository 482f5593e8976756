"""Time of one move in the what-if explorer: every parameter that is a number or a choice, moved to other values.

``python benchmarks/explorer.py [--cohort cohorts/synthetic] [--slowest 10]`` reads a cohort (without one, a synthetic
one of 2,000 patients is written), evaluates it, and moves each parameter by one step, by five and to a distant value:
from the protocol as it stands, from an amended state, and with a criterion dropped. Each answer is the first to its
combination, so nothing comes from the store of results. Times are milliseconds by the clock, and of the processor,
which tells more where others use the machine too; shares are of the median evaluation in the same run, with its
counts and funnel.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from run import cohort

import postgraft as pg
from postgraft.analysis.what_if import Explorer

SYNTHETIC = Path(__file__).resolve().parents[1] / "cohorts" / "synthetic"

STATES: Mapping[str, tuple[Mapping[str, object], Collection[str]]] = {
    "from the protocol": ({}, ()),
    "from three changes": (
        {"itp_platelets_max": 50, "blood_count_window_days": 10, "refractory_steroid_dose": 0.8},
        (),
    ),
    "from two dropped": ({}, ("remission", "immune_cytopenia")),
}
ANSWER_MS = 300.0
"""Within this a move should be answered for 2,000 patients."""


def moves(protocol: pg.Protocol) -> Iterator[tuple[str, object]]:
    """Each parameter with each value it is moved to."""
    for name, one in protocol.parameters.items():
        if one.type in ("reading", "flag"):
            yield from ((name, other) for other in one.readings if other != one.value)
        elif one.type in ("integer", "number"):
            for value in {value: None for value in numbers(one) if value != one.value}:
                yield name, value


def numbers(one: Any) -> Iterator[float]:
    """A step and five either way, half and twice the value; where there is none, a few steps up from the lowest."""
    start = one.allowed.low + 10 * one.step if one.value is None else one.value
    for value in (*(start + k * one.step for k in (-5, -1, 1, 5)), start / 2, start * 2):
        value = round(value / one.step) * one.step
        if one.allowed.contains(value):
            yield int(value) if one.whole else round(value, 6)


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock, and of the processor."""
    start, used = time.perf_counter(), time.process_time()
    run()
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - used)


def in_words(spent: Sequence[float], whole: float) -> str:
    """Median, 95th percentile and longest, in milliseconds and as shares of an evaluation; how many are too long."""
    ordered = sorted(spent)
    some = (statistics.median(ordered), ordered[int(0.95 * len(ordered))], ordered[-1])
    times, shares = (" ".join(f"{one:>6.0f}" for one in some), " ".join(f"{one / whole:>5.2f}" for one in some))
    return f"{times}  {shares}  {sum(one > ANSWER_MS for one in ordered):>4}"


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cohort", type=Path, default=SYNTHETIC)
    parser.add_argument("--slowest", type=int, default=5, help="how many of the slowest moves are named")
    options = parser.parse_args()
    folder = options.cohort if (options.cohort / "extract.yaml").exists() else cohort(2_000)
    extract, protocol = pg.read_extract(folder), pg.load_protocol()

    def evaluated() -> pg.Outcome:
        outcome = pg.evaluate(extract, protocol)
        assert outcome.status is not None
        assert not outcome.funnel().empty
        return outcome

    evaluated()
    whole = [statistics.median(times) for times in zip(*(timed(evaluated) for _ in range(5)), strict=True)]
    print(f"{len(extract.patients):,} patients; an evaluation: {whole[0]:.0f} ms, of the processor {whole[1]:.0f}")
    print(f"{'':32} {'median':>6} {'p95':>6} {'max':>6}  {'share of the same':>17}  over {ANSWER_MS:.0f} ms")
    for title, (values, dropped) in STATES.items():
        explorer = Explorer(evaluated())
        explorer(values, dropped)
        found = {
            (name, value): timed(partial(explorer, {**values, name: value}, dropped)) for name, value in moves(protocol)
        }
        for kind, times, one in zip(("clock", "processor"), zip(*found.values(), strict=True), whole, strict=True):
            print(f"{title + ', ' + kind:32} {in_words(times, one)}")
        slowest = sorted(found.items(), key=lambda item: -item[1][1])[: options.slowest]
        for (name, value), (clock, used) in slowest:
            print(f"    {name} = {value}: {clock:.0f} ms, of the processor {used:.0f}")


if __name__ == "__main__":
    main()
