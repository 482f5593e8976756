"""nbval compares the notebooks with references: every cell has one, a changed number fails, none is taken out."""

import json
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from architecture.project import ROOT
from bs4 import BeautifulSoup
from nbval.plugin import get_sanitize_patterns

from postgraft.reports.notebooks import read_notebook

FOLDER = ROOT / "tests" / "notebooks"
REFERENCES = sorted((FOLDER / "reference").glob("*.json"))

TABLE = """<div id="t" style="width:auto"><style>
#t td { border-width: 2px; }
</style><table class="gt_table"><tr><th scope="col" id="a">Eligible</th></tr>
<tr><td headers="a" class="gt_right">style="12" of 72</td></tr></table>
<img src="data:image/png;base64,QUJD" alt="12 of 72."></div>"""


def sanitized(text):
    for pattern, replacement in get_sanitize_patterns((FOLDER / "sanitize.cfg").read_text(encoding="utf-8")):
        text = re.sub(pattern, replacement, text)
    return text


def test_every_notebook_with_stable_outputs_has_a_reference():
    notebooks = [read_notebook(path.stem, ROOT) for path in (ROOT / "notebooks").glob("*.ipynb")]

    # Widgets have other names in every run: of those nbval only sees that they come without error.
    stable = {notebook.name for notebook in notebooks if not notebook.interactive}
    assert {path.stem for path in REFERENCES} == stable


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_a_reference_is_of_the_cells_there_are(path):
    notebook = nbformat.read(ROOT / "notebooks" / f"{path.stem}.ipynb", as_version=4)
    cells = [cell.id for cell in notebook.cells if cell.cell_type == "code"]

    assert sorted(json.loads(path.read_text(encoding="utf-8"))) == sorted(cells), "run: make references"


def test_what_is_taken_out_is_the_look_alone():
    left = sanitized(TABLE)

    assert "style=" not in re.sub("<td>.*</td>", "", left)
    assert "border" not in left
    assert "base64" not in left
    assert sanitized(left) == left
    before, after = (BeautifulSoup(html, "html.parser") for html in (TABLE, left))
    before.style.decompose()
    assert after.get_text() == before.get_text()
    assert after.img["alt"] == "12 of 72."
    assert after.th["scope"] == "col"


def test_a_changed_number_fails(tmp_path):
    v4, folder = nbformat.v4, tmp_path / "tests" / "notebooks" / "reference"
    cells = [v4.new_code_cell("12", id="same"), v4.new_code_cell("13", id="changed")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    folder.mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    nbformat.write(v4.new_notebook(cells=cells, metadata=kernel), tmp_path / "notebooks" / "small.ipynb")
    known = {"output_type": "execute_result", "data": {"text/plain": ["12"]}}
    (folder / "small.json").write_text(json.dumps({"same": [known], "changed": [known]}), encoding="utf-8")
    for path in ("conftest.py", "tests/machine.py"):
        shutil.copy(ROOT / path, tmp_path / path)
    shutil.copy(FOLDER / "sanitize.cfg", folder.parent)

    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "--nbval-current-env",
        "-p",
        "no:cacheprovider",
        "--override-ini",
        "pythonpath=tests",
    ]
    done = subprocess.run([*command, "notebooks"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    assert "Cell 1" in done.stdout
    assert "12" in done.stdout
    assert "13" in done.stdout
