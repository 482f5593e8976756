"""The command ``report``: what it prints for people and for programs, and its exit status."""

import json

import pytest
from studies.conftest import names

from postgraft import cli
from postgraft.reports import NotebookFailedError, build
from postgraft.reports.finished_report import FinishedReport
from studies import pretend


@pytest.fixture
def run(capsys, monkeypatch):
    """Run the command without running a notebook: status, stdout, stderr."""
    monkeypatch.setattr(build, "make_one", pretend.make_one)

    def command(*arguments):
        with pytest.raises(SystemExit) as end:
            cli.main(["report", *map(str, arguments)])
        return end.value.code, *capsys.readouterr()

    return command


@pytest.fixture
def study(make_notebook, make_study):
    return make_study(title="Small", notebooks=[make_notebook("one").name, make_notebook("two").name])


def test_people_are_told_each_page_and_the_index(run, study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    status, out, err = run(study)

    assert (status, out) == (0, "Wrote out/one.html\nWrote out/two.html\nWrote out/index.html\n")
    assert "0/" not in out
    assert "one" in err
    assert run(study, "--if-changed") == (0, "Nothing has changed: out/index.html\n", "")


def test_people_are_told_of_level_release(run, study, make_study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    noise, for_us = "Level release: counts have noise.", "For the house: --disclosure internal."

    given = run(study, "--disclosure", "release")[1]
    assert given.startswith(f"{noise} {for_us}\nWrote out/one.html\n")
    assert "Level" not in json.dumps(json.loads(run(study, "--disclosure", "release", "--json")[1]))

    default = run(make_study(disclosure="-"))[1]  # outside the project's folder of reports; told before anything runs
    assert default.splitlines()[0] == (
        f"{noise} 01_extract_quality, 05_accrual_forecast have no such level and are left out. {for_us}"
    )


def test_programs_are_told_everything_as_json_and_nothing_else(run, study, cohorts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    status, out, _ = run(study, "--json")

    told = json.loads(out)
    reports = told.pop("reports")
    assert len(told.pop("fingerprint")) == 64
    assert (status, told) == (
        0,
        {
            "exit": 0,
            "title": "Small",
            "output": "out",
            "skipped": False,
            "changed": ["there is no report yet"],
            "missing": [],
            "index": "index.html",
        },
    )
    assert [one["notebook"] for one in reports] == ["one", "two", "00_summary"]
    assert len(reports[0].pop("cohort")["fingerprint"]) == 64
    assert reports[0] == {
        "notebook": "one",
        "notebook_sha256": "0",
        "disclosure": {"level": "internal", "threshold": 0, "rounding": 0},
        "identifiable": False,
        "executed": "one.ipynb",
        "html": "one.html",
        "pdf": None,
        "numbers": {"eligible": 1},
    }

    again = json.loads(run(study, "--json", "--if-changed")[1])
    assert again["skipped"]
    assert [one["numbers"] for one in again["reports"]] == [{"eligible": 1}, {"eligible": 1}, {"eligible": 0}]


def test_bad_input_and_a_failure_are_json_too(run, study, monkeypatch):
    status, out, err = run(study, "--json", "--plan", "absent.yaml")
    assert (status, json.loads(out)["exit"]) == (2, 2)
    assert json.loads(out)["error"] + "\n" == err

    def fail(*_):
        raise NotebookFailedError("one.ipynb, cell [3] `x` failed: NameError")

    monkeypatch.setattr(build, "make_one", fail)
    status, out, err = run(study, "--json")
    assert (status, json.loads(out)) == (
        1,
        {"exit": 1, "error": "one.ipynb, cell [3] `x` failed: NameError", "reports": []},
    )
    assert err.splitlines()[-1] == "one.ipynb, cell [3] `x` failed: NameError"


def test_what_could_not_be_made_is_told_and_ends_with_1(run, study, tmp_path, monkeypatch):
    def without_pdf(workshop, *rest) -> FinishedReport:
        workshop.missing.append("one.pdf cannot be made without Chromium")
        return pretend.make_one(workshop, *rest)

    monkeypatch.setattr(build, "make_one", without_pdf)

    status, out, err = run(study, "--pdf")

    assert status == 1
    assert "Wrote" in out
    assert "one.pdf cannot be made without Chromium" in err
    assert "one.html" in names(tmp_path / "out")


def test_options_take_precedence_over_the_study(run, study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "later.yaml").write_text("- {name: later, set: {days_since_transplant_min: 100}}\n")

    run(study, "--output", "elsewhere", "--amend", "later.yaml", "--disclosure", "release", "--jobs", 2)

    records = json.loads((tmp_path / "elsewhere" / "provenance.json").read_text())
    assert records["one"]["disclosure"]["level"] == "release"
    assert records["one"]["parameters"]["amendments"] == str(tmp_path / "later.yaml")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("arguments", [("--jobs", "0"), ("--disclosure", "public"), ("--jobs", "two")])
def test_a_wrong_option_ends_with_2(run, study, arguments):
    assert run(study, *arguments)[0] == 2
