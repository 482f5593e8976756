"""Infection screening before the transplant with its reflex tests, and pregnancy tests."""

import numpy as np
import pandas as pd

from postgraft.synthetic.arrays import Bools, Ints
from postgraft.synthetic.assays import texts
from postgraft.synthetic.calibration import Rates
from postgraft.synthetic.people import People

POSITIVE_OR_NOT = ("positive", "negative")
DETECTED_OR_NOT = ("detected", "not_detected")


def screening_rows(
    rng: np.random.Generator, rates: Rates, people: People
) -> tuple[pd.DataFrame, Bools, Bools]:
    """Rows of `measurements`; who has antibodies against the core of hepatitis B; who has C viraemia."""
    n = people.size
    day = -np.round(rates.draw(rng, "screening_days_before", n))
    surface = rng.random(n) < rates["hbsag_pos"]
    core = surface | (rng.random(n) < rates["anti_hbc_pos"])
    hepatitis_c = rng.random(n) < rates["anti_hcv_pos"]
    viremic = hepatitis_c & (rng.random(n) < rates["hcv_rna_pos_at_index"] / rates["anti_hcv_pos"])
    hiv = rng.random(n) < rates["hiv_pos"]
    hiv_false = ~hiv & (rng.random(n) < rates["hiv_screen_false_positive"])
    everyone = np.arange(n)
    made = []
    for analyte, positive in (
        ("hbsag", surface),
        ("anti_hbc", core),
        ("anti_hcv", hepatitis_c),
        ("hiv_screen", hiv | hiv_false),
    ):
        tested = rng.random(n) >= rates["screening_missing"]
        made.append(texts(analyte, everyone[tested], day[tested], _words(positive[tested], POSITIVE_OR_NOT)))
    for analyte, asked, found in (
        ("hbv_dna", core, surface),
        ("hcv_rna", hepatitis_c, viremic),
        ("hiv_rna", hiv | hiv_false, hiv),
    ):
        tested = asked & (rng.random(n) < rates["reflex_test_done"])
        made.append(
            texts(
                analyte,
                everyone[tested],
                day[tested] + rates["reflex_test_days"],
                _words(found[tested], DETECTED_OR_NOT),
            )
        )
    made.append(_pregnancy(rng, rates, people))
    return pd.concat(made), core, viremic


def _pregnancy(rng: np.random.Generator, rates: Rates, people: People) -> pd.DataFrame:
    fertile = (
        (people.sex == "female")
        & (people.age >= rates["pregnancy_test_age_from"])
        & (people.age < rates["pregnancy_test_age_to"])
    )
    before = np.flatnonzero(fertile & (rng.random(people.size) < rates["pregnancy_test_before"]))
    later: Ints = np.flatnonzero(fertile & (rng.random(people.size) < rates["pregnancy_test_later"]))
    later_day = np.round(rates.draw(rng, "pregnancy_test_later_day", len(later)))
    patient = np.concatenate([before, later])
    day = np.concatenate([np.full(len(before), -rates["pregnancy_test_days_before"]), later_day])
    return texts("pregnancy_test", patient, day, np.full(len(patient), "negative"))


def _words(positive: Bools, words: tuple[str, str]) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.where(positive, *words)
