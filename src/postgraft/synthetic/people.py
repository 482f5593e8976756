"""Who is transplanted: age, sex, disease, donor, graft, conditioning, centre, weight."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from postgraft.synthetic.calibration import Bools, Dice, Floats, Ints, Texts, table

ADULT_AGES = "adult_age_share_"
INDICATION = {
    "aml": "AML", "all": "ALL", "mds": "MDS", "lymphoma": "lymphoma", "other_leukemia": "other_leukemia",
    "other_malignancy": "other_malignancy", "aplastic_anemia": "SAA",
}  # fmt: skip
NONMALIGNANT = ("sickle_cell_disease", "thalassemia", "immunodeficiency", "bone_marrow_failure", "metabolic_disorder")
DONOR = {
    "matched_unrelated": "donor_mud_share",
    "haploidentical": "donor_haplo_share",
    "matched_sibling": "donor_msd_share",
    "mismatched_unrelated": "donor_mmud_share",
    "other": "donor_other_share",
}
GRAFT = {
    "peripheral_blood": "graft_pbsc_share_adult",
    "bone_marrow": "graft_bm_share_adult",
    "cord_blood": "graft_cord_share_adult",
}
INTENSITY = {
    "myeloablative": "conditioning_mac_share",
    "reduced_intensity": "conditioning_ric_share",
    "nonmyeloablative": "conditioning_nma_share",
}
FIRST_DAY0, LAST_DAY0 = np.datetime64("2015-01-01"), np.datetime64("2024-12-31")


@dataclass(frozen=True)
class SyntheticPatients:
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


def draw_people(dice: Dice, size: int) -> SyntheticPatients:
    """Draw ``size`` patients at day 0."""
    age = _age(dice, size)
    sex = dice.choose({"female": "female_share_adult", "male": 1 - dice["female_share_adult"]}, size)
    diseases: dict[str, float] = {name: dice[f"disease_share_all_ages_{word}"] for name, word in INDICATION.items()}
    other = dice["disease_share_all_ages_nonmalignant"] / len(NONMALIGNANT)
    indication = dice.choose(diseases | dict.fromkeys(NONMALIGNANT, other), size)
    donor, graft = dice.choose(DONOR, size), dice.choose(GRAFT, size)
    donor[graft == "cord_blood"] = "mismatched_unrelated"
    unknown = 1 - sum(dice[name] for name in INTENSITY.values())
    conditioning = dice.choose({**INTENSITY, "": unknown}, size)
    span = int((LAST_DAY0 - FIRST_DAY0).astype(int))
    day0 = FIRST_DAY0 + dice.rng.integers(0, span + 1, size).astype("timedelta64[D]")
    calendar_year = day0.astype("datetime64[Y]").astype(int) + 1970
    ptcy_share = np.interp(calendar_year, [2015, 2022], [dice["ptcy_share_2015"], dice["ptcy_share_2022"]])
    return SyntheticPatients(
        age=age,
        sex=sex,
        indication=indication,
        malignant=~np.isin(indication.astype(str), ("aplastic_anemia", *NONMALIGNANT)),
        donor=donor,
        graft=graft,
        conditioning=conditioning,
        abo_mismatch=_abo(dice, size),
        day0=day0,
        site=dice.choose_index(table("sites")["share"].tolist(), size),
        weight=_weight(dice, age, sex),
        ptcy=(donor == "haploidentical") | dice.happens(ptcy_share, size),
    )


def _age(dice: Dice, size: int) -> Floats:
    names = dice.names(ADULT_AGES)
    group = dice.choose_index([dice[name] for name in names], size)
    low = np.array([float(n.removeprefix(ADULT_AGES).split("_")[0].removesuffix("plus")) for n in names])
    high = np.append(low[1:], dice["age_max"])
    age = low[group] + (high - low)[group] * dice.rng.random(size)
    child = dice.happens("child_share", size)
    return np.asarray(np.where(child, low[0] * dice.rng.random(size), age))


def _abo(dice: Dice, size: int) -> Texts:
    mismatch, major, minor = (dice[f"abo_{n}"] for n in ("any_mismatch", "major_or_bidirectional", "minor"))
    both, known = dice["abo_bidirectional_given_major"], mismatch / (major + minor)
    shares = {"major": known * major * (1 - both), "bidirectional": known * major * both, "minor": known * minor}
    return dice.choose({"none": 1 - mismatch, **shares}, size)


def _weight(dice: Dice, age: Floats, sex: Texts) -> Floats:
    mean = dice.by_label(sex, {"female": "body_weight_mean_female", "male": "body_weight_mean_male"})
    adult = np.maximum(mean + dice.noise("body_weight_sd", len(age)), dice["adult_weight_min"])
    newborn = dice["newborn_weight_fraction"]
    grown = np.minimum(1.0, newborn + (1 - newborn) * age / dice["grown_up_at_years"])
    return np.asarray(np.round(adult * grown, 1))
