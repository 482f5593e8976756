"""Where the reports of a study go, and what follows from the place: who may see them.

From a study file, or a cohort's folder alone, to a study: all that is wrong with it is reported at once.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from postgraft.api import load_protocol
from postgraft.disclosure.house import house
from postgraft.disclosure.rule import Level
from postgraft.extract.write import check_outside_extracts
from postgraft.protocol import Protocol, load_amendments, load_plan
from postgraft.protocol.amendments import MENU
from postgraft.protocol.loading import read_yaml
from postgraft.reports.notebooks import DEFAULT_NOTEBOOKS, RELEASED_NOTEBOOKS, SUMMARY, Notebook, read_notebook
from postgraft.reports.project import ReportError, portable, project_root
from postgraft.reports.provenance import inputs_fingerprint
from postgraft.reports.study import AMENDMENTS, COHORT, COHORTS, DISCLOSURE, PLAN, PROTOCOL, Study
from postgraft.reports.study_file import Disclosure, Problems, StudyFile, as_yaml, read_study
from postgraft.reports.study_parts import folders, parameter_problems, read_cohorts, released, runs_of


def reports_folder() -> Path:
    """The project's own folder for reports, which stays in the house."""
    return project_root() / "reports"


def default_output(source: Path) -> Path:
    """``reports/NAME`` in the project, by the name of the study's file or of the cohort's folder."""
    whole = source.resolve()
    return reports_folder() / (whole.stem if whole.is_file() else whole.name)


def default_level(output: Path) -> Level:
    """Release is the default for what leaves the project's folder of reports."""
    return "internal" if output.resolve().is_relative_to(reports_folder().resolve()) else "release"


def checked_output(output: Path, inputs: Iterable[Path]) -> Path:
    """The folder to replace, as an absolute path without links.

    Raises:
        ReportError: it is no folder, cannot be replaced in one step, or holds what the study reads.
        PostgraftError: it lies in an extract.
    """
    whole = output.resolve()
    there = next(one for one in (whole, *whole.parents) if one.exists())
    if not there.is_dir():
        raise ReportError(f"{output}: {there} is a file; accepted is a folder, which is made if missing.")
    if whole.is_mount():
        raise ReportError(f"{output}: is a mount point, which cannot be replaced; accepted is a folder in it.")
    for path in (*inputs, Path(__file__)):
        if path.resolve().is_relative_to(whole):
            raise ReportError(f"{output}: holds {path}; accepted is a folder of its own for the reports.")
        check_outside_extracts(whole, path)
    if not os.access(whole.parent if whole.exists() else there, os.W_OK):
        raise ReportError(f"{output}: may not be written to: it is replaced as a whole.")
    return whole


SUMMARY_NOTEBOOK = SUMMARY
"""Is part of every study."""
NOTHING: Mapping[str, object] = {}
MANIFEST = "extract.yaml"


def checked_study(source: Path | str, changes: Mapping[str, object] = NOTHING) -> Study:
    """The study of a study file, or of the cohort in a folder: its reports by default.

    ``changes`` are keys of a study file that take precedence over those of the file. In them a text is as in
    the file, and a ``Path`` starts at the working directory.

    Raises:
        ReportError: everything that is wrong, each line with the file and the key.
    """
    path = Path(source)
    if path.name == MANIFEST:
        raise ReportError(f"{path}: is the manifest of an extract; accepted is its folder, {path.parent}.")
    if path.is_file() or path.suffix in (".yaml", ".yml"):
        base, where, data = path.parent, f"{path}: ", read_yaml(path)
    else:
        base, where, data = Path(), "", {"cohorts": [str(path)]}
    if isinstance(data, Mapping):
        data = dict(data) | {key: _placed(value, base) for key, value in changes.items()}
    file, departures = read_study(data)
    problems = Problems(departures)
    study = _Check(file, base, problems).study(path)
    if problems:
        raise ReportError("\n".join(f"{where}{problem}" for problem in problems))
    assert study is not None
    return study


def _placed(value: object, base: Path) -> object:
    """A change in the words of a study file whose paths start at ``base``."""
    match value:
        case Path():
            return str(value) if base == Path() else str(value.absolute())
        case list() | tuple():
            return [_placed(one, base) for one in value]
    return value


@dataclass
class _Check:
    """Checks one key after the other; what is wrong is kept, so that the next one is looked into as well."""

    file: StudyFile
    base: Path
    problems: Problems
    beside: dict[str, str] = field(default_factory=dict)

    def study(self, source: Path) -> Study | None:
        """The study; None if something is wrong that it cannot be without."""
        file = self.file
        cohorts = read_cohorts(file.cohorts, self.base, self.problems)
        output = self.base / file.output if file.output else default_output(source)
        with self.problems.under("output"):
            read = [self.base / folder for folder in folders(file.cohorts)]
            output = checked_output(output, [*read, *([source] if source.is_file() else [])])
        disclosure = self.disclosure(output)
        default = RELEASED_NOTEBOOKS if disclosure["level"] == "release" else DEFAULT_NOTEBOOKS
        own_names = file.notebooks or default
        names = own_names if SUMMARY in map(_stem, own_names) else (SUMMARY_NOTEBOOK, *own_names)
        notebooks = self.notebooks(names, str(disclosure["level"]))
        own = self.own_values(output, notebooks, every=len(notebooks) == len(names)) | {DISCLOSURE: disclosure}
        self.problems += parameter_problems(file.parameters, names, notebooks)
        if self.problems:
            return None
        if disclosure["level"] == "release":
            cohorts = released(cohorts, named=isinstance(file.cohorts, Mapping), base=self.base)
        outputs = tuple(dict.fromkeys(file.outputs))
        runs = runs_of(cohorts, notebooks, file.parameters, own, self.base, outputs)
        title = file.title or (source.stem if source.is_file() else cohorts[0].name)
        level = {key: disclosure.get(key, 0) for key in ("level", "threshold", "rounding")}
        return Study(
            title=title,
            source=portable(source),
            is_file=source.is_file(),
            output=output,
            outputs=outputs,
            disclosure=level,
            runs=runs,
            beside=self.beside,
            matters=inputs_fingerprint(title, runs, level, outputs, self.beside, output),
        )

    def disclosure(self, output: Path) -> dict[str, Any]:
        """What the notebooks are given of the level."""
        given = self.file.disclosure or Disclosure(level=default_level(output))
        told: dict[str, Any] = {"level": given.level}
        if given.level == "release":
            with self.problems.under(DISCLOSURE):
                rule = house().rule.stricter(given.threshold, given.rounding)
                told |= {"threshold": rule.threshold, "rounding": rule.rounding}
        return told

    def notebooks(self, names: Sequence[str], level: str) -> list[Notebook]:
        """The notebooks that can be found and may be part of this study."""
        found: list[Notebook] = []
        for name in names:
            with self.problems.under("notebooks"):
                notebook = read_notebook(name, self.base)
                _check_fit(notebook, level)
                if notebook.name in {earlier.name for earlier in found}:
                    raise ReportError(f"{notebook.name} is there twice; accepted are different names.")
                found.append(notebook)
        return found

    def own_values(self, output: Path, notebooks: Sequence[Notebook], every: bool) -> dict[str, Any]:
        """The parameters that the study's keys set, for the notebooks that have them."""
        file, values = self.file, {}
        protocol: Protocol | None = None
        with self.problems.under(PROTOCOL):
            named = file.protocol
            where = self.base / named if _is_path(named) else named
            protocol = load_protocol(where)
            values[PROTOCOL] = portable(where) if isinstance(where, Path) else where
        if protocol and file.amendments is not None:
            with self.problems.under(AMENDMENTS):
                values[AMENDMENTS] = self.amendments(file.amendments, protocol, output)
        if protocol and file.plan is not None:
            with self.problems.under(PLAN):
                values[PLAN] = self.plan(file.plan, protocol, output)
        for key in (AMENDMENTS, PLAN):
            if every and key in values and not any(key in one.parameters for one in notebooks):
                self.problems.append(f"{key}: no notebook of this study has the parameter {key}.")
        return values

    def amendments(self, given: str | list[Any], protocol: Protocol, output: Path) -> str:
        """What the parameter ``amendments`` says; an inline list becomes a file beside the reports."""
        if isinstance(given, str):
            source = self.base / given if _is_path(given) else given
            load_amendments(source, protocol)
            return portable(source) if isinstance(source, Path) else MENU
        load_amendments(given, protocol)
        return self.put_beside("amendments.yaml", given, output)

    def plan(self, given: str | dict[str, Any], protocol: Protocol, output: Path) -> str:
        """What the parameter ``plan`` says; an inline mapping becomes a file beside the reports."""
        if isinstance(given, str):
            load_plan(self.base / given, protocol)
            return portable(self.base / given)
        load_plan(given, protocol)
        return self.put_beside("plan.yaml", given, output)

    def put_beside(self, name: str, content: object, output: Path) -> str:
        self.beside[name] = as_yaml(content)
        return portable(output / name)


def _check_fit(notebook: Notebook, level: str) -> None:
    """Raises ReportError if a notebook can be no part of a study, or none of this level."""
    name = notebook.path.name
    if notebook.interactive:
        raise ReportError(f"{name} is to be used in JupyterLab (make lab); it gives no report.")
    if not {COHORT, COHORTS} & set(notebook.parameters):
        raise ReportError(f"{name} has no parameter {COHORT}; a report's notebook takes the extract by it.")
    if level == "release" and notebook.identifiable:
        raise ReportError(f"{name} shows single patients, so it is never released; accepted is disclosure internal.")
    if level == "release" and DISCLOSURE not in notebook.parameters:
        raise ReportError(
            f"{name} has no parameter {DISCLOSURE}, so its counts would be shown as they are; "
            "accepted is disclosure internal, for what stays in the house."
        )


def _stem(name: str) -> str:
    return Path(name).stem


def _is_path(text: str) -> bool:
    """A text without folder or ending is a shipped name."""
    return bool(Path(text).suffix) or len(Path(text).parts) > 1
