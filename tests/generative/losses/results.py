"""Losses of results. A completion adds one of the work-up, serology or pregnancy where its window holds none."""

from __future__ import annotations

import math
from collections.abc import Callable

from parts.draws import Row

import postgraft as pg
from losses import allowed
from losses.less import Less, Which, day_of, every

BILIRUBIN = ("bilirubin_indirect", "bilirubin_total", "bilirubin_direct")
RETICULOCYTES = ("reticulocytes_percent", "reticulocytes")
ONE_TEST = (
    ("dat",), ("marrow_megakaryocytes",), ("ldh",), ("haptoglobin",), BILIRUBIN, RETICULOCYTES, ("parvovirus_b19",),
    ("schistocytes",),
)  # fmt: skip
"""The tests of the work-up, each by its analytes: those that `either` joins, or that are computed from each other."""
FOR_CYTOPENIA = {
    "dat": ("aiha",), "marrow_megakaryocytes": ("itp",), "ldh": ("aiha",), "haptoglobin": ("aiha",),
    "bilirubin_indirect": ("aiha",), "reticulocytes_percent": ("aiha", "prca"), "parvovirus_b19": ("prca",),
    "schistocytes": (),
}  # fmt: skip
SEROLOGY = (*allowed.HEPATITIS_B, *allowed.HEPATITIS_C, "hav_igm", *allowed.HIV)


def window(p: pg.Protocol, analyte: str) -> float:
    """Days for which a result counts; serology and weights do not expire, or hardly."""
    if analyte == "dat":
        return int(p.dat_window_days)
    if analyte == "marrow_megakaryocytes":
        return int(p.marrow_window_days)
    if analyte == "pregnancy_test":
        return int(p.pregnancy_window_days)
    return math.inf if analyte == "weight" or analyte in SEROLOGY else int(p.chemistry_window_days)


def unrecorded(
    less: Less, analytes: tuple[str, ...], wished: Which = every, allow: Callable[[Less, Row], bool] | None = None
) -> list[Row]:
    """The results of one test that may be lost: on days whose window holds none that is left.

    Of measures that `either` joins one that is left answers for the other wherever their windows meet, so a result
    also stays where another measure follows within the window (docs/validation.md).
    """
    days = window(less.p, analytes[0])

    def stands(left: list[Row], day: int) -> bool:
        return any(day - day_of(row) < days for row in left)

    gone = less.one_day_after_another(
        "measurements",
        among=lambda row: row["analyte"] in analytes,
        wished=lambda row: (allow is None or allow(less, row)) and wished(row),
        stands=stands,
    )
    results = less.kept("measurements", lambda row: row["analyte"] in analytes)
    before: list[Row] = []
    while gone != before:
        before, lost = gone, {id(row) for row in gone}
        left = [row for row in results if id(row) not in lost]
        gone = [row for row in gone if not any(_answers_for(one, row, days) for one in left)]
    return gone


def _answers_for(left: Row, lost: Row, days: float) -> bool:
    """Whether a result that is left stands in the window of a lost one, or is another measure that follows in it."""
    later = day_of(left) - day_of(lost)
    return -days < later <= 0 or (left["analyte"] != lost["analyte"] and 0 < later < days)


def lose_test(less: Less, first: str, wished: Which = every) -> None:
    """The results of the test with this first analyte."""
    (test,) = (test for test in ONE_TEST if test[0] == first)
    less.lose_these("measurements", unrecorded(less, test, wished, speaks_for_what_is_coded))


def speaks_for_what_is_coded(less: Less, row: Row) -> bool:
    """A diagnosis fills what is unknown, so a result that speaks against one that is left contradicts the reading.

    And no result is no objection: schistocytes and parvovirus that were found are on file.
    """
    if row["analyte"] in ("schistocytes", "parvovirus_b19"):
        return row["result"] not in allowed.FOUND
    if row["analyte"] == "dat":
        return row["result"] != "negative" or not allowed.coded(less, "aiha")
    if row["analyte"] == "marrow_megakaryocytes":
        return row["result"] in ("normal", "increased") or not allowed.coded(less, "itp")
    return all(
        _clearly(less.p, row, cytopenia)
        for cytopenia in ("aiha", "prca")
        if (cytopenia == "aiha" or row["analyte"] in RETICULOCYTES) and allowed.coded(less, cytopenia)
    )


def _clearly(p: pg.Protocol, row: Row, cytopenia: str) -> bool:
    """Whether a plain number lies on the side of the cytopenia, by the fallback and by the row's own limits."""
    analyte, value = row["analyte"], row.get("value")
    if not isinstance(value, float) or row.get("operator") or analyte in ("bilirubin_total", "bilirubin_direct"):
        return False
    if cytopenia == "prca":
        percent = analyte == "reticulocytes_percent"
        return value < (p.prca_reticulocyte_percent_below if percent else p.prca_reticulocytes_below)
    if analyte == "haptoglobin":
        return value < min(p.haptoglobin_lower_limit, row.get("lower_limit") or math.inf)
    return bool(value > max(getattr(p, f"{analyte}_upper_limit"), row.get("upper_limit") or 0.0))


def coded_all_along(less: Less, first: str) -> bool:
    """Each cytopenia that the test is for is coded, without an end, no later than the first result of it."""
    (test,) = (test for test in ONE_TEST if test[0] == first)
    days = [day_of(row) for row in less.kept("measurements", lambda row: row["analyte"] in test)]
    transplants = less.kept("transplants", lambda row: row["type"] == "allogeneic")

    def coded(cytopenia: str) -> bool:
        rows = allowed.diagnoses(less, cytopenia)
        return any(row["end_day"] is None and row["start_day"] <= min(days) for row in rows)

    return len(transplants) == 1 and bool(days) and all(map(coded, FOR_CYTOPENIA[first]))


def lose_weights(less: Less, wished: Which, emptied: bool = False) -> None:
    """Weights up to some day, for the latest one counts; the rows, or only their values."""
    gone = unrecorded(less, ("weight",), wished)
    if emptied:
        ids = {id(row) for row in gone}
        less.empty("measurements", lambda row: id(row) in ids, "value")
    else:
        less.lose_these("measurements", gone)


def tested_pregnant(less: Less) -> bool:
    """Whether a row says that the patient is or was pregnant."""
    tests = less.kept("measurements", lambda row: row["analyte"] == "pregnancy_test" and row["result"] in allowed.FOUND)
    return bool(tests or allowed.recorded(less, "pregnant"))
