"""The folder of the house: who may use it, what stands in it, and that the secret stays there."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from postgraft.disclosure.house import house, house_folder
from postgraft.disclosure.rule import Rule
from postgraft.vocabulary.errors import PostgraftError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("POSTGRAFT_HOUSE", str(tmp_path / "house"))
    return tmp_path / "house"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_tests_have_a_house_of_their_own():
    assert Path(os.environ["POSTGRAFT_HOUSE"]).is_relative_to(Path(os.environ["HOME"]))
    assert "postgraft-tests-" in os.environ["HOME"]


def test_the_secret_is_created_once_and_nobody_else_may_read_it(folder):
    old = os.umask(0)
    try:
        first = house()
    finally:
        os.umask(old)
    assert (mode(folder), mode(folder / "secret")) == (0o700, 0o600)
    assert len(first.secret) == 32
    assert house() == first
    assert [path.name for path in folder.iterdir()] == ["secret"]


def test_of_two_that_create_it_at_once_the_first_one_stays(folder):
    with ThreadPoolExecutor(8) as pool:
        secrets = {one.secret for one in pool.map(lambda _: house(), range(16))}
    assert len(secrets) == 1
    assert [path.name for path in folder.iterdir()] == ["secret"]


def test_nothing_says_the_secret(folder):
    own = house()
    assert own.secret.hex() not in f"{own!r} {own}"


def test_codes_for_one_purpose_are_none_for_another(folder):
    own = house()
    codes = {own.hmac(purpose, "P1") for purpose in ("cell key", "noise", "register", "fingerprint")}
    assert len(codes) == 4
    assert own.hmac("register", "P1") == own.hmac("register", "P1")
    assert own.hmac("register", "P1") != own.hmac("register", "P2")


def test_where_it_lies(tmp_path, monkeypatch):
    monkeypatch.delenv("POSTGRAFT_HOUSE")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert house_folder() == tmp_path / ".config" / "postgraft"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    assert house_folder() == tmp_path / "settings" / "postgraft"
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert house_folder() == tmp_path / ".config" / "postgraft"
    monkeypatch.setenv("POSTGRAFT_HOUSE", "here")
    with pytest.raises(PostgraftError, match=r"^POSTGRAFT_HOUSE: found 'here'; accepted is an absolute path\.$"):
        house_folder()


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o622])
def test_a_secret_that_others_may_read_or_change_is_refused(folder, bits):
    house()
    (folder / "secret").chmod(bits)
    with pytest.raises(PostgraftError) as refused:
        house()
    assert str(refused.value).startswith(f"{folder}/secret: others may read it.")
    assert str(refused.value).endswith(f"chmod 600 {folder}/secret")


def test_a_folder_that_others_may_write_to_is_refused(folder):
    house()
    folder.chmod(0o770)
    with pytest.raises(PostgraftError, match="others may write to it; accepted is a folder of your own: chmod 700"):
        house()


@pytest.mark.parametrize("content", ["", "ab", "x" * 64, "AB" * 32, "ab" * 33, "ä" * 32])
def test_a_secret_of_another_form_is_refused_and_not_repeated(folder, content):
    house()
    (folder / "secret").write_text(content)
    with pytest.raises(PostgraftError) as refused:
        house()
    assert "is not the house's secret; accepted are 64 hexadecimal digits." in str(refused.value)
    assert not content or content not in str(refused.value).removeprefix(str(folder))


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("POSTGRAFT_HOUSE", str(tmp_path / "file" / "house"))
    with pytest.raises(PostgraftError, match=r"the house's folder cannot be used .*; POSTGRAFT_HOUSE names another"):
        house()


@pytest.mark.parametrize(
    ("content", "rule"), [("", None), ("threshold: 15", Rule(15, 5)), ("rounding: 10\nthreshold: 5", Rule(5, 10))]
)
def test_the_rule_is_that_of_the_file_or_the_usual_one(folder, content, rule):
    house()
    if rule:
        (folder / "house.yaml").write_text(content)
    assert house().rule == (rule or Rule())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("threshold: 2", "threshold: found 2; accepted is a whole number from 3 to 1,000."),
        ("rounding: five", "rounding: found 'five'; accepted is a whole number from 1 to 1,000."),
        ("treshold: 5", "found {'treshold': 5}; accepted is a mapping with threshold and rounding."),
        ("[10, 5]", "found [10, 5]; accepted is a mapping with threshold and rounding."),
    ],
)
def test_a_rule_file_of_wrong_form_is_told(folder, content, said):
    house()
    (folder / "house.yaml").write_text(content)
    with pytest.raises(PostgraftError) as refused:
        house()
    assert str(refused.value) == f"{folder}/house.yaml: {said}"
