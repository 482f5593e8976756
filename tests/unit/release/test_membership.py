"""In which released sets a patient is: the same for the same, another one for whoever is counted elsewhere."""

import pytest
from unit.cohorts import PROTOCOL, bare, eight_extract

import postgraft as pg
from postgraft.release.membership import memberships


@pytest.fixture(scope="module")
def eight():
    return eight_extract()


@pytest.fixture(scope="module")
def before(eight):
    return memberships(pg.evaluate(eight, PROTOCOL))


def test_there_is_one_for_each_patient_by_id(eight, before):
    assert list(before) == eight.patients["patient_id"].tolist()
    assert {len(one) for one in before.values()} == {32}


def test_patients_who_are_counted_alike_have_the_same(before):
    assert before["sure"] != before["unclear"]
    assert len(set(before.values())) > 3


def test_without_some_patients_the_others_have_the_same(eight, before):
    rest = [name for name in before if name not in ("early", "twice")]
    assert memberships(pg.evaluate(eight.select(rest), PROTOCOL)) == {k: before[k] for k in rest}


def test_a_later_last_contact_alone_changes_nothing_unless_it_changes_a_set():
    early, later, much_earlier = (memberships(pg.evaluate(bare(3, day), PROTOCOL)) for day in (200, 300, 10))
    assert early == later
    assert set(early.values()).isdisjoint(much_earlier.values())


def test_only_who_is_counted_elsewhere_has_another_one(before):
    failed = eight_extract(adjudications=[("sure", "hiv", 0, 100, "FAIL")])
    now = memberships(pg.evaluate(failed, PROTOCOL))
    assert {name for name in now if now[name] != before[name]} == {"sure"}
