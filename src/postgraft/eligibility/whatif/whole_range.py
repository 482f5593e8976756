"""The values of a parameter at which the number of patients can change, over its whole allowed range."""

from __future__ import annotations

import numpy as np

from postgraft.extract import Extract
from postgraft.protocol import Protocol
from postgraft.timeline.measure import rounded
from postgraft.vocabulary.errors import ProtocolError

COMPARED = {
    "neutrophils_min": "neutrophils",
    "neutrophil_engraftment_min": "neutrophils",
    "platelet_engraftment_min": "platelets",
    "itp_platelets_max": "platelets",
    "aiha_hemoglobin_below": "hemoglobin",
    "prca_hemoglobin_below": "hemoglobin",
    "prca_reticulocyte_percent_below": "reticulocytes_percent",
    "prca_reticulocytes_below": "reticulocytes",
}
"""Thresholds that are held against the results of one analyte as they stand."""


def whole_range(extract: Extract, protocol: Protocol, name: str) -> list[object]:
    """Values, ascending, such that between two neighbours the number of patients is that at one of the two.

    For a parameter with readings or a flag: each of them. For a whole number: every one that is allowed, days
    up to ``horizon_days`` (none later is observed). For a threshold in ``COMPARED``: every result of the
    analyte that is allowed, and the ends of the range. For ``≥`` and ``<`` the count is that at the upper
    neighbour, for ``≤`` that at the lower.

    Raises:
        ProtocolError: any other parameter; its values have to be given.
    """
    if name not in protocol.parameters:
        protocol.amend(name="swept", set={name: None})  # raises, with the nearest names
    parameter = protocol.parameters[name]
    if parameter.type in ("reading", "flag"):
        return list(parameter.readings)
    allowed = parameter.allowed
    if parameter.type == "integer" and allowed is not None:
        longest = protocol.horizon_days if parameter.unit == "d" else allowed.high
        high = min(allowed.high, longest)
        if high - allowed.low <= MOST:
            return [value for value in range(int(allowed.low), int(high) + 1) if allowed.contains(value)]
    if name in COMPARED and allowed is not None:
        found = np.unique(rounded(extract.series(COMPARED[name]).value))
        ends = np.array([end for end in (allowed.low, allowed.high) if np.isfinite(end)])
        return [value for value in np.unique([*found, *ends]).tolist() if allowed.contains(value)]
    raise ProtocolError(
        f"{name}: its values can't be told from the extract; give those that are to be swept."
    )


MOST = 10_000
"""More whole numbers than this are not listed."""
