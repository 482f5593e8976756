"""Who has an immune cytopenia and is kept out by one criterion alone, worked out by hand.

Of the eight patients of ``unit.cohorts`` four have an immune cytopenia that is certain: "sure" and "dies" are eligible;
"untreated" fails the incomplete response alone; HIV is unknown in "undocumented" while all else is met. "unclear" and
"twice" have a cytopenia that is not certain, "early" none.
"""

import pandas as pd
import pytest
from architecture.project import ROOT
from unit.cohorts import KEPT, PROTOCOL, bare, eight, eight_extract
from unit.judged import failing, judged

import postgraft as pg
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.disclosure.rule import Rule
from postgraft.vocabulary.errors import WithheldError

T, C, R, G, H = KEPT
MORE = "more than one"


def rows(outcome):
    return outcome.fails_only().to_numpy().tolist()


def test_the_eight_patients():
    found = eight().fails_only()

    assert found.columns.tolist() == ["criterion", "patients"]
    assert found.to_numpy().tolist() == [[H, 1], [R, 1]]
    assert found["patients"].dtype == "int64"


def test_the_rows_add_up_to_who_has_a_cytopenia_and_is_not_eligible():
    outcome = judged({}, failing("hiv"), failing("hiv"), failing("adult", "hiv"), failing("immune_cytopenia"))
    counts = outcome.summary().query("measure == 'eligible' and denominator == 'cytopenia'").iloc[0]

    assert (counts["of"], counts["count"]) == (4, 1)
    assert rows(outcome) == [["hiv", 2], [MORE, 1]]
    assert outcome.fails_only()["patients"].sum() == counts["of"] - counts["count"]


def test_what_is_unknown_keeps_out_as_what_is_failed_does():
    assert rows(judged({"hiv": "UNKNOWN"}, {"hiv": "UNKNOWN", "adult": "FAIL"})) == [["hiv", 1], [MORE, 1]]


def test_most_patients_first_then_by_name_and_more_than_one_last():
    both = [failing("hiv", "adult")] * 3
    found = rows(judged(failing("remission"), failing("hiv"), failing("adult"), failing("remission"), *both))

    assert found == [["remission", 2], ["adult", 1], ["hiv", 1], [MORE, 3]]


def test_whom_either_of_two_criteria_would_let_in_counts_once_for_the_first_in_the_protocol():
    """On days 56 to 62 HIV is unknown, on days 63 to 69 GVHD is active: dropping either leaves just 7 days."""
    more = [("sure", H, 0, 62, "UNKNOWN"), ("sure", G, 63, 100, "FAIL")]
    outcome = pg.evaluate(eight_extract(adjudications=more), PROTOCOL)

    assert outcome.combinations().set_index("criteria")["patients"].loc[[G, H]].tolist() == [1, 2]
    assert rows(outcome) == [[G, 1], [H, 1], [R, 1]]
    assert list(PROTOCOL.criteria).index(G) < list(PROTOCOL.criteria).index(H)


def test_too_short_a_cytopenia_counts_for_the_disease_alone():
    """With 30 days asked for, a cytopenia of 20 days is too short: no other criterion lets anyone in."""
    longer = PROTOCOL.amend(name="longer", set={"eligible_days_min": 30})

    assert rows(pg.evaluate(eight_extract(), longer)) == [[C, 4]]


def test_whose_cytopenia_is_too_short_is_kept_out_by_nothing_else():
    """The cytopenia is certain on 3 days only; all else is met throughout, or HIV is not."""
    short = [("P", C, 0, 2, "PASS"), ("P", C, 3, 60, "FAIL")]

    assert rows(judged_days(short)) == [[C, 1]]
    assert rows(judged_days([*short, ("P", H, 0, 60, "FAIL")])) == [[C, 1]]


def judged_days(rulings):
    """One patient, every criterion met but for those of the rulings."""
    ruled = {criterion for _, criterion, *_ in rulings}
    others = [("P", name, 0, 60, "PASS") for name in pg.load_protocol().criteria if name not in ruled]
    extract = pg.Extract.from_tables(
        {"format": 1, "name": "Judged", "time": "days"},
        {
            "patients": pd.DataFrame(
                {"patient_id": ["P"], "sex": "male", "age_at_transplant": 50, "last_contact_day": 60}
            ),
            "transplants": pd.DataFrame({"patient_id": ["P"], "transplant_day": 0, "type": "allogeneic"}),
            "adjudications": pd.DataFrame(
                [*others, *rulings], columns=["patient_id", "criterion", "start_day", "end_day", "verdict"]
            ),
        },
    )
    return pg.evaluate(extract, pg.load_protocol())


def test_without_an_immune_cytopenia_in_the_protocol_it_is_of_all_patients():
    outcome = eight(pg.load_protocol(ROOT / "studies" / "protocols" / "invented_vaccine.yaml"))
    found = outcome.fails_only()

    assert "immune_cytopenia" not in outcome.protocol.criteria
    assert found["patients"].sum() == 7 - (outcome.patients["status"] == "eligible").sum()
    assert found["criterion"].iloc[-1] == MORE


@pytest.mark.parametrize("patients", [0, 1])
def test_nobody_has_a_cytopenia(patients):
    assert rows(pg.evaluate(bare(patients), pg.load_protocol())) == []


def test_it_is_no_part_of_a_release():
    """Its rows add up, so that one hidden count could be told from the others."""
    released = eight().released(lambda marks: [ReleasedCount.of(None, Rule()) for _ in marks])

    with pytest.raises(WithheldError, match="fails_only"):
        released.fails_only()
