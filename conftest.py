"""Tests in a home of their own; nbval with references kept apart from the notebooks, which hold no outputs."""

import gc
import json
import shutil
import tempfile
from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path

import machine
import nbformat
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory
from nbval.plugin import IPyNbCell

ROOT = Path(__file__).parent
REFERENCE = ROOT / "tests" / "notebooks" / "reference"
SANITIZE = REFERENCE.with_name("sanitize.cfg")
LONGEST_FIRST = (
    "tests/pages/test_print.py",
    "tests/studies",
    "tests/notebooks",
    "tests/generative",
    "tests/pages",
    "tests/disclosure",
    "notebooks",
    "tests/lab",
)
"""Folders and files of tests in the order in which they run; the rest comes after, as it is found."""


def pytest_configure(config: pytest.Config) -> None:
    """Isolate the tests from the user; say what nbval takes out before it compares, and how it starts kernels."""
    gc.set_threshold(20_000, 20, 100)  # the outcomes that tests share are much to look through, and no garbage
    if not hasattr(config, "workerinput"):  # workers of pytest-xdist inherit the environment
        home = Path(tempfile.mkdtemp(prefix="postgraft-tests-"))
        config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
        machine.isolate(home)
    # A file named on the command line comes first.
    config.option.nbval_sanitize_with = config.option.nbval_sanitize_with or str(SANITIZE)
    KernelProvisionerFactory.instance().default_provisioner_name = "postgraft-forked"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first, so that workers side by side end together.

    Two files that need the same pages stand apart: else one worker would wait while the other makes them.
    """
    order = {part: place for place, part in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(_part(item), len(order)))


def _part(item: pytest.Item) -> str:
    path = item.path.relative_to(ROOT)
    return path.as_posix() if path.as_posix() in LONGEST_FIRST else "/".join(path.parts[:-1][:2])


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give a cell of a notebook that has a reference the outputs to compare with, as if it had been saved with them."""
    if isinstance(item, IPyNbCell) and item.path.parent == ROOT / "notebooks":
        item.add_marker(pytest.mark.random_order(disabled=True))  # a cell follows those above it
        outputs = _reference(item.path.stem).get(item.cell.id)
        if outputs is not None:
            item.cell.update(outputs=[nbformat.from_dict(one) for one in outputs], execution_count=1)
            item.options["check"] = True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each part of the tests took, added up over workers (docs/development.md)."""
    seconds: Counter[str] = Counter()
    for report in chain.from_iterable(terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport):
            part = Path(report.location[0]).parent.parts[:2]
            seconds["/".join(part)] += report.duration
    costs = ", ".join(f"{part} {cost:.0f}" for part, cost in seconds.most_common())
    if costs:
        terminalreporter.write_line(f"Seconds by part: {costs}")


@cache
def _reference(notebook: str) -> dict[str, list[dict[str, object]]]:
    path = REFERENCE / f"{notebook}.json"
    return json.loads(path.read_text(encoding="utf-8"), object_hook=_joined) if path.exists() else {}


def _joined(read: dict[str, object]) -> dict[str, object]:
    """Texts, which the file keeps as lists of lines, whole again."""
    lines = ("text", "text/html", "text/markdown", "text/plain")
    return {key: "".join(value) if key in lines else value for key, value in read.items()}
