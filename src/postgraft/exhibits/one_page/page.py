"""The parts of the summary as they are shown: head, panels, foot."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path
from typing import Any, Final

from postgraft.exhibits.answer import carried
from postgraft.exhibits.figure import Exhibit
from postgraft.exhibits.one_page.best import changes_panel
from postgraft.exhibits.one_page.by_cohort import by_cohort_panel
from postgraft.exhibits.one_page.closing import how_sure, what_next
from postgraft.exhibits.one_page.dumbbell import dumbbell_panel
from postgraft.exhibits.one_page.flow_box import flow_panel
from postgraft.exhibits.one_page.numbers import summary_numbers
from postgraft.exhibits.one_page.overview import Overview
from postgraft.exhibits.one_page.tiles import tiles
from postgraft.exhibits.one_page.verdict import about, question, verdict, verdict_said
from postgraft.exhibits.one_page.when import so_far, when_figure
from postgraft.exhibits.said import html
from postgraft.vocabulary.carried import Number

STYLE: Final = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
"""Comes with the first part, so that it looks alike in JupyterLab and on the page."""
_TAGS: Final = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Part:
    """A part of the summary in HTML, and numbers by stable name; as the last line of a cell it shows itself."""

    html: str
    numbers: Mapping[str, Number] = field(default_factory=dict)

    def __str__(self) -> str:
        """Its words as plain text."""
        return " ".join(unescape(_TAGS.sub(" ", self.html.rpartition("</style>")[-1])).split())

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        shown = f'<div class="summary">\n{self.html}</div>\n'
        return {"text/html": shown, "text/plain": str(self), **carried(self.numbers)}


def summary_answer(of: Overview) -> Part:
    """Question, data, verdict and four tiles."""
    boxes = "".join(
        f"<div><dt>{escape(head)}</dt><dd><b>{escape(value)}</b> {escape(small)}</dd></div>\n"
        for head, value, small in tiles(of)
    )
    return Part(
        f"<style>\n{STYLE}</style>\n<h1>{escape(question(of))}</h1>\n"
        f'<p class="data">{escape(about(of))}</p>\n'
        f'<p class="answer verdict"><strong>{escape(verdict(of))}</strong> {escape(verdict_said(of))}</p>\n'
        f'<dl class="tiles">\n{boxes}</dl>\n',
        summary_numbers(of),
    )


def summary_panels(of: Overview) -> Part:
    """Where patients are lost, what it depends on, what would help, when, how sure, what next."""
    drawn = when_figure(of)
    sections = [
        ("Where are patients lost?", flow_panel(of)),
        ("How much depends on what is assumed?", dumbbell_panel(of)),
        ("Which amendment would help?", changes_panel(of.best, of.plan.target)),
        (
            f"When would {of.plan.target} be enrolled?",
            f'{_image(drawn)}<p class="note">{html(so_far(of))}</p>' if drawn else "",
        ),
        ("What does each cohort bring?", by_cohort_panel(of)),
    ]
    shown = [one for one in sections if one[1]]
    lettered = [_section(f"{letter}. {heading}", body) for letter, (heading, body) in zip("ABCDE", shown, strict=False)]
    sure = "".join(f"<li><b>{head}:</b> {escape(said)}</li>" for head, said in how_sure(of))
    actions = "".join(f"<li>{escape(one)}</li>" for one in what_next(of))
    closing = [_section("How sure?", f"<ul>{sure}</ul>"), _section("What next?", f"<ol>{actions}</ol>")]
    return Part(f'<div class="panels">\n{"".join([*lettered, *closing])}</div>\n')


def summary_pages(pages: Mapping[str, Mapping[str, str]]) -> Part:
    """Links to the other pages: by title the addresses by cohort."""
    lines = "".join(f"<li>{_links(title, by_cohort)}</li>\n" for title, by_cohort in pages.items())
    return Part(f'<h2 id="pages">In detail</h2>\n<ul class="pages">\n{lines}</ul>\n' if lines else "")


def _links(title: str, by_cohort: Mapping[str, str]) -> str:
    if len(by_cohort) == 1:
        [href] = by_cohort.values()
        return f'<a href="{escape(href)}">{escape(title)}</a>'
    each = " · ".join(
        f'<a href="{escape(href)}" aria-label="{escape(f"{title}, {cohort}")}">{escape(cohort)}</a>'
        for cohort, href in by_cohort.items()
    )
    return f"{escape(title)}{'' if title.endswith('?') else ':'} {each}"


def _section(heading: str, body: str) -> str:
    return f"<section>\n<h2>{escape(heading)}</h2>\n{body}\n</section>\n"


def _image(drawn: Exhibit) -> str:
    image = base64.b64encode(drawn.png()).decode("ascii")
    return f'<img src="data:image/png;base64,{image}" alt="{escape(drawn.alt)}">'
