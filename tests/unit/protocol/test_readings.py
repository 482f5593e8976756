"""The shipped sets of readings, and what reports are told about the readings in use."""

from pathlib import Path

import pytest
import yaml

import postgraft.protocol
from postgraft.protocol import load_protocol
from postgraft.vocabulary.errors import ProtocolError

PROTOCOL = load_protocol()
STRICT, LENIENT = PROTOCOL.reading("strict"), PROTOCOL.reading("lenient")
FILE = yaml.safe_load((Path(postgraft.protocol.__file__).parent / "data" / "readings.yaml").read_text(encoding="utf-8"))
AMBIGUOUS = {name for name, parameter in PROTOCOL.parameters.items() if parameter.ambiguity}


def test_every_ambiguity_is_read_or_left_alone_with_a_reason():
    read, left = set(FILE["readings"]), set(FILE["left_alone"])
    assert not read & left
    assert read | left == AMBIGUOUS


@pytest.mark.parametrize("name", FILE["readings"])
def test_the_two_sets_differ_and_the_base_is_between(name):
    strict, lenient = getattr(STRICT, name), getattr(LENIENT, name)
    assert strict != lenient
    # Three-valued readings may have the base between the two; else it is one of them.
    between = {"dat_negative_aiha": "open"}
    assert getattr(PROTOCOL, name) in (strict, lenient, between.get(name))


@pytest.mark.parametrize("name", FILE["readings"])
def test_a_set_uses_named_readings_only(name):
    readings = PROTOCOL.parameters[name].readings
    assert getattr(STRICT, name) in readings
    assert getattr(LENIENT, name) in readings


def test_missing_data_are_handled_alike_in_every_set():
    for name in ("attested", "absent_diagnosis", "gvhd_detail_missing", "assume_complete", "index_transplant"):
        assert PROTOCOL.key([name]) == STRICT.key([name]) == LENIENT.key([name])


def test_names_of_the_sets():
    assert (STRICT.name, LENIENT.name, PROTOCOL.reading("base")) == ("strict", "lenient", PROTOCOL)


def test_a_reading_keeps_what_else_was_amended():
    amended = PROTOCOL.amend(name="ANC 0.5", set={"neutrophils_min": 0.5}, drop=["hiv"])
    strict = amended.reading("strict")
    assert strict.name == "ANC 0.5, strict"
    assert strict.neutrophils_min == 0.5
    assert strict.dropped == ("hiv",)
    assert strict.incomplete_response_rule == "two_lines_always"
    assert strict.reading("base").changes == amended.changes


def test_unknown_reading():
    with pytest.raises(ProtocolError, match=r"^unknown reading 'wide'; accepted are base, strict, lenient\.$"):
        PROTOCOL.reading("wide")


def test_reports_get_every_ambiguity_in_words():
    used = {reading.parameter: reading for reading in STRICT.readings_used()}
    assert set(used) == AMBIGUOUS
    rule = used["incomplete_response_rule"]
    assert rule.reading == "two_lines_always"
    assert rule.meaning == "two lines are required of everyone"
    assert rule.alternatives == ("any",)
    assert "I6" in rule.statements
    assert used["organ_limits"].reading == {}


def test_a_number_beside_the_named_readings_speaks_for_itself():
    amended = PROTOCOL.amend(name="a", set={"pregnancy_window_days": 12})
    used = next(r for r in amended.readings_used() if r.parameter == "pregnancy_window_days")
    assert (used.reading, used.meaning, used.alternatives) == (12, "", (14, 10))
