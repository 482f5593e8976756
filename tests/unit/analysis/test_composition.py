"""Who is at each step: the members of every count, the levels of each characteristic, ages as far as known."""

import evaluated
import numpy as np
import pandas as pd
import pytest
from unit.cohorts import PROTOCOL, bare, eight

import postgraft as pg
from postgraft.analysis import composition as who
from postgraft.analysis.summary import populations

DAYS = {"format": 1, "name": "Ages", "time": "days"}


def generated():
    return evaluated.generated(150, seed=5)


def small(**columns):
    """Patients with these columns of patients; transplanted on day 0, and the last one again on day 800.

    The last transplant counts.
    """
    number = len(next(iter(columns.values())))
    names = [f"P{i}" for i in range(number)]
    patients = pd.DataFrame({"patient_id": names, "sex": "male", "last_contact_day": 900} | columns)
    transplants = pd.DataFrame(
        {
            "patient_id": [*names, names[-1]],
            "transplant_day": [0] * number + [800],
            "type": "allogeneic",
            "donor": ["haploidentical"] * number + ["matched_sibling"],
        }
    )
    extract = pg.Extract.from_tables(DAYS, {"patients": patients, "transplants": transplants})
    return pg.evaluate(extract, PROTOCOL.amend(name="last", set={"index_transplant": "last"}))


def counts(outcome, characteristic, steps=("transplanted",)):
    found = who.composition(outcome, steps)
    found = found[found["characteristic"] == characteristic]
    return dict(zip(found["level"], found["patients"], strict=True))


def test_every_count_is_the_number_of_its_members_and_levels_are_disjoint_and_whole():
    outcome = generated()
    found = who.composition(outcome)
    groups = list(who.groups(outcome))

    assert found["patients"].tolist() == [int(group.members.sum()) for group in groups]
    assert found["step"].unique().tolist() == list(who.MAIN_STEPS)
    for step in who.MAIN_STEPS:
        whole = next(g.members for g in groups if (g.step, g.characteristic) == (step, "patients"))
        for characteristic in ("age", *who.LEVELS):
            marks = [g.members for g in groups if (g.step, g.characteristic) == (step, characteristic)]
            assert (np.sum(marks, axis=0) == whole).all()


def test_steps_are_those_of_summary_and_funnel():
    outcome = generated()
    found = who.steps(outcome)
    summary = outcome.summary()
    by_length = summary["days"] == outcome.protocol.eligible_days_min
    chosen = summary[by_length | ~summary["measure"].str.startswith(("eligible", "possible"))]
    expected = chosen.drop_duplicates("measure").set_index("measure")["count"]

    for name in (*populations(outcome), "eligible", "eligible_or_possible", "possible_documentation"):
        if name != "treated":  # there counted within those with a cytopenia
            assert found[name].sum() == expected[name]
    for row in outcome.funnel().itertuples():
        assert found[row.criterion].sum() == row.remaining_eligible
        assert found[f"{row.criterion}_or_possible"].sum() == row.remaining_possible


def test_any_step_can_be_asked_for_and_no_other():
    outcome = eight()
    found = who.composition(outcome, ("hiv_or_possible", "adult"))
    assert found["step"].unique().tolist() == ["hiv_or_possible", "adult"]
    with pytest.raises(pg.PostgraftError, match=r"no step 'adutl' \(did you mean adult\?\); accepted are"):
        who.composition(outcome, ("adutl",))


def test_bands_of_age_begin_and_end_on_birthdays():
    outcome = small(age_at_transplant=[17.99, 18.0, 39.99, 40.0, 64.99, 65.0, None])
    assert counts(outcome, "age") == {"<18": 1, "18–39": 2, "40–64": 2, "≥65": 1, "not recorded": 1}


def test_age_is_that_at_the_transplant_that_counts():
    """The second patient is 39 at the first transplant and 41 at the last one."""
    outcome = small(age_at_transplant=[39.0, 39.0])
    assert counts(outcome, "age") == {"<18": 0, "18–39": 1, "40–64": 1, "≥65": 0}
    assert counts(outcome, "donor")["matched_sibling"] == 1


def test_a_year_of_birth_that_leaves_the_band_open_is_not_recorded():
    """Transplanted in 2000, born in 1960: 39 or 40; in 1950: 49 or 50.

    Born in 1951, transplanted 800 days after a day of 1998: 48 to 50.
    """
    outcome = small(birth_year=[1960, 1950, 1951], transplant_year=[2000, 2000, 1998])
    youngest, oldest = who.ages(outcome)
    assert [*zip(youngest.tolist(), oldest.tolist(), strict=True)] == [(39, 40), (49, 50), (48, 50)]
    assert counts(outcome, "age") == {"<18": 0, "18–39": 0, "40–64": 2, "≥65": 0, "not recorded": 1}
    [row] = who.age_quartiles(outcome, ("transplanted",)).itertuples()
    assert row.median == 49


def test_quartiles_are_of_those_whose_age_is_known():
    outcome = small(age_at_transplant=[20.5, 30.5, 40.5, None, None])
    [row] = who.age_quartiles(outcome, ("transplanted",)).itertuples()
    assert (row.patients, row.q1, row.median, row.q3) == (3, 25, 30, 35)


def test_an_unknown_sex_is_missing_and_a_level_that_nobody_has_is_a_zero():
    outcome = small(age_at_transplant=[50, 50], sex=["female", "unknown"])
    assert counts(outcome, "sex") == {"female": 1, "male": 0, "not recorded": 1}
    assert counts(outcome, "conditioning")["not recorded"] == 2


def test_many_indications_are_cut_to_the_most_frequent():
    names = [f"P{i:02}" for i in range(40)]
    words = ["aml"] * 10 + [f"rare {chr(97 + i)}" for i in range(20)] + ["mds"] * 10
    tables = {
        "patients": pd.DataFrame({"patient_id": names, "sex": "male", "age_at_transplant": 50, "last_contact_day": 9}),
        "transplants": pd.DataFrame(
            {"patient_id": names, "transplant_day": 0, "type": "allogeneic", "indication": words}
        ),
    }  # fmt: skip
    found = counts(pg.evaluate(pg.Extract.from_tables(DAYS, tables), PROTOCOL), "indication")
    assert list(found)[:3] == ["aml", "mds", "rare_a"]
    assert len(found) == who.MOST_INDICATIONS + 1
    assert found[who.OTHERS] == 20 - (who.MOST_INDICATIONS - 2)


def test_nobody_has_no_composition_but_its_zeros():
    found = who.composition(pg.evaluate(bare(0), pg.load_protocol()))
    assert set(found["patients"]) == {0}
    assert who.age_quartiles(pg.evaluate(bare(0), pg.load_protocol()))["median"].isna().all()
