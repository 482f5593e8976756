"""Many protocols evaluated side by side, each different one once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor

from postgraft.eligibility.evaluation import evaluate
from postgraft.eligibility.outcome import Outcome
from postgraft.extract import Extract
from postgraft.protocol import Protocol


def evaluate_named(
    extract: Extract,
    protocols: Mapping[str, Protocol],
    *,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Outcome]:
    """Outcomes by the names of their protocols, in one pass over the extract.

    Protocols that agree in every value are evaluated once and share their outcome. ``executor`` and
    ``progress`` as for ``evaluate``.
    """
    distinct: dict[object, Protocol] = {}
    for one in protocols.values():
        distinct.setdefault(identity(one), one)
    found = evaluate(extract, list(distinct.values()), executor=executor, progress=progress)
    outcomes = dict(zip(distinct, found, strict=True))
    return {name: outcomes[identity(one)] for name, one in protocols.items()}


def identity(protocol: Protocol) -> object:
    """What decides every verdict: two protocols with an equal one differ in their names at most."""
    return protocol.key(protocol.parameters), protocol.dropped
