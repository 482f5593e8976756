"""Every example in a docstring gives what it shows."""

import doctest
import importlib
import pkgutil

import pytest

import postgraft

MODULES = [
    module.name
    for module in pkgutil.walk_packages(postgraft.__path__, "postgraft.")
    if not module.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder()
    found = [
        example for name in MODULES for one in finder.find(importlib.import_module(name)) for example in one.examples
    ]
    assert len(found) > 20
