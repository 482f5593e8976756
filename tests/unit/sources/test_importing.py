"""A whole import: what is refused, what is written, and what is left when it is stopped."""

import fcntl
import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from unit.sources import fake
from unit.sources.fake import Fake

from postgraft.sources.errors import ImportFailedError, SourceError
from postgraft.sources.importing import given, imported

pytestmark = pytest.mark.slow

SRC = Path(__file__).resolve().parents[3] / "src"


def run(out, source=None, look=False, **options):
    mapping, chosen = given(None, options)
    return imported(source or Fake(), out, mapping, chosen, look)


def refusal(out, source=None, **options):
    """The messages of what is refused; nothing is written."""
    with pytest.raises(SourceError) as error:
        run(out, source, **options)
    assert not out.parent.exists() or [*out.parent.iterdir()] == []
    return [(one.column, one.message) for one in error.value.findings]


@pytest.fixture
def done(tmp_path):
    return run(tmp_path / "site", name="Site A", plausible=["hemoglobin"])


def test_the_extract_is_what_the_source_says(done, tmp_path):
    extract = done.extract()
    assert (extract.warnings, len(extract.patients)) == ((), 2)
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == [
        "conditions", "extract.yaml", "import", "measurements", "medications", "patients", "transplants",
    ]  # fmt: skip
    assert yaml.safe_load((tmp_path / "site" / "extract.yaml").read_text()) == {
        "format": 1, "name": "Site A", "time": "dates", "extracted_on": Fake().extracted_on, "sites": {"N": "North"},
        "plausible": ["hemoglobin"],
    }  # fmt: skip


def test_the_report_says_what_became_of_codes_units_and_rows(done):
    mapping = done.mapping.set_index("code")
    assert mapping["used as"].to_dict() == {
        "D59.11": "aiha", "8640": "prednisone", "0000-0": "", "0000-1": "", "718-7": "hemoglobin",
        "30243Y1": "allogeneic",
    }  # fmt: skip
    assert mapping.loc["0000-0", "note"] == "unmapped"
    assert done.units[["unit as found", "read as", "rows"]].to_numpy().tolist() == [
        ["", "", 1], ["g/L", "g/L", 1], ["g/dL", "g/dL", 1],
    ]  # fmt: skip
    assert done.dropped.to_numpy().tolist() == [["measurements", "hemoglobin", "number without a unit", 1, 1]]
    assert done.changed.to_numpy().tolist() == [
        ["medications", "prednisone", "unknown dose", 1, 1], ["medications", "prednisone", "unknown end", 1, 1],
    ]  # fmt: skip


def test_the_report_opens_with_what_would_mislead_most(done):
    opening = done.text.split("\n\n")
    assert opening[1] == "## What would mislead most"
    assert opening[2].splitlines() == [
        "- 2 rows of 1 code are unmapped though the name has a word of ours: Platelets by some method"
        " (LOINC 0000-0, 2 rows).",
        "- Of 3 rows of hemoglobin, 1 is dropped (33.3%).",
        "- No death is recorded of 2 patients.",
        "- No transfusion is recorded.",
        "- No drug has a dose (1 row).",
        "- No corticosteroid has a purpose (1 row): those given for GVHD count as treatment of the cytopenia.",
        "- Of 1 row of conditions, 1 ends on its start (100.0%).",
    ]
    assert "| measurements | 3 | 2 | 1 | 0 | 0 | 0 | 2 |" in done.text


def test_where_it_is_from_names_no_person(done, tmp_path):
    said = json.loads((tmp_path / "site" / "import" / "provenance.json").read_text())
    assert said["source"] == {"kind": "fake", "version": "1"}
    assert set(said) == {"source", "options", "mapping", "packages"}


def test_equal_sources_give_equal_bytes(tmp_path):
    first, second = tmp_path / "1" / "site", tmp_path / "2" / "site"
    run(first)
    run(second, Fake())
    assert _bytes(first) == _bytes(second)


def _bytes(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def test_completeness_is_refused_where_the_source_cannot_bear_it_out_all_in_one_pass(tmp_path):
    source = Fake(lacks=["disease_status"], extracted_on=None)
    complete = {"disease_status": True, "medications": True, "transfusions": True, "conditions": ["aiha", "itp"]}
    assert refusal(tmp_path / "site", source, complete=complete) == [
        ("complete.transfusions", "transfusions have no row; accepted: complete_though_empty, where it is so"),
        ("complete.disease_status", "the source has no disease_status; accepted: false"),
        ("complete.conditions", "no code of itp occurs, which looks the same as not coded; accepted: a mapping of the"
         " codes in use, or complete_though_empty, where it is so"),
        ("complete.medications",
         "rows have neither an end nor a supply; accepted: unknown_end: start, or open (1 row)"),
        ("extracted_on", "is missing; accepted: extracted_on: the day of the export, as YYYY-MM-DD"),
    ]  # fmt: skip


def test_what_the_site_answers_for_is_written_as_complete(tmp_path):
    done = run(
        tmp_path / "site", complete={"medications": True, "transfusions": True, "conditions": ["aiha", "itp"]},
        complete_though_empty=["transfusions", "itp"], unknown_end="start",
    )  # fmt: skip
    extract = done.extract()
    assert (tmp_path / "site" / "transfusions" / "part-0000.parquet").is_file()
    assert len(extract.transfusions) == 0
    assert not (tmp_path / "site" / "disease_status").exists()


def test_transfusions_with_codes_that_do_not_say_enough_are_not_complete(tmp_path):
    shipped = given(None, None)[0]
    unstated = (shipped["table"] == "transfusions") & (shipped["name"] == "unstated") & (shipped["code"] != "")
    code = shipped[unstated].iloc[0]
    known = shipped[(shipped["name"] == "platelets") & (shipped["system"] == "ICD10PCS")].iloc[0]
    source = Fake(
        codes=[(7, "procedure_occurrence", code["system"], code["code"], ""),
               (8, "procedure_occurrence", known["system"], known["code"], "")],
        rows=[(8, 8, "a", "2020-01-02", None, None, None)],
    )  # fmt: skip
    found = (
        "1 code of transfusions does not say which product; accepted: each mapped to a product, or to ignore (2 rows)"
    )
    assert refusal(tmp_path / "site", source, complete={"transfusions": True}) == [("complete.transfusions", found)]


@pytest.mark.parametrize("inside", ["extract.yaml", "patients.csv", "notes.txt"])
def test_a_folder_that_holds_something_is_left_alone(tmp_path, inside):
    out = tmp_path / "site"
    out.mkdir()
    (out / inside).write_text("mine")
    with pytest.raises(SourceError) as error:
        run(out)
    found = "something that is no report of a look" if inside == "notes.txt" else "an extract already"
    assert f"the folder holds {found}" in str(error.value)
    assert [path.name for path in out.iterdir()] == [inside]


def test_a_look_counts_codes_and_is_replaced(tmp_path):
    out = tmp_path / "site"
    look = run(out, look=True)
    assert look.text.startswith("# A look at the source\n\nNo row was read")
    assert (len(look.mapping), len(look.units), len(look.dropped)) == (6, 0, 0)
    assert [path.name for path in out.iterdir()] == ["import"]
    run(out, look=True)
    assert len(run(out).extract().patients) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_import_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "no space")

    monkeypatch.setattr("postgraft.sources.importing.write_report", full)
    with pytest.raises(OSError, match="no space"):
        run(tmp_path / "site")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("at", ["write_parts", "write_report"])
def test_an_import_that_is_killed_leaves_no_extract(tmp_path, at):
    code = f"""
import os, signal
import postgraft.sources.importing as importing
from unit.sources.fake import Fake
importing.{at} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
importing.imported(Fake(), {str(tmp_path / "site")!r}, *importing.given(None, None))
"""
    path = os.pathsep.join((str(SRC), str(SRC.parent / "tests")))
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, check=False)
    assert done.returncode == -9
    assert [path.name.rstrip("0123456789") for path in tmp_path.iterdir()] == [".site.import-"]
    assert len(run(tmp_path / "site").extract().patients) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_what_an_import_left_is_cleared_away_once_it_is_no_longer_at_work(tmp_path):
    left, others = tmp_path / ".site.import-1", {tmp_path / ".site.import-x", tmp_path / ".site2.import-1"}
    for folder in (left, *others):
        folder.mkdir()
    lock = os.open(left, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    run(tmp_path / "site", look=True)
    assert {*tmp_path.iterdir()} == {left, *others, tmp_path / "site"}
    os.close(lock)
    run(tmp_path / "site")
    assert {*tmp_path.iterdir()} == {*others, tmp_path / "site"}


def test_of_two_imports_into_one_place_the_later_is_refused(tmp_path):
    class Late(Fake):
        def fetch(self, staging, options):
            super().fetch(staging, options)
            run(tmp_path / "site", name="First")

    with pytest.raises(SourceError, match="the folder holds an extract already"):
        run(tmp_path / "site", Late(), name="Late")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert yaml.safe_load((tmp_path / "site" / "extract.yaml").read_text())["name"] == "First"


def test_a_text_of_few_patients_is_not_told_where_nobody_has_a_transplant(tmp_path):
    class Nobody(Fake):
        def find(self, staging, mapping, options):
            staging.execute(
                "INSERT INTO codes (combo, source_text, rows, patients)"
                " VALUES (1, 'Transplant of J. Doe', 30, 9), (2, 'Transplant, local', 30, 10)"
            )
            return 0

    ((_, said),) = refusal(tmp_path / "site", Nobody())
    assert "transplant: Transplant, local (30 rows);" in said
    assert "Doe" not in said


def test_where_nobody_has_a_transplant_the_names_that_may_be_one_are_told(tmp_path):
    class Nobody(Fake):
        def find(self, staging, mapping, options):
            super().find(staging, mapping, options)
            return 0

    source = Nobody(codes=[(7, "procedure_occurrence", "local", "T1", "Stem cell TRANSPLANT")])
    assert refusal(tmp_path / "site", source) == [
        ("", "no allogeneic transplant found; names that hold transplant: Stem cell TRANSPLANT (local T1, 2 rows);"
         " accepted: a mapping of the codes in use to transplants, allogeneic"),
    ]  # fmt: skip


def test_the_report_names_what_was_not_read(tmp_path):
    class Lacking(Fake):
        def provenance(self):
            return {"absent": ["death: no such table"]}

    assert "Tables that are not read: death: no such table." in run(tmp_path / "site", Lacking()).text
    assert "not read" not in run(tmp_path / "other").text


def test_what_the_database_says_of_a_failure_is_not_told(tmp_path):
    class Broken(Fake):
        def fetch(self, staging, options):
            staging.execute("SELECT 'Jane Doe'::INTEGER").fetchall()

    with pytest.raises(ImportFailedError) as error:
        run(tmp_path / "site", Broken())
    assert str(error.value) == (
        f"{tmp_path / 'site'}: the import failed in its database (ConversionException); nothing is written."
    )
    assert error.value.__cause__ is None
    assert [*tmp_path.iterdir()] == []


def test_conditions_that_are_complete_need_a_row_of_each(tmp_path):
    told = refusal(tmp_path / "1" / "site", complete={"conditions": True}, complete_though_empty=["conditions"])
    assert len(told) == 1
    assert told[0][1].startswith("no code of itp, prca, evans, ta_tma, ttp, dic,")


def test_what_is_wrong_with_mapping_and_options_is_found_in_one_pass(tmp_path):
    file = tmp_path / "mapping.csv"
    file.write_text("table,name,system,code,value,note\nmeasurements,hemoglobine,LOINC,1-8,,\n")
    with pytest.raises(SourceError) as error:
        given(file, {"transplant_gap_days": "many"})
    assert [one.kind for one in error.value.findings][-1] == "options"
    assert len(error.value.findings) == 2


def test_the_rows_of_the_fake_are_all_told(done):
    told = done.extract().counts.rows
    assert sum(told.values()) + len(done.dropped) == 2 + len(fake.ROWS)
