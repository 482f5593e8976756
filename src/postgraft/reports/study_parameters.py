"""The values a study gives the parameters of its notebooks."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from postgraft.reports.errors import ReportError
from postgraft.reports.notebooks import SUFFIX, Notebook
from postgraft.reports.parameters import unknown_parameter
from postgraft.reports.study import AMENDMENTS, COHORT, DISCLOSURE, PLAN, PROTOCOL
from postgraft.reports.study_file import EVERY
from postgraft.vocabulary.words import did_you_mean

Given = Mapping[str, Mapping[str, Any]]
"""Values by parameter, by the name of a notebook or EVERY."""

OWN_KEYS = {COHORT: "cohorts"} | {name: name for name in (PROTOCOL, AMENDMENTS, PLAN, DISCLOSURE)}
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
            problems += [
                f"parameters.{part}.{name}: {problem}" for problem in _of_one(name, value, part, meant)
            ]
    return list(dict.fromkeys(problems))


def run_values(notebook: Notebook, given: Given, own: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every parameter of a notebook: its own, else EVERY's, else its default."""
    values = {name: parameter.default for name, parameter in notebook.parameters.items()}
    for layer in (given.get(EVERY, {}), given.get(notebook.name, {}), own):
        values |= {
            name: notebook.parameters[name].checked(value) for name, value in layer.items() if name in values
        }
    return values


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
