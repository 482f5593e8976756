"""A small extract from tables, and what was noted while it was read."""

from postgraft.extract import Extract

MANIFEST = {"format": 1, "name": "Small", "time": "dates", "extracted_on": "2022-12-31"}


def read(tables, **manifest):
    return Extract.from_tables({**MANIFEST, **manifest}, tables)


def said(extract):
    return [(w.file, w.column, w.message) for w in extract.warnings]


def ignored(extract):
    return {name: count for name, count in extract.counts.ignored.items() if count}
