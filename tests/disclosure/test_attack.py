"""What a release prints is attacked: by adding, subtracting and solving, no hidden count is recovered.

Two readers. The strong one knows which patients are alike in all that was printed, and so how all counts nest and
overlap; the real one knows what the words of the tables mean. Both know the method, and the total number of patients.
See ``attacker`` and ``real_reader``; ``figures`` prints what is measured in docs/disclosure.md.
"""

import shutil

import numpy as np
import pytest
from architecture.project import ROOT
from disclosure.attacker import MOST, StrongReader, interval, secrets
from disclosure.printed import HOUSE, Given, study
from disclosure.real_reader import RealReader
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from share import long

import postgraft as pg
from postgraft.analysis.breakdowns import OTHERS
from postgraft.disclosure.cell_keys import CellKeys
from postgraft.disclosure.house import House
from postgraft.disclosure.released_count import ReleasedCount
from postgraft.disclosure.rule import Rule
from postgraft.exhibits.barriers import costly
from postgraft.protocol import load_amendments
from postgraft.vocabulary.errors import PostgraftError

PROTOCOL = pg.load_protocol()
MENU = load_amendments("menu", PROTOCOL)
LEAST = 6
"""Possible values that a hidden count must keep."""


def cohort(name):
    return pg.read_extract(ROOT / "cohorts" / name)


def everybody(given_out):
    return np.ones((1, given_out.sets.shape[1]), bool)


def printed(extract, rule=None):
    """Two reports of a cohort: the protocol and an amendment, then its strict reading and another amendment."""
    given_out, reader = Given(extract, rule=rule), RealReader()
    for name, protocol, amendment in (("first", PROTOCOL, 2), ("second", PROTOCOL.reading("strict"), 7)):
        shown = study(extract, protocol, [MENU[amendment]], given_out.give)
        reader.reads(shown, study(extract, protocol, [MENU[amendment]]), name)
    reader.knows_total(len(extract.patients))
    return given_out, reader


@pytest.fixture(scope="module", params=["site_a", *long("demo")])
def released(request):
    return printed(cohort(request.param))


def test_a_strong_reader_who_knows_the_total_recovers_nothing_from_two_reports(released):
    given_out, _ = released
    hidden, recovered = StrongReader(given_out.sets, given_out.texts, known=everybody(given_out)).recovered()
    assert hidden > 100
    assert recovered == 0


def test_a_hidden_count_keeps_a_range_of_values(released):
    """Of the smallest counts, which have least room; all of them are measured by ``figures``."""
    given_out, _ = released
    sets = np.unique(given_out.sets, axis=0)
    smallest = sets[np.argsort(np.where(sets.any(axis=1), sets.sum(axis=1), MOST))[:6]]
    reader = StrongReader(given_out.sets, given_out.texts, known=everybody(given_out))
    assert min(reader.widths(smallest)) >= LEAST


def test_a_real_reader_who_knows_the_total_recovers_nothing_from_two_reports(released):
    _, reader = released
    assert len(reader.hidden()) > 100
    assert reader.recovered() == []


EXACT = Rule(10, 1)


def table(cells):
    """Sets of a two-way table with margins."""
    cells = np.asarray(cells)
    kind = np.repeat(np.arange(cells.size), cells.ravel())
    row, column = np.divmod(kind, cells.shape[1])
    sets = [kind == k for k in range(cells.size)]
    sets += [row == i for i in range(cells.shape[0])] + [column == j for j in range(cells.shape[1])]
    return np.array([*sets, kind >= 0])


CROSSED = table([[4, 20, 16], [15, 30, 7], [12, 22, 18]])
GROUPS = np.array([*np.eye(40, dtype=bool)[:10], np.arange(40) < 10])


def test_the_strong_reader_finds_what_counts_without_noise_give_away():
    """Hidden up to the threshold, the rest exact; the margins are known."""
    plain = [ReleasedCount.of(EXACT.printed(int(row.sum())), EXACT).text for row in CROSSED]
    reader = StrongReader(CROSSED, plain, [(10, 1)] * len(CROSSED), noise=0, known=CROSSED[9:])
    assert reader.recovered()[1] >= 2


def house(rule):
    return House(rule, HOUSE.secret, HOUSE.folder)


def texts(sets, at, rule=None):
    ids = map(str, range(sets.shape[1]))
    return [one.text for one in CellKeys(ids, at, rule).counting(sets)]


@pytest.mark.parametrize("rule", [EXACT, Rule()], ids=str)
@pytest.mark.parametrize(("sets", "known"), [(CROSSED, CROSSED[9:]), (GROUPS, GROUPS[-1:])])
def test_nothing_follows_from_margins_that_are_known_exactly(sets, known, rule):
    rules = [(rule.threshold, rule.rounding)] * len(sets)
    assert StrongReader(sets, texts(sets, house(rule)), rules, known=known).recovered()[1] == 0


@pytest.mark.parametrize(
    ("text", "found"), [("≤ 10", (0, 13)), ("15", (8, 20)), ("20", (15, 25)), ("1,000", (995, 1005))]
)
def test_what_the_readers_take_a_print_for(text, found):
    assert interval(text) == found


@pytest.fixture(scope="module")
def site_a():
    """The first report of the cohort as it is: its tables, and what was printed of which sets."""
    return first_report(cohort("site_a"))


def first_report(extract, rule=None):
    given_out = Given(extract, rule=rule)
    return study(extract, PROTOCOL, [MENU[2]], given_out.give), given_out


def assert_same(one, other):
    """Two studies print the same, row by row."""
    assert list(one) == list(other)
    for name, frame in one.items():
        assert frame.astype(str).equals(other[name].astype(str)), name


def test_another_output_name_or_order_of_patients_prints_the_same(site_a, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(ROOT / "cohorts" / "site_a", folder)
    [patients] = (folder / "patients").iterdir()
    rows = parquet.read_table(patients)
    parquet.write_table(rows.take(list(reversed(range(len(rows))))), patients)
    manifest = folder / "extract.yaml"
    manifest.write_text(manifest.read_text().replace("name: Synthetic cohort", "name: Another name"))
    extract = pg.read_extract(folder)
    assert extract.name.startswith("Another name")
    assert [*extract.patients["patient_id"]] != [*cohort("site_a").patients["patient_id"]]

    assert_same(first_report(extract)[0], site_a[0])


def test_two_versions_one_patient_apart_print_all_sets_without_the_patient_the_same(site_a):
    """And a reader of both, who knows which sets the patient is in, recovers nothing else."""
    _, before = site_a
    one = int(np.argmax(before.sets.sum(axis=0)))
    rest = [name for k, name in enumerate(before.ids) if k != one]
    _, after = first_report(cohort("site_a").select(rest))
    first, second = (dict(zip(map(bytes, of.sets), of.texts, strict=True)) for of in (before, after))
    wide = np.insert(after.sets, one, False, axis=1)
    unchanged = [(row.tobytes(), text) for row, text in zip(wide, after.texts, strict=True)]
    in_both = [first[row] == text for row, text in unchanged if row in first]
    assert min(len(first), len(second)) > 100
    assert len(in_both) > 50
    assert all(in_both)

    both, prints = np.concatenate((before.sets, wide)), [*before.texts, *after.texts]
    reader = StrongReader(both, prints, known=[np.ones(both.shape[1]), np.arange(both.shape[1]) == one])
    asked = [row for row in secrets(both, 10) if row.sum() > 1]
    assert len(asked) > 100
    assert reader.settled(asked) == 0


def test_a_stricter_study_adds_nothing_to_what_the_house_prints(site_a):
    _, usual = site_a
    _, stricter = first_report(cohort("site_a"), Rule(20, 15))
    follows = {}
    for text, other in zip(usual.texts, stricter.texts, strict=True):
        assert follows.setdefault(text, other) == other
    assert {text for text, other in follows.items() if other == "≤ 20"} == {"≤ 10", "15", "20"}


def test_a_weaker_rule_is_refused():
    with pytest.raises(PostgraftError, match=r"^threshold: found 4; accepted is 10 or more: the house's rule"):
        HOUSE.rule.stricter(threshold=4)


def test_rows_are_in_an_order_that_prints_alone_decide():
    extract = cohort("demo")
    outcome = pg.evaluate(extract, PROTOCOL)
    alike = outcome.released(lambda sets: [ReleasedCount.of(15, Rule()) for _ in sets])
    sizes = outcome.by_site().set_index("site")["patients"]
    assert not sizes.is_monotonic_increasing
    assert not sizes.is_monotonic_decreasing
    assert alike.by_site()["site"].tolist() == [*sorted(sizes.index), OTHERS]
    assert costly(alike.barriers())["criterion"].tolist() == sorted(PROTOCOL.criteria)

    by_name = {name: 15 + 5 * (k % 3) for k, name in enumerate(sorted(sizes.index))}
    printed = iter([*by_name.values()] + [15] * 1000)
    given = outcome.released(lambda sets: [ReleasedCount.of(next(printed), Rule()) for _ in sets])
    expected = sorted(by_name, key=lambda name: (-by_name[name], name))
    assert given.by_site()["site"].tolist() == [*expected, OTHERS]


def test_rare_sites_and_years_are_one_row_that_is_always_there():
    extract = cohort("demo")
    outcome = pg.evaluate(extract, PROTOCOL)
    none_rare = outcome.released(lambda sets: [ReleasedCount.of(15, Rule()) for _ in sets])
    all_rare = outcome.released(lambda sets: [ReleasedCount.of(None, Rule()) for _ in sets])
    for by in ("site", "year"):
        rare, whole, hidden = (getattr(one, f"by_{by}")() for one in (none_rare, outcome, all_rare))
        assert len(rare) == len(whole) + 1
        assert hidden[by].tolist() == [OTHERS]


@st.composite
def families(draw):
    """A rule, and sets: by lot, nested, crossed tables with margins, small ones."""
    patients = draw(st.integers(12, 60))
    lot = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rule = Rule(draw(st.sampled_from([3, 5, 10])), draw(st.sampled_from([1, 3, 5])))
    families = []
    for kind in draw(st.lists(st.sampled_from(["lot", "nested", "crossed", "few"]), min_size=1, max_size=4)):
        if kind == "lot":
            sets = lot.random((lot.integers(1, 8), patients)) < lot.random()
        elif kind == "nested":
            order = lot.permutation(patients)
            sets = np.array([order < size for size in lot.integers(0, patients + 1, lot.integers(2, 8))])
        elif kind == "crossed":
            rows, columns = lot.integers(0, 3, patients), lot.integers(0, 4, patients)
            parts = [rows == i for i in range(3)] + [columns == j for j in range(4)]
            sets = np.array([*parts, *(a & b for a in parts[:3] for b in parts[3:])])
        else:
            sets = np.array([lot.permutation(patients) < lot.integers(1, 4) for _ in range(5)])
        families.append(sets)
    return rule, np.concatenate(families)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(families())
def test_whatever_the_sets_nothing_is_recovered(family):
    rule, sets = family
    rules = [(rule.threshold, rule.rounding)] * len(sets)
    reader = StrongReader(sets, texts(sets, house(rule)), rules, known=np.ones((1, sets.shape[1])))
    assert reader.recovered(rule.threshold)[1] == 0
