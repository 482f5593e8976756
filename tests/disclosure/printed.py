"""Everything that a study prints of a cohort, as printed and as it is, and who is in each count."""

from collections.abc import Mapping

import numpy as np

from postgraft import eligibility
from postgraft.disclosure.ledger import Ledger
from postgraft.disclosure.rule import Rule
from postgraft.disclosure.shown import Shown
from postgraft.eligibility.breakdowns import (
    by_cytopenia_and_route,
    by_days_since_transplant,
    by_site,
    by_year,
)
from postgraft.eligibility.composition import composition
from postgraft.eligibility.counting import exact
from postgraft.eligibility.funnel import funnel
from postgraft.eligibility.readings import evaluate_readings
from postgraft.eligibility.verdict_shares import verdict_shares

USUAL = Rule()


class Given:
    """Gives out counts as a ledger does, and remembers the sets and their prints; ``rule`` alone without a ledger."""

    def __init__(self, patients, rule=USUAL, ledger=True):
        self.rule, self.ledger = rule, Ledger(patients, rule) if ledger else None
        self.sets, self.texts = np.zeros((0, patients), bool), []

    def give(self, sets):
        sets = np.asarray(sets, bool)
        give = self.ledger.give if self.ledger else self._by_rule
        shown = give(sets)
        self.sets = np.concatenate((self.sets, sets))
        self.texts += [one.text for one in shown]
        return shown

    def _by_rule(self, sets):
        return [Shown.of(int(row.sum()), self.rule) for row in sets]


def study(extract, protocol, amendments, count=exact, tables=None) -> Mapping:
    """The tables of notebooks 02 to 04 by name; those of a protocol by (name, protocol). ``tables``: only these,
    and no other reading."""
    found = evaluate_readings(extract, protocol, amendments, count)
    readings = found.by_reading if not tables else {"base": found.base}
    named = {**readings, **found.by_amendment}
    base = found.base
    made = {
        "funnel": lambda: funnel(base),
        "composition": lambda: composition(base),
        "verdicts": lambda: verdict_shares(base),
        "route": lambda: by_cytopenia_and_route(base),
        "site": lambda: by_site(base),
        "year": lambda: by_year(base),
        "days": lambda: by_days_since_transplant(base),
        "barriers": lambda: base.barriers(),
        "combinations": lambda: base.combinations(),
        "combinations_or_possible": lambda: base.combinations("eligible_or_possible"),
        "kept_out": lambda: base.kept_out(),
        "comparison": lambda: eligibility.compare(extract, protocol, amendments, count=count),
    }
    chosen = {name: make() for name, make in made.items() if not tables or name in tables}
    return {("summary", name): one.summary() for name, one in named.items()} | chosen
