"""What each criterion costs: alone, if it were dropped, and as its fair share of all patients kept out.

On each stretch of days that is long enough some set of criteria stands in the way. A patient gets in as soon as every
criterion of one such set is dropped; so the smallest of these sets, none within another, say all there is to say about
which criteria cost whom.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.analysis.summary import populations, statuses
from postgraft.evaluation.count import Patients, column, exact
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.observations import Observations
from postgraft.evaluation.stretches import EligibleStretches
from postgraft.timeline.spells import Masks
from postgraft.vocabulary.errors import PostgraftError
from postgraft.vocabulary.shown import shown_value
from postgraft.vocabulary.words import TEXT

Counting = Literal["eligible", "eligible_or_possible"]
"""``eligible``: what is FAIL or UNKNOWN stands in the way; ``eligible_or_possible``: only what is FAIL does."""
SUFFIX: Mapping[Counting, str] = {"eligible": "", "eligible_or_possible": "_or_possible"}
"""By way of counting: how its columns end."""

Pattern = tuple[int, ...]
"""The minimal sets of one patient, ascending; sets of criteria as bits, the first criterion the lowest."""


@dataclass(frozen=True)
class MinimalSets:
    """How many patients have which minimal sets.

    A patient who is in already has the one empty set. ``unobserved``: patients with no stretch of observed days
    that is long enough, whom no dropped criterion lets in; they have no pattern.
    """

    patients: Mapping[Pattern, int]
    unobserved: int

    def dividends(self) -> Mapping[int, int]:
        """Harsanyi's dividends of the game in which the players are the criteria that are dropped.

        The number of patients in when the set D is dropped is the sum of the dividends of all subsets of D
        (J. C. Harsanyi, Int Econ Rev 1963;4:194-220).
        """
        total: Counter[int] = Counter()
        for pattern, patients in self.patients.items():
            for union, dividend in _dividends(pattern).items():
                total[union] += dividend * patients
        return {union: dividend for union, dividend in total.items() if dividend}


def _dividends(pattern: Pattern) -> dict[int, int]:
    """Those of one patient: "one of the sets is dropped whole", multiplied out by inclusion and exclusion."""
    found: dict[int, int] = {}
    for one in pattern:
        joint = [(union | one, -dividend) for union, dividend in found.items()]
        for union, dividend in ((one, 1), *joint):
            found[union] = found.get(union, 0) + dividend
    return found


def members(mask: int, names: Sequence[str]) -> tuple[str, ...]:
    """Those of the names, of the criteria in protocol order, that are in a set."""
    return tuple(name for i, name in enumerate(names) if mask >> i & 1)


@dataclass(frozen=True, eq=False)
class Ways:
    """The minimal sets one below the other: ``sets[i]`` is one of the patient at position ``patient[i]`` of the
    ``of`` patients of the extract. Patients are ascending, and so are the sets of each."""

    patient: NDArray[np.int64]
    sets: Masks
    of: int

    def whose(self, chosen: NDArray[np.bool_]) -> Patients:
        """The patients with at least one of the chosen sets."""
        return np.bincount(self.patient[chosen], minlength=self.of) > 0

    @property
    def inside(self) -> Patients:
        """The patients who are in already."""
        return self.whose(self.sets == 0)

    @property
    def observed(self) -> Patients:
        """The patients with a stretch of observed days that is long enough."""
        return self.whose(np.ones(self.sets.size, bool))

    def let_in(self, dropped: int) -> Patients:
        """The patients who get in, and are not in yet, if a set of criteria is dropped."""
        outside = np.array(~dropped & int(np.iinfo(self.sets.dtype).max), self.sets.dtype)
        return self.whose(self.sets & outside == 0) & ~self.inside

    def kept_out_by(self, criterion: int) -> Patients:
        """The patients whom one criterion keeps out, if it is the only one."""
        bit = np.array(1 << criterion, self.sets.dtype)
        return self.observed & ~self.whose(self.sets & bit == 0)


def ways_in(screened: EligibleStretches, seen: Observations, counting: Counting = "eligible") -> Ways:
    """The minimal sets of every patient of the extract, over all of the patient's transplants and days."""
    sets = screened.in_the_way if counting == "eligible" else screened.failed
    first, union = screened.spells.over_days(screened.spans[0], sets)
    return Ways(
        *_minimal(seen.patient[screened.spells.row[first]], union, len(screened.names)), len(seen.extract.patients)
    )


def minimal_sets(screened: EligibleStretches, seen: Observations, counting: Counting = "eligible") -> MinimalSets:
    """How many patients have which minimal sets."""
    ways = ways_in(screened, seen, counting)
    offsets = np.flatnonzero(np.append(True, np.diff(ways.patient) != 0)[: ways.patient.size])
    return MinimalSets(Counter(_patterns(ways.sets, offsets)), ways.of - offsets.size)


def _patterns(sets: Masks, offsets: NDArray[np.int64]) -> Iterator[Pattern]:
    values, ends = sets.tolist(), np.append(offsets[1:], sets.size)[: offsets.size]
    for begin, end in zip(offsets.tolist(), ends.tolist(), strict=True):
        yield tuple(values[begin:end])


def _minimal(patient: NDArray[np.int64], sets: Masks, criteria: int) -> tuple[NDArray[np.int64], Masks]:
    """The sets of each patient, ascending, without those that hold another set of the patient."""
    bits = np.uint64(criteria)
    pairs = np.sort((patient.astype(np.uint64) << bits) | sets.astype(np.uint64))
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])[: pairs.size]]
    owner, kept = (pairs >> bits).astype(np.int64), pairs & ((np.uint64(1) << bits) - np.uint64(1))
    redundant = np.zeros(pairs.size, bool)
    smaller = np.arange(pairs.size)
    step = 0
    while smaller.size:  # a set within another is the smaller number: each is held against those after it
        step += 1
        smaller = smaller[smaller + step < pairs.size]
        smaller = smaller[owner[smaller] == owner[smaller + step]]
        redundant[smaller + step] |= kept[smaller] & kept[smaller + step] == kept[smaller]
    return owner[~redundant], kept[~redundant]


def barriers(outcome: Evaluated) -> pd.DataFrame:
    """Per criterion in protocol order: what it costs in patients.

    Columns criterion; fails_alone: patients who are not eligible and would be if it alone were dropped;
    gain_if_dropped: how many more would be eligible without it; shapley: its Shapley value in the game whose
    worth is the number eligible when a set of criteria is dropped (L. S. Shapley 1953, in Contributions to the
    Theory of Games II, 307-317), exact; keeps_out: patients lost if it were the only criterion. The Shapley
    values add up to the number eligible with all dropped minus that with none. fails_alone and
    gain_if_dropped are the same number, since no patient is lost when a criterion goes: the one counts
    patients, the other is a difference. The columns with ``_or_possible`` say the same of the eligible and
    possible patients together. Criteria that the protocol drops cost nothing. Shapley values are no counts: where
    counts are not exact, they are NaN.
    """
    screened, seen, count = outcome.screened, outcome.observations, outcome.count
    names = screened.names
    frame = pd.DataFrame({"criterion": names})
    positions = range(len(names))
    for counting, suffix in SUFFIX.items():
        ways = ways_in(screened, seen, counting)
        gain = [ways.let_in(1 << i) for i in positions]
        counts = count(np.array([*gain, *(ways.kept_out_by(i) for i in positions)]))
        frame[f"fails_alone{suffix}"] = frame[f"gain_if_dropped{suffix}"] = column(counts[: len(names)])
        known = shapley(minimal_sets(screened, seen, counting).dividends(), len(names)) if count is exact else nan
        frame[f"shapley{suffix}"] = known
        frame[f"keeps_out{suffix}"] = column(counts[len(names) :])
    return frame


MORE_THAN_ONE = "more than one"
DISEASE = "immune_cytopenia"


def fails_only(outcome: Evaluated) -> pd.DataFrame:
    """Patients with a certain immune cytopenia who are not eligible, by the one criterion that keeps them out.

    Columns criterion, patients; most patients first, then by name. They add up to those with a cytopenia less those
    eligible, or, under a protocol that asks for none, to all patients who are not eligible. A patient who
    fails only one criterion, or another one only on other days, counts at the first of them in protocol order. Asked
    are the stretches, long enough, on which the cytopenia is certain: who has none counts at ``immune_cytopenia``, and
    who fails several criteria on each at MORE_THAN_ONE, the last row. Nobody has no row.
    """
    names, groups = outcome.screened.names, populations(outcome)
    ways = ways_in(outcome.screened, outcome.observations)
    eligible = statuses(outcome, outcome.protocol.eligible_days_min)["eligible"]
    asked = DISEASE in names and DISEASE not in outcome.protocol.dropped
    bit = 1 << names.index(DISEASE) if asked else 0
    lost = groups["cytopenia" if asked else "transplanted"] & ~eligible
    with_it = ways.sets & np.array(bit, ways.sets.dtype) == 0
    left, found = lost.copy(), dict[str, int]()
    for i, name in enumerate(names):
        alone = ways.whose(with_it & (ways.sets == np.array(1 << i, ways.sets.dtype))) & left
        found[name], left = int(alone.sum()), left & ~alone
    several = ways.whose(with_it) & left
    found[DISEASE if bit else MORE_THAN_ONE] = int((left & ~several).sum())
    rows = sorted(
        ((name, n) for name, n in found.items() if n and name != MORE_THAN_ONE), key=lambda one: (-one[1], one[0])
    )
    more = int(several.sum()) + found.get(MORE_THAN_ONE, 0)
    rows += [(MORE_THAN_ONE, more)] if more else []
    return pd.DataFrame(rows, columns=["criterion", "patients"]).astype({"criterion": TEXT, "patients": "int64"})


def shapley(dividends: Mapping[int, int], criteria: int) -> list[float]:
    """Shapley value of each of so many criteria: every dividend is shared equally within its set."""
    value = [0.0] * criteria
    for union, dividend in dividends.items():
        for i in range(criteria):
            if union >> i & 1:
                value[i] += dividend / union.bit_count()
    return value


def combinations(outcome: Evaluated, counting: Counting = "eligible") -> pd.DataFrame:
    """The minimal sets of criteria that keep patients out, the one that keeps out most first.

    Columns criteria (joined by " + "), size; patients: who would get in if exactly these were dropped, and no
    fewer of them; only_way: those of them with no other minimal set; gain_if_dropped: how many more would be
    eligible (or possible) if all of these were dropped, also those for whom some of them suffice. A patient
    with several minimal sets is counted at each of them. Raises PostgraftError for another ``counting``.
    """
    if counting not in SUFFIX:
        raise PostgraftError(f"counting: found {shown_value(counting)}; accepted are {', '.join(SUFFIX)}")
    found = minimal_sets(outcome.screened, outcome.observations, counting)
    patients: Counter[int] = Counter()
    only: Counter[int] = Counter()
    for pattern, number in found.patients.items():
        for one in pattern:
            patients[one] += number
        if len(pattern) == 1:
            only[pattern[0]] += number
    dividends = found.dividends()
    rows = [
        (
            " + ".join(members(one, outcome.screened.names)),
            one.bit_count(),
            number,
            only[one],
            sum(dividend for union, dividend in dividends.items() if union and union & ~one == 0),
        )
        for one, number in patients.items()
        if one
    ]
    columns = ["criteria", "size", "patients", "only_way", "gain_if_dropped"]
    frame = pd.DataFrame(rows, columns=columns).astype({"criteria": TEXT})
    order = ["patients", "size", "criteria"]
    return frame.sort_values(order, ascending=[False, True, True], ignore_index=True)


def kept_out(outcome: Evaluated) -> pd.DataFrame:
    """All patients of the extract, once each, by whether criteria keep them out.

    Columns counting (a row for each way), in, kept_out, unobserved, of. "unobserved": no stretch of observed days
    is long enough, whatever is asked.
    """
    rows = []
    for counting in SUFFIX:
        ways = ways_in(outcome.screened, outcome.observations, counting)
        everybody = np.ones(ways.of, bool)
        rows.append(outcome.count(np.array((ways.inside, ways.observed & ~ways.inside, ~ways.observed, everybody))))
    columns = zip(("in", "kept_out", "unobserved", "of"), zip(*rows, strict=True), strict=True)
    return pd.DataFrame({"counting": list(SUFFIX), **{name: column(counts) for name, counts in columns}})
