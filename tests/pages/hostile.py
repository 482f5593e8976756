"""A page that holds what is hardest to fit: wide, long and unbreakable tables, tall figures, evil names."""

from pathlib import Path

import nbformat
import pandas as pd
from matplotlib.figure import Figure

from postgraft.exhibits.figure import Exhibit
from postgraft.exhibits.tables import table
from postgraft.reports.render import render_html

WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis"
COLUMNS, ROWS = 40, 45

RECORD = {
    "notebook": "hostile.ipynb",
    "cohort": {"name": 'Site "<A>" & B\\' + " of a very long name" * 9, "fingerprint": "abc123"},
    "protocol": "nct05873205",
    "amendments": [],
    "seed": None,
    "parameters": {},
    "started": "2025-06-30T10:00:00+00:00",
    "ended": "2025-06-30T10:00:12+00:00",
    "git_revision": None,
    "python": "3.11.2",
    "packages": {"postgraft": "0.1.0", "pandas": "3.0.0"},
    "disclosure": {"level": "internal", "threshold": 10, "rounding": 5},
    "identifiable": True,
}


def hostile_page(folder: Path) -> Path:
    """Write ``hostile.ipynb`` and its page, in a folder of their own."""
    v4 = nbformat.v4
    cells = [
        v4.new_markdown_cell("# Hard to fit\n\n" + f"See `{WORD * 5}` and https://example.org/{WORD * 4}."),
        v4.new_markdown_cell("## Forty columns\n\nWords that cannot be broken."),
        _shown(_wide().html),
        v4.new_markdown_cell("## Many rows\n\nEach with cells of several lines."),
        _shown(_long().html),
        _shown(_long().html),
        v4.new_markdown_cell("## Of other origin\n\n| a | b |\n|---|---|\n| 1 | " + WORD * 6 + " |"),
        _shown(_frame().to_html()),
        v4.new_markdown_cell("## A figure taller than any page"),
        _drawn(Exhibit(Figure(figsize=(6.85, 30)), "An empty picture that is thirty inches high")),
        v4.new_markdown_cell("### And one that follows it"),
        _drawn(Exhibit(Figure(figsize=(20, 3)), "An empty picture that is twenty inches wide")),
    ]
    own = folder / "hostile"
    own.mkdir()
    path = own / "hostile.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    return render_html(path, RECORD, index="../index.html")


def _wide():
    names = [f"column_{number}" for number in range(COLUMNS)]
    values = [[f"{WORD}{row}", *range(10_000_000 + row, 10_000_000 + row + COLUMNS - 1)] for row in range(3)]
    frame = pd.DataFrame(values, columns=names)
    return table(frame, "Wide", {name: f"Platelets{name}" for name in names}, ["A note."], numbers=names[1:])


def _long():
    frame = pd.DataFrame(
        {
            "name": [f"first{row} of{row} the{row} row{row}" for row in range(ROWS)],
            "text": [f"begin{row} " + "some words that fill lines " * 12 + f"end{row}" for row in range(ROWS)],
            "count": range(ROWS),
        }
    )
    return table(frame, "Long", {"name": "Headname", "text": "Headtext", "count": "Headcount"}, numbers=["count"])


def _frame() -> pd.DataFrame:
    return pd.DataFrame({f"measure {number}": [f"value{number}{WORD}"] for number in range(12)}, index=["x"])


def _shown(html: str):
    output = nbformat.v4.new_output("display_data", data={"text/html": html})
    return nbformat.v4.new_code_cell("...", outputs=[output])


def _drawn(exhibit: Exhibit):
    exhibit.figure.text(0.5, 0.5, exhibit.alt)
    data, metadata = exhibit._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    return nbformat.v4.new_code_cell("...", outputs=[output])
