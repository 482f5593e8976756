"""What the command prints into a pipe that is closed, a terminal of another encoding, and after a signal."""

import json
import os
import signal
import subprocess
import sys
from functools import partial

import pandas as pd
import pytest

from postgraft.cli.shared import any_encoding, say
from postgraft.cli.signals import ended_like_an_interruption
from postgraft.extract import kmsurv, write
from postgraft.reports import files
from postgraft.synthetic import write_cohort
from postgraft.vocabulary.errors import UnwritableError

PROGRAM = "import sys; from postgraft.cli import main; main(sys.argv[1:])"


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write_cohort(tmp_path_factory.mktemp("cohorts") / "made-up", patients=8, seed=1)


def run(*arguments, stdout=subprocess.PIPE, **environment):
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=os.environ | environment,
    )


@pytest.mark.slow
def test_nobody_reads(cohort, tmp_path):
    """As in ``postgraft check cohort | head -0``; a report that is asked for as JSON stops the same way."""
    for command in (("check", cohort), ("report", tmp_path / "absent", "--json")):
        reads, writes = os.pipe()
        os.close(reads)
        done = run(*command, stdout=writes)
        os.close(writes)
        assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_an_encoding_lacks_is_replaced(cohort, tmp_path, encoding):
    named = cohort.with_name(f"Больница-é-{encoding}")
    if not named.exists():
        named.symlink_to(cohort)
    done = run("check", cohort, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")

    done = run("report", named / "absent", "--json", PYTHONIOENCODING=encoding)
    assert done.returncode == 2
    assert "Больница-é" in json.loads(done.stdout.decode("ascii"))["error"]
    assert "???????-" in done.stderr.decode(encoding).replace("\n", "")


def test_a_stream_that_is_none_or_no_file_is_left_alone(capsys):
    any_encoding(None, object(), sys.stdout)
    say("é")
    assert capsys.readouterr().out == "é\n"


def test_a_signal_ends_like_an_interruption_with_its_own_status():
    before = signal.getsignal(signal.SIGTERM)
    put_away = []

    def work():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except KeyboardInterrupt:
            put_away.append(True)
            raise SystemExit(130) from None

    with pytest.raises(SystemExit) as ended, ended_like_an_interruption():
        work()
    assert (ended.value.code, put_away) == (143, [True])
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_signal_that_is_ignored_stays_so_and_other_statuses_are_kept(monkeypatch):
    monkeypatch.setattr(signal, "getsignal", lambda number: signal.SIG_IGN)
    handlers = []
    monkeypatch.setattr(signal, "signal", lambda *given: handlers.append(given))
    with pytest.raises(SystemExit) as ended, ended_like_an_interruption():
        raise SystemExit(2)
    assert (ended.value.code, handlers) == (2, [])


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a file that is a full disk")  # noqa: PTH110
def test_a_full_disk_names_the_file(tmp_path, monkeypatch):
    full = tmp_path / f".table.csv.{os.getpid()}"
    full.symlink_to("/dev/full")
    with pytest.raises(UnwritableError) as told:
        files.write_whole(tmp_path / "table.csv", "a" * 10)
    assert str(told.value) == f"{tmp_path / 'table.csv'}: cannot be written (No space left on device)."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a file that is a full disk")  # noqa: PTH110
@pytest.mark.parametrize("format", ["csv", "csv.gz", "parquet"])
def test_a_full_disk_names_the_file_of_an_extract(format, tmp_path, monkeypatch):
    monkeypatch.setattr(write, "forms", lambda *_: [])
    table = tmp_path / f"patients.{format}"
    table.symlink_to("/dev/full")
    with pytest.raises(UnwritableError) as told:
        write.write_extract(tmp_path, {}, {"patients": pd.DataFrame({"patient_id": ["A"]})}, format)
    assert str(told.value) == f"{table}: cannot be written (No space left on device)."


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a file that is a full disk")  # noqa: PTH110
@pytest.mark.parametrize("name", ["extract.yaml", "README.md"])
def test_a_full_disk_names_the_file_of_the_public_cohort(name, tmp_path, monkeypatch):
    monkeypatch.setattr(kmsurv, "write_extract", partial(write.write_extract, overwrite=True))
    monkeypatch.setattr(kmsurv, "_load", lambda: None)
    monkeypatch.setattr(kmsurv, "kmsurv_tables", lambda _: {})
    (tmp_path / name).symlink_to("/dev/full")
    with pytest.raises(UnwritableError) as told:
        kmsurv.build_kmsurv(tmp_path)
    assert str(told.value) == f"{tmp_path / name}: cannot be written (No space left on device)."


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a file that is a full disk")  # noqa: PTH110
def test_a_full_disk_ends_a_command_as_a_failure(tmp_path, capsys):
    from postgraft.cli import main
    from postgraft.synthetic import cohort as tables

    create = tables.Writer._create
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            tables.Writer,
            "_create",
            lambda writer, name: open("/dev/full", "wb") if name == "patients" else create(writer, name),  # noqa: PTH123, SIM115
        )
        with pytest.raises(SystemExit) as ended:
            main(["synth", str(tmp_path / "c"), "--patients", "8", "--seed", "1"])
    assert ended.value.code == 1
    place = tmp_path / "c" / "patients.csv"
    told = capsys.readouterr().err
    assert f"{place}: cannot be written (No space left on device)." in told.replace("\n", "")
