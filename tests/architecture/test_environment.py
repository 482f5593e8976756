"""One list of needs: the locks satisfy it on every Python we claim, and environment.yml says the same."""

import importlib.util
import re
import tomllib
from collections.abc import Collection

import pytest
import rattler
import yaml
from architecture.project import ROOT
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.slow

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
RUN = (ROOT / "requirements-run.lock").read_text(encoding="utf-8")
AT_RUN_TIME = {"build"}
"""Extras that the lock of ``make report`` holds."""
CONDA = (ROOT / "environment.yml").read_text(encoding="utf-8")
PYTHONS = ("3.11", "3.12", "3.13")


def needs(pyproject: str, extras: Collection[str] | None = None) -> list[Requirement]:
    """What the package and its extras need; None: all of them."""
    project = tomllib.loads(pyproject)["project"]
    optional = project["optional-dependencies"]
    groups = [project["dependencies"], *(optional[name] for name in (optional if extras is None else extras))]
    return [Requirement(line) for group in groups for line in group]


def entries(lock: str) -> list[str]:
    """The lock without comments, a package a text: its pin and its hashes."""
    said = "\n".join(line for line in lock.splitlines() if not line.lstrip().startswith("#"))
    return said.replace("\\\n", "").splitlines()


def pins(lock: str) -> list[Requirement]:
    return [Requirement(entry.partition(" --hash=")[0].strip()) for entry in entries(lock)]


def unmet(pyproject: str, lock: str, python: str, extras: Collection[str] | None = None) -> list[str]:
    """The needs without exactly one pin that fits, on Linux under a minor version of Python."""
    here = {**default_environment(), "python_version": python, "python_full_version": f"{python}.9"}
    found = []
    for need in needs(pyproject, extras):
        versions = [
            next(iter(pin.specifier)).version
            for pin in pins(lock)
            if canonicalize_name(pin.name) == canonicalize_name(need.name)
            and (pin.marker is None or pin.marker.evaluate(here))
        ]
        if len(versions) != 1 or versions[0] not in need.specifier:
            found.append(f"{need}: locked {versions}")
    return found


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_satisfies_pyproject(python):
    assert python in SpecifierSet(tomllib.loads(PYPROJECT)["project"]["requires-python"])
    assert unmet(PYPROJECT, LOCK, python) == []
    assert unmet(PYPROJECT, RUN, python, AT_RUN_TIME) == []


def test_what_runs_is_locked_without_what_tests_and_to_the_same_versions():
    run, asked = pins(RUN), needs(PYPROJECT, AT_RUN_TIME)
    only_tested = [need.name for need in needs(PYPROJECT) if need not in asked]

    assert {str(pin) for pin in run} < {str(pin) for pin in pins(LOCK)}
    assert {pin.name for pin in run} & set(only_tested) == {"packaging"}  # which others of the runtime need


def test_a_lock_that_is_behind_is_found():
    assert unmet(PYPROJECT, re.sub(r"(?m)^pandas==[^ ]+", "pandas==2.2.0", LOCK), "3.11") == [
        "pandas>=3.0: locked ['2.2.0']"
    ]
    assert unmet(PYPROJECT, LOCK.replace("\ntyper==", "\ntyped=="), "3.11") == ["typer>=0.20: locked []"]


@pytest.mark.parametrize("lock", [LOCK, RUN], ids=["all", "run"])
def test_every_entry_of_a_lock_pins_one_version_by_hashes_from_no_named_registry(lock):
    assert [str(pin) for pin in pins(lock) if pin.url or [s.operator for s in pin.specifier] != ["=="]] == []
    assert [one for one in entries(lock) if not re.search(r"( --hash=sha256:[0-9a-f]{64}\s*)+$", one)] == []
    assert re.findall(r"(?m)^-.*$|\w+://\S+", lock) == []


def test_environment_yml_is_made_from_pyproject():
    spec = importlib.util.spec_from_file_location("environment", ROOT / "tools" / "environment.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    assert tool.conda_environment(PYPROJECT) == CONDA, "run: python tools/environment.py"


def test_environment_yml_holds_what_conda_and_pip_can_read():
    *conda, last = [line for line in yaml.safe_load(CONDA)["dependencies"] if line != "pip"]
    pip = last["pip"]

    for line in conda:
        rattler.MatchSpec(line, strict=True)
    assert pip[-1] == "-e ."
    assert len(conda) + len(pip) == len({*map(str, needs(PYPROJECT))}) + 2  # python itself, and the project
    with pytest.raises(Exception, match="unable to parse version spec"):
        rattler.MatchSpec("pandas >=3.0,,<", strict=True)
