"""The ledger of a cohort on disk."""

import errno
import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import postgraft as pg
from postgraft.disclosure.rule import Rule
from postgraft.eligibility.counting import exact
from postgraft.reports import ledger_file
from postgraft.reports.ledger_file import LedgerFile, counting
from postgraft.vocabulary.errors import PostgraftError

pytestmark = pytest.mark.slow

EXACT = Rule(10, 1)


def cohort(order=range(40), sex="male", name="Forty"):
    """Forty patients of whom nothing is known, in an order of rows."""
    names = [f"P{i:02}" for i in order]
    patients = pd.DataFrame(
        {"patient_id": names, "sex": sex, "age_at_transplant": 50, "last_contact_day": 100}
    )
    transplants = pd.DataFrame({"patient_id": names, "transplant_day": 0, "type": "allogeneic"})
    manifest = {"format": 1, "name": name, "time": "days"}
    return pg.Extract.from_tables(manifest, {"patients": patients, "transplants": transplants})


def first(number, extract=None):
    """The patients P00 up to a number, marked in the order of the extract."""
    ids = (extract or cohort()).patients["patient_id"].astype(str)
    return np.array([[int(one[1:]) < number for one in ids]])


def texts(count, *sets):
    return [one.text for one in count(np.concatenate(sets))]


def test_it_is_written_before_anything_is_handed_out(tmp_path, monkeypatch):
    def broken(path, content):
        raise OSError("no room")

    monkeypatch.setattr(ledger_file, "write_whole", broken)
    with pytest.raises(OSError, match="no room"):
        LedgerFile(cohort(), Rule(), tmp_path).give(first(4))


def test_a_place_without_locks_is_told(tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refused)
    with pytest.raises(
        PostgraftError, match=r"\.lock: cannot be locked \(No locks available\), so nothing keeps two"
    ):
        LedgerFile(cohort(), Rule(), tmp_path).give(first(4))


def test_after_a_write_that_failed_the_same_run_withholds_what_it_would_have(tmp_path, monkeypatch):
    one = LedgerFile(cohort(), EXACT, tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(ledger_file, "write_whole", lambda *_: (_ for _ in ()).throw(OSError("no room")))
        with pytest.raises(OSError, match="no room"):
            one.give(first(40))
    assert texts(one.give, first(40)) == ["40"]
    assert texts(LedgerFile(cohort(), EXACT, tmp_path).give, first(36)) == ["withheld"]


def test_a_second_report_is_held_against_the_first(tmp_path):
    assert texts(LedgerFile(cohort(), EXACT, tmp_path).give, first(40)) == ["40"]
    assert texts(LedgerFile(cohort(), EXACT, tmp_path).give, first(36)) == ["withheld"]
    assert texts(LedgerFile(cohort(), EXACT, tmp_path).give, first(36), first(40)) == ["withheld", "40"]


def test_two_that_are_open_at_once_see_each_other(tmp_path):
    one, other = (LedgerFile(cohort(), EXACT, tmp_path) for _ in range(2))
    assert texts(one.give, first(20)) == ["20"]
    assert texts(other.give, first(40)) == ["40"]
    assert texts(one.give, first(36)) == ["withheld"]
    assert texts(other.give, first(36)) == ["withheld"]


def test_two_processes_do_not_lose_what_either_gives_out(tmp_path):
    script = (
        "import sys, numpy as np\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "import test_ledger_file as t\n"
        "from pathlib import Path\n"
        "ledger = t.LedgerFile(t.cohort(), t.EXACT, Path(sys.argv[2]))\n"
        "for number in map(int, sys.argv[3:]):\n"
        "    ledger.give(t.first(number))\n"
    )
    numbers = (["11", "23", "35"], ["40", "36", "24"])
    command = [sys.executable, "-c", script, str(Path(__file__).parent), str(tmp_path)]
    running = [subprocess.Popen([*command, *one], stderr=subprocess.PIPE) for one in numbers]
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    [path] = tmp_path.glob("*.npz")
    kept = np.load(path)
    assert len(kept["told"]) + len(kept["withheld"]) == 6


def test_the_order_of_patients_in_the_files_does_not_matter(tmp_path):
    """The fingerprint is the same, so the same ledger is read."""
    turned = cohort(range(39, -1, -1))
    assert turned.fingerprint == cohort().fingerprint
    assert texts(LedgerFile(cohort(), EXACT, tmp_path).give, first(40)) == ["40"]
    assert texts(LedgerFile(cohort(), EXACT, tmp_path).give, first(36)) == ["withheld"]
    assert texts(LedgerFile(turned, EXACT, tmp_path).give, first(36, turned)) == ["withheld"]
    last = first(36, turned)[:, ::-1]  # another 36, by the same positions
    assert texts(LedgerFile(turned, Rule(10, 1), tmp_path).give, last) == ["withheld"]


def test_another_extract_has_another_ledger(tmp_path):
    LedgerFile(cohort(), Rule(), tmp_path).give(first(4))
    LedgerFile(cohort(sex="female"), Rule(), tmp_path).give(first(4))
    names = {path.stem for path in tmp_path.glob("*.npz")}
    assert names == {cohort().fingerprint, cohort(sex="female").fingerprint}


@pytest.mark.parametrize("other", [Rule(5, 5), Rule(10, 5)], ids=str)
def test_another_rule_is_refused_and_both_are_named(tmp_path, other):
    LedgerFile(cohort(), EXACT, tmp_path).give(first(4))
    before = next(tmp_path.glob("*.npz")).read_bytes()
    found = rf"{cohort().fingerprint}\.npz: found .*'threshold': 10, 'rounding': 1, .*this report asks for "
    with pytest.raises(PostgraftError, match=rf"{found}.*'threshold': {other.threshold}, 'rounding': 5"):
        LedgerFile(cohort(), other, tmp_path).give(first(4))
    assert next(tmp_path.glob("*.npz")).read_bytes() == before


def test_nothing_asked_and_nobody_there(tmp_path):
    ledger = LedgerFile(cohort(), Rule(), tmp_path)
    assert ledger.give(np.zeros((0, 40), bool)) == []
    assert texts(LedgerFile(cohort(), Rule(), tmp_path).give, first(0)) == ["0"]


def test_a_broken_ledger_is_named_in_the_error(tmp_path):
    ledger = LedgerFile(cohort(), Rule(), tmp_path)
    ledger.give(first(4))
    path = next(tmp_path.glob("*.npz"))
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(PostgraftError, match=re.escape(str(path))):
        LedgerFile(cohort(), Rule(), tmp_path).give(first(4))


def test_levels(tmp_path):
    assert counting(cohort(), {"level": "internal"}, tmp_path) is exact
    assert not any(tmp_path.iterdir())
    count = counting(cohort(), {"level": "release", "threshold": 3, "rounding": 2}, tmp_path)
    assert texts(count, first(3), first(4), first(20)) == ["1–3", "4", "20"]


@pytest.mark.parametrize(
    "disclosure",
    [{}, {"level": "public"}, {"level": "release", "round": 5}, {"level": "release", "threshold": "10"}],
    ids=str,
)
def test_what_is_not_accepted_is_named(disclosure, tmp_path):
    with pytest.raises(PostgraftError, match="disclosure"):
        counting(cohort(), disclosure, tmp_path)


def test_what_follows_from_what_was_told_stops_the_report_and_is_not_remembered(tmp_path):
    ledger = LedgerFile(cohort(), EXACT, tmp_path)
    half, third, rest = first(26), first(11), first(24) & ~first(11)
    assert texts(ledger.give, half, third, rest) == ["26", "11", "13"]
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    with pytest.raises(
        PostgraftError, match="follow from what was told of the cohort before, with counts from 1"
    ):
        ledger.give(half & ~first(24))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert texts(ledger.give, first(40)) == ["40"]
