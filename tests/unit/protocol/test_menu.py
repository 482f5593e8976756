"""The shipped menu: what it offers, that each entry changes something, and that nothing is there twice."""

import pytest

from postgraft.protocol import Amendment, load_amendments, load_protocol, menu
from postgraft.vocabulary.errors import ProtocolError

PROTOCOL = load_protocol()
MENU = {one.name: one for one in menu(PROTOCOL)}


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("from day 30", "days_since_transplant_min", 30),
        ("neutrophils 0.5", "neutrophils_min", 0.5),
        ("platelets at most 50", "itp_platelets_max", 50),
        ("hemoglobin drop 1.5", "aiha_hemoglobin_drop_min", 1.5),
        ("marrow not required", "megakaryocytes_required", False),
        ("DAT-negative AIHA included", "dat_negative_aiha", "included"),
        ("refractory to steroids 0.5 mg/kg", "refractory_steroid_dose", 0.5),
        ("one line enough", "lines_min", 1),
        ("sponsor agreement withheld", "sponsor_agreement", "withheld"),
        ("medications taken as complete", "assume_complete", ("medications",)),
        ("sponsor_agreement = open", "sponsor_agreement", "open"),
        ("lines_must_include_steroids = true", "lines_must_include_steroids", True),
        ("pregnancy_window_days = 10", "pregnancy_window_days", 10),
    ],
)
def test_what_it_offers(name, parameter, value):
    assert dict(PROTOCOL.amended(MENU[name]).changes) == {parameter: (PROTOCOL.base[parameter], value)}


def test_every_reading_that_is_not_used_is_offered_once_and_by_itself():
    singles = [next(iter(one.set.items())) for one in MENU.values() if len(one.set) == 1]
    for used in PROTOCOL.readings_used():
        offered = [value for name, value in singles if name == used.parameter]
        assert sorted(map(str, offered)) == sorted(map(str, used.alternatives))


def test_every_entry_changes_something_and_no_two_do_the_same():
    changed = [PROTOCOL.amended(one) for one in MENU.values()]
    assert all(one.changes for one in changed)
    keys = [one.key(one.parameters) for one in changed]
    assert len(set(keys)) == len(keys)


def test_the_sets_of_readings_are_offered():
    assert MENU["strict"] == PROTOCOL.reading_sets["strict"]
    assert MENU["lenient"] == PROTOCOL.reading_sets["lenient"]


def test_it_offers_the_readings_that_a_protocol_does_not_use():
    excluded = PROTOCOL.amend(name="no DAT-negative", set={"dat_negative_aiha": "excluded"})
    names = [one.name for one in menu(excluded)]
    assert "dat_negative_aiha = open" in names
    assert "dat_negative_aiha = excluded" not in names


def test_it_is_loaded_by_its_name_like_a_protocol():
    assert load_amendments("menu") == load_amendments("menu", PROTOCOL) == list(MENU.values())


def test_another_name_is_refused():
    with pytest.raises(ProtocolError, match="no amendments 'menus'; shipped: menu"):
        load_amendments("menus")


def test_the_menu_is_no_protocol():
    with pytest.raises(ProtocolError, match="no protocol 'menu'; shipped: nct05873205"):
        load_protocol("menu")


def test_amendments_serve_as_their_mappings_do():
    mapping = {"name": "a", "set": {"neutrophils_min": 0.5}}
    assert load_amendments([Amendment.read(mapping)]) == load_amendments([mapping])
    with pytest.raises(ProtocolError, match="unknown parameter 'neutrophil_min'"):
        load_amendments([Amendment("a", {"neutrophil_min": 1})])
