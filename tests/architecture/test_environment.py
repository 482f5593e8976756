"""One list of needs: the lock satisfies it on every Python we claim, and environment.yml says the same."""

import importlib.util
import re
import tomllib

import pytest
import rattler
import yaml
from architecture.project import ROOT
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
CONDA = (ROOT / "environment.yml").read_text(encoding="utf-8")
PYTHONS = ("3.11", "3.12", "3.13")


def needs(pyproject: str) -> list[Requirement]:
    """What the package, its tests and its examples need."""
    project = tomllib.loads(pyproject)["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(line) for group in groups for line in group]


def pins(lock: str) -> list[Requirement]:
    return [Requirement(line) for line in lock.splitlines() if line and not line.lstrip().startswith("#")]


def unmet(pyproject: str, lock: str, python: str) -> list[str]:
    """The needs without exactly one pin that fits, on Linux under a minor version of Python."""
    here = {**default_environment(), "python_version": python, "python_full_version": f"{python}.9"}
    found = []
    for need in needs(pyproject):
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


def test_a_lock_that_is_behind_is_found():
    assert unmet(PYPROJECT, re.sub(r"(?m)^pandas==.*$", "pandas==2.2.0", LOCK), "3.11") == [
        "pandas>=3.0: locked ['2.2.0']"
    ]
    assert unmet(PYPROJECT, re.sub(r"(?m)^typer==.*$", "", LOCK), "3.11") == ["typer>=0.20: locked []"]


def test_every_line_of_the_lock_pins_one_version_from_no_named_registry():
    assert [str(pin) for pin in pins(LOCK) if pin.url or [s.operator for s in pin.specifier] != ["=="]] == []
    assert re.findall(r"(?m)^-.*$|\w+://\S+", LOCK) == []


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
    assert len(conda) + len(pip) == len(needs(PYPROJECT)) + 2  # python itself, and the project
    with pytest.raises(Exception, match="unable to parse version spec"):
        rattler.MatchSpec("pandas >=3.0,,<", strict=True)
