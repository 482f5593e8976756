"""What to collect first: the datum that is missing, and nobody else's."""

import pandas as pd
import pytest
from unit.cohorts import bare
from unit.eligibility.marrow import itp_cohort
from unit.eligibility.toy import outcome, patient

import postgraft as pg


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
        name="facts",
        drop=[name for name in pg.load_protocol().criteria if name not in ("adult", "not_pregnant")],
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
                {
                    "patient_id": ["no age", "no sex", "nothing missing"],
                    "transplant_day": 0,
                    "type": "allogeneic",
                }
            ),
        },
    )
    found = by_datum(pg.evaluate(extract, protocol))
    columns = ["charts", "settled_in", "settled_out", "shrinks_at_worst"]
    assert found.loc["birth date", columns].tolist() == [1, 1, 1, 1]
    # Of either sex the patient would be in: without a test a woman is taken as not pregnant.
    assert found.loc["sex", columns].tolist() == [1, 1, 0, 1]
    assert found.loc["pregnancy_test", columns].tolist()[:2] == [1, 1]


def test_what_several_possible_patients_lack_comes_first():
    found = itp_cohort("none", "normal").estimate().collect_first
    assert found["per_chart"].is_monotonic_decreasing


@pytest.mark.parametrize("days", [0, 200])
def test_where_nothing_is_known_no_single_datum_helps_by_itself(days):
    found = pg.evaluate(bare(2, days), pg.load_protocol()).estimate().collect_first
    assert found["settled_in"].sum() == 0


def test_without_possible_patients_there_is_nothing_to_collect():
    assert itp_cohort("normal").estimate().collect_first.empty
