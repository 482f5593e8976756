"""Imports go up the list of rooms only, clinical files keep to themselves, and needs are declared."""

import ast
import re
import runpy
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from architecture.project import ROOT

SRC = ROOT / "src"

ORDER = (
    "vocabulary",
    "estimation",
    "timeline",
    "protocol",
    "extract",
    "disclosure",
    "sources",
    "criteria",
    "synthetic",
    "evaluation",
    "analysis",
    "forecast",
    "inference",
    "api",
    "exhibits",
    "explorer",
    "reports",
    "release",
    "cli",
)
"""The rooms, lower ones first: a room imports only those before it, the package itself whatever it gives out."""

KEPT_APART: Mapping[str, set[str]] = {
    "estimation": {"vocabulary"},
    "timeline": {"vocabulary"},
    "protocol": {"vocabulary"},
    "extract": {"vocabulary", "protocol"},
    "disclosure": {"vocabulary"},
    "sources": {"vocabulary", "extract"},
    "criteria": {"vocabulary", "timeline", "protocol"},
    "synthetic": {"vocabulary", "protocol", "extract"},
    "evaluation": {"vocabulary", "timeline", "protocol", "extract", "criteria"},
}
"""Rooms that use only some of those before them: numbers without patients, rules without files."""


def may_import(room: str) -> set[str]:
    """The rooms that a room may import beside itself."""
    if room == "__init__":
        return {*ORDER} - {"cli"}
    if room == "__main__":
        return {"cli"}
    before = {*ORDER[: ORDER.index(room)]}
    return KEPT_APART.get(room, before - {"synthetic"} if room != "cli" else {*before, "__init__"})


IMPORT_NAMES = {"beautifulsoup4": "bs4", "pyyaml": "yaml"}
"""Where a project is imported by another name than it is installed by."""

LATE = ("examples", "sources")
"""Extras that some files import, and say so where they are missing."""

NOT_IMPORTED = {"jupyterlab": "what `make lab` opens"}
"""Declared needs that no file imports, and what they are for."""


def modules(src: Path) -> dict[str, Path]:
    """The package's modules by dotted name."""
    found = {}
    for path in (src / "postgraft").rglob("*.py"):
        parts = path.relative_to(src).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imported(path: Path) -> frozenset[str]:
    """The dotted names a file imports, wherever in it: ``from a import b`` gives ``a.b``; read once."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names}
    return frozenset(names)


def graph(src: Path) -> dict[str, set[str]]:
    """Module → modules of the package it imports."""
    known = modules(src)

    def module(name: str) -> str:
        while name not in known:
            name = name.rpartition(".")[0]
        return name

    return {
        name: {module(used) for used in imported(path) if used.split(".")[0] == "postgraft"}
        for name, path in known.items()
    }


def room(module: str) -> str:
    return [*module.split("."), "__init__"][1]


def wrong_ways(src: Path) -> list[str]:
    """Every import of a room that the importing room may not use; the package itself belongs to no room."""
    return sorted(
        f"{module} imports {used}"
        for module, all_used in graph(src).items()
        for used in all_used
        if room(used) != room(module) and room(used) not in may_import(room(module))
    )


def circles(src: Path) -> list[list[str]]:
    """Groups of files of which each imports, directly or not, all others; late and type-checking imports count."""
    edges = graph(src)
    reached = {module: _reached(edges, module) for module in edges}
    found = {
        tuple(sorted(other for other in ahead if module in reached[other]))
        for module, ahead in reached.items()
        if module in ahead
    }
    return sorted(map(list, found))


def _reached(edges: Mapping[str, set[str]], module: str) -> set[str]:
    """The modules that one imports, and those that they import, and so on."""
    reached: set[str] = set()
    ahead = set(edges[module])
    while ahead:
        reached |= ahead
        ahead = set().union(*(edges[one] for one in ahead)) - reached
    return reached


def clinical_crossings(src: Path) -> list[str]:
    """Every file of ``criteria`` that makes criteria and reaches, directly or not, another one that does."""
    edges = {m: {u for u in used if room(u) == "criteria"} for m, used in graph(src).items() if room(m) == "criteria"}
    clinical = {module for module in edges if _makes_criteria(modules(src)[module])}
    found = []
    for module in clinical:
        found += [f"{module} reaches {other}" for other in _reached(edges, module) & clinical - {module}]
    return sorted(found)


def _makes_criteria(path: Path) -> bool:
    """Whether a file has a criterion among its constants, written out or as a rule of ``criteria.rules``."""
    constants = [
        node.value for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.Assign)
    ]
    called = [node.func for value in constants for node in ast.walk(value) if isinstance(node, ast.Call)]
    return any(
        (isinstance(one, ast.Name) and one.id == "Criterion")
        or (isinstance(one, ast.Attribute) and one.attr == "criterion")
        for one in called
    )


def test_imports_go_up_the_list_of_rooms():
    assert wrong_ways(SRC) == []


def test_no_two_files_import_each_other():
    assert circles(SRC) == []


def test_imports_are_written_in_full():
    relative = {name: [used for used in imported(path) if used.startswith(".")] for name, path in modules(SRC).items()}
    assert {name: used for name, used in relative.items() if used} == {}


def test_every_room_is_on_the_list():
    assert {room(module) for module in modules(SRC)} <= {*ORDER, "__init__", "__main__"}


def test_the_picture_of_the_rooms_is_of_these_imports():
    """``make rooms`` draws it anew."""
    rooms = runpy.run_path(str(ROOT / "tools" / "rooms.py"))
    assert (ROOT / "docs" / "rooms.svg").read_text(encoding="utf-8") == rooms["picture"](rooms["imports"]())


def test_clinical_files_keep_to_themselves():
    assert clinical_crossings(SRC) == []


def test_only_the_rooms_of_extracts_and_sources_read_data_files():
    readers = {"duckdb", "pandas.read_csv", "pandas.read_parquet", "pyarrow.csv", "pyarrow.parquet", "pyarrow.dataset"}
    writers = {"synthetic"}  # it writes an extract and reads none back
    found = {}
    for name, path in modules(SRC).items():
        text = path.read_text(encoding="utf-8")
        used = {u for u in imported(path) if any(u == r or u.startswith(f"{r}.") for r in readers)}
        used |= set(re.findall(r"\bread_(?:csv|parquet|feather|excel|sql)\b", text))
        if used and room(name) not in {"extract", "sources", *writers}:
            found[name] = used
    assert found == {}


def test_what_is_imported_is_declared_and_what_is_declared_is_imported():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.match(r"[\w.-]+", line)[0].lower() for line in project["dependencies"]}
    extras = project["optional-dependencies"]
    optional = {re.match(r"[\w.-]+", line)[0].lower() for extra in LATE for line in extras[extra]}
    needs = {IMPORT_NAMES.get(name, name.replace("-", "_")): name for name in declared}
    used = {name.split(".")[0] for path in modules(SRC).values() for name in imported(path)}
    third_party = used - set(sys.stdlib_module_names) - {"postgraft", ""}

    assert third_party - set(needs) - {name.replace("-", "_") for name in optional} == set()
    assert {needs[name] for name in set(needs) - third_party} == set(NOT_IMPORTED)


@pytest.fixture
def sample(tmp_path: Path):
    """A package in which every file is written by the test."""

    def write(files: Mapping[str, str]) -> Path:
        for name, text in {"__init__": "", **files}.items():
            path = tmp_path / "postgraft" / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


@pytest.mark.parametrize(
    "line",
    [
        "from postgraft.analysis.funnel import funnel",
        "import postgraft.analysis.funnel",
        "def late():\n    from postgraft.analysis import funnel",
        "from postgraft import analysis",
    ],
)
def test_an_import_down_the_list_is_found(sample, line):
    src = sample({"analysis/__init__": "", "analysis/funnel": "", "vocabulary/units": line})
    [found] = wrong_ways(src)
    assert found.startswith("postgraft.vocabulary.units imports postgraft.analysis")


def test_a_circle_round_a_corner_is_found(sample):
    src = sample(
        {
            "extract/a": "def late():\n    from postgraft.extract.b import x",
            "extract/b": "if TYPE_CHECKING:\n    from postgraft.extract.c import y",
            "extract/c": "from postgraft.extract.a import z",
            "extract/d": "from postgraft.extract.a import z",
        }
    )
    assert circles(src) == [["postgraft.extract.a", "postgraft.extract.b", "postgraft.extract.c"]]


def test_an_import_of_the_package_itself_is_found(sample):
    src = sample({"vocabulary/units": "import postgraft", "timeline/grid": "from postgraft import evaluate"})
    assert wrong_ways(src) == [
        "postgraft.timeline.grid imports postgraft",
        "postgraft.vocabulary.units imports postgraft",
    ]


def test_a_detour_from_one_clinical_file_to_another_is_found(sample):
    src = sample(
        {
            "criteria/__init__": "",
            "criteria/gvhd": "from postgraft.criteria.helper import x\nC = Criterion('gvhd')",
            "criteria/helper": "from postgraft.criteria.safety import y",
            "criteria/safety": "C = (Lab('x') >= 'x_min').criterion('safety')",
            "criteria/registry": "from postgraft.criteria import gvhd, safety",
        }
    )
    assert clinical_crossings(src) == ["postgraft.criteria.gvhd reaches postgraft.criteria.safety"]


def test_what_evaluates_loads_no_estimators_and_draws_nothing():
    """Worker processes import the package: what they don't need would cost each a second and 80 MB."""
    heavy = ("scipy", "statsmodels", "matplotlib", "great_tables", "papermill")
    code = f"import sys, postgraft; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
