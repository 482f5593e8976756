"""The release check: everything in a report is read, and whatever may not leave the house is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from postgraft.disclosure.rule import Rule
from postgraft.reports.provenance import FILE as PROVENANCE
from postgraft.reports.release_check import machine, rows
from postgraft.reports.release_check.cohort import House, houses_of, unknown_cohorts
from postgraft.reports.release_check.contents import Contents, read_contents
from postgraft.reports.release_check.counts import Counts
from postgraft.reports.release_check.leaks import Kind, Leak, once, report
from postgraft.reports.release_check.material import Material, Piece, leaves
from postgraft.reports.release_check.notebooks import notebook_material, parsed
from postgraft.reports.release_check.pages import page_material
from postgraft.reports.release_check.pdfs import pdf_material
from postgraft.reports.release_check.rendering import changed, otherwise_printed
from postgraft.reports.release_check.standing import origins, rule_of

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
    leaks = list(origins(contents, records))
    rules = {Rule(*found) for record in records.values() if (found := rule_of(record))}
    if len(rules) > 1:
        leaks.append(Leak(PROVENANCE, "record", Kind.level, "its notebooks were run under different rules"))
    # Under several rules the strictest of each holds.
    rule = Rule(max(r.threshold for r in rules), max(r.rounding for r in rules)) if rules else Rule()
    houses = houses_of(records, cohorts)
    leaks += unknown_cohorts(records, houses)
    counts = Counts(rule, [house.extract.name for house in houses.values()])
    for file in contents.files:
        material = _material(contents, file)
        leaks += material.leaks
        if file.endswith(".pdf"):
            page = contents.files.get(str(PurePosixPath(file).with_suffix(".html")))
            leaks += otherwise_printed([one for one in material.prose if one.mixed], file, page)
        leaks += _found(material, [*houses.values()], counts, settings=notebooks and file.endswith(".ipynb"))
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
            return page_material(data, file)
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
        yield from counts.in_prose(piece)


def _kind(found: str) -> Kind:
    return Kind.identifier if found.startswith("patient_id") else Kind.event


def _names(files: Sequence[str], houses: Sequence[House]) -> Iterator[Leak]:
    for file in files:
        for house in houses:
            for found in house.identifiers.in_text(file):
                yield Leak(file, "its name", _kind(found), found)
