"""Every number in a docstring of the room is what the code gives."""

import doctest
import importlib
import pkgutil

import pytest

import postgraft.estimation

MODULES = [module.name for module in pkgutil.iter_modules(postgraft.estimation.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name):
    assert doctest.testmod(importlib.import_module(f"postgraft.estimation.{name}")).failed == 0
