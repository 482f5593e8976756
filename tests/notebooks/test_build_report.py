"""From an extract to pages: what stands in the folder, and when nothing does."""

import json

import pytest
from short_summary import short_summary

from postgraft.extract import read_extract
from postgraft.reports import NotebookFailedError, ReportError, build_report
from postgraft.synthetic import write_cohort

__all__ = ["short_summary"]

LOADS = "from postgraft.extract import read_extract\nextract = read_extract(cohort)\nprint(len(extract.patients))"


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write_cohort(tmp_path_factory.mktemp("cohorts") / "made-up", patients=20, seed=1)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def of(folder, *notebooks, every=None, **changes):
    """The keys of a study of these notebooks, made in ``out`` beside them."""
    return {
        "output": folder / "out",
        "notebooks": list(notebooks),
        "parameters": {"all": every or {}},
        "disclosure": "internal",
        **changes,
    }


def test_pages_notebooks_index_and_records_stand_together(cohort, make_notebook, tmp_path, capfd):
    first = make_notebook(LOADS, name="01_first")
    alone = make_notebook("print(cohort)", name="02_alone", parameters='cohort: str = "x"  # folder')
    third = make_notebook("print(share)", name="03_third")
    out = tmp_path / "out"

    made = build_report(cohort, of(tmp_path, first, alone, third, every={"share": 0.25}))

    pages = [one.html for one in made.made]
    assert pages == [out / "01_first.html", out / "02_alone.html", out / "03_third.html", out / "index.html"]
    assert names(out) == [
        "00_summary.ipynb",
        "01_first.html",
        "01_first.ipynb",
        "02_alone.html",
        "02_alone.ipynb",
        "03_third.html",
        "03_third.ipynb",
        "index.html",
        "provenance.json",
        "study.json",
    ]
    assert "20\n" in pages[0].read_text(encoding="utf-8")
    assert "0.25\n" in pages[2].read_text(encoding="utf-8")
    records = json.loads((out / "provenance.json").read_text())
    extract = read_extract(cohort)
    for record in records.values():
        assert record["cohort"] == {
            "name": extract.name, "fingerprint": extract.fingerprint, "synthetic": True, "doubts": [],
        }  # fmt: skip
        assert record["disclosure"] == {"level": "internal", "threshold": 0, "rounding": 0}
        assert (record["identifiable"], record["plan"]) == (False, None)
    assert records["01_first"]["parameters"] == {"cohort": str(cohort), "seed": 1, "share": 0.25}
    assert records["02_alone"]["parameters"] == {"cohort": str(cohort)}
    assert extract.fingerprint[:12] in pages[0].read_text(encoding="utf-8")
    assert made.title == extract.name
    shown = capfd.readouterr()
    assert shown.out == ""
    assert "01_first" in shown.err


def test_a_failed_notebook_is_kept_and_never_rendered_and_the_earlier_report_stays(cohort, make_notebook, tmp_path):
    changes = of(tmp_path, make_notebook(name="01_good"), make_notebook("print('fine')", name="02_bad"))
    build_report(cohort, changes, progress=False)
    out = tmp_path / "out"
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    make_notebook("\n# why\n1 / 0\n'never'", name="02_bad")

    with pytest.raises(NotebookFailedError) as raised:
        build_report(cohort, changes, progress=False)

    assert str(raised.value) == (
        "02_bad.ipynb, cell [3] `1 / 0` failed: ZeroDivisionError: division by zero "
        f"(the run is kept in {out}/02_bad.failed.ipynb)"
    )
    assert names(out) == sorted([*before, "02_bad.failed.ipynb"])
    assert {name: (out / name).read_bytes() for name in before} == before
    assert names(tmp_path) == ["01_good.ipynb", "02_bad.ipynb", "out"]

    make_notebook("print('mended')", name="02_bad")
    build_report(cohort, changes, progress=False)
    assert names(out) == sorted(before)


def test_what_a_notebook_cannot_use_is_told_in_its_own_words(cohort, make_notebook, tmp_path):
    notebook = make_notebook(
        "from postgraft.vocabulary.errors import ProtocolError\nraise ProtocolError('no such thing')"
    )
    with pytest.raises(ReportError, match=r"^no such thing$"):
        build_report(cohort, of(tmp_path, notebook), progress=False)
    assert names(tmp_path / "out") == ["01_small.failed.ipynb"]
