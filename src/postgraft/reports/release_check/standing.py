"""Whether a report may be thought of leaving at all: made at level release, whole, and each page with its record."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from postgraft.reports.provenance import FILE as PROVENANCE
from postgraft.reports.release_check.contents import FAILED, INDEX, PAGES, Contents
from postgraft.reports.release_check.leaks import Kind, Leak
from postgraft.reports.release_check.notebooks import parsed

RELEASE: Final = "release"


def origins(contents: Contents, records: Mapping[str, Any]) -> Iterator[Leak]:
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
    elif rule_of(record) is None:
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


def rule_of(record: Mapping[str, Any]) -> tuple[int, int] | None:
    told = record.get("disclosure", {})
    found = told.get("threshold"), told.get("rounding")
    return found if all(type(value) is int and value >= 1 for value in found) else None
