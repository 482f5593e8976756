"""Who may leave at all: level, run, record, cohort; pages as they were rendered; PDFs; traces of a machine."""

import getpass
import io
import json
import socket

import nbformat
import pypdf
import pytest
from matplotlib.figure import Figure
from pypdf.generic import DecodedStreamObject, NameObject, TextStringObject
from unit.reports.release import clean

from postgraft.extract import read_extract
from postgraft.reports import ReportError
from postgraft.reports.release_check import Kind, check_release
from postgraft.vocabulary.errors import ExtractError

pytestmark = pytest.mark.slow

v4 = nbformat.v4
HOME = "/".join(("", "home", "anna", "cohort"))


def kinds(checked):
    return {leak.kind for leak in checked.leaks}


def mark(name):
    return lambda made: made.metadata.update(postgraft={name: True})


def level(value):
    return lambda made: made.metadata.papermill["parameters"].update(disclosure={"level": value})


def no_parameters(made):
    made.metadata.papermill["parameters"] = {}


def other_threshold(made):
    made.metadata.papermill["parameters"]["disclosure"] = {**clean.RULE, "threshold": 3}


def error(made):
    output = v4.new_output("error", ename="ValueError", evalue="no", traceback=["Traceback", "no"])
    made.cells[3].outputs.append(output)


def stderr(text):
    return lambda made: made.cells[3].outputs.append(v4.new_output("stream", name="stderr", text=text))


def unrun(made):
    made.cells[4].execution_count = None


def failed(made):
    made.cells[4].metadata["papermill"] = {"exception": True, "status": "failed"}


def not_papermill(made):
    del made.metadata["papermill"]


def run(name, value):
    return lambda made: made.metadata.papermill.update({name: value})


def meta(name, value):
    return lambda made: made.cells[0].metadata.update({name: value})


@pytest.mark.parametrize(
    ("plant", "kind", "place", "found"),
    [
        (mark("identifiable"), Kind.level, "notebook metadata", "single patients"),
        (mark("interactive"), Kind.level, "notebook metadata", "JupyterLab"),
        (level("internal"), Kind.level, "parameters", "internal"),
        (no_parameters, Kind.level, "parameters", "not told"),
        (other_threshold, Kind.level, "parameters", "threshold"),
        (error, Kind.run, "cell 4, output 4", "ValueError"),
        (stderr("Traceback (most recent call last):\n"), Kind.run, "cell 4, output 4, stderr", "traceback"),
        (unrun, Kind.run, "cell 5", "not run"),
        (failed, Kind.run, "cell 5", "failed"),
        (not_papermill, Kind.run, "notebook metadata", "not run by"),
        (run("exception", True), Kind.run, "notebook metadata", "failed"),
        (run("environment_variables", {"A": "1"}), Kind.machine, "notebook metadata", "environment"),
        (stderr(f"reading {HOME}"), Kind.machine, "cell 4, output 4, text", "path"),
        (stderr("C:\\Users\\anna\\x"), Kind.machine, "cell 4, output 4, text", "path"),
        (stderr("file:///data"), Kind.machine, "cell 4, output 4, text", "path"),
        (stderr("HOSTNAME=a\n"), Kind.machine, "cell 4, output 4, text", "environment"),
        (meta("hostname", "x"), Kind.machine, "cell 1, metadata, hostname", "hostname"),
        (meta("username", "x"), Kind.machine, "cell 1, metadata, username", "username"),
    ],
)
def test_what_is_wrong_with_a_notebook(checked, plant, kind, place, found):
    leaks = [leak for leak in checked(plant).leaks if leak.kind is kind]
    assert [leak for leak in leaks if leak.place == place and found in leak.found]


def test_the_names_of_this_machine_and_its_user(checked, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "ward7.hospital")
    monkeypatch.setattr(getpass, "getuser", lambda: "annabel")
    assert kinds(checked(meta("note", "made by annabel"))) == {Kind.machine}
    assert kinds(checked(meta("note", "made on ward7"))) == {Kind.machine}
    assert checked(meta("note", "made in the ward")).passed


def test_a_folder_outside_the_project_matters_only_where_the_notebook_leaves(checked):
    def plant(made):
        made.metadata.papermill["parameters"]["cohort"] = HOME

    assert checked(plant).passed
    assert kinds(checked(plant, notebooks=True)) == {Kind.machine}


def told(about, **changes):
    return lambda folder: (folder / "provenance.json").write_text(json.dumps({clean.STEM: about | changes}))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"disclosure": clean.RULE | {"level": "internal"}}, Kind.level),
        ({"disclosure": {"level": "release"}}, Kind.level),
        ({"disclosure": {}}, Kind.level),
        ({"identifiable": True}, Kind.level),
        ({"notebook": "01_other.ipynb"}, Kind.origin),
        ({"cohort": {"name": "Made-up", "fingerprint": "0" * 64}}, Kind.origin),
    ],
)
def test_what_is_wrong_with_a_record(report, cohort, about, changes, kind):
    told(about, **changes)(report)
    leaks = check_release(report, [cohort]).leaks
    assert kind in {leak.kind for leak in leaks if leak.place == "record"}


def test_a_record_under_two_rules(report, cohort, about, tmp_path):
    other = about | {"notebook": "03_other.ipynb", "disclosure": clean.RULE | {"rounding": 1}}
    (report / "provenance.json").write_text(json.dumps({clean.STEM: about, "03_other": other}))
    leaks = check_release(report, [cohort]).leaks
    assert [leak for leak in leaks if leak.kind is Kind.level and "different rules" in leak.found]


@pytest.mark.parametrize("gone", [f"{clean.STEM}.ipynb", "provenance.json"])
def test_a_page_without_its_notebook_or_record(report, cohort, gone):
    (report / gone).unlink()
    assert Kind.origin in kinds(check_release(report, [cohort]))


def test_a_failed_run_in_the_folder(report, cohort):
    notebook = report / f"{clean.STEM}.ipynb"
    (report / "03_x.failed.ipynb").write_bytes(notebook.read_bytes())
    assert kinds(check_release(report, [cohort])) == {Kind.run}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("25 of 40", "35 of 40"),
        ("</main>", "<p>More</p></main>"),
        (clean.ALT, clean.ALT.replace("25", "35")),
        ("Who could have joined", "Who has joined"),
        ("iVBOR", "iVBOS"),
    ],
)
def test_a_page_that_was_changed_by_hand(report, cohort, old, new):
    page = report / f"{clean.STEM}.html"
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert Kind.changed in kinds(check_release(report, [cohort]))


@pytest.mark.parametrize(
    "added", [f"<!-- {clean.IDS[2]} -->", "<script>1</script>", "<p hidden>3 patients</p>"]
)
def test_what_is_added_to_a_page_is_read(report, cohort, added):
    page = report / f"{clean.STEM}.html"
    page.write_text(
        page.read_text(encoding="utf-8").replace("<header>", f"<header>{added}"), encoding="utf-8"
    )
    leaks = check_release(report, [cohort]).leaks
    assert {leak.file for leak in leaks} == {page.name}


def test_the_page_on_top_needs_no_notebook_but_is_read(report, cohort):
    index = report / "index.html"
    index.write_text("<html><body><p>Eligible: 25 of 40 patients.</p></body></html>")
    assert check_release(report, [cohort]).passed
    index.write_text("<html><body><p>Eligible: 26 of 40 patients.</p></body></html>")
    assert [leak.file for leak in check_release(report, [cohort]).leaks] == ["index.html"] * 2


def test_several_cohorts(tmp_path, cohort, about):
    other = clean.cohort_folder(tmp_path / "other", tuple(f"QX{i:05d}" for i in range(13)))
    of_other = about | {"cohort": {"name": "Made-up", "fingerprint": read_extract(other).fingerprint}}
    clean.write_report(tmp_path / "study" / "a", about)
    second = clean.write_report(tmp_path / "study" / "b", of_other)
    assert check_release(tmp_path / "study", [cohort, other]).passed
    (second / "QX00003.txt").write_text("")
    (second / f"{clean.IDS[0]}.txt").write_text("")
    assert kinds(check_release(tmp_path / "study", [cohort, other])) == {Kind.identifier}
    # Of one that is not given nothing can be said.
    assert Kind.origin in kinds(check_release(tmp_path / "study", [cohort]))


@pytest.mark.parametrize("name", [f"{clean.STEM}.html", f"{clean.STEM}.ipynb"])
def test_one_page_or_notebook_of_a_folder(report, cohort, name):
    (report / "04_other.html").write_text("3 patients")
    assert check_release(report / name, [cohort]).passed
    assert not check_release(report, [cohort]).passed


@pytest.mark.parametrize(
    ("name", "content"),
    [(f"{clean.STEM}.ipynb", "{"), (f"{clean.STEM}.ipynb", "{}"), ("provenance.json", '{"a": 1, "a": 2}')],
)
def test_a_broken_file_is_bad_input(report, cohort, name, content):
    (report / name).write_text(content)
    with pytest.raises(ReportError, match=name):
        check_release(report, [cohort])


def test_no_report_and_no_cohort_are_bad_input(report, cohort, tmp_path):
    with pytest.raises(ReportError, match="accepted is the folder"):
        check_release(tmp_path / "nothing")
    with pytest.raises(ReportError, match="holds no page"):
        check_release(cohort, [cohort])
    with pytest.raises(ExtractError):
        check_release(report, [tmp_path])


# PDF


def pdf(text="Of 40 patients 25 are eligible, page\n2 / 99", metadata=None):
    made = io.BytesIO()
    figure = Figure()
    figure.text(0.1, 0.5, text)
    figure.savefig(made, format="pdf", metadata={"Creator": None, "Producer": None, "CreationDate": None})
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(made.getvalue()))
    writer.add_metadata(metadata or {})
    return writer


def written(writer):
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def with_alt(text):
    writer = pdf()
    writer.root_object[NameObject("/Alt")] = TextStringObject(text)
    return writer


def with_xmp(text):
    writer = pdf()
    stream = DecodedStreamObject()
    stream.set_data(f"<x:xmpmeta>{text}</x:xmpmeta>".encode())
    stream[NameObject("/Type")] = NameObject("/Metadata")
    writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)
    return writer


def with_attachment(text):
    writer = pdf()
    writer.add_attachment("a.txt", text.encode())
    return writer


def encrypted():
    writer = pdf()
    writer.encrypt("secret")
    return writer


ID = clean.IDS[5]
PDFS = {
    "text": (lambda: written(pdf(f"Patient {ID}")), Kind.identifier),
    "count": (lambda: written(pdf("Of 7 patients")), Kind.count),
    "number that the page does not have": (lambda: written(pdf("Left: 8,888")), Kind.changed),
    "title": (lambda: written(pdf(metadata={"/Title": f"of {ID}"})), Kind.identifier),
    "alternative text": (lambda: written(with_alt(f"{ID}")), Kind.identifier),
    "count in alternative text": (lambda: written(with_alt("AIHA: 7")), Kind.count),
    "XMP": (lambda: written(with_xmp(ID)), Kind.identifier),
    "attachment": (lambda: written(with_attachment(ID)), Kind.hidden),
    "author": (lambda: written(pdf(metadata={"/Author": HOME})), Kind.machine),
    "broken": (lambda: b"%PDF-1.4 nothing", Kind.unread),
    "encrypted": (lambda: written(encrypted()), Kind.unread),
    "after its end": (lambda: written(pdf()) + b"more", Kind.hidden),
}


@pytest.mark.parametrize("name", PDFS)
def test_what_is_wrong_with_a_pdf(report, cohort, name):
    make, kind = PDFS[name]
    (report / f"{clean.STEM}.pdf").write_bytes(make())
    leaks = check_release(report, [cohort]).leaks
    assert kind in {leak.kind for leak in leaks}
    assert {leak.file for leak in leaks} == {f"{clean.STEM}.pdf"}


def test_a_clean_pdf_passes(report, cohort):
    (report / f"{clean.STEM}.pdf").write_bytes(written(pdf()))
    assert check_release(report, [cohort]).passed


def test_a_pdf_without_its_page_does_not_leave(report, cohort):
    (report / f"{clean.STEM}.pdf").write_bytes(written(pdf()))
    (report / f"{clean.STEM}.html").unlink()
    assert kinds(check_release(report, [cohort])) == {Kind.origin}
