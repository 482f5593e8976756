"""Rows of `medications`: treatment of the cytopenias, of graft-versus-host disease, and everything beside."""

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import Bools, Floats, Ints, Rates, choose, repeat_ranges, table
from postgraft.synthetic.complications import Gvhd
from postgraft.synthetic.course import Course
from postgraft.synthetic.people import People
from postgraft.synthetic.treatment import Episodes

TARGETED_LEUKEMIA = {
    "aml": ("gilteritinib", "midostaurin", "sorafenib"),
    "all": ("dasatinib", "imatinib"),
    "mds": ("azacitidine",),
}


def give(schedule: str, patient: Ints, start: Floats, stop: Floats | float, purpose: str) -> pd.DataFrame:
    """Rows of one schedule of ``data/schedules.csv`` before ``stop``; daily drugs are one row until then."""
    plan = table("schedules").set_index("schedule").to_dict("index")[schedule]
    every, administrations = int(plan["every_days"]), int(plan["administrations"])
    row, step = repeat_ranges(np.full(len(patient), administrations))
    begin = start[row] + step * every
    until = np.broadcast_to(stop, len(patient))[row]
    daily = every == 0
    made = pd.DataFrame(
        {
            "patient": patient[row],
            "start": begin,
            "end": until - 1 if daily else begin,
            "drug": plan["drug"],
            "dose": plan["dose"],
            "dose_unit": plan["dose_unit"],
            "route": plan["route"],
            "purpose": purpose,
        }
    )
    return made[(begin < until) & np.isfinite(begin)]


def cytopenia_rows(rng: np.random.Generator, rates: Rates, episodes: Episodes) -> pd.DataFrame:
    """Every line but steroids, whose courses are written apart."""
    lines = episodes.lines
    patient = episodes.patient[lines["episode"].to_numpy(np.int64)]
    start, stop = lines["start"].to_numpy(np.float64), lines["stop"].to_numpy(np.float64)
    drug = lines["drug"].to_numpy(object)
    incomplete = rng.random(len(lines)) < rates["rituximab_incomplete"]
    five_days = rng.random(len(lines)) < rates["ivig_over_five_days"]
    made = []
    for name in sorted(set(drug.tolist()) - {"prednisone", "ivig", "rituximab"}):
        of = drug == name
        made.append(give(name, patient[of], start[of], stop[of], "immune_cytopenia"))
    for schedule, of in (
        ("ivig_two_days", (drug == "ivig") & ~five_days),
        ("ivig_five_days", (drug == "ivig") & five_days),
    ):
        made.append(give(schedule, patient[of], start[of], np.full(int(of.sum()), np.inf), "immune_cytopenia"))
    for schedule, purpose in (("rituximab", "immune_cytopenia"), ("rituximab_premedication", "premedication")):
        of = drug == "rituximab"
        until = np.where(incomplete[of], start[of] + rates["rituximab_incomplete_days"], np.inf)
        made.append(give(schedule, patient[of], start[of], until, purpose))
    return pd.concat(made)


def gvhd_rows(
    rng: np.random.Generator, rates: Rates, people: People, course: Course, acute: Gvhd, chronic: Gvhd
) -> pd.DataFrame:
    """Prophylaxis and the drugs after steroids."""
    n = people.size
    taper = np.round(rates.draw(rng, "prophylaxis_stopped_day", n))
    taper = np.where(chronic.treated, np.maximum(taper, chronic.onset + rates["prophylaxis_kept_in_cgvhd"]), taper)
    first = np.where(people.ptcy, rates["prophylaxis_first_day_ptcy"], rates["prophylaxis_first_day"])
    base = choose(
        rng,
        {
            "tacrolimus": 1 - rates["cyclosporine_prophylaxis"] - rates["sirolimus_prophylaxis"],
            "cyclosporine": rates["cyclosporine_prophylaxis"],
            "sirolimus": rates["sirolimus_prophylaxis"],
        },
        n,
    )
    made = []
    for name in ("tacrolimus", "cyclosporine", "sirolimus"):
        of = np.flatnonzero(base == name)
        made.append(give(name, of, first[of], taper[of], "gvhd"))
    mycophenolate = np.flatnonzero(people.ptcy | (people.conditioning == "nonmyeloablative"))
    start = np.maximum(first[mycophenolate], 0)
    made.append(give("mycophenolate", mycophenolate, start, rates["mycophenolate_stopped_day"], "gvhd"))
    ptcy = np.flatnonzero(people.ptcy)
    made.append(give("ptcy", ptcy, np.full(len(ptcy), rates["ptcy_first_day"]), np.inf, "gvhd"))
    for disease, drugs in (
        (acute, {"ruxolitinib": 1.0}),
        (
            chronic,
            {
                "ruxolitinib": rates["cgvhd_ruxolitinib"],
                "ibrutinib": rates["cgvhd_ibrutinib"],
                "belumosudil": rates["cgvhd_belumosudil"],
            },
        ),
    ):
        who = np.flatnonzero(disease.treated & disease.refractory)
        drug = choose(rng, drugs, len(who))
        start = disease.onset[who] + np.round(rates.draw(rng, "gvhd_second_line_after_days", len(who)))
        stop = start + np.round(rates.draw(rng, "gvhd_second_line_days", len(who)))
        made.extend(give(d, who[drug == d], start[drug == d], stop[drug == d], "gvhd") for d in drugs)
    for schedule in ("budesonide", "hydrocortisone_topical"):
        who = np.flatnonzero(acute.present & (rng.random(n) < rates[f"{schedule}_in_agvhd"]))
        made.append(give(schedule, who, acute.onset[who], acute.end[who], "gvhd"))
    return pd.concat(made)


def other_rows(
    rng: np.random.Generator,
    rates: Rates,
    people: People,
    course: Course,
    poor_graft: tuple[Ints, Floats],
    core: Bools,
    viremic: Bools,
) -> pd.DataFrame:
    """Growth factors, maintenance, antivirals, immunoglobulin replacement, drugs of other trials.

    ``poor_graft``: patients and onset days of poor graft function; ``core``, ``viremic``: who has antibodies
    against the core of hepatitis B, who has hepatitis C viraemia.
    """
    n = people.size
    made = []
    who = np.flatnonzero(rng.random(n) < rates["filgrastim_after_transplant"])
    engrafted = course.neutrophils_engraft[who] + rates["filgrastim_after_engraftment_days"]
    stop = np.minimum(engrafted, rates["filgrastim_longest_day"])
    made.append(give("filgrastim", who, np.full(len(who), rates["filgrastim_first_day"]), stop, "other"))
    poor, onset = poor_graft
    supported = rng.random(len(poor)) < rates["filgrastim_in_poor_graft"]
    start = onset[supported] + rates["filgrastim_in_poor_graft_after_days"]
    made.append(give("filgrastim_intermittent", poor[supported], start, np.inf, "other"))
    for indication, drugs in TARGETED_LEUKEMIA.items():
        of = people.indication == indication
        who = np.flatnonzero(of & (rng.random(n) < rates[f"maintenance_{indication}"]))
        drug = choose(rng, dict.fromkeys(drugs, 1.0), len(who))
        start = np.round(rates.draw(rng, "maintenance_start_day", len(who)))
        stop = start + np.round(rates.draw(rng, "maintenance_days", len(who)))
        stop = np.minimum(stop, course.relapse[who])
        made.extend(give(d, who[drug == d], start[drug == d], stop[drug == d], "relapse_prevention") for d in drugs)
    protected = core & (rng.random(n) < rates["entecavir_given_core_antibody"])
    for schedule, of, purpose in (
        ("entecavir", protected, "infection_prophylaxis"),
        ("sofosbuvir", viremic, "infection_treatment"),
        ("velpatasvir", viremic, "infection_treatment"),
    ):
        who = np.flatnonzero(of)
        start = np.full(len(who), rates[f"{schedule}_start_day"])
        made.append(give(schedule, who, start, start + rates[f"{schedule}_days"], purpose))
    for schedule, share, day, purpose in (
        ("ivig_replacement", "ivig_replacement", "ivig_replacement_day", "infection_prophylaxis"),
        ("vedolizumab", "investigational_drug", "investigational_day", "investigational"),
    ):
        who = np.flatnonzero(rng.random(n) < rates[share])
        start = np.round(rates.draw(rng, day, len(who)))
        made.append(give(schedule, who, start, np.inf, purpose))
    return pd.concat(made)


def incomplete(rng: np.random.Generator, rates: Rates, rows: pd.DataFrame) -> pd.DataFrame:
    """What charts lack: some doses, some purposes."""
    n = len(rows)
    no_dose = rng.random(n) < rates["dose_missing"]
    no_purpose = rng.random(n) < rates["purpose_missing"]
    return rows.assign(
        dose=rows["dose"].where(~no_dose),
        dose_unit=rows["dose_unit"].where(~no_dose, ""),
        purpose=rows["purpose"].where(~no_purpose, ""),
    )
