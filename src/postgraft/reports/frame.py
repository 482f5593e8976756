"""What every page has around its content: head and style, banner, running heads of the printed page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from postgraft.disclosure.rule import LARGEST_NOISE, Rule

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
    """The banner of a page that shows what these provenance records tell of: the strictest of them holds."""
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
            "internal",
            "Internal.",
            "Counts are shown as they are; not for release.",
            "Internal, not for release",
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


def about_the_data(*records: Mapping[str, Any]) -> list[str]:
    """What a reader must know of the cohorts of these records before any number; each thing once."""
    said: dict[str, None] = {}
    several = len({record["cohort"]["name"] for record in records}) > 1
    for cohort in (record["cohort"] for record in records):
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
