"""One case of the fuzzing: an extract is made, spoilt and read; anything but success and ExtractError is a failure."""

from __future__ import annotations

import shutil
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final

from fuzz.bases import base
from fuzz.mutations import manifest_text, mutate_folder, mutate_tables, write_table

import postgraft as pg
from postgraft.protocol import load_amendments, load_plan, load_protocol
from postgraft.protocol.loading import read_yaml
from postgraft.reports.study_file import read_study
from postgraft.vocabulary.errors import ExtractError, ProtocolError

MEMORY: Final = Path("/dev/shm")
EVALUATED: Final = 0.1
"""The share of the extracts that read that are evaluated too."""
OTHER_FILES: Final = 0.05
"""The share of the cases that read another file of a person as well."""
PROTOCOL: Final = load_protocol()
CONTROL: Final = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), *"\u202a\u202b\u202d\u202e\u2066\u2067\u2068"} - {
    "\n"
}
_AMENDMENTS: Final = "- name: a\n  set: {days_since_transplant_min: 30, neutrophils_min: 0.5}\n  drop: [remission]\n"
_PLAN: Final = (
    "name: p\ntarget: 30\ndeadline: 2027-12-31\nparticipation: 0.5\nscreen_failure: {mean: 0.2, as_if_seen_in: 30}\n"
    "limited_activity: 0.5\nprevalent_pool_reached: 0.5\nsites: [{name: S, capture: 1.0, activity: full}]\n"
)
_STUDY: Final = (
    "title: t\ncohorts: {a: b}\namendments: menu\nnotebooks: [quality]\nparameters: {all: {seed: 1}}\n"
    "disclosure: {level: release, threshold: 10}\noutputs: [html]\n"
)
_PROTOCOL: Final = (
    "name: p\ntrial: {id: x, phase: '2'}\nstatements: [{id: I1, kind: inclusion, text: t}]\n"
    "criteria: [{name: adult, statements: [I1]}]\n"
    "parameters: {age: {type: integer, value: 18, statements: [I1], origin: registry, help: h, unit: a}}\n"
)
_OTHER_FILES: Final = (
    (load_amendments, _AMENDMENTS),
    (load_plan, _PLAN),
    (lambda path: read_study(read_yaml(path)), _STUDY),
    (load_protocol, _PROTOCOL),
)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where there is one."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def write_case(seed: int, number: int, folder: Path) -> Random:
    """Write the extract of a case; the same numbers give the same files."""
    random = Random(f"{seed}:{number}")
    manifest, tables = base(random)
    of_cells, of_manifest, of_bytes = random.random() < 0.85, random.random() < 0.15, random.random() < 0.25
    if of_cells:
        for _ in range(random.choice((1, 1, 1, 3))):
            if tables:
                mutate_tables(random, tables)
    for name, table in tables.items():
        write_table(random, folder, name, table, plain=not of_bytes)
    text = manifest_text(random, manifest, of_manifest)
    (folder / "extract.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    if random.random() < 0.08:
        mutate_folder(random, folder)
    return random


def run_case(seed: int, number: int, folder: Path) -> tuple[str, str]:
    """What came of a case, and the traceback or what else is wrong; ``folder`` is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        return _outcome(write_case(seed, number, folder), folder)
    except Exception:
        return "failed", traceback.format_exc(limit=-6)


def _outcome(random: Random, folder: Path) -> tuple[str, str]:
    if random.random() < OTHER_FILES and (fault := wrong_with(_read_other_file(random))):
        return "refused", fault
    try:
        extract = pg.read_extract(folder)
    except ExtractError as error:
        return "refused", wrong_with(str(error))
    extract.coverage(), extract.fingerprint
    said = wrong_with("\n".join(one.message for one in extract.warnings))
    if random.random() < EVALUATED:
        pg.evaluate(extract, PROTOCOL).summary()
        return "evaluated", said
    return "read", said


def _read_other_file(random: Random) -> str:
    """What is said of amendments, a plan, a study or a protocol whose text is spoilt."""
    load, text = random.choice(_OTHER_FILES)
    lines = dict(line.split(": ", 1) for line in text.splitlines())
    with scratch() as folder:
        path = folder / "file.yaml"
        path.write_bytes(manifest_text(random, lines, True).encode("utf-8", "surrogatepass"))
        try:
            load(path)
        except ProtocolError as error:
            return str(error)
    return ""


def wrong_with(message: str) -> str:
    """What no message may have: control characters, lines of another file, cells of any length."""
    if CONTROL.intersection(message):
        return f"control characters in a message: {message!r}"
    if "root:" in message or "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" in message:
        return f"a message prints what it must not: {message}"
    return ""
