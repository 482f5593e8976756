"""What a notebook is called.

The parameters a notebook declares, and the check of given values against them before anything is run.

Papermill only logs an unknown parameter and injects any value; a misspelt name would give a report of
the defaults.

The notebooks of a study: found by name or path, and what each says of itself.
"""

import ast
import datetime as dt
import difflib
import io
import json
import math
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode
from pydantic import TypeAdapter, ValidationError

from postgraft.reports.project import ReportError, project_root
from postgraft.vocabulary.words import did_you_mean


def notebook_title(notebook: NotebookNode) -> str | None:
    """The first line of prose that begins with ``# ``; None where there is none."""
    lines = (line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    return next((line.removeprefix("# ").strip() for line in lines if line.startswith("# ")), None)


TAG = "parameters"
FORM = "one literal a line, `name: type = value  # help`"
SIMPLE_TYPES = {t.__name__: t for t in (str, int, float, bool)}


@dataclass(frozen=True)
class NotebookParameter:
    """One line of a notebook's parameters cell."""

    name: str
    annotation: str
    default: Any
    help: str

    def checked(self, value: Any) -> Any:
        """The value as JSON can carry it, if it fits the annotation; an int fits float, a bool only bool.

        Raises:
            ReportError: naming the parameter, what was given and what is accepted.
        """
        adapter: TypeAdapter[Any] = TypeAdapter(_type_of(ast.parse(self.annotation, mode="eval").body))
        try:
            return adapter.validate_python(json_value(value), strict=True)
        except (ValidationError, ValueError) as error:
            raise ReportError(
                f"parameter {self.name} = {value!r}: expected {self.annotation} ({self.help}), "
                f"for example {self.default!r}"
            ) from error


def declared_parameters(notebook: Path) -> dict[str, NotebookParameter]:
    """The parameters of a notebook by name, in the order of its one cell tagged ``parameters``.

    Raises:
        ReportError: no notebook there, not exactly one such cell, or a line in it of another form.
    """
    try:
        cells = nbformat.read(notebook, as_version=4).cells
    except FileNotFoundError as error:
        raise ReportError(f"{notebook}: no such notebook") from error
    except nbformat.reader.NotJSONError as error:
        raise ReportError(f"{notebook}: not a Jupyter notebook") from error
    tagged = [cell for cell in cells if TAG in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise ReportError(f"{notebook.name}: {len(tagged)} cells are tagged '{TAG}'; there must be exactly one")
    try:
        return {p.name: p for p in _parsed(tagged[0].source)}
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        raise ReportError(f"{notebook.name}: its parameters cell must hold {FORM}: {error}") from error


def checked_parameters(notebook: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given values, each of a name the notebook declares and of the declared type, ready for papermill.

    Raises:
        ReportError: as above; an unknown name gets the nearest declared one and the list.
    """
    declared = declared_parameters(notebook)
    for name in given:
        if name not in declared:
            raise unknown_parameter(name, declared, notebook.name)
    return {name: declared[name].checked(value) for name, value in given.items()}


def unknown_parameter(name: str, declared: Iterable[str], where: str) -> ReportError:
    """The error for a name that is not declared."""
    names = list(declared)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean {near[0]}?" if near else "."
    return ReportError(f"{where} has no parameter {name}{hint} Accepted: {', '.join(names)}")


def json_value(value: Any) -> Any:
    """The value in types that survive papermill: dates as ISO text, paths as text, numpy scalars as numbers.

    Raises:
        ValueError: a number that is not finite, or a type JSON has no word for.
    """
    match value:
        case np.generic():
            return json_value(value.item())
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case dt.date():
            return value.isoformat()
        case Path():
            return str(value)
        case Mapping():
            return {str(key): json_value(item) for key, item in value.items()}
        case list() | tuple():
            return [json_value(item) for item in value]
    raise ValueError(f"{value!r} cannot be written as JSON")


def _parsed(source: str) -> list[NotebookParameter]:
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    parameters = []
    for node in ast.parse(source).body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
                help_text = comments.get(node.end_lineno or node.lineno)
                if not help_text:
                    raise ValueError(f"{name} has no help")
                _type_of(annotation)
                default = ast.literal_eval(value)
                parameters.append(NotebookParameter(name, ast.unparse(annotation), default, help_text))
            case _:
                raise ValueError(f"line {node.lineno} is none")
    return parameters


def _type_of(node: ast.expr) -> Any:
    match node:
        case ast.Name(id=name) if name in SIMPLE_TYPES:
            return SIMPLE_TYPES[name]
        case ast.Constant(value=None):
            return NoneType
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _type_of(left) | _type_of(right)
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return list[_type_of(item)]  # type: ignore[misc]  # a type made at run time, for pydantic only
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[key, item])):
            return dict[_type_of(key), _type_of(item)]  # type: ignore[misc]  # as above
    raise ValueError(f"type {ast.unparse(node)}: use {', '.join(SIMPLE_TYPES)}, None, list[…], dict[…] or a union")


SUMMARY = "00_summary"
"""The notebook whose page is the first of every study, and which takes all of its cohorts together."""
DEFAULT_NOTEBOOKS = (
    SUMMARY,
    "01_extract_quality",
    "02_eligible_population",
    "03_criterion_barriers",
    "04_amendment_whatif",
    "05_accrual_forecast",
)
RELEASED_NOTEBOOKS = (SUMMARY, *DEFAULT_NOTEBOOKS[2:5])
"""Those of them that can be released: the others describe the data, or forecast from what counts hide."""
SUFFIX = ".ipynb"


@dataclass(frozen=True)
class Notebook:
    """A notebook with its parameters; by its metadata it may show single patients, or be for JupyterLab only."""

    path: Path
    parameters: Mapping[str, NotebookParameter]
    identifiable: bool = False
    interactive: bool = False

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def page(self) -> str:
        """What its pages are called, without ending."""
        return "index" if self.name == SUMMARY else self.name


def read_notebook(name: str, base: Path) -> Notebook:
    """A notebook of the project's ``notebooks/``, or one given by its path, which starts at ``base``.

    Raises:
        ReportError: there is none, or its parameters cell is not as it must be.
    """
    path = base / name if Path(name).suffix == SUFFIX else _shipped(name)
    parameters = declared_parameters(path)
    said = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("postgraft", {})
    return Notebook(path, parameters, bool(said.get("identifiable")), bool(said.get("interactive")))


def _shipped(name: str) -> Path:
    folder = project_root() / "notebooks"
    path = folder / f"{name}{SUFFIX}"
    if not path.is_file():
        there = sorted(p.stem for p in folder.glob(f"*{SUFFIX}"))
        raise ReportError(
            f"There is no notebook {name}{did_you_mean(name, there)}; there are: {', '.join(there)}. "
            f"One of your own is named with its ending {SUFFIX}."
        )
    return path
