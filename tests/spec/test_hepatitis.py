"""I8 and E6 with its two notes: no active hepatitis A, B or C."""

import pytest
from spec.patient import FAIL, PASS, UNKNOWN, criterion

hepatitis = criterion("hepatitis")
hepatitis_a = criterion("hepatitis.a")
hepatitis_b = criterion("hepatitis.b")
hepatitis_c = criterion("hepatitis.c")


def given(days: str, drug: str, purpose: str = "") -> str:
    return f"\n\nmedications:\ndays | drug | dose | purpose\n{days} | {drug} | 1 mg/day | {purpose}"


def condition(days: str, name: str) -> str:
    return f"conditions:\ndays | condition\n{days} | {name}"


def test_known_active_needs_something_known():
    """E6 says "known": a patient of whom nothing is on file passes, complete or not."""
    hepatitis("", {"..": PASS})
    hepatitis("", {"..": PASS}, complete=(), missing=["conditions", "medications"])


def test_the_three_viruses_are_joined_by_and():
    """Each is a component of its own."""
    patient = """
        day | hbsag    | hcv_rna  | hav_igm
         50 | positive |          |
         80 | negative | detected |
        110 |          | negative | positive
        """
    hepatitis_b(patient, {"0..49": PASS, "50..79": FAIL, "80..": PASS})
    hepatitis_c(patient, {"0..79": PASS, "80..109": FAIL, "110..": PASS})
    hepatitis_a(patient, {"0..109": PASS, "110..": UNKNOWN})
    hepatitis(patient, {"0..49": PASS, "50..109": FAIL, "110..": UNKNOWN})


@pytest.mark.parametrize(("marker", "word"), [("hbsag", "positive"), ("hbv_dna", "detected")])
def test_hepatitis_b_by_antigen_or_dna(marker: str, word: str):
    """The latest result ever counts: serology does not expire, and a result before day 0 counts."""
    hepatitis_b(f"day | {marker}\n-200 | {word}\n300 | negative", {"0..299": FAIL, "300..": PASS})


def test_hepatitis_b_as_a_condition():
    """Active from its start to its end, both included."""
    hepatitis_b(condition("50..80", "hepatitis_b_active"), {49: PASS, "50..80": FAIL, "81..": PASS})
    hepatitis_b(condition("50..", "hepatitis_b_active"), {49: PASS, "50..": FAIL})


def test_a_test_without_virus_ends_hepatitis_b_on_record():
    """DNA not detected on or after its start speaks against the row from that day on; one before it does not."""
    patient = condition("50..150", "hepatitis_b_active") + "\n\nday | hbv_dna\n"
    hepatitis_b(patient + "49 | not_detected", {49: PASS, "50..150": FAIL, 151: PASS})
    hepatitis_b(patient + "50 | not_detected", {"..": PASS})
    hepatitis_b(patient + "80 | not_detected", {49: PASS, "50..79": FAIL, "80..": PASS})
    hepatitis_b(patient + "80 | indeterminate", {"50..150": FAIL})
    # later DNA is active disease by itself; the row does not come back
    hepatitis_b(
        patient + "80 | not_detected\n90 | detected\n100 | indeterminate",
        {"50..79": FAIL, "80..89": PASS, "90..99": FAIL, "100..": PASS},
    )
    hepatitis_b(
        condition("50..", "hepatitis_b_active") + "\n160.. | hepatitis_b_active\n\nday | hbv_dna\n80 | not_detected",
        {"50..79": FAIL, "80..159": PASS, "160..": FAIL},
    )


@pytest.mark.parametrize("drug", ["entecavir", "tenofovir", "lamivudine", "adefovir"])
def test_hepatitis_b_under_treatment(drug: str):
    """An antiviral given to treat fails on the days it is given."""
    hepatitis_b(given("50..80", drug, "infection_treatment"), {49: PASS, "50..80": FAIL, "81..": PASS})


def test_hepatitis_b_prophylaxis():
    """An antiviral as prophylaxis, or of unknown purpose, is no treatment."""
    hepatitis_b(given("50..80", "entecavir", "infection_prophylaxis"), {"..": PASS})
    hepatitis_b(given("50..80", "entecavir"), {"..": PASS})


def test_past_hepatitis_b_needs_its_dna():
    """Core antibody ever positive and no DNA result is unknown; the DNA decides."""
    patient = """
        day | anti_hbc | hbv_dna
         20 | positive |
         40 | negative |
         60 |          | not_detected
         90 |          | detected
        """
    hepatitis_b(patient, {"0..19": PASS, "20..59": UNKNOWN, "60..89": PASS, "90..": FAIL})


def test_the_surface_antibody_has_no_say():
    """Whether positive or negative, under both readings."""
    for word in ("positive", "negative"):
        hepatitis_b(f"day | anti_hbs\n20 | {word}", {"..": PASS})
        hepatitis_b(f"day | anti_hbs\n20 | {word}", {"..": UNKNOWN}, hepatitis_reading="documented_negative")


def test_hepatitis_b_documented_negative():
    """PASS only with a negative antigen and either DNA not detected or a negative core antibody."""
    patient = """
        day | hbsag    | anti_hbc | hbv_dna
         20 | negative |          |
         40 |          |          | not_detected
         60 |          |          | indeterminate
         80 |          | negative |
        100 | positive |          |
        """
    hepatitis_b(
        patient,
        {"0..39": UNKNOWN, "40..59": PASS, "60..79": UNKNOWN, "80..99": PASS, "100..": FAIL},
        hepatitis_reading="documented_negative",
    )
    hepatitis_b("day | hbv_dna\n20 | negative", {"..": UNKNOWN}, hepatitis_reading="documented_negative")


def test_hepatitis_c_by_antibody_and_rna():
    """Antibody ever positive is unknown until RNA is not detected; RNA detected fails."""
    patient = """
        day | anti_hcv | hcv_rna
         20 | positive |
         40 | negative |
         60 |          | not_detected
         90 |          | detected
        """
    hepatitis_c(patient, {"0..19": PASS, "20..59": UNKNOWN, "60..89": PASS, "90..": FAIL})
    hepatitis_c("day | hcv_rna\n20 | detected", {"0..19": PASS, "20..": FAIL})


def test_hepatitis_c_as_a_condition():
    """Active hepatitis C fails until RNA is not detected, on or after its start."""
    patient = condition("50..80", "hepatitis_c_active")
    hepatitis_c(patient, {49: PASS, "50..80": FAIL, "81..": PASS})
    hepatitis_c(patient + "\n\nday | hcv_rna\n60 | not_detected", {49: PASS, "50..59": FAIL, "60..": PASS})
    hepatitis_c(patient + "\n\nday | hcv_rna\n49 | not_detected", {"50..80": FAIL, "81..": PASS})


def test_hepatitis_c_under_treatment_begun_before():
    """With a positive antibody an antiviral begun before the day passes by the exclusion's note."""
    patient = "day | anti_hcv | hcv_rna\n-100 | positive | detected" + given("50..80", "sofosbuvir")
    hepatitis_c(patient, {"0..49": FAIL, 50: UNKNOWN, "51..80": PASS, "81..": FAIL})
    hepatitis_c(patient, {"..": FAIL}, hepatitis_treatment="inclusion_strict")


NO_MEDICATIONS = {"complete": ["conditions"]}


def test_treatment_of_hepatitis_c_that_may_not_be_on_file():
    """Disease is open where medications are not complete, as the note would admit treatment under way."""
    rna = "day | anti_hcv | hcv_rna\n-100 | positive | detected"
    hepatitis_c(rna, {"..": FAIL})
    hepatitis_c(rna, {"..": UNKNOWN}, **NO_MEDICATIONS)
    hepatitis_c(rna, {"..": FAIL}, hepatitis_treatment="inclusion_strict", **NO_MEDICATIONS)
    hepatitis_c(rna + given("50..80", "sofosbuvir"), {50: UNKNOWN, "51..80": PASS, 81: UNKNOWN}, **NO_MEDICATIONS)
    active = condition("50..80", "hepatitis_c_active")
    hepatitis_c(active, {49: PASS, "50..80": UNKNOWN, "81..": PASS}, **NO_MEDICATIONS)
    hepatitis_c(active + "\n\nday | hcv_rna\n60 | not_detected", {"50..80": UNKNOWN, "81..": PASS}, **NO_MEDICATIONS)


def test_the_note_asks_for_an_antibody():
    """Negative for antibodies, treatment under way would not be accepted; never tested, it might be."""
    detected = "day | anti_hcv | hcv_rna\n-100 | {} | detected"
    hepatitis_c(detected.format("negative"), {"..": FAIL}, **NO_MEDICATIONS)
    hepatitis_c(detected.format("indeterminate"), {"..": FAIL}, **NO_MEDICATIONS)
    never = "day | hcv_rna\n-100 | detected"
    hepatitis_c(never, {"..": UNKNOWN}, **NO_MEDICATIONS)
    # on record as treated, and with an antibody that may be there
    hepatitis_c(never + given("50..80", "sofosbuvir"), {49: FAIL, "50..80": UNKNOWN, 81: FAIL})


def test_treatment_of_hepatitis_c_before_its_condition():
    """The rules are tried in order: treatment begun before comes before the active condition."""
    patient = (
        "day | anti_hcv\n-100 | positive\n\n" + condition("20..", "hepatitis_c_active") + given("50..", "ribavirin")
    )
    hepatitis_c(patient, {"0..19": UNKNOWN, "20..49": FAIL, 50: UNKNOWN, "51..": PASS})


def test_treatment_of_hepatitis_c_without_an_antibody():
    """The note asks for the antibody; without it only the strict reading looks at the treatment's purpose."""
    treated = given("50..80", "glecaprevir", "infection_treatment")
    hepatitis_c(treated, {"..": PASS})
    hepatitis_c(treated, {49: PASS, "50..80": FAIL, "81..": PASS}, hepatitis_treatment="inclusion_strict")
    prophylaxis = given("50..80", "glecaprevir", "infection_prophylaxis")
    hepatitis_c(prophylaxis, {"..": PASS}, hepatitis_treatment="inclusion_strict")


def test_hepatitis_c_documented_negative():
    """Where nothing else spoke, the latest antibody must be negative."""
    patient = """
        day | anti_hcv | hcv_rna
         20 | negative |
         40 | positive |
         60 |          | not_detected
        """
    hepatitis_c(
        patient,
        {"0..19": UNKNOWN, "20..39": PASS, "40..59": UNKNOWN, "60..": PASS},
        hepatitis_reading="documented_negative",
    )


def test_hepatitis_a():
    """The condition fails; a positive IgM, which does not expire, is unknown until a later negative."""
    patient = condition("20..40", "hepatitis_a") + "\n\nday | hav_igm\n10 | positive\n60 | negative"
    hepatitis_a(patient, {"0..9": PASS, "10..19": UNKNOWN, "20..40": FAIL, "41..59": UNKNOWN, "60..": PASS})
    # documented_negative is about B and C only
    hepatitis_a("", {"..": PASS}, hepatitis_reading="documented_negative")


def test_indeterminate_results():
    """Are neither positive nor negative."""
    patient = "day | hbsag | hcv_rna | hav_igm\n20 | indeterminate | indeterminate | indeterminate"
    hepatitis(patient, {"..": PASS})
    hepatitis(patient, {"..": UNKNOWN}, hepatitis_reading="documented_negative")


def test_the_lists_of_antivirals():
    """`hbv_antivirals` and `hcv_antivirals` can be amended."""
    treated = given("50..80", "entecavir", "infection_treatment")
    hepatitis_b(treated, {"..": PASS}, hbv_antivirals=["tenofovir"])
    antibody = "day | anti_hcv\n-100 | positive" + given("50..80", "sofosbuvir")
    hepatitis_c(antibody, {"51..80": PASS})
    hepatitis_c(antibody, {"51..80": UNKNOWN}, hcv_antivirals=["ribavirin"])
