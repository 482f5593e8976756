"""Which of the reference limits that results bring along count, and how many are left aside."""

from __future__ import annotations

import numpy as np
import pandas as pd

from postgraft.eligibility.explanations.workup import LIMITS
from postgraft.extract import Extract
from postgraft.protocol import Protocol
from postgraft.timeline.measure import trusted_limits


def own_limits(extract: Extract, protocol: Protocol) -> pd.DataFrame:
    """A row a marker of hemolysis: analyte, side (lower, upper), fallback, results, own, left_aside.

    ``own`` are the results with a limit of their own on that side, ``left_aside`` those of them whose limit is too
    far from the fallback; what cannot be a limit at all the reader left aside before.
    """
    lines = []
    for analyte, (side, parameter) in LIMITS.items():
        own, fallback = extract.series(analyte).columns[side], float(getattr(protocol, parameter))
        given = ~np.isnan(own)
        used = trusted_limits(own, fallback, protocol.reference_limit_factor_max)
        left = int(np.count_nonzero(given & (used != own)))
        lines.append((analyte, side, fallback, own.size, int(np.count_nonzero(given)), left))
    return pd.DataFrame(lines, columns=["analyte", "side", "fallback", "results", "own", "left_aside"])
