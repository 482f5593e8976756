"""No text cell is a formula to a spreadsheet, and each reads back as it was."""

import io

import pandas as pd
import pytest

from postgraft.vocabulary.spreadsheets import escaped, unescaped, without_formulas

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "'=1",
    "''@a",
    "-",
    "+49 30",
    "-1_0",
    "=",
    "-x",
]
TEXTS = ["", "a=1", "'tis", "'", "007", "<5", "Größe", " =1"]
NUMBERS = ["-5", "+3.2", "-.5", "-1e-5", "+7"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe(text):
    assert escaped(text) == f"'{text}"
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("text", [*TEXTS, *NUMBERS])
def test_other_texts_and_numbers_stay(text):
    assert escaped(text) == text
    assert unescaped(text) == text


@pytest.mark.parametrize("cell", [-5, -0.5, None, True])
def test_what_is_no_text_stays(cell):
    assert escaped(cell) is cell


def test_every_kind_of_text_column_and_every_name():
    frame = pd.DataFrame(
        {"=a": ["=1", None], "b": pd.Categorical(["@x", "y"]), "c": [-1, 2], "d": pd.array(["-z", None], "str"),
         "e": [-1.5, None], "f": pd.to_datetime(["2020-01-01", None]), "g": pd.array([-3, None], "Int64")}
    )  # fmt: skip
    text = without_formulas(frame).to_csv(index=False)
    assert text == "'=a,b,c,d,e,f,g\n'=1,'@x,-1,'-z,-1.5,2020-01-01,-3\n,y,2,,,,\n"
    assert list(frame.columns) == ["=a", *"bcdefg"]
    assert frame["=a"][0] == "=1"


def test_names_that_are_there_twice_and_a_frame_of_nothing():
    frame = pd.DataFrame([["=1", "=2"]], columns=["a", "a"])
    assert without_formulas(frame).to_csv(index=False) == "a,a\n'=1,'=2\n"
    assert pd.read_csv(io.StringIO(without_formulas(frame.iloc[:0]).to_csv(index=False))).empty
