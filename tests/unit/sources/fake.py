"""A source made by hand: two patients, a few codes and rows."""

from datetime import date


class Fake:
    """Fills the staging as a real source does; ``rows`` and ``codes`` may be added to."""

    kind = "fake"
    official = False
    name = "Fake site"

    def __init__(self, **changes):
        self.extracted_on = date(2025, 6, 30)
        self.lacks = frozenset()
        self.codes = [
            (1, "procedure_occurrence", "ICD10PCS", "30243Y1", "Transfusion of allogeneic stem cells"),
            (2, "measurement", "LOINC", "718-7", "Hemoglobin in blood"),
            (3, "condition_occurrence", "ICD10CM", "D59.11", "Warm autoimmune hemolytic anemia"),
            (4, "drug_exposure", "RxNorm", "8640", "prednisone"),
            (5, "measurement", "LOINC", "0000-0", "Platelets by some method"),
        ]
        self.rows = [
            (1, 1, "a", "2020-01-01", None, None, None), (2, 1, "b", "2020-02-01", None, None, None),
            (3, 2, "a", "2020-01-05", None, 9.5, "g/dL"), (4, 2, "a", "2020-01-06", None, 95.0, "g/L"),
            (5, 2, "b", "2020-02-06", None, 9.5, None), (6, 3, "b", "2020-03-06", "2020-03-06", None, None),
            (7, 4, "b", "2020-03-06", None, None, None),
        ]  # fmt: skip
        for name, value in changes.items():
            setattr(self, name, value)

    def find(self, staging, mapping, options):
        staging.executemany(
            "INSERT INTO persons (person, sex, birth_year, last_seen) VALUES (?, 'female', 1970, ?)",
            [("a", "2021-01-01"), ("b", "2021-02-01")],
        )
        staging.executemany(
            "INSERT INTO codes (combo, source, system, code, title, rows, patients) VALUES (?, ?, ?, ?, ?, 2, 2)",
            self.codes,
        )

    def fetch(self, staging, options):
        staging.executemany(
            "INSERT INTO rows (id, combo, person, day, last, number, unit) VALUES (?, ?, ?, ?, ?, ?, ?)", self.rows
        )

    def provenance(self):
        return {"version": "1"}
