"""An executed notebook: every text in it with its place, what is shown, and whether the run is whole."""

import base64
import binascii
import json
import re
from typing import Any, Final

import nbformat

from postgraft.exhibits.key_numbers import MIME
from postgraft.reports.errors import ReportError
from postgraft.reports.release_check.grids import text_grids
from postgraft.reports.release_check.images import image_material
from postgraft.reports.release_check.leaks import Kind
from postgraft.reports.release_check.material import Material, Named, Piece, leaves, without_repeats
from postgraft.reports.release_check.pages import html_material

TRACEBACK: Final = "Traceback (most recent call last)"
NOT_FOR_RELEASE: Final = {
    "identifiable": "it is marked as showing single patients",
    "interactive": "it is marked as made for JupyterLab only",
}
"""Marks of a notebook's metadata under ``postgraft``."""
FORMAT: Final = 4
_IMAGES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff")
_SETTINGS: Final = ("injected-parameters", "parameters")


def parsed(data: bytes, file: str) -> Any:
    """JSON of a file. Raises ReportError where it is none, or has a name twice in one object."""
    try:
        return json.loads(data, object_pairs_hook=without_repeats)
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{file}: cannot be read as JSON: {error}") from error


def notebook_material(data: bytes, file: str) -> Material:
    """What an executed notebook holds. Raises ReportError where it is no notebook."""
    raw = parsed(data, file)
    try:
        notebook = nbformat.reads(data.decode("utf-8"), as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
    except (nbformat.ValidationError, nbformat.reader.NotJSONError, AttributeError, KeyError) as error:
        raise ReportError(f"{file}: not a Jupyter notebook") from error
    if notebook.nbformat != FORMAT:
        raise ReportError(f"{file}: a notebook of format {notebook.nbformat}; accepted is {FORMAT}")
    found = Material()
    _everything(raw, found, file)
    _state(notebook, found, file)
    for number, cell in enumerate(notebook.cells, 1):
        place = f"cell {number}"
        for name, bundle in cell.get("attachments", {}).items():
            _shown(bundle, {}, found, file, f"{place}, attachment {name}")
        if cell.cell_type == "code":
            for position, output in enumerate(cell.outputs, 1):
                _output(output, found, file, f"{place}, output {position}")
        else:
            _plain_text(re.sub(r"[*`]", "", cell.source), found, file, place, drawn=False)
    return found


def _everything(raw: Any, found: Material, file: str) -> None:
    """Every text and key, apart from pictures, which are opened."""
    for path, value in leaves(raw):
        if any(kind in path[:-1] for kind in _IMAGES) and "metadata" not in path and path[-1] not in _IMAGES:
            continue
        if path[-1] in _IMAGES and f"{value}" != path[-1] and "metadata" not in path:
            continue
        setting = path[:2] == ("metadata", "papermill") or (
            path[2:3] == ("source",) and _is_setting(raw["cells"][int(path[1]) - 1])
        )
        (found.settings if setting else found.texts).append(Piece(file, _place(path), f"{value}"))


def _is_setting(cell: Any) -> bool:
    return not {*cell.get("metadata", {}).get("tags", ())}.isdisjoint(_SETTINGS)


def _place(path: tuple[str, ...]) -> str:
    """Keys and positions as words: ``cells, 3, outputs, 1, data, text/plain`` is "cell 3, output 1, text/plain"."""
    words: list[str] = []
    rest = list(path)
    while rest:
        name = rest.pop(0)
        if name in ("cells", "outputs") and rest:
            words.append(f"{name[:-1]} {rest.pop(0)}")
        elif name != "data":
            words.append(name)
    return ", ".join(words)


def _state(notebook: Any, found: Material, file: str) -> None:
    marks = notebook.metadata.get("postgraft", {})
    for mark, words in NOT_FOR_RELEASE.items():
        if marks.get(mark):
            found.leak(file, "notebook metadata", Kind.level, words)
    run = notebook.metadata.get("papermill")
    if not run:
        found.leak(file, "notebook metadata", Kind.run, "it was not run by postgraft report")
    elif run.get("exception"):
        found.leak(file, "notebook metadata", Kind.run, "its run failed")
    if run and run.get("environment_variables"):
        found.leak(file, "notebook metadata", Kind.machine, "environment variables")
    for number, cell in enumerate(notebook.cells, 1):
        status = cell.metadata.get("papermill", {})
        failed = status.get("exception") or status.get("status") == "failed"
        unrun = cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None
        if failed or unrun:
            found.leak(file, f"cell {number}", Kind.run, "it failed" if failed else "it was not run")


def _output(output: Any, found: Material, file: str, place: str) -> None:
    if output.output_type == "error":
        found.leak(file, place, Kind.run, f"an error, {output.ename}")
    elif output.output_type == "stream":
        if TRACEBACK in output.text:
            found.leak(file, f"{place}, {output.name}", Kind.run, "a traceback")
        _plain_text(output.text, found, file, f"{place}, {output.name}")
    else:
        _shown(output.data, output.metadata, found, file, place)


def _shown(bundle: Any, metadata: Any, found: Material, file: str, place: str) -> None:
    for kind, value in bundle.items():
        where = f"{place}, {kind}"
        if kind == "image/svg+xml" or kind in ("text/html", "application/xhtml+xml"):
            found.add(html_material(value, file, where))
        elif kind.startswith("image/"):
            try:
                found.add(image_material(base64.b64decode(value), file, where))
            except (binascii.Error, TypeError, ValueError):
                found.leak(file, where, Kind.unread, "an image that is no base64")
        elif kind == MIME or kind.endswith("json"):
            found.numbers += _named(value, file, where)
        else:
            _plain_text(value, found, file, where)
    for kind, about in metadata.items():
        if isinstance(about, dict) and isinstance(about.get("alt"), str):
            found.prose.append(Piece(file, f"{place}, alt text of {kind}", about["alt"], alt=True))


def _plain_text(text: str, found: Material, file: str, place: str, drawn: bool = True) -> None:
    if "<" in text:
        found.add(html_material(text, file, place))
    else:
        found.prose.append(Piece(file, place, text, alt=drawn))
    found.grids += text_grids(text, file, place)


def _named(value: Any, file: str, place: str) -> list[Named]:
    """Numbers and texts by the nearest name above them."""
    named = []
    for path, leaf in leaves(value):
        names = [name for name in path if not name.isdecimal()]
        if not path or f"{leaf}" != path[-1]:
            named.append(Named(file, place, names[-1] if names else "", leaf))
    return named
