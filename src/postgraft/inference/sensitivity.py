"""How many would turn out eligible under what is assumed of the untested: a sensitivity analysis, no estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from postgraft.analysis.summary import statuses
from postgraft.estimation.imputation import Donors, draw_verdicts, used
from postgraft.estimation.imputation import eligible as eligible_in_draws
from postgraft.estimation.intervals import LEVEL
from postgraft.estimation.pooling import population_share
from postgraft.evaluation.evaluated import Evaluated
from postgraft.evaluation.stretches import DIAGNOSIS
from postgraft.inference.donors import COVARIATES, donors, unit_covariates
from postgraft.inference.unknowns import PARTS, needed, possible_patients, what_must_be_met

ODDS: Final = (1.0, 0.5, 0.25, 0.1, 0.0)
"""What the odds of a favourable result among the untested are multiplied by, a row of the table each."""
FEW_DONORS: Final = 10
"""With fewer donors the prior has a say."""
MAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "whether there was an immune cytopenia": ("immune_cytopenia",),
    "what the work-up of an immune cytopenia showed": PARTS,
    "whether the response to its treatment was incomplete": ("incomplete_response",),
}
"""What makes a patient one of this trial, in words, and its names among the unknown."""

DONORS_READ: Final = ("days_since_transplant_min", "nonmalignant_indications")
OTHER: Final = (
    "Nothing is imputed: donors are chosen by an immune cytopenia, the response to its treatment, "
    f"{DONORS_READ[0]} and {DONORS_READ[1]}, and the protocol lacks one of these."
)

ASSUMPTIONS: Final = (
    "A number of this table is right only if its assumption is, and no extract can show which one is. Whoever was "
    "tested was mostly suspected of the disease, so that odds below those of the tested are the likelier ones.",
    "Given the covariates, what is unknown of one patient is independent of each other: a patient who needs "
    "two things has the product of their chances.",
    "What is unknown is drawn from donors, one a patient, in whom the same thing is known where it matters: of "
    "the work-up of a cytopenia on days on which its counts qualify for certain; of the incomplete response on days on "
    "which a cytopenia is certain; of other criteria on days on which no cytopenia would have ruled the patient out. "
    "A donor who meets it on one of these days counts as meeting it.",
    "A patient counts as eligible in a draw if everything that is unknown on one stretch of days without a failed "
    "criterion is drawn as met. Verdicts that are known stay as they are. What has no donors is not drawn: whoever "
    "needs it counts as not eligible in every row.",
    "Intervals hold the draws and the chance of the sample if the assumption of the row is right, and nothing of the "
    "doubt whether it is.",
)


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What the number eligible would be under five assumptions about the untested, with all they rest on.

    ``table``: a row for each of ``ODDS``; columns odds, assumption (in words), eligible (mean of the draws; at odds
    0 the number eligible itself), of (patients with an allogeneic transplant), share, low, high (of the share of all
    such patients under the assumption, by Rubin's rules at the level of the estimates). Empty where nothing is
    imputed, and then ``why_not`` is the sentence that says why; else that is empty.
    ``criteria``: columns criterion (or part of a cytopenia), patients (not ruled out, of whom it is unknown where it
    counts), donors, met, model. ``not_imputed``: patients not ruled out of whom each way to be eligible needs
    something without donors.
    """

    not_ruled_out: int
    not_imputed: int
    why_not: str
    draws: int
    seed: int
    table: pd.DataFrame
    criteria: pd.DataFrame

    def __repr__(self) -> str:
        return (
            f"<Sensitivity: {len(self.table)} assumptions about {self.not_ruled_out:,} patients not ruled out, "
            f"{self.draws:,} draws, seed {self.seed}>"
        )

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the rows have in common, in sentences for a report."""
        covariates = (
            "Covariates, the first ones as far as there are ten donors of the rarer outcome for each: "
            f"{', '.join(COVARIATES)}."
        )
        drawn = f"{self.draws} draws, seed {self.seed}."
        return (*ASSUMPTIONS, f"{covariates} {drawn}")

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each thing of which there are too few donors."""
        few = self.criteria[self.criteria["donors"] < FEW_DONORS]
        return tuple(map(_warning, few["criterion"], few["donors"], few["patients"]))


def sensitivity(outcome: Evaluated, draws: int, seed: int, level: float = LEVEL) -> Sensitivity:
    """Pattern-mixture imputation of everything that keeps patients who are not ruled out from being eligible.

    Each unknown thing is drawn from donors in whom it is known, with their odds of being met multiplied by one factor
    (``ODDS``): 1 takes the untested to be like the tested (missing at random), 0 has no untested patient meet
    anything, and so gives the number eligible. All rows use the same random numbers: the smaller the factor, the fewer
    are eligible in every draw.

    Source: RJA Little, J Am Stat Assoc 1993;88:125 (pattern mixture); JR Carpenter, MG Kenward, Multiple Imputation
    and its Application, 2013, chapter 10, and S Cro, TP Morris, MG Kenward, JR Carpenter, Stat Med 2020;39:2815
    (delta-adjusted multiple imputation).
    """
    units = possible_patients(outcome)
    if not _is_of_this_disease(outcome):
        return Sensitivity(units.size, units.size, OTHER, draws, seed, _table([]), _criteria({}, {}))
    how = what_must_be_met(outcome)
    wanted = needed(outcome, how)
    known = donors(outcome, list(wanted))
    drawable = {name: one for name, one in known.items() if one.outcome.size}
    within = [tuple(way for way in unit if drawable.keys() >= set(way)) for unit in how]
    not_imputed = sum(not unit for unit in within)
    patients = {name: int(at.size) for name, at in wanted.items()}
    why_not = _why_not(known, units.size - not_imputed)
    rows = []
    if not why_not:
        certain = int(statuses(outcome, outcome.protocol.eligible_days_min)["eligible"].sum())
        of, covariates = len(outcome.extract.patients), unit_covariates(outcome, units)
        for odds in ODDS:
            drawn = draw_verdicts(drawable, covariates, draws, np.random.default_rng(seed), odds)
            rows.append(
                {"odds": odds, "assumption": _assumption(odds, not_imputed)}
                | _row(certain, eligible_in_draws(drawn, within), of, level)
            )
    return Sensitivity(units.size, not_imputed, why_not, draws, seed, _table(rows), _criteria(patients, known))


def _is_of_this_disease(outcome: Evaluated) -> bool:
    """Whether the protocol lists the criteria, and has the parameters, that donors are chosen by."""
    protocol = outcome.protocol
    return {*DIAGNOSIS} <= {*protocol.criteria} and {*DONORS_READ} <= {*protocol.parameters}


def _table(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["odds", "assumption", "eligible", "of", "share", "low", "high"])


def _row(certain: int, drawn: NDArray[np.bool_], of: int, level: float) -> dict[str, object]:
    found = population_share(certain, drawn, of, level)
    return {
        "eligible": found.estimate * of,
        "of": of,
        "share": found.estimate,
        "low": found.interval.low,
        "high": found.interval.high,
    }


def _assumption(odds: float, not_imputed: int) -> str:
    words = {1.0: "the untested are like the tested", 0.0: "no untested patient has a favourable result"}.get(odds, "")
    text = f"odds of a favourable result among the untested × {odds:g}{': ' if words else ''}{words}"
    if not not_imputed:
        return text
    who = "1 patient who cannot be imputed counts"
    if not_imputed > 1:
        who = f"{not_imputed} patients who cannot be imputed count"
    return f"{text}; {who} as not eligible"


def _why_not(known: Mapping[str, Donors], imputed: int) -> str:
    """Why there is no table, as a sentence; empty if there is one."""
    if not known:
        return "Nothing lies between the two: no patient is left open."
    missing = [
        words
        for words, names in MAIN.items()
        if (own := [known[name] for name in names if name in known]) and not any(one.outcome.size for one in own)
    ]
    if missing:
        return f"Nothing is estimated between the two: no patient of this extract shows {_listed(missing)}."
    if not imputed:
        lacking = [name.replace("_", " ") for name, one in known.items() if not one.outcome.size]
        return (
            "Nothing is estimated between the two: each patient not ruled out needs something that no patient of this "
            f"extract shows ({', '.join(lacking)})."
        )
    return ""


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def _warning(criterion: str, donors: int, patients: int) -> str:
    of = f"{criterion}: {donors or 'no'} donor{'' if donors == 1 else 's'} for {patients} patient"
    why = "the prior has a say" if donors else "it is not imputed"
    return f"{of}{'' if patients == 1 else 's'}; {why}."


def _criteria(patients: Mapping[str, int], known: Mapping[str, Donors]) -> pd.DataFrame:
    rows = []
    for name, one in known.items():
        covariates = used(one).size
        if covariates:
            model = f"logistic, {covariates} covariate{'' if covariates == 1 else 's'}"
        else:
            model = "one chance for all" if one.outcome.size else "not imputed"
        rows.append((name, patients[name], one.outcome.size, int(one.outcome.sum()), model))
    return pd.DataFrame(rows, columns=["criterion", "patients", "donors", "met", "model"])
