"""What a released study prints is attacked: by adding, subtracting and solving, no hidden count is recovered.

Two readers. The strong one knows which patients are alike in all that was printed, and so how all counts nest and
overlap; the real one knows what the words of the tables mean. Both are told nothing but what is printed. See
``attacker`` and ``real_reader``.
"""

import numpy as np
import pytest
from architecture.project import ROOT
from disclosure.attacker import attack, interval
from disclosure.printed import Given, study
from disclosure.real_reader import RealReader
from hypothesis import given, settings
from hypothesis import strategies as st
from share import long

import postgraft as pg
from postgraft.disclosure.rule import Rule
from postgraft.protocol import load_amendments

PROTOCOL = pg.load_protocol()
MENU = load_amendments("menu", PROTOCOL)
FEW = ("funnel", "route", "site", "year", "kept_out", "barriers", "comparison")
SECOND = ("funnel", "kept_out", "comparison")
REPORTS = {"demo": (None, SECOND), "site_a": (FEW, SECOND)}
"""Tables of the first and the second report of a cohort; None: all."""


def printed(cohort, ledger):
    """Two reports of a cohort: the protocol and some amendments, then its strict reading and another amendment."""
    extract = pg.read_extract(ROOT / "cohorts" / cohort)
    given_out, reader = Given(len(extract.patients), ledger=ledger), RealReader()
    protocols = (("first", PROTOCOL, [MENU[2]]), ("second", PROTOCOL.reading("strict"), [MENU[7]]))
    for (name, protocol, amendments), tables in zip(protocols, REPORTS[cohort], strict=True):
        shown = study(extract, protocol, amendments, given_out.give, tables)
        reader.reads(shown, study(extract, protocol, amendments, tables=tables), name)
    return given_out, reader


@pytest.fixture(scope="module", params=["site_a", *long("demo")])
def released(request):
    return printed(request.param, ledger=True)


def test_a_strong_reader_recovers_nothing_from_two_reports(released):
    given_out, _ = released
    hidden, recovered = attack(given_out.sets, given_out.texts)
    assert hidden > 100
    assert recovered == 0 == given_out.ledger.recoverable


def test_a_real_reader_recovers_nothing_from_two_reports(released):
    _, reader = released
    assert len(reader.hidden()) > 100
    assert reader.recovered() == []


def test_what_is_told_is_still_most(released):
    given_out, _ = released
    assert given_out.texts.count("withheld") < len(given_out.texts) / 2


@pytest.mark.long
def test_without_withholding_both_readers_recover_hidden_counts():
    given_out, reader = printed("site_a", ledger=False)
    _, recovered = attack(given_out.sets, given_out.texts)
    assert recovered >= 50
    assert len(reader.recovered()) >= 1


def table(cells):
    """Sets of a two-way table with margins."""
    cells = np.asarray(cells)
    kind = np.repeat(np.arange(cells.size), cells.ravel())
    row, column = np.divmod(kind, cells.shape[1])
    sets = [kind == k for k in range(cells.size)]
    sets += [row == i for i in range(cells.shape[0])] + [column == j for j in range(cells.shape[1])]
    return np.array([*sets, kind >= 0])


CROSSED = table([[4, 20, 16], [15, 30, 7], [12, 22, 18]])


@pytest.mark.parametrize(
    ("sets", "rounding", "least"),
    [(CROSSED, 1, 2), (np.eye(40, dtype=bool)[:10], 5, 10)],
    ids=["table with margins", "ten groups of one"],
)
def test_the_strong_reader_recovers_what_the_rule_alone_does_not_hide(sets, rounding, least):
    if len(sets) == 10:
        sets = np.concatenate((sets, sets.any(axis=0)[None, :]))
    rule = Rule(10, rounding)
    alone, ledger = (Given(sets.shape[1], rule, ledger=which) for which in (False, True))
    alone.give(sets)
    ledger.give(sets)
    assert attack(alone.sets, alone.texts, 10, rounding)[1] >= least
    assert attack(ledger.sets, ledger.texts, 10, rounding)[1] == 0


def test_the_real_reader_recovers_what_exact_counts_give_away():
    reader = RealReader()
    for name, text, true in (("a", "20", 20), ("b", "1–10", 4), ("all", "25", 24)):
        reader.cell(name, text, true)
    reader.reader.knows({reader.cells["a"]: 1}, 20)
    reader.reader.knows({reader.cells["all"]: 1}, 24)
    reader.sums(["a", "b"], "all")
    assert reader.recovered() == ["b"]


@pytest.mark.parametrize(
    ("text", "found"),
    [("0", (0, 0)), ("1–10", (1, 10)), ("15", (11, 17)), ("20", (18, 22)), ("1,000", (998, 1002))],
)
def test_what_the_readers_take_a_print_for(text, found):
    assert interval(text) == found
    assert interval("withheld") == (0, np.inf)


@st.composite
def families(draw):
    """A rule, and batches of sets: by lot, nested, crossed tables with margins."""
    patients = draw(st.integers(12, 60))
    lot = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rule = Rule(draw(st.sampled_from([2, 5, 10])), draw(st.sampled_from([1, 3, 5])))
    batches = []
    for kind in draw(st.lists(st.sampled_from(["lot", "nested", "crossed", "few"]), min_size=1, max_size=4)):
        if kind == "lot":
            sets = lot.random((lot.integers(1, 8), patients)) < lot.random()
        elif kind == "nested":
            order = lot.permutation(patients)
            sets = np.array([order < size for size in lot.integers(0, patients + 1, lot.integers(2, 8))])
        elif kind == "crossed":
            rows, columns = lot.integers(0, 3, patients), lot.integers(0, 4, patients)
            inside = lot.random(patients) < 0.8
            parts = [
                inside,
                *(inside & (rows == i) for i in range(3)),
                *(inside & (columns == j) for j in range(4)),
            ]
            sets = np.array(
                [*parts, *(inside & (rows == i) & (columns == j) for i in range(3) for j in range(4))]
            )
        else:
            sets = np.array([lot.permutation(patients) < lot.integers(1, 4) for _ in range(5)])
        batches.append(sets)
    return rule, batches


@settings(max_examples=25, deadline=None, derandomize=True)
@given(families())
def test_whatever_the_sets_nothing_is_recovered_but_what_the_ledger_says(family):
    rule, batches = family
    given_out = Given(batches[0].shape[1], rule)
    for sets in batches:
        given_out.give(sets)
    _, recovered = attack(given_out.sets, given_out.texts, rule.threshold, rule.rounding)
    assert recovered <= given_out.ledger.recoverable
