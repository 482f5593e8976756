"""Numbers that programs read differently, and days that no calendar has, in every file of a person but the manifest."""

from pathlib import Path

import pytest

import postgraft.protocol
from postgraft.protocol import load_amendments, load_plan, load_protocol
from postgraft.reports import checked_study
from postgraft.reports.study_file import read_study
from postgraft.vocabulary.errors import PostgraftError

SHIPPED = Path(postgraft.protocol.__file__).parent / "data" / "nct05873205.yaml"
PLAN = "name: p\nparticipation: 0.5\nscreen_failure: 0.2\nsites: [{name: S, capture: 1.0}]\n"
READ = {
    "protocol": (load_protocol, SHIPPED.read_text(encoding="utf-8")),
    "amendments": (load_amendments, "- name: a\n  drop: [hiv]\n"),
    "plan": (load_plan, PLAN),
    "study": (checked_study, "title: t\ncohorts: [nowhere]\n"),
}


@pytest.fixture
def refused(tmp_path):
    """The message that a file gets whose last line is ``line``, and the number of that line."""

    def read(kind, line):
        load, text = READ[kind]
        path = tmp_path / "file.yaml"
        path.write_text(f"{text}{line}\n", encoding="utf-8")
        with pytest.raises(PostgraftError) as error:
            load(path)
        return str(error.value).removeprefix(f"{path}, "), len(text.splitlines()) + 1

    return read


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("number", ["060", "1:30", "0x10", "1_000"])
def test_a_number_that_programs_read_differently(refused, kind, number):
    line, column = {"amendments": (f"  set: {{days_since_transplant_min: {number}}}", 36)}.get(
        kind, (f"target: {number}", 9)
    )
    message, at = refused(kind, line)
    assert message == (
        f"line {at}, column {column}: found {number}, which programs read as different numbers; accepted is a decimal "
        "number without leading zeros, such as 60 or 0.5, or a text in quotes."
    )


@pytest.mark.parametrize("kind", READ)
def test_a_day_that_no_calendar_has(refused, kind):
    line, column = {"amendments": ("  set: {name: 2026-02-30}", 15)}.get(kind, ("start: 2026-02-30", 8))
    message, at = refused(kind, line)
    assert message == (
        f"line {at}, column {column}: found 2026-02-30, which is no day of the calendar; accepted is a date as "
        "YYYY-MM-DD, or a text in quotes."
    )


@pytest.mark.parametrize("kind", READ)
def test_no_nesting_and_no_aliases_without_end(refused, kind):
    key = "  set" if kind == "amendments" else "extra"
    message, at = refused(kind, f"{key}: {'[' * 10_000}")
    assert message.startswith(f"line {at}, column ")
    assert message.endswith(": found more than 20 lists and mappings within each other.")
    tens = ", ".join(f"&a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10))
    message, _ = refused(kind, f"{key}: [&a0 x, {tens}]")
    assert message.endswith(": found more than 50,000 values, those of aliases included.")


@pytest.mark.parametrize("kind", READ)
def test_another_file_prints_nothing_of_it(tmp_path, kind):
    path = tmp_path / "file.yaml"
    path.write_text("root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n")
    with pytest.raises(PostgraftError) as error:
        READ[kind][0](path)
    said = str(error.value).removeprefix(f"{path}: ")
    assert "root" not in said
    assert said.startswith(
        {"protocol": "the file must be a mapping."}.get(kind, "found a text of 79 characters; accepted is ")
    )


def test_a_key_that_is_no_text():
    with pytest.raises(PostgraftError) as error:
        load_plan({True: 1, "deadline": "2027-12-31", "participation": 0.5, "screen_failure": 0.2, "sites": []})
    assert str(error.value).splitlines()[1].startswith("a text of 1 character: unknown key; accepted are name, ")
    _, problems = read_study({"cohorts": ["a"], "disclosure": {1: 2, "level": "release"}, 5: 6})
    assert problems == [
        "a text of 1 character: unknown key; accepted are title, cohorts, protocol, amendments, plan, notebooks, "
        "parameters, disclosure, outputs, output.",
        "disclosure.1: unknown key; accepted are level, threshold, rounding.",
    ]


def test_yes_and_no_are_words():
    """A flag takes true or false; a name may be NO."""
    protocol = load_protocol()
    (flag,) = [name for name, one in protocol.parameters.items() if one.type == "flag"][:1]
    with pytest.raises(PostgraftError, match=f"{flag}: found the text 'yes'; accepted is one of"):
        protocol.amend(name="a", set={flag: "yes"})


def test_a_long_list_is_told_by_its_length():
    with pytest.raises(PostgraftError, match=r"age_min_years: found a list of 1,000 entries; accepted is a whole"):
        load_protocol().amend(name="a", set={"age_min_years": [1] * 1000})


def test_the_name_of_an_amendment_is_one_line():
    (amendment,) = load_amendments([{"name": "a\x1b[31m\nb\u202e", "drop": ["hiv"]}])
    assert amendment.name == "a[31m b"
