"""The release check: everything in a report is read, and whatever may not leave the house is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from postgraft.disclosure.rule import Rule
from postgraft.reports.errors import ReportError
from postgraft.reports.project import project_path
from postgraft.reports.provenance import FILE as PROVENANCE
from postgraft.reports.release_check import machine, rows
from postgraft.reports.release_check.cohort import House
from postgraft.reports.release_check.contents import FAILED, INDEX, PAGES, Contents, read_contents
from postgraft.reports.release_check.counts import Counts
from postgraft.reports.release_check.leaks import Kind, Leak, once, report
from postgraft.reports.release_check.material import Material, Piece, leaves
from postgraft.reports.release_check.notebooks import notebook_material, parsed
from postgraft.reports.release_check.pages import html_material
from postgraft.reports.release_check.pdfs import pdf_material
from postgraft.reports.release_check.rendering import changed

TOLD: Final = (
    "notebook",
    "notebook_sha256",
    "cohort",
    "protocol",
    "amendments",
    "plan",
    "seed",
    "started",
    "ended",
    "git_revision",
    "python",
    "packages",
    "disclosure",
    "identifiable",
)
"""What a record tells outside: parameters may name folders of this machine and stay."""
VERSION: Final = 1
"""Of what is checked; told with every release."""
RELEASE: Final = "release"


@dataclass(frozen=True)
class Checked:
    """What the check of a report came to: it may leave if there are no leaks."""

    contents: Contents
    rule: Rule
    leaks: tuple[Leak, ...]

    @property
    def passed(self) -> bool:
        return not self.leaks

    def __str__(self) -> str:
        """All that was found, by file; or what was checked."""
        where = self.contents.folder
        if self.leaks:
            files = len({leak.file for leak in self.leaks})
            head = f"{where}: may not leave the house, {len(self.leaks)} findings in {files} files"
            return f"{head}\n{report(self.leaks)}"
        return (
            f"{where}: {len(self.contents.files)} files read, nothing found that may not leave: {self.rule}."
        )


def check_release(path: Path, cohorts: Sequence[Path] = (), notebooks: bool = False) -> Checked:
    """Read a report, or a page or notebook of one, and find what may not leave the house.

    ``cohorts`` are folders of the extracts that the report is about, where they are no longer where its record
    says. ``notebooks``: the executed notebooks leave as well, so that their parameters are checked too.

    Raises:
        ReportError: no report there, or a file of it that is broken.
        ExtractError: a cohort that cannot be read.
    """
    contents = read_contents(path)
    records = contents.records()
    leaks = list(_origins(contents, records))
    rules = {Rule(*found) for record in records.values() if (found := _rule(record))}
    if len(rules) > 1:
        leaks.append(Leak(PROVENANCE, "record", Kind.level, "its notebooks were run under different rules"))
    # Under several rules the strictest of each holds.
    rule = Rule(max(r.threshold for r in rules), max(r.rounding for r in rules)) if rules else Rule()
    houses = _houses(records, cohorts)
    leaks += _cohorts(records, houses)
    for file in contents.files:
        material = _material(contents, file)
        leaks += material.leaks
        leaks += _found(
            material, [*houses.values()], Counts(rule), settings=notebooks and file.endswith(".ipynb")
        )
    leaks += _names([*contents.files, *contents.others], [*houses.values()])
    for file in contents.named(".html"):
        own = str(PurePosixPath(file).with_suffix(".ipynb"))
        if own in contents.files and own in records:
            different = changed(contents.files[file], file, contents.files[own], records[own])
            leaks += [different] if different else []
    return Checked(contents, rule, tuple(once(leaks)))


def _material(contents: Contents, file: str) -> Material:
    data = contents.files[file]
    match PurePosixPath(file).suffix:
        case ".ipynb":
            return notebook_material(data, file)
        case ".html":
            return html_material(data.decode("utf-8", "replace"), file)
        case ".pdf":
            return pdf_material(data, file)
    found = Material()
    leaving = PurePosixPath(file).name == PROVENANCE
    for path, value in leaves(parsed(data, file)):
        piece = Piece(file, ", ".join(("record", *path)), f"{value}")
        (found.texts if leaving and {*path[1:2]} & {*TOLD} else found.settings).append(piece)
    return found


def _found(material: Material, houses: Sequence[House], counts: Counts, settings: bool) -> Iterator[Leak]:
    """What the texts, tables and numbers of one file give away."""
    names = [house.extract.name for house in houses]
    for piece in (*material.texts, *material.settings, *material.prose):
        for house in houses:
            for found in house.identifiers.in_text(piece.text):
                yield Leak(piece.file, piece.place, _kind(found), found)
    for piece in (*material.texts, *(material.settings if settings else ())):
        yield from machine.traces(piece)
    for grid in material.grids:
        yield from rows.in_grid(grid, houses)
        yield from counts.in_grid(grid)
        for header, cells in grid.columns():
            for house in houses:
                for found in house.identifiers.under(header, cells):
                    yield Leak(grid.file, f"{grid.place}, column “{header}”", _kind(found), found)
    yield from rows.in_named(material.numbers, houses)
    for named in material.numbers:
        yield from counts.in_named(named)
        for house in houses:
            for found in house.identifiers.under(named.name, [f"{named.value}"]):
                yield Leak(named.file, f"{named.place}, name {named.name}", _kind(found), found)
    for piece in material.prose:
        yield from rows.in_text(piece, houses)
        yield from counts.in_prose(_without(piece, names))


def _without(piece: Piece, names: Sequence[str]) -> Piece:
    """The piece without the names of cohorts: who names one decides what numbers the name has."""
    text = piece.text
    for name in names:
        text = text.replace(name, "")
    return Piece(piece.file, piece.place, text, piece.alt)


def _kind(found: str) -> Kind:
    return Kind.identifier if found.startswith("patient_id") else Kind.event


def _names(files: Sequence[str], houses: Sequence[House]) -> Iterator[Leak]:
    for file in files:
        for house in houses:
            for found in house.identifiers.in_text(file):
                yield Leak(file, "its name", _kind(found), found)


def _origins(contents: Contents, records: Mapping[str, Any]) -> Iterator[Leak]:
    """Whether every page belongs to a notebook, and every notebook to a record, made for release."""
    for file in (*contents.files, *contents.others):
        if file.endswith(FAILED):
            yield Leak(file, "its name", Kind.run, "a run that failed")
    for file in contents.named(".ipynb"):
        if file.endswith(FAILED):
            continue
        if file not in records:
            yield Leak(file, "notebook", Kind.origin, f"{PROVENANCE} has no record of it")
        else:
            yield from _level(file, contents.files[file], records[file])
    for file in contents.files:
        own = str(PurePosixPath(file).with_suffix(".ipynb"))
        is_index = PurePosixPath(file).stem == PurePosixPath(INDEX).stem
        if file.endswith(PAGES) and not is_index and own not in contents.files:
            yield Leak(
                file,
                "page",
                Kind.origin,
                f"there is no executed notebook {PurePosixPath(own).name} beside it",
            )


def _level(file: str, data: bytes, record: Mapping[str, Any]) -> Iterator[Leak]:
    """Whether record and notebook say the level release, and the same of it."""
    told = record.get("disclosure", {})
    if told.get("level") != RELEASE:
        yield Leak(file, "record", Kind.level, f"level {told.get('level', 'not told')} instead of {RELEASE}")
    elif _rule(record) is None:
        yield Leak(file, "record", Kind.level, "its threshold and rounding are not told")
    if record.get("identifiable"):
        yield Leak(file, "record", Kind.level, "it shows single patients")
    if record.get("notebook") != PurePosixPath(file).name:
        yield Leak(file, "record", Kind.origin, "its record is that of another notebook")
    run = parsed(data, file).get("metadata", {}).get("papermill", {}).get("parameters", {})
    given = run.get("disclosure", {})
    if told.get("level") == RELEASE and any(
        given.get(name, told.get(name)) != told.get(name) for name in ("threshold", "rounding")
    ):
        yield Leak(file, "parameters", Kind.level, "threshold or rounding differ from those of the record")
    if given.get("level") != RELEASE:
        yield Leak(file, "parameters", Kind.level, f"run at level {given.get('level', 'not told')}")


def _rule(record: Mapping[str, Any]) -> tuple[int, int] | None:
    told = record.get("disclosure", {})
    found = told.get("threshold"), told.get("rounding")
    return found if all(type(value) is int and value >= 1 for value in found) else None


def _houses(records: Mapping[str, Mapping[str, Any]], cohorts: Sequence[Path]) -> dict[str, House]:
    """The cohorts by fingerprint: those given, and those that the records name and that are where they say."""
    folders = {folder.resolve(): folder for folder in cohorts}
    found = {house.extract.fingerprint: house for house in map(House.read, folders.values())}
    for record in records.values():
        named = record.get("parameters", {}).get("cohort")
        if record.get("cohort", {}).get("fingerprint") in found or not named:
            continue
        folder = project_path(named)
        if folder.is_dir() and folder.resolve() not in folders:
            folders[folder.resolve()] = folder
            house = House.read(folder)
            found[house.extract.fingerprint] = house
    if records and not found:
        raise ReportError(
            "The cohort of this report was not found where its record says; name its folder with --cohort"
        )
    return found


def _cohorts(records: Mapping[str, Mapping[str, Any]], houses: Mapping[str, House]) -> Iterator[Leak]:
    """Reports whose patients are not known, so that nothing can be said of them."""
    for file, record in records.items():
        if record.get("cohort", {}).get("fingerprint") not in houses:
            yield Leak(
                file, "record", Kind.origin,
                "the fingerprint of its cohort is that of no extract found; name the folder with --cohort",
            )  # fmt: skip
