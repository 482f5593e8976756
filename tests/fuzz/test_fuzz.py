"""A share of the fuzzing, always the same cases; ``run_fuzz.py`` runs any number of others."""

from collections import Counter

import pytest
from fuzz.cases import run_case, scratch

from postgraft.vocabulary.errors import ExtractError

SEED = 20230721
EACH = 50


@pytest.mark.parametrize("part", range(6))
def test_an_extract_is_read_or_refused(part):
    met = Counter()
    with scratch() as folder:
        for number in range(part * EACH, (part + 1) * EACH):
            outcome, fault = run_case(SEED, number, folder / "case")
            met[outcome] += 1
            assert not fault, f"run_fuzz.py --seed {SEED} --only {number}: {fault}"
    assert met["refused"] > EACH / 10
    assert met["read"] + met["evaluated"] > EACH / 10


def test_a_failure_is_found(monkeypatch):
    """Any other exception than ExtractError, and a message with a control character."""
    monkeypatch.setattr("postgraft.read_extract", lambda folder: 1 / 0)
    with scratch() as folder:
        outcome, fault = run_case(SEED, 1, folder / "case")
    assert (outcome, fault.splitlines()[-1]) == ("failed", "ZeroDivisionError: division by zero")

    def refuse(folder):
        raise ExtractError("\x1b", ())

    monkeypatch.setattr("fuzz.cases.wrong_with", lambda message: f"said {message!r}")
    monkeypatch.setattr("postgraft.read_extract", refuse)
    with scratch() as folder:
        assert run_case(SEED, 1, folder / "case") == ("refused", "said ''")
