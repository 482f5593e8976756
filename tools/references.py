"""Write the outputs that nbval compares the notebooks with, tests/notebooks/reference/NAME.json (`make references`).

The notebooks in notebooks/ hold no outputs. Each one that is not for JupyterLab only is run with its default
parameters, on the demo cohort, and its outputs are kept by the id of their cell. Pictures are left out, as nbval does
not compare them; the words that stand for them are kept, with every number in them; what sanitize.cfg takes out is
left out here too. Look at what changed before committing it.
"""

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbval.plugin import get_sanitize_patterns  # type: ignore[import-untyped]

from postgraft.reports import project_root, run_notebook
from postgraft.reports.notebooks import read_notebook

PICTURES = ("image/png", "image/jpeg")
REFERENCE = Path("tests", "notebooks", "reference")


def outputs(executed: Path, patterns: Sequence[tuple[str, str]]) -> dict[str, list[dict[str, Any]]]:
    """The outputs of every code cell of the notebook itself, also where there are none, by the cell's id."""
    cells = nbformat.read(executed, as_version=4).cells
    own = (
        cell
        for cell in cells
        if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", [])
    )
    return {cell.id: [_kept(one, patterns) for one in cell.outputs] for cell in own}


def _kept(output: Mapping[str, Any], patterns: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """An output without pictures, texts as lists of lines, so that a difference is one of lines."""
    kept = {key: value for key, value in output.items() if key not in ("metadata", "execution_count", "data")}
    if "text" in kept:
        kept["text"] = _lines(kept["text"], patterns)
    if "data" in output:
        kept["data"] = {
            kind: _lines(data, patterns) if kind.startswith("text/") else data
            for kind, data in output["data"].items()
            if kind not in PICTURES
        }
    return kept


def _lines(text: str, patterns: Sequence[tuple[str, str]]) -> list[str]:
    for pattern, replacement in patterns:
        text = re.sub(pattern, replacement, text)
    return text.splitlines(keepends=True)


def main() -> None:
    """Run every notebook and write its reference."""
    folder = project_root() / REFERENCE
    patterns = get_sanitize_patterns(folder.with_name("sanitize.cfg").read_text(encoding="utf-8"))
    for notebook in sorted((project_root() / "notebooks").glob("*.ipynb")):
        if read_notebook(notebook.stem, project_root()).interactive:
            continue
        with tempfile.TemporaryDirectory() as temporary:
            executed = run_notebook(notebook, Path(temporary), {})
            text = json.dumps(outputs(executed, patterns), indent=1, ensure_ascii=False, sort_keys=True)
        path = folder / f"{notebook.stem}.json"
        path.write_text(text + "\n", encoding="utf-8")
        print(f"Wrote {path.relative_to(project_root())}")


if __name__ == "__main__":
    main()
