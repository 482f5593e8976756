"""The page on top of a study: links to every report, and the key figures of its cohorts side by side."""

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import quote

import nbformat

from postgraft.exhibits.tables import MISSING
from postgraft.reports.files import write_whole
from postgraft.reports.frame import CLOSING, Frame, about_the_data, banner
from postgraft.reports.index_figures import amendments, key_figures
from postgraft.reports.index_tables import heads, row, section
from postgraft.reports.made import Made
from postgraft.reports.numbers import read_numbers
from postgraft.reports.render import footer
from postgraft.reports.titles import notebook_title

FILE: Final = "index.html"
COMPUTED: Final = "Computed"
"""What of a report's foot differs from one report to the next and is told as a span of time."""


def write_index(folder: Path, title: str, reports: Sequence[Made]) -> Path:
    """Write ``index.html`` into a folder that holds reports, and return its path.

    Reports whose notebooks stand in one folder are of one cohort, a column each; links are relative to
    ``folder``. The figures are those that the executed notebooks carry, see ``read_numbers``, so the page tells
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


def _by_cohort(reports: Sequence[Made]) -> list[dict[str, Made]]:
    """For each cohort its reports by notebook. Two extracts may have one name, but each has its folder."""
    found: dict[Path, dict[str, Made]] = {}
    for one in reports:
        found.setdefault(one.executed.parent, {})[one.notebook] = one
    return list(found.values())


def _title(made: Made) -> str:
    return notebook_title(nbformat.read(made.executed, as_version=4)) or made.notebook


def _reports(
    names: Sequence[str], cohorts: Sequence[Mapping[str, Made]], titles: Mapping[str, str], folder: Path
) -> str:
    rows = [
        row(title, (_links(made.get(notebook), title, folder) for made in cohorts))
        for notebook, title in titles.items()
    ]
    return section("Reports", heads("Report", names), ["".join(rows)])


def _links(made: Made | None, title: str, folder: Path) -> str:
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


def _foot(reports: Sequence[Made], level: str) -> str:
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
