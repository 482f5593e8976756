"""Make the comparison with the planted truth, which the benchmark prints, importable here."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
