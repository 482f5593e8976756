"""A protocol file of one's own: what is read, and what is refused with its place."""

from pathlib import Path

import pytest
import yaml

import postgraft.protocol
from postgraft.protocol import load_protocol
from postgraft.vocabulary.errors import ProtocolError

SHIPPED = Path(postgraft.protocol.__file__).parent / "data" / "nct05873205.yaml"


@pytest.fixture
def changed(tmp_path):
    """Writes the shipped protocol after a change, and returns the problems that loading tells."""

    def write(change):
        content = yaml.load(SHIPPED.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        content = change(content) or content
        path = tmp_path / "own.yaml"
        path.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False), encoding="utf-8")
        try:
            return load_protocol(path)
        except ProtocolError as error:
            return str(error).replace(f"{path}: ", "").splitlines()

    return write


def parameter(name, **fields):
    return lambda content: content["parameters"][name].update(fields)


def test_a_file_of_ones_own_is_read(changed):
    own = changed(parameter("neutrophils_min", value=0.5))
    assert own.neutrophils_min == 0.5
    assert own.changes == {}
    assert own.reading("strict").pregnancy_window_days == 10


def test_an_unknown_name_lists_what_ships():
    with pytest.raises(ProtocolError) as caught:
        load_protocol("nct0000")
    assert str(caught.value) == (
        "no protocol 'nct0000'; shipped: nct05873205. A protocol file is named with its ending .yaml."
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda content: [content], "the file must be a mapping."),
        (lambda content: content.pop("trial") and None, "trial is missing."),
        (lambda content: content.update(extra=1), "extra is not a key of a protocol file."),
        (lambda content: content["trial"].update(extra=1), "trial.extra is not a key of a protocol file."),
        (lambda content: content["trial"].update(phase=2), "trial.phase must be text."),
        (
            lambda content: content["criteria"][0]["statements"].append("I99"),
            "the criterion adult names the statement I99, which is not there.",
        ),
        (
            lambda content: content["statements"].append(dict(content["statements"][0])),
            "the statement I1 is there more than once.",
        ),
        (
            lambda content: content["criteria"].append(dict(content["criteria"][0])),
            "the criterion adult is there more than once.",
        ),
        (
            parameter("neutrophils_min", value=-1),
            "neutrophils_min: found -1 (out of range); accepted is a number, at least 0 and at most 100 10*9/L.",
        ),
        (parameter("neutrophils_min", allowed="[2, 1]"), "neutrophils_min: '[2, 1]' is empty"),
        (
            parameter("neutrophils_min", allowed="1-2"),
            "neutrophils_min: '1-2' is not a range such as '[0, 1)' or '(0, inf)'",
        ),
        (
            parameter("neutrophils_min", unit=""),
            "neutrophils_min: a number needs a unit (1 if it has none) and an allowed range.",
        ),
        (parameter("neutrophils_min", statements=["I99"]), "neutrophils_min: the statement I99 is not there."),
        (parameter("neutrophils_min", statements=[]), "neutrophils_min: it names no statement."),
        (parameter("hiv_reading", value="documented_negative"), "hiv_reading: its first reading is not its value."),
        (parameter("hiv_reading", ambiguity=""), "hiv_reading: readings need the ambiguity they answer."),
    ],
)
def test_what_is_wrong_is_told_in_our_words(changed, change, problem):
    assert changed(change) == [problem]


def test_criteria_may_stand_in_another_order(changed):
    def turn(content):
        content["criteria"].reverse()

    assert next(iter(changed(turn).criteria)) == "no_contraindication"


def test_every_problem_is_told(changed):
    def change(content):
        content["parameters"]["neutrophils_min"]["value"] = -1
        content["parameters"]["age_min_years"]["value"] = "18"

    assert len(changed(change)) == 2
