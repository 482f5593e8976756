"""The rule of versions: by patients, not by names; the register is held, private, and whole whatever happens."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from unit.release import made

from postgraft.disclosure.house import house
from postgraft.extract import read_extract
from postgraft.protocol import load_amendments, load_protocol
from postgraft.release.register import Version, held, protocols_of, signed
from postgraft.reports.notebooks import json_value
from postgraft.reports.project import ReportError

NAMES = [f"p{i}" for i in range(30)]
NEEDED = 11


def version(patients=NAMES, others=(), cohort="Ours", protocol="trial", sites=None):
    """Patients, of whom ``others`` are in other sets; ``sites`` by patient, where it is not site A."""
    members = {protocol: ["others" if one in others else "same" for one in patients]}
    return Version(cohort, patients, [(sites or {}).get(one, "A") for one in patients], members)


BEFORE = signed(version(), "2025-01-01T00:00:00+00:00", "A. Reader", None)


def standing(now, *before):
    with held(house()) as register:
        register.add(before)
        [found] = register.standings([now], NEEDED)
    return found


@pytest.mark.parametrize("gone", range(1, 11))
def test_from_one_to_ten_patients_apart_is_refused_with_how_many_more_are_needed(gone):
    found = standing(version(NAMES[gone:]), BEFORE)
    noun = "patient" if gone == 1 else "patients"
    assert not found.allowed
    assert found.words == (
        f"Ours: tables differ by {gone} {noun} from the version released on 2025-01-01T00:00:00+00:00; accepted is by "
        f"none, or by 11 or more, as what differs reveals these patients. {11 - gone} more must change; or somebody "
        "answers for it with --override REASON."
    )


def test_nobody_apart_is_released():
    found = standing(version(NAMES[::-1]), BEFORE)
    assert found.allowed
    assert found.words == (
        "Ours: every patient is in the same sets as in an earlier version, so every count prints the same."
    )


@pytest.mark.parametrize(
    "now",
    [
        version(NAMES[11:]),
        version([*NAMES, *(f"q{i}" for i in range(11))]),
        version(others=NAMES[:11]),
        version([*NAMES[4:], *"abcd"], others=NAMES[-3:]),
    ],
    ids=["gone", "new", "in other sets", "some of each"],
)
def test_eleven_apart_is_released(now):
    found = standing(now, BEFORE)
    assert found == type(found)("Ours: tables differ by 11 patients or more from each earlier version.", True)


def test_a_renamed_cohort_is_the_same_one():
    assert not standing(version(NAMES[1:], cohort="Theirs"), BEFORE).allowed


def test_a_version_is_compared_with_every_earlier_one_not_only_the_last():
    between = signed(version(NAMES[11:]), "2025-02-01T00:00:00+00:00", "A. Reader", None)
    assert not standing(version(NAMES[1:]), BEFORE, between).allowed


SITES = dict.fromkeys(NAMES[:12], "B")
AT_SITES = version(sites=SITES)


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        (version(sites=dict.fromkeys(NAMES[:12], "C")), 0),
        (version(sites={one: "A" if one in SITES else "B" for one in NAMES}), 0),
        (version(NAMES[:-1], sites=dict.fromkeys(NAMES[:12], "C")), 1),
        (version(sites=SITES | {NAMES[20]: "B"}), 1),
        (version(), 12),
        (version(others=NAMES[20:21]), 1),
        (version(others=NAMES[10:21]), 11),
        (version(others=NAMES[10:21], sites=SITES | {NAMES[-1]: "B"}), 11),
    ],
    ids=[
        "a site under another name",
        "two names exchanged",
        "another name and one gone",
        "one at another site",
        "two sites made one",
        "two sites made one, and one in other sets",
        "eleven in other sets",
        "eleven in other sets, and one at another site",
    ],
)
def test_a_site_under_another_name_changes_nobody_and_hides_nobody(now, changed):
    assert now.changed_since(AT_SITES) == changed


def test_each_protocol_is_looked_at_alone():
    def two(base, amended):
        return replace(version(), members={"trial": base, "amended": amended})

    now = two(["same"] * 29 + ["others"], ["others"] * 30)
    assert now.changed_since(two(["same"] * 30, ["same"] * 30)) == 1


@pytest.mark.parametrize(
    "now",
    [version([f"q{i}" for i in range(5)]), version(protocol="another")],
    ids=["no patient in common", "no protocol in common"],
)
def test_another_cohort_or_protocol_is_not_compared(now):
    found = standing(now, BEFORE)
    assert found.allowed
    assert found.words == (
        "Ours: no patient is in the register. If a version of it was released before, its identifiers were made anew "
        "since, and nothing keeps the two versions apart."
    )


def test_cohorts_of_one_report_are_compared_too():
    with held(house()) as register:
        first, second = register.standings([version(cohort="All"), version(NAMES[2:], cohort="Most")], NEEDED)
    assert first.allowed
    assert second.words.startswith(
        "Most: tables differ by 2 patients from the version of All in this report; accepted is by none, or by 11"
    )


def test_who_is_in_the_sets_of_an_extract(tmp_path):
    protocols = {"trial": load_protocol()}
    whole, newer = (
        Version.of(name, read_extract(made.write_cohort(tmp_path / name, ids)), protocols, house())
        for name, ids in (("a", made.IDS), ("b", (*made.IDS[:20], *made.IDS[23:])))
    )
    assert newer.changed_since(whole) == 3
    assert newer.changed_since(newer) == 0
    told = json.dumps([whole.patients, whole.members])
    assert not [one for one in made.IDS if one in told]


def test_protocols_go_by_trial_and_amendments_by_what_they_change(cohort):
    def keys(name, **changes):
        amendment = {"name": name, "set": {}, "drop": [], **changes}
        return list(protocols_of([made.record(cohort), made.record(cohort, amendments=[amendment])]))

    assert keys("early", set={"days_since_transplant_min": 30}) == [
        "NCT05873205",
        'NCT05873205, {"drop": [], "set": {"days_since_transplant_min": 30}}',
    ]
    assert keys("a", drop=["hiv"]) == keys("b", drop=["hiv"])


def test_every_amendment_of_the_menu_is_read_back_from_a_record(cohort):
    menu = load_amendments("menu")
    told = [{"name": one.name, "set": json_value(one.set), "drop": json_value(one.drop)} for one in menu]
    read = protocols_of([made.record(cohort, amendments=json.loads(json.dumps(told)))])
    base = load_protocol()
    assert list(read.values()) == [base, *(base.amended(one) for one in menu)]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_register_is_the_owners_alone_and_keeps_who_signed(house_folder):
    with held(house()) as register:
        register.add([replace(BEFORE, override="A corrected date")])
    path = house_folder / "register.json"
    assert (mode(path), mode(house_folder / "register.lock")) == (0o600, 0o600)
    with held(house()) as register:
        [kept] = register.versions
    assert (kept.signed_by, kept.override, kept.changed_since(BEFORE)) == ("A. Reader", "A corrected date", 0)


def test_one_release_at_a_time(house_folder):
    with held(house()), pytest.raises(ReportError) as refused, held(house()):
        pass
    assert str(refused.value) == (f"{house_folder}: another release is at work. Wait for its end, and try again.")


def test_a_write_that_is_broken_off_leaves_the_old_register(house_folder, monkeypatch):
    with held(house()) as register:
        register.add([BEFORE])
    path = house_folder / "register.json"
    before = path.read_bytes()

    def broken(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, held(house()) as register:
        patched.setattr(Path, "replace", broken)
        with pytest.raises(KeyboardInterrupt):
            register.add([version(NAMES[11:])])
    assert path.read_bytes() == before

    with held(house()) as register:
        register.add([version(NAMES[11:])])
        assert len(register.versions) == 2


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 2}', '{"format": 1, "versions": [{"who": 1}]}'])
def test_a_register_that_was_not_written_so(house_folder, content):
    house()
    path = house_folder / "register.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(ReportError) as refused, held(house()):
        pass
    assert str(refused.value) == (
        f"{path}: is not as postgraft wrote it. Bring back a copy: without it nothing keeps a new version apart from "
        "those released before."
    )


def test_a_register_that_others_may_read(house_folder):
    house()
    path = house_folder / "register.json"
    path.write_text("{}")
    path.chmod(0o640)
    with pytest.raises(ReportError) as refused, held(house()):
        pass
    assert str(refused.value) == (
        f"{path}: others may read it; accepted is a file that only its owner may read: chmod 600 {path}"
    )
