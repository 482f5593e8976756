"""Results that a cohort has more where every test is done, on each visit handed over, whoever was suspected."""

from typing import Final

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import Bools, Floats, Rates, choose
from postgraft.synthetic.course import Cells
from postgraft.synthetic.laboratory import numbers, texts
from postgraft.synthetic.people import People

KEY: Final = ["patient", "day", "analyte"]
ANSWERS: Final = {
    "dat": ("positive", "negative"),
    "marrow_megakaryocytes": ("normal", "increased", "decreased", "absent"),
    "schistocytes": ("positive", "negative"),
    "parvovirus_b19": ("detected", "not_detected"),
}
"""Tests of a work-up, and the results that answer what they are done for."""


def not_done(
    rng: np.random.Generator,
    rates: Rates,
    people: People,
    cells: Cells,
    kept: Bools,
    neutrophils: Floats,
    recorded: pd.DataFrame,
    ordered: pd.DataFrame,
) -> pd.DataFrame:
    """Rows of `measurements` that are not ``recorded``, as the tests would have turned out.

    ``ordered``: the rows there are if everybody under suspicion is tested, from the same draws as ``recorded``. A test
    of a work-up shows on each visit what the nearest one of the patient in ``ordered`` showed; of a patient without
    any what it shows in one without the illness. ``neutrophils``: of each cell. Counts of platelets and hemoglobin
    are no tests: they stay those on file.
    """
    at = np.flatnonzero(kept)
    visits = pd.DataFrame({"patient": cells.patient[at], "day": cells.day[at]}).sort_values("day", kind="stable")
    made = [ordered, numbers("neutrophils", cells.patient[at], cells.day[at], neutrophils[at])]
    for analyte, healthy in _healthy(rng, rates, people).items():
        shown = ordered[(ordered["analyte"] == analyte) & ordered["result"].isin(ANSWERS[analyte])]
        nearest = pd.merge_asof(
            visits,
            shown[["patient", "day", "result"]].sort_values("day", kind="stable"),
            on="day",
            by="patient",
            direction="nearest",
        )
        who = nearest["patient"].to_numpy(np.int64)
        result = nearest["result"].where(nearest["result"].notna(), healthy[who]).to_numpy(object)
        made.append(texts(analyte, who, nearest["day"].to_numpy(np.float64), result))
    rows = pd.concat(made, ignore_index=True)
    known = pd.MultiIndex.from_frame(recorded[KEY])
    more: pd.DataFrame = rows[~pd.MultiIndex.from_frame(rows[KEY]).isin(known)].drop_duplicates(KEY)
    return more


def _healthy(
    rng: np.random.Generator, rates: Rates, people: People
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.object_]]]:
    """What each test shows in patients without the illness it looks for, by patient."""
    n = people.size
    innocent = rng.random(n) < rates["dat_positive_without_hemolysis_post_hct"]
    decreased = rates["megakaryocytes_decreased_in_routine"]
    return {
        "dat": np.where(innocent, "positive", "negative").astype(object),
        "marrow_megakaryocytes": choose(rng, {"decreased": decreased, "normal": 1 - decreased}, n),
        "schistocytes": np.full(n, "negative", object),
        "parvovirus_b19": np.full(n, "not_detected", object),
    }
