"""Amendments applied to a protocol, and the exact words of what is refused."""

import math

import numpy as np
import pytest

from postgraft.protocol import load_protocol
from postgraft.vocabulary.errors import ProtocolError

PROTOCOL = load_protocol()


def refused(**setting):
    with pytest.raises(ProtocolError) as caught:
        PROTOCOL.amend(name="x", set=setting)
    return str(caught.value).replace("amendment 'x': ", "")


def test_amending_leaves_the_base_and_tells_what_differs():
    amended = PROTOCOL.amend(
        name="earlier screening", set={"days_since_transplant_min": 30, "itp_platelets_max": 50}, drop=["remission"]
    )
    assert amended.name == "earlier screening"
    assert amended.changes == {"itp_platelets_max": (30.0, 50.0), "days_since_transplant_min": (45, 30)}
    assert amended.dropped == ("remission",)
    assert PROTOCOL.days_since_transplant_min == 45
    assert PROTOCOL.dropped == ()


def test_amendments_add_up_against_the_base():
    twice = PROTOCOL.amend(name="a", set={"itp_platelets_max": 50}, drop=["hiv"]).amend(
        name="b", set={"neutrophils_min": 0.5}, drop=["adult"]
    )
    assert set(twice.changes) == {"itp_platelets_max", "neutrophils_min"}
    assert twice.dropped == ("adult", "hiv")  # in protocol order
    back = twice.amend(name="c", set={"itp_platelets_max": 30})
    assert set(back.changes) == {"neutrophils_min"}


def test_a_mapping_is_merged():
    amended = PROTOCOL.amend(name="a", set={"onset_after_engraftment_days": {"prca": 14}})
    assert amended.onset_after_engraftment_days == {"aiha": 14, "itp": 14, "prca": 14}


def test_an_entry_is_set_by_its_own_name():
    limits = {"creatinine_max_uln": 2, "alt_max_uln": 2.5}
    by_entry = PROTOCOL.amend(name="a", set=limits)
    assert by_entry.organ_limits == limits
    assert by_entry.key(["organ_limits"]) == PROTOCOL.amend(name="a", set={"organ_limits": limits}).key(
        ["organ_limits"]
    )


def test_numbers_come_as_people_write_them():
    assert PROTOCOL.amend(name="a", set={"neutrophils_min": 1}).neutrophils_min == 1.0
    whole = PROTOCOL.amend(name="a", set={"days_since_transplant_min": 30.0}).days_since_transplant_min
    assert (whole, type(whole)) == (30, int)
    from_numpy = PROTOCOL.amend(name="a", set={"days_since_transplant_min": np.int64(30)})
    assert type(from_numpy.days_since_transplant_min) is int


def test_null_lifts_the_full_dose():
    capped = PROTOCOL.amend(name="a", set={"steroid_full_dose_mg": 80})
    assert capped.steroid_full_dose_mg == 80.0
    assert capped.amend(name="b", set={"steroid_full_dose_mg": None}).steroid_full_dose_mg is None
    assert capped.amend(name="b", set={"steroid_full_dose_mg": "none"}).steroid_full_dose_mg is None


def test_lists_are_open_to_new_codes():
    amended = PROTOCOL.amend(name="a", set={"second_line_drugs": ["efgartigimod", "new_drug_2"]})
    assert amended.second_line_drugs == ("efgartigimod", "new_drug_2")


def test_unknown_parameter_names_the_nearest():
    assert refused(neutrophil_min=1) == (
        "unknown parameter 'neutrophil_min'; nearest: neutrophils_min, neutrophil_engraftment_min, "
        "lines_min. All stand in "
        "postgraft/protocol/data/nct05873205.yaml; in Python, list(protocol.parameters)."
    )
    assert (
        refused(xyzzy=1) == "unknown parameter 'xyzzy'. All stand in "
        "postgraft/protocol/data/nct05873205.yaml; in Python, list(protocol.parameters)."
    )


def test_unknown_criterion_names_the_nearest():
    with pytest.raises(ProtocolError) as caught:
        PROTOCOL.amend(name="x", drop=["remision"])
    assert str(caught.value) == (
        "amendment 'x': unknown criterion 'remision'; nearest: remission. All stand in "
        "postgraft/protocol/data/nct05873205.yaml; in Python, list(protocol.criteria)."
    )


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("30", "the text '30'"),
        (True, "true"),
        (None, "null"),
        ([30], "[30]"),
        (30.5, "30.5 (not whole)"),
        (math.nan, "nan (not a finite number)"),
        (math.inf, "inf (not a finite number)"),
        (10**400, "a number (not a finite number)"),
        (-1, "-1 (out of range)"),
        (3651, "3651 (out of range)"),
    ],
    ids=str,
)
def test_whole_number_refused(value, found):
    assert refused(days_since_transplant_min=value) == (
        f"days_since_transplant_min: found {found}; accepted is a whole number, at least 0 and at most 3650 d."
    )


@pytest.mark.parametrize("value", [0, 3650])
def test_closed_ends_are_accepted(value):
    assert PROTOCOL.amend(name="x", set={"days_since_transplant_min": value}).days_since_transplant_min == value


def test_open_ends_are_refused_in_words():
    assert refused(steroid_dose_tolerance=1) == (
        "steroid_dose_tolerance: found 1 (out of range); accepted is a number, at least 0 and below 1."
    )
    assert refused(steroid_full_dose_mg=0) == (
        "steroid_full_dose_mg: found 0 (out of range); accepted is a number, above 0 mg/d, or null."
    )


def test_unknown_reading_names_the_readings():
    assert refused(dat_negative_aiha="maybe") == (
        "dat_negative_aiha: found the text 'maybe'; accepted is one of open, excluded, included."
    )


@pytest.mark.parametrize(("value", "found"), [(1, "1"), ("true", "the text 'true'"), (None, "null")])
def test_flag_refused(value, found):
    assert refused(megakaryocytes_required=value) == (
        f"megakaryocytes_required: found {found}; accepted is one of true, false."
    )


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("danazol", "the text 'danazol' (not a list)"),
        (["Danazol"], "the text 'Danazol'"),
        (["two words", 3], "the text 'two words', 3"),
        (["danazol", "danazol"], "[danazol, danazol] (more than once: danazol)"),
    ],
)
def test_codes_refused(value, found):
    assert refused(second_line_drugs=value) == (
        f"second_line_drugs: found {found}; accepted is a list of codes "
        "(a lower-case letter, then letters, digits, underscores), each once."
    )


@pytest.mark.parametrize(
    ("value", "found"),
    [([], "an empty list"), (7, "7 (not a list)"), ([0], "0 (out of range)"), ([1, 1], "[1, 1] (more than once: 1)")],
)
def test_list_of_days_refused(value, found):
    assert refused(eligible_days_reported=value) == (
        f"eligible_days_reported: found {found}; accepted is a list of one or more whole numbers, "
        "at least 1 and at most 365 d, each once."
    )


def test_mapping_refused():
    accepted = (
        "; accepted is a mapping of creatinine_max_uln, bilirubin_total_max_uln, alt_max_uln, ast_max_uln "
        "to numbers, above 0."
    )
    assert refused(organ_limits=2) == f"organ_limits: found 2 (not a mapping){accepted}"
    assert refused(organ_limits={"ggt": 2}) == f"organ_limits: found the key 'ggt' (unknown){accepted}"
    assert refused(creatinine_max_uln=0) == f"organ_limits: found creatinine_max_uln: 0 (out of range){accepted}"
    assert refused(organ_limits={"alt_max_uln": "2"}) == f"organ_limits: found alt_max_uln: the text '2'{accepted}"


def test_an_entry_set_twice_is_refused():
    assert refused(organ_limits={"alt_max_uln": 2}, alt_max_uln=3) == (
        "alt_max_uln: set twice, once within organ_limits."
    )


def test_every_problem_is_told():
    with pytest.raises(ProtocolError) as caught:
        PROTOCOL.amend(name="x", set={"neutrophil_min": 1, "age_min_years": -1, "alt_max_uln": 0}, drop=["no"])
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert all(line.startswith("amendment 'x': ") for line in lines)


def test_an_amendment_that_changes_nothing_is_refused():
    with pytest.raises(ProtocolError) as caught:
        PROTOCOL.amend(name="x", set={}, drop=[])
    assert str(caught.value) == "it changes nothing; give at least one parameter in set or one criterion in drop."


def test_a_slip_in_assume_complete_is_no_silent_nothing():
    protocol = load_protocol("nct05873205")

    assert protocol.amend(name="x", set={"assume_complete": ["medications", "dic"]}).assume_complete
    with pytest.raises(ProtocolError) as error:
        protocol.amend(name="x", set={"assume_complete": ["medication"]})
    assert str(error.value) == (
        "amendment 'x': assume_complete: found 'medication' (did you mean medications?); accepted is a list of "
        "measurements, medications, transfusions, disease_status, conditions or conditions of the extract format, "
        "each once."
    )
