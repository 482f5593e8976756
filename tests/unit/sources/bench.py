"""A database of staged rows made by hand, and what a rule makes of them."""

from datetime import date

from postgraft.sources.options import Options


class Bench:
    """A database of staged rows, filled by hand."""

    def __init__(self, database):
        self.database = database
        self.rows = 0
        self.combos = 0

    def code(self, *meanings, source="drug_exposure", **columns):
        """A combo with meanings (table, name, value); its number."""
        self.combos += 1
        self._insert("codes", combo=self.combos, source=source, **columns)
        for table, name, *value in meanings:
            said = {"table": table, "name": name, "value": value[0] if value else "", "by": "source code"}
            self._insert("meanings", combo=self.combos, **said)
        return self.combos

    def row(self, combo, day, person="a", **columns):
        self.rows += 1
        self._insert("rows", id=self.rows, combo=combo, person=person, day=day, **columns)

    def mapped(self, table, name, system, code):
        self._insert("mapping", table=table, name=name, system=system, code=code, value="", note="")

    def person(self, person="a", **columns):
        self._insert("persons", person=person, **{"sex": "unknown", **columns})

    def made(self, rule, **options):
        """What the rule makes; the sum of fates holds each time."""
        done = rule(self.database, Options(**options))
        counted = self.database.execute(f"SELECT count(*) FROM \"made_{done.table}\" WHERE fate <> 'split'").fetchone()[
            0
        ]
        assert done.found == counted
        return done

    def written(self, done):
        """The rows of the extract as tuples, days as text."""
        rows = done.rows(self.database).read_all().to_pylist()
        return [tuple(str(cell) if isinstance(cell, date) else cell for cell in row.values()) for row in rows]

    def _insert(self, into, **columns):
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        self.database.execute(f'INSERT INTO "{into}" ({names}) VALUES ({marks})', list(columns.values()))


def fates(done):
    """(name, fate, reason): rows."""
    return {(f.name, f.fate, f.reason): f.rows for f in done.fates.itertuples(index=False)}


def remarks(done):
    """reason: rows."""
    return dict(zip(done.remarks["reason"], done.remarks["rows"], strict=True))
