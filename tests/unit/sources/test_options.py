"""Options of an import: their types, their defaults, and all that is wrong with them in one pass."""

from datetime import date

import pytest

from postgraft.extract.manifest import DeclaredComplete
from postgraft.sources.errors import SourceError
from postgraft.sources.options import KEYS, Options, load_options

WHOLE = """
name: Site A 2015-2024
extracted_on: 2025-06-30
complete: {transfusions: true, medications: false, conditions: [ta_tma, DIC]}
complete_though_empty: [dic]
plausible: [hemoglobin]
sites: {A: New York, NO: Oslo}
transplant_gap_days: 0
condition_gap_days: 30
unknown_end: open
medications_from: [administration, order]
"""


def test_every_key_in_its_type(tmp_path):
    path = tmp_path / "options.yaml"
    path.write_text(WHOLE)

    assert load_options(path) == Options(
        name="Site A 2015-2024",
        extracted_on=date(2025, 6, 30),
        complete=DeclaredComplete(frozenset({"transfusions"}), frozenset({"ta_tma", "dic"})),
        complete_though_empty=frozenset({"dic"}),
        plausible=frozenset({"hemoglobin"}),
        sites={"A": "New York", "NO": "Oslo"},
        transplant_gap_days=0,
        condition_gap_days=30,
        unknown_end="open",
        medications_from=("administration", "order"),
    )


def test_a_site_need_say_nothing(tmp_path):
    empty = tmp_path / "options.yaml"
    empty.write_text("")

    assert load_options() == load_options({}) == load_options(empty) == Options()
    assert (Options().transplant_gap_days, Options().condition_gap_days) == (7, 90)
    assert Options().unknown_end is None  # and medications cannot be complete
    assert Options().medications_from == ("administration", "dispensing", "order", "statement")


def test_python_values_are_read_as_a_file_is():
    given = {"extracted_on": date(2025, 6, 30), "complete": {"conditions": True}, "transplant_gap_days": 3}

    options = load_options(given)

    assert (options.extracted_on, options.transplant_gap_days) == (date(2025, 6, 30), 3)
    assert options.complete.table("conditions")


def test_keys_of_a_plan_stand_beside():
    assert load_options({"tables": {}, "unknown_end": "start"}, beside=("tables",)).unknown_end == "start"


def test_everything_wrong_in_one_pass(tmp_path):
    path = tmp_path / "options.yaml"
    path.write_text(
        "nam: x\nextracted_on: 30.06.2025\ncomplete: {transfusion: true, conditions: [dicc]}\n"
        "plausible: [hemoglobine]\n"
        "sites: [A]\ntransplant_gap_days: -1\ncondition_gap_days: 1.5\nunknown_end: opn\n"
        "medications_from: [orders, order, order]\n"
    )

    with pytest.raises(SourceError) as caught:
        load_options(path)

    assert {(one.file, one.column, one.found) for one in caught.value.findings} == {
        ("options.yaml", column, found)
        for column, found in [
            ("nam", "unknown key (did you mean name?)"),
            ("extracted_on", "not an ISO calendar date"),
            ("complete.transfusion", "unknown table (did you mean transfusions?)"),
            ("complete.conditions", 'unknown condition "dicc" (did you mean dic?)'),
            ("plausible", 'unknown analyte "hemoglobine" (did you mean hemoglobin?)'),
            ("sites", "not a map from site code to label"),
            ("transplant_gap_days", 'found "-1"'),
            ("condition_gap_days", 'found "1.5"'),
            ("unknown_end", 'found "opn" (did you mean open?)'),
            ("medications_from", 'unknown kind "orders" (did you mean order?)'),
            ("medications_from", "order is there twice"),
        ]
    }
    assert str(caught.value).startswith(f"{path}: 11 errors\n")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- a\n", "not a list of keys and values"),
        ("a: [", "line 2: not valid YAML (did not find expected node content)"),
        ("name: a\nname: b\n", "line 2: not valid YAML (the key 'name' is written twice)"),
    ],
)  # fmt: skip
def test_files_that_are_no_options(tmp_path, text, found):
    path = tmp_path / "options.yaml"
    path.write_text(text)

    with pytest.raises(SourceError) as caught:
        load_options(path)

    assert [one.found for one in caught.value.findings] == [found]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SourceError, match=r"cannot be read \(No such file or directory\)"):
        load_options(tmp_path / "none.yaml")


def test_the_keys_are_those_of_the_options():
    assert {*KEYS} == {*Options.__dataclass_fields__}
