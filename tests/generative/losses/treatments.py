"""Losses of transfusions and drugs, where the manifest does not declare them complete.

Without transfusions declared every fall may be one that a transfusion makes or hides, and where diagnoses are declared
none recorded would say no (`absent_diagnosis`): so they are not declared either. Drugs say nothing of what it is.
"""

from __future__ import annotations

from parts.draws import Row

from losses import allowed
from losses.allowed import DIAGNOSES
from losses.kind import kind
from losses.less import Less, Which, every

LINEAGE = {"platelets": "platelets", "red_cells": "hemoglobin"}
"""Product → the blood count whose results are count days of the cytopenia that needs it (itp, prca)."""


def of_its_own_day(less: Less, row: Row) -> bool:
    """Whether no count of the product's lineage was made on the day of a transfusion.

    Such a one, unrecorded, could make a count day of its own or carry a spell: the one leak that is accepted.
    """
    count = LINEAGE[row["product"]]
    return not less.kept("measurements", lambda one: one["analyte"] == count and one["day"] == row["day"])


@kind("transfusions", *DIAGNOSES)
def transfusions_not_declared(less: Less) -> None:
    """All rows are there: the site only does not say so."""


@kind("transfusions", *DIAGNOSES)
def transfusions(less: Less) -> None:
    """All; always possible, but for the leak."""
    less.lose("transfusions", every)


@kind("transfusions", *DIAGNOSES)
def some_transfusions(less: Less) -> None:
    """One in two; always possible, but for the leak."""
    less.lose("transfusions", less.some)


@kind("transfusions", *DIAGNOSES)
def platelet_transfusions(less: Less) -> None:
    """All of platelets; always possible, but for the leak."""
    less.lose("transfusions", lambda row: row["product"] == "platelets")


@kind("transfusions", *DIAGNOSES)
def red_cell_transfusions(less: Less) -> None:
    """All of red cells; always possible, but for the leak."""
    less.lose("transfusions", lambda row: row["product"] == "red_cells")


@kind("transfusions", *DIAGNOSES)
def transfusions_on_count_days(less: Less) -> None:
    """All on days with a count of their lineage, so that they make no count day of their own: no leak."""
    less.lose("transfusions", lambda row: not of_its_own_day(less, row))


def _drugs(less: Less, which: Which) -> None:
    """Rows of `medications`, but for treatment of hepatitis where a reading asks for what is known."""
    less.lose("medications", lambda row: which(row) and allowed.medication(less, row))


def _steroid(less: Less, row: Row) -> bool:
    return row["drug"] in less.p.steroid_factors or row["drug"] == "budesonide"


def _other_line(less: Less, row: Row) -> bool:
    others = (*less.p.growth_factors, "ivig", "rituximab")
    return row["purpose"] in ("immune_cytopenia", None) and not _steroid(less, row) and row["drug"] not in others


def _some(less: Less, row: Row) -> bool:
    """One row in two; of growth factors and further lines one drug in two.

    Half of a course is another course by the rules themselves, which ask when a drug was begun and whether its
    dose stayed the same: no bound holds where only a part of it is on file (docs/validation.md).
    """
    as_a_whole = _other_line(less, row) or row["drug"] in less.p.growth_factors
    return less.some_of(row["drug"]) if as_a_whole else less.some(row)


@kind("medications")
def medications_not_declared(less: Less) -> None:
    """All rows are there: the site only does not say so."""


@kind("medications")
def medications(less: Less) -> None:
    """All, but for known treatment of hepatitis."""
    _drugs(less, every)


@kind("medications")
def some_medications(less: Less) -> None:
    """Half, but for known treatment of hepatitis."""
    _drugs(less, lambda row: _some(less, row))


@kind("medications")
def steroids(less: Less) -> None:
    """All rows of corticosteroids, for whatever purpose; always possible."""
    _drugs(less, lambda row: _steroid(less, row))


@kind("medications")
def some_steroids(less: Less) -> None:
    """One row of corticosteroids in two; always possible."""
    _drugs(less, lambda row: _steroid(less, row) and less.some(row))


@kind("medications")
def immunoglobulins(less: Less) -> None:
    """One row of IVIG in two; always possible."""
    _drugs(less, lambda row: row["drug"] == "ivig" and less.some(row))


@kind("medications")
def rituximab(less: Less) -> None:
    """One dose of rituximab in two; always possible."""
    _drugs(less, lambda row: row["drug"] == "rituximab" and less.some(row))


@kind("medications")
def other_lines(less: Less) -> None:
    """All rows of further drugs with purpose immune_cytopenia or none; always possible."""
    _drugs(less, lambda row: _other_line(less, row))


@kind("medications")
def some_other_lines(less: Less) -> None:
    """One such drug in two; always possible."""
    _drugs(less, lambda row: _other_line(less, row) and _some(less, row))


@kind("medications")
def growth_factors(less: Less) -> None:
    """All rows of growth factors; always possible."""
    _drugs(less, lambda row: row["drug"] in less.p.growth_factors)


@kind("medications")
def some_growth_factors(less: Less) -> None:
    """One growth factor in two; always possible."""
    _drugs(less, lambda row: row["drug"] in less.p.growth_factors and _some(less, row))


@kind("medications")
def investigational_drugs(less: Less) -> None:
    """One row of purpose investigational in two; always possible."""
    _drugs(less, lambda row: row["purpose"] == "investigational" and less.some(row))


@kind("medications")
def maintenance(less: Less) -> None:
    """Rows of purpose relapse_prevention, and of maintenance drugs; always possible."""
    _drugs(less, lambda row: row["purpose"] == "relapse_prevention" or row["drug"] in less.p.maintenance_drugs)


@kind("medications")
def drugs_against_gvhd(less: Less) -> None:
    """Rows of purpose gvhd, steroids among them; always possible, but for a part of a course of a growth factor."""
    _drugs(less, lambda row: row["purpose"] == "gvhd" and row["drug"] not in less.p.growth_factors)


@kind("medications")
def drugs_against_hepatitis(less: Less) -> None:
    """Antivirals against hepatitis B (but for treatment) and, under the exclusion's note, against hepatitis C."""
    _drugs(less, lambda row: row["drug"] in (*less.p.hbv_antivirals, *less.p.hcv_antivirals))
