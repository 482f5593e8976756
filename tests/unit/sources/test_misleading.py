"""What an import is told to mislead by."""

import pytest
from unit.sources.bench import Options

from postgraft.sources.census import settle
from postgraft.sources.importing import RULES
from postgraft.sources.mapping import load_mapping
from postgraft.sources.misleading import misleading

pytestmark = pytest.mark.slow


def said(bench, part):
    """The sentences that hold a text, of an import of what is staged."""
    tables = {}
    for rule in RULES:
        made = rule(bench.database, Options())
        tables[made.table] = made
    kept = bench.database.execute("SELECT * FROM meanings").fetchall()
    census = settle(bench.database, load_mapping(), official=False)
    bench.database.execute("DELETE FROM meanings")
    if kept:
        bench.database.executemany("INSERT INTO meanings VALUES (?, ?, ?, ?, ?)", kept)
    return [sentence for sentence in misleading(bench.database, census, tables) if part in sentence]


def test_last_contact_that_is_equal_for_most(bench):
    for number, day in enumerate(("2021-01-01", "2021-01-01", "2021-01-01", "2021-02-01", "2020-01-01")):
        bench.person(f"p{number}", last_seen=day)
    assert said(bench, "Last contact") == [
        "Last contact is 2021-01-01 for 3 of 5 patients: perhaps the day of the export."
    ]


def test_not_where_it_is_for_half_of_them(bench):
    for number, day in enumerate(("2021-01-01", "2021-01-01", "2021-02-01", "2021-02-02")):
        bench.person(f"p{number}", last_seen=day)
    assert said(bench, "Last contact") == []


def test_more_than_a_hundredth_of_an_analyte_that_is_dropped(bench):
    platelets, alt = bench.code(("measurements", "platelets")), bench.code(("measurements", "alt"))
    for number in range(100):
        bench.row(platelets, "2020-01-01", number=1.0, unit="K/uL" if number else None)
        bench.row(alt, "2020-01-01", number=1.0, unit="U/L" if number > 1 else None)
    assert said(bench, "dropped") == ["Of 100 rows of alt, 2 are dropped (2.0%)."]


def test_doses_and_purposes_that_are_there_are_not_missed(bench):
    code = bench.code(("medications", "prednisone"))
    bench.row(code, "2020-01-01", kind="order", dose=1.0, dose_unit="mg", reason="gvhd")
    assert said(bench, "dose") + said(bench, "purpose") == []


def test_words_that_any_name_may_have_are_none_of_ours(bench):
    for number, title in enumerate(("Housing status", "Heart disease", "Other"), 1):
        bench.code(system="local", code=f"P{number}", title=title, rows=100, patients=20)
    assert said(bench, "unmapped") == []


def test_unmapped_names_with_a_word_of_ours_the_most_frequent_first(bench):
    for number in range(12):
        bench.code(system="local", code=f"P{number:02d}", title=f"platelets {number}", rows=100 - number, patients=20)
    bench.code(system="local", code="X", title="nothing we know", rows=1000, patients=20)
    (sentence,) = said(bench, "unmapped")
    assert sentence.startswith(
        "1134 rows of 12 codes are unmapped though the name has a word of ours, the 10 most frequent of which are:"
        " platelets 0 (local P00, 100 rows); platelets 1 (local P01, 99 rows);"
    )
    assert sentence.count(";") == 9
