"""Everything that a release prints of a cohort, as printed and as it is, and who is in each count."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from postgraft.api import evaluate_readings
from postgraft.disclosure.cell_keys import CellKeys
from postgraft.disclosure.house import House
from postgraft.disclosure.rule import Rule
from postgraft.evaluation.count import exact

HOUSE = House(Rule(), bytes(range(32)), Path())


class Given:
    """Gives out counts by cell keys, and remembers the sets and their prints."""

    def __init__(self, extract, house=HOUSE, rule=None):
        self.ids = extract.patients["patient_id"].astype(str).to_list()
        self.counting = CellKeys(self.ids, house, rule).counting
        self.sets, self.texts = np.zeros((0, len(self.ids)), bool), []

    def give(self, sets):
        shown = self.counting(np.asarray(sets, bool))
        left_in = np.asarray(sets, bool)[:, : self.sets.shape[1]]
        self.sets = np.concatenate((self.sets, left_in))
        self.texts += [one.text for one in shown]
        return shown


def study(extract, protocol, amendments, count=exact) -> Mapping:
    """The tables of notebooks 02 to 04 by name; summaries by (name, protocol)."""
    found = evaluate_readings(extract, protocol, amendments, count)
    base, named = found.base, {**found.by_reading, **found.by_agreement, **found.by_amendment}
    return {("summary", name): one.summary() for name, one in named.items()} | {
        "funnel": base.attrition(),
        "verdicts": base.verdict_shares(),
        "site": base.by_site(),
        "year": base.by_year(),
        "barriers": base.barriers(),
        "kept_out": base.kept_out(),
        "comparison": base.compare(amendments),
    }
