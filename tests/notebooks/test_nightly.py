"""The examples for scripts: the nightly run sees a changed number, and the workflow names what is there."""

import importlib.util
import json
import re
import shlex
import subprocess
import sys

import pytest
import yaml
from architecture.project import ROOT

from postgraft.synthetic import write_cohort

EXAMPLES = ROOT / "examples"
COUNTS = """
from IPython.display import display
from postgraft.extract import read_extract
extract = read_extract(cohort)
display({"application/vnd.postgraft.numbers+json": {"patients": len(extract.patients), "seed": seed}}, raw=True)
"""


def load_script():
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("nightly", EXAMPLES / "nightly.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def nightly(make_notebook, tmp_path):
    """Run the script on a study of one small notebook; its exit status, stdout and stderr."""
    notebook = make_notebook(COUNTS)
    write_cohort(tmp_path / "cohort", 20, seed=1)
    study = {"cohorts": {"Site A": "cohort"}, "notebooks": [notebook.name], "output": "out"}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump({**study, "disclosure": "internal"}))

    def run(*options, study="study.yaml"):
        command = [sys.executable, EXAMPLES / "nightly.py", tmp_path / study, *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def test_a_night_is_accepted_and_a_planted_number_fails_the_next(nightly, tmp_path, monkeypatch, capfd):
    accepted = nightly("--accept")
    assert (accepted.returncode, accepted.stdout.split(":")[0]) == (0, "Accepted 23 numbers"), accepted.stderr

    expected = tmp_path / "study.expected.json"
    expected.write_text(
        expected.read_text(encoding="utf-8").replace('patients": 20', 'patients": 21'), encoding="utf-8"
    )
    script, told = load_script(), []
    run = script.run
    monkeypatch.setattr(script, "run", lambda *given: told.append(run(*given)) or told[-1])
    assert script.main([str(tmp_path / "study.yaml"), "--if-changed"]) == 1
    printed = capfd.readouterr().out
    assert printed.startswith("1 of 23 numbers changed:")
    assert re.search(r"Site A / 01_small / patients +21 +20\n", printed)
    assert "The extract of Site A is the same: the study or the software changed." in printed

    [(status, made)] = told
    documented = json.loads(
        (ROOT / "docs" / "scripts.md").read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]
    )
    assert (status, made["skipped"]) == (0, True)
    assert list(made) == list(documented)
    assert list(made["reports"][0]) == list(documented["reports"][0])


BEFORE = {"extracts": {"A": "f1", "B": "f2"}, "numbers": {"A / n / eligible": 3, "B / n / date": "2030-01-01"}}


@pytest.mark.parametrize(
    ("now", "status", "said"),
    [
        ({}, 0, ["All 2 numbers are as accepted."]),
        ({"A / n / eligible": 4}, 1, ["1 of 2 numbers changed:", r"A / n / eligible +3 +4$"]),
        ({"A / n / eligible": "1 to 10"}, 1, [r"A / n / eligible +3 +1 to 10$"]),
        ({"A / n / new": 0}, 1, ["1 of 3 numbers changed:", r"A / n / new +– +0$"]),
    ],
)
def test_what_is_said_of_a_change(now, status, said, capsys):
    after = {"extracts": {"A": "f1", "B": "f3"}, "numbers": BEFORE["numbers"] | now}

    assert load_script().compared(BEFORE, after) == status
    printed = capsys.readouterr().out
    assert [words for words in said if not re.search(f"(?m)^ *{words}", printed)] == []
    if status:
        assert "The extract of A is the same" in printed
        assert "The extract of B is another one than was accepted." in printed


def test_a_number_that_is_gone_is_a_change(capsys):
    after = {"extracts": {"A": "f1"}, "numbers": {"A / n / eligible": 3}}

    assert load_script().compared(BEFORE, after) == 1
    assert re.search(r"B / n / date +2030-01-01 +–\n", capsys.readouterr().out)


def test_nothing_is_run_when_nothing_was_accepted(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        load_script().main([str(tmp_path / "study.yaml")])

    told = f"{tmp_path}/study.expected.json: there is no such file; --accept writes it"
    assert told in capsys.readouterr().err


def test_every_study_has_a_file_of_its_own(tmp_path):
    sources = [
        tmp_path / name for name in ("a/study.yaml", "b/study.yaml", "b/other.yml", "c/site.2024", "c/site.2025")
    ]

    files = [load_script().accepted_file(source) for source in sources]

    assert [file.relative_to(tmp_path).as_posix() for file in files] == [
        "a/study.expected.json",
        "b/study.expected.json",
        "b/other.expected.json",
        "c/site.2024.expected.json",
        "c/site.2025.expected.json",
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.json", '{"numbers": {}}', "holds no accepted numbers of a study; name another file"),
        ("notes.txt", "mine", "holds no accepted numbers of a study; name another file"),
        ("cohort/new.json", None, "belongs to the extract {tmp}/cohort, where no results are written"),
        ("cohort", None, "belongs to the extract {tmp}/cohort, where no results are written"),
        ("folder/", None, "Is a directory"),
        ("absent/new.json", None, "there is no folder {tmp}/absent; name another file"),
    ],
)
def test_a_file_of_anything_else_is_not_replaced(tmp_path, capsys, name, content, said):
    write_cohort(tmp_path / "cohort", 1, seed=1)
    (tmp_path / "folder").mkdir()
    if content:
        (tmp_path / name).write_text(content)

    with pytest.raises(SystemExit, match="2"):
        load_script().main([str(tmp_path / "study.yaml"), "--expected", str(tmp_path / name), "--accept"])

    assert said.replace("{tmp}", str(tmp_path)) in capsys.readouterr().err
    if content:
        assert (tmp_path / name).read_text() == content
    assert not (tmp_path / "cohort" / "new.json").exists()


@pytest.mark.parametrize("accept", [(), ("--accept",)], ids=["compare", "accept"])
def test_the_numbers_of_another_study_are_neither_compared_nor_replaced(tmp_path, capsys, accept):
    expected = tmp_path / "expected.json"
    kept = json.dumps({"study": "a/study.yaml", **BEFORE})
    expected.write_text(kept)

    with pytest.raises(SystemExit, match="2"):
        load_script().main([str(tmp_path / "b" / "study.yaml"), "--expected", str(expected), *accept])

    told = f"{expected}: has the numbers of a/study.yaml, not of b/study.yaml; name another file"
    assert told in capsys.readouterr().err
    assert expected.read_text() == kept


def test_what_the_report_ends_with_the_script_ends_with(nightly):
    done = nightly("--accept", study="absent.yaml")

    assert done.returncode == 2
    assert "absent.yaml" in done.stderr


def test_the_committed_numbers_are_of_the_study_the_workflow_runs():
    accepted = json.loads((ROOT / "studies" / "amendments.expected.json").read_text(encoding="utf-8"))
    study = yaml.safe_load((ROOT / "studies" / "amendments.yaml").read_text(encoding="utf-8"))

    assert accepted["study"] == "amendments.yaml"
    assert list(accepted["extracts"]) == [*study["cohorts"], ", ".join(study["cohorts"])]
    reports = {tuple(name.split(" / ")[:2]) for name in accepted["numbers"]}
    of_cohorts = {(cohort, notebook) for cohort in study["cohorts"] for notebook in study["notebooks"]}
    assert reports == of_cohorts | {(", ".join(study["cohorts"]), "00_summary")}


def test_the_workflow_can_be_read_and_every_command_of_it_exists():
    workflow = yaml.safe_load((EXAMPLES / "nightly.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["study"]["steps"]
    commands = [shlex.split(step["run"]) for step in steps if "run" in step]

    # YAML 1.1 reads the key "on" as true.
    assert re.fullmatch(r"\d+ \d+ \* \* \*", workflow[True]["schedule"][0]["cron"])
    [targets] = [command[1:] for command in commands if command[0] == "make"]
    for target in targets:
        subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)
    [script] = [command for command in commands if command[0].endswith("python")]
    assert [path for path in script if path.endswith((".py", ".yaml")) and not (ROOT / path).is_file()] == []
    [pages] = [step["with"]["path"] for step in steps if step.get("name") == "Pages"]
    assert pages == "reports/amendments"  # where a study without the key `output` goes
    [cache] = [step["with"]["key"] for step in steps if "cache" in step.get("uses", "")]
    assert (ROOT / re.search(r"hashFiles\('(.+)'\)", cache)[1]).is_file()


def test_the_script_for_cron_can_be_read():
    subprocess.run(["bash", "-n", EXAMPLES / "nightly.sh"], check=True)
