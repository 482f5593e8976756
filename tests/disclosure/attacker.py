"""A reader who adds and subtracts, written apart from the product: nothing but what is printed, and integer programs.

The reader knows the method: the threshold, the rounding and that noise is at most ``noise`` patients. So every print
bounds the true count, and for each count asked the least and the largest value within all bounds are solved for.
"""

import re

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

MOST = 10_000
"""More patients than any cohort here has."""


def interval(text, threshold=10, rounding=5, noise=3):
    """All true counts that a printed text may stand for, both ends included; found by trying every count."""
    if hidden := re.fullmatch(r"≤ ([\d,]+)", text):
        assert int(hidden[1].replace(",", "")) == threshold
        return 0, threshold + noise
    printed = int(text.replace(",", ""))
    lowest = -(-(threshold + 1) // rounding) * rounding
    near = range(max(threshold + 1, printed - rounding), printed + rounding + 1)
    alike = [n for n in near if max((2 * n + rounding) // (2 * rounding) * rounding, lowest) == printed]
    return max(alike[0] - noise, 0), alike[-1] + noise


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
        aims = self._matrix(sums)
        left = dict.fromkeys(range(len(sums)))
        for k in range(len(sums)):
            for sign in (1, -1):
                if k not in left:
                    break
                numbers = self._solved(sign * aims[[k]].toarray()[0])
                for other in np.flatnonzero(aims @ numbers != true):
                    left.pop(int(other), None)
        return list(left)

    def ranges(self, sums):
        """The least and the largest possible value of each sum."""
        aims = self._matrix(sums).toarray()
        return [tuple(int(aim @ self._solved(sign * aim)) for sign in (1, -1)) for aim in aims]

    def _solved(self, aim):
        """Whole numbers within all bounds that make a sum least."""
        matrix, low, high = self._known()
        solved = milp(
            aim,
            constraints=LinearConstraint(matrix, low, high),
            integrality=np.ones(self.unknowns),
            bounds=Bounds(0, MOST),
        )
        assert solved.status == 0, solved.message
        numbers = np.rint(solved.x)
        found = matrix @ numbers
        assert ((low <= found) & (found <= high)).all()
        return numbers

    def _known(self):
        return self._matrix(self._rows), np.array(self._low, float), np.array(self._high, float)

    def _matrix(self, rows):
        entries = [(i, k, factor) for i, row in enumerate(rows) for k, factor in row.items()]
        i, k, factors = zip(*entries, strict=True) if entries else ((), (), ())
        return csr_matrix((factors, (i, k)), shape=(len(rows), self.unknowns), dtype=float)


def secrets(sets, threshold):
    """What is to stay hidden: sets of 1 to threshold patients, and differences of nested printed sets of as many."""
    sets = np.unique(sets, axis=0)
    found = {row.tobytes(): row for row in sets if 1 <= row.sum() <= threshold}
    for outer in sets:
        for inner in sets[~(sets & ~outer).any(axis=1)]:
            between = outer & ~inner
            if 1 <= between.sum() <= threshold:
                found[between.tobytes()] = between
    return np.array(list(found.values())).reshape(-1, sets.shape[1])


class StrongReader:
    """Knows which kinds of patients there may be, kinds being told apart by the printed sets that they are in, and so
    how all printed sets nest and overlap; not how many there are of a kind.

    ``rules``: threshold and rounding of each print, where not all are by the usual ones; ``known``: sets whose true
    counts the reader has from elsewhere.
    """

    def __init__(self, sets, texts, rules=None, noise=3, known=()):
        self.sets = np.asarray(sets, bool)
        self.known = np.array(known, bool).reshape(-1, self.sets.shape[1])
        _, self._of = np.unique(np.concatenate((self.sets, self.known)), axis=1, return_index=True)
        self.reader = Reader()
        for _ in self._of:
            self.reader.unknown()
        told = {}
        for k, (row, text) in enumerate(zip(self.sets, texts, strict=True)):
            rule = rules[k] if rules else (10, 5)
            assert told.setdefault((row.tobytes(), rule), text) == text, "one set, two prints"
        for (content, rule), text in told.items():
            row = np.frombuffer(content, bool)
            low, high = interval(text, *rule, noise)
            assert low <= row.sum() <= high
            self.reader.knows(self._members(row), low, high)
        for row in self.known:
            self.reader.knows(self._members(row), int(row.sum()))

    def recovered(self, threshold=10):
        """How many secrets there are, and how many of them have one possible value."""
        no_secret = {row.tobytes() for row in self.known}
        asked = [row for row in secrets(self.sets, threshold) if row.tobytes() not in no_secret]
        return len(asked), self.settled(asked)

    def settled(self, asked):
        """How many of some sets of patients have one possible count."""
        true = np.array([row.sum() for row in asked])
        return len(self.reader.recovered([self._members(row) for row in asked], true))

    def widths(self, asked):
        """Number of possible values, ends and all between counted, of each of some sets of patients."""
        return [high - low + 1 for low, high in self.reader.ranges([self._members(row) for row in asked])]

    def _members(self, row):
        return dict.fromkeys(np.flatnonzero(row[self._of]).tolist(), 1)
