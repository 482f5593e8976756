"""The notebook on top of every study, made short for tests that look at something else."""

import nbformat
import pytest

from postgraft.reports import study_check

SUMMARY = """\
cohorts: dict[str, str] = {"demo": "cohorts/demo"}  # folders of the extracts
pages: dict[str, dict[str, str]] = {}  # addresses of the other pages
disclosure: dict[str, str | int] = {"level": "internal"}  # what may be read off
"""


@pytest.fixture(autouse=True)
def short_summary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The notebook on top of every study, made short: it links to the other pages and computes nothing."""
    v4 = nbformat.v4
    folder = tmp_path_factory.mktemp("summary")
    links = "from postgraft import exhibits\nexhibits.summary_pages(pages)"
    cells = [
        v4.new_markdown_cell("# Summary", id="title"),
        v4.new_code_cell(SUMMARY, metadata={"tags": ["parameters"]}, id="given"),
        v4.new_code_cell(links, id="pages"),
    ]
    nbformat.write(v4.new_notebook(cells=cells), folder / "00_summary.ipynb")
    monkeypatch.setattr(study_check, "SUMMARY_NOTEBOOK", str(folder / "00_summary.ipynb"))
