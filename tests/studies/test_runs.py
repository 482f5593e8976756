"""Studies that are run: what stands where, side by side as one after the other, and the same again."""

import json
from pathlib import Path

import pytest
from share import long
from studies.conftest import names
from studies.times import without_times

from postgraft.reports import build_report, project_root

SHOWS = """\
import matplotlib.pyplot as plt
from IPython.display import display
from pathlib import Path
from postgraft.reports import load_inputs
inputs = load_inputs(cohort, "nct05873205", amendments)
figure, axes = plt.subplots()
axes.bar(["patients"], [len(inputs.extract.patients)])
display(figure, metadata={"image/png": {"alt": "One bar."}})
plt.close(figure)
display({"application/vnd.postgraft.numbers+json": {"eligible": seed}, "text/plain": str(seed)}, raw=True)
print(seed, Path.cwd().name, [one.name for one in inputs.amendments])"""

AMENDMENTS = [{"name": "später", "set": {"days_since_transplant_min": 100}}]


@pytest.fixture
def two_by_two(make_notebook, make_study, cohorts):
    """A study of two cohorts and two notebooks, with amendments in line."""
    notebooks = [make_notebook("first", SHOWS).name, make_notebook("second", SHOWS, said={"identifiable": True}).name]
    return make_study(
        title="Two sites",
        cohorts={"north": str(cohorts / "north"), "south": str(cohorts / "south")},
        amendments=AMENDMENTS,
        notebooks=notebooks,
        parameters={"all": {"seed": 2}, "second": {"seed": 3}},
    )


def printed(executed: Path) -> str:
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    outputs = [one for cell in cells for one in cell.get("outputs", []) if one["output_type"] == "stream"]
    return "".join("".join(one["text"]) for one in outputs)


def test_each_cohort_has_its_folder_and_two_jobs_make_what_one_makes(two_by_two, tmp_path, capfd):
    out = tmp_path / "out"

    alone = build_report(two_by_two, progress=False)
    first = without_times(out)
    together = build_report(two_by_two, jobs=2)

    assert names(out) == [
        "00_summary.ipynb",
        "amendments.yaml",
        "index.html",
        "north",
        "provenance.json",
        "south",
        "study.json",
    ]
    for cohort in ("north", "south"):
        assert names(out / cohort) == ["first.html", "first.ipynb", "provenance.json", "second.html", "second.ipynb"]
        assert f"2 {project_root().name} ['später']" in printed(out / cohort / "first.ipynb")
        assert f"3 {project_root().name} ['später']" in printed(out / cohort / "second.ipynb")
    assert [(one.cohort, one.notebook) for one in together.made] == [
        ("north", "first"),
        ("north", "second"),
        ("south", "first"),
        ("south", "second"),
        ("north, south", "00_summary"),
    ]
    assert without_times(out) == first
    assert alone.fingerprint == together.fingerprint
    assert together.changed == []
    index = (out / "index.html").read_text(encoding="utf-8")
    assert "<title>Two sites</title>" in index
    assert 'href="south/second.html"' in index
    assert "../index.html" in (out / "south" / "second.html").read_text(encoding="utf-8")
    shown = capfd.readouterr()
    assert shown.out == ""
    assert "south second" in shown.err

    # What was in the study itself stands beside the reports, and they name it by that place.
    for path in out.glob("*/*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert ".making" not in text
        assert str(out / "amendments.yaml") in text
    records = json.loads((out / "north" / "provenance.json").read_text(encoding="utf-8"))
    assert records["first"]["parameters"]["amendments"] == str(out / "amendments.yaml")
    assert records["first"]["amendments"] == [AMENDMENTS[0] | {"drop": []}]

    # Only their owner reads files that show single patients.
    closed = {path.name for path in out.rglob("*.*") if not path.stat().st_mode & 0o077}
    assert closed == {"second.html", "second.ipynb"}
    assert names(tmp_path) == ["first.ipynb", "out", "second.ipynb", "study.yaml"]


@pytest.mark.parametrize(
    "chosen", [{"notebooks": ["02_eligible_population", "05_accrual_forecast"]}, *long({})], ids=["a share", "all"]
)
def test_the_shipped_notebooks_make_the_same_twice(chosen, cohorts, tmp_path):
    made = []
    for _ in range(2):
        changes = {"output": tmp_path / "out", "disclosure": "internal"} | chosen
        build_report(cohorts / "north", changes, jobs=2, progress=False)
        made.append(without_times(tmp_path / "out"))

    assert len(made[0]) == (8 if chosen else 14)
    assert made[0] == made[1]


def test_a_failure_ends_the_runs_beside_it(make_notebook, make_study, tmp_path):
    begun = tmp_path / "begun"
    slow = f"from pathlib import Path\nPath({str(begun)!r}).touch()\nimport time\ntime.sleep(120)"
    waits = f"from pathlib import Path\nwhile not Path({str(begun)!r}).exists(): pass\n1 / 0"
    notebooks = [make_notebook("slow", slow).name, make_notebook("fails", waits).name]

    with pytest.raises(Exception, match=r"^fails\.ipynb, cell \[3\] `from pathlib import Path` failed: ZeroDiv"):
        build_report(make_study(notebooks=notebooks), jobs=2, progress=False)

    assert names(tmp_path / "out") == ["fails.failed.ipynb"]
    assert names(tmp_path) == ["begun", "fails.ipynb", "out", "slow.ipynb", "study.yaml"]
