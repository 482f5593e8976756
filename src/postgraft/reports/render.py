"""What every page has around its content: head and style, banner, running heads of the printed page.

An executed notebook as one HTML page that opens offline: prose, tables and figures, no code, no script.
"""

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
from bs4 import BeautifulSoup, Tag
from nbconvert import HTMLExporter
from nbconvert.preprocessors import TagRemovePreprocessor

from postgraft.disclosure.rule import LARGEST_NOISE, Rule
from postgraft.reports.files import write_whole
from postgraft.reports.notebooks import notebook_title
from postgraft.reports.page_tables import settle_tables
from postgraft.reports.sections import settle_sections

STYLE = (Path(__file__).parent / "template" / "style.css").read_text(encoding="utf-8")

OFFLINE = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Content security policy: a browser loads nothing for the page and runs nothing in it."""

RUNNING = 96
"""Most characters of both running heads together: each has one line on A4, in a wide font and in bold too."""


@dataclass(frozen=True)
class Banner:
    """Who a page is for: the word it begins with, the sentence after it, both in short for each printed page."""

    kind: str
    word: str
    sentence: str
    short: str


def banner(*records: Mapping[str, Any]) -> Banner:
    """The banner of a page that shows what these provenance records say: the strictest of them holds."""
    if any(record["identifiable"] for record in records):
        return Banner(
            "identifiable",
            "Identifiable patients.",
            f"{'This page shows' if len(records) == 1 else 'Reports beside this page show'} single patients. "
            "Only for those who may read their charts; never for release.",
            "IDENTIFIABLE PATIENTS, never for release",
        )
    levels = [record["disclosure"] for record in records]
    if any(level["level"] != "release" for level in levels):
        return Banner(
            "internal", "Internal.", "Counts are shown as they are; not for release.", "Internal, not for release"
        )
    rule = Rule(*(min(level[name] for level in levels) for name in ("threshold", "rounding")))
    others = f"is rounded to multiples of {rule.rounding:,}" if rule.rounding > 1 else "is printed as it is"
    return Banner(
        "release",
        "For release.",
        f"Every count has noise of up to {LARGEST_NOISE} patients in it. What is then {rule.threshold:,} or less, also "
        f"none, is printed as {rule.hidden}; the rest {others}. So parts need not add up. Shares are of what is "
        "printed.",
        f"For release, small counts printed as {rule.hidden}",
    )


def cohorts_of(record: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The cohorts that a record is about, each by itself."""
    return record.get("cohorts") or [record["cohort"]]


def about_the_data(*records: Mapping[str, Any]) -> list[str]:
    """What a reader must know of the cohorts of these records before any number; each thing once."""
    said: dict[str, None] = {}
    cohorts = [cohort for record in records for cohort in cohorts_of(record)]
    several = len({cohort["name"] for cohort in cohorts}) > 1
    for cohort in cohorts:
        whose = f"{cohort['name']}: " if several else ""
        if cohort.get("synthetic"):  # records of earlier versions have neither
            said[f"{whose}Synthetic data: no real patients."] = None
        for doubt in cohort.get("doubts", ()):
            said[f"{whose}Doubt about the data: {doubt}"] = None
    return list(said)


@dataclass(frozen=True)
class Frame:
    """A page's title, what it is about (``Cohort X``), its banner, and links to what stands beside it by words.

    ``about``: what must be known of the data, see ``about_the_data``.
    """

    title: str
    subject: str
    banner: Banner
    about: Sequence[str] = ()
    links: Mapping[str, str] = field(default_factory=dict)

    def opening(self) -> str:
        """HTML from the doctype to the opened ``<main id="report">``; every page begins so."""
        links = "".join(f'<a href="{escape(href)}">{escape(words)}</a>' for words, href in self.links.items())
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{OFFLINE}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(self.title)}</title>\n<style>\n{STYLE}{self._running_heads()}</style>\n</head>\n"
            '<body>\n<a class="skip" href="#report">Skip to the report</a>\n'
            f'<section class="banner {self.banner.kind}" aria-label="Who this page is for">'
            f"<p><strong>{self.banner.word}</strong> {escape(self.banner.sentence)}</p></section>\n"
            f"{self._about()}"
            f"<header><p>{escape(self.subject)}</p><p>{links}</p></header>\n"
            '<main id="report">\n'
        )

    def _about(self) -> str:
        if not self.about:
            return ""
        sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.about)
        return f'<section class="banner data" aria-label="About the data">{sentences}</section>\n'

    def _running_heads(self) -> str:
        room = RUNNING - len(self.banner.short)
        subject = self.subject if len(self.subject) <= room else f"{self.subject[: room - 1]}…"
        strong = "font-weight: bold; color: #a3131f;" if self.banner.kind == "identifiable" else ""
        return (
            f"@page {{ @top-left {{ content: {_css_text(subject)}; }}\n"
            f"  @top-right {{ content: {_css_text(self.banner.short)}; {strong} }} }}\n"
        )


CLOSING = "</body>\n</html>\n"
"""HTML after a page's ``</main>`` and footer."""


def _css_text(text: str) -> str:
    """A string of CSS, in which nothing can end the string or the style element."""
    plain = " ".join(text.split())
    return '"' + "".join(f"\\{ord(c):x} " if c in '"\\<>&' else c for c in plain) + '"'


SHOWN = ["text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain"]
"""Output types a static page can show, best first; a widget or a script is not among them."""

LAB = "lab"
"""A cell of a notebook with this tag is for JupyterLab only and not on the page."""

NAMED = ("postgraft", "pandas")
"""Packages whose versions the page itself prints."""

SHORT = 12
"""Characters of a fingerprint or revision that the page prints; provenance.json has the whole."""

NAMED_AMENDMENTS = 6
"""Most amendments that the foot of the page names one by one."""

CONTENTS_FROM = 3
"""Sections from which a page gets a list of contents."""


def render_html(
    executed: Path, record: Mapping[str, Any], index: str | None = None, summary_of: str | None = None
) -> Path:
    """Write ``NAME.html`` beside an executed notebook and return its path; of a summary ``index.html``.

    The page's banner and footer print ``record``, the notebook's provenance. ``index`` is where the page of a
    study links back to, relative to this one; ``summary_of``: the title of the study whose summary this is. Figures
    take their alternative text from the output's metadata, ``display(figure, metadata={"image/png": {"alt": ...}})``.
    What a cell wrote to stderr stays in the notebook.
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
    hidden = TagRemovePreprocessor(remove_cell_tags={LAB}, enabled=True)
    exporter.register_preprocessor(hidden, enabled=True)  # type: ignore[no-untyped-call]
    frame = Frame(
        title=summary_of or notebook_title(notebook) or executed.stem,
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
    page = executed.with_name("index.html") if summary_of else executed.with_suffix(".html")
    soup = BeautifulSoup(html, "html.parser")
    _mark_answer(soup)
    settle_tables(soup)
    settle_sections(soup)
    if not summary_of:
        _add_contents(soup)
    _settle_figures(soup)
    write_whole(page, str(soup))
    return page


def _links(executed: Path, record: Mapping[str, Any], index: str | None) -> dict[str, str]:
    """Where a page leads to. No released page names its notebook, which does not leave with it."""
    links = {"Summary": index, "Words": f"{index}#words"} if index else {}
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
    packages = record["packages"]
    started, ended = (dt.datetime.fromisoformat(record[moment]) for moment in ("started", "ended"))
    names = [amendment["name"] for amendment in record["amendments"]]
    amendments = ", ".join(names) if len(names) <= NAMED_AMENDMENTS else f"{len(names)}, in provenance.json"
    revision = record["git_revision"]
    changed = ", files changed since" if revision and revision.endswith("+") else ""
    return {
        "Cohort extract": "; ".join(
            f"{one['name']}, fingerprint {one['fingerprint'][:SHORT]}" for one in cohorts_of(record)
        ),
        "Protocol": f"{record['protocol'] or 'none applied'}, amendments: {amendments or 'none'}",
        "Computed": f"{ended:%Y-%m-%d %H:%M} UTC, in {(ended - started).seconds} s",
        "Software": ", ".join(f"{name} {packages[name]}" for name in NAMED) + f", Python {record['python']}",
        "Revision": f"{revision[:SHORT]}{changed}" if revision else "none",
        "Seed": "none needed" if record["seed"] is None else str(record["seed"]),
    }


def _mark_answer(soup: BeautifulSoup) -> None:
    """Make the first sentence that a notebook computes the page's answer, which is read before all else."""
    answer = soup.select_one("main .jp-CodeCell .jp-RenderedMarkdown")
    if answer:
        answer["class"] = "answer"


def _add_contents(soup: BeautifulSoup) -> None:
    """Put links to the page's sections before the first of them, so that the page's answer stands above them."""
    sections = soup.select("main h2")
    if len(sections) >= CONTENTS_FROM:
        nav = soup.new_tag("nav", attrs={"aria-labelledby": "contents"})
        heading = soup.new_tag("p", string="Contents", id="contents")
        entries = soup.new_tag("ol")
        for number, section in enumerate(sections, 1):
            section["id"] = f"section-{number}"
            entry = soup.new_tag("li")
            entry.append(soup.new_tag("a", string=section.get_text(), href=f"#{section['id']}"))
            entries.append(entry)
        nav.extend([heading, entries])
        _cell_of(sections[0]).insert_before(nav)


def _cell_of(tag: Tag) -> Tag:
    """The cell that something stands in, or itself."""
    return tag.find_parent("div", class_="jp-Cell") or tag


def _settle_figures(soup: BeautifulSoup) -> None:
    """Put every image into a part that can be scrolled by keyboard, and name it for who gets there so.

    It is no figure element: in a PDF that would be a figure around the figure, and hide the words of it.
    """
    for number, image in enumerate(soup.select("main img"), 1):
        part = image.find_parent("figure") or image.wrap(soup.new_tag("div"))
        part.name, part["class"] = "div", "figure"
        part["role"], part["tabindex"], part["aria-label"] = "group", "0", f"Figure {number}"
