"""Which notebooks may leave: those that come with postgraft, as they came, and only some of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final

import nbformat

from postgraft.reports.notebooks import RELEASED_NOTEBOOKS, SUFFIX
from postgraft.reports.project import project_root
from postgraft.reports.runner import GIVEN

SINGLE_PATIENTS: Final = "shows single patients"
WHY_NEVER: Final = {
    "06_patient_review": SINGLE_PATIENTS,
    "07_whatif_explorer": f"{SINGLE_PATIENTS} and any count that is asked for, and has no page",
}
NO_LEVEL: Final = "has no level release: it shows data and estimates that no count stands for"


def source_hash(notebook: str) -> str:
    """SHA-256 of the kinds and sources of a notebook's cells, without the cell of injected parameters.

    Outputs and metadata do not matter, so it is the same before and after a run. Texts do: they are on the page.
    Raises ValueError for a text that is no notebook.
    """
    cells = [
        (cell.cell_type, cell.source)
        for cell in nbformat.reads(notebook, as_version=4).cells
        if GIVEN not in cell.metadata.get("tags", [])
    ]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def shipped_notebooks() -> dict[str, str]:
    """The project's notebooks: their names by ``source_hash``."""
    folder = project_root() / "notebooks"
    return {source_hash(path.read_text("utf-8")): path.stem for path in sorted(folder.glob(f"*{SUFFIX}"))}


def why_not(name: str, executed: bytes, shipped: Mapping[str, str]) -> str:
    """Why what an executed notebook printed may not leave; empty where it may."""
    try:
        found = shipped.get(source_hash(executed.decode()))
    except ValueError:
        return "is no notebook"
    if found in RELEASED_NOTEBOOKS:
        return ""
    if found:
        return f"is {found}, which {WHY_NEVER.get(found, NO_LEVEL)}"
    own = "is not as it comes with postgraft" if name in shipped.values() else "does not come with postgraft"
    return f"{own}: nobody but its author knows what it prints, and no check can recognize an exact count"
