"""Which rows and cells a completion may add: all but those that the readings in force contradict.

"Readings that decide an unknown on purpose bind the completions too": each function here is one of them.
"""

from __future__ import annotations

from parts.draws import Row

from losses.less import Less

DIAGNOSES = ("aiha", "itp", "prca", "evans")
OF_EVANS = ("aiha", "itp")
ATTESTED = (
    "uncontrolled_infection", "premedication_contraindication", "study_drug_hypersensitivity",
    "anti_cd38_intolerance", "steroid_intolerance",
)  # fmt: skip
HEPATITIS_B = ("hbsag", "anti_hbc", "hbv_dna")
HEPATITIS_C = ("anti_hcv", "hcv_rna")
HIV = ("hiv_screen", "hiv_rna")
FOUND = ("positive", "detected")
RESPONSES = ("responsive", "refractory", "untreated")
YOUNG = 50
"""Years at which no woman reaches the age of menopause while she is observed."""


def condition(less: Less, row: Row) -> bool:
    """Whether a row of a condition that is not declared complete may be unrecorded."""
    name = row["condition"]
    if name in ATTESTED:  # attested: assumed unless recorded
        return bool(less.p.attested == "open")
    if name == "hepatitis_a":  # the text says known, under either reading
        return False
    if name == "hepatitis_b_active":
        return less.p.hepatitis_reading == "documented_negative" and not tested(less, HEPATITIS_B)
    if name == "hepatitis_c_active":
        return less.p.hepatitis_reading == "documented_negative" and not tested(less, HEPATITIS_C)
    if name == "hiv":
        return less.p.hiv_reading == "documented_negative" and not tested(less, HIV)
    if name == "pregnant":
        return may_be_pregnant(less) and not tested(less, ("pregnancy_test",))
    return not against_a_diagnosis(less, row)


def tested(less: Less, analytes: tuple[str, ...]) -> bool:
    return bool(less.kept("measurements", lambda row: row["analyte"] in analytes))


def recorded(less: Less, name: str) -> list[Row]:
    return less.kept("conditions", lambda row: row["condition"] == name)


def coded(less: Less, cytopenia: str) -> list[Row]:
    """The recorded diagnoses of a cytopenia that fill an unknown work-up (`recorded_diagnosis`)."""
    return [] if less.p.recorded_diagnosis == "ignored" else diagnoses(less, cytopenia)


def diagnoses(less: Less, cytopenia: str) -> list[Row]:
    """The recorded diagnoses of a cytopenia, Evans syndrome among them."""
    return recorded(less, cytopenia) + (recorded(less, "evans") if cytopenia in OF_EVANS else [])


def against_a_diagnosis(less: Less, row: Row) -> bool:
    """Another cause, active from the count of a coded diagnosis on: the diagnosis stands in for its absence."""
    causes = {"aiha": less.p.hemolysis_other_causes, "itp": less.p.itp_other_causes, "prca": less.p.prca_obvious_causes}
    return any(
        row["end_day"] is None or row["end_day"] >= diagnosis["start_day"] - less.p.workup_days
        for cytopenia, names in causes.items()
        if row["condition"] in names
        for diagnosis in coded(less, cytopenia)
    )


def medication(less: Less, row: Row) -> bool:
    """Hepatitis is known or not: so is its treatment, unless the note that admits it leaves that open."""
    if row["drug"] in less.p.hbv_antivirals and row["purpose"] == "infection_treatment":
        return False
    return row["drug"] not in less.p.hcv_antivirals or less.p.hepatitis_treatment == "exclusion_note"


def may_be_pregnant(less: Less) -> bool:
    """Nothing recorded says no: neither sex, age, `not_childbearing`, nor the reading that a test is assumed."""
    sex = less.person["sex"]
    unclear = sex == "unknown" or (sex == "female" and less.p.pregnancy_test == "required")
    return unclear and youngest(less.person) < YOUNG and not recorded(less, "not_childbearing")


def youngest(person: Row) -> float:
    """Age at transplant in years as far as it is on file, the highest if it is there in several ways."""
    ages = [0.0]
    if person.get("age_at_transplant") is not None:
        ages.append(person["age_at_transplant"])
    if person.get("birth_day") is not None:
        ages.append(-person["birth_day"] / 365.25)
    if person.get("birth_year") is not None:
        ages.append((person.get("transplant_year") or 2020) - person["birth_year"])
    return max(ages)


def pregnancy_test(less: Less, row: Row) -> bool:
    """A positive one if she may be pregnant, another one if none is positive: that counts for `pregnancy_days`."""
    if row["result"] in FOUND:
        return may_be_pregnant(less)
    return not less.kept("measurements", lambda one: one["analyte"] == "pregnancy_test" and one["result"] in FOUND)


def serology(less: Less, row: Row) -> bool:
    """What was not found: the text asks for what is known; nor what would undo a recorded active hepatitis."""
    if row["result"] in FOUND:
        return False
    active = {"hbv_dna": "hepatitis_b_active", "hcv_rna": "hepatitis_c_active"}.get(row["analyte"])
    return active is None or not recorded(less, active)


def grade(less: Less, row: Row) -> bool:
    """No grade 0; and an acute one that excludes only if the detail is missing too, and nothing else decides then."""
    if not row.get("grade"):
        return False
    if row["condition"] == "chronic_gvhd" or row["grade"] < less.p.gvhd_acute_grade_excluded:
        return True
    return row.get("detail") not in RESPONSES and _detail_unknown(less)


def detail(less: Less, row: Row) -> bool:
    """Where drugs are complete nobody may have treated it, which is a PASS; a reading may say `responsive`.

    Then only what comes to the same is filled in: `untreated`, and `responsive` if the sponsor agrees.
    """
    if row.get("grade") == 0 or row.get("detail") not in RESPONSES:
        return False
    if _detail_unknown(less):
        return True
    agreed = less.p.sponsor_agreement == "granted"
    if row["detail"] == "untreated":
        return agreed or less.p.gvhd_detail_missing == "unknown"
    return bool(row["detail"] == "responsive" and agreed)


def _detail_unknown(less: Less) -> bool:
    return bool(less.p.gvhd_detail_missing == "unknown") and not less.declared("medications")


def half_life(less: Less, row: Row) -> bool:
    """Of a drug that is in no table, and over when `washout_unknown_days` says so."""
    own = row.get("half_life_days")
    if own is None or row["drug"] in less.p.half_life_days:
        return False
    return bool(own * less.p.washout_half_lives <= less.p.washout_unknown_days)
