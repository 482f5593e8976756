"""Rows of conditions that end though nobody closed them: at the next graft, or at the next row of their GVHD."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from postgraft.timeline.events import OPEN_END, Events, sort_key
from postgraft.vocabulary.codes import GVHD_CONDITIONS


def closed(rows: Events, later_graft: NDArray[np.bool_], bound: Collection[str]) -> Events:
    """Rows of ``conditions`` with the ends that follow from a later graft and from later rows of GVHD.

    ``later_graft`` (shape (rows,)): the transplant is not the patient's first allogeneic one; what is ``bound``
    to a graft and began before its day 0 then ended with an earlier one (``earlier_graft``). A row of GVHD ends
    the day before a later row of its kind starts (``superseded``, where its own end would come later).
    """
    earlier_graft = later_graft[rows.row] & (rows.day < 0) & rows.isin("condition", bound)
    end = np.where(earlier_graft, np.minimum(rows["end"], np.int32(-1)), rows["end"])
    before_next = _next_of_gvhd(rows) - np.int32(1)
    columns = {
        **rows.columns,
        "end": np.minimum(end, before_next),
        "earlier_graft": earlier_graft,
        "superseded": before_next < end,
    }
    return replace(rows, columns=columns)


def _next_of_gvhd(rows: Events) -> NDArray[np.int32]:
    """Start of the next row of the same kind of GVHD that starts on a later day; ``OPEN_END`` where none does."""
    found = np.full(len(rows), OPEN_END, np.int32)
    gvhd = np.flatnonzero(rows.isin("condition", GVHD_CONDITIONS))
    series = rows.row[gvhd] * len(rows.labels["condition"]) + rows["condition"][gvhd]
    key = sort_key(series, rows.day[gvhd])
    order = np.argsort(key, kind="stable")
    key, gvhd, series = key[order], gvhd[order], series[order]
    after = np.searchsorted(key, key, side="right")
    some = np.flatnonzero(after < key.size)
    some = some[series[after[some]] == series[some]]
    found[gvhd[some]] = rows.day[gvhd[after[some]]]
    return found
