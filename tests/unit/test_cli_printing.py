"""What the command prints of names in users' files, and who may read what it writes."""

import csv
import os
import stat

import pandas as pd
import pytest

from postgraft.cli.shared import busy, say, show_table, show_texts, tell
from postgraft.extract import write_extract
from postgraft.inference.chart_review import read_review, review_sample

HOSTILE = "\x1b[31mred\x1b[0m \u202egnp.exe [bold]b[/] [/] \x07\udcff"
OF_A_FRAME = HOSTILE.replace("\udcff", "")
SHOWN = "[31mred[0m gnp.exe [bold]b[/] [/]"
NAMES = ["=cmd|' /C calc'!A0", "@x", "+1+1", "-2"]


def test_markup_and_control_characters_are_no_commands(capsys):
    say(f"{HOSTILE}\nsecond line")
    tell(HOSTILE)
    said = capsys.readouterr()
    assert said.out == f"{SHOWN} \nsecond line\n"
    assert said.err == f"{SHOWN} \n"


def test_a_cell_is_one_line_of_a_table(capsys):
    show_table(pd.DataFrame({f"a\n{OF_A_FRAME}": ["b\nc" + OF_A_FRAME]}))
    out = capsys.readouterr().out
    assert f"a {SHOWN}" in out
    assert f"b c{SHOWN}" in out
    assert len(out.splitlines()) == 5  # a blank line above and below, and a rule


def test_texts_and_signs_of_life(capsys):
    show_texts(pd.DataFrame([[OF_A_FRAME, "FAIL", OF_A_FRAME]]), ("",))
    with busy(HOSTILE):
        pass
    assert "\x1b" not in capsys.readouterr().out


@pytest.fixture
def cohort(tmp_path):
    """Four patients whose identifiers are formulas."""
    tables = {
        "patients": pd.DataFrame(
            {"patient_id": NAMES, "sex": "male", "age_at_transplant": 50, "last_contact_day": 365}
        ),
        "transplants": pd.DataFrame({"patient_id": NAMES, "transplant_day": 0, "type": "allogeneic"}),
    }
    write_extract(tmp_path / "cohort", {"format": 1, "name": "=Names", "time": "days"}, tables)
    (tmp_path / "a.yaml").write_text("- {name: '=1+1', drop: [remission]}\n")
    return tmp_path / "cohort"


def _mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_row_a_patient_is_for_its_owner_and_holds_no_formula(run, cohort, tmp_path):
    earlier = os.umask(0o022)
    try:
        (tmp_path / "o.csv").write_text("earlier")
        words = ("evaluate", cohort, "--amend", tmp_path / "a.yaml", "--out", tmp_path / "o.csv", "--force")
        assert run(*words)[0] == 0
        assert run("whatif", cohort, tmp_path / "a.yaml", "--out", tmp_path / "w.csv")[0] == 0
    finally:
        os.umask(earlier)
    assert (_mode(tmp_path / "o.csv"), _mode(tmp_path / "w.csv")) == (0o600, 0o644)
    with (tmp_path / "o.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["patient_id"] for row in rows} == {"'=cmd|' /C calc'!A0", "'@x", "'+1+1", "-2"}
    assert {row["protocol"] for row in rows} == {"base", "'=1+1"}
    text = (tmp_path / "o.csv").read_text() + (tmp_path / "w.csv").read_text()
    assert not [cell for row in csv.reader(text.splitlines()) for cell in row if cell[:1] in tuple("=+@\t\r")]


def test_a_sample_is_for_its_owner_and_reads_back_as_it_was(run, cohort, tmp_path):
    out = tmp_path / "sample.csv"
    assert run("review-sample", cohort, "--out", out, "--total", 4, "--seed", 1)[0] == 0
    assert [_mode(path) for path in (out, out.with_name("sample.strata.csv"))] == [0o600, 0o600]
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["patient_id"] for row in rows) == sorted(["'=cmd|' /C calc'!A0", "'@x", "'+1+1", "-2"])

    import postgraft as pg

    frame = pd.DataFrame(rows).assign(adjudicated="not eligible", comment="'=a")
    frame.to_csv(out, index=False)
    outcome = pg.evaluate(pg.read_extract(cohort), pg.load_protocol())
    read = read_review(out, outcome)
    assert sorted(read["patient_id"]) == sorted(NAMES)
    assert set(read["comment"]) == {"=a"}
    assert sorted(review_sample(outcome, 4, 1)["patient_id"]) == sorted(NAMES)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "cannot be read as CSV in UTF-8"),
        (b"patient_id,adjudicated\n" + b"x" * 200_000, "cannot be read as CSV in UTF-8"),
        (
            b"patient_id,stratum,adjudicated\n@x,certain," + b"y" * 90,
            "1 thing(s) to mend\n  line 2, adjudicated: found a text of 90 characters; accepted are eligible, "
            "not eligible, or empty",
        ),
    ],
)
def test_a_review_that_is_none_prints_no_line_of_itself(run, cohort, tmp_path, content, message):
    (tmp_path / "r.csv").write_bytes(content.replace(b"certain", b"possible"))
    status, _, error = run("estimate", cohort, "--review", tmp_path / "r.csv")
    assert (status, error) == (2, f"{tmp_path / 'r.csv'}: {message}\n")
