"""What is no extract or no protocol is told in words."""

import pytest
from unit.cohorts import PROTOCOL

import postgraft as pg


@pytest.mark.parametrize(
    ("protocol", "found"), [("nct05873205", "str"), (None, "NoneType"), ([PROTOCOL, "strict"], "str")]
)
def test_a_protocol_is_asked_for(protocol, found):
    extract = object.__new__(pg.Extract)
    with pytest.raises(pg.PostgraftError, match=rf"^evaluate takes a protocol or a list of them.*; found {found}$"):
        pg.evaluate(extract, protocol)


def test_an_extract_is_asked_for():
    with pytest.raises(pg.PostgraftError, match=r"^evaluate takes an extract.*; found str$"):
        pg.evaluate("cohorts/demo", PROTOCOL)
