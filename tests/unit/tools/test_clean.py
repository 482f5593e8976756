"""``make clean`` removes what the tool has made and nothing else."""

import fcntl
import importlib.util
import json
import shutil
from pathlib import Path

import pytest

from postgraft.synthetic import write_cohort

ROOT = Path(__file__).parents[3]
_spec = importlib.util.spec_from_file_location("clean", ROOT / "tools" / "clean.py")
tool = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tool)


def write(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def left(root):
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir())


def output(root, *names):
    write(root, *names)
    (root / "study.json").write_text(json.dumps({"files": dict.fromkeys(names, "")}))


def test_nothing_of_anybody_else_is_removed(tmp_path):
    reports = tmp_path / "reports"
    output(reports / "demo", "index.html", "north/01.html")
    output(reports / "with notes", "index.html", "../../outside.txt")
    write(
        tmp_path,
        "src/postgraft/__pycache__/x.pyc",
        ".ruff_cache/x",
        ".venv/.installed-from-run-lock",
        ".venv/bin/python",
        "build/mine",
        "dist/mine",
        "reports/README.md",
        "reports/demo/02.failed.ipynb",
        "reports/first failed/01.failed.ipynb",
        "reports/with notes/notes.txt",
        "reports/mine/data.csv",
        "reports/loose.txt",
        "reports/.killed.making/lock",
        "reports/.killed.making/new/index.html",
        "reports/.mine.making/thing",
    )
    output(reports / ".killed.making" / "old", "index.html")
    (reports / "linked").symlink_to(tmp_path / "build")

    told = tool.clean(tmp_path)

    kept = [
        "build/mine",
        "dist/mine",
        "reports/.mine.making/thing",
        "reports/README.md",
        "reports/loose.txt",
        "reports/mine/data.csv",
        "reports/with notes/notes.txt",
    ]
    assert left(tmp_path) == sorted([*kept, "outside.txt"])
    assert (reports / "linked").is_symlink()
    gone = (".venv", ".ruff_cache", "reports/demo", "reports/first failed")
    assert not any((tmp_path / name).exists() for name in gone)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in told) == [
        "reports/.mine.making",
        "reports/linked",
        "reports/loose.txt",
        "reports/mine/data.csv",
        "reports/with notes/notes.txt",
    ]


def test_a_run_at_work_and_an_environment_of_somebody_else_stay(tmp_path):
    write(tmp_path, ".venv/pyvenv.cfg", "reports/.demo.making/lock", "reports/.demo.making/new/x")

    with (tmp_path / "reports/.demo.making/lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = tool.clean(tmp_path)

    assert told == [tmp_path / ".venv", tmp_path / "reports" / ".demo.making"]
    assert left(tmp_path) == [".venv/pyvenv.cfg", "reports/.demo.making/lock", "reports/.demo.making/new/x"]


@pytest.mark.parametrize("format", ["csv", "csv.gz", "parquet"])
def test_a_synthetic_cohort_is_removed(tmp_path, format):
    assert tool.remove_cohort(write_cohort(tmp_path / "c", patients=8, seed=1, format=format)) == []
    assert not (tmp_path / "c").exists()
    assert tool.remove_cohort(tmp_path / "c") == []


def test_of_a_cohort_only_what_was_made_is_removed(tmp_path):
    made = write_cohort(tmp_path / "c", patients=8, seed=1)
    write(made, "notes.txt")
    assert tool.remove_cohort(made) == [made / "notes.txt"]
    assert left(made) == ["notes.txt"]


def test_an_extract_that_is_not_synthetic_stays_whole(tmp_path):
    own = tmp_path / "c"
    shutil.copytree(write_cohort(tmp_path / "made", patients=8, seed=1), own)
    manifest = own / "extract.yaml"
    manifest.write_text(manifest.read_text().replace("synthetic: true\n", ""))
    before = left(own)

    assert tool.remove_cohort(own) == [own]
    assert left(own) == before
