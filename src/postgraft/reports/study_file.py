"""Data of a study file as the text of a YAML file of its own.

What is wrong with a study, kept so that the next key is looked into as well.

The form of a study file, and every departure from it in words of ours.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, ValidationError

from postgraft.disclosure.rule import LEVELS, Level
from postgraft.vocabulary.errors import ExtractError, PostgraftError
from postgraft.vocabulary.shown import kind, names, shown_value
from postgraft.vocabulary.words import did_you_mean


def as_yaml(content: object) -> str:
    """The same data, written the same way whatever the layout was in the study file."""
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)


class Problems(list[str]):
    """A line for each problem, beginning with its key; the findings of an extract are one text of several lines."""

    @contextmanager
    def under(self, key: str) -> Iterator[None]:
        """Keep what is wrong with a key instead of raising it."""
        try:
            yield
        except ExtractError as error:
            self.append(f"{key}: {error}".replace("\n", "\n  "))
        except PostgraftError as error:
            self += [f"{key}: {line.removeprefix(f'{key}: ')}" for line in str(error).splitlines()]


Text = Annotated[str, Field(min_length=1, strict=True)]
Output = Literal["html", "pdf"]
EVERY = "all"
"""The key of ``parameters`` that means every notebook."""


def _level_alone(given: object) -> object:
    return {"level": given} if isinstance(given, str) else given


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Disclosure(_Entry):
    """What may be read off the pages; ``threshold`` and ``rounding`` are those of level release, None the house's."""

    level: Level
    threshold: StrictInt | None = None
    rounding: StrictInt | None = None


class StudyFile(_Entry):
    """A study as written; what is None is found out by ``checked_study``. Paths start at the file's folder."""

    title: Text | None = None
    cohorts: Annotated[list[Text] | dict[Text, Text], Field(min_length=1)] = []
    protocol: Text = "nct05873205"
    amendments: Text | list[Any] | None = None
    plan: Text | dict[str, Any] | None = None
    notebooks: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    parameters: dict[str, dict[str, Any]] = {}
    disclosure: Annotated[Disclosure, BeforeValidator(_level_alone)] | None = None
    outputs: tuple[Output, ...] = ("html",)
    output: Text | None = None


_KEYS = tuple(StudyFile.model_fields)
_DISCLOSURE_KEYS = tuple(Disclosure.model_fields)
_NUMBER = "a whole number that is not below the house's"
_VALUES = "a mapping of parameters to values"
_ACCEPTED = {
    "title": "a text that is not empty",
    "cohorts": "a list of at least one folder, or a mapping of names to folders",
    "protocol": "the name of a shipped protocol, or a YAML file of one",
    "amendments": "menu, a YAML file, or a list of amendments, each with name, set and drop",
    "plan": "a YAML file of a plan, or a mapping with what would stand in it",
    "notebooks": "a list of at least one name or .ipynb file",
    "parameters": f"a mapping of {EVERY} (every notebook) and names of notebooks, each to {_VALUES}",
    "disclosure": f"{' or '.join(LEVELS)}, or a mapping with {', '.join(_DISCLOSURE_KEYS)}",
    "outputs": "a list of html and pdf",
    "output": "a folder",
    "disclosure.level": " or ".join(LEVELS),
    "disclosure.threshold": _NUMBER,
    "disclosure.rounding": _NUMBER,
}


def read_study(data: object) -> tuple[StudyFile, list[str]]:
    """What of a study's data has the right form, and what has not; its other keys can still be looked into."""
    if not isinstance(data, Mapping):
        return StudyFile(), [f"found {kind(data)}; accepted is a mapping with {', '.join(_KEYS)}."]
    known = {key: value for key, value in data.items() if key in _KEYS}
    problems = [
        f"{names([key])}: unknown key{did_you_mean(str(key), _KEYS)}; accepted are {', '.join(_KEYS)}."
        for key in data
        if key not in _KEYS
    ]
    if "cohorts" not in data:
        problems.append(f"cohorts: is missing; accepted is {_ACCEPTED['cohorts']}.")
    try:
        return StudyFile.model_validate(known), problems
    except ValidationError as error:
        wrong = {one["loc"][0] for one in error.errors()}
        lines = [_line(one["loc"], one["type"], one["input"], known) for one in error.errors()]
        right = {key: value for key, value in known.items() if key not in wrong}
        return StudyFile.model_validate(right), [*problems, *dict.fromkeys(lines)]


def _line(place: tuple[int | str, ...], kind: str, found: object, data: Mapping[str, Any]) -> str:
    """One departure; of lists and unions the whole value is named, once."""
    top, *below = map(str, place)
    within = top in ("disclosure", "parameters") and below
    where = f"{top}.{below[0]}" if within else top
    if kind in ("extra_forbidden", "invalid_key"):
        near = did_you_mean(below[0], _DISCLOSURE_KEYS)
        return f"{where}: unknown key{near}; accepted are {', '.join(_DISCLOSURE_KEYS)}."
    accepted = _VALUES if within and top == "parameters" else _ACCEPTED[where]
    if kind == "missing":
        return f"{where}: is missing; accepted is {accepted}."
    return f"{where}: found {shown_value(found if within else data[top])}; accepted is {accepted}."
