"""Rows of `medications`: treatment of the cytopenias, of graft-versus-host disease, and everything beside."""

import numpy as np
import pandas as pd

from postgraft.synthetic.arrays import Bools, Floats, Ints, choose, repeat_ranges
from postgraft.synthetic.calibration import Rates, table
from postgraft.synthetic.course import Course
from postgraft.synthetic.gvhd import Gvhd
from postgraft.synthetic.people import People
from postgraft.synthetic.treatment import Episodes

TARGETED_LEUKEMIA = {
    "aml": ("gilteritinib", "midostaurin", "sorafenib"),
    "all": ("dasatinib", "imatinib"),
    "mds": ("azacitidine",),
}


def give(schedule: str, patient: Ints, start: Floats, stop: Floats, purpose: str) -> pd.DataFrame:
    """Rows of one schedule of ``data/schedules.csv`` before ``stop``; daily drugs are one row until then."""
    plan = table("schedules").set_index("schedule").to_dict("index")[schedule]
    every, administrations = int(plan["every_days"]), int(plan["administrations"])
    row, step = repeat_ranges(np.full(len(patient), administrations))
    begin = start[row] + step * every
    daily = every == 0
    made = pd.DataFrame(
        {
            "patient": patient[row],
            "start": begin,
            "end": stop[row] - 1 if daily else begin,
            "drug": plan["drug"],
            "dose": plan["dose"],
            "dose_unit": plan["dose_unit"],
            "route": plan["route"],
            "purpose": purpose,
        }
    )
    return made[(begin < stop[row]) & np.isfinite(begin)]


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
        made.append(
            give(schedule, patient[of], start[of], np.full(int(of.sum()), np.inf), "immune_cytopenia")
        )
    for schedule, purpose in (
        ("rituximab", "immune_cytopenia"),
        ("rituximab_premedication", "premedication"),
    ):
        of = drug == "rituximab"
        until = np.where(incomplete[of], start[of] + rates["rituximab_incomplete_days"], np.inf)
        made.append(give(schedule, patient[of], start[of], until, purpose))
    return pd.concat(made)


def gvhd_rows(
    rng: np.random.Generator, rates: Rates, people: People, course: Course, acute: Gvhd, chronic: Gvhd
) -> pd.DataFrame:
    """Prophylaxis and the drugs after steroids."""
    n = people.size
    everyone = np.arange(n)
    taper = np.round(rates.draw(rng, "prophylaxis_stopped_day", n))
    taper = np.where(
        chronic.treated, np.maximum(taper, chronic.onset + rates["prophylaxis_kept_in_cgvhd"]), taper
    )
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
        made.append(give(name, of, np.where(people.ptcy[of], 5.0, -3.0), taper[of], "gvhd"))
    mycophenolate = np.flatnonzero(people.ptcy | (people.conditioning == "nonmyeloablative"))
    made.append(
        give(
            "mycophenolate",
            mycophenolate,
            np.where(people.ptcy[mycophenolate], 5.0, 0.0),
            np.full(len(mycophenolate), rates["mycophenolate_stopped_day"]),
            "gvhd",
        )
    )
    ptcy = everyone[people.ptcy]
    made.append(give("ptcy", ptcy, np.full(len(ptcy), 3.0), np.full(len(ptcy), np.inf), "gvhd"))
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
    suspicion_pgf: tuple[Ints, Floats],
    core: Bools,
    viremic: Bools,
) -> pd.DataFrame:
    """Growth factors, maintenance, antivirals, immunoglobulin replacement, drugs of other trials."""
    n = people.size
    made = []
    who = np.flatnonzero(rng.random(n) < rates["filgrastim_after_transplant"])
    stop = np.minimum(course.neutrophils_engraft[who] + 2, rates["filgrastim_longest_day"])
    made.append(give("filgrastim", who, np.full(len(who), rates["filgrastim_first_day"]), stop, "other"))
    poor, onset = suspicion_pgf
    supported = rng.random(len(poor)) < rates["filgrastim_in_poor_graft"]
    made.append(
        give(
            "filgrastim_intermittent",
            poor[supported],
            onset[supported] + 3,
            np.full(int(supported.sum()), np.inf),
            "other",
        )
    )
    for indication, drugs in TARGETED_LEUKEMIA.items():
        who = np.flatnonzero(
            (people.indication == indication) & (rng.random(n) < rates[f"maintenance_{indication}"])
        )
        drug = choose(rng, dict.fromkeys(drugs, 1.0), len(who))
        start = np.round(rates.draw(rng, "maintenance_start_day", len(who)))
        stop = np.minimum(
            start + np.round(rates.draw(rng, "maintenance_days", len(who))), course.relapse[who]
        )
        made.extend(
            give(d, who[drug == d], start[drug == d], stop[drug == d], "relapse_prevention") for d in drugs
        )
    for schedule, mark, purpose, days in (
        (
            "entecavir",
            core & (rng.random(n) < rates["entecavir_given_core_antibody"]),
            "infection_prophylaxis",
            rates["entecavir_days"],
        ),
        ("sofosbuvir", viremic, "infection_treatment", rates["hepatitis_c_treatment_days"]),
        ("velpatasvir", viremic, "infection_treatment", rates["hepatitis_c_treatment_days"]),
    ):
        who = np.flatnonzero(mark)
        start = np.full(len(who), rates[f"{schedule}_start_day"])
        made.append(give(schedule, who, start, start + days, purpose))
    who = np.flatnonzero(rng.random(n) < rates["ivig_replacement"])
    made.append(
        give(
            "ivig_replacement",
            who,
            np.round(rates.draw(rng, "ivig_replacement_day", len(who))),
            np.full(len(who), np.inf),
            "infection_prophylaxis",
        )
    )
    who = np.flatnonzero(rng.random(n) < rates["investigational_drug"])
    start = np.round(rates.draw(rng, "investigational_day", len(who)))
    made.append(give("vedolizumab", who, start, np.full(len(who), np.inf), "investigational"))
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
