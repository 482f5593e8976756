"""What files of an export are read, and what is said of those that cannot be."""

import gzip
import json
import zipfile

import pytest
from round_trips.fhir_files import lines, patient, transplant

from postgraft.sources.errors import SourceError
from postgraft.sources.fhir import files

BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"fullUrl": "urn:uuid:a-url", "resource": patient()},
        {"fullUrl": "urn:uuid:t", "resource": transplant("a-url")},
        {"request": {"method": "DELETE"}},
    ],
}


def persons(export):
    export.find()
    return export.database.execute("SELECT person FROM persons ORDER BY ALL").fetchall()


def refused(export):
    with pytest.raises(SourceError) as raised:
        export.find()
    return str(raised.value).splitlines()[1:]


def test_the_type_is_what_a_line_says_in_any_kind_of_file(export):
    export.write("Observation.ndjson", patient())
    export.write("b.ndjson.gz", gzip.compress(lines(transplant()) + b"\n\n"))
    (export.folder / "inner").mkdir()
    export.write("inner/c.json", json.dumps(patient("b"), indent=1).encode())
    export.write("inner/d.ndjson", {"resourceType": "Bundle", "entry": [{"resource": transplant("b")}]})
    export.write(".hidden.ndjson", b"nothing")
    export.write("export.json", b'{"transactionTime": "2025-01-01", "output": []}')
    assert persons(export) == [("a",), ("b",)]


def test_a_reference_to_the_url_of_a_bundle_is_the_resource(export):
    export.write("a.json", json.dumps(BUNDLE, indent=2).encode())
    assert persons(export) == [("a",)]


def test_a_large_bundle_is_read_entry_by_entry(export, monkeypatch):
    monkeypatch.setattr(files, "_SMALL", 10)
    export.write("a.json", json.dumps(BUNDLE, indent=2).encode())
    assert persons(export) == [("a",)]


def test_bundles_are_opened_as_many_as_fit_into_the_memory_at_a_time(export, monkeypatch):
    for number in range(5):
        export.write(f"{number}.json", {"resourceType": "Bundle", "entry": [{"resource": patient(f"p{number}")}]})
    export.write("t.ndjson", *[transplant(f"p{number}") for number in range(5)])
    monkeypatch.setattr(files, "_OPENED", 100)
    assert persons(export) == [(f"p{number}",) for number in range(5)]


@pytest.mark.parametrize("subject", ["Patient/a", "urn:uuid:a", "https://x.org/fhir/Patient/a", "Patient/a/_history/2"])
def test_references_to_a_patient(export, subject):
    export.write("x.ndjson", patient(), transplant(subject={"reference": subject}))
    assert persons(export) == [("a",)]


def test_every_line_that_is_no_resource_is_told_in_one_pass(export):
    export.write("a.ndjson", lines(patient()) + b"SECRET\n[1]\n3\nSECRET2\n" + b'{"id": "SECRET"}\n')
    export.write("b.ndjson", '{"resourceType": "X", "id": "é"}\n'.encode("latin-1"))
    export.write("c.ndjson.gz", gzip.compress(lines(*[patient()] * 99))[:-12])
    export.write("d.ndjson", b'{"resourceType": "X", "id": 1, "id": 2}\n')
    export.write("e.json", b'{"resourceType": "Bundle", "entry": [{"resource": }]}')
    export.write("f.ndjson", lines(patient()).decode().encode("utf-16"))
    told = refused(export)
    assert "SECRET" not in "".join(told)
    assert told == [
        "  a.ndjson",
        "    lines: no JSON; accepted: a resource as JSON (2 rows: 2, 5)",
        "    lines: no object; accepted: a resource as a JSON object (2 rows: 3, 4)",
        '    line 6: no resourceType; accepted: a resource with "resourceType"',
        "  b.ndjson",
        "    line 1: no UTF-8; accepted: UTF-8",
        "  c.ndjson.gz",
        "    is no complete gzip file; accepted: *.ndjson.gz",
        "  d.ndjson",
        "    line 1: a field twice; accepted: every field once",
        "  f.ndjson",
        "    line 1: no UTF-8; accepted: UTF-8",
        "    line 2: no JSON; accepted: a resource as JSON",
        "  e.json",
        "    no JSON; accepted: a FHIR R4 bundle or resource",
    ]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: None, "is empty"),
        (lambda folder: zipfile.ZipFile(folder / "x.zip", "w").close(), "holds 1 files, none of these"),
    ],
)
def test_a_folder_without_an_export(export, make, said):
    make(export.folder)
    assert refused(export)[1] == f"    {said}; accepted: a folder with *.ndjson, *.ndjson.gz or bundle *.json"


def test_empty_files_hold_nobody(export):
    export.write("a.ndjson", b"")
    export.write("b.ndjson", b"\n \n")
    export.write("c.json", b"")
    assert persons(export) == []


def test_deep_and_huge_resources_are_read(export):
    deep = b'{"resourceType": "Basic", "code": ' + b"[" * 50_000 + b"]" * 50_000 + b"}\n"
    huge = b'{"resourceType": "Binary", "data": "' + b"A" * 17_000_000 + b'"}\n'
    export.write("a.ndjson", lines(patient(), transplant()) + deep + huge)
    assert persons(export) == [("a",)]
