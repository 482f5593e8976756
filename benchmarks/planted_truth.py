"""How well the criteria find the planted cytopenias of a synthetic cohort, and why not the others.

python benchmarks/planted_truth.py --patients 2000 --seed 1
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import pandas as pd
from truth import causes_table, compare, extra_table, false_positive_table, found_table

import postgraft as pg
from postgraft.synthetic import write_cohort


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--patients", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--enrich", type=float, default=1.0, help="factor on the incidence of the cytopenias")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = write_cohort(Path(scratch) / "cohort", asked.patients, asked.seed, "parquet", enrich=asked.enrich)
        outcome = pg.evaluate(pg.read_extract(folder), pg.load_protocol("nct05873205"))
        result = compare(outcome, pd.read_csv(folder / "truth" / "truth.csv"))
    print(f"{outcome.extract.name}, protocol {outcome.protocol.name}")
    for title, table in (
        ("Planted episodes", found_table(result)),
        ("Why a planted episode is not certain", causes_table(result)),
        ("Certain episodes in patients without the cytopenia", false_positive_table(result)),
        ("Why an episode is certain that was not planted", extra_table(result)),
    ):
        print(f"\n{title}\n")
        print(markdown(table))


def markdown(table: pd.DataFrame) -> str:
    """The table in Markdown, columns aligned."""
    cells = [list(map(str, table.columns)), *([str(c) for c in row] for row in table.itertuples(index=False))]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [" | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in cells]
    lines.insert(1, " | ".join("-" * w for w in widths))
    return "\n".join(f"| {line} |" for line in lines)


if __name__ == "__main__":
    main()
