"""Batches as hypothesis draws them, so that a failure shrinks."""

from __future__ import annotations

import random

from batches import Amended, Batch
from cohort import draw_setting
from hypothesis import strategies as st
from patients import draw_patient
from protocols import draw_protocol


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """Two patients under one protocol each: the smallest batch in which patients can be mixed up."""
    r: random.Random = draw(st.randoms(use_true_random=False))
    setting = draw_setting(r)
    protocols = [Amended(*draw_protocol(r, f"amended {i}")) for i in range(2)]
    return Batch(setting, {name: draw_patient(r) for name in ("P1", "P2")}, protocols)
