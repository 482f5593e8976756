"""Where commands may write: nothing of anybody's is overwritten, however its path is spelled."""

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from studies.conftest import contents

from postgraft.synthetic import write_cohort

pytestmark = pytest.mark.slow

CSV = {
    "evaluate": ("evaluate", "COHORT", "--out", "OUT"),
    "whatif": ("whatif", "COHORT", "a.yaml", "--out", "OUT"),
    "forecast": ("forecast", "COHORT", "--out", "OUT"),
    "review-sample": ("review-sample", "COHORT", "--total", "40", "--seed", "1", "--out", "OUT"),
}
NEW_FOLDER = {
    "synth": ("synth", "OUT", "--patients", "1", "--seed", "1"),
    "import kmsurv": ("import", "kmsurv", "--out", "OUT"),
    "release --to": ("release", "absent", "--cohort", "COHORT", "--to", "OUT"),
}
FOLDER = {**NEW_FOLDER, "report --output": ("report", "COHORT", "--output", "OUT")}
FILLED = "patient_id,transplant,adjudicated,comment\nSYN000001,1,eligible,\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return write_cohort(tmp_path_factory.mktemp("cohorts") / "made-up", patients=60, seed=1, enrich=10)


@pytest.fixture
def cohort(made, tmp_path, monkeypatch):
    """A copy with Parquet parts beside its tables, in the folder a test works in."""
    copy = shutil.copytree(made, tmp_path / "cohort")
    (tmp_path / "a.yaml").write_text("- {name: earlier, set: {days_since_transplant_min: 30}}\n")
    (copy / "biopsies").mkdir()
    (copy / "biopsies" / "part-0.parquet").write_text("")
    monkeypatch.chdir(tmp_path)
    return copy


@pytest.fixture
def refused(run, cohort, tmp_path):
    """Run a command that must end with 2, say nothing on stdout and change no file; returns its message."""

    def command(words, out, *more):
        before = contents(tmp_path)
        given = [{"COHORT": "cohort", "OUT": out}.get(word, word) for word in words]
        status, shown, err = run(*given, *more)
        assert (status, shown) == (2, "")
        assert contents(tmp_path) == before
        return err.strip()

    return command


@pytest.mark.parametrize("name", [*CSV, *FOLDER])
@pytest.mark.parametrize("out", ["cohort/x.csv", "cohort/truth/x.csv", "cohort/new/deep.csv", "cohort/biopsies/x.csv"])
def test_no_command_writes_into_an_extract(refused, cohort, name, out):
    assert refused({**CSV, **FOLDER}[name], out) == (
        f"{out}: belongs to the extract {cohort}, where no results are written; accepted is a place outside every "
        "folder that holds an extract.yaml"
    )


SPELLINGS = [
    "cohort/patients.csv",
    "./cohort//patients.csv",
    "cohort/truth/../patients.csv",
    "linked/patients.csv",
    "link.csv",
]


@pytest.mark.parametrize("force", [(), ("--force",)], ids=["", "force"])
@pytest.mark.parametrize("out", [*SPELLINGS, "absolute", "dangling.csv"])
def test_a_table_is_not_destroyed_however_it_is_spelled(refused, cohort, tmp_path, out, force):
    (tmp_path / "linked").symlink_to(cohort)
    (tmp_path / "link.csv").symlink_to("cohort/patients.csv")
    (tmp_path / "dangling.csv").symlink_to("cohort/later.csv")

    out = str(cohort / "patients.csv") if out == "absolute" else out
    assert refused(CSV["evaluate"], out, *force).startswith(f"{Path(out)}: belongs to the extract {cohort}, where")


def test_from_within_the_cohort_too(refused, cohort, monkeypatch):
    monkeypatch.chdir(cohort)
    told = refused(("evaluate", ".", "--out", "OUT"), "patients.csv", "--force")
    assert told.startswith(f"patients.csv: belongs to the extract {cohort}, where no results are written")


@pytest.mark.parametrize("out", ["raw/patients.csv", "parts/x.csv"])
def test_what_a_link_of_the_extract_leads_to_belongs_to_it(refused, cohort, tmp_path, out):
    (tmp_path / "raw").mkdir()
    (cohort / "patients.csv").rename(tmp_path / "raw" / "patients.csv")
    (cohort / "patients.csv").symlink_to("../raw/patients.csv")
    (cohort / "biopsies").rename(tmp_path / "parts")
    (cohort / "biopsies").symlink_to("../parts")

    assert refused(CSV["evaluate"], out, "--force").startswith(f"{out}: belongs to the extract cohort, where")


@pytest.mark.parametrize("name", CSV)
def test_a_file_that_is_there_is_replaced_only_with_force(run, refused, tmp_path, name):
    (tmp_path / "o.csv").write_text("mine")

    told = refused(CSV[name], "o.csv")
    assert told == "o.csv: is there already; accepted is a new name, or --force to replace it"
    given = [{"COHORT": "cohort", "OUT": "o.csv"}.get(word, word) for word in CSV[name]]
    assert run(*given, "--force")[0] == 0
    assert len(pd.read_csv(tmp_path / "o.csv")) > 1


def test_the_second_file_of_a_sample_is_not_replaced_either(refused, tmp_path):
    (tmp_path / "o.strata.csv").write_text("mine")

    told = refused(CSV["review-sample"], "o.csv")
    assert told == "o.strata.csv: is there already; accepted is a new name, or --force to replace it"


@pytest.mark.parametrize(
    "content",
    [
        FILLED.encode(),
        b"patient_id,adjudicated,comment\nSYN000001,,unclear: asked the ward\n",
        "patient_id;Adjudicated ;comment\r\nJörg;not eligible;\r\n".encode("latin-1"),
        FILLED.replace(",", "\t").encode("utf-16"),
        FILLED.replace("\n", "\r\n").encode("utf-8-sig"),
        b'patient_id,stratum,transplant,day,adjudicated,comment\n"A",certain,1,60,ELIGIBLE,\n',
        b"patient_id|adjudicated\nSYN000001|eligible\n",
    ],
    ids=["as drawn", "a comment only", "semicolons", "tabs in UTF-16", "BOM", "one file", "no known delimiter"],
)
@pytest.mark.parametrize("name", CSV)
def test_a_review_that_is_filled_in_is_never_replaced(refused, tmp_path, name, content):
    (tmp_path / "charts.csv").write_bytes(content)

    assert refused(CSV[name], "charts.csv", "--force") == (
        "charts.csv: is a chart review that somebody has filled in, which is never replaced, not even with --force; "
        "accepted is another name"
    )


def test_a_review_that_is_still_empty_is_replaced_with_force(run, cohort, tmp_path):
    words = [{"COHORT": "cohort", "OUT": "charts.csv"}.get(word, word) for word in CSV["review-sample"]]
    assert run(*words)[0] == 0
    assert run(*words)[0] == 2
    assert run(*words, "--force")[0] == 0
    (tmp_path / "charts.csv").unlink()
    (tmp_path / "charts.csv").write_text(FILLED)
    assert run(*words, "--force")[0] == 2
    assert (tmp_path / "charts.csv").read_text() == FILLED


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("o.xlsx", "accepted is the name of a file that ends in .csv"),
        ("-", "accepted is the name of a file that ends in .csv"),
        ("/dev/stdout", "accepted is the name of a file that ends in .csv"),
        (".", "accepted is the name of a file that ends in .csv"),
        ("folder.csv", "accepted is the name of a file that ends in .csv"),
        ("pipe.csv", "accepted is the name of a file that ends in .csv"),
        ("text.csv", "leads to {tmp}/text.txt; accepted is the name of a file that ends in .csv"),
        ("absent/o.csv", "there is no folder {tmp}/absent; accepted is a file in a folder that is there"),
        ("text.txt/o.csv", "{tmp}/text.txt is a file; accepted is a file in a folder that is there"),
        ("round.csv", "is a link that leads round in a circle; accepted is a path that ends somewhere"),
    ],
)
@pytest.mark.parametrize("force", [(), ("--force",)], ids=["", "force"])
def test_a_csv_that_cannot_be_written_is_told_before_anything_is_done(refused, tmp_path, out, message, force):
    (tmp_path / "text.txt").write_text("mine")
    (tmp_path / "text.csv").symlink_to("text.txt")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "round.csv").symlink_to("round.csv")
    os.mkfifo(tmp_path / "pipe.csv")

    for words in CSV.values():
        assert refused(words, out, *force) == f"{out}: {message.replace('{tmp}', str(tmp_path))}"


def test_a_link_and_other_names_of_a_file_stay_what_they_are(run, cohort, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "o.csv").write_text("earlier")
    (tmp_path / "o.csv").symlink_to("real/o.csv")
    (tmp_path / "kept.csv").hardlink_to(tmp_path / "real" / "o.csv")

    assert run("evaluate", "cohort", "--out", "o.csv", "--force")[0] == 0

    assert (tmp_path / "o.csv").is_symlink()
    assert len(pd.read_csv(tmp_path / "real" / "o.csv")) == 60
    assert (tmp_path / "kept.csv").read_text() == "earlier"
    assert list((tmp_path / "real").iterdir()) == [tmp_path / "real" / "o.csv"]


@pytest.mark.parametrize("name", NEW_FOLDER)
def test_what_makes_a_folder_takes_a_new_or_empty_one(refused, tmp_path, name):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "README.md").write_text("mine")

    (tmp_path / "link").symlink_to("project")
    (tmp_path / "nowhere").symlink_to("absent")

    for out, found in (("project", "is not empty"), ("link", "is not empty"), ("nowhere", "is a link to nothing")):
        assert refused(NEW_FOLDER[name], out) == f"{out}: {found}; accepted is a new or empty folder"


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("evaluate", "cohort", "--amend", "a.yaml", "--amend=b.yaml"), "--amend"),
        (("evaluate", "cohort", "--out", "a.csv", "--out", "b.csv"), "--out"),
        (("synth", "new", "--patients", "1", "--seed", "1", "--seed", "2"), "--seed"),
        (("report", "cohort", "--jobs", "1", "--jobs", "2"), "--jobs"),
    ],
)
def test_an_option_of_one_value_is_given_once(run, cohort, tmp_path, words, option):
    before = contents(tmp_path)
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert f"{option} is given 2 times; accepted is once." in err
    assert contents(tmp_path) == before


def test_what_may_be_given_several_times_and_a_flag_stay_so(run, cohort):
    status, _, err = run("release", "absent", "--cohort", "cohort", "--cohort", "cohort", "--to", "new")
    assert (status, "times" in err) == (2, False)
    assert run("check", "cohort", "--strict", "--strict")[0] == 2  # for its warnings
    assert "times" not in run("check", "cohort", "--strict", "--strict")[2]


@pytest.mark.skipif(not Path("/proc").exists(), reason="Linux has a folder that takes no file")
@pytest.mark.parametrize("name", CSV)
def test_a_file_that_cannot_be_created_is_told_before_anything_is_done(refused, name):
    assert refused(CSV[name], "/proc/o.csv").startswith("/proc/o.csv: may not be written to (")
