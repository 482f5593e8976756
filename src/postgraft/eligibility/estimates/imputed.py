"""How many possible patients would turn out eligible: multiple imputation of what is unknown of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.eligibility.estimates.bounds import DENOMINATORS
from postgraft.eligibility.estimates.donors import COVARIATES, donors, unit_covariates
from postgraft.eligibility.estimates.ways import needed, possible_patients, ways
from postgraft.eligibility.outcome import Outcome
from postgraft.eligibility.summary import populations, statuses
from postgraft.estimation.imputation import Donors, draw_verdicts, used
from postgraft.estimation.imputation import eligible as eligible_in_draws
from postgraft.estimation.imputed_counts import cohort_count, population_share
from postgraft.estimation.interval import LEVEL, Estimate

FEW_DONORS: Final = 10
"""With fewer donors the prior has a say."""

ASSUMPTIONS: Final = (
    "Missing at random: whether something is unknown of a patient may depend on the covariates, but among patients who "
    "are alike in them not on what it would have turned out to be. If tests were left undone because "
    "their result was not expected to matter, the estimate is too high; no extract can show that.",
    "Given the covariates, what is unknown of one patient is independent of each other: a patient who needs "
    "two things has the product of their chances.",
    "What is unknown is drawn from donors, one a patient, in whom the same thing is known where it matters: of "
    "the work-up of a cytopenia on days on which its counts qualify for certain; of the incomplete response on days on "
    "which a cytopenia is certain; of other criteria on days on which no cytopenia would have ruled the patient out. "
    "A donor who meets it on one of these days counts as meeting it.",
    "Of what has no donors nothing is known: all such things are met or not met together in a patient, with a "
    "chance that is as likely near none as near all, so that the interval is nearly as wide as the bounds.",
    "A patient counts as eligible in a draw if everything that is unknown on one stretch of days without a failed "
    "criterion is drawn as met. Verdicts that are known stay as they are.",
)


@dataclass(frozen=True, eq=False)
class Imputed:
    """The estimate between the certain and the possible, with all it rests on.

    ``number``: eligible patients of this cohort, its interval inside certain … certain + possible. ``shares``: shares
    of all such patients by Rubin's rules, a row per denominator; columns measure, estimate, low, high, of,
    denominator, method, missing_information. ``criteria``: columns criterion (or part of a cytopenia), patients
    (possible ones of whom it is unknown where it counts), donors, met, model.
    """

    certain: int
    possible: int
    draws: int
    seed: int
    number: Estimate
    shares: pd.DataFrame
    criteria: pd.DataFrame

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the estimate assumes, in sentences for a report."""
        covariates = (
            "Covariates, the first ones as far as there are ten donors of the rarer outcome for each: "
            f"{', '.join(COVARIATES)}."
        )
        drawn = f"{self.draws} draws, seed {self.seed}."
        return (*ASSUMPTIONS, covariates, drawn)

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each thing of which there are too few donors."""
        few = self.criteria[self.criteria["donors"] < FEW_DONORS]
        return tuple(map(_warning, few["criterion"], few["donors"], few["patients"]))


def _warning(criterion: str, donors: int, patients: int) -> str:
    of = f"{criterion}: {donors or 'no'} donor{'' if donors == 1 else 's'} for {patients} patient"
    why = "the prior has a say" if donors else "nothing is known of it"
    return f"{of}{'' if patients == 1 else 's'}; {why}."


def impute(outcome: Outcome, draws: int, seed: int, level: float = LEVEL) -> Imputed:
    """Multiple imputation of everything that keeps possible patients from being eligible."""
    units = possible_patients(outcome)
    certain = statuses(outcome, outcome.protocol.eligible_days_min)["eligible"]
    how = ways(outcome)
    wanted = needed(how)
    known = donors(outcome, list(wanted))
    rng = np.random.default_rng(seed)
    drawn = np.zeros((draws, units.size), bool)
    if units.size:
        drawn = eligible_in_draws(_verdicts(known, unit_covariates(outcome, units), draws, rng), how)
    number = cohort_count(int(certain.sum()), drawn, level)
    rows = []
    for name, group in populations(outcome).items():
        if name in DENOMINATORS:
            inside, of = group[units], int(group.sum())
            found = population_share(int((certain & group).sum()), drawn[:, inside], of, level)
            rows.append(
                {
                    "measure": "eligible_imputed",
                    "of": of,
                    "denominator": name,
                    "estimate": found.estimate,
                    "low": found.interval.low,
                    "high": found.interval.high,
                    "method": "multiple imputation, Rubin",
                    "missing_information": found.missing_information,
                }
            )
    patients = {name: int(at.size) for name, at in wanted.items()}
    table = _criteria(patients, known)
    return Imputed(int(certain.sum()), int(units.size), draws, seed, number, pd.DataFrame(rows), table)


def _verdicts(
    known: Mapping[str, Donors], covariates: NDArray[np.float64], draws: int, rng: np.random.Generator
) -> dict[str, NDArray[np.bool_]]:
    """Drawn verdicts; one and the same for everything that has no donors.

    Were each of these things half and half by itself, many of them would make the estimate a sure 0: out of ignorance.
    """
    without = [name for name, one in known.items() if not one.outcome.size]
    asked = {name: one for name, one in known.items() if name not in without[1:]}
    drawn = draw_verdicts(asked, covariates, draws, rng)
    for first in without[:1]:
        drawn |= dict.fromkeys(without, drawn[first])
    return drawn


def _criteria(patients: Mapping[str, int], known: Mapping[str, Donors]) -> pd.DataFrame:
    rows = []
    for name, one in known.items():
        covariates = used(one).size
        if covariates:
            model = f"logistic, {covariates} covariate{'' if covariates == 1 else 's'}"
        else:
            model = "one chance for all" if one.outcome.size else "prior"
        rows.append((name, patients[name], one.outcome.size, int(one.outcome.sum()), model))
    return pd.DataFrame(rows, columns=["criterion", "patients", "donors", "met", "model"])
