"""An OMOP CDM of few rows in a database of any kind: its tables in standard SQL, and rows given by column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

ID, TEXT, DAY, MOMENT, NUMBER = "BIGINT", "VARCHAR(255)", "DATE", "TIMESTAMP", "NUMERIC"

TABLES: Mapping[str, Mapping[str, str]] = {
    "person": {
        "person_id": ID, "gender_concept_id": ID, "year_of_birth": ID, "month_of_birth": ID, "day_of_birth": ID,
        "birth_datetime": MOMENT, "care_site_id": ID,
    },
    "death": {"person_id": ID, "death_date": DAY},
    "observation_period": {
        "observation_period_id": ID, "person_id": ID, "observation_period_start_date": DAY,
        "observation_period_end_date": DAY,
    },
    "visit_occurrence": {
        "visit_occurrence_id": ID, "person_id": ID, "visit_start_date": DAY, "visit_end_date": DAY, "care_site_id": ID,
    },
    "care_site": {"care_site_id": ID, "care_site_name": TEXT, "care_site_source_value": TEXT},
    "procedure_occurrence": {
        "procedure_occurrence_id": ID, "person_id": ID, "procedure_concept_id": ID, "procedure_date": DAY,
        "procedure_end_date": DAY, "quantity": ID, "visit_occurrence_id": ID, "procedure_source_value": TEXT,
        "procedure_source_concept_id": ID,
    },
    "condition_occurrence": {
        "condition_occurrence_id": ID, "person_id": ID, "condition_concept_id": ID, "condition_start_date": DAY,
        "condition_end_date": DAY, "condition_status_concept_id": ID, "condition_source_value": TEXT,
        "condition_source_concept_id": ID,
    },
    "drug_exposure": {
        "drug_exposure_id": ID, "person_id": ID, "drug_concept_id": ID, "drug_exposure_start_date": DAY,
        "drug_exposure_end_date": DAY, "verbatim_end_date": DAY, "drug_type_concept_id": ID, "quantity": NUMBER,
        "days_supply": ID, "route_concept_id": ID, "drug_source_value": TEXT, "drug_source_concept_id": ID,
        "route_source_value": TEXT, "dose_unit_source_value": TEXT,
    },
    "measurement": {
        "measurement_id": ID, "person_id": ID, "measurement_concept_id": ID, "measurement_date": DAY,
        "measurement_datetime": MOMENT, "operator_concept_id": ID, "value_as_number": NUMBER,
        "value_as_concept_id": ID, "unit_concept_id": ID, "range_low": NUMBER, "range_high": NUMBER,
        "measurement_source_value": TEXT, "measurement_source_concept_id": ID, "unit_source_value": TEXT,
        "value_source_value": TEXT,
    },
    "observation": {
        "observation_id": ID, "person_id": ID, "observation_concept_id": ID, "observation_date": DAY,
        "value_as_number": NUMBER, "value_as_string": TEXT, "value_as_concept_id": ID, "unit_concept_id": ID,
        "observation_source_value": TEXT, "observation_source_concept_id": ID, "unit_source_value": TEXT,
        "value_source_value": TEXT,
    },
    "device_exposure": {
        "device_exposure_id": ID, "person_id": ID, "device_concept_id": ID, "device_exposure_start_date": DAY,
        "device_exposure_end_date": DAY, "quantity": ID, "device_source_value": TEXT, "device_source_concept_id": ID,
    },
    "cdm_source": {
        "cdm_source_name": TEXT, "cdm_source_abbreviation": TEXT, "source_release_date": DAY, "cdm_version": TEXT,
        "vocabulary_version": TEXT,
    },
    "concept": {
        "concept_id": ID, "concept_name": TEXT, "domain_id": TEXT, "vocabulary_id": TEXT, "concept_class_id": TEXT,
        "standard_concept": TEXT, "concept_code": TEXT,
    },
    "concept_ancestor": {"ancestor_concept_id": ID, "descendant_concept_id": ID},
    "drug_strength": {
        "drug_concept_id": ID, "ingredient_concept_id": ID, "amount_value": NUMBER, "amount_unit_concept_id": ID,
        "numerator_value": NUMBER, "numerator_unit_concept_id": ID, "denominator_value": NUMBER,
        "denominator_unit_concept_id": ID,
    },
}  # fmt: skip
"""Tables and columns of CDM 5.4, as far as an import can use them."""

VOCABULARY = ("concept", "concept_ancestor", "drug_strength")


class Cdm:
    """Rows of a CDM by table, before they are in a database. A table that has a number of its own counts it up."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def add(self, table: str, **cells: Any) -> int:
        """A row; its own number, 0 where the table has none."""
        key = f"{table}_id"
        if key in TABLES[table] and key not in cells:
            cells[key] = len(self.rows[table]) + 1
        assert set(cells) <= set(TABLES[table]), (table, set(cells) - set(TABLES[table]))
        self.rows[table].append(cells)
        return cells.get(key) or 0

    def concept(self, number: int, system: str, code: str, name: str, kind: str = "") -> int:
        """A concept, of class ``kind``."""
        return self.add(
            "concept",
            concept_id=number,
            vocabulary_id=system,
            concept_code=code,
            concept_name=name,
            concept_class_id=kind,
        )

    def write(self, connection: Any, schema: str = "", vocabulary: str = "", tables: Iterable[str] = TABLES) -> None:
        """Makes these tables, through an open connection of DuckDB or PostgreSQL, with all their rows."""
        cursor = connection.cursor()
        catalog = (
            "" if not hasattr(connection, "sql") else cursor.sql("SELECT current_database()").fetchall()[0][0] + "."
        )
        for name in dict.fromkeys(filter(None, (schema, vocabulary))):
            cursor.execute(f"CREATE SCHEMA {catalog}{name}")
        for table in tables:
            place = (vocabulary or schema) if table in VOCABULARY else schema
            full = f"{catalog}{place}.{table}" if place else table
            columns = TABLES[table]
            cursor.execute(f"CREATE TABLE {full} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
            lines = [[row.get(name) for name in columns] for row in self.rows[table]]
            for start in range(0, len(lines), 500):
                values = ", ".join(f"({', '.join(map(literal, line))})" for line in lines[start : start + 500])
                cursor.execute(f"INSERT INTO {full} VALUES {values}")
        cursor.close()


def literal(value: Any) -> str:
    """A value in standard SQL."""
    if value is None or value != value:
        return "NULL"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def lines(connection: Any, sql: str) -> Sequence[Any]:
    """What a SELECT gives, for a test to look at."""
    cursor = connection.cursor()
    cursor.execute(sql)
    found = list(cursor.fetchall())
    cursor.close()
    return found
