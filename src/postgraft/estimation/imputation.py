"""Multiple imputation of verdicts that are unknown, from patients whose verdict on the same criterion is known."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DONORS_PER_COVARIATE = 10
"""Donors with the rarer outcome that each covariate needs: so many of the first covariates are used.

P Peduzzi et al., J Clin Epidemiol 1996;49:1373.
"""
UNITS_AT_ONCE = 2_000
SUREST = 1 - float(np.finfo(np.float64).eps)
JEFFREYS = 0.5
"""Both parameters of the beta prior of a probability about which nothing is known."""


class Donors(NamedTuple):
    """Patients with a known verdict on one criterion.

    ``outcome`` (donors,): whether it is met. ``covariates`` (donors, covariates): finite numbers.
    """

    outcome: Bools
    covariates: Floats


def draw_verdicts(
    donors: Mapping[str, Donors], covariates: Floats, draws: int, rng: np.random.Generator, odds: float = 1.0
) -> dict[str, Bools]:
    """Verdicts of each criterion, drawn for every unit as if none were known, shape (draws, units) each.

    ``covariates`` (units, covariates) are in the order of the donors'. Each draw first draws the parameters
    and then the verdicts (proper imputation), so that draws differ by what the donors leave open as well. The odds
    that a unit meets a criterion are taken to be ``odds`` times those of a donor with its covariates, from 0 (none
    does) over 1 (missing at random) to any number, and criteria to be independent given them: where that is wrong,
    the draws are wrong. From generators of one seed, whatever is met at some ``odds`` is met at greater ones.

    Of the covariates that vary among the donors, the first are used, ``DONORS_PER_COVARIATE`` donors of the rarer
    outcome for each: in a logistic model, augmented against separation (IR White, R Daniel, P Royston, Comput Stat
    Data Anal 2010;54:2267), its parameters drawn from their normal approximation. With too few for one: one
    probability for all units, from its beta posterior under Jeffreys' prior.
    Units are drawn for some at a time, so that memory stays flat.

    Raises:
        ValueError: shapes that don't fit, no donors of a criterion, a covariate that is missing, fewer than one
            draw, or odds below 0.

    Source: of the odds, pattern-mixture models with a delta: RJA Little, J Am Stat Assoc 1993;88:125.

    >>> known = Donors(np.repeat([True, False], [18, 2]), np.empty((20, 0)))
    >>> drawn = draw_verdicts({"remission": known}, np.empty((3, 0)), 4000, np.random.default_rng(1))
    >>> drawn["remission"].shape, round(float(drawn["remission"].mean()), 2)  # (18 + ½) / (20 + 1)
    ((4000, 3), 0.88)
    """
    if draws < 1:
        raise ValueError(f"at least one draw is needed; got {draws}")
    if not odds >= 0:
        raise ValueError(f"odds cannot be negative or missing; got {odds}")
    if covariates.ndim != 2 or not np.isfinite(covariates).all():
        raise ValueError("covariates of the units must be a table of finite numbers, a row a unit")
    drawn = {}
    for criterion, known in donors.items():
        if known.covariates.shape != (known.outcome.size, covariates.shape[1]):
            raise ValueError(
                f"donors of {criterion}: {known.outcome.size} outcomes need {covariates.shape[1]} covariates each; "
                f"got shape {known.covariates.shape}"
            )
        if not known.outcome.size:
            raise ValueError(f"donors of {criterion}: there are none, so that nothing can be drawn")
        if not np.isfinite(known.covariates).all():
            raise ValueError(f"donors of {criterion}: covariates must be finite numbers")
        chances = _Chances.learnt(known, draws, rng)
        drawn[criterion] = np.empty((draws, len(covariates)), bool)
        for start in range(0, len(covariates), UNITS_AT_ONCE):
            some = slice(start, start + UNITS_AT_ONCE)
            chance = chances.of(covariates[some])
            chance = np.minimum(chance, SUREST)  # of a chance of 1 the odds have no number
            shifted = odds * chance / (1 - chance + odds * chance)
            drawn[criterion][:, some] = rng.random((draws, len(covariates[some]))) < shifted
    return drawn


def eligible(verdicts: Mapping[str, Bools], sets: Sequence[Sequence[tuple[str, ...]]]) -> Bools:
    """Which units are eligible in which draw, shape (draws, units).

    ``sets`` has an entry a unit: the ways in which it could be eligible, each the criteria that would have to be
    drawn as met, all of them. A unit with an empty way is eligible, one without a way is not. ``verdicts`` are
    those of ``draw_verdicts``; a criterion that several ways name has one verdict in a draw.

    Raises:
        ValueError: no verdicts, a number of units that differs from theirs, or a criterion without verdicts.

    >>> verdicts = {"consent": np.array([[True, False]]), "remission": np.array([[False, True]])}
    >>> eligible(verdicts, [[("consent", "remission"), ("consent",)], [("remission", "consent")]]).tolist()
    [[True, False]]
    """
    shapes = {drawn.shape for drawn in verdicts.values()}
    if len(shapes) != 1 or (shape := shapes.pop())[1] != len(sets):
        raise ValueError("verdicts must be drawn for as many units as there are entries in sets")
    unknown = {name for unit in sets for way in unit for name in way} - verdicts.keys()
    if unknown:
        raise ValueError(f"no verdicts were drawn for {', '.join(sorted(unknown))}")
    alike = defaultdict(list)  # the ways of many units are the same
    for unit, ways in enumerate(sets):
        alike[tuple(ways)].append(unit)
    found = np.zeros(shape, bool)
    for same, units in alike.items():
        for way in same:
            met = np.ones((shape[0], len(units)), bool)
            for name in way:
                met &= verdicts[name][:, units]
            found[:, units] |= met
    return found


def used(donors: Donors) -> NDArray[np.int64]:
    """Positions of the covariates that a model of these donors uses."""
    met = int(np.count_nonzero(donors.outcome))
    varying = np.ptp(donors.covariates, axis=0) > 0 if donors.outcome.size else np.zeros(0, bool)
    return np.flatnonzero(varying)[: min(met, donors.outcome.size - met) // DONORS_PER_COVARIATE]


class _Chances(NamedTuple):
    """Drawn chances of a met verdict: parameters (draws, 1 + used) of a model, or else one chance a draw."""

    used: NDArray[np.int64]
    centre: Floats
    scale: Floats
    drawn: Floats

    @classmethod
    def learnt(cls, donors: Donors, draws: int, rng: np.random.Generator) -> "_Chances":
        met, chosen = int(np.count_nonzero(donors.outcome)), used(donors)
        if not chosen.size:
            chance = rng.beta(met + JEFFREYS, donors.outcome.size - met + JEFFREYS, (draws, 1))
            return cls(chosen, np.zeros(0), np.zeros(0), chance)
        known = donors.covariates[:, chosen]
        centre, scale = known.mean(axis=0), known.std(axis=0)
        likely, covariance = _augmented_fit(donors.outcome, (known - centre) / scale)
        drawn = rng.multivariate_normal(likely, covariance, size=draws, method="eigh")
        return cls(chosen, centre, scale, drawn)

    def of(self, covariates: Floats) -> Floats:
        """Chance by draw and unit, shape (draws, units) or (draws, 1)."""
        from scipy.special import expit

        if not self.used.size:
            return self.drawn
        standard = (covariates[:, self.used] - self.centre) / self.scale
        return np.asarray(expit(self.drawn @ _with_constant(standard).T))


def _augmented_fit(outcome: Bools, standard: Floats) -> tuple[Floats, Floats]:
    """Parameters and covariance of a logistic model of donors and a few made-up ones that keep them finite.

    Each covariate in turn stands one standard deviation above and below its mean, the others at theirs, once met
    and once not; all of them together weigh as much as there are parameters.
    """
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    covariates = standard.shape[1]
    signs = np.concatenate([np.eye(covariates), -np.eye(covariates)])
    made_up = np.concatenate([signs, signs])
    weight = (covariates + 1) / len(made_up)
    x = _with_constant(np.concatenate([standard, made_up]))
    y = np.concatenate([outcome, np.repeat([1.0, 0.0], len(signs))])
    weights = np.concatenate([np.ones(outcome.size), np.full(len(made_up), weight)])
    fit = GLM(y, x, family=Binomial(), freq_weights=weights).fit()
    return fit.params, fit.cov_params()


def _with_constant(covariates: Floats) -> Floats:
    return np.column_stack([np.ones(len(covariates)), covariates])
