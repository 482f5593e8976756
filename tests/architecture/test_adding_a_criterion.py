"""The page on adding a criterion is followed in a copy of the project: nothing but what it says is needed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from architecture.project import ROOT

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "adding-a-criterion.md"

KNOWN = """
import pandas as pd
import postgraft as pg
from postgraft.explorer.explorer import explorer

patients = pd.DataFrame({"patient_id": ["A", "B", "C"], "sex": "male", "birth_year": 1960, "transplant_year": 2020,
                         "last_contact_day": 120})
tables = {
    "patients": patients,
    "transplants": pd.DataFrame({"patient_id": ["A", "B", "C"], "transplant_day": 0, "type": "allogeneic"}),
    "measurements": pd.DataFrame({"patient_id": ["A", "B"], "day": 60, "analyte": "ferritin", "value": [1000, 1100]}),
}
extract = pg.Extract.from_tables({"format": 1, "name": "Ferritin", "time": "days"}, tables)
protocol = pg.load_protocol()
only = protocol.amend(name="ferritin alone", drop=[one for one in protocol.criteria if one != "ferritin"])
outcome = pg.evaluate(extract, only)
ferritin = outcome.explain("B", 60).set_index("criterion").loc["ferritin"]
print("verdicts", outcome.verdicts("A")["ferritin"].loc[[59, 60, 73, 74]].tolist())
print("statuses", outcome.patients["status"].tolist())
print("explained", ferritin["verdict"], ferritin["reason"])
print("missing", outcome.explain("C", 60).set_index("criterion").loc["ferritin", "reason"])
print("ledger", pg.computability(extract, protocol).set_index("criterion").loc["ferritin", "patients_with"])
print("curve", pg.sweep(extract, only, {"ferritin_max": None})[["ferritin_max", "certain"]].values.tolist())
print("near miss", outcome.near_misses(["ferritin_max"])[["patient_id", "needed"]].values.tolist())
print("collect", outcome.estimate(draws=2).collect_first["datum"].tolist())
print("barrier", int(outcome.barriers().set_index("criterion").loc["ferritin", "fails_alone"]))
print("explorer", explorer(outcome).editor("ferritin_max").slot.parameter.value)
"""

SAID = {
    "verdicts": "['UNKNOWN', 'PASS', 'PASS', 'UNKNOWN']",
    "statuses": "['eligible', 'possible', 'possible']",
    "explained": "FAIL Ferritin 1100 ug/L on day 60, above the 1000 ug/L allowed.",
    "missing": "No result for ferritin in measurements on days 47 to 60; at most 1000 ug/L are allowed.",
    "ledger": "ferritin 2 (of 3 patients)",
    "curve": "[[0.0, 0.0], [1000.0, 1.0], [1100.0, 2.0], [100000.0, 2.0]]",
    "near miss": "[['B', 1100.0]]",
    "collect": "['ferritin']",
    "barrier": "2",
    "explorer": "1000.0",
}


@pytest.fixture(scope="module")
def steps():
    """The blocks of code of the page, in order."""
    found = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert [kind for kind, _ in found] == ["text", "csv", "python", "text", "yaml", "yaml", "yaml", "python"]
    return [text for _, text in found]


@pytest.fixture(scope="module")
def copy(steps, tmp_path_factory):
    """The project with a criterion more, made as the page says."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("src", "tests/spec"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    analyte, unit, rule, listed, statement, criterion, parameter, spec = steps
    package = folder / "src" / "postgraft"

    def insert(file: Path, after: str, text: str) -> None:
        before = file.read_text(encoding="utf-8")
        assert before.count(after) == 1, f"{file.name}: {after}"
        file.write_text(before.replace(after, after + text), encoding="utf-8")

    insert(package / "vocabulary" / "analytes.py", "_ALL: Final = (\n", analyte)
    units = package / "vocabulary" / "data" / "units.csv"
    units.write_text(units.read_text(encoding="utf-8") + unit, encoding="utf-8")
    counts = package / "criteria" / "blood_counts.py"
    counts.write_text(counts.read_text(encoding="utf-8") + rule, encoding="utf-8")
    registry = package / "criteria" / "__init__.py"
    insert(
        registry,
        "import NEUTROPHIL_COUNT, STABLE_GROWTH_FACTOR",
        "\nfrom postgraft.criteria.blood_counts import FERRITIN",
    )
    insert(registry, "CRITERIA: Final[tuple[Criterion, ...]] = (\n", listed)
    protocol = package / "protocol" / "data" / "nct05873205.yaml"
    for heading, text in (("statements", statement), ("criteria", criterion), ("parameters", parameter)):
        insert(protocol, f"\n{heading}:\n", text)
    (folder / "tests" / "spec" / "test_ferritin.py").write_text(spec, encoding="utf-8")
    return folder


def run(copy, *arguments):
    """A program in the copy; what it printed."""
    path = os.pathsep.join(map(str, (copy / "src", copy / "tests", ROOT / "tests")))
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment, cwd=copy)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_all_that_asks_about_criteria_knows_the_new_one(copy):
    lines = run(copy, "-c", KNOWN).splitlines()
    assert lines == [f"{what} {said}" for what, said in SAID.items()]


def test_the_spec_test_of_the_page_passes(copy):
    code = "import runpy; runpy.run_path('tests/spec/test_ferritin.py')['test_threshold_and_window'](); print('passed')"
    assert run(copy, "-c", code) == "passed\n"
