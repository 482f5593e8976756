"""What a notebook is called."""

from nbformat import NotebookNode


def notebook_title(notebook: NotebookNode) -> str | None:
    """The first line of prose that begins with ``# ``; None where there is none."""
    lines = (
        line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()
    )
    return next((line.removeprefix("# ").strip() for line in lines if line.startswith("# ")), None)
