"""A protocol as a value: attributes, keys, changes, immutability, pickling."""

import copy
import pickle

import pytest

from postgraft.protocol import load_protocol
from postgraft.vocabulary.errors import ProtocolError

PROTOCOL = load_protocol()


def test_lists_are_tuples_and_mappings_cannot_be_changed():
    assert isinstance(PROTOCOL.growth_factors, tuple)
    with pytest.raises(TypeError):
        PROTOCOL.onset_after_engraftment_days["prca"] = 1
    with pytest.raises(AttributeError):
        PROTOCOL.name = "other"


def test_an_unknown_attribute_names_the_nearest():
    with pytest.raises(AttributeError, match=r"unknown parameter 'neutrophil_min'; nearest: neutrophils_min"):
        PROTOCOL.neutrophil_min  # noqa: B018  # reading it is the test
    assert not hasattr(PROTOCOL, "__array__")


def test_parameters_complete_by_tab():
    assert "neutrophils_min" in dir(PROTOCOL)


def test_key_is_hashable_and_tells_values_apart():
    names = ["organ_limits", "growth_factors", "steroid_full_dose_mg", "onset_after_engraftment_days"]
    amended = PROTOCOL.amend(name="a", set={"creatinine_max_uln": 2})
    keys = {PROTOCOL.key(names), PROTOCOL.key(reversed(names)), amended.key(names)}
    assert len(keys) == 2
    hash(PROTOCOL.key(PROTOCOL.parameters))


def test_key_is_blind_to_other_parameters():
    amended = PROTOCOL.amend(name="a", set={"neutrophils_min": 0.5})
    assert amended.key(["itp_platelets_max"]) == PROTOCOL.key(["itp_platelets_max"])
    assert amended.key(["neutrophils_min"]) == (("neutrophils_min", 0.5),)


def test_key_of_an_unknown_name_is_an_error():
    with pytest.raises(ProtocolError, match=r"unknown parameter 'itp_platelet_max'; nearest: itp_platelets_max"):
        PROTOCOL.key(["itp_platelet_max"])


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda protocol: pickle.loads(pickle.dumps(protocol))])
def test_a_protocol_travels_to_workers(copied):
    amended = PROTOCOL.amend(name="a", set={"creatinine_max_uln": 2}, drop=["hiv"])
    twin = copied(amended)
    assert twin == amended
    assert hash(twin) == hash(amended)
    assert twin.organ_limits == {"creatinine_max_uln": 2.0}


def test_loading_twice_gives_equal_protocols():
    assert load_protocol("NCT05873205") == PROTOCOL


def test_the_base_has_no_changes():
    assert PROTOCOL.name == "base"
    assert PROTOCOL.changes == {}
    assert PROTOCOL.dropped == ()
