"""The record beside a report."""

import json
import subprocess
from pathlib import Path

import nbformat
import pytest

import postgraft
from postgraft.inference.estimates import SEED
from postgraft.reports import declared_parameters
from postgraft.reports.notebooks import Notebook
from postgraft.reports.project import project_path, project_root
from postgraft.reports.provenance import git_revision, package_versions, provenance, write_provenance
from postgraft.reports.study import Run, StudyCohort


@pytest.fixture
def run_files(tmp_path: Path) -> tuple[Path, Path]:
    """A notebook and its executed copy."""
    notebook, executed = tmp_path / "a.ipynb", tmp_path / "run.ipynb"
    notebook.write_bytes(b"{}")
    run = nbformat.v4.new_notebook()
    run.metadata["papermill"] = {
        "start_time": "2025-06-30T12:00:00.400000+02:00",
        "end_time": "2025-06-30T12:00:05+02:00",
    }
    nbformat.write(run, executed)
    return notebook, executed


def record_of(files: tuple[Path, Path], **values: object) -> dict[str, object]:
    """The record of a run with these parameters."""
    notebook, executed = files
    run = Run(StudyCohort("A", "", "a", "f"), Notebook(notebook, {}, identifiable=True), values)
    level = {"level": "release", "threshold": 10, "rounding": 5}
    return provenance(run, executed, values, level, {"python": "3"})


def test_a_record_tells_what_was_read_with_what_and_when(run_files):
    record = record_of(run_files, protocol="p", days=3)

    assert record["notebook"] == "a.ipynb"
    assert record["notebook_sha256"] == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert record["cohort"] == {"name": "A", "fingerprint": "f", "synthetic": False, "doubts": []}
    assert (record["protocol"], record["amendments"], record["seed"]) == ("p", [], None)
    assert (record["plan"], record["identifiable"], record["python"]) == (None, True, "3")
    assert record["disclosure"] == {"level": "release", "threshold": 10, "rounding": 5}
    assert (record["started"], record["ended"]) == ("2025-06-30T10:00:00+00:00", "2025-06-30T10:00:05+00:00")


def test_a_record_holds_the_amendments_themselves(tmp_path, run_files):
    amendments = [{"name": "ANC 0.5", "set": {"neutrophils_min": 0.5}, "drop": ["remission"]}]
    (tmp_path / "amendments.yaml").write_text(json.dumps(amendments))

    record = record_of(run_files, amendments=str(tmp_path / "amendments.yaml"))

    assert record["amendments"] == amendments


def test_a_record_holds_the_plan_itself_the_shipped_one_too(tmp_path, run_files):
    (tmp_path / "plan.yaml").write_text(
        "{name: mine, deadline: 2030-01-01, participation: 0.5, screen_failure: 0, sites: [{name: A, capture: 1}]}"
    )

    own = record_of(run_files, plan=str(tmp_path / "plan.yaml"))["plan"]

    assert (own["name"], own["target"], own["start"], own["deadline"]) == ("mine", 25, None, "2030-01-01")
    assert own["participation"] == {"mean": 0.5, "as_if_seen_in": None}
    assert own["screening_days"] == 0
    shipped = record_of(run_files, plan="")["plan"]
    assert (shipped["name"], shipped["deadline"], shipped["screening_days"]) == ("shipped", "2026-06-29", 14)


def test_the_records_of_one_folder_stand_side_by_side(tmp_path):
    write_provenance(tmp_path, [{"notebook": f"{name}.ipynb", "seed": seed} for name, seed in (("b", 2), ("a", 1))])

    known = json.loads((tmp_path / "provenance.json").read_text())
    assert {name: record["seed"] for name, record in known.items()} == {"a": 1, "b": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["provenance.json"]


def test_versions_are_those_of_what_the_package_needs():
    versions = package_versions()
    assert {"postgraft", "pandas", "numpy", "papermill"} <= set(versions)
    assert "pytest" not in versions


def test_a_revision_is_marked_when_files_differ_from_it(tmp_path):
    def git(*arguments: str) -> None:
        me = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *me, *arguments], cwd=tmp_path, check=True, capture_output=True)

    assert git_revision(tmp_path) is None
    git("init")
    assert git_revision(tmp_path) is None  # no commit yet
    (tmp_path / "file").write_text("1")
    git("add", "file")
    git("commit", "-m", "one")
    clean = git_revision(tmp_path)
    (tmp_path / "file").write_text("2")

    assert len(clean or "") == 40
    assert git_revision(tmp_path) == f"{clean}+"


def test_relative_paths_start_at_the_project_wherever_one_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert project_path("cohorts/demo") == project_root() / "cohorts" / "demo"
    assert project_path(tmp_path) == tmp_path
    assert project_root() in Path(postgraft.__file__).parents


def test_a_released_record_says_only_that_there_are_doubts(run_files):
    """Their words count rows as they are."""
    notebook, executed = run_files
    run = Run(StudyCohort("A", "", "a", "f", True, ["3 of 4 rows"]), Notebook(notebook, {}), {})
    by_level = {
        level: provenance(run, executed, {}, {"level": level}, {})["cohort"]["doubts"]
        for level in ("internal", "release")
    }
    assert by_level == {
        "internal": ["3 of 4 rows"],
        "release": ["doubts of the reader that can change who counts: see the report at level internal"],
    }


def test_a_released_record_does_not_say_where_anything_lies(run_files):
    notebook, executed = run_files
    places = {"cohort": "/data/c", "amendments": "", "plan": "", "seed": 1}
    run = Run(StudyCohort("A", "", "a", "f"), Notebook(notebook, {}), places)
    by_level = {
        level: provenance(run, executed, {}, {"level": level}, {})["parameters"] for level in ("internal", "release")
    }
    assert by_level == {"internal": places, "release": {"seed": 1}}


def test_the_seed_of_the_estimates_is_a_parameter_of_the_notebook_that_draws():
    notebook = project_root() / "notebooks" / "02_eligible_population.ipynb"
    assert declared_parameters(notebook)["seed"].default == SEED
    code = [cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    assert [line for source in code for line in source.splitlines() if ".estimate(" in line] == [
        "estimates = outcome.estimate(seed=seed)"
    ]
