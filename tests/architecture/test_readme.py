"""Every command that README, CONTRIBUTING and their like name is there."""

import re

import pytest
import typer
from architecture.project import ROOT

from postgraft.cli import app


def commands(markdown: str, program: str) -> set[str]:
    """The first words that follow a program's name in code, in blocks as well as within lines."""
    code = re.findall(r"```.*?```|`[^`\n]+`", markdown, flags=re.DOTALL)
    return {word for part in code for word in re.findall(rf"(?m)(?:^|[`$;&|] *){program} ([a-z][\w-]*)", part)}


def targets(makefile: str) -> set[str]:
    return set(re.findall(r"(?m)^([a-z-]+):", makefile))


MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/development.md"])
def test_the_commands_of_a_document_exist(name):
    markdown = (ROOT / name).read_text(encoding="utf-8")

    assert commands(markdown, "make") <= targets(MAKEFILE)
    assert commands(markdown, "postgraft") <= set(typer.main.get_command(app).commands)


def test_the_readme_shows_how_to_make_a_report_and_run_the_tests():
    assert {"report", "test"} <= commands((ROOT / "README.md").read_text(encoding="utf-8"), "make")


def test_files_that_make_runs_exist():
    scripts = re.findall(r"\$\(BIN\)/python (\S+\.py)", MAKEFILE)
    assert scripts
    assert [script for script in scripts if not (ROOT / script).is_file()] == []


def test_commands_are_found_in_blocks_and_lines_but_not_in_prose():
    text = "Make sure, or `make lab`.\n```sh\n$ make report\ncd x && make test COHORT=y\n# we make mistakes\n```"
    assert commands(text, "make") == {"lab", "report", "test"}
