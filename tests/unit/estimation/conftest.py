"""Make the simulations of coverage, whose table the benchmark prints, importable here."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
