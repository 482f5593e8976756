"""Running a function over many blocks, on any executor, in order and with flat memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

T = TypeVar("T")


def in_order(
    function: Callable[..., T], arguments: Iterable[tuple[Any, ...]], executor: Executor | None
) -> Iterator[T]:
    """Results in the order of the arguments; only so many of those are made ahead that memory stays flat."""
    if executor is None:
        yield from (function(*given) for given in arguments)
        return
    ahead = 2 * (os.cpu_count() or 1)
    waiting: deque[Future[T]] = deque()
    for given in arguments:
        waiting.append(executor.submit(function, *given))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    for future in waiting:
        yield future.result()
