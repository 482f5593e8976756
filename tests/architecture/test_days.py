"""Only the timeline knows which cell of an array is which day, so that verdicts by day can be held in another way."""

import ast
from collections.abc import Iterator

import pytest
from architecture.project import ROOT

SRC = ROOT / "src" / "postgraft"
ROOMS = ("criteria", "evaluation", "analysis", "inference")
"""The rooms that compute with verdicts and numbers by day."""
DAYS = {"day", "days", "on", "since", "until", "onset", "lead", "window", "treatment_lead_days"}
"""What a position among days is called."""


def found(source: str) -> Iterator[str]:
    """Cells picked, cut or set by their day, and sums or extremes running along the days."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
            if any(map(is_day, node.slice.elts[1:])):
                yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            along = any(one.arg == "axis" and ast.unparse(one.value) == "1" for one in node.keywords)
            if along and node.func.attr in ("accumulate", "cumsum"):
                yield f"line {node.lineno}: {ast.unparse(node)}"


def is_day(index: ast.expr) -> bool:
    """Whether a position beside the first one is a stretch of days, the last day, or one that is called a day."""
    if isinstance(index, ast.Slice):
        return index.lower is not None or index.upper is not None
    names = {one.id for one in ast.walk(index) if isinstance(one, ast.Name)}
    names |= {one.attr for one in ast.walk(index) if isinstance(one, ast.Attribute)}
    return bool(names & DAYS) or ast.unparse(index) == "-1"


@pytest.mark.parametrize("room", ROOMS)
def test_only_the_timeline_indexes_days(room: str) -> None:
    """Other rooms ask ``timeline.windows`` for single days, for what is so from a day on, and for what was so far."""
    files = sorted((SRC / room).rglob("*.py"))
    assert files
    wrong = {str(path.relative_to(SRC)): [*found(path.read_text(encoding="utf-8"))] for path in files}
    assert {name: lines for name, lines in wrong.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "cells[:, p.treatment_lead_days :] = FAIL",
        "cells[row, day]",
        "cells[events.row, events.day + 1]",
        "nadir(view)[0, -1]",
        "np.maximum.accumulate(cells, axis=1)",
        "cells.cumsum(axis=1)",
    ],
)
def test_what_indexes_days_is_found(source: str) -> None:
    """The rule sees each way that was in use."""
    assert len([*found(source)]) == 1


@pytest.mark.parametrize("source", ["best[:, k]", "days[:, None]", "days[row]", "cells.any(axis=1)", "tuple[int, ...]"])
def test_what_does_not_index_days_passes(source: str) -> None:
    """Criteria as columns, rows alone, broadcasting and whole rows are no days."""
    assert not [*found(source)]
