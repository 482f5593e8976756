"""The different columns of a table, and where each given one stands among them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from postgraft.timeline.events import distinct_columns

TRIPLES = st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 2), st.sampled_from([-1, 5, 2**40])), max_size=20)


@given(TRIPLES)
def test_columns_are_those_that_were_given_each_once(triples):
    found, place = distinct_columns(*np.array(triples, np.int64).reshape(-1, 3).T)

    assert [*map(tuple, found.T.tolist())] == sorted({*triples})
    assert [tuple(found[:, one].tolist()) for one in place] == triples
