"""The same arguments give the same bytes, and what is written is an extract without faults."""

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from postgraft.extract import read_extract
from postgraft.synthetic import cohort as module
from postgraft.synthetic import generate, write_cohort
from postgraft.synthetic.cohort import Format
from postgraft.vocabulary.errors import PostgraftError

pytestmark = pytest.mark.slow

TABLES = {
    "patients", "transplants", "measurements", "medications", "transfusions", "disease_status", "conditions",
}  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_one_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path, form: Format) -> None:
    first = contents(write_cohort(tmp_path / "a", 30, seed=1, format=form))
    again = contents(write_cohort(tmp_path / "b", 30, seed=1, format=form))
    other = contents(write_cohort(tmp_path / "c", 30, seed=2, format=form))
    assert first == again
    assert [name for name in first if first[name] == other[name]] == []


def test_chunks_do_not_depend_on_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK_PATIENTS", 20)
    short, long = generate(20, seed=3), generate(50, seed=3)
    for name, rows in short.tables.items():
        same = long.tables[name][long.tables[name]["patient_id"] <= "SYN000020"]
        # A column may be all empty in a short table and typed in a long one.
        pd.testing.assert_frame_equal(same.reset_index(drop=True), rows, check_dtype=False)
    assert long.tables["patients"]["patient_id"].is_unique
    assert len(long.tables["patients"]) == 50


def test_parts_written_chunk_by_chunk_equal_the_cohort_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_PATIENTS", 20)
    folder = write_cohort(tmp_path / "parts", 50, seed=3, format="parquet")
    assert len(list((folder / "measurements").glob("*.parquet"))) == 3
    cohort = generate(50, seed=3)
    for name, rows in cohort.tables.items():
        written = pd.read_parquet(folder / name)
        assert len(written) == len(rows)
        assert (written["patient_id"].to_numpy() == rows["patient_id"].to_numpy()).all()
    assert len(pd.read_csv(folder / "truth" / "truth.csv")) == len(cohort.truth)


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_a_written_cohort_reads_without_faults(tmp_path: Path, form: Format) -> None:
    extract = read_extract(write_cohort(tmp_path / "cohort", 300, seed=4, format=form, enrich=4))
    assert {warning.kind for warning in extract.warnings} <= {"duplicate-rows", "no-unit"}
    assert sum(extract.counts.ignored.values()) == 0
    assert extract.counts.patients_in_file == 300
    assert extract.counts.patients_left_out == 0


def test_csv_and_parquet_read_as_the_same_extract(tmp_path: Path) -> None:
    as_csv = read_extract(write_cohort(tmp_path / "csv", 100, seed=4))
    as_parquet = read_extract(write_cohort(tmp_path / "parquet", 100, seed=4, format="parquet"))
    assert as_csv.counts.rows == as_parquet.counts.rows
    pd.testing.assert_frame_equal(as_csv.medications, as_parquet.medications)
    pd.testing.assert_frame_equal(as_csv.patients, as_parquet.patients)


def test_the_manifest_says_synthetic_and_declares_only_what_is_always_written(tmp_path: Path) -> None:
    folder = write_cohort(tmp_path / "cohort", 10, seed=4, enrich=3)
    manifest = yaml.safe_load((folder / "extract.yaml").read_text(encoding="utf-8"))
    assert manifest["name"] == "Synthetic cohort (10 patients, seed 4, immune cytopenias enriched 3-fold)"
    assert len(manifest["sites"]) == 7
    undeclared = {"aiha", "itp", "prca", "evans", "bleeding", "iron_deficiency", "vitamin_deficiency"}
    assert undeclared.isdisjoint(manifest["complete"]["conditions"])


def test_the_planted_truth_is_no_table_of_the_extract(tmp_path: Path) -> None:
    folder = write_cohort(tmp_path / "cohort", 10, seed=4)
    assert {file.stem for file in folder.glob("*.csv")} == TABLES
    assert [file.name for file in (folder / "truth").iterdir()] == ["truth.csv"]


def test_a_folder_with_an_extract_is_refused(tmp_path: Path) -> None:
    write_cohort(tmp_path / "cohort", 5, seed=1)
    with pytest.raises(PostgraftError, match=r"found conditions\.csv, .*accepted is a folder without an extract"):
        write_cohort(tmp_path / "cohort", 5, seed=1, format="parquet")


def test_impossible_arguments_are_told() -> None:
    with pytest.raises(PostgraftError, match="patients: found 0"):
        generate(0)
    with pytest.raises(PostgraftError, match="enrich: found -1"):
        generate(5, enrich=-1)
    for number in ("inf", "1e+300", "100.5"):
        with pytest.raises(
            PostgraftError, match=rf"enrich: found {re.escape(number)}.*, accepted is a number from 0 to 100, at which"
        ):
            generate(5, enrich=float(number))
    with pytest.raises(PostgraftError, match="enrich: found nan"):
        generate(5, enrich=float("nan"))


def test_an_unknown_format_is_told(tmp_path: Path) -> None:
    with pytest.raises(PostgraftError, match=r"format: found 'xlsx', accepted are csv, csv\.gz, parquet"):
        write_cohort(tmp_path, 5, format="xlsx")  # type: ignore[arg-type]


def test_one_patient_is_a_cohort() -> None:
    assert len(generate(1, seed=1).tables["patients"]) == 1


def test_enrichment_multiplies_the_cytopenias_and_zero_leaves_none() -> None:
    none, usual, rich = (generate(3000, seed=6, enrich=factor).truth["cytopenia"] for factor in (0, 1, 5))
    assert none.notna().sum() == 0
    assert 3.5 < rich.notna().sum() / usual.notna().sum() < 5.5
