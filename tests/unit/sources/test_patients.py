"""Patients: everybody staged, and when each was last seen."""

from unit.sources.bench import remarks

from postgraft.sources.patients import patients


def test_last_contact_is_the_death_else_the_latest_row(bench):
    bench.person("b", sex="female", birth_date="1960-05-06", birth_year=1960, death_date="2021-01-01",
                 last_seen="2021-03-01", observed_from="2019-01-01", site="N")  # fmt: skip
    bench.person("a", birth_year=1970, last_seen="2022-02-02", dead_undated=True)
    done = bench.made(patients)
    assert bench.written(done) == [
        ("a", "unknown", None, 1970, None, None, "2022-02-02", None),
        ("b", "female", "1960-05-06", 1960, "2019-01-01", "2021-01-01", "2021-01-01", "N"),
    ]
    assert remarks(done) == {"dead without a date, no death written": 1}


def test_what_is_missing_is_noted(bench):
    bench.person("a")
    assert remarks(bench.made(patients)) == {"no birth": 1, "no last contact": 1}
