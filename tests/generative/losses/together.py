"""Several losses at once: of everything a part, and for each batch of patients two kinds drawn at random."""

from __future__ import annotations

import random
from functools import reduce

from losses.kind import KINDS, Kind
from losses.less import Less


def _all(name: str, *kinds: str) -> Kind:
    together = reduce(Kind.and_then, (KINDS[one] for one in kinds))
    return Kind(name, together.undeclared, together.steps)


SOME_OF_EVERYTHING = _all(
    "some of everything",
    "some transfusions", "some medications", "some disease status", "some conditions", "some doses", "first weights",
    "details of gvhd", "half lives", "some of the work up", "serology", "pregnancy tests",
)  # fmt: skip
"""What each part says, with no table declared complete."""


def _nothing(less: Less) -> None:
    """All rows are there."""


NOTHING_DECLARED = Kind("nothing declared", SOME_OF_EVERYTHING.undeclared, (_nothing,))

KINDS |= {one.name: one for one in (SOME_OF_EVERYTHING, NOTHING_DECLARED)}


def two_at_random(r: random.Random) -> Kind:
    """Two kinds together, the first in the file's order first."""
    one, other = (KINDS[name] for name in sorted(r.sample(sorted(KINDS), 2), key=list(KINDS).index))
    both = one.and_then(other)
    return Kind(f"two at random: {both.name}", both.undeclared, both.steps)
