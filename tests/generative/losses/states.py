"""Losses of disease status and conditions, where the manifest does not declare them complete.

With another cause diagnoses are not declared either: else an open work-up without one is a no (`absent_diagnosis`), and
a record that is complete and has none contradicts that reading.
"""

from __future__ import annotations

from parts.draws import Row

import postgraft as pg
from losses import allowed
from losses.kind import kind
from losses.less import Less, Which, day_of, every

_BASE = pg.load_protocol()
GVHD = ("acute_gvhd", "chronic_gvhd")
HEPATITIS = ("hepatitis_a", "hepatitis_b_active", "hepatitis_c_active")


def lose_status(less: Less, which: Which) -> None:
    """But for rows added while the latest recorded state counts: a remission `remission_valid_days`, others for good.

    A relapse from before a later transplant is a state no more: there it is unknown.
    """
    transplants = less.kept("transplants", lambda row: row["type"] == "allogeneic")
    days = [0, *(row["transplant_day"] for row in transplants)]

    def counts(row: Row, day: int) -> bool:
        if row["status"] == "remission":
            return day < row["day"] + remission_days(less.p)
        return not any(row["day"] < transplant <= day for transplant in days)

    def stands(left: list[Row], day: int) -> bool:
        return any(counts(row, day) for row in left if row["day"] == left[-1]["day"])

    less.lose_these("disease_status", less.one_day_after_another("disease_status", every, which, stands))


def remission_days(p: pg.Protocol) -> int:
    return int(p.remission_valid_days)


def lose_conditions(less: Less, which: Which) -> None:
    """Diagnoses first, for those left bind the rest; of GVHD none that begins while one of its kind is active."""
    less.lose("conditions", lambda row: row["condition"] in allowed.DIAGNOSES and which(row))
    for name in GVHD:
        gone = less.one_day_after_another("conditions", lambda row, name=name: row["condition"] == name, which, _active)
        less.lose_these("conditions", gone)
    others = (*allowed.DIAGNOSES, *GVHD)
    less.lose("conditions", lambda row: row["condition"] not in others and which(row) and allowed.condition(less, row))


def _active(left: list[Row], day: int) -> bool:
    """Whether one of the rows that begin last is active: the next one ends those before it, grade 0 is none."""
    return any(
        row.get("grade") != 0 and (row["end_day"] is None or row["end_day"] >= day)
        for row in left
        if row["start_day"] == left[-1]["start_day"]
    )


def _named(*names: str) -> Which:
    return lambda row: row["condition"] in names


@kind("disease_status")
def disease_status_not_declared(less: Less) -> None:
    """All rows are there: the site only does not say so."""


@kind("disease_status")
def disease_status(less: Less) -> None:
    """All rows; always possible, for no state is left that stands."""
    lose_status(less, every)


@kind("disease_status")
def some_disease_status(less: Less) -> None:
    """One row in two, but for those on a day on which the latest one left still counts."""
    lose_status(less, less.some)


@kind("conditions")
def conditions_not_declared(less: Less) -> None:
    """All rows are there: the site only does not say so."""


@kind("conditions")
def conditions(less: Less) -> None:
    """All rows, but for those that a reading contradicts (`allowed.condition`)."""
    lose_conditions(less, every)


@kind("conditions")
def some_conditions(less: Less) -> None:
    """One row in two, but for those that a reading or a state that is left contradicts."""
    lose_conditions(less, less.some)


@kind(*_BASE.itp_other_causes, *allowed.DIAGNOSES)
def causes_of_thrombocytopenia(less: Less) -> None:
    """Rows of `itp_other_causes`, but for those that speak against a diagnosis that is left."""
    lose_conditions(less, _named(*_BASE.itp_other_causes))


@kind(*_BASE.prca_obvious_causes, *allowed.DIAGNOSES)
def causes_of_anemia(less: Less) -> None:
    """Rows of `prca_obvious_causes`, but for those that speak against a diagnosis that is left."""
    lose_conditions(less, _named(*_BASE.prca_obvious_causes))


@kind(*_BASE.hemolysis_other_causes, *allowed.DIAGNOSES)
def causes_of_hemolysis(less: Less) -> None:
    """Rows of `hemolysis_other_causes`, but for those that speak against a diagnosis that is left."""
    lose_conditions(less, _named(*_BASE.hemolysis_other_causes))


@kind("infection_thrombocytopenia", "bleeding", *allowed.DIAGNOSES)
def an_infection_and_a_bleeding(less: Less) -> None:
    """One other cause of each kind, the rest declared, but for rows that speak against a diagnosis that is left."""
    lose_conditions(less, _named("infection_thrombocytopenia", "bleeding"))


@kind("graft_failure", "poor_graft_function", *allowed.DIAGNOSES)
def failing_grafts(less: Less) -> None:
    """Rows of a graft that fails, but for those that speak against a diagnosis that is left."""
    lose_conditions(less, _named("graft_failure", "poor_graft_function"))


@kind("ta_tma", *allowed.DIAGNOSES)
def microangiopathy(less: Less) -> None:
    """Rows of `ta_tma`, but for those that speak against a diagnosis that is left."""
    lose_conditions(less, _named("ta_tma"))


@kind(*allowed.DIAGNOSES)
def diagnoses(less: Less) -> None:
    """All coded diagnoses; always possible."""
    lose_conditions(less, _named(*allowed.DIAGNOSES))


@kind("evans", "prca")
def some_diagnoses(less: Less) -> None:
    """Evans syndrome and PRCA, where AIHA and ITP stay declared; always possible."""
    lose_conditions(less, _named("evans", "prca"))


@kind(*GVHD)
def gvhd(less: Less) -> None:
    """All rows of GVHD; always possible, for none is left that is active."""
    lose_conditions(less, _named(*GVHD))


@kind(*GVHD)
def some_gvhd(less: Less) -> None:
    """One row of GVHD in two, but for those that begin while one of their kind is active."""
    lose_conditions(less, lambda row: row["condition"] in GVHD and less.some(row))


@kind(*HEPATITIS, "hiv")
def chronic_infections(less: Less) -> None:
    """Hepatitis and HIV. Nothing is lost where the reading is `known`: what nobody knows is absent there.

    Under `documented_negative` the rows of patients who were never tested; never hepatitis A, which is always `known`.
    """
    lose_conditions(less, _named(*HEPATITIS, "hiv"))


@kind("pregnant", "not_childbearing")
def childbearing(less: Less) -> None:
    """`not_childbearing`, then `pregnant` where nothing else answers: no sex (or test required), no test, not old."""
    lose_conditions(less, _named("not_childbearing"))
    lose_conditions(less, _named("pregnant"))


@kind(*(name for name in allowed.ATTESTED))
def attested(less: Less) -> None:
    """Uncontrolled infection, hypersensitivity, contraindications: nothing is lost while they are assumed away."""
    lose_conditions(less, _named(*allowed.ATTESTED))


@kind()
def before_entry(less: Less) -> None:
    """What was over before `observed_from` of a late entry, with everything declared; for then no table is complete."""
    entry = less.person.get("observed_from_day")
    if entry is None:
        return

    def over(row: Row) -> bool:
        end = row.get("end_day")
        if "start_day" in row and end is None:  # open; but a single administration ends when it begins
            end = row["start_day"] if "drug" in row and not str(row["dose_unit"]).endswith("/day") else entry
        return bool((day_of(row) if end is None else end) < entry)

    less.lose("transfusions", over)
    asked_since_ever = (*less.p.growth_factors, "investigational", "daratumumab", "isatuximab")

    def drug_over(row: Row) -> bool:  # a rule that asks what was ever given cannot tell when the record began
        return over(row) and not {row["drug"], row["purpose"]} & {*asked_since_ever}

    less.lose("medications", lambda row: drug_over(row) and allowed.medication(less, row))
    lose_status(less, over)
    lose_conditions(less, over)
