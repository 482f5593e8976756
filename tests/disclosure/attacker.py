"""A reader who adds and subtracts, written apart from the product: nothing but what is printed, and integer programs.

The product looks for one other possible table by moves and within a neighbourhood; this reader solves for the least and
the largest possible value of each count, exactly, over everything printed.

Of a withheld count this reader takes nothing for known, not even that it is not 0: see docs of the level ``release``.
"""

import re

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix


def interval(text, threshold=10, rounding=5):
    """All counts that a printed text may stand for, both ends included; found by trying every count."""
    if text == "withheld":
        return 0, np.inf
    if text == "0":
        return 0, 0
    if between := re.fullmatch(r"(\d+)–(\d+)", text):
        assert (int(between[1]), int(between[2])) == (1, threshold)
        return 1, threshold
    printed = int(text.replace(",", ""))
    lowest = -(-(threshold + 1) // rounding) * rounding
    near = range(max(threshold + 1, printed - rounding), printed + rounding + 1)
    alike = [n for n in near if max((2 * n + rounding) // (2 * rounding) * rounding, lowest) == printed]
    return alike[0], alike[-1]


class Reader:
    """Unknown whole numbers from 0 up, and bounds of sums of them."""

    def __init__(self):
        self.unknowns = 0
        self._rows, self._low, self._high = [], [], []

    def unknown(self):
        self.unknowns += 1
        return self.unknowns - 1

    def knows(self, coefficients, low, high=None):
        """A sum of unknowns, by position and factor, is a number or lies between two bounds."""
        self._rows.append(coefficients)
        self._low.append(low)
        self._high.append(low if high is None else high)

    def recovered(self, sums, true):
        """Positions of the sums that have one possible value; ``true``, their values, is only used to save time.

        A sum with any possible value but the true one is not recovered.
        """
        matrix, aims = self._matrix(self._rows), self._matrix(sums)
        low, high = np.array(self._low, float), np.array(self._high, float)
        left = dict.fromkeys(range(len(sums)))
        for k in range(len(sums)):
            for sign in (1, -1):
                if k not in left:
                    break
                solved = milp(
                    sign * aims[[k]].toarray()[0],
                    constraints=LinearConstraint(matrix, low, high),
                    integrality=np.ones(self.unknowns),
                    bounds=Bounds(0, 10_000),  # more patients than any cohort here has
                )
                assert solved.status == 0, solved.message
                numbers = np.rint(solved.x)
                found = matrix @ numbers
                assert ((low <= found) & (found <= high)).all()
                for other in np.flatnonzero(aims @ numbers != true):
                    left.pop(int(other), None)
        return list(left)

    def _matrix(self, rows):
        entries = [(i, k, factor) for i, row in enumerate(rows) for k, factor in row.items()]
        i, k, factors = zip(*entries, strict=True) if entries else ((), (), ())
        return csr_matrix((factors, (i, k)), shape=(len(rows), self.unknowns), dtype=float)


def secrets(sets, texts, threshold):
    """The hidden counts: sets of 1 to threshold patients, and differences of nested printed sets of as many."""
    printed = np.unique(sets[[text != "withheld" for text in texts]], axis=0)
    found = {row.tobytes(): row for row in sets if 1 <= row.sum() <= threshold}
    for outer in printed:
        for inner in printed[~(printed & ~outer).any(axis=1)]:
            between = outer & ~inner
            if 1 <= between.sum() <= threshold:
                found[between.tobytes()] = between
    return np.array(list(found.values())).reshape(-1, sets.shape[1])


def attack(sets, texts, threshold=10, rounding=5):
    """How many secrets there are, and how many of them the strong reader recovers.

    That reader knows which kinds of patients there are, kinds being told apart by the sets, printed or withheld, that
    they are in, but not how many of each.
    """
    sets = np.asarray(sets, bool)
    _, of = np.unique(sets, axis=1, return_index=True)
    reader = Reader()
    for _ in of:
        reader.unknown()

    def members(row):
        return dict.fromkeys(np.flatnonzero(row[of]).tolist(), 1)

    seen = {}
    for row, text in zip(sets, texts, strict=True):
        assert not row.any() or seen.setdefault(row.tobytes(), text) == text, "one set, two prints"
        low, high = interval(text, threshold, rounding)
        assert low <= row.sum() <= high
        reader.knows(members(row), low, high)
    asked = secrets(sets, texts, threshold)
    return len(asked), len(reader.recovered([members(row) for row in asked], asked.sum(axis=1)))
