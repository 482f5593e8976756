"""A source made by hand: two patients, a few codes and rows."""

from datetime import date

CODES = [
    (1, "procedure_occurrence", "ICD10PCS", "30243Y1", "Transfusion of allogeneic stem cells"),
    (2, "measurement", "LOINC", "718-7", "Hemoglobin in blood"),
    (3, "condition_occurrence", "ICD10CM", "D59.11", "Warm autoimmune hemolytic anemia"),
    (4, "drug_exposure", "RxNorm", "8640", "prednisone"),
    (5, "measurement", "LOINC", "0000-0", "Platelets by some method"),
    (6, "measurement", "LOINC", "0000-1", "Something else"),
]
ROWS = [
    (1, 1, "a", "2020-01-01", None, None, None), (2, 1, "b", "2020-02-01", None, None, None),
    (3, 2, "a", "2020-01-05", None, 9.5, "g/dL"), (4, 2, "a", "2020-01-06", None, 95.0, "g/L"),
    (5, 2, "b", "2020-02-06", None, 9.5, None), (6, 3, "b", "2020-03-06", "2020-03-06", None, None),
    (7, 4, "b", "2020-03-06", None, None, None),
]  # fmt: skip


class Fake:
    """Fills the staging as a real source does; what differs is given by name."""

    kind = "fake"
    official = False
    name = "Fake site"

    def __init__(self, codes=(), rows=(), extracted_on=date(2025, 6, 30), lacks=()):
        self.codes, self.rows = [*CODES, *codes], [*ROWS, *rows]
        self.rules = {}
        self.extracted_on, self.lacks = extracted_on, frozenset(lacks)

    def find(self, staging, mapping, options):
        staging.executemany(
            """
            INSERT INTO persons (person, sex, birth_year, last_seen, site, site_label)
            VALUES (?, 'female', 1970, ?, ?, ?)
            """,
            [("a", "2021-01-01", "N", "North"), ("b", "2021-02-01", "S", None)],
        )
        staging.executemany(
            "INSERT INTO codes (combo, source, system, code, title, rows, patients) VALUES (?, ?, ?, ?, ?, 2, 2)",
            self.codes,
        )
        return 2

    def fetch(self, staging, options):
        staging.executemany(
            "INSERT INTO rows (id, combo, person, day, last, number, unit) VALUES (?, ?, ?, ?, ?, ?, ?)", self.rows
        )

    def provenance(self):
        return {"version": "1"}
