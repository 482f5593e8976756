"""Counts with noise that depends on nothing but who is counted: the cell key method.

Every patient has a key, and the keys of a set decide by how much its count is changed: J. Fraser and J. Wooton,
A proposed method for confidentialising tabular output to protect against differencing (Joint UNECE/Eurostat work
session on statistical data confidentiality, 2005), in use in the TableBuilder of the Australian Bureau of
Statistics and in the R packages cellKey and ptable. So the same set is printed the same in every table, report,
amendment and version of an extract, and nothing has to be remembered.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray

from postgraft.disclosure.house import House
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.disclosure.rule import LARGEST_NOISE, Rule

VARIANCE: Final = 2.0
"""Of the noise. It is as uncertain as one of this variance within the bounds can be."""


def noise_probabilities() -> dict[int, float]:
    """Probability of each change of a count: the distribution of largest entropy on −3 … 3 with mean 0 and variance 2.

    It is proportional to exp(−λ k²) (T. M. Cover and J. A. Thomas, Elements of Information Theory, 2nd ed., 2006,
    theorem 12.1.1); λ is found by halving.
    """
    steps = range(-LARGEST_NOISE, LARGEST_NOISE + 1)

    def weights(rate: float) -> dict[int, float]:
        raw = {k: exp(-rate * k * k) for k in steps}
        return {k: one / sum(raw.values()) for k, one in raw.items()}

    low, high = 0.0, 1.0
    for _ in range(60):
        rate = (low + high) / 2
        variance = sum(k * k * p for k, p in weights(rate).items())
        low, high = (rate, high) if variance > VARIANCE else (low, rate)
    return weights(low)


_PROBABILITIES: Final = noise_probabilities()
_ENDS: Final = np.cumsum(list(_PROBABILITIES.values()))[:-1]


class CellKeys:
    """Counts sets of patients with these ids for a release, by the rule of the house or a stricter one.

    A stricter rule is applied to what the house would print, so it discloses nothing that the house's does not.
    """

    def __init__(self, ids: Iterable[str], house: House, rule: Rule | None = None) -> None:
        self._house, self._rule = house, rule or house.rule
        self._keys = self._made(ids)

    def counting(self, sets: NDArray[np.bool_]) -> list[ReleasedCount]:
        """The counts of sets, (sets, patients), as they are printed.

        Columns beyond the ids are patients who are left out of the extract; they are known by their number only.
        """
        beyond = sets.shape[1] - self._keys.size
        keys = np.append(self._keys, self._made(f"left out\0{n}" for n in range(beyond)))
        return [self._released(int(inside.sum()), int(keys[inside].sum(dtype=np.uint64))) for inside in sets]

    def _made(self, ids: Iterable[str]) -> NDArray[np.uint64]:
        codes = b"".join(self._house.hmac("cell key", one)[:8] for one in ids)
        return np.frombuffer(codes, "<u8").astype(np.uint64)

    def _released(self, count: int, total: int) -> ReleasedCount:
        printed = self._house.rule.printed(count + self._noise(total))
        return ReleasedCount.of(None if printed is None else self._rule.printed(printed), self._rule)

    def _noise(self, total: int) -> int:
        """By how much the count of a set is changed whose keys add up to this, modulo 2^64.

        The sum goes through the secret once more: else the noises of two sets would disclose that of both together.
        """
        code = int.from_bytes(self._house.hmac("noise", f"{total:016x}")[:8], "little")
        return int(np.searchsorted(_ENDS, (code >> 11) / 2**53, side="right")) - LARGEST_NOISE
