"""A plan read from its file. Everything that can be checked without other files is checked here, in one pass."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from postgraft.extract.tables import TABLES, ExtractTable
from postgraft.sources.codes import IGNORE
from postgraft.sources.errors import SourceError
from postgraft.sources.tables.dates import FORMATS, day_format
from postgraft.sources.tables.plan import Entry, Plan
from postgraft.sources.tables.words import COLUMNS, MAIN, NAMED, fits, number_needs_unit, units, word_fault
from postgraft.vocabulary.errors import Finding
from postgraft.vocabulary.shown import kind, names, quoted, shown_value
from postgraft.vocabulary.words import did_you_mean
from postgraft.vocabulary.yaml_text import YamlError, as_written, read_yaml_file

WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")
SUFFIXES: Final = (*WORKBOOKS, ".csv")
CONSTANT: Final = "="
_KEYS: Final = (
    "from", "sheet", "columns", "values", "where", "melt", "dates", "pad", "missing", "delimiter", "decimal",
    "encoding",
)  # fmt: skip
_OF_CSV: Final = ("delimiter", "encoding")
_DELIMITERS: Final = {"tab": "\t", "\t": "\t", ",": ",", ";": ";", "|": "|"}
_UNITS: Final = {"value": "unit", "dose": "dose_unit"}
"""Numbers that mean nothing without a unit, and the column of it."""


def read_plan(path: str | Path) -> tuple[Plan, list[Finding]]:
    """The plan in a YAML file, and everything in it that cannot be used. No other file is looked for.

    Raises:
        SourceError: the file cannot be read as YAML.
    """
    file = Path(path)
    try:
        given = read_yaml_file(file, as_written)
    except YamlError as error:
        line = f"line {error.line}: " if error.line else ""
        fault = Finding("error", "plan", file.name, "", f"{line}{error.problem}")
        raise SourceError(str(path), [fault]) from None
    reader = _Reader(file)
    return reader.plan(given), reader.findings


class _Reader:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def error(self, place: str, found: str, accepted: str = "") -> None:
        self.findings.append(Finding("error", "plan", self.file.name, place, found, accepted))

    def plan(self, given: Any) -> Plan:
        if not isinstance(given, dict) or "tables" not in given:
            self.error("", f"found {kind(given)} without tables", "tables, each with from and columns, and options")
            return Plan(self.file, {}, ())
        missing = frozenset(self.listed("missing", given.get("missing", [])))
        options = {key: value for key, value in given.items() if key not in ("tables", "redcap", "missing")}
        return Plan(self.file, options, tuple(self.entries(given["tables"], missing)), self.dictionary(given))

    def dictionary(self, given: Mapping[str, Any]) -> Path | None:
        if "redcap" not in given:
            return None
        redcap = given["redcap"]
        if not isinstance(redcap, dict) or not isinstance(redcap.get("dictionary"), str) or len(redcap) > 1:
            self.error("redcap", f"found {kind(redcap)}", "{dictionary: FILE.csv}")
            return None
        return self.file.parent / str(redcap["dictionary"])

    def entries(self, given: Any, missing: frozenset[str]) -> Iterator[Entry]:
        if not isinstance(given, dict):
            self.error("tables", f"found {kind(given)}", f"a mapping of {', '.join(TABLES)}")
            return
        for table, one in given.items():
            if table not in TABLES:
                self.error(f"tables.{names([table])}", f"unknown table{did_you_mean(table, TABLES)}", ", ".join(TABLES))
                continue
            several = one if isinstance(one, list) else [one]
            for number, entry in enumerate(several, 1):
                place = f"tables.{table}" + (f".{number}" if len(several) > 1 else "")
                made = self.entry(TABLES[table], place, entry, missing)
                if made:
                    yield made
        for table in TABLES.values():
            if table.required and not given.get(table.name):
                self.error(f"tables.{table.name}", "is missing", "where its rows come from")

    def entry(self, table: ExtractTable, place: str, given: Any, missing: frozenset[str]) -> Entry | None:
        if not isinstance(given, dict):
            self.error(place, f"found {kind(given)}", f"a mapping with {', '.join(_KEYS)}")
            return None
        for key in given:
            if key not in _KEYS:
                self.error(f"{place}.{names([key])}", f"unknown key{did_you_mean(key, _KEYS)}", ", ".join(_KEYS))
        columns, constants = self.columns(table, f"{place}.columns", given.get("columns"))
        melt = self.melt(table, f"{place}.melt", given.get("melt", {}))
        entry = Entry(
            table=table.name,
            place=place,
            path=self.file.parent / self.text(f"{place}.from", given.get("from")),
            sheet=self.text(f"{place}.sheet", given.get("sheet"), needed=False),
            columns=columns,
            constants=constants,
            values=self.values(table, f"{place}.values", given.get("values", {}), columns),
            where=self.where(f"{place}.where", given.get("where", {})),
            melt=melt,
            dates=self.dates(f"{place}.dates", given.get("dates", "")),
            pad=self.pad(f"{place}.pad", given.get("pad", {}), columns),
            missing=missing | frozenset(self.listed(f"{place}.missing", given.get("missing", []))),
            delimiter=self.one_of(f"{place}.delimiter", given.get("delimiter", ","), _DELIMITERS),
            decimal=self.one_of(f"{place}.decimal", given.get("decimal", "."), {".": ".", ",": ","}),
            encoding=self.encoding(f"{place}.encoding", given.get("encoding", "")),
        )
        self.check_file(entry, given)
        self.check_needed(table, entry)
        return entry

    def check_file(self, entry: Entry, given: Mapping[str, Any]) -> None:
        suffix = entry.path.suffix.lower()
        if given.get("from") and suffix not in SUFFIXES:
            self.error(f"{entry.place}.from", "a file of another kind", ", ".join(SUFFIXES))
        for key in _OF_CSV:
            if key in given and suffix in WORKBOOKS:
                self.error(f"{entry.place}.{key}", "is of CSV files only", f"no {key} for a workbook")
        if "sheet" in given and suffix not in WORKBOOKS:
            self.error(f"{entry.place}.sheet", "is of workbooks only", "no sheet for a CSV file")

    def check_needed(self, table: ExtractTable, entry: Entry) -> None:
        """Notes columns that the table must have and that nothing fills."""
        main = [] if entry.flags else [MAIN.get(table.name, "")]
        melted = [{*constants, *main} for constants in entry.melt.values()]
        everywhere = set.intersection(*melted) if melted else set()
        filled = {*entry.columns, *entry.constants, *everywhere}
        for column in table.columns:
            if column.presence == "required" and column.name not in filled:
                accepted = f"{column.name}: the name of its column, or =word"
                self.error(f"{entry.place}.columns", f"{column.name} is missing", accepted)
        if table.one_of and not filled & set(table.one_of):
            self.error(f"{entry.place}.columns", "the birth is missing", f"one of {', '.join(table.one_of)}")
        for number, unit in _UNITS.items():
            if number not in filled & COLUMNS[table.name].keys():
                continue
            for place, constants in self.rows_of(entry):
                known = {**entry.constants, **constants}
                name = NAMED[table.name]
                words = [known[name]] if name in known else [*entry.values.get(name, {}).values()]
                if unit not in {*entry.columns, *known} and number_needs_unit(table.name, words):
                    found = f"{number} without {unit}: a number without its unit is not read"
                    self.error(place, found, f"{unit}: the name of its column, or =unit")
                elif unit in known and name in known:
                    self.check_unit(place, table.name, known[name], known[unit])

    def rows_of(self, entry: Entry) -> list[tuple[str, Mapping[str, str]]]:
        """Where the plan says what kinds of rows an entry gives, and the constants of each."""
        if not entry.melt:
            return [(f"{entry.place}.columns", {})]
        return [(f"{entry.place}.melt.{names([source])}", constants) for source, constants in entry.melt.items()]

    def check_unit(self, place: str, table: str, name: str, unit: str) -> None:
        accepted = units(name) if table == "measurements" else ()
        if accepted and not fits(name, unit):
            self.error(f"{place}.unit", f"unit {quoted(unit)} does not fit {name}", ", ".join(accepted))

    def columns(self, table: ExtractTable, place: str, given: Any) -> tuple[dict[str, str], dict[str, str]]:
        columns: dict[str, str] = {}
        constants: dict[str, str] = {}
        for name, source in self.pairs(place, given, f"a mapping of {', '.join(COLUMNS[table.name])}"):
            if name not in COLUMNS[table.name]:
                self.unknown_column(place, name, table.name)
            elif not isinstance(source, str) or not source.strip():
                self.error(f"{place}.{name}", f"found {kind(source or None)}", "the name of a column, or =word")
            elif source.startswith(CONSTANT):
                constants[name] = self.word(f"{place}.{name}", table.name, name, source[1:].strip())
            else:
                columns[name] = source.strip()
        return columns, constants

    def word(self, place: str, table: str, column: str, word: str) -> str:
        fault = word_fault(table, column, word)
        if fault:
            self.error(place, *fault)
        return word

    def unknown_column(self, place: str, name: str, table: str) -> None:
        known = COLUMNS[table]
        self.error(f"{place}.{names([name])}", f"unknown column{did_you_mean(name, known)}", ", ".join(known))

    def values(
        self, table: ExtractTable, place: str, given: Any, columns: Mapping[str, str]
    ) -> dict[str, dict[str, str]]:
        values: dict[str, dict[str, str]] = {}
        for name, meant in self.pairs(place, given, "a mapping of columns of the extract"):
            if name not in columns:
                found = f"no column of the source is {names([name])}{did_you_mean(name, columns)}"
                self.error(place, found, ", ".join(columns))
                continue
            values[name] = {}
            for cell, word in self.pairs(f"{place}.{name}", meant, "a mapping of cells to words"):
                if not isinstance(word, str):
                    self.error(f"{place}.{name}", f"found {kind(word)}", "a word for each cell")
                elif word == IGNORE and name == NAMED.get(table.name):
                    values[name][cell.strip()] = word
                else:
                    values[name][cell.strip()] = self.word(f"{place}.{name}", table.name, name, word) if word else ""
        return values

    def where(self, place: str, given: Any) -> dict[str, tuple[str, ...]]:
        where = {}
        for column, cells in self.pairs(place, given, "a mapping of columns of the source to the cells wanted"):
            where[column.strip()] = tuple(self.listed(f"{place}.{names([column])}", cells, single=True))
        return where

    def melt(self, table: ExtractTable, place: str, given: Any) -> dict[str, dict[str, str]]:
        melt: dict[str, dict[str, str]] = {}
        if given and table.name not in MAIN:
            self.error(place, f"columns of {table.name} are not melted", f"melt in {', '.join(MAIN)}")
            return melt
        for source, constants in self.pairs(place, given, "a mapping of columns of the source"):
            melt[source.strip()] = {}
            at = f"{place}.{names([source])}"
            for name, word in self.pairs(at, constants, f"a mapping of {', '.join(COLUMNS[table.name])} to words"):
                if name not in COLUMNS[table.name]:
                    self.unknown_column(at, name, table.name)
                elif not isinstance(word, str) or not word.strip():
                    self.error(f"{at}.{name}", f"found {kind(word or None)}", "a word")
                else:
                    plain = word.strip().removeprefix(CONSTANT)
                    melt[source.strip()][name] = self.word(f"{at}.{name}", table.name, name, plain)
        return melt

    def dates(self, place: str, given: Any) -> str:
        text = self.text(place, given, needed=False)
        if text and not day_format(text):
            self.error(place, f"unknown format {quoted(text)}", FORMATS)
            return ""
        return text

    def pad(self, place: str, given: Any, columns: Mapping[str, str]) -> dict[str, int]:
        pad = {}
        for name, width in self.pairs(place, given, "a mapping of columns of the extract to numbers of digits"):
            if name not in columns:
                found = f"no column of the source is {names([name])}{did_you_mean(name, columns)}"
                self.error(place, found, ", ".join(columns))
            elif not isinstance(width, str) or not re.fullmatch(r"[1-9]\d?", width):
                self.error(f"{place}.{name}", f"found {kind(width)}", "a whole number of digits, 1 to 99")
            else:
                pad[name] = int(width)
        return pad

    def encoding(self, place: str, given: Any) -> str:
        text = self.text(place, given, needed=False) or "utf-8"
        try:
            name = codecs.lookup(text).name
        except LookupError:
            self.error(place, f"unknown encoding {quoted(text)}", "utf-8, cp1252, latin-1, utf-16 and such")
            return "utf-8-sig"
        return "utf-8-sig" if name == "utf-8" else name

    def one_of(self, place: str, given: Any, known: Mapping[str, str]) -> str:
        if isinstance(given, str) and given in known:
            return known[given]
        self.error(place, f"found {shown_value(given)}", " ".join(name for name in known if name != "\t"))
        return next(iter(known.values()))

    def text(self, place: str, given: Any, needed: bool = True) -> str:
        if given is None and not needed:
            return ""
        if isinstance(given, str) and (given.strip() or not needed):
            return given.strip()
        self.error(place, f"found {kind(given or None)}", "a text")
        return ""

    def listed(self, place: str, given: Any, single: bool = False) -> list[str]:
        several = [given] if single and isinstance(given, str) else given
        if isinstance(several, list) and all(isinstance(one, str) for one in several):
            return [one.strip() for one in several]
        self.error(place, f"found {kind(given)}", "a list of cells, such as [-99]")
        return []

    def pairs(self, place: str, given: Any, accepted: str) -> Iterator[tuple[str, Any]]:
        if isinstance(given, dict):
            yield from given.items()
        else:
            self.error(place, f"found {kind(given)}", accepted)
