"""The command's outer behaviour: exit status, where messages go, and tables that survive a pipe."""

import importlib.metadata

import pandas as pd
import pytest
import typer

from postgraft import cli
from postgraft.extract import read_extract
from postgraft.reports import NotebookFailedError
from postgraft.synthetic import write_cohort
from postgraft.vocabulary.errors import PostgraftError

COMMANDS = typer.main.get_command(cli.app).commands


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write_cohort(tmp_path_factory.mktemp("cohorts") / "made-up", patients=40, seed=1)


@pytest.fixture
def run(capsys):
    """Run the command in this process: status, stdout, stderr."""

    def command(*arguments):
        with pytest.raises(SystemExit) as end:
            cli.main([str(argument) for argument in arguments])
        return end.value.code, *capsys.readouterr()

    return command


@pytest.mark.parametrize("name", COMMANDS)
def test_help_teaches_each_command_with_an_example_of_it(run, name):
    status, out, _ = run(name, "--help")

    assert status == 0
    assert f"Example: postgraft {name} " in out


def test_synth_then_check(run, tmp_path):
    status, out, _ = run("synth", tmp_path / "c", "--patients", 30, "--seed", 2, "--format", "parquet")
    assert (status, out) == (0, f"Wrote {tmp_path / 'c'}\n")
    assert list((tmp_path / "c").glob("patients/*.parquet"))

    status, out, err = run("check", tmp_path / "c")
    assert (status, err) == (0, "")
    assert "no errors. Fingerprint " in out
    assert "immune_cytopenia" in out


def test_the_public_cohort_is_written(run, tmp_path):
    assert run("import-kmsurv", tmp_path / "bmt") == (0, f"Wrote {tmp_path / 'bmt'}\n", "")
    assert len(read_extract(tmp_path / "bmt").patients) == 137


def test_evaluate_prints_a_summary_a_protocol_and_writes_a_row_a_patient(run, cohort, tmp_path):
    (tmp_path / "a.yaml").write_text("- {name: earlier, set: {days_since_transplant_min: 30}}\n")

    status, out, err = run("evaluate", cohort, "--amend", tmp_path / "a.yaml", "--out", tmp_path / "o.csv")

    assert (status, err) == (0, "")
    written = pd.read_csv(tmp_path / "o.csv")
    names = list(written["protocol"].unique())
    assert names[1:] == ["earlier"]
    assert [line for line in out.splitlines() if line in names] == names
    assert written.groupby("protocol")["patient_id"].nunique().tolist() == [40, 40]
    assert set(written["status"]) <= {"eligible", "possible", "ineligible"}


def test_explain_prints_a_row_a_criterion(run, cohort):
    patient = pd.read_csv(cohort / "patients.csv")["patient_id"][0]

    status, out, err = run("explain", cohort, patient, "--day", 10)

    assert (status, err) == (0, "")
    assert "days_since_transplant" in out
    assert run("explain", cohort, "nobody", "--day", 10)[0] == 2


@pytest.mark.parametrize("command", ["check", "evaluate", "report"])
def test_bad_input_ends_with_2_and_the_findings_on_stderr(run, tmp_path, command):
    status, out, err = run(command, tmp_path / "absent")

    assert (status, out) == (2, "")
    assert "extract.yaml" in err
    assert "Traceback" not in err


def test_a_bad_amendment_ends_with_2_before_anything_is_read(run, tmp_path):
    (tmp_path / "a.yaml").write_text("- {name: typo, set: {neutrophil_min: 1}}\n")

    status, _, err = run("report", tmp_path / "absent", "--amend", tmp_path / "a.yaml")

    assert status == 2
    assert "neutrophils_min" in err
    assert "extract.yaml" not in err


@pytest.mark.parametrize(
    "arguments", [("evaluat",), ("synth", "x"), ("synth", "x", "--patients", "0", "--seed", "1")]
)
def test_a_wrong_command_line_ends_with_2(run, arguments):
    assert run(*arguments)[0] == 2


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (PostgraftError("[not markup] but yours to mend"), 2, "[not markup] but yours to mend\n"),
        (NotebookFailedError("02.ipynb, cell [3] failed"), 1, "02.ipynb, cell [3] failed\n"),
        (ZeroDivisionError("by zero"), 1, "ZeroDivisionError: by zero (--debug shows where)\n"),
    ],
)
def test_an_error_becomes_one_message_and_a_status(run, monkeypatch, tmp_path, error, status, message):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("postgraft.synthetic.write_cohort", fail)

    assert run("synth", tmp_path, "--patients", 1, "--seed", 1) == (status, "", message)
    assert "Traceback" in run("synth", tmp_path, "--patients", 1, "--seed", 1, "--debug")[2]


def test_tables_are_plain_whole_and_without_markup_when_piped(capsys):
    days = pd.array([12, None], dtype="Int64")
    frame = pd.DataFrame(
        {
            "criterion": ["a", "b"],
            "days": days,
            "reason": ["[x] " + "w " * 200, None],
            "share": [100.0, 17 / 60],
        }
    )

    cli._show(frame)

    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert len(lines) == 4  # header, rule, two rows
    assert lines[2] == ["a", "12", "[x]", *["w"] * 200, "100"]
    assert lines[3] == ["b", "0.2833"]


def test_the_installed_command_is_this_one():
    [command] = importlib.metadata.entry_points(group="console_scripts", name="postgraft")
    assert command.load() is cli.main
