"""Identifiers of patients, wherever they are and however they are written."""

import base64
import gzip
import html
import json
import struct
import zlib

import nbformat
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.reports.release import clean

from postgraft.reports.release_check import Kind, check_release
from postgraft.reports.release_check.identifiers import Identifiers
from postgraft.reports.release_check.images import PNG, image_material
from postgraft.reports.release_check.notebooks import notebook_material

pytestmark = pytest.mark.slow

ID = clean.IDS[3]
LEFT_OUT = clean.IDS[-1]
v4 = nbformat.v4


def output(made, **data):
    made.cells[3].outputs.append(v4.new_output("display_data", data=data))


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with(kind, body):
    whole = clean.png()
    return whole[:-12] + chunk(kind, body) + whole[-12:]


def jpeg_with(segment):
    return b"\xff\xd8" + segment + b"\xff\xda\x00\x02pixels\xff\xd9"


def in_alt(made):
    made.cells[3].outputs[1].metadata["image/png"]["alt"] = f"Days of {ID}"


def in_png(data):
    return lambda made: made.cells[3].outputs.append(clean.image(data))


def in_jpeg(made):
    body = f"Exif\0\0{ID}".encode()
    data = jpeg_with(b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body)
    output(made, **{"image/jpeg": base64.b64encode(data).decode()})


def in_stream(name):
    return lambda made: made.cells[3].outputs.append(v4.new_output("stream", name=name, text=f"see {ID}\n"))


def in_html(text):
    return lambda made: output(made, **{"text/html": text})


def in_metadata(made):
    made.metadata["note"] = {"seen": [ID]}


def in_cell_metadata(made):
    made.cells[0].metadata["note"] = ID


def in_widget_state(made):
    state = {"state": {"a": {"state": {"value": f"patient {ID}"}}}}
    made.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": state}


def in_attachment(made):
    data = base64.b64encode(png_with(b"tEXt", b"Title\0" + ID.encode())).decode()
    made.cells[0].attachments = {"a.png": {"image/png": data}}


def in_parameters(made):
    made.metadata.papermill["parameters"]["patient"] = ID


def in_source(made):
    made.cells[3].source = f"outcome.explain('{ID}', day=50)"


B64 = base64.b64encode(json.dumps({"a": [ID]}).encode()).decode()
PACKED = base64.b64encode(gzip.compress(f"rows of {ID}".encode())).decode()

PLANTED = {
    "alternative text": (in_alt, "alt text of image/png"),
    "PNG tEXt": (in_png(png_with(b"tEXt", b"Comment\0" + ID.encode())), "PNG tEXt"),
    "PNG iTXt": (in_png(png_with(b"iTXt", b"C\0\1\0en\0\0" + zlib.compress(ID.encode()))), "PNG iTXt"),
    "PNG zTXt": (in_png(png_with(b"zTXt", b"C\0\0" + zlib.compress(ID.encode()))), "PNG zTXt"),
    "PNG eXIf": (in_png(png_with(b"eXIf", b"MM\0*" + ID.encode("utf-16-be"))), "PNG eXIf"),
    "after the PNG's end": (in_png(clean.png() + ID.encode()), "after the PNG's end"),
    "JPEG EXIF": (in_jpeg, "JPEG metadata"),
    "stdout": (in_stream("stdout"), "cell 4, output 4"),
    "stderr": (in_stream("stderr"), "cell 4, output 4"),
    "text of HTML": (in_html(f"<p>of <b>{ID[:5]}</b>{ID[5:]}</p>"), "text/html"),
    "comment": (in_html(f"<!-- {ID} -->"), "comment"),
    "attribute": (in_html(f"<p data-x='{ID}'>.</p>"), "<p data-x>"),
    "link": (in_html(f"<a href='?q={ID.replace('-', '%2D')}'>.</a>"), "<a href>"),
    "entities": (in_html("<p>" + "".join(f"&#{ord(c)};" for c in ID) + "</p>"), "text/html"),
    "invisible letters": (in_html("<p>" + "\u200b".join(ID) + "</p>"), "text/html"),
    "drawing": (in_html(f"<svg><text>{ID}</text></svg>"), "SVG"),
    "data: URI": (in_html(f'<img alt="" src="data:image/svg+xml;base64,{B64}">'), "data: URI"),
    "script": (in_html(f"<script>var a = '{html.escape(ID)}'</script>"), "<script>"),
    "base64 of JSON": (in_html(f"<p class='x{B64}'>.</p>"), "<p class>"),
    "packed": (in_html(f"<p title='{PACKED}'>.</p>"), "<p title>"),
    "key of a dictionary": (lambda made: output(made, **{"application/json": {ID: 0}}), "application/json"),
    "text": (lambda made: output(made, **{"text/plain": f"{{'{ID}': 0}}"}), "text/plain"),
    "notebook metadata": (in_metadata, "metadata, note, seen"),
    "cell metadata": (in_cell_metadata, "cell 1, metadata, note"),
    "widget state": (in_widget_state, "widgets"),
    "attachment": (in_attachment, "attachment a.png"),
    "parameters": (in_parameters, "metadata, papermill, parameters, patient"),
    "code": (in_source, "cell 4, source"),
}


@pytest.mark.parametrize("where", PLANTED)
def test_an_identifier_is_found_and_its_place_named(checked, where):
    plant, place = PLANTED[where]
    leaks = [leak for leak in checked(plant).leaks if leak.kind is Kind.identifier]
    assert {leak.found for leak in leaks} == {f"patient_id {ID}"}
    assert [leak for leak in leaks if leak.file == f"{clean.STEM}.ipynb" and place in leak.place]


def test_who_is_left_out_of_the_extract_may_not_be_named_either(checked):
    [leak, *_] = checked(in_html(f"<i>{LEFT_OUT}</i>")).leaks
    assert leak.found == f"patient_id {LEFT_OUT}"


@pytest.mark.parametrize("name", [f"{ID}.html", f"{ID}/notes.txt"])
def test_an_identifier_in_the_name_of_a_file_is_found(report, cohort, name):
    path = report / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("nothing")
    found = check_release(report, [cohort]).leaks
    assert (name, "its name", f"patient_id {ID}") in {(leak.file, leak.place, leak.found) for leak in found}


@pytest.mark.parametrize("file", ["provenance.json", "study.json"])
def test_an_identifier_in_a_record_is_found(report, cohort, about, file):
    content = {clean.STEM: about | {"parameters": {"patients": [ID]}}}
    (report / file).write_text(json.dumps(content))
    [leak] = [one for one in check_release(report, [cohort]).leaks if one.kind is Kind.identifier]
    assert leak.file == file
    assert leak.place.endswith("parameters, patients, 1")


def test_sites_are_no_identifiers(checked):
    assert checked(in_html("<p>Site S1, at sites S1 and S2.</p>")).passed


LETTERS = st.text("ABCDEFGHKLMNPRSTUVW", min_size=1, max_size=4)
NAMES = st.builds(
    "{}{}{:04d}".format, LETTERS, st.sampled_from(["", "-", "/", "_", " "]), st.integers(1000, 9999)
)
ENCODED = {
    "plainly": str,
    "base64": lambda name: base64.b64encode(f'{{"id": "{name}"}}'.encode()).decode(),
    "hexadecimal": lambda name: f"patient {name}".encode().hex(),
    "URL": lambda name: "".join(f"%{ord(c):02X}" for c in name),
    "HTML": lambda name: "".join(f"&#x{ord(c):x};" for c in name),
    "JSON": lambda name: "".join(f"\\u{ord(c):04x}" for c in name),
}


@settings(max_examples=60, deadline=None)
@given(name=NAMES, how=st.sampled_from(sorted(ENCODED)), data=st.data())
def test_a_random_identifier_at_a_random_place_of_a_random_output_is_found(name, how, data):
    made = clean.notebook()
    texts = [("source", cell) for cell in made.cells]
    for one in (one for cell in made.cells if cell.cell_type == "code" for one in cell.outputs):
        texts += (
            [("text", one)] if "text" in one else [(k, one.data) for k in one.data if k.startswith("text/")]
        )
    key, holder = data.draw(st.sampled_from(texts))
    at = data.draw(st.integers(0, len(holder[key])))
    holder[key] = f"{holder[key][:at]} {ENCODED[how](name)} {holder[key][at:]}"
    found = notebook_material(nbformat.writes(made).encode(), "a.ipynb")
    known = Identifiers([name, "ANOTHER-1234"], {})
    assert {one for piece in (*found.texts, *found.settings) for one in known.in_text(piece.text)} == {
        f"patient_id {name}"
    }


@given(st.integers(0, 40))
def test_an_identifier_among_base64_of_any_offset_is_found(offset):
    text = base64.b64encode(b"x" * offset + b" MRD-0007 " + b"y" * 20).decode()
    assert Identifiers(["MRD-0007"], {}).in_text(f"/{text[1:]}" if offset > 3 else text)


# What identifiers that could be any number or code count for.

PLAIN = Identifiers(["7", "2019", "45", "E3", "B19"], {})


@pytest.mark.parametrize(
    "text",
    [
        "Patient 7 is eligible",
        "patient_id=2019",
        "{'patient': 45}",
        "patients 7, 45 and 2019",
        "subject no. 7",
        "ids: 7; 45",
        "patient E3",
    ],
)
def test_an_identifier_that_could_be_any_number_counts_where_a_patient_is_called_by_it(text):
    assert PLAIN.in_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "In 2019 45 patients were transplanted, 7 of them twice.",
        "From day 45, on 7 consecutive days",
        "Possible patients: 7",
        "Statements E3, E9; parvovirus B19",
        "Patient 7: median 2047-12-21",
        "patients 7 of 45",
    ],
)
def test_elsewhere_it_is_a_number(text):
    assert PLAIN.in_text(text) == ()


@pytest.mark.parametrize(
    "header", ["patient_id", "Patient", "Patient ID", "Subject", "id", "MRN", "Record no"]
)
def test_under_a_header_that_calls_patients_it_is_one(header):
    assert [*PLAIN.under(header, ["12", "7"])] == ["patient_id 7"]


@pytest.mark.parametrize("header", ["Patients", "Year", "Day", "Of", "Possible patients"])
def test_under_another_header_it_is_none(header):
    assert [*PLAIN.under(header, ["2019", "7"])] == []


@pytest.mark.parametrize("known", ["00012", "123456", "MRD12", "Schmidt"])
def test_identifiers_that_are_no_plain_numbers_count_anywhere(known):
    assert Identifiers([known], {}).in_text(f"as {known}, too") == (f"patient_id {known}",)


@pytest.mark.parametrize("text", ["1,123,456 rows", "0.123456", "x123456", "abc0123456789", "12345678"])
def test_part_of_a_longer_number_or_word_is_none(text):
    assert Identifiers(["123456"], {}).in_text(text) == ()


# Days of a patient's events.


@pytest.mark.parametrize(
    "text",
    [
        f"born {clean.BIRTH}",
        f"first day {clean.BIRTH}T00:00:00",
        "14.03.1951",
        "3/14/1951",
        "March 14, 1951",
        "14 Mar 1951",
        f"transplanted on {clean.TRANSPLANT}",
        f"{{'death_date': '{clean.DEATH}'}}",
        "died 11 February 2020",
    ],
)
def test_the_day_of_an_event_is_found(checked, text):
    leaks = checked(lambda made: output(made, **{"text/plain": text})).leaks
    assert {leak.kind for leak in leaks} >= {Kind.event}


@pytest.mark.parametrize(
    "text",
    [
        f"computed {clean.TRANSPLANT}",
        f"the plan's deadline is {clean.DEATH}",
        "transplanted in 2019",
        "transplanted on 2001-01-01",
        "pandas 3.0.0, Python 3.11.2",
    ],
)
def test_other_days_are_left_alone(checked, text):
    assert checked(lambda made: output(made, **{"text/plain": text})).passed


def test_days_in_a_column_named_for_an_event_are_found(checked):
    frame = pd.DataFrame({"n": [0, 0], "Transplant": [clean.TRANSPLANT, "2001-01-01"]})
    leaks = checked(in_html(frame.to_html())).leaks
    assert [leak.place for leak in leaks if leak.kind is Kind.event and "column “Transplant”" in leak.place]


# Images that are not what they should be.


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a",
        clean.png()[:-20],
        PNG,
        png_with(b"prVt", b"x"),
        jpeg_with(b"")[:-2],
        b"\xff\xd8rest",
    ],
)
def test_an_image_that_is_not_whole_or_has_more_in_it_is_refused(data):
    assert image_material(data, "a.png", "picture").leaks


def test_a_clean_image_is_not():
    assert image_material(clean.png(), "a.png", "picture").leaks == []
    assert image_material(jpeg_with(b""), "a.jpg", "picture").leaks == []
