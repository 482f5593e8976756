"""A reader of released studies who knows what their counts mean, and adds and subtracts across all tables.

Knows nothing of who is in which count, but every relation that follows from the words above it.
"""

from itertools import pairwise

import pandas as pd
from disclosure.attacker import Reader, interval

UPPER = "_or_possible"


def _aligned(names, true):
    """The true counts of the printed rows of sites or years: the last row is all that is not named."""
    exact = true.set_index(true.columns[0])
    named = list(names)[:-1]
    return [*(exact.loc[name] for name in named), exact[~exact.index.isin(named)].fillna(0).sum()]


class RealReader:
    """Cells of tables by name, each an unknown number; one that stands in several tables is one unknown."""

    def __init__(self):
        self.reader, self.cells, self.true = Reader(), {}, {}

    def cell(self, name, text=None, true=None):
        """The unknown of a count; what is printed of it bounds it."""
        if name not in self.cells:
            self.cells[name] = self.reader.unknown()
        if text is not None:
            self.reader.knows({self.cells[name]: 1}, *interval(str(text)))
            assert self.true.setdefault(name, int(true)) == int(true), f"{name} is two counts"
        return name

    def sums(self, parts, whole):
        """The parts are disjoint and together the whole."""
        self._compare(parts, whole, 0)

    def within(self, parts, whole):
        """The parts are disjoint and in the whole."""
        self._compare(parts, whole, 10_000)

    def _compare(self, parts, whole, high):
        row = {self.cells[self.cell(whole)]: 1}
        for part in parts:
            k = self.cells[self.cell(part)]
            row[k] = row.get(k, 0) - 1
        self.reader.knows({k: factor for k, factor in row.items() if factor}, 0, high)

    def hidden(self):
        return [name for name, true in self.true.items() if 1 <= true <= 10]

    def knows_total(self, patients):
        """The number of patients with a transplant is no secret."""
        self.reader.knows({self.cells["transplanted"]: 1}, patients)

    def recovered(self):
        names = self.hidden()
        found = self.reader.recovered([{self.cells[n]: 1} for n in names], [self.true[n] for n in names])
        return [names[k] for k in found]

    def reads(self, printed, exact, study=""):
        """All tables of a study; ``study`` names what is not the same in another one: the protocol."""
        for name, frame in printed.items():
            kind, protocol = name if isinstance(name, tuple) else (name, "base")
            getattr(self, f"_{kind.removesuffix(UPPER)}")(frame, exact[name], (study, protocol), kind)

    def _summary(self, shown, true, under, _):
        all_of = "in_extract", "left_out", "transplanted"
        for one, own in zip(shown.itertuples(), true.itertuples(), strict=True):
            fixed = one.measure in (*all_of, "observed")
            key = one.measure if fixed else (*under, one.measure, one.days)
            if one.measure == "eligible" and one.denominator != "transplanted":
                key = (*under, "eligible", one.days, one.denominator)
            self.cell(key, one.count, own.count)
            if not fixed and one.measure != "observed_on_day_min":
                self.within([key], "transplanted")
        days = sorted(set(shown["days"][shown["measure"] == "eligible"]))
        for day in days:
            e, p, d, g, u = (
                (*under, name, day)
                for name in (
                    "eligible",
                    "possible",
                    "possible_documentation",
                    "possible_diagnosis",
                    "eligible_or_possible",
                )
            )
            self.sums([e, p], u)
            self.sums([d, g], p)
            self.within([u], "observed")
            for denominator in ("observed_on_day_min", "cytopenia", "treated"):
                self.within([(*e, denominator)], e)
        for short, long in pairwise(days):
            for name in ("eligible", "eligible_or_possible"):
                self.within([(*under, name, long)], (*under, name, short))
        self.sums(["transplanted", "left_out"], "in_extract")
        self.within(["observed"], "transplanted")
        cytopenia, treated = (*under, "cytopenia", pd.NA), (*under, "treated", pd.NA)
        self.within([treated], cytopenia)
        self.within([cytopenia, (*under, "cytopenia_possible", pd.NA)], "observed")

    def _funnel(self, shown, true, under, _):
        before = {"eligible": "observed", "possible": "observed"}
        for one, own in zip(shown.itertuples(), true.itertuples(), strict=True):
            for status in before:
                left, lost = ((*under, what, status, one.criterion) for what in ("left", "lost"))
                self.cell(left, getattr(one, f"remaining_{status}"), getattr(own, f"remaining_{status}"))
                self.cell(lost, getattr(one, f"lost_{status}"), getattr(own, f"lost_{status}"))
                self.sums([left, lost], before[status])
                before[status] = left
            self.within([before["eligible"]], before["possible"])
        for status, name in (("eligible", "eligible"), ("possible", "eligible_or_possible")):
            self.within([(*under, name, 1)], before[status])
            self.within([before[status]], (*under, name, 1))

    def _verdicts(self, shown, true, under, _):
        true = true[true["unit"] == "patients"]
        for one, own in zip(shown.itertuples(), true.itertuples(), strict=True):
            key = (*under, one.population, one.criterion, one.verdict)
            self.cell(key, one.count, own.count)
            if one.population == "cytopenia":
                self.within([key], (*under, "observed", one.criterion, one.verdict))
        for population, whole in (("observed", "observed"), ("cytopenia", (*under, "cytopenia", pd.NA))):
            for criterion in shown["criterion"].unique():
                self.sums([(*under, population, criterion, v) for v in ("PASS", "UNKNOWN", "FAIL")], whole)

    def _site(self, shown, true, under, kind):
        columns = ["patients", "eligible", "possible_documentation", "possible_diagnosis"]
        columns += ["became_eligible"] * (kind == "year" and not shown["became_eligible"].isna().all())
        wholes = ["transplanted", *((*under, name, 7) for name in ("eligible", *columns[2:4], "eligible"))]
        rows = list(zip(shown[kind], shown.itertuples(), _aligned(shown[kind], true), strict=True))
        for column, whole in zip(columns, wholes, strict=False):
            for name, one, own in rows:
                self.cell((*under, kind, name, column), getattr(one, column), own[column])
            self.sums([(*under, kind, name, column) for name, _, _ in rows], whole)
        for name, _, _ in rows:
            self.within([(*under, kind, name, c) for c in columns[1:4]], (*under, kind, name, "patients"))

    _year = _site

    def _barriers(self, shown, true, under, _):
        for one, own in zip(shown.itertuples(), true.itertuples(), strict=True):
            for suffix in ("", UPPER):
                for name in ("gain_if_dropped", "keeps_out"):
                    key = (*under, name + suffix, one.criterion)
                    self.cell(key, getattr(one, name + suffix), getattr(own, name + suffix))
                    self.within([key], (*under, "kept_out" + suffix))
        for suffix in ("", UPPER):
            gains = [(*under, "gain_if_dropped" + suffix, name) for name in shown["criterion"]]
            self.within(gains, (*under, "kept_out" + suffix)) if not suffix else None

    def _kept_out(self, shown, true, under, _):
        for one, own in zip(shown.values.tolist(), true.values.tolist(), strict=True):
            suffix = one[0].removeprefix("eligible")
            keys = [(*under, "eligible" + suffix, 7), *((*under, name + suffix) for name in ("kept_out", "unobserved"))]
            for key, text, number in zip([*keys, "transplanted"], one[1:], own[1:], strict=True):
                self.cell(key, text, number)
            self.sums(keys, "transplanted")

    def _comparison(self, shown, true, under, _):
        for one, own in zip(shown.itertuples(), true.itertuples(), strict=True):
            name = (under[0], one.amendment)
            for suffix, status in (("", "eligible"), (UPPER, "eligible_or_possible")):
                after, before = (*name, status, 7), (*under, status, 7)
                gained, lost = (*name, "gained" + suffix), (*name, "lost" + suffix)
                self.cell(after, getattr(one, "certain" + suffix), getattr(own, "certain" + suffix))
                for key, column in ((gained, "gained"), (lost, "lost")):
                    self.cell(key, getattr(one, column + suffix), getattr(own, column + suffix))
                # after = before + gained - lost, and the lost were in before, the gained are in after
                self._change(after, before, gained, lost)
                self.within([lost], before)
                self.within([gained], after)
            self.cell((*name, "possible", 7), one.possible, own.possible)
            self.sums([(*name, "eligible", 7), (*name, "possible", 7)], (*name, "eligible_or_possible", 7))

    def _change(self, after, before, gained, lost):
        row = {}
        for name, factor in ((after, 1), (before, -1), (gained, -1), (lost, 1)):
            k = self.cells[self.cell(name)]
            row[k] = row.get(k, 0) + factor
        self.reader.knows({k: factor for k, factor in row.items() if factor} or {0: 0}, 0)
