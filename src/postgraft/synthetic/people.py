"""Who is transplanted: age, sex, disease, donor, graft, conditioning, centre, weight."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from postgraft.synthetic.calibration import Bools, Floats, Ints, Rates, Texts, choose, choose_index, lookup, table

ADULT_AGES = "adult_age_share_"
DISEASES = "disease_share_all_ages_"
INDICATION = {
    "AML": "aml",
    "ALL": "all",
    "MDS": "mds",
    "lymphoma": "lymphoma",
    "other_leukemia": "other_leukemia",
    "other_malignancy": "other_malignancy",
    "SAA": "aplastic_anemia",
}
NONMALIGNANT = ("sickle_cell_disease", "thalassemia", "immunodeficiency", "bone_marrow_failure", "metabolic_disorder")


@dataclass(frozen=True)
class People:
    """Patients at their index transplant; every array has one entry a patient."""

    age: Floats
    """Years on day 0."""
    sex: Texts
    indication: Texts
    malignant: Bools
    donor: Texts
    graft: Texts
    conditioning: Texts
    """Empty where it is not recorded."""
    abo_mismatch: Texts
    day0: npt.NDArray[np.datetime64]
    site: Ints
    """Row of ``data/sites.csv``."""
    weight: Floats
    """Kilograms on day 0."""
    ptcy: Bools
    """Post-transplant cyclophosphamide as prophylaxis."""

    @property
    def size(self) -> int:
        """Number of patients."""
        return len(self.age)

    @property
    def haploidentical(self) -> Bools:
        """Donor is haploidentical."""
        return np.asarray(self.donor == "haploidentical")

    @property
    def abo_major(self) -> Bools:
        """Recipient has antibodies against the donor's red cells."""
        return np.isin(self.abo_mismatch.astype(str), ("major", "bidirectional"))


def draw_people(rng: np.random.Generator, rates: Rates, size: int) -> People:
    """Draw ``size`` patients at day 0."""
    age = _age(rng, rates, size)
    sex = choose(rng, {"female": rates["female_share_adult"], "male": 1 - rates["female_share_adult"]}, size)
    indication = _indication(rng, rates, size)
    donor = choose(
        rng,
        {
            "matched_unrelated": rates["donor_mud_share"],
            "haploidentical": rates["donor_haplo_share"],
            "matched_sibling": rates["donor_msd_share"],
            "mismatched_unrelated": rates["donor_mmud_share"],
            "other": rates["donor_other_share"],
        },
        size,
    )
    graft = choose(
        rng,
        {
            "peripheral_blood": rates["graft_pbsc_share_adult"],
            "bone_marrow": rates["graft_bm_share_adult"],
            "cord_blood": rates["graft_cord_share_adult"],
        },
        size,
    )
    donor[graft == "cord_blood"] = "mismatched_unrelated"
    intensity = {
        "myeloablative": rates["conditioning_mac_share"],
        "reduced_intensity": rates["conditioning_ric_share"],
        "nonmyeloablative": rates["conditioning_nma_share"],
    }
    conditioning = choose(rng, intensity | {"": 1 - sum(intensity.values())}, size)
    first, last = np.datetime64("2015-01-01"), np.datetime64("2024-12-31")
    day0 = first + rng.integers(0, int((last - first).astype(int)) + 1, size).astype("timedelta64[D]")
    calendar_year = day0.astype("datetime64[Y]").astype(int) + 1970
    ptcy_share = np.interp(calendar_year, [2015, 2022], [rates["ptcy_share_2015"], rates["ptcy_share_2022"]])
    return People(
        age=age,
        sex=sex,
        indication=indication,
        malignant=~np.isin(indication.astype(str), ("aplastic_anemia", *NONMALIGNANT)),
        donor=donor,
        graft=graft,
        conditioning=conditioning,
        abo_mismatch=_abo(rng, rates, size),
        day0=day0,
        site=choose_index(rng, table("sites")["share"].tolist(), size),
        weight=_weight(rng, rates, age, sex),
        ptcy=(donor == "haploidentical") | (rng.random(size) < ptcy_share),
    )


def _age(rng: np.random.Generator, rates: Rates, size: int) -> Floats:
    names = rates.names(ADULT_AGES)
    group = choose_index(rng, [rates[name] for name in names], size)
    labels = [name.removeprefix(ADULT_AGES) for name in names]
    low = np.array([float(label.split("_")[0].removesuffix("plus")) for label in labels])
    high = np.append(low[1:], rates["age_max"])
    age = low[group] + (high - low)[group] * rng.random(size)
    child = rng.random(size) < rates["child_share"]
    return np.asarray(np.where(child, low[0] * rng.random(size), age))


def _indication(rng: np.random.Generator, rates: Rates, size: int) -> Texts:
    shares = {INDICATION[name]: rates[DISEASES + name] for name in INDICATION}
    other = rates[DISEASES + "nonmalignant"]
    return choose(rng, shares | {name: other / len(NONMALIGNANT) for name in NONMALIGNANT}, size)


def _abo(rng: np.random.Generator, rates: Rates, size: int) -> Texts:
    mismatch, major, minor = (rates["abo_any_mismatch"], rates["abo_major_or_bidirectional"], rates["abo_minor"])
    both = rates["abo_bidirectional_given_major"]
    known = mismatch / (major + minor)
    return choose(
        rng,
        {
            "none": 1 - mismatch,
            "major": known * major * (1 - both),
            "bidirectional": known * major * both,
            "minor": known * minor,
        },
        size,
    )


def _weight(rng: np.random.Generator, rates: Rates, age: Floats, sex: Texts) -> Floats:
    mean = lookup(sex, {"female": rates["body_weight_mean_female"], "male": rates["body_weight_mean_male"]})
    adult = np.maximum(mean + rates["body_weight_sd"] * rng.standard_normal(len(age)), rates["adult_weight_min"])
    newborn = rates["newborn_weight_fraction"]
    grown = np.minimum(1.0, newborn + (1 - newborn) * age / rates["grown_up_at_years"])
    return np.asarray(np.round(adult * grown, 1))
