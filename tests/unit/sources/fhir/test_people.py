"""Who is in, and what their Patient, Encounters and Organization say."""

import pytest
from round_trips.fhir_files import coded, patient, resource, transplant

from postgraft.sources.errors import SourceError


def test_what_a_patient_says(export):
    stay = resource("Encounter", "b", status="finished", period={"start": "2021-01-01", "end": "2021-01-05T00:00:00Z"})
    planned = resource("Encounter", "b", status="planned", period={"start": "2030-01-01"})
    site = {"resourceType": "Organization", "id": "o", "name": "North"}
    export.write(
        "x.ndjson", site, stay, planned,
        patient("a", managingOrganization={"reference": "Organization/o"}, deceasedDateTime="2022-03-04T01:00:00Z"),
        patient("b", gender="other", birthDate="1980-02", deceasedBoolean=True),
        patient("c", birthDate=None, deceasedDateTime="2022"), patient("not in"),
        transplant("a"), transplant("b"), transplant("c", status="not-done"), transplant("c", "2020-05"),
    )  # fmt: skip
    source = export.find()
    columns = """
        person, sex, birth_date::VARCHAR, birth_year, death_date::VARCHAR, dead_undated, last_seen::VARCHAR, site,
        site_label
    """
    assert export.database.execute(f"SELECT {columns} FROM persons ORDER BY ALL").fetchall() == [
        ("a", "female", "1970-05-06", 1970, "2022-03-04", False, "2020-01-01", "o", "North"),
        ("b", "unknown", None, 1980, None, True, "2021-01-05", None, None),
        ("c", "female", None, None, None, True, None, None, None),
    ]
    assert source.provenance() == {
        "fhir": "R4", "files": 1, "latest": "2020-01-01", "without_patient": 0,
        "resources": {"Encounter": 2, "Organization": 1, "Patient": 4, "Procedure": 4},
    }  # fmt: skip


def test_a_transplant_that_was_not_done_makes_nobody_be_in(export):
    export.write(
        "x.ndjson", patient(), transplant(status="not-done"), resource("Procedure", code={"text": "Transplant"})
    )
    export.find()
    count = "SELECT (SELECT count(*) FROM persons), (SELECT count(*) FROM codes)"
    assert export.database.execute(count).fetchall() == [(0, 2)]


def test_who_has_only_a_transplant_of_unknown_kind_is_not_in_and_that_is_told(export):
    unstated = coded("SNOMED", "234336002", "Hemopoietic stem cell transplant")
    export.write(
        "x.ndjson", patient(), transplant(), transplant(code=unstated), patient("b"), transplant("b", code=unstated),
        transplant("b", "2021-01-01", code=unstated), transplant("c", code=unstated),
        transplant("d", code=unstated, status="not-done"),
    )  # fmt: skip
    export.find()
    told = export.database.execute("SELECT title, system, code, patients FROM outside").fetchall()
    assert told == [("Hemopoietic stem cell transplant", "SNOMED", "234336002", 2)]


def test_transplants_of_nobody_who_is_there(export):
    export.write("x.ndjson", transplant("gone"))
    with pytest.raises(SourceError, match="none of the 1 patients with an allogeneic transplant is in the files"):
        export.find()


def test_codes_in_the_order_of_the_systems_and_of_the_site(export):
    code = {
        "coding": [
            {"system": "urn:site", "code": "HB1"}, {"system": "http://snomed.info/sct", "code": "1", "display": "One"},
            {"system": "https://loinc.org/", "code": "718-7"},
        ],
    }  # fmt: skip
    nothing = resource("Observation", status="final", code="SECRET", effectiveDateTime="2020-01-01")
    old = resource("Procedure", status="completed", code=coded("http://hl7.org/fhir/sid/icd-9-cm", "41.03"))
    export.write("x.ndjson", patient(), transplant(), {**nothing, "code": code}, nothing, old)
    export.find()
    codes = "SELECT source, source_text, system, code FROM codes ORDER BY ALL"
    assert export.database.execute(codes).fetchall() == [
        ("Observation", "HB1", "LOINC", "718-7"), ("Observation", None, None, None),
        ("Procedure", None, "CPT4", "38240"), ("Procedure", None, "ICD9Proc", "41.03"),
    ]  # fmt: skip
    more = "SELECT system, code FROM codings ORDER BY ALL"
    assert export.database.execute(more).fetchall() == [("SNOMED", "1"), ("source", "hb1")]
