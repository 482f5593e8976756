"""nbval compares what the notebooks print with references kept apart from them, because they hold no outputs."""

import json
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbval.plugin import IPyNbCell

ROOT = Path(__file__).parent
REFERENCE = ROOT / "tests" / "notebooks" / "reference"
SANITIZE = REFERENCE.with_name("sanitize.cfg")


def pytest_configure(config: pytest.Config) -> None:
    """Say what nbval takes out before it compares; a file named on the command line comes first."""
    config.option.nbval_sanitize_with = config.option.nbval_sanitize_with or str(SANITIZE)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give a cell of a notebook that has a reference the outputs to compare with, as if it had been saved with them."""
    if isinstance(item, IPyNbCell) and item.path.parent == ROOT / "notebooks":
        outputs = _reference(item.path.stem).get(item.cell.id)
        if outputs is not None:
            item.cell.update(outputs=[nbformat.from_dict(one) for one in outputs], execution_count=1)
            item.options["check"] = True


@cache
def _reference(notebook: str) -> dict[str, list[dict[str, object]]]:
    path = REFERENCE / f"{notebook}.json"
    return json.loads(path.read_text(encoding="utf-8"), object_hook=_joined) if path.exists() else {}


def _joined(read: dict[str, object]) -> dict[str, object]:
    """Texts, which the file keeps as lists of lines, whole again."""
    lines = ("text", "text/html", "text/plain")
    return {key: "".join(value) if key in lines else value for key, value in read.items()}
