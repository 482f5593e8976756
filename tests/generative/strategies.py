"""Batches as hypothesis draws them, so that a failure shrinks."""

from __future__ import annotations

import random

from batches import Amended, Batch
from cohort import draw_setting
from hypothesis import strategies as st
from parts.draws import Rows
from patients import TABLES, draw_patient
from protocols import draw_protocol


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """One patient, one manifest, one protocol, each choice of them drawn from hypothesis.

    Beside the one stands another, so that somebody is left where the one was last seen before every transplant.
    """
    r: random.Random = draw(st.randoms(use_true_random=False))
    setting = draw_setting(r)
    return Batch(setting, {"P1": draw_patient(r), "P2": _plain()}, [Amended(*draw_protocol(r, "amended"))])


def _plain() -> Rows:
    """A patient with a transplant, of whom nothing else is known."""
    tables: Rows = {name: [] for name in TABLES}
    tables["patients"].append({"sex": "male", "age_at_transplant": 50, "last_contact_day": 60})
    tables["transplants"].append({"transplant_day": 0, "type": "allogeneic"})
    return tables
