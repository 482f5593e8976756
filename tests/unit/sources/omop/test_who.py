"""Who is in, and what leaves the database of whom."""

from collections import defaultdict

import pytest
from round_trips.cdm import Cdm
from unit.sources.omop.bench import ALLO, HEMOGLOBIN, day, hemoglobin

from postgraft.sources.errors import SourceError
from postgraft.sources.mapping import load_mapping
from postgraft.sources.omop.connection import Connection, connected
from postgraft.sources.omop.importing import import_omop
from postgraft.sources.omop.source import Omop
from postgraft.sources.options import Options
from postgraft.sources.staging import staging

pytestmark = pytest.mark.slow

PERSONS = "SELECT person FROM persons ORDER BY person"
HEAD = "table,name,system,code,value,note\n"


def transplant(cdm: Cdm, person: int, concept: int = 0, own: int = 0, text: str | None = None) -> None:
    cdm.add("person", person_id=person, gender_concept_id=8507, year_of_birth=1960)
    cdm.add(
        "procedure_occurrence", person_id=person, procedure_concept_id=concept, procedure_source_concept_id=own,
        procedure_source_value=text, procedure_date="2021-01-01",
    )  # fmt: skip


def test_the_first_of_the_meanings_says_who_is_in(bench, cdm, tmp_path):
    autologous, other = 500, 501
    cdm.concept(autologous, "CPT4", "38241", "Autologous hematopoietic cell transplantation")
    cdm.concept(other, "ICD10PCS", "30233Y2", "Transfusion of allogeneic related stem cells")
    transplant(cdm, 11, ALLO, 0, "planned only")  # the site's text says to ignore it
    transplant(cdm, 12, ALLO, 0, "  Haplo  HSCT")
    transplant(cdm, 13, ALLO, autologous)  # the source's own code comes first
    transplant(cdm, 14, autologous, other)
    transplant(cdm, 15, 0, 0, "ALLO HSCT, sibling's ")
    transplant(cdm, 16, ALLO, 0, None)
    transplant(cdm, 17, autologous, 0, None)
    mapping = tmp_path / "mapping.csv"
    mapping.write_text(
        HEAD + 'transplants,ignore,source,Planned only,,\ntransplants,allogeneic,source,"Allo HSCT, sibling\'s",,\n'
    )

    (found,) = bench.staged(cdm, PERSONS, mapping=mapping)
    assert [person for (person,) in found] == ["1", "12", "14", "15", "16", "2"]


def test_a_shipped_code_that_has_another_name_in_the_database_lets_nobody_in(bench, cdm):
    cdm.concept(502, "ICD10PCS", "30233Y2", "Bypass of the left subclavian vein")
    transplant(cdm, 18, 502)

    (found,) = bench.staged(cdm, PERSONS)
    assert [person for (person,) in found] == ["1", "2"]


def test_who_has_only_a_transplant_of_unknown_kind_is_not_in_and_that_is_told(bench, cdm, tmp_path):
    unstated, history, of_the_site = 503, 504, 505
    cdm.concept(unstated, "SNOMED", "234336002", "Hemopoietic stem cell transplant")
    cdm.concept(history, "ICD10CM", "Z94.84", "Stem cells transplant status")
    for person in (1, 21, 22):
        transplant(cdm, person, unstated)
    transplant(cdm, 21, 0, history)
    transplant(cdm, 23, of_the_site, 0, "of patient SECRET")
    transplant(cdm, 24, 0, 0, "HSCT, see letter")
    mapping = tmp_path / "mapping.csv"
    mapping.write_text(HEAD + 'transplants,unstated,OMOP,505,,\ntransplants,unstated,source,"HSCT, see letter",,\n')

    sentence = (
        "Not in are patients who have only codes of a transplant that do not say allogeneic, or give no day 0:"
        " Hemopoietic stem cell transplant (SNOMED 234336002, 2 patients); (OMOP 505, 1 patient);"
        " HSCT, see letter (1 patient); Stem cells transplant status (ICD10CM Z94.84, 1 patient). Map a code to"
        " allogeneic if that is what it means here."
    )
    for look in (True, False):
        done = import_omop(bench.write(cdm) if look else bench.file, tmp_path / "out", mapping=mapping, look=look)
        assert f"- {sentence}\n" in done.text


def test_no_row_of_anybody_else_leaves_the_database_and_a_look_reads_no_person(bench, cdm, tmp_path, monkeypatch):
    hemoglobin(cdm, 1)
    hemoglobin(cdm, 3)
    cdm.add("death", person_id=3, death_date="2021-01-01")
    cdm.add("visit_occurrence", person_id=3, visit_start_date="2021-01-01")
    seen = defaultdict(set)
    stream = Connection.stream

    def watched(self, sql):
        for batch in stream(self, sql):
            if "person" in batch.schema.names:
                seen[look] |= set(batch.column("person").to_pylist())
            yield batch

    monkeypatch.setattr(Connection, "stream", watched)
    for look in (True, False):
        import_omop(bench.write(cdm) if look else bench.file, tmp_path / "out", look=look)

    assert seen == {False: {1, 2}}
    assert (tmp_path / "out" / "patients").is_dir()


def test_nobody_with_a_transplant_is_an_error_that_lists_what_is_called_so(bench, tmp_path):
    cdm = Cdm()
    cdm.concept(1, "SNOMED", "234336002", "Hemopoietic stem cell transplant")
    cdm.concept(2, "SNOMED", "70536003", "Transplant of kidney")
    for person in range(1, 13):
        transplant(
            cdm, person, 1 if person < 9 else 2, 0, "Transplant, local" if person < 12 else "Transplant of J. Doe"
        )
    bench.write(cdm)
    with pytest.raises(SourceError) as told:
        import_omop(bench.file, tmp_path / "out")

    assert told.value.findings[0].found == (
        "no allogeneic transplant found; names that hold transplant: Hemopoietic stem cell transplant"
        " (SNOMED 234336002, 8 rows); Transplant of kidney (SNOMED 70536003, 4 rows)"
    )
    assert not (tmp_path / "out").exists()


def test_a_text_that_no_database_takes_in_the_same_way_is_refused(bench, cdm, tmp_path):
    mapping = tmp_path / "mapping.csv"
    mapping.write_text(HEAD + "transplants,allogeneic,source,allo\\hsct,,\n")
    with pytest.raises(SourceError, match="accepted: a text without backslashes and control characters"):
        bench.staged(cdm, mapping=mapping)


PERSON = "SELECT sex, birth_date, birth_year, death_date, observed_from, last_seen, site, site_label FROM persons"


def test_what_a_person_is_comes_from_the_tables_of_persons(bench, cdm):
    for start, end in (("2019-01-01", "2019-12-31"), ("2020-01-01", "2023-01-01"), ("2024-01-01", "2025-01-01")):
        cdm.add("observation_period", person_id=1, observation_period_start_date=start, observation_period_end_date=end)
    cdm.add(
        "observation_period", person_id=2, observation_period_start_date="2020-05-01",
        observation_period_end_date="2025-06-30",
    )  # fmt: skip
    for when in ("2022-02-02", "2022-01-01"):
        cdm.add("death", person_id=1, death_date=when)
    cdm.add("death", person_id=2)
    cdm.add("visit_occurrence", person_id=2, visit_start_date="2021-01-01", visit_end_date="2021-01-09")
    cdm.add("visit_occurrence", person_id=1, visit_start_date="2021-03-01", care_site_id=7)
    cdm.rows["procedure_occurrence"][0]["visit_occurrence_id"] = 2
    cdm.add("care_site", care_site_id=7, care_site_source_value="A", care_site_name="New York")
    cdm.rows["person"][1] |= {"care_site_id": 8, "month_of_birth": 2, "day_of_birth": 30, "gender_concept_id": 0}
    hemoglobin(cdm, 1, measurement_date="2021-06-01")
    hemoglobin(cdm, 2, measurement_date="2020-06-01")
    found, undated = bench.staged(cdm, f"{PERSON} ORDER BY person", "SELECT dead_undated FROM persons ORDER BY person")

    assert found == [
        ("male", day("1970-02-03"), 1970, day("2022-01-01"), day("2020-01-01"), day("2021-06-01"), "A", "New York"),
        ("unknown", None, 1970, None, day("2020-05-01"), day("2021-01-09"), "8", None),
    ]
    assert undated == [(False,), (True,)]


def test_day_zero_is_no_row_near_a_boost(bench, cdm):
    cdm.concept(503, "CPT4", "38243", "Hematopoietic stem cell boost")
    for code, when in ((503, "2019-12-30"), (ALLO, "2020-01-01")):
        cdm.add("procedure_occurrence", person_id=1, procedure_concept_id=code, procedure_date=when)
    for start, end in (("2019-01-01", "2020-01-05"), ("2020-01-06", "2023-01-01")):
        cdm.add("observation_period", person_id=1, observation_period_start_date=start, observation_period_end_date=end)

    asked = "SELECT observed_from FROM persons WHERE person = '1'"
    assert bench.staged(cdm, asked) == [[(day("2020-01-06"),)]]


def test_what_the_database_is_comes_from_the_cdm_itself(bench, cdm):
    hemoglobin(cdm, 1)
    bench.write(cdm, tables=[*cdm.rows])
    with connected(bench.file) as connection, staging() as database:
        source = Omop(connection)
        source.find(database, load_mapping(), Options())
        said = source.provenance()

    assert (source.name, source.extracted_on) == ("Site A", day("2025-06-30"))
    assert source.lacks == {"adjudications", "medications", "conditions"}
    assert said["cdm_version"] == "v5.4"
    assert said["tables"] == {
        "measurement": {"rows": 1, "latest": "2020-03-01"},
        "procedure_occurrence": {"rows": 2, "latest": "2020-02-10"},
    }
    assert "death: no such table" in said["absent"]
    assert str(HEMOGLOBIN) not in "".join(said["statements"])
    assert all(one.startswith("SELECT ") for one in said["statements"])
