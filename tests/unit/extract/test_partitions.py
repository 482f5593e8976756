"""An extract in partitions is the same as one of all its patients, or an error that names the partition."""

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from architecture.project import ROOT

import postgraft as pg

pytestmark = pytest.mark.slow

DEMO = ROOT / "cohorts" / "demo"
MANIFEST = yaml.safe_load((DEMO / "extract.yaml").read_text(encoding="utf-8"))
EMPTY = {"complete_though_empty": MANIFEST["complete"]["conditions"]}
"""Few patients may have none of a condition that is declared complete."""
NAMES = ["part-000", "part-001", "part-002"]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    found = {path.name.split(".")[0]: path for path in DEMO.iterdir() if ".csv" in path.name}
    return {name: pd.read_csv(path, dtype=str, keep_default_na=False) for name, path in found.items()}


def write(folder: Path, tables: dict[str, pd.DataFrame], patients: set[str], **manifest: object) -> None:
    folder.mkdir(parents=True)
    for name, table in tables.items():
        table[table["patient_id"].isin(patients)].to_csv(folder / f"{name}.csv", index=False)
    (folder / "extract.yaml").write_text(yaml.safe_dump(MANIFEST | EMPTY | manifest), encoding="utf-8")


@pytest.fixture
def parted(tables, tmp_path):
    """A folder of three partitions, and the patients of each."""
    ids = list(tables["patients"]["patient_id"])
    each = [set(ids[:10]), set(ids[10:45]), set(ids[45:])]
    for name, patients in zip(NAMES, each, strict=True):
        write(tmp_path / "all" / name, tables, patients)
    above = {"format": 1, "name": MANIFEST["name"], "partitions": NAMES}
    (tmp_path / "all" / "extract.yaml").write_text(yaml.safe_dump(above), encoding="utf-8")
    return tmp_path / "all", each


def findings(folder: Path) -> list[str]:
    with pytest.raises(pg.ExtractError) as raised:
        pg.read_extract(folder)
    return [f"{one.file} {one.column}: {one.message}" for one in raised.value.findings if one.severity == "error"]


def test_it_is_the_extract_of_all_patients(parted, tables, tmp_path):
    folder, each = parted
    write(tmp_path / "whole", tables, set().union(*each))
    parts, whole = pg.read_extract(folder), pg.read_extract(tmp_path / "whole")
    base = pg.load_protocol()

    assert parts.fingerprint == whole.fingerprint
    assert parts.counts == whole.counts
    pd.testing.assert_frame_equal(parts.coverage().drop(columns="warnings"), whole.coverage().drop(columns="warnings"))
    pd.testing.assert_frame_equal(pg.evaluate(parts, base).patients, pg.evaluate(whole, base).patients)
    assert {one.file.partition("/")[0] for one in parts.warnings} == set(NAMES)
    assert parts.coverage().set_index("table").loc["measurements", "warnings"].iloc[0] > 0


def test_a_manifest_above_may_say_what_all_say(parted):
    folder, _ = parted
    said = MANIFEST | {"name": "Named above", "partitions": NAMES}
    (folder / "extract.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")

    assert pg.read_extract(folder).name == "Named above"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("part-000", r"not a list of different folders beside the manifest; accepted: \[part-000, part-001\]"),
        (["part-000", "part-000"], "not a list of different folders"),
        (["part-000", "../whole"], "not a list of different folders"),
        ([], "not a list of different folders"),
        (["part-000", "part-009"], "part-009/extract.yaml : is missing: .*part-009 is not a folder"),
    ],
)
def test_partitions_that_are_none(parted, given, said):
    folder, _ = parted
    (folder / "extract.yaml").write_text(yaml.safe_dump({"format": 1, "partitions": given}), encoding="utf-8")

    assert any(re.search(said if given else "not a list", one) for one in findings(folder))


def test_partitions_that_contradict_each_other(parted, tables):
    folder, (first, *_) = parted
    write(folder / "part-003", tables, first, extracted_on="2025-06-29")
    write(folder / "part-004", tables, {"SYN000050"}, complete={}, sites={"S1": "B"}, synthetic=False)
    above = {"format": 1, "partitions": [*NAMES, "part-003", "part-004"]}
    (folder / "extract.yaml").write_text(yaml.safe_dump(above), encoding="utf-8")
    same = "is not that of the extract; accepted: the same in each partition"
    label = "a site has another label than in the extract; accepted: the same in each partition"

    assert findings(folder) == [
        f"part-003/extract.yaml extracted_on: {same}",
        f"part-004/extract.yaml complete: {same}",
        f"part-004/extract.yaml synthetic: {same}",
        f"part-004/extract.yaml sites: {label}",
        "part-003/patients patient_id: patient of an earlier partition (10 rows)",
        "part-004/patients patient_id: patient of an earlier partition (1 row)",
    ]


def test_what_is_wrong_in_a_partition_is_said_with_its_name(parted):
    folder, _ = parted
    (folder / "part-001" / "transplants.csv").unlink()
    (folder / "part-002" / "extract.yaml").write_text("format: 1\npartitions: [a]\n", encoding="utf-8")
    (folder / "patients.csv").write_text("patient_id\n", encoding="utf-8")
    said = findings(folder)

    assert any(one.startswith("part-001/transplants") for one in said)
    assert "part-002/extract.yaml partitions: partitions within a partition" in said
    assert "patients.csv : is not read beside partitions; accepted: a file of a partition" in said
