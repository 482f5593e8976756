"""The numbers an executed notebook carries for programs, by name."""

from pathlib import Path

import nbformat

from postgraft.vocabulary.carried import MIME, Number, in_order


def read_numbers(executed: Path) -> dict[str, Number]:
    """The key numbers of an executed notebook; empty where it shows none.

    A count is an int, a rate or share a float; what is hidden, rounded, a date or a name is text as printed.
    """
    cells = nbformat.read(executed, as_version=4).cells
    outputs = (one for cell in cells if cell.cell_type == "code" for one in cell.outputs if "data" in one)
    return in_order({name: value for one in outputs for name, value in one.data.get(MIME, {}).items()})
