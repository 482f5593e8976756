"""The command's outer behaviour: exit status, where messages go, and tables that survive a pipe."""

import importlib.metadata
import os
import re
import runpy
import shutil

import pandas as pd
import pytest
import typer

from postgraft import cli
from postgraft.cli.shared import show_table, show_texts
from postgraft.extract import read_extract
from postgraft.reports import NotebookFailedError
from postgraft.synthetic import write_cohort
from postgraft.synthetic.cohort import MOST_ENRICHED
from postgraft.vocabulary.errors import PostgraftError

COMMANDS = typer.main.get_command(cli.app).commands


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write_cohort(tmp_path_factory.mktemp("cohorts") / "made-up", patients=40, seed=1)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_teaches_each_command_with_an_example_of_it(run, name):
    status, out, _ = run(name, "--help")

    assert status == 0
    assert f"Example: postgraft {name} " in out


@pytest.mark.parametrize("name", COMMANDS["import"].commands)
def test_help_teaches_each_import_with_an_example_of_it(run, name):
    status, out, _ = run("import", name, "--help")

    assert status == 0
    assert f"Example: postgraft import {name}" in out


def test_the_largest_enrichment_is_that_of_the_generator(run):
    status, _, err = run("synth", "x", "--patients", "1", "--seed", "1", "--enrich", "inf")
    assert status == 2
    assert f"less than or equal to {MOST_ENRICHED}" in " ".join(err.replace("│", " ").split())


def test_synth_then_check(run, tmp_path):
    status, out, _ = run("synth", tmp_path / "c", "--patients", 30, "--seed", 2, "--format", "parquet")
    assert (status, out) == (0, f"Wrote {tmp_path / 'c'}\n")
    assert list((tmp_path / "c").glob("patients/*.parquet"))

    status, out, err = run("check", tmp_path / "c")
    assert (status, err) == (0, "")
    assert "no errors. Fingerprint " in out
    assert "immune_cytopenia" in out


def test_the_public_cohort_is_written(run, tmp_path):
    assert run("import", "kmsurv", "--out", tmp_path / "bmt") == (0, f"Wrote {tmp_path / 'bmt'}\n", "")
    assert len(read_extract(tmp_path / "bmt").patients) == 137


def test_evaluate_prints_a_summary_a_protocol_and_writes_a_row_a_patient(run, cohort, tmp_path):
    (tmp_path / "a.yaml").write_text("- {name: earlier, set: {days_since_transplant_min: 30, eligible_days_min: 1}}\n")

    status, out, err = run("evaluate", cohort, "--amend", tmp_path / "a.yaml", "--out", tmp_path / "o.csv")

    assert (status, err) == (0, "")
    written = pd.read_csv(tmp_path / "o.csv")
    names = list(written["protocol"].unique())
    assert names[1:] == ["earlier"]
    answers = dict(line.split(": ", 1) for line in out.splitlines() if " eligible or not ruled out (" in line)
    assert list(answers) == names
    assert all(
        re.match(rf"\d+ of 40 patients eligible on {days} \(\d+ %; 95 % CI ", answer)
        for answer, days in zip(answers.values(), ("7 consecutive days", "1 consecutive day"), strict=True)
    )
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


def test_a_bad_amendment_and_a_missing_extract_are_told_together(run, tmp_path):
    (tmp_path / "a.yaml").write_text("- {name: typo, set: {neutrophil_min: 1}}\n")

    status, out, err = run("report", tmp_path / "absent", "--amend", tmp_path / "a.yaml")

    assert (status, out) == (2, "")
    assert "neutrophils_min" in err
    assert "extract.yaml" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluat",),
        ("synth", "x"),
        ("synth", "x", "--patients", "0", "--seed", "1"),
        ("synth", "x", "--patients", "1", "--seed", "1", "--enrich", "inf"),
        ("synth", "x", "--patients", "1", "--seed", "1", "--enrich", "1e300"),
    ],
)
def test_a_wrong_command_line_ends_with_2(run, arguments):
    assert run(*arguments)[0] == 2


@pytest.mark.parametrize("command", ["synth", "import", "report"])
@pytest.mark.parametrize("where", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_ends_with_2_before_anything_is_done(
    run, cohort, tmp_path, monkeypatch, command, where
):
    monkeypatch.setattr("postgraft.reports.checked_study", lambda *_, **__: pytest.fail("it ran"), raising=False)
    (tmp_path / "file").write_text("mine")
    more = {
        "synth": (tmp_path / where, "--patients", 1, "--seed", 1),
        "import": ("kmsurv", "--out", tmp_path / where),
        "report": (cohort, "--output", tmp_path / where),
    }[command]

    status, out, err = run(command, *more)

    assert (status, out) == (2, "")
    assert f"{tmp_path / 'file'} is a file; accepted is a folder" in err
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("out", ["absent/o.csv", "o.xlsx", "."])
def test_a_csv_that_cannot_be_written_ends_with_2_before_anything_is_done(run, cohort, tmp_path, out):
    status, shown, err = run("evaluate", cohort, "--out", tmp_path / out)

    assert (status, shown) == (2, "")
    assert str(tmp_path) in err


def test_a_folder_that_may_not_be_written_to_is_told(run, tmp_path, monkeypatch):
    access = os.access  # says yes to root
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK and access(path, mode))

    assert run("synth", tmp_path, "--patients", 1, "--seed", 1) == (2, "", f"{tmp_path}: may not be written to\n")


def test_an_extract_is_never_overwritten(run, cohort):
    before = (cohort / "patients.csv").read_bytes()

    for command in (("synth", cohort, "--patients", 1, "--seed", 1), ("import", "kmsurv", "--out", cohort)):
        status, _, err = run(*command)
        assert status == 2
        assert "extract" in err
    assert (cohort / "patients.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--day", -1), "day -1 is not observed; observed are days 0 to"),
        (("--day", 99999), "day 99999 is not observed"),
        (("--day", 10, "--transplant", 9), "has no transplant 9"),
        (("--day", "ten"), "--day"),
        ((), "--day"),
    ],
)
def test_a_question_without_an_answer_ends_with_2(run, cohort, more, message):
    patient = pd.read_csv(cohort / "patients.csv")["patient_id"][0]

    status, out, err = run("explain", cohort, patient, *more)

    assert (status, out) == (2, "")
    assert message in err


def test_strict_takes_warnings_for_errors(run, cohort):
    status, out, err = run("check", cohort, "--strict")

    assert (status, out) == (2, "")
    assert "platelets without a unit, read as 10*9/L" in err


def test_check_says_what_each_declaration_changes(run, cohort):
    status, out, _ = run("check", cohort)

    assert status == 0
    assert "What each declaration of completeness changes, counted without it:" in out
    assert "asked for by: remission, no_relapse" in out


def test_every_finding_of_a_broken_extract_is_told_by_file_and_column(run, cohort, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(cohort, broken)
    measured = pd.read_csv(broken / "measurements.csv", dtype=str)
    measured.loc[0, "analyte"], measured.loc[1, "date"] = "neutrofils", "30.2.2020"
    measured.to_csv(broken / "measurements.csv", index=False)
    (broken / "transfusions.csv").write_text("patient_id,date\n")

    status, out, err = run("check", broken)

    assert (status, out) == (2, "")
    told = [line.strip() for line in err.splitlines()]
    assert told[0].endswith("4 errors")
    assert told.index("measurements.csv") < min(told.index("analyte"), told.index("date"))
    assert max(told.index("analyte"), told.index("date")) < told.index("transfusions.csv")
    assert told.index("transfusions.csv") < told.index("product")
    assert "1 row: 2" in err
    assert "1 row: 3" in err
    assert "transfusions is declared complete but has no row" in err


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
    shown = run("synth", tmp_path, "--patients", 1, "--seed", 1, "--debug")[2]
    assert shown.endswith(message)
    assert ("Traceback" in shown) == (not isinstance(error, PostgraftError))


def test_tables_are_plain_whole_and_without_markup_when_piped(capsys):
    days = pd.array([12, None], dtype="Int64")
    frame = pd.DataFrame(
        {"criterion": ["a", "b"], "days": days, "reason": ["[x] " + "w " * 200, None], "share": [100.0, 17 / 60]}
    )

    show_table(frame)

    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines[2] == ["a", "12", "[x]", *["w"] * 28, "100"]  # 60 columns of it
    assert [word for line in lines[2:-1] for word in line].count("w") == 200
    assert lines[-1] == ["b", "0.2833"]


def test_the_last_column_of_a_piped_table_is_whole_and_makes_no_line_longer(capsys):
    show_table(pd.DataFrame({"amendment": ["a", "b"], "changes": ["", "w " * 200]}))

    lines = capsys.readouterr().out.splitlines()
    assert lines[1:4] == [" amendment   changes", " ───────────────────", " a"]
    assert lines[4] == " b           " + "w " * 199 + "w"


TEXTS = pd.DataFrame(
    {
        "criterion": ["a", "long_name"],
        "verdict": ["PASS", "UNKNOWN"],
        "reason": ["[x] " + "word " * 40 + "\nNext.", "None."],
        "results_used": ["", "7 rows"],
    }
)


def test_texts_are_wrapped_beside_the_names_when_piped(capsys):
    show_texts(TEXTS, ("", "Used: "))

    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 100 and line == line.rstrip() for line in lines)
    assert lines[0].startswith("a          PASS     [x] word word")
    indent = " " * 20
    assert lines[1].startswith(indent + "word")
    assert lines[-3:] == [indent + "Next.", "long_name  UNKNOWN  None.", indent + "Used: 7 rows"]


@pytest.mark.parametrize(("columns", "longest"), [(80, 80), (300, 120), (30, 60)])
def test_texts_fit_the_terminal_but_stay_readable(capsys, monkeypatch, columns, longest):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes it for a terminal

    show_texts(TEXTS, ("", "Used: "))

    assert longest - 8 < max(map(len, capsys.readouterr().out.splitlines())) <= longest


def test_debug_is_in_the_list_of_options(run):
    status, out, _ = run("--help")
    assert status == 0
    assert "--debug" in out
    assert "Show the traceback of an unexpected failure" in out
    assert "Which already transplanted patients could have joined" in out


def test_python_runs_it_as_a_module(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["postgraft", "--help"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("postgraft", run_name="__main__")
    assert end.value.code == 0
    assert capsys.readouterr().out.lstrip().startswith("Usage: postgraft ")


def test_the_installed_command_is_this_one():
    [command] = importlib.metadata.entry_points(group="console_scripts", name="postgraft")
    assert command.load() is cli.main
