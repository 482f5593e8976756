"""Rows of `medications`: treatment of the cytopenias, of graft-versus-host disease, and everything beside."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import Bools, Dice, Floats, Ints, Texts, repeat_ranges, table
from postgraft.synthetic.course import Course
from postgraft.synthetic.cytopenias import Episodes
from postgraft.synthetic.illnesses import Gvhd
from postgraft.synthetic.people import SyntheticPatients

MAINTENANCE = {
    "aml": ("gilteritinib", "midostaurin", "sorafenib"),
    "all": ("dasatinib", "imatinib"),
    "mds": ("azacitidine",),
}
PROPHYLAXIS = ("tacrolimus", "cyclosporine", "sirolimus")
CHRONIC_SECOND_LINE = ("ruxolitinib", "ibrutinib", "belumosudil")
IMMUNE = "immune_cytopenia"


def give(schedule: str, patient: Ints, start: Floats | float, stop: Floats | float, purpose: str) -> pd.DataFrame:
    """Rows of one schedule of ``data/schedules.csv`` before ``stop``; daily drugs are one row until then."""
    plan = table("schedules").set_index("schedule").to_dict("index")[schedule]
    row, step = repeat_ranges(np.full(len(patient), int(plan["administrations"])))
    every = int(plan["every_days"])
    begin = np.broadcast_to(start, len(patient))[row] + step * every
    until = np.broadcast_to(stop, len(patient))[row]
    made = pd.DataFrame(
        {
            "patient": patient[row],
            "start": begin,
            "end": until - 1 if every == 0 else begin,
            **{name: plan[name] for name in ("drug", "dose", "dose_unit", "route")},
            "purpose": purpose,
        }
    )
    return made[(begin < until) & np.isfinite(begin)]


def give_each(
    names: Iterable[str], drug: Texts, patient: Ints, start: Floats, stop: Floats, purpose: str
) -> list[pd.DataFrame]:
    """The rows of each patient's own drug, schedule by schedule."""
    return [give(name, patient[of], start[of], stop[of], purpose) for name in names for of in [drug == name]]


def cytopenia_rows(dice: Dice, episodes: Episodes) -> list[pd.DataFrame]:
    """Every line but steroids, whose courses are written apart."""
    lines = episodes.lines
    patient = episodes.patient[lines["episode"].to_numpy(np.int64)]
    start, stop = lines["start"].to_numpy(np.float64), lines["stop"].to_numpy(np.float64)
    drug = lines["drug"].to_numpy(object)
    incomplete = dice.happens("rituximab_incomplete", len(lines))
    five_days = dice.happens("ivig_over_five_days", len(lines))
    others = sorted(set(drug.tolist()) - {"prednisone", "ivig", "rituximab"})
    made = give_each(others, drug, patient, start, stop, IMMUNE)
    until = np.where(incomplete, start + dice["rituximab_incomplete_days"], np.inf)
    for schedule, of, end, purpose in (
        ("ivig_two_days", (drug == "ivig") & ~five_days, np.inf, IMMUNE),
        ("ivig_five_days", (drug == "ivig") & five_days, np.inf, IMMUNE),
        ("rituximab", drug == "rituximab", until, IMMUNE),
        ("rituximab_premedication", drug == "rituximab", until, "premedication"),
    ):
        made.append(give(schedule, patient[of], start[of], np.broadcast_to(end, len(drug))[of], purpose))
    return made


def gvhd_drugs(dice: Dice, people: SyntheticPatients, acute: Gvhd, chronic: Gvhd) -> list[pd.DataFrame]:
    """Prophylaxis and the drugs after steroids."""
    n, everyone = people.size, np.arange(people.size)
    taper = dice.days("prophylaxis_stopped_day", n)
    taper = np.where(chronic.treated, np.maximum(taper, chronic.onset + dice["prophylaxis_kept_in_cgvhd"]), taper)
    first = np.where(people.ptcy, dice["prophylaxis_first_day_ptcy"], dice["prophylaxis_first_day"])
    cyclosporine, sirolimus = dice["cyclosporine_prophylaxis"], dice["sirolimus_prophylaxis"]
    shares = (1 - cyclosporine - sirolimus, cyclosporine, sirolimus)
    base = dice.choose(dict(zip(PROPHYLAXIS, shares, strict=True)), n)
    made = give_each(PROPHYLAXIS, base, everyone, first, taper, "gvhd")
    who = np.flatnonzero(people.ptcy | (people.conditioning == "nonmyeloablative"))
    made.append(give("mycophenolate", who, np.maximum(first[who], 0), dice["mycophenolate_stopped_day"], "gvhd"))
    made.append(give("ptcy", np.flatnonzero(people.ptcy), dice["ptcy_first_day"], np.inf, "gvhd"))
    second_lines: tuple[tuple[Gvhd, dict[str, str | float]], ...] = (
        (acute, {"ruxolitinib": 1.0}),
        (chronic, {name: f"cgvhd_{name}" for name in CHRONIC_SECOND_LINE}),
    )
    for disease, drugs in second_lines:
        who = np.flatnonzero(disease.treated & disease.refractory)
        drug = dice.choose(drugs, len(who))
        start = disease.onset[who] + dice.days("gvhd_second_line_after_days", len(who))
        stop = start + dice.days("gvhd_second_line_days", len(who))
        made += give_each(drugs, drug, who, start, stop, "gvhd")
    for schedule in ("budesonide", "hydrocortisone_topical"):
        who = np.flatnonzero(acute.present & dice.happens(f"{schedule}_in_agvhd", n))
        made.append(give(schedule, who, acute.onset[who], acute.end[who], "gvhd"))
    return made


def other_drugs(
    dice: Dice, people: SyntheticPatients, course: Course, poor_graft: tuple[Ints, Floats], core: Bools, viremic: Bools
) -> list[pd.DataFrame]:
    """Growth factors, maintenance, antivirals, immunoglobulin replacement, drugs of other trials.

    ``poor_graft``: patients and onset days of poor graft function; ``core``, ``viremic``: who has antibodies
    against the core of hepatitis B, who has hepatitis C viraemia.
    """
    n = people.size
    who = np.flatnonzero(dice.happens("filgrastim_after_transplant", n))
    engrafted = course.neutrophils_engraft[who] + dice["filgrastim_after_engraftment_days"]
    stop = np.minimum(engrafted, dice["filgrastim_longest_day"])
    made = [give("filgrastim", who, dice["filgrastim_first_day"], stop, "other")]
    poor, onset = poor_graft
    supported = dice.happens("filgrastim_in_poor_graft", len(poor))
    start = onset[supported] + dice["filgrastim_in_poor_graft_after_days"]
    made.append(give("filgrastim_intermittent", poor[supported], start, np.inf, "other"))
    for indication, drugs in MAINTENANCE.items():
        who = np.flatnonzero((people.indication == indication) & dice.happens(f"maintenance_{indication}", n))
        drug = dice.choose(dict.fromkeys(drugs, 1.0), len(who))
        start = dice.days("maintenance_start_day", len(who))
        stop = np.minimum(start + dice.days("maintenance_days", len(who)), course.relapse[who])
        made += give_each(drugs, drug, who, start, stop, "relapse_prevention")
    protected = core & dice.happens("entecavir_given_core_antibody", n)
    for schedule, of, purpose in (
        ("entecavir", protected, "infection_prophylaxis"),
        ("sofosbuvir", viremic, "infection_treatment"),
        ("velpatasvir", viremic, "infection_treatment"),
    ):
        first = dice[f"{schedule}_start_day"]
        made.append(give(schedule, np.flatnonzero(of), first, first + dice[f"{schedule}_days"], purpose))
    for schedule, share, day, purpose in (
        ("ivig_replacement", "ivig_replacement", "ivig_replacement_day", "infection_prophylaxis"),
        ("vedolizumab", "investigational_drug", "investigational_day", "investigational"),
    ):
        who = np.flatnonzero(dice.happens(share, n))
        made.append(give(schedule, who, dice.days(day, len(who)), np.inf, purpose))
    return made


def incomplete(dice: Dice, rows: pd.DataFrame) -> pd.DataFrame:
    """What charts lack: some doses, some purposes."""
    no_dose, no_purpose = dice.happens("dose_missing", len(rows)), dice.happens("purpose_missing", len(rows))
    return rows.assign(
        dose=rows["dose"].where(~no_dose),
        dose_unit=rows["dose_unit"].where(~no_dose, ""),
        purpose=rows["purpose"].where(~no_purpose, ""),
    )
