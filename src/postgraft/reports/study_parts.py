"""The cohorts of a study: read, named, and each with a folder of its own if there are several.

The values a study gives the parameters of its notebooks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat

from postgraft.disclosure.house import house
from postgraft.extract import read_extract
from postgraft.reports.manifest import FILE, INDEX
from postgraft.reports.notebooks import SUFFIX, SUMMARY, Notebook, notebook_title, unknown_parameter
from postgraft.reports.project import ReportError, portable
from postgraft.reports.provenance import FILE as PROVENANCE
from postgraft.reports.provenance import fingerprint
from postgraft.reports.study import AMENDMENTS, COHORT, COHORTS, DISCLOSURE, PAGES, PLAN, PROTOCOL, Run, StudyCohort
from postgraft.reports.study_file import EVERY, Problems
from postgraft.vocabulary.words import did_you_mean

Named = Mapping[str, str] | Sequence[str]
"""Folders by the names they are given, or folders alone: then an extract's own name is printed."""
KEY = "cohorts"
TAKEN = (INDEX, FILE, PROVENANCE, "amendments.yaml", "plan.yaml", f"{SUMMARY}{SUFFIX}", "index.pdf")
"""What stands beside the folders of the cohorts."""


def folders(named: Named) -> list[str]:
    """The folders as the study has them."""
    return list(named.values() if isinstance(named, Mapping) else named)


def read_cohorts(named: Named, base: Path, problems: Problems) -> list[StudyCohort]:
    """The cohorts that can be read; two of one name are a problem, as the one would take the other's place."""
    names = list(named) if isinstance(named, Mapping) else [""] * len(named)
    cohorts: list[StudyCohort] = []
    for name, text in zip(names, folders(named), strict=True):
        with problems.under(KEY):
            extract = read_extract(base / text)
            folder = _folder(name or (base / text).resolve().name) if len(names) > 1 else ""
            doubts = [f"{doubt.found} ({doubt.file})" for doubt in extract.doubts]
            cohort = StudyCohort(
                name or extract.name, folder, text, extract.fingerprint, extract.synthetic, doubts
            )  # fmt: skip
            for earlier in cohorts:
                _check_apart(earlier, cohort)
            cohorts.append(cohort)
    return cohorts


def released(cohorts: Sequence[StudyCohort], named: bool, base: Path) -> list[StudyCohort]:
    """The cohorts as a release names them.

    A cohort is called as the study names it, else as its folder is: the extract's own name is a free text that
    anything may stand in. Its fingerprint is salted with the house's secret, so that nobody outside can try extracts
    on it.
    """
    own = house()
    return [
        replace(
            one,
            name=one.name if named else (base / one.path).resolve().name,
            fingerprint=own.hmac("fingerprint", one.fingerprint).hex(),
        )
        for one in cohorts
    ]


def _folder(name: str) -> str:
    if Path(name).name != name or name.startswith(".") or name.casefold() in TAKEN:
        raise ReportError(f"found the name {name!r}; accepted is one that a folder beside {INDEX} can have.")
    return name


def _check_apart(one: StudyCohort, other: StudyCohort) -> None:
    """Some file systems take names that differ in case only for the same."""
    for mine, theirs in ((one.name, other.name), (one.folder, other.folder)):
        if mine.casefold() == theirs.casefold():
            raise ReportError(
                f"{one.path} and {other.path} both have the name {theirs!r}; "
                "accepted are different names, given as a mapping of names to folders."
            )


Given = Mapping[str, Mapping[str, Any]]
"""Values by parameter, by the name of a notebook or EVERY."""

OWN_KEYS = {COHORT: "cohorts", COHORTS: "cohorts", PAGES: "notebooks"} | {
    name: name for name in (PROTOCOL, AMENDMENTS, PLAN, DISCLOSURE)
}
"""Parameters that are set by another key of the study, and that key."""


def parameter_problems(given: Given, named: Sequence[str], notebooks: Sequence[Notebook]) -> list[str]:
    """Everything that is wrong with the key ``parameters``; a parameter of EVERY need be in one notebook only.

    ``named`` are the notebooks of the study, ``notebooks`` those of them that could be read.
    """
    names = [EVERY, *(Path(name).stem if Path(name).suffix == SUFFIX else name for name in named)]
    problems: list[str] = []
    for part, values in given.items():
        if part not in names:
            near = did_you_mean(part, names)
            problems.append(f"parameters.{part}: unknown notebook{near}; accepted are {', '.join(names)}.")
            continue
        meant = [one for one in notebooks if part in (EVERY, one.name)]
        for name, value in values.items():
            problems += [f"parameters.{part}.{name}: {problem}" for problem in _of_one(name, value, part, meant)]
    return list(dict.fromkeys(problems))


def run_values(notebook: Notebook, given: Given, own: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every parameter of a notebook: its own, else EVERY's, else its default."""
    values = {name: parameter.default for name, parameter in notebook.parameters.items()}
    for layer in (given.get(EVERY, {}), given.get(notebook.name, {}), own):
        values |= {name: notebook.parameters[name].checked(value) for name, value in layer.items() if name in values}
    return values


def runs_of(
    cohorts: Sequence[StudyCohort],
    notebooks: Sequence[Notebook],
    given: Given,
    own: Mapping[str, Any],
    base: Path,
    outputs: Sequence[str],
) -> list[Run]:
    """Each notebook on each cohort; one with the parameter COHORTS runs once, on all of them together.

    ``own`` are values of the study's own keys, ``outputs`` which pages it has.
    """
    paths = {one.name: portable(base / one.path) for one in cohorts}
    single = [one for one in notebooks if COHORTS not in one.parameters]
    all_of_it = {COHORTS: paths, PAGES: _pages(cohorts, single, outputs)}
    alone = [
        Run(cohort, one, run_values(one, given, {**own, COHORT: paths[cohort.name]}))
        for cohort in cohorts
        for one in single
    ]
    joint = [
        Run(_joined(cohorts), one, run_values(one, given, {**own, **all_of_it}))
        for one in notebooks
        if COHORTS in one.parameters
    ]
    return alone + joint


def _pages(
    cohorts: Sequence[StudyCohort], notebooks: Sequence[Notebook], outputs: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Addresses of the pages, relative to the output: by title, then by cohort."""
    if not outputs:
        return {}
    ending = "html" if "html" in outputs else outputs[0]
    titles = {one.name: notebook_title(nbformat.read(one.path, as_version=4)) or one.name for one in notebooks}
    return {
        titles[one.name]: {cohort.name: quote(f"{cohort.folder}/{one.page}.{ending}".lstrip("/")) for cohort in cohorts}
        for one in notebooks
    }


def _joined(cohorts: Sequence[StudyCohort]) -> StudyCohort:
    """The cohorts as one, with a folder of none of them; a single one is itself."""
    if len(cohorts) == 1:
        return cohorts[0]
    return StudyCohort(
        name=", ".join(one.name for one in cohorts),
        folder="",
        path="",
        fingerprint=fingerprint({one.name: one.fingerprint for one in cohorts}),
        synthetic=all(one.synthetic for one in cohorts),
        doubts=[f"{one.name}: {doubt}" for one in cohorts for doubt in one.doubts],
        parts=cohorts,
    )


def _of_one(name: str, value: Any, part: str, meant: Sequence[Notebook]) -> Iterator[str]:
    if name in OWN_KEYS:
        yield f"is set by the study's key {OWN_KEYS[name]}; give it there."
        return
    having = [one for one in meant if name in one.parameters]
    if not having and meant:
        declared = dict.fromkeys(n for one in meant for n in one.parameters if n not in OWN_KEYS)
        where = "this study" if part == EVERY else meant[0].path.name
        yield str(unknown_parameter(name, declared, where))
    for notebook in having:
        try:
            notebook.parameters[name].checked(value)
        except ReportError as error:
            yield f"{notebook.path.name}: {error}"
