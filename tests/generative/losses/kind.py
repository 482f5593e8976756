"""A kind of loss: what the manifest declares no more, and what is lost of each patient."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from parts.draws import Rows

import postgraft as pg
from losses.less import Less, Names

Loss = Callable[[Less], None]


@dataclass(frozen=True)
class Kind:
    """``undeclared``: tables and conditions; ``steps`` are taken one after the other."""

    name: str
    undeclared: Names
    steps: tuple[Loss, ...]

    def of(self, whole: Rows, p: pg.Protocol, r: random.Random) -> Less:
        """The patient after this loss, of which the patient as given is a completion."""
        less = Less(whole, p, self.undeclared, r)
        for step in self.steps:
            step(less)
        return less

    def and_then(self, other: Kind) -> Kind:
        """Both losses. What a completion may add after the first it may add after both: less stands against it."""
        return Kind(f"{self.name} + {other.name}", self.undeclared | other.undeclared, self.steps + other.steps)


KINDS: dict[str, Kind] = {}


def kind(*undeclared: str) -> Callable[[Loss], Loss]:
    """Adds a kind of loss under the function's name; its docstring gives what is lost, and the condition."""

    def add(loss: Loss) -> Loss:
        name = loss.__name__.strip("_").replace("_", " ")
        KINDS[name] = Kind(name, frozenset(undeclared), (loss,))
        return loss

    return add
