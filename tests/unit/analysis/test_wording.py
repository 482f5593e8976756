"""What an amendment changes, in words."""

import pytest

import postgraft as pg
from postgraft.analysis.protocol_in_words import changes_in_words

PROTOCOL = pg.load_protocol()


@pytest.mark.parametrize(
    ("changes", "drop", "words"),
    [
        ({"neutrophils_min": 0.5}, None, "neutrophils_min 0.5 (base 1)"),
        ({"neutrophils_min": 1}, None, "as registered"),
        ({"megakaryocytes_required": False}, None, "megakaryocytes_required no (base yes)"),
        ({"eligible_days_reported": [1, 3]}, None, "eligible_days_reported 1, 3 (base 1, 7, 14)"),
        ({"creatinine_max_uln": 2}, None, "organ_limits creatinine_max_uln 2 (base none)"),
        (None, ["hiv", "remission"], "without remission, hiv"),
        ({"sponsor_agreement": "open"}, ["hiv"], "sponsor_agreement open (base granted); without hiv"),
    ],
)
def test_an_amendment_in_words(changes, drop, words):
    assert changes_in_words(PROTOCOL.amend(name="x", set=changes, drop=drop)) == words
