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
    """One patient, one manifest, one protocol, each choice of them drawn from hypothesis."""
    r: random.Random = draw(st.randoms(use_true_random=False))
    setting = draw_setting(r)
    return Batch(setting, {"P1": draw_patient(r)}, [Amended(*draw_protocol(r, "amended"))])
