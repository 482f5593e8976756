"""``postgraft import``: what goes to the public functions, and how each end is told."""

import io
import subprocess
import sys
from types import SimpleNamespace

import pandas as pd
import pytest

import postgraft as pg
from postgraft.sources import errors
from postgraft.sources.omop.connection import LostError
from postgraft.vocabulary.errors import Finding

pytestmark = pytest.mark.slow

TEXT = "# Report of the import\n\n## What would mislead most\n\n- No death is recorded.\n\n## Rows\n\nmore\n"


@pytest.fixture
def called(monkeypatch):
    """Replace a public function; what it was called with."""

    def replace(name, error=None):
        given = []

        def imported(*arguments):
            given.append(tuple(str(one) if one is not None and not isinstance(one, bool) else one for one in arguments))
            if error:
                raise error
            return SimpleNamespace(text=TEXT)

        monkeypatch.setattr(pg, name, imported)
        return given

    return replace


OPTIONS = ("--mapping", "m.csv", "--options", "o.yaml")


@pytest.mark.parametrize(
    ("function", "command", "arguments"),
    [
        ("import_omop", ("omop", "a.duckdb"), ("a.duckdb", "OUT", None, None, None, None, False)),
        (
            "import_omop",
            ("omop", "postgresql://me@host/db", *OPTIONS, "--schema", "cdm", "--vocabulary-schema", "vocab", "--look"),
            ("postgresql://me@host/db", "OUT", "m.csv", "o.yaml", "cdm", "vocab", True),
        ),
        ("import_fhir", ("fhir", "export", *OPTIONS), ("export", "OUT", "m.csv", "o.yaml", False)),
        ("import_tables", ("table", "plan.yaml", "--look"), ("plan.yaml", "OUT", True)),
    ],
)
def test_a_command_says_where_it_wrote_and_what_would_mislead(run, called, tmp_path, function, command, arguments):
    given, out = called(function), tmp_path / "cohort"

    status, said, err = run("import", *command, "--out", out)

    assert (status, err) == (0, "")
    assert given == [tuple(str(out) if one == "OUT" else one for one in arguments)]
    look = " (only import/: nothing is imported by a look)" if "--look" in command else ""
    assert said == (
        f"Wrote {out}{look}\n\nWhat would mislead most:\n\n- No death is recorded.\n\n"
        f"The rest: {out / 'import' / 'report.md'}\n"
    )


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (pg.SourceError("db", [Finding("error", "schema", "db", "", "no schema")]), 2),
        (LostError("db: the server closed the connection"), 1),
        (errors.ImportFailedError("db: the import failed"), 1),
    ],
)
def test_bad_input_ends_with_2_and_a_failure_with_1(run, called, tmp_path, error, status):
    called("import_omop", error)

    assert run("import", "omop", "db", "--out", tmp_path / "cohort") == (status, "", f"{error}\n")


def test_out_has_to_be_given(run):
    status, _, err = run("import", "fhir", "export")
    assert status == 2
    assert "Missing option '--out'" in err


def test_the_shipped_mapping_is_printed_as_it_can_be_given_back(run, tmp_path):
    status, out, err = run("import", "codes")

    assert (status, err) == (0, "")
    (tmp_path / "mapping.csv").write_text(out)
    again = pg.load_mapping(tmp_path / "mapping.csv").sort_values(list(pg.load_mapping()), ignore_index=True)
    shipped = pg.load_mapping().sort_values(list(pg.load_mapping()), ignore_index=True)
    pd.testing.assert_frame_equal(again, shipped)
    assert list(pd.read_csv(io.StringIO(out))) == ["table", "name", "system", "code", "value", "note"]


def test_a_package_of_the_extra_that_is_missing_is_told(run, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    (tmp_path / "plan.yaml").write_text(
        "extracted_on: 2025-06-30\ntables:\n"
        "  patients: {from: p.xlsx, columns: {patient_id: id, sex: =unknown, birth_year: born}}\n"
        "  transplants: {from: p.xlsx, columns: {patient_id: id, transplant_date: day0, type: =allogeneic}}\n"
    )
    (tmp_path / "p.xlsx").write_bytes(b"PK")

    status, _, err = run("import", "table", tmp_path / "plan.yaml", "--out", tmp_path / "cohort")

    assert status == 2
    assert "is not installed; accepted: pip install 'postgraft[sources]'" in err


def test_the_face_of_the_package_loads_no_source():
    code = (
        "import sys, postgraft; print([one for one in sys.modules if one.startswith(('duckdb', 'postgraft.sources'))])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed == "[]\n"
    assert pg.SourceError is errors.SourceError
    with pytest.raises(AttributeError, match="has no attribute 'SourceErrors'"):
        pg.SourceErrors  # noqa: B018
