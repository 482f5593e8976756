"""What is done to an extract before it is read: to cells, rows, columns, the manifest and the bytes of its files."""

from __future__ import annotations

import gzip
from pathlib import Path
from random import Random
from typing import Final

import pyarrow as pa
import pyarrow.parquet
from fuzz.bases import Table

HOSTILE: Final = (
    "", " ", "\t", "NA", ".", "-99", "nan", "NaN", "inf", "-inf", "1e999", "-1e308", "1e15", "0", "-0", "-1",
    "1.5",
    "1,5", "1_000", "060", "0x10", "1:30", "9" * 400, "9" * 5000, "0." + "3" * 300, "١٢", "½", "<5", ">=",
    "<<5", "≤5", "+",
    "0000-01-01", "0001-01-01", "1899-12-31", "2020-02-30", "2020-13-01", "9999-12-31", "10000-01-01",
    "-2020-01-01",
    "2020-01-01T00:00:00Z", "2020-01-01 25:61", "01/02/2020", "20200101", "2100-01-01", "45000", "-45000",
    "45001",
    "10000001", "=1+1", "+1+1", "-1+1", "@SUM(A1)", "'=1", "<script>alert(1)</script>", "[red]x[/]", "[/]",
    "{}", "%s",
    "\x1b[31mred\x1b[0m", "\u202egnp.exe", "\ufeff", "\u2028", "a\nb", "a\r\nb", '"', '""', "'", "a,b", "\\",
    "\\N",
    "x" * 5000, "(" * 900, "({[" * 300, "a " * 400, "e" + "\u0301" * 200, "\U0001f9ec", "\u00a0",
    "10^" + "9" * 900,
    "10*" + "9" * 4500, "{" * 900, "mg/kg/day", "g/dL", "%", "x10^9/L", "10E9/l", "allogeneic", "female",
    "unknown", "PASS",
    "platelets", "prednisone", "acute_gvhd", "remission", "P1", "P2", "P9", "true", "None", "null", "1970",
    "2049",
)  # fmt: skip
ENCODINGS: Final = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-8-sig", "utf-7", "shift_jis", "cp037")
YAML: Final = (
    "", "[", "{", "]", "- a", "&a [*a]", "*a", "!!python/object/apply:os.system [id]", "!!binary x", "060",
    "1:30", "0x1F",
    "1_000", "2026-02-30", "2026-02-28", "9999-99-99", "~", "null", "yes", "no", "true", "[a, b]", "{a: b}",
    "{a: {b: {c: d}}}",
    "[[[[[]]]]]", "'x", '"\\x1b[31m"', '"\\uD800"', "|\n  a\n  b", "? a", "<<: {a: b}", "%TAG", "---",
    "9" * 400, "x" * 300,
    ".nan", ".inf", "-.inf", "@", "`", "#", "\t", "\x07", "days", "dates", "2", "[-1]", "-1", "1e999", "1.5",
    "[]", "{}",
    "[" * 60 + "]" * 60, "{transfusions: perhaps}", "{conditions: [[a]]}", "{x: true}", "[nan]",
    "[inf, 1e999]", "[null, {}]",
)  # fmt: skip


def mutate_tables(random: Random, tables: dict[str, Table]) -> None:
    """One change of cells, rows or columns."""
    name = random.choice(list(tables))
    table = tables[name]
    random.choice(_CHANGES)(random, table)
    if random.random() < 0.02:
        tables[random.choice(list(tables))] = [list(row) for row in table]
    if random.random() < 0.02:
        del tables[name]


def _cell(random: Random, table: Table) -> None:
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        row = random.choice(table[1:] or table)
        if row:
            row[random.randrange(len(row))] = random.choice(HOSTILE)


def _cell_of_another_row(random: Random, table: Table) -> None:
    """A cell that its column may have."""
    for _ in range(random.choice((1, 3, 10))):
        row, other = random.choice(table[1:] or table), random.choice(table[1:] or table)
        if row and other:
            i = random.randrange(min(len(row), len(other)))
            row[i] = random.choice((other[i], other[i], "", f" {other[i]} ", other[i].upper()))


def _cell_characters(random: Random, table: Table) -> None:
    row = random.choice(table)
    if row:
        i = random.randrange(len(row))
        text = row[i]
        at = random.randint(0, len(text))
        row[i] = text[:at] + random.choice((*HOSTILE, "\0", "\x7f", "\x85")) + text[at + random.randint(0, 2) :]


def _column_cells(random: Random, table: Table) -> None:
    if table[0]:
        i, cell = random.randrange(len(table[0])), random.choice(HOSTILE)
        for row in table[1:]:
            row[i : i + 1] = [cell]


def _drop_column(random: Random, table: Table) -> None:
    if table[0]:
        i = random.randrange(len(table[0]))
        for row in table:
            del row[i : i + 1]


def _rename_column(random: Random, table: Table) -> None:
    if table[0]:
        i = random.randrange(len(table[0]))
        name = table[0][i]
        near = (name.upper(), name + "s", name.replace("_", " "), f" {name} ", f"{name} (mg)", name[:-1])
        table[0][i] = random.choice((*near, *table[0], *HOSTILE))


def _repeat_column(random: Random, table: Table) -> None:
    if table[0]:
        i = random.randrange(len(table[0]))
        for row in table:
            row.extend(row[i : i + 1])


def _add_column(random: Random, table: Table) -> None:
    for i, row in enumerate(table):
        row.append(random.choice(HOSTILE) if i else random.choice(("note", "value", "Unnamed: 3", *HOSTILE)))


def _swap_columns(random: Random, table: Table) -> None:
    if len(table[0]) > 1:
        i, j = random.sample(range(len(table[0])), 2)
        for row in table[random.randint(0, 1) :]:
            if max(i, j) < len(row):
                row[i], row[j] = row[j], row[i]


def _drop_rows(random: Random, table: Table) -> None:
    kept = random.randint(0, len(table))
    del table[kept:]
    if not table:
        table.append([])


def _repeat_row(random: Random, table: Table) -> None:
    table.extend([list(random.choice(table)) for _ in range(random.choice((1, 2, 30)))])


def _ragged(random: Random, table: Table) -> None:
    row = random.choice(table)
    row.append(random.choice(HOSTILE)) if random.random() < 0.5 or not row else row.pop()


def _blank_rows(random: Random, table: Table) -> None:
    width = len(table[0])
    for _ in range(random.choice((1, 3, 50))):
        table.insert(random.randint(0, len(table)), random.choice(([], [""] * width, [" "] * width)))


def _drop_header(random: Random, table: Table) -> None:
    if len(table) > 1:
        del table[0]


def _shuffle(random: Random, table: Table) -> None:
    rows = table[1:]
    random.shuffle(rows)
    table[1:] = rows


_CHANGES: Final = (
    _cell, _cell, _cell_of_another_row, _cell_of_another_row, _cell_of_another_row, _cell_characters, _column_cells,
    _drop_column, _rename_column, _repeat_column, _add_column, _swap_columns, _drop_rows, _repeat_row, _ragged,
    _blank_rows, _drop_header, _shuffle, _shuffle,
)  # fmt: skip
"""Those that leave an extract mostly sound are there more than once, so that some are read."""


def manifest_text(random: Random, manifest: dict[str, str], changed: bool) -> str:
    """The YAML of a manifest, with a change of keys, values or characters if ``changed``."""
    lines = dict(manifest)
    if changed:
        for _ in range(random.randint(1, 2)):
            key = random.choice(list(lines) or ["format"])
            what = random.randrange(4)
            if what == 0:
                lines[key] = random.choice(YAML)
            elif what == 1:
                lines[random.choice((f"{key}s", "plausible", "partitions", *YAML))] = lines.pop(key, "")
            elif what == 2:
                lines.pop(key, None)
            else:
                lines["plausible"] = random.choice(YAML)
    text = "".join(f"{key}: {value}\n" for key, value in lines.items())
    if changed and random.random() < 0.4:
        text = _spoilt_text(random, text)
    return text


def _spoilt_text(random: Random, text: str) -> str:
    at = random.randint(0, len(text))
    return text[:at] + random.choice((*YAML, *HOSTILE)) + text[at + random.randint(0, 5) :]


def write_table(random: Random, folder: Path, name: str, table: Table, plain: bool) -> None:
    """A table as a CSV file, plain or packed, or as Parquet; ``plain``: as CSV whose bytes are whole."""
    form = 0.0 if plain else random.random()
    if form < 0.7:
        (folder / f"{name}.csv").write_bytes(_spoilt(random, _csv(random, table), plain))
    elif form < 0.8:
        packed = gzip.compress(_csv(random, table), compresslevel=1, mtime=0)
        (folder / f"{name}.csv.gz").write_bytes(_spoilt(random, packed, plain))
    else:
        _write_parquet(random, folder, name, table)


def _csv(random: Random, table: Table) -> bytes:
    end = random.choice(("\n", "\n", "\n", "\r\n", "\r"))
    quoted = random.random()
    lines = [",".join(_quoted(cell, quoted) for cell in row) for row in table]
    text = end.join(lines) + (end if random.random() < 0.8 else "")
    if random.random() < 0.03:
        text = text.replace(",", random.choice(";\t|"))
    encoding = random.choice(ENCODINGS) if random.random() < 0.04 else "utf-8"
    return text.encode(encoding, "replace")


def _quoted(cell: str, quoted: float) -> str:
    if quoted < 0.1 or (quoted < 0.9 and any(mark in cell for mark in '",\r\n')):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _spoilt(random: Random, content: bytes, plain: bool) -> bytes:
    """The bytes with some of them changed, dropped, repeated or added."""
    if plain or not content:
        return content
    spoilt = bytearray(content)
    for _ in range(random.choice((0, 0, 1, 1, 3, 10))):
        at = random.randint(0, len(spoilt))
        what = random.randrange(6)
        if what <= 1 and at < len(spoilt):
            spoilt[at] = random.randrange(256) if what else spoilt[at] ^ (1 << random.randrange(8))
        elif what == 2:
            del spoilt[at : at + random.choice((1, 2, 16, 10_000))]
        elif what == 3:
            spoilt[at:at] = random.choice(
                (b"\0", b'"', b",", b"\n", b"\r", b"\xff\xfe", b"\x1a", b"\xed\xa0\x80", b"PK\x03\x04")
            )
        elif what == 4:
            spoilt[at:at] = spoilt[: random.choice((1, 20, len(spoilt)))]
        elif what == 5:
            spoilt[at:at] = bytes(random.randrange(256) for _ in range(random.choice((1, 8))))
    return bytes(spoilt)


def _write_parquet(random: Random, folder: Path, name: str, table: Table) -> None:
    width = len(table[0])
    rows = [row + [""] * (width - len(row)) for row in table[1:]]
    columns = [_typed(random, [row[i] for row in rows]) for i in range(width)]
    try:
        made = pa.Table.from_arrays(columns, names=table[0])
    except (pa.ArrowException, UnicodeEncodeError):
        return
    target = folder / f"{name}.parquet"
    if random.random() < 0.2:
        (folder / name).mkdir()
        target = folder / name / "part-0.parquet"
        if random.random() < 0.5:
            pa.parquet.write_table(made.slice(0, 1), folder / name / "part-1.parquet")
    pa.parquet.write_table(made, target, compression=random.choice(("none", "snappy", "zstd", "gzip")))
    target.write_bytes(_spoilt(random, target.read_bytes(), random.random() < 0.4))


def _typed(random: Random, cells: list[str]) -> pa.Array:
    """Cells as text, or as another type as far as they can be of it."""
    texts = pa.array([cell or None for cell in cells], pa.string())
    kind = random.choice(_TYPES)
    if random.random() < 0.5 or kind is None:
        return texts
    if kind == "bytes":
        return pa.array([cell.encode("utf-8", "replace") for cell in cells], pa.binary())
    if kind == "nested":
        return pa.array([[cell] for cell in cells])
    values = []
    for cell in cells:
        try:
            values.append(pa.array([cell]).cast(kind)[0].as_py())
        except (pa.ArrowException, ValueError, OverflowError):
            values.append(None)
    try:
        return pa.array(values, kind)
    except (pa.ArrowException, ValueError, OverflowError, TypeError):
        return texts


_TYPES: Final = (
    None, "bytes", "nested", pa.int8(), pa.int64(), pa.uint64(), pa.float32(), pa.float64(), pa.bool_(),
    pa.date32(), pa.date64(),
    pa.timestamp("s"), pa.timestamp("ns", "UTC"), pa.timestamp("us", "Mars/X"), pa.decimal128(20, 3),
    pa.large_string(), pa.null(),
    pa.time32("s"), pa.duration("s"), pa.dictionary(pa.int8(), pa.string()), pa.string_view(),
)  # fmt: skip


def mutate_folder(random: Random, folder: Path) -> None:
    """One change of the folder: files under other names, twice, as links, as folders."""
    files = sorted(folder.iterdir())
    one = random.choice(files)
    other = folder / random.choice(
        ("measurement.csv", "patients.parquet", "notes.txt", "x\x1b[31m.csv", "drugs.csv.gz")
    )
    match random.randrange(6):
        case 0 if not other.exists():
            one.rename(other)
        case 1 if one.is_file() and not other.exists():
            other.write_bytes(one.read_bytes())
        case 2 if one.is_file():
            one.unlink()
            one.symlink_to(random.choice(("/etc/passwd", "/dev/null", "nowhere", one.name, ".")))
        case 3 if one.is_file():
            one.unlink()
            one.mkdir()
        case 4 if one.is_file():
            one.write_bytes(b"")
        case 5 if one.is_file():
            other = random.choice(files)
            one.write_bytes(other.read_bytes() if other.is_file() else b"\0")
