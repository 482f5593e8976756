"""What a user has set up for Python, IPython, Jupyter, matplotlib, pandas and the terminal changes no report."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from evaluated import demo

import postgraft as pg
from postgraft import exhibits
from postgraft.analysis.computability import declarations
from postgraft.reports import study_check

DEMO = Path(__file__).parents[2] / "cohorts" / "demo"
PROGRAM = """\
import sys
from postgraft.cli import main
from postgraft.reports import study_check
*given, study_check.SUMMARY_NOTEBOOK = sys.argv[1:]
main(given)
"""
"""The command line, with another summary as the last argument."""

CELLS = (
    "import postgraft as pg\nfrom postgraft import exhibits\n"
    "outcome = pg.evaluate(pg.read_extract(cohort), pg.load_protocol())\nexhibits.answer_barriers(outcome)",
    "exhibits.summary_table(outcome)",
    "exhibits.attrition(outcome)",
    "exhibits.patients_by_site(outcome)",
    "outcome.summary()",
    "print(outcome.patients)",
    "import warnings; warnings.warn('no error'); print('≥')",
)

FILES = {
    "config/matplotlib/matplotlibrc": "text.usetex: True\naxes.facecolor: black\nsavefig.facecolor: black\n"
    "font.family: fantasy\nfigure.dpi: 30\nbackend: pdf\n",
    "ipython/profile_default/startup/00.py": "import pandas as pd\npd.set_option('display.precision', 1)\n"
    "print('hello')\nraise ValueError('startup')\n",
    "ipython/profile_default/ipython_kernel_config.py": "c.InteractiveShellApp.exec_lines = ['1 / 0']\n"
    "c.InteractiveShell.ast_node_interactivity = 'all'\n",
    "ipython/profile_default/ipython_config.py": "c.InteractiveShell.ast_node_interactivity = 'none'\n",
    "jupyter/jupyter_nbconvert_config.py": "c.TemplateExporter.exclude_output = True\n",
    "jupyter/jupyter_config.py": "c.KernelManager.transport_encryption = 'required'\n",
    "data/nbconvert/templates/lab/index.html.j2": "{{ nothing.at.all }}",
    "data/kernels/python3/kernel.json": '{"argv": ["false"], "display_name": "x", "language": "python"}',
    "startup.py": "raise SystemExit('startup')\n",
}


def hostile(home: Path) -> dict[str, str]:
    """The environment of a user who has set up a lot, in a home of its own."""
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    return {
        "HOME": str(home),
        "MPLCONFIGDIR": str(home / "config" / "matplotlib"),
        "MPLBACKEND": "pdf",
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "jupyter"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_PATH": str(home / "data"),
        "PYTHONSTARTUP": str(home / "startup.py"),
        "PYTHONWARNINGS": "error",
        "PYTHONIOENCODING": "ascii",
        "PANDAS_FUTURE_INFER_STRING": "0",
        "LC_ALL": "C",
        "COLUMNS": "20",
        "FORCE_COLOR": "1",
    }


@pytest.mark.slow
def test_a_report_is_the_same_to_the_byte(make_notebook, make_study, tmp_path):
    make_notebook("all", *CELLS)
    home = tmp_path / "home"
    told, outputs = [], []
    for given in ({}, hostile(home)):
        study = make_study(cohorts=[str(DEMO)], notebooks=["all.ipynb"])
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "report", study, "--json", study_check.SUMMARY_NOTEBOOK],
            env=os.environ | given,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        told.append(json.loads(done.stdout)["reports"][0]["numbers"])
        executed = nbformat.read(tmp_path / "out" / "all.ipynb", as_version=4)
        page = (tmp_path / "out" / "all.html").read_text()
        main, _, _ = page.partition("<footer")
        outputs.append(([_shown(cell) for cell in executed.cells], main))

    assert told[0]
    assert told[0] == told[1]
    assert outputs[0] == outputs[1]
    assert "data:image/png" in outputs[0][1]
    assert not list((home / "ipython").rglob("history.sqlite"))


def _shown(cell: nbformat.NotebookNode) -> list[object]:
    """The outputs of a cell; a warning names the file of the cell, which is another one in every process."""
    return [one for one in cell.get("outputs", []) if one.get("name") != "stderr"]


OPTIONS = {
    "future.infer_string": False,
    "future.distinguish_nan_and_na": True,
    "mode.string_storage": "python",
    "compute.use_bottleneck": False,
    "compute.use_numexpr": False,
    "display.precision": 1,
    "display.max_rows": 2,
    "display.max_colwidth": 5,
    "display.chop_threshold": 0.9,
    "styler.format.precision": 1,
}


def results() -> dict[str, object]:
    """What is computed and shown of the demo cohort, as text, bytes and missing cells."""
    extract, protocol = demo().extract, demo().protocol
    outcome = pg.evaluate(pg.read_extract(DEMO), protocol)
    frames = {
        "patients": outcome.patients,
        "summary": outcome.summary(),
        "funnel": outcome.funnel(),
        "barriers": outcome.barriers(),
        "combinations": outcome.combinations(),
        "near misses": outcome.near_misses(steps=1),
        "explain": outcome.explain(outcome.patients["patient_id"].iloc[0], day=100),
        "compare": pg.compare(extract, protocol, [{"name": "earlier", "set": {"days_since_transplant_min": 30}}]),
        "ledger": pg.computability(extract, protocol),
        "declarations": declarations(extract, protocol),
        "bounds": outcome.estimate(draws=5).bounds,
    }
    shown = (exhibits.summary_table(outcome), exhibits.answer_barriers(outcome), exhibits.attrition(outcome))
    return {
        **{name: (frame.to_csv(), frame.isna().to_numpy().tolist()) for name, frame in frames.items()},
        "shown": [one._repr_mimebundle_() for one in shown],
    }


@pytest.mark.filterwarnings("ignore:The '.*' option is deprecated")
def test_options_of_pandas_change_no_result():
    before = results()
    with pd.option_context(*(part for option in OPTIONS.items() for part in option)):
        assert results() == before
