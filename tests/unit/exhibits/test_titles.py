"""Readers see titles: every parameter of the trial, every change of the menu and of the studies has one."""

import re
from dataclasses import replace

import pytest
import yaml
from architecture.project import ROOT

import postgraft as pg
from postgraft.exhibits.labels import parameter
from postgraft.protocol import load_amendments

PROTOCOL = pg.load_protocol()
STUDIES = ("amendments", "release", "sister_trial")
SNAKE = re.compile(r"[a-z0-9]_[a-z0-9]")


@pytest.mark.parametrize("name", PROTOCOL.parameters)
def test_every_parameter_has_a_title(name):
    title = PROTOCOL.parameters[name].title

    assert title == title.strip()
    assert title
    assert not SNAKE.search(title)
    assert parameter(PROTOCOL, name) == title


def test_titles_are_not_shared():
    titles = [one.title for one in PROTOCOL.parameters.values()]

    assert sorted(titles) == sorted(set(titles))


def test_the_statement_behind_a_title_is_one_of_the_parameter():
    """ "Days since transplant, at least (I4)" names I4; I6 stands for its parts, such as I6a."""
    for name, one in PROTOCOL.parameters.items():
        found = re.search(r"\(((?:[IE]\d+[a-z]?(?:, )?)+)\)$", one.title)
        named = found[1].split(", ") if found else []
        assert set(named) <= {*one.statements, *(statement.rstrip("abcd") for statement in one.statements)}, name


def test_every_change_of_the_menu_has_a_title_without_names_of_the_code():
    found = load_amendments("menu", PROTOCOL)

    assert len(found) > 40
    assert [one.name for one in found if not one.title or SNAKE.search(one.title)] == []


@pytest.mark.parametrize("study", STUDIES)
def test_every_amendment_of_a_study_has_a_title(study):
    written = yaml.safe_load((ROOT / "studies" / f"{study}.yaml").read_text(encoding="utf-8"))["amendments"]

    assert written
    assert [one["name"] for one in written if not one.get("title")] == []


def test_a_parameter_without_a_title_is_its_name_in_words():
    untitled = replace(PROTOCOL.parameters["lines_min"], title="")
    protocol = replace(PROTOCOL, parameters={**PROTOCOL.parameters, "lines_min": untitled})

    assert parameter(protocol, "lines_min") == "Lines min"
