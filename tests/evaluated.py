"""Cohorts under the shipped protocol that many tests ask about, each evaluated once for all workers."""

import pickle
from collections.abc import Callable
from functools import cache

from architecture.project import ROOT
from made_once import made_once

import postgraft as pg
from postgraft.synthetic import generate


@cache
def demo() -> pg.Outcome:
    """The demo cohort that comes with the project."""
    return _evaluated("demo", lambda: pg.read_extract(ROOT / "cohorts" / "demo"))


@cache
def generated(patients: int, seed: int, enrich: float = 12) -> pg.Outcome:
    """A synthetic cohort with more immune cytopenias than there would be."""

    def extract() -> pg.Extract:
        cohort = generate(patients, seed=seed, enrich=enrich)
        return pg.Extract.from_tables(cohort.manifest, cohort.tables)

    return _evaluated(f"generated-{patients}-{seed}-{enrich}", extract)


def _evaluated(name: str, extract: Callable[[], pg.Extract]) -> pg.Outcome:
    def make(folder):
        outcome = pg.evaluate(extract(), pg.load_protocol())
        (folder / "outcome.pickle").write_bytes(pickle.dumps(outcome))

    return pickle.loads((made_once(name, make) / "outcome.pickle").read_bytes())
