"""Generated patients hold what the contract is about: of each kind a seeded draw has some."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import pytest
from cohort import draw_patients
from parts.censored import THRESHOLDS
from parts.draws import Row, Rows
from parts.surroundings import GVHD_DRUGS, HCV_ANTIVIRALS
from parts.workup import ACUTE

SEED, SIZE, ENOUGH = 1, 600, 4
STEROIDS = ("prednisone", "prednisolone", "methylprednisolone", "hydrocortisone", "dexamethasone")
GVHD = ("acute_gvhd", "chronic_gvhd")
DIAGNOSES = ("aiha", "itp", "prca", "evans")


@pytest.fixture(scope="module")
def patients() -> list[Rows]:
    return list(draw_patients(SEED, 0, SIZE).values())


def some(tables: Rows, table: str, **cells: object) -> list[Row]:
    """Rows with these cells; a tuple names several values, None an empty cell."""

    def fits(row: Row) -> bool:
        return all(row.get(k) in (v if isinstance(v, tuple) else (v,)) for k, v in cells.items())

    return [row for row in tables[table] if fits(row)]


def last(tables: Rows) -> int:
    return tables["patients"][0]["last_contact_day"] or 0


def grafts(tables: Rows) -> list[int]:
    return sorted({row["transplant_day"] for row in some(tables, "transplants", type="allogeneic")})


def lows(tables: Rows, analyte: str, below: float) -> list[int]:
    """Days with a low result, from day 28 on."""
    rows = some(tables, "measurements", analyte=analyte)
    return sorted({row["day"] for row in rows if row["value"] <= below and row["day"] >= 28})


def length(row: Row) -> int:
    return -1 if row["end_day"] is None else row["end_day"] - row["start_day"] + 1


def censored(operator: str) -> Callable[[Rows], Iterable[Row]]:
    return lambda tables: some(tables, "measurements", operator=operator)


def open_at_the_next_graft(tables: Rows, later: bool) -> Iterator[Row]:
    """``later``: with an end of its own on or after the next transplant, else without one."""
    for again in grafts(tables)[1:]:
        for row in tables["conditions"]:
            end = row["end_day"]
            if row["start_day"] < again and (end is not None and end >= again if later else end is None):
                yield row


def gvhd_changes(tables: Rows) -> Iterator[tuple[Row, Row]]:
    """Neighbouring rows of one kind of GVHD."""
    for kind in GVHD:
        rows = sorted(some(tables, "conditions", condition=kind), key=lambda row: row["start_day"])
        yield from pairwise(rows)


def superseded(tables: Rows) -> list[Row]:
    """Ended by the next row, before the end they name."""
    return [a for a, b in gvhd_changes(tables) if a["end_day"] is not None and a["end_day"] >= b["start_day"]]


def bridged(tables: Rows) -> bool:
    """Hemoglobin low from day 40 to 60 on, with a work-up of hemolysis two months later or more."""
    days = lows(tables, "hemoglobin", 9.9)
    tests = [row["day"] for row in some(tables, "measurements", analyte="dat")]
    return any(40 <= day <= 62 and any(test >= day + 56 for test in tests) for day in days)


def steroids_for_gvhd(tables: Rows) -> list[Row]:
    """A course that begins two weeks or more before a low hemoglobin or platelet count, and ends about it."""
    first = min(lows(tables, "hemoglobin", 9.9) + lows(tables, "platelets", 30), default=0)
    rows = some(tables, "medications", drug=STEROIDS, purpose="gvhd")
    return [row for row in rows if row["start_day"] <= first - 14 <= (row["end_day"] or first)]


def alike_but_one(table: str, column: str) -> Callable[[Rows], bool]:
    def found(tables: Rows) -> bool:
        rest = [tuple(sorted((k, str(v)) for k, v in row.items() if k != column)) for row in tables[table]]
        whole = [(*key, str(row.get(column))) for key, row in zip(rest, tables[table], strict=True)]
        return len(set(rest)) < len(set(whole))

    return found


def repeated(tables: Rows) -> bool:
    return any(rows.count(row) > 1 for rows in tables.values() for row in rows)


def zero(table: str, column: str) -> Callable[[Rows], Iterable[Row]]:
    return lambda tables: [row for row in tables[table] if row.get(column) == 0.0]


def old_diagnosis(tables: Rows) -> bool:
    days = lows(tables, "hemoglobin", 9.9) + lows(tables, "platelets", 30)
    rows = some(tables, "conditions", condition=DIAGNOSES, end_day=None)
    return any(58 <= day - row["start_day"] <= 61 for row in rows for day in days)


def as_old_as(table: str, days: int, **cells: object) -> Callable[[Rows], Iterable[Row]]:
    """Rows that stop counting about ``days`` after them while the patient is observed, and none after them."""

    def found(tables: Rows) -> list[Row]:
        rows = some(tables, table, **cells)
        newest = max((row["day"] for row in rows), default=0)
        return [row for row in rows if row["day"] == newest and 45 <= newest + days <= last(tables)]

    return found


def recorded_near_a_count(tables: Rows) -> bool:
    """An engraftment that opens the gate, of 14 or 28 days, on a day with counts or next to it."""
    counts = {row["day"] for row in some(tables, "measurements", analyte=("hemoglobin", "platelets"))}
    days = [
        row[f"{kind}_engraftment_day"]
        for row in some(tables, "transplants", type="allogeneic")
        for kind in ("neutrophil", "platelet")
    ]
    return any(day is not None and day + wait in counts for day in days for wait in (13, 14, 15, 28))


def gap_of_a_spell(tables: Rows) -> bool:
    pairs = []
    for analyte, below in (("hemoglobin", 9.9), ("platelets", 30.0)):
        days = lows(tables, analyte, below)
        pairs += [b - a for a, b in pairwise(days)]
    return any(54 <= gap <= 57 for gap in pairs)


KINDS: dict[str, Callable[[Rows], object]] = {
    **{f"censored {operator}": censored(operator) for operator in ("<", "<=", ">", ">=")},
    **{
        f"censored {analyte}": lambda t, a=analyte: [
            row for row in some(t, "measurements", analyte=a) if row.get("operator")
        ]
        for analyte in THRESHOLDS
    },
    "acute condition that ends late": lambda t: [
        row for row in some(t, "conditions", condition=ACUTE) if length(row) > 90
    ],
    "observed late": lambda t: [row for row in t["patients"] if 0 < (row.get("observed_from_day") or 0) < last(t)],
    "open at the next graft": lambda t: [*open_at_the_next_graft(t, later=False)],
    "ends after the next graft": lambda t: [*open_at_the_next_graft(t, later=True)],
    "GVHD that changes": lambda t: [
        a for a, b in gvhd_changes(t) if (a["grade"], a["detail"]) != (b["grade"], b["detail"])
    ],
    "GVHD that is over by a grade of 0": lambda t: [a for a, b in gvhd_changes(t) if b["grade"] == 0],
    "GVHD superseded before its end": superseded,
    "bridging anemia": bridged,
    "steroids for GVHD before an onset": steroids_for_gvhd,
    "dose of 0": zero("medications", "dose"),
    "transfusion of 0 units": zero("transfusions", "units"),
    "equal rows": repeated,
    "rows that differ in the purpose": alike_but_one("medications", "purpose"),
    "rows that differ in the end": alike_but_one("medications", "end_day"),
    "rows that differ in the units": alike_but_one("transfusions", "units"),
    "diagnosis before a new fall": old_diagnosis,
    "steroids of empty purpose": lambda t: some(t, "medications", drug=STEROIDS, purpose=None),
    "GVHD drug of empty purpose": lambda t: some(t, "medications", drug=GVHD_DRUGS, purpose=None),
    "weight of three years ago": lambda t: [
        row for row in some(t, "measurements", analyte="weight") if row["day"] < -900
    ],
    "remission of half a year ago": as_old_as("disease_status", 180, status="remission"),
    "positive pregnancy test of 300 days ago": as_old_as(
        "measurements", 300, analyte="pregnancy_test", result="positive"
    ),
    "steroid intolerance": lambda t: some(t, "conditions", condition="steroid_intolerance"),
    "hepatitis C antibody and RNA": lambda t: (
        some(t, "measurements", analyte="anti_hcv") and some(t, "measurements", analyte="hcv_rna")
    ),
    "hepatitis C drugs": lambda t: some(t, "medications", drug=HCV_ANTIVIRALS),
    "hepatitis C condition": lambda t: some(t, "conditions", condition="hepatitis_c_active"),
    "recorded engraftment near a count": recorded_near_a_count,
    "counts on day 27": lambda t: some(t, "measurements", analyte=("hemoglobin", "platelets"), day=27),
    "counts on day 28": lambda t: some(t, "measurements", analyte=("hemoglobin", "platelets"), day=28),
    "low counts a spell apart": gap_of_a_spell,
    "steroids for half a year": lambda t: [
        row for row in some(t, "medications", drug=STEROIDS) if 150 <= length(row) <= 200
    ],
    "observed for long": lambda t: 250 <= last(t) <= 350,
}


@pytest.mark.parametrize("kind", KINDS)
def test_some_patients_have_it(patients: list[Rows], kind: str) -> None:
    assert sum(bool(KINDS[kind](tables)) for tables in patients) >= ENOUGH


def test_patients_are_not_observed_much_longer_than_it_takes(patients: list[Rows]) -> None:
    """Every day of every patient is judged by the oracle."""
    assert sum(map(last, patients)) / SIZE < 145
