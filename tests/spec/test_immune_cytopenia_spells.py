"""I5, spells: how far low counts, and steroids that hold them up, carry a cytopenia; and when it is active."""

import pytest
from spec.cytopenias import anemia, conditions, engrafted, itp, medications, prca, thrombocytopenia, transfusions
from spec.patient import COMPLETE, FAIL, PASS, UNKNOWN, Expected, criterion

is_aiha = criterion("immune_cytopenia.aiha")
is_itp = criterion("immune_cytopenia.itp")
is_prca = criterion("immune_cytopenia.prca")

OPEN = {"absent_diagnosis": "ignored"}
NO_CAUSES_TOLD = ["transfusions", "medications"]  # every count is UNKNOWN for its other causes, its numbers are not
ONCE_LOW = thrombocytopenia("90 | 15", marrow="80 | normal")  # the marrow is current on days 80 … 139


def from_90(last: int, verdict: str = PASS, unknown_to: int = 0) -> Expected:
    """Active on days 90 … `last`, perhaps unknown for a while after it, and never else."""
    after = max(last, unknown_to)
    expected = {"0..89": FAIL, f"90..{last}": verdict, f"{after + 1}..": FAIL}
    return {**expected, f"{last + 1}..{unknown_to}": UNKNOWN} if unknown_to else expected


# ---- low counts


def test_a_low_count_carries_56_days():
    """The day of the event and the 55 after it, whatever the counts do meanwhile."""
    is_itp(ONCE_LOW, from_90(145))
    is_itp(thrombocytopenia("90 | 15", "100..200 by 5 | 150"), from_90(145))
    is_itp(ONCE_LOW, from_90(144), spell_days=55)
    is_itp(ONCE_LOW, from_90(146), spell_days=57)


@pytest.mark.parametrize(("day", "last"), [(144, 199), (145, 200), (146, 145)])
def test_the_next_event_on_the_last_day_or_the_day_after(day: int, last: int):
    """Day 145 is inside the spell and carries it on; a low count of day 146 begins one that has no marrow."""
    is_itp(thrombocytopenia("90 | 15", f"{day} | 15", marrow="80 | normal"), from_90(last))


def test_low_platelets():
    """At most 30; that the count is 30 % below the baseline is not asked again, nor that there is no other cause."""
    is_itp(thrombocytopenia("90 | 15", "140 | 30"), from_90(195))
    is_itp(thrombocytopenia("90 | 15", "140 | 31"), from_90(145))
    is_itp(thrombocytopenia("90 | 15", "140 | 30") + conditions("120..200 | ttp"), from_90(195))
    is_itp(thrombocytopenia("90 | 15", "140 | 35"), from_90(195), itp_platelets_max=35)


def test_platelets_low_within_a_week():
    """A count day is low by any result of its 7 days: 6 days after day 140, not 7."""
    is_itp(thrombocytopenia("90 | 15", "140 | 15", "146 | 150"), from_90(201))
    is_itp(thrombocytopenia("90 | 15", "140 | 15", "147 | 150"), from_90(195))


def test_transfused_platelets_are_low():
    """On the day of a transfusion and on days with a count in the 6 days after it; red cells are no event."""
    is_itp(ONCE_LOW + transfusions("platelets", 145), from_90(200))
    is_itp(ONCE_LOW + transfusions("platelets", 146), from_90(145))
    for day, last in ((146, 201), (147, 195)):
        is_itp(thrombocytopenia("90 | 15", f"{day} | 150") + transfusions("platelets", 140), from_90(last))
    is_itp(ONCE_LOW + transfusions("red_cells", 140), from_90(145))


@pytest.mark.parametrize(("hemoglobin", "last"), [("9.9", 195), ("10.0", 145)])
def test_low_hemoglobin_of_aiha(hemoglobin: str, last: int):
    """Below 10, on days with a hemoglobin result alone: red cells are neither a count day nor a low one."""
    is_aiha(anemia("90 | 7.5", f"140 | {hemoglobin}"), from_90(last))
    is_aiha(anemia("90 | 7.5", f"140 | {hemoglobin}") + transfusions("red_cells", 141, 142), from_90(last))


def anemic_once(*hemoglobin: str) -> str:
    """PRCA of day 90, later results as given."""
    patient = prca().replace("90..365 by 5 | 2.0         | 150       | 7", "90 | | | 7")
    return patient + "\n\nday | hemoglobin\n" + "\n".join(hemoglobin) + "\n\n"


@pytest.mark.parametrize(("hemoglobin", "last"), [("7.9", 195), ("8.0", 145)])
def test_low_hemoglobin_of_prca(hemoglobin: str, last: int):
    """Below 8."""
    is_prca(anemic_once(f"140 | {hemoglobin}"), from_90(last))


def test_transfused_hemoglobin_of_prca():
    """Red cells on two days of 28 are low, whatever the hemoglobin."""
    is_prca(anemic_once("100..145 by 5 | 9") + transfusions("red_cells", 113, 140), from_90(195))
    is_prca(anemic_once("100..145 by 5 | 9") + transfusions("red_cells", 112, 140), from_90(145))


def test_a_low_that_is_not_known():
    """Red cells on day 103 still see the hemoglobin of day 90; on day 104 none is current, so it may be low."""
    is_prca(anemic_once() + transfusions("red_cells", 103), from_90(158))
    is_prca(anemic_once() + transfusions("red_cells", 104), from_90(145, unknown_to=159))


# ---- steroids


@pytest.mark.parametrize(
    ("row", "last", "unknown_to"),
    [
        ("145 | prednisone | 0.5 mg/kg |", 200, 0),
        ("146 | prednisone | 0.5 mg/kg |", 145, 0),
        ("92..145 | prednisone | 0.475 mg/kg/day |", 200, 0),  # the tolerance of 5 %
        ("92..145 | prednisone | 0.47 mg/kg/day |", 145, 0),
        ("145 | dexamethasone | 0.1 mg/kg |", 200, 0),  # 0.67 mg/kg of prednisone
        ("145 | prednisone | 0.5 mg/kg | immune_cytopenia", 200, 0),
        ("145 | prednisone | 0.5 mg/kg | premedication", 145, 0),
        ("145 | eltrombopag | 50 mg |", 145, 0),
        ("145 | prednisone | mg/kg |", 145, 200),  # how much is not told
        ("145 | prednisone | 70 mg |", 145, 200),  # no weight
    ],
)
def test_a_steroid_day(row: str, last: int, unknown_to: int):
    """Prednisone-equivalent of 0.5 mg/kg on a day inside the spell carries it 56 days from there."""
    is_itp(ONCE_LOW + medications(row), from_90(last, unknown_to=unknown_to))


def test_steroids_for_gvhd():
    """Are no event unless `gvhd_steroids_count`."""
    patient = ONCE_LOW + medications("92..145 | prednisone | 1 mg/kg/day | gvhd")
    is_itp(patient, from_90(145))
    is_itp(patient, from_90(200), gvhd_steroids_count=True)
    both = "145 | prednisone | 0.3 mg/kg | gvhd", "145 | prednisone | 0.3 mg/kg |"
    is_itp(ONCE_LOW + medications(*both), from_90(145))
    is_itp(ONCE_LOW + medications(*both), from_90(200), gvhd_steroids_count=True)


@pytest.mark.parametrize(("until", "last"), [(213, 268), (214, 269), (215, 270), (216, 270), (365, 270)])
def test_steroids_carry_180_days_at_most(until: int, last: int):
    """Past the latest low count, day 90."""
    patient = ONCE_LOW + medications(f"100..{until} | prednisone | 0.5 mg/kg/day |")
    is_itp(patient, from_90(last))


def test_another_limit_of_steroids():
    """`steroid_carry_days`; the dose is that of dependence."""
    patient = ONCE_LOW + medications("100..365 | prednisone | 0.5 mg/kg/day |")
    is_itp(patient, from_90(269), steroid_carry_days=179)
    is_itp(patient, from_90(271), steroid_carry_days=181)
    is_itp(patient, from_90(145), dependence_steroid_dose=0.6)


@pytest.mark.parametrize(("day", "last"), [(270, 325), (271, 270)])
def test_a_low_count_under_steroids(day: int, last: int):
    """On the last day that steroids reach it carries on; on the day after it is another spell, without a marrow."""
    patient = thrombocytopenia("90 | 15", f"{day} | 15") + medications("100..260 | prednisone | 0.5 mg/kg/day |")
    is_itp(patient, from_90(last))


def test_steroids_open_no_spell():
    """Without a count that holds there is nothing to carry."""
    is_itp(itp(platelets="150") + medications("60..365 | prednisone | 1 mg/kg/day |"), {"..": FAIL})


# ---- sure and wide spells


def test_medications_that_are_not_complete():
    """Steroids may have been given on every day: unknown to the 180th day after the low count."""
    captured = {"complete": [table for table in COMPLETE if table != "medications"]}
    is_itp(ONCE_LOW, from_90(145, unknown_to=270), **captured)
    patient = ONCE_LOW + medications("100..150 | prednisone | 0.5 mg/kg/day |")
    is_itp(patient, from_90(205, unknown_to=270), **captured)


def test_transfusions_that_are_not_complete():
    """Every day with a count may be low by a transfusion nobody recorded; a day without one is no event."""
    captured = {"complete": [table for table in COMPLETE if table != "transfusions"]}
    patient = thrombocytopenia("90 | 15", "110..200 by 10 | 150") + engrafted(0)
    is_itp(patient, from_90(145, unknown_to=255), **captured)
    is_itp(patient, from_90(145))
    is_itp(thrombocytopenia("90 | 15", "146 | 150") + engrafted(0), from_90(145), **captured)


def test_a_diagnosis_makes_the_spell_sure():
    """From the latest count it fills: day 95, which ends on day 150, though it is known on day 100 only."""
    patient = thrombocytopenia("90..95 by 5 | 15") + conditions("100.. | itp")
    is_itp(patient, {"0..89": FAIL, "90..99": UNKNOWN, "100..150": PASS, "151..": FAIL}, complete=NO_CAUSES_TOLD)
    # inside it low days carry as in any other, though each of their counts is open for other causes
    patient = thrombocytopenia("90..95 by 5 | 15", "150 | 15") + conditions("100.. | itp")
    is_itp(patient, {"90..99": UNKNOWN, "100..205": PASS, "206..": FAIL}, complete=NO_CAUSES_TOLD)


def test_without_a_diagnosis_it_stays_wide():
    """Nothing says that there was no other cause."""
    patient = thrombocytopenia("90..95 by 5 | 15")
    is_itp(patient, from_90(150, UNKNOWN), complete=NO_CAUSES_TOLD)


# ---- active


def test_a_spell_needs_an_onset_of_its_own():
    """The marrow of day 80 is too old for the fall of day 150; one of day 160 shows it, from its day on."""
    patient = thrombocytopenia("90 | 15", "150 | 15", marrow="80 | normal\n{}")
    is_itp(patient.format(""), from_90(145))
    is_itp(patient.format(""), {"90..145": PASS, "146..149": FAIL, "150..205": UNKNOWN, "206..": FAIL}, **OPEN)
    is_itp(patient.format("160 | normal"), {"146..159": FAIL, "160..205": PASS, "206..": FAIL})


def test_an_onset_lasts_as_long_as_its_spell():
    """The marrow is current for 60 days; what it proved stays."""
    is_itp(itp(), {"0..89": FAIL, "90..": PASS})


def test_an_onset_that_is_unknown_lasts_as_long():
    """A marrow of day 100 without megakaryocytes fails that day's onset, not what was open before."""
    is_itp(thrombocytopenia("90 | 15", marrow="-300 | normal"), from_90(145, UNKNOWN), **OPEN)
    is_itp(thrombocytopenia("90 | 15", marrow="100 | absent"), from_90(145, UNKNOWN), **OPEN)
    is_itp(thrombocytopenia("90 | 15", marrow="90 | absent"), {"..": FAIL}, **OPEN)


def test_before_the_first_lineage_result():
    """FAIL before day 28 and UNKNOWN from it on, until a count or a transfusion of the lineage is on file."""
    is_itp("", {"0..27": FAIL, "28..": UNKNOWN})
    is_itp("", {"0..39": FAIL, "40..": UNKNOWN}, onset_day_min=40)
    is_itp("day | platelets\n-5 | 15\n40 | 150", {"0..27": FAIL, "28..39": UNKNOWN, "40..": FAIL})
    is_itp("day | platelets\n20 | 150", {"..": FAIL})
    is_itp("day | marrow_megakaryocytes\n40 | normal", {"0..27": FAIL, "28..": UNKNOWN})
    red_cells = transfusions("red_cells", 40)
    is_itp(red_cells, {"28..": UNKNOWN})
    is_aiha(red_cells, {"0..27": FAIL, "28..39": UNKNOWN, "40..": FAIL})
    is_prca(transfusions("platelets", 40), {"28..": UNKNOWN})
