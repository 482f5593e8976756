"""From a study to what leaves the house: real reports at level release, and the command that lets them go."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from architecture.project import ROOT
from bs4 import BeautifulSoup
from made_once import made_once
from studies.conftest import contents

from postgraft import cli
from postgraft.release.gate import CHECKLIST
from postgraft.reports import build_report

STEM = "03_criterion_barriers"
PAGE = f"{STEM}.html"
COHORT = ROOT / "cohorts" / "demo"
PATIENT = "SYN000007"
LEAVES = [PAGE, "index.html", "provenance.json"]
FIRST = (
    "demo: no patient is in the register. If a version of it was released before, its identifiers were made anew "
    "since, and nothing keeps the two versions apart.\n"
)

KILLED = """
import os, pathlib, signal, sys
from postgraft import cli
name, *given = sys.argv[1:]
replace = pathlib.Path.replace
def killed(path, target):
    if pathlib.Path(target).name == name:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(path, target)
pathlib.Path.replace = killed
cli.main(given)
"""
"""Runs the command, and dies where a file or folder of this name is to be put in its place."""


def build(cohort, output, **changes):
    given = {"notebooks": [STEM], "output": output, "disclosure": "release", **changes}
    build_report(cohort, given, progress=False)


def without_one(folder):
    """The cohort without its first patient, under the same name, and the report of it."""
    cohort = shutil.copytree(COHORT, folder / "demo")
    for path in cohort.glob("*.csv"):
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows[rows["patient_id"] != "SYN000001"].to_csv(path, index=False)
    build(cohort, folder / "report")


def with_an_own_notebook(folder):
    """A report under a title that names a patient, of a notebook to which somebody added a cell."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{STEM}.ipynb", as_version=4)
    notebook.cells = [*notebook.cells[:4], nbformat.v4.new_code_cell("1 + 1", id="own")]
    nbformat.write(notebook, folder / f"{STEM}.ipynb")
    build(COHORT, folder / "report", notebooks=[str(folder / f"{STEM}.ipynb")], title=f"As seen in {PATIENT}")


@pytest.fixture
def short_summary():
    """None: only the notebook as it comes may leave."""


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A house of the test's own, with the secret by which the reports were made."""
    secret = Path(os.environ["POSTGRAFT_HOUSE"]) / "secret"
    house = tmp_path / "house"
    house.mkdir(mode=0o700)
    shutil.copy(secret, house / "secret")
    monkeypatch.setenv("POSTGRAFT_HOUSE", str(house))
    return house


@pytest.fixture
def report(tmp_path, request):
    """A report of the demo cohort, in a folder of the test."""
    made = made_once("released-report", lambda folder: build(COHORT, folder / "report"))
    request.getfixturevalue("house")
    return shutil.copytree(made / "report", tmp_path / "report")


@pytest.fixture
def release(capsys, tmp_path):
    """Run the command: status, stdout, stderr."""

    def command(report, cohort, to, *more):
        given = ["release", report, "--cohort", cohort, "--to", tmp_path / to, *more]
        with pytest.raises(SystemExit) as end:
            cli.main([str(one) for one in given])
        return end.value.code, *capsys.readouterr()

    return command


SIGNED = ("--signed-by", "A. Reader")


def versions(house):
    path = house / "register.json"
    return json.loads(path.read_text())["versions"] if path.exists() else []


def test_nothing_is_copied_until_somebody_signs_and_then_all_that_leaves(release, report, house, tmp_path):
    files = "".join(f"  {name}\n" for name in LEAVES)
    points = "".join(f"  [ ] {point}\n" for point in CHECKLIST)
    status, out, err = release(report, COHORT, "out")
    assert (status, err) == (1, "Nothing was copied. Whoever has looked at all of it signs with --signed-by NAME.\n")
    assert out == f"{FIRST}\nWould leave:\n{files}\nTo be looked at by a person:\n{points}"
    assert not (tmp_path / "out").exists()

    status, out, err = release(report, COHORT, "out", *SIGNED)
    written = "".join(f"Wrote {tmp_path / 'out' / name}\n" for name in [*LEAVES, "RELEASED.json"])
    assert (status, out, err) == (0, FIRST + written, "")
    copied = contents(tmp_path / "out")
    told = json.loads(copied.pop("RELEASED.json"))
    assert sorted(copied) == LEAVES
    assert told["sha256"] == {name: hashlib.sha256(data).hexdigest() for name, data in copied.items()}
    everything = b"".join(copied.values())
    for kept in (b'ipynb"', str(ROOT).encode(), str(tmp_path).encode(), b"cohorts/demo", b"SYN0"):
        assert kept not in re.sub(rb'"notebook": "0\w+.ipynb"', b"", everything)
    assert len(versions(house)) == 1


def test_a_changed_page(release, report):
    with (report / PAGE).open("a") as page:
        page.write("<p>Exactly 7.</p>")
    assert release(report, COHORT, "out", *SIGNED) == (
        1,
        FIRST,
        f"{report}: not released: 1 error\n  {PAGE}\n    is not as the run wrote it; accepted: the file as the run "
        "wrote it: make the report again\n",
    )


def test_a_house_that_has_become_stricter(release, report, house):
    (house / "house.yaml").write_text("threshold: 15\n")
    each = "".join(
        f"  {name}.ipynb\n    record\n      threshold: found 10; accepted: 15 or more: the house's rule has 15, and a "
        "study may be stricter, never weaker.\n"
        for name in ("00_summary", STEM)
    )
    assert release(report, COHORT, "out", *SIGNED) == (1, FIRST, f"{report}: not released: 2 errors\n{each}")


def test_an_own_notebook_under_a_title_with_an_identifier(release, request):
    report = made_once("own-notebook-report", with_an_own_notebook) / "report"
    request.getfixturevalue("house")
    status, _, err = release(report, COHORT, "out", *SIGNED)
    assert status == 1
    assert err.startswith(
        f"{report}: not released: 2 errors\n"
        f"  {STEM}.ipynb\n    is not as it comes with postgraft: nobody but its author knows what it prints, and no "
        "check can recognize an exact count; accepted: 00_summary, 02_eligible_population, "
        "03_criterion_barriers, 04_amendment_whatif, unchanged; other pages stay in the house\n"
        "  index.html\n    line "
    )
    assert err.endswith(
        "\n      the identifier of a patient; accepted: none: take it out of the study's title, names, labels and "
        "amendments, and make the report again\n"
    )
    assert PATIENT not in err


def test_a_version_one_patient_apart(release, report, house, tmp_path):
    assert release(report, COHORT, "out", *SIGNED)[0] == 0
    [first] = versions(house)
    newer = made_once("report-without-one", without_one)

    status, out, err = release(newer / "report", newer / "demo", "next", *SIGNED)
    assert (status, out) == (1, "")
    assert err == (
        f"demo: tables differ by 1 patient from the version released on {first['released']}; accepted is by none, or "
        "by 11 or more, as what differs reveals these patients. 10 more must change; or somebody answers for it with "
        "--override REASON.\n"
    )
    assert not (tmp_path / "next").exists()

    reason = ("--override", "Consent was withdrawn")
    assert release(newer / "report", newer / "demo", "next", *reason) == (
        2,
        "",
        "--override: nobody signs; accepted is a reason together with --signed-by NAME\n",
    )
    assert release(newer / "report", newer / "demo", "next", *SIGNED, *reason)[0] == 0
    assert json.loads((tmp_path / "next" / "RELEASED.json").read_text())["override"] == reason[1]
    assert [one["override"] for one in versions(house)] == [None, reason[1]]


@pytest.mark.parametrize(("at", "known"), [("register.json", 0), ("out", 1)])
def test_a_kill_leaves_no_copy_that_the_register_does_not_know(release, report, house, tmp_path, at, known):
    given = ["release", report, "--cohort", COHORT, "--to", tmp_path / "out", *SIGNED]
    done = subprocess.run([sys.executable, "-c", KILLED, at, *map(str, given)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    assert len(versions(house)) == known

    assert release(report, COHORT, "out", *SIGNED)[0] == 0
    assert len(versions(house)) == known + 1
    assert [path.name for path in tmp_path.glob("*out*")] == ["out"]
    assert sorted(path.name for path in house.iterdir()) == ["register.json", "register.lock", "secret"]


@pytest.mark.long
def test_the_example(release, tmp_path):
    made = build_report(ROOT / "studies" / "release.yaml", {"output": tmp_path / "report"}, progress=False)

    assert release(made.output, COHORT, "out", *SIGNED)[0] == 0
    pages = ["02_eligible_population.html", PAGE, "04_amendment_whatif.html"]
    assert sorted(contents(tmp_path / "out")) == sorted([*pages, "index.html", "provenance.json", "RELEASED.json"])
    index = BeautifulSoup((tmp_path / "out" / "index.html").read_text(), "html.parser")
    assert [link["href"] for link in index.select("main a[href]")] == pages
