"""A reader who adds and subtracts, written apart from the product: nothing but what is printed, and integer programs.

The product looks for one other possible table and stops; this reader solves for the least and the largest possible
value of every count, exactly.
"""

import re
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, lil_matrix

INFINITE = np.inf


def interval(text, threshold=10, rounding=5):
    """All counts that a printed text may stand for, both ends included; found by trying every count."""
    if text == "withheld":
        return 1, INFINITE  # what is 0 is printed
    if text == "0":
        return 0, 0
    if between := re.fullmatch(r"(\d+)–(\d+)", text):
        return int(between[1]), int(between[2])
    printed = int(text.replace(",", ""))
    if threshold == 1 and text == "1":
        return 1, 1
    lowest = -(-(threshold + 1) // rounding) * rounding
    near = range(max(threshold + 1, printed - rounding), printed + rounding + 1)
    alike = [n for n in near if max((n + rounding / 2) // rounding * rounding, lowest) == printed]
    return alike[0], alike[-1]


@dataclass
class Reader:
    """Unknown whole numbers from 0 up, and bounds of sums of them."""

    unknowns: int
    rows: list = field(default_factory=list)
    low: list = field(default_factory=list)
    high: list = field(default_factory=list)

    def knows(self, coefficients, low, high):
        """A sum of unknowns, a mapping of their positions to whole numbers, lies between two bounds."""
        self.rows.append(dict(coefficients))
        self.low.append(low)
        self.high.append(high)

    def range_of(self, coefficients):
        """The least and the largest possible value of a sum of unknowns."""
        matrix = lil_matrix((max(len(self.rows), 1), self.unknowns))
        for i, row in enumerate(self.rows):
            for k, factor in row.items():
                matrix[i, k] = factor
        within = LinearConstraint(csr_matrix(matrix), self.low or [-np.inf], self.high or [np.inf])
        aim = np.zeros(self.unknowns)
        for k, factor in coefficients.items():
            aim[k] = factor
        found = []
        for sign in (1, -1):
            solved = milp(
                sign * aim,
                constraints=[within],
                integrality=np.ones(self.unknowns),
                bounds=Bounds(0, np.inf),
            )
            if solved.status == 3:  # unbounded
                found.append(-sign * np.inf)
            else:
                assert solved.status == 0, f"{solved.status} {solved.message}"
                found.append(round(aim @ np.rint(solved.x)))
        return tuple(found)


def strong(sets, texts, rule=(10, 5)):
    """A reader who knows which kinds of patients there are, and which printed sets hold which of them.

    Returns the reader, and for every set the unknowns in it: the kinds of patients alike in all sets.
    """
    sets = np.asarray(sets, bool)
    kinds = np.unique(sets, axis=1) if sets.size else np.zeros((len(sets), 0), bool)
    reader = Reader(kinds.shape[1])
    inside = [dict.fromkeys(np.flatnonzero(row).tolist(), 1) for row in kinds]
    for members, text in zip(inside, texts, strict=True):
        low, high = interval(text, *rule)
        if members or low:
            reader.knows(members, low, high)
    return reader, inside


def secrets(sets, texts, threshold=10):
    """The hidden counts of what was printed: sets of 1 to threshold patients, and differences of nested printed sets."""
    sets = np.asarray(sets, bool)
    printed = np.unique(sets[[text != "withheld" for text in texts]], axis=0)
    found = {row.tobytes(): row for row in sets if 1 <= row.sum() <= threshold}
    for outer in printed:
        for inner in printed[~(printed & ~outer).any(axis=1)]:
            between = outer & ~inner
            if 1 <= between.sum() <= threshold:
                found[between.tobytes()] = between
    return list(found.values())


def recovered(sets, texts, rule=(10, 5)):
    """How many secrets there are, and those of which the strong reader finds the one possible value."""
    sets = np.asarray(sets, bool)
    kinds, of = np.unique(sets, axis=1, return_index=True)
    reader, _ = strong(sets, texts, rule)
    asked = secrets(sets, texts, rule[0])
    open_to = []
    for members in asked:
        low, high = reader.range_of(dict.fromkeys(np.flatnonzero(members[of]).tolist(), 1))
        if low == high:
            open_to.append(members)
    return len(asked), open_to
