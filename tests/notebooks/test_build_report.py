"""From an extract to pages: what stands in the folder, and when nothing does."""

import json

import pytest

from postgraft.extract import read_extract
from postgraft.reports import NotebookFailedError, ReportError, build_report
from postgraft.synthetic import write_cohort
from postgraft.vocabulary.errors import ExtractError

LOADS = (
    "from postgraft.extract import read_extract\nextract = read_extract(cohort)\nprint(len(extract.patients))"
)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write_cohort(tmp_path_factory.mktemp("cohorts") / "made-up", patients=20, seed=1)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_pages_notebooks_and_one_provenance_stand_together(cohort, make_notebook, tmp_path, capfd):
    first = make_notebook(LOADS, name="01_first")
    second = make_notebook("print(share)", name="02_second")
    out = tmp_path / "out"

    pages = build_report(cohort, [first, second], out, {"share": 0.25})

    assert pages == [out / "01_first.html", out / "02_second.html"]
    assert names(out) == [
        "01_first.html",
        "01_first.ipynb",
        "02_second.html",
        "02_second.ipynb",
        "provenance.json",
    ]
    assert "20\n" in pages[0].read_text(encoding="utf-8")
    assert "0.25\n" in pages[1].read_text(encoding="utf-8")
    records = json.loads((out / "provenance.json").read_text())
    extract = read_extract(cohort)
    for record in records.values():
        assert record["cohort"] == {"name": extract.name, "fingerprint": extract.fingerprint}
        assert record["parameters"] == {"cohort": str(cohort), "seed": 1, "share": 0.25}
    assert extract.fingerprint[:12] in pages[0].read_text(encoding="utf-8")
    shown = capfd.readouterr()
    assert shown.out == ""
    assert "01_first" in shown.err


def test_each_notebook_gets_the_parameters_it_declares(cohort, make_notebook, tmp_path):
    alone = make_notebook("print(cohort)", name="01_alone", parameters='cohort: str = "x"  # folder')
    other = make_notebook("print(seed)", name="02_other")

    build_report(cohort, [alone, other], tmp_path / "out", {"seed": 5}, progress=False)

    records = json.loads((tmp_path / "out" / "provenance.json").read_text())
    assert records["01_alone"]["parameters"] == {"cohort": str(cohort)}
    assert records["02_other"]["seed"] == 5


def test_a_bad_extract_gives_no_report(make_notebook, tmp_path):
    with pytest.raises(ExtractError):
        build_report(tmp_path / "absent", [make_notebook()], tmp_path / "out", progress=False)

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("notebook", "given", "message"),
    [
        (None, {"sede": 1}, r"^this report has no parameter sede; did you mean seed\?"),
        (None, {"seed": "one"}, r"^parameter seed = 'one': expected int"),
        ("99_absent", {}, r"^There is no notebook 99_absent; there are: "),
        ("absent.ipynb", {}, r"absent\.ipynb: no such notebook"),
    ],
)
def test_a_wrong_request_gives_no_report(cohort, make_notebook, tmp_path, notebook, given, message):
    with pytest.raises(ReportError, match=message):
        build_report(cohort, [notebook or make_notebook()], tmp_path / "out", given, progress=False)

    assert not (tmp_path / "out").exists()


def test_a_notebook_that_takes_no_cohort_is_none_of_a_report(cohort, make_notebook, tmp_path):
    with pytest.raises(
        ReportError, match="has no parameter cohort; a report's notebook takes the extract by it"
    ):
        build_report(
            cohort,
            [make_notebook(name="01_a"), make_notebook(name="02_b", parameters="n: int = 1  # one")],
            tmp_path / "out",
            progress=False,
        )


def test_a_failed_notebook_is_kept_and_never_rendered(cohort, make_notebook, tmp_path):
    good, bad = make_notebook(name="01_good"), make_notebook("1 / 0", name="02_bad")

    with pytest.raises(NotebookFailedError, match=r"02_bad\.ipynb, cell \[3\] failed: ZeroDivisionError"):
        build_report(cohort, [good, bad], tmp_path / "out", progress=False)

    assert names(tmp_path / "out") == [
        "01_good.html",
        "01_good.ipynb",
        "02_bad.failed.ipynb",
        "provenance.json",
    ]
    assert list(json.loads((tmp_path / "out" / "provenance.json").read_text())) == ["01_good"]
