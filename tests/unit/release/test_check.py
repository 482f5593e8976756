"""What speaks against a report: all of it at once, by file and place, with no identifier and no day of a patient."""

import json

import nbformat
import pytest
from architecture.project import ROOT
from unit.release import made

from postgraft.disclosure.house import house
from postgraft.release.check import check_release
from postgraft.release.report import read_report
from postgraft.release.shipped import shipped_notebooks, source_hash
from postgraft.reports.project import ReportError

PAGE = f"{made.STEM}.html"
NOTEBOOK = f"{made.STEM}.ipynb"


@pytest.fixture
def problems(tmp_path, cohort):
    """What is found in a report that ``write_report`` makes of the given parts."""

    def found(about, **parts):
        folder = made.write_report(tmp_path / "other", about, **parts)
        return told(folder, cohort)

    return found


def told(folder, *cohorts):
    """The findings as text, without the first line, which counts them."""
    text = check_release(folder, cohorts, house()).problems()
    return text.partition("\n")[2]


def test_a_report_as_the_run_left_it_passes(report, cohort):
    assert told(report, cohort) == ""


def test_what_leaves_has_no_notebook_no_path_and_no_link_to_what_stays(report, cohort):
    leaving = check_release(report, [cohort], house()).leaving
    assert list(leaving) == [PAGE, "index.html", "provenance.json"]
    index = f'<title>Of all</title>\n<a href="{PAGE}">page</a> <a>x</a>\n'
    assert leaving["index.html"].decode() == index
    [kept] = json.loads(leaving["provenance.json"]).values()
    assert kept.keys() == made.record(cohort).keys() - {"parameters", "plan"}


def test_everything_is_told_at_once(tmp_path, report, about, cohort):
    (report / PAGE).write_text("<p>26 of 40 patients</p>\n")
    (report / "index.html").unlink()
    (report / "notes.txt").write_text("mine")
    (report / "02_eligible_population.failed.ipynb").write_text("{}")
    (report / "deeper").mkdir()
    (report / "deeper" / "own.html").write_text(f"<p>of {made.IDS[1]}, born on {made.BIRTH}</p>")

    text = check_release(report, [cohort], house()).problems()

    assert (
        text
        == f"""\
{report}: not released: 8 errors
  02_eligible_population.failed.ipynb
    is of a run that failed; accepted: a run that did not: make the report again
  {PAGE}
    is not as the run wrote it; accepted: the file as the run wrote it: make the report again
  deeper/own.html
    was not written by the run; accepted: none: move it out of the report's folder
    has no record of where it comes from; accepted: the file as the run wrote it: make the report again
    line 1
      the identifier of a patient; accepted: none: take it out of the study's title, names, labels and amendments, \
and make the report again
      the day of a patient's birth; accepted: none: say in which year or how many days after transplant it was, and \
make the report again
  index.html
    is missing; accepted: the file as the run wrote it: make the report again
  notes.txt
    was not written by the run; accepted: none: move it out of the report's folder"""
    )


def test_no_report(tmp_path):
    with pytest.raises(ReportError) as refused:
        read_report(tmp_path)
    assert str(refused.value) == (
        f"{tmp_path}: is no report; accepted is a folder that postgraft report wrote, with its study.json"
    )


@pytest.mark.parametrize(
    ("disclosure", "found"),
    [
        ({"level": "internal"}, "level internal; accepted: release: make the report again with --disclosure release"),
        ({}, "level None; accepted: release: make the report again with --disclosure release"),
        (
            made.RULE | {"threshold": 9},
            "threshold: found 9; accepted: 10 or more: the house's rule has 10, and a study may be stricter, never "
            "weaker.",
        ),
        (
            made.RULE | {"rounding": 3},
            "rounding: found 3; accepted: 5 or more: the house's rule has 5, and a study may be stricter, never "
            "weaker.",
        ),
        ({"level": "release"}, "threshold: found None; accepted: a whole number from 3 to 1,000."),
    ],
)
def test_the_level_and_the_rule(problems, about, disclosure, found):
    assert problems(about | {"disclosure": disclosure}) == f"  {NOTEBOOK}\n    record\n      {found}"


def test_a_stricter_rule_passes(problems, about):
    assert problems(about | {"disclosure": made.RULE | {"threshold": 20, "rounding": 10}}) == ""


def test_the_rule_is_the_houses(problems, about, house_folder):
    (house_folder / "house.yaml").write_text("threshold: 15\n")
    assert problems(about) == (
        f"  {NOTEBOOK}\n    record\n      threshold: found 10; accepted: 15 or more: the house's rule has 15, and a "
        "study may be stricter, never weaker."
    )


def test_another_extract_or_another_houses_secret(tmp_path, report, cohort, monkeypatch):
    other = made.write_cohort(tmp_path / "newer", made.IDS[:-2])
    message = (
        f"  {NOTEBOOK}\n    record\n      is not about the extract named with --cohort; accepted: the folder of the "
        "extract as it was when the report was made, and the secret of then; else make the report again"
    )
    assert told(report, other) == message
    assert told(report, other, cohort) == ""
    monkeypatch.setenv("POSTGRAFT_HOUSE", str(tmp_path / "another"))
    assert told(report, cohort) == message


def test_another_version_of_postgraft(problems, about, monkeypatch):
    here = about["packages"]["postgraft"]
    assert problems(about | {"packages": {"postgraft": "0.0.1"}}) == (
        f"  {NOTEBOOK}\n    record\n      made by postgraft 0.0.1; accepted: {here}, the one that checks: make the "
        "report again"
    )


@pytest.mark.parametrize("content", ["{", "[]", '{"03_criterion_barriers": 1}'])
def test_a_broken_record(report, cohort, content):
    (report / "provenance.json").write_text(content)
    changed = "is not as the run wrote it; accepted: the file as the run wrote it: make the report again"
    assert told(report, cohort) == (
        f"  {PAGE}\n    has no record of where it comes from; accepted: the file as the run wrote it: make the report "
        "again\n"
        f"  provenance.json\n    {changed}\n"
        "  report\n    has no record of a notebook; accepted: the file as the run wrote it: make the report again"
    )


def test_a_page_that_was_changed_together_with_the_manifest(report, cohort):
    (report / PAGE).write_text("other")
    manifest = json.loads((report / "study.json").read_text())
    manifest["files"][PAGE] = made.sha256(b"other")
    (report / "study.json").write_text(json.dumps(manifest))
    assert told(report, cohort).startswith(f"  {PAGE}\n    is not as the run wrote it")


OWN = "nobody but its author knows what it prints, and no check can recognize an exact count"
ACCEPTED = (
    "accepted: 00_summary, 02_eligible_population, 03_criterion_barriers, 04_amendment_whatif, unchanged; other pages "
    "stay in the house"
)


def changed(cell):
    notebook = made.executed()
    notebook.cells[cell].source += " "
    return notebook


def shipped(name):
    return made.executed(ROOT / "notebooks" / f"{name}.ipynb")


@pytest.mark.parametrize(
    ("stem", "notebook", "found"),
    [
        (made.STEM, changed(0), f"is not as it comes with postgraft: {OWN}"),
        (made.STEM, changed(1), f"is not as it comes with postgraft: {OWN}"),
        ("ours", changed(3), f"does not come with postgraft: {OWN}"),
        ("06_patient_review", shipped("06_patient_review"), "is 06_patient_review, which shows single patients"),
        (made.STEM, shipped("06_patient_review"), "is 06_patient_review, which shows single patients"),
        (
            "ours",
            shipped("07_whatif_explorer"),
            "is 07_whatif_explorer, which shows single patients and any count that is asked for, and has no page",
        ),
        (
            "01_extract_quality",
            shipped("01_extract_quality"),
            "is 01_extract_quality, which has no level release: it shows data and estimates that no count stands for",
        ),
    ],
)
def test_which_notebooks_may_leave(problems, cohort, stem, notebook, found):
    text = problems(made.record(cohort, stem), notebook=notebook)
    assert text == f"  {stem}.ipynb\n    {found}; {ACCEPTED}"


def test_a_record_of_single_patients(problems, about):
    assert problems(about | {"identifiable": True}) == (
        f"  {NOTEBOOK}\n    record\n      shows single patients; accepted: a report without it"
    )


def test_outputs_and_metadata_do_not_matter_to_the_source():
    [own] = [one for one, name in shipped_notebooks().items() if name == made.STEM]
    notebook = made.executed()
    notebook.metadata["papermill"] = {"parameters": {}}
    notebook.cells[-1].outputs = [nbformat.v4.new_output("stream", text="25")]
    assert source_hash(nbformat.writes(notebook)) == own


NO_ID = "the identifier of a patient; accepted: none: take it out of the study's title, names, labels and amendments, "
AGAIN = "and make the report again"


def test_an_identifier_is_told_by_its_lines_and_not_repeated(problems, about):
    page = f"<title>{made.IDS[3]}</title>\n" + f"<p>{made.IDS[4].lower()}</p>\n" * 7
    text = problems(about, page=page)
    assert text == f"  {PAGE}\n    line 1, line 2, line 3, line 4, line 5 and 3 more\n      {NO_ID}{AGAIN}"


def test_the_patient_whom_the_extract_leaves_out_is_known_too(problems, about):
    assert problems(about, page=f"\n{made.IDS[-1]}") == f"  {PAGE}\n    line 2\n      {NO_ID}{AGAIN}"


def test_an_amendment_named_after_a_patient(problems, about):
    amendment = {"name": f"for {made.IDS[5]}", "set": {"days_since_transplant_min": 30}, "drop": []}
    text = problems(about | {"amendments": [amendment]})
    assert text == f"  provenance.json\n    line 6\n      {NO_ID}{AGAIN}"


def test_a_pdf_and_a_file_named_after_a_patient(problems, about):
    name = f"{made.IDS[6]}/{made.STEM}"
    more = {f"{name}.pdf": made.pdf(f"on {made.DEATH}"), f"{name}.ipynb": b"{}"}
    text = problems(about, more=more)
    assert made.IDS[6] not in text
    assert text.startswith("  a file of the report\n    has no record of where it comes from; accepted")
    assert f"    its name\n      {NO_ID}{AGAIN}" in text
    assert (
        "    page 1\n      the day of a patient's death; accepted: none: say in which year or how many days after "
        f"transplant it was, {AGAIN}" in text
    )


def test_a_path_of_this_machine(problems, about, tmp_path, cohort):
    message = f"a path of this machine; accepted: none: keep the study's files within the project's folder, {AGAIN}"
    for path in (cohort, tmp_path / "other", tmp_path / "house", ROOT):
        assert problems(about, page=f"<p>{path}/x</p>") == f"  {PAGE}\n    line 1\n      {message}"


def test_days_that_a_report_tells_for_another_reason(tmp_path):
    days = {"birth": "2023-07-21", "transplant": "2025-06-29", "death": "2025-06-30"}
    cohort = made.write_cohort(tmp_path / "cohort", **days)
    page = "<p>The trial began on 2023-07-21, the data cut is 2025-06-30</p>\n<p>2025-06-29</p>"
    report = made.write_report(tmp_path / "report", made.record(cohort), page=page)
    assert told(report, cohort) == (
        f"  {PAGE}\n    line 2\n      the day of a patient's transplant; accepted: none: say in which year or how many "
        f"days after transplant it was, {AGAIN}"
    )


def test_an_extract_that_was_forgotten_is_named(about, tmp_path):
    """Each extract that was named is that of a notebook, and another notebook is about another extract."""
    other = made.write_cohort(tmp_path / "days", ids=made.IDS[:20])
    of_other = {**made.record(other), "cohort": {**made.record(other)["cohort"], "name": "Days"}}
    folder = made.write_report(tmp_path / "both", about)
    provenance = json.loads((folder / "provenance.json").read_text())
    second = "02_eligible_population"
    provenance[second] = {**of_other, "notebook": f"{second}.ipynb", "files": {}}
    (folder / "provenance.json").write_text(json.dumps(provenance))
    cohort = tmp_path / "first"
    made.write_cohort(cohort)
    assert "no --cohort is the extract of 'Days'; accepted: the folder of the extract as it was" in told(folder, cohort)
    assert "no --cohort" not in told(folder, cohort, other)


def test_of_an_internal_report_only_the_level_is_told(problems, about):
    told = problems(
        {**about, "cohort": {**about["cohort"], "fingerprint": "0" * 64}, "disclosure": {"level": "internal"}}
    )
    assert told == (
        f"  {NOTEBOOK}\n    record\n      level internal; accepted: release: make the report again with --disclosure "
        "release"
    )
