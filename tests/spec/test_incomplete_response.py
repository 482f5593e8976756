"""I6: the active cytopenia is refractory, dependent, or has had two lines; and what a response is."""

import pytest
from spec.cytopenias import aiha, anemia, itp, medications, prca, thrombocytopenia, transfusions
from spec.patient import FAIL, PASS, UNKNOWN, criterion

incomplete_response = criterion("incomplete_response")
refractory = criterion("incomplete_response.refractory")
dependent = criterion("incomplete_response.dependent")
two_lines = criterion("incomplete_response.two_lines")

FULL_DOSE = medications("92..98 | prednisone | 1 mg/kg/day |")  # refractory from day 98, unless it responds
TREATED = medications("90..200 | prednisone | 1 mg/kg/day |")


# ---- the parts together


def test_an_untreated_cytopenia():
    """Has not responded incompletely to anything."""
    for part in (incomplete_response, refractory, dependent, two_lines):
        part(itp(), {"..": FAIL})


def test_any_part_is_enough():
    """OR of the three parts; two lines can be required of everyone instead."""
    patient = itp() + FULL_DOSE
    refractory(patient, {"0..97": FAIL, "98..": PASS})
    two_lines(patient, {"..": FAIL})
    incomplete_response(patient, {"0..97": FAIL, "98..": PASS})
    incomplete_response(patient, {"..": FAIL}, incomplete_response_rule="two_lines_always")


def test_two_lines_always():
    """Two lines are then necessary and sufficient."""
    patient = itp() + medications("92..98 | prednisone | 1 mg/kg/day |", "101 | ivig | 1 g/kg |")
    incomplete_response(patient, {"0..107": FAIL, "108..": PASS}, incomplete_response_rule="two_lines_always")


def test_only_of_a_cytopenia_that_is_active():
    """AND with the active verdict of the same cytopenia: the steroids of day 98 carry it to day 153."""
    refractory(thrombocytopenia("90 | 15") + FULL_DOSE, {"0..97": FAIL, "98..131": PASS, "154..": FAIL})
    refractory(
        thrombocytopenia("90..110 by 5 | 15", "120..200 by 5 | 100") + FULL_DOSE,
        {"0..97": FAIL, "98..119": PASS, "120..": FAIL},
    )


def test_a_cytopenia_that_is_unknown():
    """AND with UNKNOWN: what was refractory is unknown then."""
    no_marrow = itp(marrow="-300 | normal") + FULL_DOSE
    incomplete_response(no_marrow, {89: FAIL, "98..110": UNKNOWN}, absent_diagnosis="ignored")
    incomplete_response(no_marrow, {"..": FAIL})


def test_a_cytopenia_nobody_looked_for():
    """Without any hemoglobin an anemia is unknown from day 28 on, and so is its response to two lines."""
    given = medications("92..98 | prednisone | 1 mg/kg/day |", "101 | ivig | 1 g/kg |")
    platelets_only = "day | platelets\n0..365 by 5 | 150\n\n" + given
    two_lines(platelets_only, {"0..107": FAIL, "108..": UNKNOWN})
    refractory(platelets_only, {"0..97": FAIL, "98..": UNKNOWN})
    two_lines(platelets_only + "day | hemoglobin\n105 | 13", {"..": FAIL})


def test_each_cytopenia_on_its_own():
    """OR over the active cytopenias: the ITP has responded, the AIHA has not."""
    patient = """
        day           | neutrophils | hemoglobin | platelets | marrow_megakaryocytes | dat      | ldh | haptoglobin
          0..85 by 5  | 2.0         | 13         | 150       |                       |          |     |
         90..95 by 5  | 2.0         | 7.5        | 15        | normal                | positive | 600 | 10
        100..365 by 5 | 2.0         | 7.5        | 90        |                       |          |     |
        """
    refractory(patient + FULL_DOSE, {97: FAIL, "98..": PASS})
    # without the DAT there is no AIHA, and the ITP responds from day 100 on
    refractory(patient.replace("positive", "negative") + FULL_DOSE, {97: FAIL, "98..99": PASS, "100..": FAIL})


def test_the_kinds_are_not_mixed():
    """Platelets that respond say nothing of an anemia, and the other way round."""
    refractory(aiha() + FULL_DOSE, {97: FAIL, "98..": PASS})
    refractory(prca() + FULL_DOSE, {97: FAIL, "98..": PASS})


# ---- more than a minimal response


@pytest.mark.parametrize(
    ("nadir", "platelets", "verdict"),
    [(15, "30", FAIL), (15, "29", PASS), (16, "31", PASS), (16, "32", FAIL), (10, "29", PASS), (10, "30", FAIL)],
)
def test_platelets_of_30_and_twice_the_nadir(nadir: int, platelets: str, verdict: str):
    """Both are needed for more than a minimal response, which ends being refractory."""
    patient = thrombocytopenia(f"90..105 by 5 | {nadir}", f"110 | {platelets}") + FULL_DOSE
    refractory(patient, {"98..109": PASS, "110..151": verdict})


@pytest.mark.parametrize(("hemoglobin", "verdict"), [("8.4", PASS), ("8.5", FAIL)])
def test_hemoglobin_1_above_the_nadir(hemoglobin: str, verdict: str):
    """The anemias respond more than minimally with 1 g/dL, AIHA and PRCA alike."""
    refractory(anemia("90..105 by 5 | 7.5", f"110 | {hemoglobin}") + FULL_DOSE, {"98..109": PASS, "110..151": verdict})


def test_the_nadir_is_looked_for_since_the_onset():
    """The lowest count of the episode so far: a new low makes the same count a response."""
    patient = thrombocytopenia("90 | 20", "95 | 20", "105 | 35", "110 | 12", "115 | 35") + FULL_DOSE
    refractory(patient, {"98..114": PASS, "115..156": FAIL})


def test_the_latest_result_of_42_days():
    """After them neither response is known, and being refractory is not either."""
    patient = thrombocytopenia("90 | 15", "110 | 15") + FULL_DOSE
    refractory(patient, {"98..151": PASS, "152..165": UNKNOWN, "166..": FAIL})  # the spell ends on day 165
    refractory(patient, {"98..139": PASS, "140..165": UNKNOWN}, response_window_days=30)


@pytest.mark.parametrize(("day", "verdict"), [(103, FAIL), (104, PASS), (110, PASS), (111, FAIL)])
def test_platelets_under_support_are_no_response(day: int, verdict: str):
    """A platelet transfusion of the 7 days up to the result's day; one after the result does not matter."""
    patient = thrombocytopenia("90..105 by 5 | 15", "110 | 60") + transfusions("platelets", day) + FULL_DOSE
    refractory(patient, {"110..117": verdict})


@pytest.mark.parametrize(("day", "verdict"), [(89, FAIL), (90, PASS), (110, PASS), (111, FAIL)])
def test_hemoglobin_under_support_is_no_response(day: int, verdict: str):
    """Red cells support a hemoglobin for 21 days up to the result's day."""
    patient = anemia("90..105 by 5 | 7.5", "110 | 9") + transfusions("red_cells", day) + FULL_DOSE
    refractory(patient, {"110..120": verdict})


def test_support_with_transfusions_not_complete():
    """A response that may have been transfused is unknown; no response needs no support."""
    captured = {"complete": ["conditions", "medications"]}
    recorded = "\n\ntransplants:\nneutrophil_engraftment_day | platelet_engraftment_day\n25 | 25\n\n"
    patient = thrombocytopenia("90..105 by 5 | 15", "110 | 60") + FULL_DOSE + recorded
    refractory(patient, {"98..109": PASS, "110..151": UNKNOWN}, **captured)


def test_how_long_support_lasts():
    """`platelet_support_days` and `red_cell_support_days`."""
    patient = thrombocytopenia("90..105 by 5 | 15", "110 | 60") + transfusions("platelets", 104) + FULL_DOSE
    refractory(patient, {110: FAIL}, platelet_support_days=6)
    patient = anemia("90..105 by 5 | 7.5", "110 | 9") + transfusions("red_cells", 90) + FULL_DOSE
    refractory(patient, {110: FAIL}, red_cell_support_days=20)


def test_a_higher_bar_for_more_than_minimal():
    """`minimal_response_hemoglobin_rise: 2` is the other reading."""
    patient = anemia("90..105 by 5 | 7.5", "110 | 9.4", "115 | 9.5") + FULL_DOSE
    refractory(patient, {"110..114": FAIL})
    refractory(patient, {"98..114": PASS, "115..156": FAIL}, minimal_response_hemoglobin_rise=2)
    patient = thrombocytopenia("90..105 by 5 | 15", "110 | 44", "115 | 45") + FULL_DOSE
    refractory(patient, {"98..114": PASS, "115..156": FAIL}, response_platelet_fold=3)
    refractory(patient, {"98..114": PASS, "115..156": FAIL}, response_platelets_min=45)


# ---- full response, seen through dependence on a dose that continues for 56 days (day 145 on)


@pytest.mark.parametrize(
    ("nadir", "platelets", "verdict"), [(15, "29", FAIL), (15, "30", PASS), (10, "19", FAIL), (10, "20", PASS)]
)
def test_full_response_of_platelets(nadir: int, platelets: str, verdict: str):
    """30, or twice the nadir: one of the two is enough."""
    patient = thrombocytopenia(f"90..105 by 5 | {nadir}", f"110..200 by 5 | {platelets}") + TREATED
    dependent(patient, {144: FAIL, "145..200": verdict})


@pytest.mark.parametrize(("hemoglobin", "verdict"), [("9.4", FAIL), ("9.5", PASS)])
def test_full_response_of_hemoglobin(hemoglobin: str, verdict: str):
    """2 g/dL above the nadir."""
    patient = anemia("90..105 by 5 | 7.5", f"110..200 by 5 | {hemoglobin}") + TREATED
    dependent(patient, {144: FAIL, "145..200": verdict})


def test_another_full_response():
    """`response_hemoglobin_rise`."""
    patient = anemia("90..105 by 5 | 7.5", "110..200 by 5 | 9.4") + TREATED
    dependent(patient, {"145..200": PASS}, response_hemoglobin_rise=1.9)
