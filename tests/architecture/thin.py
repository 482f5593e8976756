"""What a notebook of this project may hold: prose, one cell of parameters, imports, calls."""

import ast
import re
from collections.abc import Iterator

import nbformat

FORBIDDEN: dict[str, tuple[type[ast.AST], ...]] = {
    "defines something": (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
    "loops": (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    "catches errors": (ast.Try, ast.TryStar),
}
SQL = re.compile(r"\b(?:select|insert|update|delete|create)\b.*\b(?:from|into|set|table)\b", re.IGNORECASE | re.DOTALL)
ABSOLUTE = re.compile(r"^(?:/|~|[A-Za-z]:[\\/])")
FREE_NUMBERS = {0, 1}
"""Numbers that set no threshold; any other belongs in the parameters cell or in the protocol."""


def faults(notebook: nbformat.NotebookNode) -> list[str]:
    """What keeps a notebook from being thin, clean of outputs and ready to run."""
    return [
        *_whole(notebook),
        *(f"cell {i}: {fault}" for i, cell in enumerate(notebook.cells) for fault in _in_cell(cell)),
    ]


def _whole(notebook: nbformat.NotebookNode) -> Iterator[str]:
    first = notebook.cells[0]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        yield "does not begin with its title"
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    if len(re.findall(r"(?m)^# ", prose)) != 1:
        yield "has not exactly one title"
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "does not name the kernel python3"


def _in_cell(cell: nbformat.NotebookNode) -> Iterator[str]:
    if cell.cell_type != "code":
        return
    if cell.outputs or cell.execution_count is not None:
        yield "was committed with outputs"
    if re.search(r"(?m)^\s*[%!]", cell.source):
        yield "uses a magic or a shell command"
        return
    tree = ast.parse(cell.source)
    for node in ast.walk(tree):
        yield from (what for what, kinds in FORBIDDEN.items() if isinstance(node, kinds))
        if isinstance(node, ast.Constant):
            yield from _literal(node.value, "parameters" in cell.metadata.get("tags", []))


def _literal(value: object, in_parameters: bool) -> Iterator[str]:
    if isinstance(value, str):
        if SQL.search(value):
            yield "holds SQL"
        if ABSOLUTE.search(value):
            yield f"names an absolute path: {value}"
    elif isinstance(value, int | float) and value not in FREE_NUMBERS and not in_parameters:
        yield f"holds the number {value}; make it a parameter"
