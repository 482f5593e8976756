"""Amendments set beside the protocol: who is gained and lost, patient by patient, and what is said of each."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from unit.cohorts import KEPT, PROTOCOL, bare, eight_extract

import postgraft as pg
from postgraft.analysis.amendments import combined, compare
from postgraft.estimation.intervals import paired_difference
from postgraft.vocabulary.errors import ProtocolError

EARLIER = {"name": "earlier", "set": {"days_since_transplant_min": 20}}
LATER = {"name": "later", "set": {"days_since_transplant_min": 60}}
WITHOUT_HIV = {"name": "without HIV", "drop": ["hiv"]}
NEGATIVE = {"name": "HIV test needed", "set": {"hiv_reading": "documented_negative"}}
SAME = {"name": "the same", "set": {"days_since_transplant_min": 45, "neutrophils_min": 1}}


def compared(amendments, protocol=PROTOCOL, extract=None):
    found = compare(extract or eight_extract(), protocol, amendments)
    assert found["amendment"].tolist()[0] == "base"
    return found.set_index("amendment")


def test_the_protocol_itself_comes_first():
    base = compared([LATER]).loc["base"]
    assert (base["certain"], base["possible"], base["of"]) == (2, 2, 7)
    assert (base["gained"], base["lost"], base["net"], base["difference"]) == (0, 0, 0, 0)
    assert np.isnan(base["difference_low"])
    assert base["changes"] == ""
    assert base["denominator"] == "transplanted"
    assert base["median_first_eligible_day"] == 56
    assert base["eligible_days"] == 22  # "sure" on days 56 to 69, "dies" on days 56 to 63


def test_gained_and_lost_by_patient():
    """Without HIV "undocumented" joins; from day 60 on "dies" has four days left, too few."""
    found = compared([WITHOUT_HIV, LATER, NEGATIVE])
    columns = ["certain", "possible", "gained", "lost", "net"]
    assert found.loc["without HIV", columns].tolist() == [3, 1, 1, 0, 1]
    assert found.loc["later", columns].tolist() == [1, 2, 0, 1, -1]
    assert found.loc["HIV test needed", columns].tolist() == [0, 4, 0, 2, -2]


def test_the_upper_bound_has_its_own_columns():
    found = compared([WITHOUT_HIV, LATER, NEGATIVE])
    columns = ["certain_or_possible", "gained_or_possible", "lost_or_possible", "net_or_possible"]
    assert found.loc["base", columns].tolist() == [4, 0, 0, 0]
    assert found.loc["without HIV", columns].tolist() == [4, 0, 0, 0]
    assert found.loc["later", columns].tolist() == [3, 0, 1, -1]
    assert found.loc["HIV test needed", columns].tolist() == [4, 0, 0, 0]


def test_gained_and_lost_do_not_cancel():
    swap = {"name": "swap", "set": {"days_since_transplant_min": 60}, "drop": ["hiv"]}
    row = compared([swap]).loc["swap"]
    assert (row["gained"], row["lost"], row["net"], row["certain"]) == (1, 1, 0, 2)


def test_the_interval_is_that_of_the_paired_difference():
    row = compared([LATER]).loc["later"]
    assert row["difference"] == pytest.approx(-1 / 7)
    assert (row["difference_low"], row["difference_high"]) == paired_difference(0, 1, 7)
    assert (row["difference_low_or_possible"], row["difference_high_or_possible"]) == paired_difference(0, 1, 7)


def test_days_are_of_the_eligible():
    row = compared([LATER]).loc["later"]
    assert row["median_first_eligible_day"] == 60
    assert row["eligible_days"] == 10
    nobody = compared([NEGATIVE]).loc["HIV test needed"]
    assert nobody["median_first_eligible_day"] is pd.NA
    assert nobody["eligible_days"] == 0


def test_a_change_that_moves_nobody_has_an_interval_and_no_change_has_none():
    found = compared([EARLIER, SAME])
    assert found.loc["earlier", "changes"] == "days_since_transplant_min 45 → 20"
    assert found.loc["earlier", "difference"] == 0
    assert found.loc["earlier", "difference_low"] < 0 < found.loc["earlier", "difference_high"]
    assert found.loc["the same", "changes"] == "no change"
    assert found.loc["the same", ["gained", "lost", "net", "difference"]].tolist() == [0, 0, 0, 0]
    assert np.isnan(found.loc["the same", "difference_low"])


@pytest.mark.parametrize(
    ("amendment", "words"),
    [
        ({"set": {"itp_platelets_max": 50}, "drop": ["hiv"]}, "itp_platelets_max 30 → 50; without hiv"),
        ({"drop": ["remission"]}, "no change"),  # the protocol of this cohort has dropped it
        (
            {"set": {"onset_after_engraftment_days": {"itp": 7}}},
            "onset_after_engraftment_days itp 14 → 7",
        ),
        (
            {"set": {"creatinine_max_uln": 2}},
            "organ_limits creatinine_max_uln none → 2 (no effect: organ_function dropped)",
        ),
        (
            {"set": {"hiv_reading": "documented_negative", "lines_min": 1}, "drop": ["hiv", "incomplete_response"]},
            "lines_min 2 → 1 (no effect: incomplete_response dropped); "
            "hiv_reading known_positive → documented_negative (no effect: hepatitis, hiv dropped); "
            "without incomplete_response, hiv",
        ),
        # Other criteria still ask whether a cytopenia is active.
        ({"set": {"workup_days": 20}, "drop": ["immune_cytopenia"]}, "workup_days 30 → 20; without immune_cytopenia"),
    ],
)  # fmt: skip
def test_changes_in_words(amendment, words):
    assert compared([{"name": "a", **amendment}]).loc["a", "changes"] == words


def test_changes_are_against_the_protocol_that_is_given():
    already = PROTOCOL.amend(name="already", set={"days_since_transplant_min": 60})
    found = compared([{"name": "back", "set": {"days_since_transplant_min": 45}}], already)
    assert found.loc["back", "changes"] == "days_since_transplant_min 60 → 45"
    assert found.loc["back", ["gained", "lost"]].tolist() == [1, 0]


def test_a_patient_counts_once_whichever_transplants_are_observed():
    first = {"name": "first", "set": {"index_transplant": "first"}}
    found = compared([first]).loc["first"]
    assert (found["of"], found["certain"], found["gained"], found["lost"]) == (7, 2, 0, 0)


@pytest.mark.parametrize(
    ("amendments", "message"),
    [
        ([{"name": "a", "set": {"neutrophil_min": 1}}], "amendment 'a': unknown parameter 'neutrophil_min'"),
        ([{"name": "a", "drop": ["hvi"]}], "amendment 'a': unknown criterion 'hvi'; nearest: hiv"),
        ([{"name": "a", "set": {"age_min_years": 200}}], "accepted is a whole number, at least 0 and at most 120 a"),
        ([{"name": "a"}], "it changes nothing"),
        ([LATER, LATER], "the name 'later' is taken by an earlier one"),
        (
            [{"name": "a", "set": {"creatinine_max_uln": 2, "organ_limits": {"creatinine_max_uln": 3}}}],
            "creatinine_max_uln: set twice, once within organ_limits",
        ),
        ([{"name": "base", "drop": ["hiv"]}], "name: 'base' is kept for what ships"),
        ([pg.Amendment("base", {}, ("hiv",))], "the name 'base' is that of the protocol as given"),
        ("nowhere", "no amendments 'nowhere'; shipped: menu"),
    ],
)  # fmt: skip
def test_what_is_no_amendment_is_refused(amendments, message):
    with pytest.raises(ProtocolError, match=message):
        compare(eight_extract(), PROTOCOL, amendments)


@pytest.mark.slow
def test_the_menu_by_name_and_amendments_as_values():
    extract = eight_extract()
    found = compare(extract, PROTOCOL, "menu")
    assert len(found) == 1 + len(pg.load_amendments("menu", PROTOCOL))
    as_values = compare(extract, PROTOCOL, pg.load_amendments("menu", PROTOCOL))
    pd.testing.assert_frame_equal(found, as_values)


def test_an_executor_gives_the_same_and_progress_is_told():
    told = []
    with ThreadPoolExecutor(2) as pool:
        pooled = compare(eight_extract(), PROTOCOL, [LATER], executor=pool, progress=lambda *at: told.append(at))
    pd.testing.assert_frame_equal(pooled, compare(eight_extract(), PROTOCOL, [LATER]))
    assert told[-1][0] == told[-1][1] > 0


def test_nobody_has_no_share():
    found = compared([LATER], extract=bare(0))
    assert found["of"].tolist() == [0, 0]
    assert found[["difference", "difference_low", "difference_high"]].isna().all(axis=None)
    assert found["median_first_eligible_day"].isna().all()


def test_no_amendment_leaves_the_protocol_alone():
    assert compared([]).index.tolist() == ["base"]


def test_what_is_said_to_have_no_effect_has_none():
    """Of all parameters: whoever is said to be without effect moves nobody, whatever it is set to."""
    amendments = [
        {"name": f"{used.parameter} {value}", "set": {used.parameter: value}, "drop": list(KEPT[3:])}
        for used in PROTOCOL.readings_used()
        for value in used.alternatives
    ]
    dropped = {"name": "dropped", "drop": list(KEPT[3:])}
    found = compared([dropped, *amendments])
    idle = found[found["changes"].str.contains("no effect")]
    assert len(idle) > 5
    assert idle["certain"].eq(found.loc["dropped", "certain"]).all()
    assert idle["eligible_days"].eq(found.loc["dropped", "eligible_days"]).all()


def test_the_frontier_tells_how_far_it_is_of_how_many():
    told = []
    found = pg.frontier(
        eight_extract(), PROTOCOL, [LATER, WITHOUT_HIV, EARLIER], most=2, progress=lambda *at: told.append(at)
    )
    assert told == [(5, 5)]  # "earlier" and "later" set the same parameter
    assert len(found) == 1 + 5


def test_so_many_combinations_does_the_menu_have():
    """As README and the docstring of ``frontier`` say."""
    menu = pg.load_amendments("menu")
    counts = [sum(1 for _ in combined(menu, most)) for most in (1, 2, 3)]
    assert (len(menu), counts) == (49, [49, 1171, 17459])
