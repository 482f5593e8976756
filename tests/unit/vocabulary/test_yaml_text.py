"""YAML of a person: what a plain scalar is read as, and what is refused, with its line."""

import time
from datetime import date
from math import isnan

import pytest

from postgraft.vocabulary.yaml_text import YamlError, as_value, as_written, parse_yaml, read_yaml_file


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60", 60), ("-0", 0), ("+5", 5), ("0.5", 0.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-1.5e-3", -0.0015),
        ("true", True), ("False", False), ("~", None), ("null", None), ("", None), ("-.inf", float("-inf")),
        ("yes", "yes"), ("NO", "NO"), ("on", "on"), ("1.2.3", "1.2.3"), ("1,000", "1,000"), ("=", "="),
        ("2026-02-28", date(2026, 2, 28)), ("2026-2-3", "2026-2-3"), ("2026-01-01 10:00", "2026-01-01 10:00"),
        ("'060'", "060"), ('"2026-02-30"', "2026-02-30"), ("'true'", "true"), ("O60", "O60"),
    ],
)  # fmt: skip
def test_a_scalar_is_read_as_it_is_written(text, value):
    found = parse_yaml(f"a: {text}", as_value)["a"]
    assert (found, type(found)) == (value, type(value))


def test_nan_is_the_number_that_every_check_refuses():
    assert isnan(parse_yaml("a: .nan", as_value)["a"])


GUESSED = ("060", "00", "-007", "09", "00.5", "1:30", "12:30:45", "0x1F", "0o17", "0b101", "1_000", "1_0.5", "0_7e3")


@pytest.mark.parametrize("text", GUESSED)
def test_a_number_that_programs_read_differently_is_refused(text):
    with pytest.raises(YamlError) as error:
        parse_yaml(f"a: 1\nb: [x, {text}]", as_value)
    assert (error.value.line, error.value.column) == (2, 8)
    assert error.value.problem == (
        f"found {text}, which programs read as different numbers; accepted is a decimal number without leading zeros, "
        "such as 60 or 0.5, or a text in quotes"
    )


@pytest.mark.parametrize("text", [*GUESSED, "yes", "NO", "2026-02-30", "~", "1" * 5000])
def test_as_written_guesses_nothing(text):
    assert parse_yaml(f"a: {text}", as_written) == {"a": text}


FOUND_TWICE = "not valid YAML (the key 'a' is written twice)"
REFUSED = [
    ("a: 2026-02-30", 1,
     "found 2026-02-30, which is no day of the calendar; accepted is a date as YYYY-MM-DD, or a text in quotes"),
    ("a: 0000-01-01", 1,
     "found 0000-01-01, which is no day of the calendar; accepted is a date as YYYY-MM-DD, or a text in quotes"),
    ("a: " + "9" * 5000, 1, "found a number of 5,000 characters; accepted are 40"),
    ("a: 1\na: 2", 2, FOUND_TWICE),
    ("b: {a: 1, 'a': 2}", 1, FOUND_TWICE),
    ("1961-02-03 Smith: 1\n1961-02-03 Smith: 2", 2, "not valid YAML (the key is written twice)"),
    ("[" * 5000, 1, "found more than 20 lists and mappings within each other"),
    ("\n".join(" " * i + "- " for i in range(30)), 21, "found more than 20 lists and mappings within each other"),
    ("? [1]\n: 2", 1, "not valid YAML (a key is a list or a mapping; accepted is a word)"),
    ("a: &x [*x]", 1, "not valid YAML (an alias of what is not there, or not yet whole)"),
    ("a: *x", 1, "not valid YAML (an alias of what is not there, or not yet whole)"),
    ("a: !!python/object/apply:os.system [id]", 1, "found a tag (!); accepted are plain values, and texts in quotes"),
    ("a: !!binary x", 1, "found a tag (!); accepted are plain values, and texts in quotes"),
    ("a: 1\n--- \nb: 2", 2, "not valid YAML (a second document begins)"),
    ("a: \x07", 0, "not valid YAML (it has control characters)"),
    ("a: [1", 2, "not valid YAML (did not find expected ',' or ']')"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "problem"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused(text, line, problem):
    with pytest.raises(YamlError) as error:
        parse_yaml(text, as_value)
    assert (error.value.line, error.value.problem) == (line, problem)


def test_an_alias_is_the_same_value_again():
    assert parse_yaml("a: &x {b: 1}\nc: [*x, *x]", as_value) == {"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}]}


def test_a_merge_is_a_key_like_any_other():
    assert parse_yaml("a: &x {b: 1}\nc:\n  <<: *x", as_value)["c"] == {"<<": {"b": 1}}


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: [", "]}")])
def test_aliases_of_aliases_are_counted_written_out(opening, closing):
    """The billion laughs: 10 lines that mean 10^10 values."""
    tens = [", ".join([f"*a{i}"] * 10) for i in range(10)]
    lines = ["- &a0 x", *(f"- &a{i} {opening}{ten}{closing}" for i, ten in enumerate(tens, 1))]
    begun = time.process_time()
    with pytest.raises(YamlError, match="found more than 50,000 values, those of aliases included") as error:
        parse_yaml("\n".join(lines), as_value)
    assert error.value.line <= 6
    assert time.process_time() - begun < 1


def test_a_file_is_bounded_and_told_of(tmp_path):
    path = tmp_path / "a.yaml"
    for content, problem in (
        (b"#" * (1 << 20), ""),
        (b"#" * ((1 << 20) + 1), "is larger than 1,048,576 bytes"),
        (b"\xff", "is not UTF-8 text"),
    ):
        path.write_bytes(content)
        if not problem:
            assert read_yaml_file(path, as_value) is None
            continue
        with pytest.raises(YamlError) as error:
            read_yaml_file(path, as_value)
        assert (error.value.problem, error.value.line) == (problem, 0)
    with pytest.raises(YamlError, match=r"cannot be read \(Is a directory\)"):
        read_yaml_file(tmp_path, as_value)
