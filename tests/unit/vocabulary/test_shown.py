"""What of a user's file stands in a message."""

import pytest

from postgraft.vocabulary.shown import kind, looks_like_word, names, one_line, printable, shown_value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb\x1b[0m", "a[31mb[0m"),
        ("a\x07\x00\x7f\x9bb", "ab"),
        ("abc\u202egpj.exe\u2066\u200f", "abcgpj.exe"),
        ("a\tb\rc\x85d\u2028e", "a b c d e"),
        ("a\nb", "a\nb"),
        ("Größe \U0001f9ec ≥ 10⁹", "Größe \U0001f9ec ≥ 10⁹"),
        ("half \udcff", "half "),
    ],
)
def test_nothing_that_is_printed_moves_the_cursor(text, shown):
    assert printable(text) == shown
    assert one_line(text) == shown.replace("\n", " ")


@pytest.mark.parametrize(
    "text", ["mail", "mg/dL", "K/uL", "Acute GVHD", "acute_gvhd", "aplastic anaemia", "B2", "µkat/L", "not eligible"]
)
def test_words_and_units(text):
    assert looks_like_word(text)


@pytest.mark.parametrize(
    "text",
    ["", "1961-02-03", "5551234", "MRN 889127", "3.75", "x" * 41, "Smith, John", "root:x:0:0:root", "a\x1bb", "a\nb",
     "seen by the ward on Monday", "=1+1", "@a", "'x"],
)  # fmt: skip
def test_what_is_no_word(text):
    assert not looks_like_word(text)


def test_a_name_may_have_more_digits_than_a_word():
    assert looks_like_word("CD34_abs", digits=3)
    assert not looks_like_word("CD34_abs")
    assert not looks_like_word("A1961", digits=3)


@pytest.mark.parametrize(
    ("value", "words", "sort"),
    [
        ("hello", "'hello'", "a text of 5 characters"),
        ("x" * 41, "a text of 41 characters", "a text of 41 characters"),
        ("\x1b[m", r"'\x1b[m'", "a text of 3 characters"),
        ([1], "[1]", "a list of 1 entry"),
        (["x" * 90], "a list of 1 entry", "a list of 1 entry"),
        ({"a": 1}, "{'a': 1}", "a mapping of 1 key"),
        (dict.fromkeys(range(50)), "a mapping of 50 keys", "a mapping of 50 keys"),
        (5, "5", "a number"),
        (True, "True", "a single value"),
        (None, "None", "nothing"),
    ],
)
def test_values(value, words, sort):
    assert (shown_value(value), kind(value)) == (words, sort)


def test_names_of_keys():
    assert names(["set", 5, "1961-02-03 Smith"]) == "set, a text of 1 character, a text of 16 characters"
    assert names(f"k{i}" for i in "abcdefghijkl") == "ka, kb, kc, kd, ke, kf, kg, kh, ki, kj, …"
