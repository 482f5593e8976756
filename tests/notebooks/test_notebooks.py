"""The notebooks run with other than their default parameters, and what they show is what the library computes."""

import os
import re
import subprocess
import sys

import nbformat
import pytest
from architecture.project import ROOT
from bs4 import BeautifulSoup

import postgraft as pg
from postgraft.analysis import breakdowns
from postgraft.api import evaluate_readings
from postgraft.exhibits.figure import number, percent
from postgraft.reports import ReportError, run_notebook

NOTEBOOKS = ROOT / "notebooks"
OWN_KERNEL = os.environ | {"JUPYTER_PREFER_ENV_PATH": "1"}


@pytest.fixture(scope="module")
def population(executed):
    """The executed notebook on eligible patients."""
    return nbformat.read(executed("02_eligible_population"), as_version=4)


@pytest.fixture(scope="module")
def quality(executed):
    """The executed notebook on the extract."""
    return nbformat.read(executed("01_extract_quality"), as_version=4)


@pytest.fixture(scope="module")
def outcomes(cohort, protocol):
    return evaluate_readings(pg.read_extract(cohort), protocol)


def outputs(notebook):
    return [
        output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs if "data" in output
    ]


def rows(notebook, title):
    """The rows of the table with this title, as lists of text."""
    for output in outputs(notebook):
        soup = BeautifulSoup(output.data.get("text/html", ""), "html.parser")
        heading = soup.select_one(".gt_title")
        if heading and title in heading.get_text():
            return [[cell.get_text(strip=True) for cell in row.select("td, th")] for row in soup.select("tbody tr")]
    raise AssertionError(f"no table is called {title}")


def alts(notebook):
    return [output.metadata["image/png"]["alt"] for output in outputs(notebook) if "image/png" in output.data]


def test_the_summary_shown_is_the_summary_computed(population, outcomes):
    summary = outcomes.base.summary()
    eligible = summary[(summary["measure"] == "eligible") & (summary["days"] == 7)].iloc[0]
    shown = rows(population, "All counts")

    assert eligible["count"] > 0
    assert ["Eligible", number(eligible["count"]), percent(eligible["share"], 60), "60", "with a transplant"] in shown


def test_counts_side_by_side_are_those_of_each_reading(population, outcomes):
    expected = []
    named = {**outcomes.by_reading, **{f"sponsor's agreement {one}": of for one, of in outcomes.by_agreement.items()}}
    for name, outcome in named.items():
        counts = outcome.summary().drop_duplicates(["measure", "days"]).set_index(["measure", "days"])["count"]
        eligible = [number(counts["eligible", days]) for days in (1, 7, 14)]
        expected.append([name, *eligible, number(counts["possible", 7])])

    assert rows(population, "Eligible by reading") == expected


def test_every_figure_says_what_it_shows(population, outcomes):
    found = alts(population)
    status = outcomes.base.patients["status"].value_counts()

    assert len(found) == 5
    assert any(alt.startswith(f"{status['eligible']} eligible patients") for alt in found)
    assert any(f"Eligible patients by site ({len(breakdowns.by_site(outcomes.base))}). " in alt for alt in found)


def test_the_extract_shown_is_the_extract_read(quality, cohort, protocol):
    extract = pg.read_extract(cohort)
    facts = dict(rows(quality, "The extract"))
    by_table = {row[0]: row for row in rows(quality, "Rows by table")}

    assert facts["Name"] == extract.name
    assert facts["Fingerprint"] == extract.fingerprint
    assert by_table["transfusions"][2] == number(extract.counts.rows["transfusions"])
    ledger = pg.computability(extract, protocol)
    assert [row[1] for row in rows(quality, "Which criteria")] == ledger["state"].tolist()
    assert len(alts(quality)) == 2


@pytest.mark.parametrize("shown", ["population", "quality"])
def test_a_run_writes_no_warning_and_tells_nothing_of_the_machine(shown, request, cohort):
    notebook = request.getfixturevalue(shown)
    streams = [
        output for cell in notebook.cells for output in cell.get("outputs", []) if output.output_type == "stream"
    ]
    shown = "".join(str(output.data) for output in outputs(notebook))

    assert streams == []
    assert str(cohort) not in shown
    assert not re.search(r"object at 0x", shown)


def test_papermill_by_hand_shows_the_same(quality, given, tmp_path):
    values = [word for pair in given("01_extract_quality").items() for word in ("-p", *pair)]
    command = [sys.executable, "-m", "papermill", "notebooks/01_extract_quality.ipynb", tmp_path / "out.ipynb"]

    subprocess.run([*command, *values, "-k", "python3", "--no-progress-bar"], cwd=ROOT, check=True, env=OWN_KERNEL)

    by_hand = outputs(nbformat.read(tmp_path / "out.ipynb", as_version=4))
    assert len(by_hand) > 5
    assert [output.data for output in by_hand] == [output.data for output in outputs(quality)]


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("04_amendment_whatif", {"amendments": "no-such.yaml"}, "no-such.yaml"),
        ("02_eligible_population", {"protocol": "nct0"}, "nct0"),
        ("01_extract_quality", {"cohort": "no-such-cohort"}, "no-such-cohort"),
    ],
)
def test_a_wrong_parameter_is_told_in_one_message(name, values, message, tmp_path):
    with pytest.raises(ReportError, match=message):
        run_notebook(NOTEBOOKS / f"{name}.ipynb", tmp_path, values)
