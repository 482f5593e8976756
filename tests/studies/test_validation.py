"""Everything that is wrong with a study is told at once, by file and key, before anything runs."""

import shutil
from pathlib import Path

import pytest

from postgraft.disclosure.house import house
from postgraft.reports import ReportError, checked_study, load_inputs, project_root
from postgraft.vocabulary.errors import PostgraftError


@pytest.fixture
def small(make_notebook) -> str:
    make_notebook("shows_patients", said={"identifiable": True})
    make_notebook("for_the_lab", said={"interactive": True})
    make_notebook("as_it_is", parameters='cohort: str = "x"  # folder')
    make_notebook("no_cohort", parameters="seed: int = 1  # of draws")
    return str(make_notebook("small").name)


def told(path: Path) -> list[str]:
    """The lines of the message, without the file that each begins with."""
    with pytest.raises(ReportError) as raised:
        checked_study(path)
    assert not (path.parent / "out").exists()
    lines = str(raised.value).splitlines()
    assert all(line.startswith((f"{path}: ", " ")) for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


KEYS = "title, cohorts, protocol, amendments, plan, notebooks, parameters, disclosure, outputs, output"

BAD = {
    "a misspelt key": ({"cohort": "x"}, [f"cohort: unknown key (did you mean cohorts?); accepted are {KEYS}."]),
    "no cohort": (
        {"cohorts": "-"},
        ["cohorts: is missing; accepted is a list of at least one folder, or a mapping of names to folders."],
    ),
    "no list": (
        {"cohorts": "north"},
        ["cohorts: found 'north'; accepted is a list of at least one folder, or a mapping of names to folders."],
    ),
    "none of them": (
        {"notebooks": []},
        ["notebooks: found []; accepted is a list of at least one name or .ipynb file."],
    ),
    "a number for a text": ({"title": 3}, ["title: found 3; accepted is a text that is not empty."]),
    "another output": (
        {"outputs": ["html", "docx"]},
        ["outputs: found ['html', 'docx']; accepted is a list of html and pdf."],
    ),
    "another level": ({"disclosure": "public"}, ["disclosure.level: found 'public'; accepted is internal or release."]),
    "a misspelt key of disclosure": (
        {"disclosure": {"level": "release", "treshold": 5}},
        ["disclosure.treshold: unknown key (did you mean threshold?); accepted are level, threshold, rounding."],
    ),
    "a threshold in words": (
        {"disclosure": {"level": "release", "threshold": "ten"}},
        ["disclosure.threshold: found 'ten'; accepted is a whole number that is not below the house's."],
    ),
    "a threshold of none": (
        {"disclosure": {"level": "release", "threshold": 0}},
        ["disclosure: threshold: found 0; accepted is a whole number from 3 to 1,000."],
    ),
    "a rule weaker than the house's": (
        {"disclosure": {"level": "release", "threshold": 9, "rounding": 10}},
        [
            "disclosure: threshold: found 9; accepted is 10 or more: the house's rule has 10, and a study may be "
            "stricter, never weaker."
        ],
    ),
    "a ledger, which earlier versions kept": (
        {"disclosure": {"level": "release", "ledger": "released"}},
        ["disclosure.ledger: unknown key; accepted are level, threshold, rounding."],
    ),
    "a protocol that is none": (
        {"protocol": "nct0"},
        ["protocol: no protocol 'nct0'; shipped: nct05873205. A protocol file is named with its ending .yaml."],
    ),
    "a protocol file that is missing": (
        {"protocol": "mine.yaml"},
        ["protocol: {tmp}/mine.yaml: cannot be read (No such file or directory)."],
    ),
    "amendments in line": (
        {"amendments": [{"name": "a", "set": {"neutrophil_min": 1}}, {"name": "b"}]},
        [
            "amendments: amendment 'a': unknown parameter 'neutrophil_min'; nearest: neutrophils_min",
            "amendments: amendment 2: it changes nothing",
        ],
    ),
    "amendments by another name": ({"amendments": "menue"}, ["amendments: no amendments 'menue'; shipped: menu."]),
    "amendments that no notebook takes": (
        {"amendments": "menu", "notebooks": ["as_it_is.ipynb"]},
        ["amendments: no notebook of this study has the parameter amendments."],
    ),
    "a plan in line": (
        {"plan": {"targets": 3}, "notebooks": ["05_accrual_forecast"]},
        [
            "plan: participation: is missing",
            "plan: screen_failure: is missing",
            "plan: sites: is missing",
            "plan: targets: unknown key",
        ],
    ),
    "an unknown notebook": (
        {"notebooks": ["01_extract_qualty"]},
        ["notebooks: There is no notebook 01_extract_qualty (did you mean 01_extract_quality?); there are: "],
    ),
    "a missing notebook": ({"notebooks": ["absent.ipynb"]}, ["notebooks: {tmp}/absent.ipynb: no such notebook"]),
    "a notebook twice": (
        {"notebooks": ["small.ipynb", "small.ipynb"]},
        ["notebooks: small is there twice; accepted are different names."],
    ),
    "a notebook without a cohort": (
        {"notebooks": ["no_cohort.ipynb"]},
        ["notebooks: no_cohort.ipynb has no parameter cohort; a report's notebook takes the extract by it."],
    ),
    "a notebook of JupyterLab": (
        {"notebooks": ["for_the_lab.ipynb"]},
        ["notebooks: for_the_lab.ipynb is to be used in JupyterLab (make lab); it gives no report."],
    ),
    "single patients released": (
        {"notebooks": ["shows_patients.ipynb"], "disclosure": "release"},
        [
            "notebooks: shows_patients.ipynb shows single patients, so it is never released; "
            "accepted is disclosure internal."
        ],
    ),
    "exact counts released": (
        {"notebooks": ["as_it_is.ipynb"], "disclosure": "release"},
        ["notebooks: as_it_is.ipynb has no parameter disclosure, so its counts would be shown as they are; "],
    ),
    "values of no notebook": (
        {"parameters": {"smal": {"seed": 1}}},
        ["parameters.smal: unknown notebook (did you mean small?); accepted are all, 00_summary, small."],
    ),
    "values that are none": (
        {"parameters": {"all": 3}},
        ["parameters.all: found 3; accepted is a mapping of parameters to values."],
    ),
    "a parameter of no notebook": (
        {"parameters": {"all": {"sede": 1}}},
        ["parameters.all.sede: this study has no parameter sede; did you mean seed? Accepted: seed"],
    ),
    "a parameter the notebook lacks": (
        {"parameters": {"small": {"share": 1}}},
        ["parameters.small.share: small.ipynb has no parameter share. Accepted: seed"],
    ),
    "a value of another type": (
        {"parameters": {"all": {"seed": "one"}}},
        [
            "parameters.all.seed: small.ipynb: parameter seed = 'one': expected int (of every random draw), "
            "for example 1"
        ],
    ),
    "a parameter with a key of its own": (
        {"parameters": {"all": {"cohort": "x"}}},
        ["parameters.all.cohort: is set by the study's key cohorts; give it there."],
    ),
    "an output that is a file": (
        {"output": "study.yaml"},
        ["output: {tmp}/study.yaml: {tmp}/study.yaml is a file; accepted is a folder, which is made if missing."],
    ),
    "an output that holds the study": (
        {"output": "."},
        ["output: {tmp}: holds {tmp}/study.yaml; accepted is a folder of its own for the reports."],
    ),
}
"""Keys that differ from a good study's, and how each line of the message begins."""


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_told_with_what_is_accepted(case, small, make_study, tmp_path):
    keys, expected = BAD[case]

    lines = told(make_study(**{"notebooks": [small]} | keys))

    assert len(lines) == len(expected), lines
    for line, beginning in zip(lines, expected, strict=True):
        assert line.startswith(beginning.replace("{tmp}", str(tmp_path))), line


def test_all_of_it_is_told_at_once(small, make_study, cohorts, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(cohorts / "north", broken)
    (broken / "transfusions.csv").write_text("patient_id,date\n")

    lines = told(
        make_study(
            titel="x",
            cohorts={"here": str(cohorts / "north"), "there": "absent", "ill": "broken"},
            amendments="absent.yaml",
            notebooks=[small, "99_absent", "shows_patients.ipynb"],
            parameters={"all": {"sede": 1}},
            disclosure="release",
            outputs="html",
        )
    )

    text = "\n".join(lines)
    for beginning in (
        "titel: unknown key (did you mean title?)",
        "outputs: found 'html'",
        "cohorts: absent: 1 error",
        "cohorts: broken: 1 error",
        "amendments: ",
        "notebooks: There is no notebook 99_absent",
        "notebooks: shows_patients.ipynb shows single patients",
        "parameters.all.sede: ",
    ):
        assert beginning.replace(": absent", f": {tmp_path}/absent").replace(": broken", f": {tmp_path}/broken") in text
    assert "product" in text


@pytest.mark.parametrize(
    ("second", "kind"), [("north", "folder"), ("copy", "name")], ids=["one folder name", "one extract name"]
)
def test_two_cohorts_of_one_name_are_refused(second, kind, small, make_study, cohorts, tmp_path):
    other = tmp_path / second
    shutil.copytree(cohorts / "north", other)

    [line] = told(make_study(cohorts=[str(cohorts / "north"), str(other)], notebooks=[small]))

    assert line.startswith(f"cohorts: {cohorts}/north and {other} both have the name ")
    assert line.endswith("accepted are different names, given as a mapping of names to folders.")
    study = make_study(cohorts={"one": str(cohorts / "north"), "two": str(other)}, notebooks=[small])
    assert [run.cohort.folder for run in checked_study(study).runs] == ["one", "two", ""]


def test_a_file_that_is_no_study_is_told(tmp_path, cohorts):
    (tmp_path / "list.yaml").write_text("- a\n")
    (tmp_path / "twice.yaml").write_text("title: a\ntitle: b\n")

    with pytest.raises(ReportError, match=rf"list\.yaml: found a list of 1 entry; accepted is a mapping with {KEYS}"):
        checked_study(tmp_path / "list.yaml")
    with pytest.raises(Exception, match="the key 'title' is written twice"):
        checked_study(tmp_path / "twice.yaml")
    with pytest.raises(Exception, match=r"absent\.yaml: cannot be read"):
        checked_study(tmp_path / "absent.yaml")
    with pytest.raises(ReportError, match="is the manifest of an extract; accepted is its folder"):
        checked_study(cohorts / "north" / "extract.yaml")


def test_a_good_study_says_what_each_run_is_given(small, make_study, cohorts, tmp_path):
    study = checked_study(
        make_study(
            title="Both",
            cohorts={"N": str(cohorts / "north"), "S": str(cohorts / "south")},
            amendments=[{"name": "later", "set": {"days_since_transplant_min": 100}}],
            notebooks=[small, "05_accrual_forecast"],
            parameters={"all": {"seed": 2}, "small": {"seed": 3}},
            disclosure={"level": "internal"},
            outputs=["html", "html"],
        )
    )

    assert (study.title, study.output, study.outputs) == ("Both", tmp_path / "out", ("html",))
    assert [(run.cohort.name, run.notebook.name) for run in study.runs] == [
        ("N", "small"),
        ("N", "05_accrual_forecast"),
        ("S", "small"),
        ("S", "05_accrual_forecast"),
        ("N, S", "00_summary"),
    ]
    assert study.runs[0].values == {
        "cohort": str(cohorts / "north"),
        "seed": 3,
        "amendments": str(tmp_path / "out" / "amendments.yaml"),
        "disclosure": {"level": "internal"},
    }
    assert study.beside == {"amendments.yaml": "- name: later\n  set:\n    days_since_transplant_min: 100\n"}


def test_what_leaves_the_projects_folder_of_reports_is_released_unless_said_otherwise(small, make_study, tmp_path):
    given = {"notebooks": [small], "disclosure": "-"}
    elsewhere = checked_study(make_study(**given))
    at_home = checked_study(make_study(**given, output=str(project_root() / "reports" / "some" / "study")))
    said = checked_study(make_study(**given), {"disclosure": "internal"})
    own = checked_study(make_study(**given | {"disclosure": {"level": "release", "threshold": 15}}))

    assert elsewhere.disclosure == {"level": "release", "threshold": 10, "rounding": 5}
    assert elsewhere.runs[0].values["disclosure"] == elsewhere.disclosure
    assert at_home.disclosure == said.disclosure == {"level": "internal", "threshold": 0, "rounding": 0}
    assert at_home.runs[0].values["disclosure"] == {"level": "internal"}
    assert own.disclosure == {"level": "release", "threshold": 15, "rounding": 5}


def test_at_level_internal_the_house_is_not_asked_for(small, make_study, tmp_path, monkeypatch):
    monkeypatch.setenv("POSTGRAFT_HOUSE", str(tmp_path / "house"))
    checked_study(make_study(notebooks=[small]))
    load_inputs("cohorts/demo", "nct05873205")
    assert not (tmp_path / "house").exists()
    checked_study(make_study(notebooks=[small], disclosure="release"))
    assert (tmp_path / "house" / "secret").exists()


def test_a_house_that_cannot_be_used_is_told_with_all_that_is_wrong(small, make_study, tmp_path, monkeypatch):
    monkeypatch.setenv("POSTGRAFT_HOUSE", "somewhere")
    with pytest.raises(ReportError) as refused:
        checked_study(make_study(notebooks=[small], disclosure="release", outputs="html"))
    assert [line.partition("study.yaml: ")[2] for line in str(refused.value).splitlines()] == [
        "outputs: found 'html'; accepted is a list of html and pdf.",
        "disclosure: POSTGRAFT_HOUSE: found 'somewhere'; accepted is an absolute path.",
    ]


def test_a_release_calls_no_cohort_by_its_manifest_and_salts_its_fingerprint(small, make_study, cohorts):
    internal, release = (
        checked_study(make_study(notebooks=[small], disclosure=level)).runs[0].cohort
        for level in ("internal", "release")
    )
    named, _ = checked_study(
        make_study(notebooks=[small], cohorts={"The north": str(cohorts / "north")}, disclosure="release")
    ).runs
    assert internal.name.startswith("Synthetic cohort (8 patients")
    assert (release.name, named.cohort.name) == ("north", "The north")
    salted = house().hmac("fingerprint", internal.fingerprint).hex()
    assert release.fingerprint == named.cohort.fingerprint == salted != internal.fingerprint


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"level": "public"}, "disclosure: found {'level': 'public'}; accepted is a mapping with level (internal or"),
        ({"level": "release", "ledger": "x"}, "and, if wanted, threshold and rounding."),
        ({"level": "release", "rounding": 1}, "rounding: found 1; accepted is 5 or more: the house's rule has 5"),
    ],
)
def test_a_notebook_by_itself_is_refused_what_a_study_is(given, said):
    with pytest.raises(PostgraftError) as refused:
        load_inputs("cohorts/demo", "nct05873205", disclosure=given)
    assert said in str(refused.value)
