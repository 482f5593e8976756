"""The committed demo cohort is what its command writes."""

from pathlib import Path

from postgraft.synthetic import write_cohort

DEMO = Path(__file__).parents[3] / "cohorts" / "demo"
LARGEST = 1_500_000


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_committed_files_equal_a_fresh_run(tmp_path: Path) -> None:
    fresh = contents(write_cohort(tmp_path / "demo", 72, seed=1, enrich=8))
    committed = contents(DEMO)
    command = "postgraft synth cohorts/demo --patients 72 --seed 1 --enrich 8"
    assert command in committed.pop("README.md").decode("utf-8")
    changed = sorted(name for name in fresh.keys() | committed.keys() if fresh.get(name) != committed.get(name))
    assert changed == [], f"remove them and run: {command}"
    assert sum(map(len, committed.values())) < LARGEST
