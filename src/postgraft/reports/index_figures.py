"""The key figures of several cohorts side by side, and those of amendments."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from postgraft.exhibits.key_numbers import Number, said
from postgraft.exhibits.labels import amendment_name
from postgraft.exhibits.tables import MISSING
from postgraft.reports.index_tables import cell, group_head, grouped_heads, heads, row, section

Numbers = Mapping[str, Number]

AMENDED: Final = {
    "Amendments side by side": {
        "eligible": "Eligible",
        "eligible_or_possible": "Upper bound",
        "gained": "Gained",
        "lost": "Lost",
    },
    "Forecast under each amendment": {
        "probability_by_deadline": "Target in time",
        "probability_by_deadline_or_possible": "Upper bound",
    },
}
"""Tables with a row for each amendment: what of it they show, and the heads of these columns."""

NAMED: Final = 12
"""Most amendments without a change that are named one by one."""
PROTOCOL: Final = "The protocol as it is"
UPPER_BOUND: Final = "Upper bound: if all that is unknown were met."


def key_figures(
    cohorts: Sequence[str], numbers: Sequence[Mapping[str, Numbers]], titles: Mapping[str, str]
) -> str:
    """The numbers of every notebook that has some, but for those of single amendments: a column a cohort.

    What two notebooks say alike is told once. ``numbers`` holds for each cohort the numbers by notebook, ``titles``
    what the notebooks are called.
    """
    bodies: list[str] = []
    told: set[tuple[str, tuple[Number | None, ...]]] = set()
    for notebook, title in titles.items():
        own = [by_notebook.get(notebook, {}) for by_notebook in numbers]
        names = dict.fromkeys(name for one in own for name in one if "." not in name)
        lines = [(name, tuple(one.get(name) for one in own)) for name in names]
        rows = [
            row(said(name), (cell(name, value) for value in values))
            for name, values in lines
            if (name, values) not in told
        ]
        told.update(lines)
        if rows:
            bodies.append(group_head(title, len(cohorts) + 1) + "".join(rows))
    return section("Key figures", heads("Figure", cohorts, numeric=True), bodies) if bodies else ""


def amendments(cohorts: Sequence[str], numbers: Sequence[Mapping[str, Numbers]], order: Sequence[str]) -> str:
    """A row for each amendment that changes something in some cohort, in this order; the others are told below."""
    merged = [
        {name: value for own in by_notebook.values() for name, value in own.items()}
        for by_notebook in numbers
    ]
    return "".join(_amended(heading, columns, cohorts, merged, order) for heading, columns in AMENDED.items())


def _amended(
    heading: str,
    columns: Mapping[str, str],
    cohorts: Sequence[str],
    numbers: Sequence[Numbers],
    order: Sequence[str],
) -> str:
    split = [name.partition(".") for own in numbers for name in own]
    there = {amendment for measure, _, amendment in split if amendment and measure in columns}
    names = [name for name in order if name in there]
    if not names:
        return ""
    changing = [name for name in names if any(_changes(own, name, columns) for own in numbers)]
    idle = [amendment_name(name) for name in names if name not in changing]
    rows = [row(PROTOCOL, _cells("", columns, numbers))]
    rows += [row(amendment_name(name), _cells(f".{name}", columns, numbers)) for name in changing]
    unchanged = "; ".join(idle) if len(idle) <= NAMED else f"the {len(idle)} other amendments"
    notes = [UPPER_BOUND, *([f"No change in any cohort: {unchanged}."] if idle else [])]
    return section(
        heading, grouped_heads("Amendment", cohorts, list(columns.values())), ["".join(rows)]
    ) + "".join(f'<p class="note">{escape(note)}</p>\n' for note in notes)


def _changes(own: Numbers, amendment: str, measures: Mapping[str, str]) -> bool:
    """Whether a number of an amendment differs from the protocol's; what is gained or lost, from 0."""
    found = {measure: own.get(f"{measure}.{amendment}", MISSING) for measure in measures}
    return any(value not in (own.get(measure, 0), MISSING) for measure, value in found.items())


def _cells(amendment: str, measures: Mapping[str, str], numbers: Sequence[Numbers]) -> Iterator[str]:
    for own in numbers:
        for measure in measures:
            yield cell(measure, own.get(f"{measure}{amendment}"))
