"""Tests see nothing of who runs them, and what they share is made once."""

import os
from pathlib import Path
from unittest import mock

import machine
import matplotlib
import pytest
from made_once import made_once


def test_home_and_settings_are_the_tests_own():
    assert Path.home().name.startswith("postgraft-tests-")
    assert Path(matplotlib.get_configdir()).is_relative_to(Path.home())
    assert os.environ["FONTCONFIG_FILE"] == str(Path.home() / "dejavu.conf")


def test_what_a_user_set_up_is_forgotten(tmp_path):
    user = {"HOME": "/nobody", "MPLBACKEND": "svg", "IPYTHONDIR": "/x", "FORCE_COLOR": "1", "PATH": "/bin"}
    with mock.patch.dict(os.environ, user, clear=True):
        machine.isolate(tmp_path)
        left = dict(os.environ)

    assert left["PATH"] == "/bin"
    assert left["HOME"] == str(tmp_path)
    assert not {"MPLBACKEND", "IPYTHONDIR", "FORCE_COLOR"} & set(left)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dejavu.conf", "gitconfig", "stix.conf"]


@pytest.mark.parametrize("serif", machine.SERIFS)
def test_the_fonts_named_are_there(serif):
    names = {path.stem for path in machine.FONTS.glob("*.ttf")}
    assert machine.SERIFS[serif].replace(" ", "") in names


def test_what_is_shared_is_made_once(tmp_path):
    made = []

    def make(folder):
        made.append(folder)
        (folder / "a").write_text("1")

    name = tmp_path.name
    first, second = (made_once(name, make) for _ in range(2))
    assert first == second
    assert made == [first]
    assert (first / "a").read_text() == "1"


def test_what_could_not_be_made_fails_for_everybody(tmp_path):
    def fail(folder):
        raise ValueError("no flour")

    with pytest.raises(ValueError, match="no flour"):
        made_once(tmp_path.name, fail)
    with pytest.raises(pytest.fail.Exception, match="no flour"):
        made_once(tmp_path.name, lambda folder: None)
