"""A batch: one extract of generated patients, and the protocols under which they are evaluated."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from cohort import Setting, draw_patients, draw_setting
from parts.draws import Rows
from protocols import draw_protocol

import postgraft as pg

PROTOCOLS = 6


@dataclass(frozen=True)
class Amended:
    """One protocol in both forms."""

    engine: pg.Protocol
    parameters: dict[str, Any]
    drop: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """Patients of one manifest; the i-th is judged by the oracle under protocol i modulo their number."""

    setting: Setting
    patients: dict[str, Rows]
    protocols: list[Amended]
    seed: int = 0

    def assigned_to(self, protocol: int) -> list[str]:
        return list(self.patients)[protocol :: len(self.protocols)]

    def protocol_of(self, patient_id: str) -> Amended:
        return self.protocols[list(self.patients).index(patient_id) % len(self.protocols)]

    def only(self, patient_id: str) -> Batch:
        """One patient of it, under the protocol that was its own."""
        patients = {patient_id: self.patients[patient_id]}
        return Batch(self.setting, patients, [self.protocol_of(patient_id)], self.seed)


def draw_batch(seed: int, number: int, size: int) -> Batch:
    """The batch of this number: its patients are the same whatever other batches are run."""
    r = random.Random(f"{seed}/batch/{number}")
    setting = draw_setting(r)
    patients = draw_patients(seed, number * size, size)
    protocols = [Amended(*draw_protocol(r, f"amended {i}")) for i in range(PROTOCOLS)]
    return Batch(setting, patients, protocols, seed)
