"""A small CDM, and what an OMOP source makes of one in the staging database."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from round_trips.cdm import TABLES, Cdm

from postgraft.sources.census import settle
from postgraft.sources.mapping import load_mapping
from postgraft.sources.omop.connection import connected
from postgraft.sources.omop.source import Omop
from postgraft.sources.options import load_options
from postgraft.sources.staging import staging

ALLO, HEMOGLOBIN, ITP, GRAM = 2108321, 3000963, 4103532, 8713
PREDNISONE, TABLET = 1551099, 1551170
PERSONS_IN = 2


def small() -> Cdm:
    """Persons 1 and 2 with an allogeneic transplant on 2020-01-10 and 2020-02-10, person 3 without."""
    cdm = Cdm()
    cdm.concept(ALLO, "CPT4", "38240", "Allogeneic hematopoietic cell transplantation")
    cdm.concept(HEMOGLOBIN, "LOINC", "718-7", "Hemoglobin [Mass/volume] in Blood")
    cdm.concept(ITP, "SNOMED", "32273002", "Idiopathic thrombocytopenic purpura")
    cdm.concept(GRAM, "UCUM", "g/dL", "gram per deciliter", "Unit")
    cdm.concept(PREDNISONE, "RxNorm", "8640", "prednisone", "Ingredient")
    cdm.concept(TABLET, "RxNorm", "312615", "prednisone 20 MG Oral Tablet", "Clinical Drug")
    cdm.add("concept_ancestor", ancestor_concept_id=PREDNISONE, descendant_concept_id=TABLET)
    cdm.add("concept_ancestor", ancestor_concept_id=PREDNISONE, descendant_concept_id=PREDNISONE)
    for person, day in ((1, "2020-01-10"), (2, "2020-02-10")):
        cdm.add(
            "person", person_id=person, gender_concept_id=8507 if person == 1 else 8532, year_of_birth=1970,
            month_of_birth=2, day_of_birth=3,
        )  # fmt: skip
        cdm.add(
            "procedure_occurrence", person_id=person, procedure_concept_id=ALLO, procedure_source_concept_id=ALLO,
            procedure_source_value="38240", procedure_date=day,
        )  # fmt: skip
    cdm.add("person", person_id=3, gender_concept_id=8532, year_of_birth=1980)
    cdm.add("cdm_source", cdm_source_name="Site A", source_release_date="2025-06-30", cdm_version="v5.4")
    return cdm


def hemoglobin(cdm: Cdm, person: int = 1, **cells: Any) -> int:
    given = {"measurement_date": "2020-03-01", "value_as_number": 9.5, "unit_concept_id": GRAM, **cells}
    return cdm.add("measurement", person_id=person, measurement_concept_id=HEMOGLOBIN, **given)


def drug(cdm: Cdm, concept: int = TABLET, **cells: Any) -> int:
    given = {"drug_exposure_start_date": "2020-03-01", "drug_type_concept_id": 32818, "quantity": 2, **cells}
    return cdm.add("drug_exposure", person_id=1, drug_concept_id=concept, **given)


class Bench:
    """Fills a staging database from a CDM; rows of its tables as lists of the columns asked for."""

    def __init__(self, folder: Path, duckdb: Any) -> None:
        self.file, self._duckdb = folder / "cdm.duckdb", duckdb

    def write(self, cdm: Cdm, schema: str = "", vocabulary: str = "", tables: Any = TABLES) -> Path:
        with self._duckdb.connect(str(self.file)) as connection:
            cdm.write(connection, schema, vocabulary, tables)
        return self.file

    def staged(
        self, cdm: Cdm, *asked: str, mapping: Any = None, tables: Any = TABLES, **options: Any
    ) -> list[list[Any]]:
        """The answers to SELECTs asked of the staging database after find, settle and fetch."""
        self.write(cdm, tables=tables)
        mapped = load_mapping(mapping)
        with staging() as database, connected(self.file) as connection:
            self.source = source = Omop(connection)
            source.find(database, mapped, load_options(options))
            settle(database, mapped, source.official)
            source.fetch(database, load_options(options))
            return [database.execute(sql).fetchall() for sql in asked]


def day(text: str) -> date:
    return date.fromisoformat(text)
