"""What the planted patients of one large chunk come to, under the names of the calibration table."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from postgraft.synthetic.histories import Chunk

Numbers = npt.NDArray[np.float64]
Estimate = tuple[float, int]
"""The estimate, and how many patients or episodes stand behind it."""

YEAR = 365.0
AUTOIMMUNE = ("aiha", "itp", "evans")


def cumulative_incidence(event: Numbers, death: Numbers, censored: Numbers, at: float) -> Estimate:
    """Aalen-Johansen estimate of the event by day ``at``; days are infinite where nothing comes."""
    end = np.minimum(np.minimum(event, death), censored)
    order = np.argsort(end, kind="stable")
    at_risk = len(end) - np.arange(len(end))
    happened = (event <= np.minimum(death, censored))[order]
    died = ~happened & (death <= censored)[order]
    alive = np.cumprod(1 - (happened | died) / at_risk)
    before = np.append(1.0, alive[:-1])
    return float(np.sum((happened * before / at_risk)[end[order] <= at])), len(end)


def share(mark: npt.NDArray[np.bool_] | pd.Series) -> Estimate:
    return float(np.mean(mark)), len(mark)


def middle(values: Numbers | pd.Series) -> Estimate:
    return float(np.median(values)), len(values)


def first_days(rows: pd.DataFrame, size: int) -> Numbers:
    """First start of any of the rows per patient, infinite for patients without."""
    day = np.full(size, np.inf)
    earliest = rows.groupby("patient")["start"].min()
    day[earliest.index.to_numpy()] = earliest.to_numpy()
    return day


def estimates(chunk: Chunk) -> dict[str, Estimate]:
    return _people(chunk) | _course(chunk) | _complications(chunk) | _onsets(chunk) | _responses(chunk) | _tests(chunk)


def _people(chunk: Chunk) -> dict[str, Estimate]:
    people = chunk.people
    adult = people.age >= 18
    male = people.sex == "male"
    in_2022 = people.day0.astype("datetime64[Y]").astype(int) + 1970 == 2022
    edges = {
        "18_29": (18, 30),
        "30_39": (30, 40),
        "40_49": (40, 50),
        "50_59": (50, 60),
        "60_69": (60, 70),
        "70plus": (70, 200),
    }
    ages = {
        f"adult_age_share_{name}": share((people.age[adult] >= low) & (people.age[adult] < high))
        for name, (low, high) in edges.items()
    }
    indications = {"AML": "aml", "ALL": "all", "MDS": "mds", "SAA": "aplastic_anemia"}
    diseases = {
        f"disease_share_all_ages_{name}": share(people.indication == word)
        for name, word in (indications | {w: w for w in ("lymphoma", "other_leukemia", "other_malignancy")}).items()
    }
    shares = {
        "female_share_adult": share(people.sex[adult] == "female"),
        "disease_share_all_ages_nonmalignant": share(~people.malignant & (people.indication != "aplastic_anemia")),
        "conditioning_mac_share": share(people.conditioning == "myeloablative"),
        "conditioning_ric_share": share(people.conditioning == "reduced_intensity"),
        "conditioning_nma_share": share(people.conditioning == "nonmyeloablative"),
        "graft_pbsc_share_adult": share(people.graft == "peripheral_blood"),
        "graft_bm_share_adult": share(people.graft == "bone_marrow"),
        "graft_cord_share_adult": share(people.graft == "cord_blood"),
        "donor_mud_share": share(people.donor == "matched_unrelated"),
        "donor_haplo_share": share(people.haploidentical),
        "donor_msd_share": share(people.donor == "matched_sibling"),
        "donor_mmud_share": share(people.donor == "mismatched_unrelated"),
        "abo_any_mismatch": share(people.abo_mismatch != "none"),
        "abo_major_or_bidirectional": share(people.abo_major),
        "abo_minor": share(people.abo_mismatch == "minor"),
        "ptcy_share_2022": share(people.ptcy[in_2022]),
        "body_weight_mean_male": (float(people.weight[adult & male].mean()), int((adult & male).sum())),
        "body_weight_mean_female": (float(people.weight[adult & ~male].mean()), int((adult & ~male).sum())),
        "body_weight_sd": (float(people.weight[adult & male].std()), int((adult & male).sum())),
    }
    return ages | diseases | shares


def _course(chunk: Chunk) -> dict[str, Estimate]:
    people, course = chunk.people, chunk.course
    cord, haplo = people.graft == "cord_blood", people.haploidentical
    sources = {
        "pbsc": (people.graft == "peripheral_blood") & ~haplo,
        "bm": (people.graft == "bone_marrow") & ~haplo,
        "haplo_ptcy": haplo & ~cord,
        "cord": cord,
    }
    engraftment = {}
    for name, of in sources.items():
        for prefix, day in (("anc", course.neutrophils_engraft), ("plt20", course.platelets_engraft)):
            engraftment[f"{prefix}_engraft_median_{name}"] = middle(day[of & np.isfinite(day)])
    relapse, death = course.relapse, course.death
    without = np.where(np.isinf(relapse), death, np.inf)
    return engraftment | {
        "primary_graft_failure_pbsc": share(course.graft_failed[sources["pbsc"]]),
        "primary_graft_failure_bm": share(course.graft_failed[sources["bm"]]),
        "graft_failure_haplo": share(course.graft_failed[sources["haplo_ptcy"]]),
        "primary_graft_failure_cord": share(course.graft_failed[sources["cord"]]),
        "platelet_nonengraft_by_day100": share(course.platelets_engraft > 100),
        "relapse_1y": share(relapse[people.malignant] <= YEAR),
        "relapse_3y_general": share(relapse[people.malignant] <= 3 * YEAR),
        "nrm_100d": share(without <= 100),
        "nrm_1y": share(without <= YEAR),
        "trm_3y": share(without <= 3 * YEAR),
        "os_1y_us": share(death > YEAR),
        "os_3y": share(death > 3 * YEAR),
    }


def _complications(chunk: Chunk) -> dict[str, Estimate]:
    size, course, ptcy = chunk.people.size, chunk.course, chunk.people.ptcy
    conditions = chunk.tables["conditions"]
    # Rows here are not yet cut at the last contact, so death is the only thing that forestalls an event.
    never = np.full(size, np.inf)

    def by(rows: pd.DataFrame, at: float, of: npt.NDArray[np.bool_] | None = None) -> Estimate:
        mark = np.ones(size, dtype=bool) if of is None else of
        return cumulative_incidence(first_days(rows, size)[mark], course.death[mark], never[mark], at)

    acute = conditions[conditions["condition"] == "acute_gvhd"]
    chronic = conditions[conditions["condition"] == "chronic_gvhd"]
    tma = conditions[conditions["condition"] == "ta_tma"]
    drugs = chunk.tables["medications"]
    steroids = drugs[drugs["drug"].isin(["prednisone", "methylprednisolone"])]
    first_acute = acute.groupby("patient")["start"].min()
    return {
        "agvhd_2_4_day100_tacmtx": by(acute[acute["grade"] >= 2], 100, ~ptcy),
        "agvhd_3_4_day100_tacmtx": by(acute[acute["grade"] >= 3], 100, ~ptcy),
        "agvhd_3_4_day100_ptcy": by(acute[acute["grade"] >= 3], 100, ptcy),
        "agvhd_onset_median": middle(first_acute),
        "cgvhd_1y_tacmtx": by(chronic, YEAR, ~ptcy),
        "cgvhd_1y_ptcy": by(chronic, YEAR, ptcy),
        "ta_tma_cuminc_3y_registry": by(tma, 3 * YEAR),
        "ta_tma_onset_median": middle(tma["start"]),
        "steroid_exposure_by_1y_any": by(steroids, YEAR),
    }


def _onsets(chunk: Chunk) -> dict[str, Estimate]:
    size, course, people = chunk.people.size, chunk.course, chunk.people
    planted = chunk.truth.dropna(subset="cytopenia").rename(columns={"onset_day": "start"})
    everyone = np.ones(size, dtype=bool)

    def by(kinds: tuple[str, ...], at: float, of: npt.NDArray[np.bool_] = everyone) -> Estimate:
        day = first_days(planted[planted["cytopenia"].isin(kinds)], size)
        return cumulative_incidence(day[of], course.death[of], course.censored[of], at)

    kind = planted["cytopenia"]
    cord = people.graft == "cord_blood"
    return {
        "ic_any_cuminc_36mo_after_day30": by((*AUTOIMMUNE, "prca"), 3 * YEAR),
        "aiha_cuminc_overall": by(("aiha", "evans"), 5 * YEAR),
        "itp_working_cuminc_2y": by(("itp",), 2 * YEAR),
        "prca_cuminc_given_major_abo": by(("prca",), 2 * YEAR, people.abo_major & ~cord),
        "prca_given_cord": by(("prca",), 2 * YEAR, people.abo_major & cord),
        "evans_share_of_ahd": share(kind[kind.isin(["aiha", "evans"])] == "evans"),
        "aiha_onset_median": middle(planted.loc[kind.isin(["aiha", "evans"]), "start"]),
        "itp_onset_median": (middle(planted.loc[kind == "itp", "start"])[0] * 12 / YEAR, int((kind == "itp").sum())),
        "prca_onset_median": middle(planted.loc[kind == "prca", "start"]),
    }


def _responses(chunk: Chunk) -> dict[str, Estimate]:
    planted = chunk.truth.dropna(subset="cytopenia")
    kind, lines = planted["cytopenia"], planted["lines"].str.count("@")
    first = planted["lines"].str.split("@").str[0]
    autoimmune, hemolytic, prca = kind.isin(AUTOIMMUNE), kind.isin(["aiha", "evans"]), kind == "prca"
    since = chunk.course.last[planted["patient"]] - planted["onset_day"].to_numpy()
    watched = prca & (lines == 0) & (since > YEAR / 2)
    answered = planted["response"].isin(["responder", "dependent"])
    steroid_first = first == "prednisone"
    duration = (planted["resolution_day"] - planted["onset_day"])[prca].dropna()
    more = (lines >= 3) | ((lines == 2) & planted["resolution_day"].isna())
    return {
        "ic_lines_of_therapy_median": middle(lines[autoimmune & (lines > 0)]),
        "aiha_multiple_agents_fraction": share(lines[hemolytic & (lines > 0)] > 1),
        "aiha_complete_resolution_fraction": share(planted.loc[hemolytic, "resolution_day"].notna()),
        "refractory_after_2_lines_fraction_of_ic": share(more[autoimmune & (lines > 0)]),
        "steroid_orr_aiha_first_line": share(answered[hemolytic & steroid_first]),
        "steroid_orr_itp_first_line": share(answered[(kind == "itp") & steroid_first]),
        "steroid_dependence_given_response": share(
            planted.loc[autoimmune & steroid_first & answered, "response"] == "dependent"
        ),
        "prca_specific_treatment_fraction": share(lines[prca] > 0),
        "prca_duration_median_resolved": middle(duration),
        "prca_spontaneous_resolution_6mo": share(
            (planted["resolution_day"] - planted["onset_day"])[watched] <= YEAR / 2
        ),
    }


def _tests(chunk: Chunk) -> dict[str, Estimate]:
    measured = chunk.tables["measurements"]

    def positive(analyte: str, word: str = "positive") -> Estimate:
        return share(measured.loc[measured["analyte"] == analyte, "result"] == word)

    viremic = measured[(measured["analyte"] == "hcv_rna") & (measured["result"] == "detected")]["patient"].nunique()
    planted = chunk.truth.dropna(subset="cytopenia")
    hemolysis = planted.loc[planted["cytopenia"].isin(["aiha", "evans"]), ["patient", "onset_day"]]
    dat = measured[measured["analyte"] == "dat"].merge(hemolysis, on="patient")
    dat = dat[(dat["day"] >= dat["onset_day"]) & (dat["day"] <= dat["onset_day"] + 30)].drop_duplicates("patient")
    return {
        "anti_hbc_pos": positive("anti_hbc"),
        "hbsag_pos": positive("hbsag"),
        "anti_hcv_pos": positive("anti_hcv"),
        "hiv_pos": positive("hiv_screen"),
        "hcv_rna_pos_at_index": (viremic / chunk.people.size, chunk.people.size),
        "dat_negative_aiha_fraction": share(dat["result"] == "negative"),
    }
