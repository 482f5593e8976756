"""What to collect first: the datum that is missing, and nobody else's."""

import numpy as np
import pandas as pd
import pytest
from unit.analysis.toy import outcome, patient
from unit.cohorts import bare
from unit.criteria.marrow import itp_cohort

import postgraft as pg
from postgraft import exhibits
from postgraft.criteria import CRITERIA
from postgraft.criteria.memo import Parameters
from postgraft.inference.missing_data import LEFT_OUT, data

pytestmark = pytest.mark.slow

BASE = pg.load_protocol()
LIMITED = BASE.amend(
    name="organs",
    set={"organ_limits": {"creatinine_max_uln": 2}},
    drop=[name for name in BASE.criteria if name not in ("organ_function", "days_since_transplant")],
)
WIDE = BASE.amend(
    name="everything that can be asked for",
    set={
        "dat_negative_aiha": "included",
        "prior_anti_cd38_excludes": True,
        "gvhd_prophylaxis_is_maintenance": True,
        "organ_limits": {"creatinine_max_uln": 2, "bilirubin_total_max_uln": 2},
    },
)
PROTOCOLS = [BASE, WIDE, BASE.reading("strict"), BASE.reading("lenient")]


def by_datum(found):
    return found.estimate().collect_first.set_index("datum")


def test_a_patient_whose_marrow_alone_is_missing():
    found = by_datum(itp_cohort("none", "normal", "absent"))
    marrow = found.loc["marrow_megakaryocytes"]

    assert marrow["criteria"] == "immune_cytopenia"
    assert marrow["answers"] == "normal / absent"
    counts = ["charts", "settled_in", "settled_out", "shrinks_at_worst"]
    assert marrow[counts].tolist() == [1, 1, 1, 1]
    assert marrow[["shrinks_expected", "per_chart"]].tolist() == [1, 1]
    # The physician's diagnosis would do as well; nothing else helps, the other patients are settled.
    assert set(found.index) == {"marrow_megakaryocytes", "diagnosis itp"}


def test_a_marrow_in_the_chart_says_what_was_put_in():
    """Each answer gives just what the same patient has who does have that result."""
    statuses = itp_cohort("normal", "absent", "none").patients.set_index("patient_id")["status"]
    assert statuses.to_dict() == {"normal": "eligible", "absent": "ineligible", "ITP": "possible"}


def test_a_table_that_is_not_complete_can_only_turn_out_to_be():
    protocol = pg.load_protocol().amend(
        name="relapse", drop=[name for name in pg.load_protocol().criteria if name != "no_relapse"]
    )
    found = by_datum(outcome(patient("one"), patient("two", no_relapse_FAIL=[(0, 200)]), protocol=protocol))
    row = found.loc["disease_status: completeness"]
    assert row["answers"] == "nothing more / left open"
    counts = ["charts", "settled_in", "settled_out", "shrinks_at_worst", "shrinks_expected"]
    assert row[counts].tolist() == [1, 1, 0, 0, 0.5]


def test_facts_that_are_missing():
    protocol = pg.load_protocol().amend(
        name="facts", drop=[name for name in pg.load_protocol().criteria if name not in ("adult", "not_pregnant")]
    )
    extract = pg.Extract.from_tables(
        {"format": 1, "name": "Facts", "time": "days"},
        {
            "patients": pd.DataFrame(
                {
                    "patient_id": ["no age", "no sex", "nothing missing"],
                    "sex": ["male", "unknown", "male"],
                    "age_at_transplant": [None, 40, 40],
                    "last_contact_day": 100,
                }
            ),
            "transplants": pd.DataFrame(
                {"patient_id": ["no age", "no sex", "nothing missing"], "transplant_day": 0, "type": "allogeneic"}
            ),
        },
    )
    found = by_datum(pg.evaluate(extract, protocol))
    columns = ["charts", "settled_in", "settled_out", "shrinks_at_worst"]
    assert found.loc["birth date", columns].tolist() == [1, 1, 1, 1]
    # Of either sex the patient would be in: without a test a woman is taken as not pregnant.
    assert found.loc["sex", columns].tolist() == [1, 1, 0, 1]
    assert found.loc["pregnancy_test", columns].tolist()[:2] == [1, 1]


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
def test_nothing_is_left_out_in_silence(protocol):
    """Every analyte, table, fact and completeness that a criterion needs has an answer or a stated reason."""
    asked = {name for datum in data(pg.evaluate(bare(1, 50), protocol)) for name in datum.needs}
    stated = {name for names in LEFT_OUT.values() for name in names}
    for criterion in CRITERIA:
        needs = criterion.needs(Parameters(protocol))
        assert {*needs.analytes, *needs.tables, *needs.facts, *needs.complete} <= asked | stated, criterion.name


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
def test_criteria_that_read_one_analyte_agree_on_what_it_could_be(protocol):
    """But for results beside a limit of their own, which are for one criterion alone."""
    p = Parameters(protocol)
    found = [item for one in CRITERIA for item in one.answers(p).items() if item[1].upper is None]
    assert len(found) > len(dict(found))
    assert all(dict(found)[analyte] == answers for analyte, answers in found)


def test_how_long_a_result_is_put_in_for_is_how_long_the_rule_counts_it():
    windows = {
        "blood_count_window_days": 3,
        "chemistry_window_days": 5,
        "dat_window_days": 8,
        "marrow_window_days": 13,
        "pregnancy_window_days": 21,
        "weight_window_days": 34,
    }
    p = Parameters(WIDE.amend(name="other windows", set=windows))
    days = {analyte: own.days for one in CRITERIA for analyte, own in one.answers(p).items()}
    chemistry = ("reticulocytes_percent", "ldh", "haptoglobin", "bilirubin_indirect", "parvovirus_b19", "schistocytes")
    serology = ("hbsag", "anti_hbc", "hbv_dna", "anti_hcv", "hcv_rna", "hav_igm", "hiv_screen", "hiv_rna")
    assert days == {
        **dict.fromkeys(serology),
        **dict.fromkeys((*chemistry, "creatinine", "bilirubin_total"), 5),
        **{"neutrophils": 3, "dat": 8, "marrow_megakaryocytes": 13, "pregnancy_test": 21, "weight": 34},
    }


def test_the_reasons_are_told_beside_the_table():
    said = exhibits.collect_first_table(itp_cohort("none").estimate()).html
    assert all(f"({reason[:1].lower()}{reason[1:]})" in said for reason in LEFT_OUT)


def test_a_diagnosis_of_a_late_fall_is_as_recent_as_the_fall():
    found = by_datum(itp_cohort("none"))
    assert found.loc["diagnosis itp", ["charts", "settled_in", "settled_out"]].tolist() == [1, 1, 1]


def test_a_disease_status_is_collected_again_when_it_no_longer_counts():
    [row] = [datum for datum in data(pg.evaluate(bare(1, 400), BASE)) if datum.name == "disease status"]
    seen = pg.evaluate(bare(1, 400), BASE).observations.block(np.array([0]))
    filled = row.fillings[0](seen)
    assert filled.tables["disease_status"].day.tolist() == [0, 180, 360]
    assert row.fillings[0](filled) is filled


def test_organs_are_collected_where_an_amendment_sets_limits():
    [datum] = [one for one in data(pg.evaluate(bare(1), LIMITED)) if one.criteria == ("organ_function",)]
    assert (datum.name, datum.answers) == ("creatinine: organ function", ("within the limit", "above it"))
    found = by_datum(pg.evaluate(bare(1, 200), LIMITED))
    assert found.loc["creatinine: organ function", "answers"] == "within the limit / above it"


def test_what_several_possible_patients_lack_comes_first():
    found = itp_cohort("none", "normal").estimate().collect_first
    assert found["per_chart"].is_monotonic_decreasing


@pytest.mark.parametrize("days", [0, 200])
def test_where_nothing_is_known_no_single_datum_helps_by_itself(days):
    found = pg.evaluate(bare(2, days), pg.load_protocol()).estimate().collect_first
    assert found["settled_in"].sum() == 0


def test_without_possible_patients_there_is_nothing_to_collect():
    assert itp_cohort("normal").estimate().collect_first.empty
