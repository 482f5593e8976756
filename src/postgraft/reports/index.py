"""Tables of the index page as HTML: heads in rows and columns that a screen reader reads out, numbers to the right.

The key figures of several cohorts side by side, and those of amendments.

The page on top of a study: links to every report, and the key figures of its cohorts side by side.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import quote

import nbformat

from postgraft.exhibits.answer import Number
from postgraft.exhibits.key_numbers import said, written
from postgraft.exhibits.labels import amendment_name
from postgraft.exhibits.tables import MISSING
from postgraft.reports.files import write_whole
from postgraft.reports.finished_report import FinishedReport
from postgraft.reports.notebooks import notebook_title
from postgraft.reports.numbers import read_numbers
from postgraft.reports.render import CLOSING, Frame, about_the_data, banner, footer

FIRST: Final = 40
"""Per cent of a table's width that its first column has."""


def section(heading: str, heads: str, bodies: Sequence[str]) -> str:
    """A heading and its table: ``heads`` as below, each of ``bodies`` rows that belong together."""
    slug = heading.lower().replace(" ", "-")
    body = "".join(f"<tbody>\n{rows}</tbody>\n" for rows in bodies)
    return (
        f'<h2 id="{slug}">{escape(heading)}</h2>\n'
        f'<div class="table" role="region" tabindex="0" aria-labelledby="{slug}">\n'
        f'<table class="plain" aria-labelledby="{slug}">\n{heads}{body}</table>\n</div>\n'
    )


def heads(first: str, columns: Sequence[str], numeric: bool = False) -> str:
    """One row of heads of columns of equal width, wide enough for words."""
    kind = ' class="number"' if numeric else ""
    others = "".join(f'<th scope="col"{kind}>{escape(name)}</th>' for name in columns)
    width = f'<col style="width: {(100 - FIRST) / len(columns):.1f}%">'
    return (
        f'<colgroup><col style="width: {FIRST}%">{width * len(columns)}</colgroup>\n'
        f'<thead>\n<tr><th scope="col">{escape(first)}</th>{others}</tr>\n</thead>\n'
    )


def grouped_heads(first: str, groups: Sequence[str], columns: Sequence[str]) -> str:
    """Two rows of heads: groups of columns, and in each the same columns."""
    above = "".join(f'<th scope="colgroup" colspan="{len(columns)}">{escape(name)}</th>' for name in groups)
    below = "".join(f'<th scope="col" class="number">{escape(name)}</th>' for name in columns)
    return (
        f'<thead>\n<tr><th scope="col" rowspan="2">{escape(first)}</th>{above}</tr>\n'
        f"<tr>{below * len(groups)}</tr>\n</thead>\n"
    )


def group_head(name: str, columns: int) -> str:
    """A row that heads those below it."""
    return f'<tr><th scope="rowgroup" colspan="{columns}" class="gt_group_heading">{escape(name)}</th></tr>\n'


def row(head: str, cells: Iterable[str]) -> str:
    """A row with its head."""
    return f'<tr><th scope="row">{escape(head)}</th>{"".join(cells)}</tr>\n'


def cell(name: str, value: Number | None) -> str:
    """A key number in a cell, as the notebook prints it; a dash where the cohort has none."""
    shown = MISSING if value is None else written(name, value)
    return f'<td class="number">{escape(shown)}</td>'


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


def key_figures(cohorts: Sequence[str], numbers: Sequence[Mapping[str, Numbers]], titles: Mapping[str, str]) -> str:
    """The numbers of every notebook that has some, but for those of single amendments: a column a cohort.

    What two notebooks say alike is printed once. ``numbers`` holds for each cohort the numbers by notebook, ``titles``
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
    """A row for each amendment that changes something in some cohort, in this order; the others are named below."""
    merged = [{name: value for own in by_notebook.values() for name, value in own.items()} for by_notebook in numbers]
    return "".join(_amended(heading, columns, cohorts, merged, order) for heading, columns in AMENDED.items())


def _amended(
    heading: str, columns: Mapping[str, str], cohorts: Sequence[str], numbers: Sequence[Numbers], order: Sequence[str]
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
    return section(heading, grouped_heads("Amendment", cohorts, list(columns.values())), ["".join(rows)]) + "".join(
        f'<p class="note">{escape(note)}</p>\n' for note in notes
    )


def _changes(own: Numbers, amendment: str, measures: Mapping[str, str]) -> bool:
    """Whether a number of an amendment differs from the protocol's; what is gained or lost, from 0."""
    found = {measure: own.get(f"{measure}.{amendment}", MISSING) for measure in measures}
    return any(value not in (own.get(measure, 0), MISSING) for measure, value in found.items())


def _cells(amendment: str, measures: Mapping[str, str], numbers: Sequence[Numbers]) -> Iterator[str]:
    for own in numbers:
        for measure in measures:
            yield cell(measure, own.get(f"{measure}{amendment}"))


FILE: Final = "index.html"
COMPUTED: Final = "Computed"
"""What of a report's foot differs from one report to the next and is printed as a span of time."""


def write_index(folder: Path, title: str, reports: Sequence[FinishedReport]) -> Path:
    """Write ``index.html`` into a folder that holds reports, and return its path.

    Reports whose notebooks stand in one folder are of one cohort, a column each; links are relative to
    ``folder``. The figures are those that the executed notebooks carry, see ``read_numbers``, so the page says
    nothing that they don't.
    """
    cohorts = _by_cohort(reports)
    names = [next(iter(made.values())).cohort for made in cohorts]
    numbers = [{name: read_numbers(one.executed) for name, one in made.items()} for made in cohorts]
    titles = {one.notebook: _title(one) for one in reports}
    order = list(dict.fromkeys(each["name"] for one in reports for each in one.record["amendments"]))
    told = banner(*(one.record for one in reports))
    about = about_the_data(*(one.record for one in reports))
    subject = f"Cohort {names[0]}" if len(names) == 1 else f"{len(names)} cohorts"
    page = [
        Frame(title=title, subject=subject, banner=told, about=about).opening(),
        f"<h1>{escape(title)}</h1>\n",
        _reports(names, cohorts, titles, folder),
        key_figures(names, numbers, titles),
        amendments(names, numbers, order),
        "</main>\n",
        _foot(reports, told.kind),
        CLOSING,
    ]
    path = folder / FILE
    write_whole(path, "".join(page))
    return path


def _by_cohort(reports: Sequence[FinishedReport]) -> list[dict[str, FinishedReport]]:
    """For each cohort its reports by notebook. Two extracts may have one name, but each has its folder."""
    found: dict[Path, dict[str, FinishedReport]] = {}
    for one in reports:
        found.setdefault(one.executed.parent, {})[one.notebook] = one
    return list(found.values())


def _title(made: FinishedReport) -> str:
    return notebook_title(nbformat.read(made.executed, as_version=4)) or made.notebook


def _reports(
    names: Sequence[str], cohorts: Sequence[Mapping[str, FinishedReport]], titles: Mapping[str, str], folder: Path
) -> str:
    rows = [
        row(title, (_links(made.get(notebook), title, folder) for made in cohorts))
        for notebook, title in titles.items()
    ]
    return section("Reports", heads("Report", names), ["".join(rows)])


def _links(made: FinishedReport | None, title: str, folder: Path) -> str:
    """The files of one report; each link says in full what it leads to."""
    if made is None:
        return f"<td>{MISSING}</td>"
    files = {"HTML": made.html, "PDF": made.pdf, "notebook": made.executed}
    links = [
        f'<a href="{escape(quote(path.relative_to(folder).as_posix()))}" '
        f'aria-label="{escape(f"{kind}: {title}, {made.cohort}")}">{kind}</a>'
        for kind, path in files.items()
        if path
    ]
    return f"<td>{' '.join(links)}</td>"


def _foot(reports: Sequence[FinishedReport], level: str) -> str:
    """What the feet of all reports say, each thing once."""
    terms: dict[str, dict[str, None]] = {"Level": {level: None}}
    for one in reports:
        for term, detail in footer(one.record).items():
            terms.setdefault(term, {})[detail] = None
    terms[COMPUTED] = {_span([one.record for one in reports]): None}
    details = "".join(
        f"<div><dt>{escape(term)}</dt>{''.join(f'<dd>{escape(one)}</dd>' for one in said)}</div>\n"
        for term, said in terms.items()
    )
    return (
        f"<footer>\n<h2>Where these numbers come from</h2>\n<dl>\n{details}</dl>\n"
        "<p>The full record of every report is in provenance.json beside it.</p>\n</footer>\n"
    )


def _span(records: Sequence[Mapping[str, str]]) -> str:
    first = min(dt.datetime.fromisoformat(record["started"]) for record in records)
    last = max(dt.datetime.fromisoformat(record["ended"]) for record in records)
    return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
