"""The figures of docs/disclosure.md: what two readers find out from everything that two reports of a cohort print.

    PYTHONPATH=src:tests python tests/disclosure/figures.py cohorts/demo

The two reports are of the protocol with the amendments of the menu, and of its strict reading.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from disclosure.attacker import StrongReader
from disclosure.printed import HOUSE, Given, study
from disclosure.real_reader import RealReader

import postgraft as pg
from postgraft.disclosure.cell_keys import CellKeys
from postgraft.protocol import load_amendments

PROTOCOL = pg.load_protocol()
TARGET, SIMILAR, REPEATS = 40, 20, 200
"""Patients of a set, sets that differ from it by a patient each, and how often they are drawn."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cohort")
    extract = pg.read_extract(parser.parse_args().cohort)
    given_out, real = Given(extract), RealReader()
    menu = load_amendments("menu", PROTOCOL)
    for name, protocol, amendments in (("first", PROTOCOL, menu), ("second", PROTOCOL.reading("strict"), [])):
        shown = study(extract, protocol, amendments, given_out.give)
        real.reads(shown, study(extract, protocol, amendments), name)
    real.knows_total(len(extract.patients))
    sets = np.unique(given_out.sets, axis=0)
    print(f"{extract.name}: {len(given_out.texts):,} counts of {len(sets):,} sets of patients")
    _errors(given_out, sets)
    _strong(given_out, sets)
    print(f"Real reader: {len(real.hidden())} hidden counts, {len(real.recovered())} recovered")
    _one_more(given_out, sets)
    _averaged()


def _errors(given_out: Given, sets: np.ndarray) -> None:
    begin = time.perf_counter()
    shown = given_out.counting(sets)
    spent = 1000 * (time.perf_counter() - begin)
    true = sets.sum(axis=1)
    numbers = [(int(float(one)), count) for one, count in zip(shown, true, strict=True) if one.exact]
    alone = [(HOUSE.rule.printed(int(count)), count) for count in true if count > HOUSE.rule.threshold]
    mean, plain = (np.mean([abs(text - count) for text, count in found]) for found in (numbers, alone))
    print(f"Given out in {spent:.0f} ms, {len(numbers)} as numbers; mean error {mean:.1f}, by rounding {plain:.1f}")


def _strong(given_out: Given, sets: np.ndarray) -> None:
    everybody = np.ones((1, sets.shape[1]), bool)
    reader = StrongReader(given_out.sets, given_out.texts, known=everybody)
    asked, recovered = reader.recovered()
    hidden = sets[(sets.sum(axis=1) >= 1) & (sets.sum(axis=1) <= HOUSE.rule.threshold)]
    widths = reader.widths(hidden)
    print(
        f"Strong reader: {asked:,} small counts and differences, {recovered} recovered; the {len(hidden)} small "
        f"counts keep {min(widths)} possible values or more, {np.median(widths):.0f} in the median"
    )


def _one_more(given_out: Given, sets: np.ndarray) -> None:
    """Leave out every patient in turn: how many of the prints of the patient's sets change."""
    whole = np.array([one.text for one in given_out.counting(sets)])
    shares, least, most = [], [], []
    for one in range(sets.shape[1]):
        without = sets[sets[:, one]].copy()
        without[:, one] = False
        changed = np.array([shown.text for shown in given_out.counting(without)]) != whole[sets[:, one]]
        shares.append(changed.mean())
        least.append(changed.sum())
        most.append(changed.size)
    print(
        f"One patient more: {np.mean(least):.0f} of the {np.mean(most):.0f} sets of a patient print otherwise in the "
        f"mean ({100 * np.mean(shares):.0f} %)"
    )


def _averaged() -> None:
    """How far a true count is from the print of its set, and from the mean print of many sets that nearly are it."""
    lot, single, mean = np.random.default_rng(1), [], []
    for draw in range(REPEATS):
        size = TARGET + int(lot.integers(5))
        keys = CellKeys((f"{draw} {k}" for k in range(size + SIMILAR)), HOUSE)
        sets = np.zeros((1 + SIMILAR, size + SIMILAR), bool)
        sets[:, :size] = True
        sets[1:, size:] = np.eye(SIMILAR, dtype=bool)
        values = np.array([float(one) for one in keys.counting(sets)])
        single.append(abs(values[0] - size))
        mean.append(abs(values[1:].mean() - 1 - size))
    print(
        f"Averaged noise: the print of a set is off by {np.mean(single):.1f} in the mean, the mean of {SIMILAR} sets "
        f"that differ from it by one known patient each by {np.mean(mean):.1f}"
    )


if __name__ == "__main__":
    main()
