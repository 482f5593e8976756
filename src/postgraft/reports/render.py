"""An executed notebook as one HTML page that opens offline: prose, tables and figures, no code, no script."""

import datetime as dt
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from postgraft.reports.files import write_whole
from postgraft.reports.frame import CLOSING, Frame, about_the_data, banner
from postgraft.reports.tables import settle_tables
from postgraft.reports.titles import notebook_title

SHOWN = ["text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain"]
"""Output types a static page can show, best first; a widget or a script is not among them."""

NAMED = ("postgraft", "pandas")
"""Packages whose versions the page itself tells."""

SHORT = 12
"""Characters of a fingerprint or revision that the page tells; provenance.json has the whole."""

NAMED_AMENDMENTS = 6
"""Most amendments that the foot of the page names one by one."""

CONTENTS_FROM = 3
"""Sections from which a page gets a list of contents."""


def render_html(executed: Path, record: Mapping[str, Any], index: str | None = None) -> Path:
    """Write ``NAME.html`` beside an executed notebook and return its path.

    The page's banner and footer tell ``record``, the notebook's provenance. ``index`` is where the page of a
    study links back to, relative to this one. Figures take their alternative text from the output's metadata,
    ``display(figure, metadata={"image/png": {"alt": ...}})``. What a cell wrote to stderr stays in the
    notebook.
    """
    notebook = nbformat.read(executed, as_version=4)
    exporter = _Exporter(  # type: ignore[no-untyped-call]
        template_name="template",
        extra_template_basedirs=[str(Path(__file__).parent)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    exporter.config.NbConvertBase.display_data_priority = SHOWN
    frame = Frame(
        title=notebook_title(notebook) or executed.stem,
        subject=f"Cohort: {record['cohort']['name']}",
        banner=banner(record),
        about=about_the_data(record),
        links=_links(executed, record, index),
    )
    html, _ = exporter.from_notebook_node(
        notebook,
        resources={
            "opening": frame.opening(),
            "closing": CLOSING,
            "report_footer": footer(record),
            "notebook": executed.name,
        },
    )
    page = executed.with_suffix(".html")
    soup = BeautifulSoup(html, "html.parser")
    _add_contents(soup)
    _settle_figures(soup)
    settle_tables(soup)
    write_whole(page, str(soup))
    return page


def _links(executed: Path, record: Mapping[str, Any], index: str | None) -> dict[str, str]:
    """Where a page leads to. No released page names its notebook, which does not leave with it."""
    links = {"All reports": index} if index else {}
    if record["disclosure"]["level"] != "release":
        links["Notebook with the code"] = quote(executed.name)
    return links


class _Exporter(HTMLExporter):
    """Builds on this environment's templates: a user may have others of the same name."""

    def get_prefix_root_dirs(self) -> list[str]:
        own = Path(sys.prefix, "share", "jupyter")
        return [str(own)] if (own / "nbconvert").is_dir() else list(super().get_prefix_root_dirs())  # type: ignore[no-untyped-call]


def footer(record: Mapping[str, Any]) -> dict[str, str]:
    """A provenance record in short, for the foot of the page: what is said about what."""
    cohort, packages = record["cohort"], record["packages"]
    started, ended = (dt.datetime.fromisoformat(record[moment]) for moment in ("started", "ended"))
    names = [amendment["name"] for amendment in record["amendments"]]
    amendments = ", ".join(names) if len(names) <= NAMED_AMENDMENTS else f"{len(names)}, in provenance.json"
    revision = record["git_revision"]
    changed = ", files changed since" if revision and revision.endswith("+") else ""
    return {
        "Cohort extract": f"{cohort['name']}, fingerprint {cohort['fingerprint'][:SHORT]}",
        "Protocol": f"{record['protocol'] or 'none applied'}, amendments: {amendments or 'none'}",
        "Computed": f"{ended:%Y-%m-%d %H:%M} UTC, in {(ended - started).seconds} s",
        "Software": ", ".join(f"{name} {packages[name]}" for name in NAMED) + f", Python {record['python']}",
        "Revision": f"{revision[:SHORT]}{changed}" if revision else "none",
        "Seed": "none needed" if record["seed"] is None else str(record["seed"]),
    }


def _add_contents(soup: BeautifulSoup) -> None:
    """Put links to the page's sections after its title."""
    title, sections = soup.select_one("main h1"), soup.select("main h2")
    if title and len(sections) >= CONTENTS_FROM:
        nav = soup.new_tag("nav", attrs={"aria-labelledby": "contents"})
        heading = soup.new_tag("p", string="Contents", id="contents")
        entries = soup.new_tag("ol")
        for number, section in enumerate(sections, 1):
            section["id"] = f"section-{number}"
            entry = soup.new_tag("li")
            entry.append(soup.new_tag("a", string=section.get_text(), href=f"#{section['id']}"))
            entries.append(entry)
        nav.extend([heading, entries])
        title.insert_after(nav)


def _settle_figures(soup: BeautifulSoup) -> None:
    """Put every image into a part that can be scrolled by keyboard, and name it for who gets there so.

    It is no figure element: in a PDF that would be a figure around the figure, and hide the words of it.
    """
    for number, image in enumerate(soup.select("main img"), 1):
        part = image.find_parent("figure") or image.wrap(soup.new_tag("div"))
        part.name, part["class"] = "div", "figure"
        part["role"], part["tabindex"], part["aria-label"] = "group", "0", f"Figure {number}"
