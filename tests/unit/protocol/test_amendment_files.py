"""Amendment files: accepted forms, and every problem told together with its place."""

import pytest

from postgraft.protocol import Amendment, load_amendments, load_protocol
from postgraft.vocabulary.errors import ProtocolError

PROTOCOL = load_protocol()
GOOD = """\
- name: earlier screening
  set: {days_since_transplant_min: 30, itp_platelets_max: 50}
  drop: [remission]
- name: renal
  set: {creatinine_max_uln: 2}
"""


def problems(source, protocol=PROTOCOL):
    with pytest.raises(ProtocolError) as caught:
        load_amendments(source, protocol)
    return str(caught.value).splitlines()


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "amendments.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_is_a_list_of_amendments(written):
    first, second = load_amendments(written(GOOD))
    assert first == Amendment(
        "earlier screening", {"days_since_transplant_min": 30, "itp_platelets_max": 50}, ("remission",)
    )
    assert PROTOCOL.amended(second).organ_limits == {"creatinine_max_uln": 2.0}


def test_a_mapping_with_the_key_amendments_serves_too(written):
    indented = "amendments:\n" + "".join(f"  {line}\n" for line in GOOD.splitlines())
    assert load_amendments(written(indented)) == load_amendments(written(GOOD))


def test_data_serve_as_a_file_does():
    data = [{"name": "a", "set": {"neutrophils_min": 0.5}}]
    assert PROTOCOL.amended(load_amendments(data)[0]).neutrophils_min == 0.5
    assert load_amendments([]) == []


def test_all_problems_come_together():
    found = problems(
        [
            {"name": "a", "set": {"neutrophil_min": 1, "age_min_years": "18"}},
            {"name": "b", "sets": {}},
            {"name": "a", "drop": "remission"},
            {"name": "", "drop": ["hiv", "hiv"]},
            "c",
            {"name": "strict", "drop": ["hiv"]},
            {"name": "d"},
            {"name": "e", "set": [1]},
        ]
    )
    assert found == [
        "amendment 'a': unknown parameter 'neutrophil_min'; nearest: neutrophils_min, "
        "neutrophil_engraftment_min, lines_min. All stand in "
        "postgraft/protocol/data/nct05873205.yaml; in Python, list(protocol.parameters).",
        "amendment 'a': age_min_years: found the text '18'; accepted is a whole number, at least 0 and at most 120 a.",
        "amendment 2: unknown key sets; accepted are name, title, kind, set, drop.",
        "amendment 3: drop: found 'remission'; accepted is a list of criterion names.",
        "amendment 4: name: found ''; accepted is a text that is not empty.",
        "amendment 4: drop: hiv is named more than once; once is enough.",
        "amendment 5: found a text of 1 character; accepted is a mapping with name, title, kind, set, drop.",
        "amendment 6: name: 'strict' is kept for what ships; choose another.",
        "amendment 7: it changes nothing; give at least one parameter in set or one criterion in drop.",
        "amendment 8: set: found [1]; accepted is a mapping of parameter names to values.",
    ]


def test_a_name_is_used_once():
    twice = [{"name": "a", "drop": ["hiv"]}, {"name": "a ", "drop": ["adult"]}]
    assert problems(twice) == ["amendment 2: the name 'a' is taken by an earlier one."]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "nothing"),
        ("5", "a number"),
        ("hello", "a text of 5 characters"),
        ("{name: a, drop: [hiv]}", "a mapping with name, drop"),
        ("amendments: 3", "a number"),
    ],
)
def test_what_is_no_list_is_refused(written, text, found):
    path = written(text)
    assert problems(path) == [
        f"{path}: found {found}; accepted is a list of amendments, each with name, set and drop, "
        "or a mapping with the one key amendments that holds it."
    ]


def test_a_parameter_written_twice_is_refused(written):
    path = written("- name: a\n  set:\n    neutrophils_min: 0.5\n    neutrophils_min: 1.5\n")
    assert problems(path) == [f"{path}, line 4, column 5: not valid YAML (the key 'neutrophils_min' is written twice)."]


def test_broken_yaml_and_missing_files_are_told_with_their_place(written, tmp_path):
    path = written("- name: [a\n")
    (line,) = problems(path)
    assert line.startswith(f"{path}, line 2, column 1: not valid YAML (")
    missing = tmp_path / "none.yaml"
    assert problems(missing) == [f"{missing}: cannot be read (No such file or directory)."]
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("- name: Größe".encode("latin-1"))
    assert problems(latin) == [f"{latin}: is not UTF-8 text."]
