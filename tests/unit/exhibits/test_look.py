"""One look for all figures: no text cut off or printed over another, units on axes, fills that differ in grey.

Every function of ``exhibits`` that gives a figure is drawn, of the demo cohort and of cohorts at the edge.
"""

import re
from functools import cache
from itertools import combinations, pairwise
from unittest import mock

import evaluated
import pytest
from matplotlib.axis import Axis
from matplotlib.colors import to_rgb
from matplotlib.dates import ConciseDateFormatter
from matplotlib.text import Text
from share import long
from unit.cohorts import bare, eight
from unit.exhibits.drawing import laid_out

import postgraft as pg
from postgraft import exhibits
from postgraft.analysis.patient_record import PatientRecord
from postgraft.exhibits import patient_timeline_rows, verdicts
from postgraft.exhibits.attrition import ENDS

pytestmark = pytest.mark.slow

FAR_ENOUGH = 1.3
"""Contrast (WCAG 2, from relative luminance) of neighbouring fills that no hatch tells apart."""
SURFACE = {"neutrophils_min": [0.5, 0.75, 1, 1.5], "itp_platelets_max": [20, 30, 50, 75]}
CURVE = "days_since_transplant_min"
QUANTITY = re.compile(
    r"\(.+\)|×|[Dd]ays?\b|[Pp]atients|[Tt]ransplants|Year|date|Steps|(?i:probability of \d+)", re.DOTALL
)
"""What the name of an axis with numbers tells: a unit, or what is counted."""


COHORTS = {
    "demo": evaluated.demo,
    "eight": eight,
    "nobody": lambda: pg.evaluate(bare(0), pg.load_protocol()),
    "one day": lambda: pg.evaluate(bare(2), pg.load_protocol()),
    "nothing recorded": lambda: pg.evaluate(bare(3, last_day=200), pg.load_protocol()),
}


SHARE = ["demo", "nobody", "nothing recorded", *long("eight", "one day")]


@cache
def outcome(cohort):
    return COHORTS[cohort]()


@cache
def result(what, cohort):
    """What is made once for several figures."""
    found = outcome(cohort)
    if what == "estimates":
        return found.estimate(draws=20)
    if what == "forecast":
        return pg.forecast(found)
    if what == "compared":
        return pg.compare(found.extract, found.protocol, "menu")
    if what == "near":
        return found.near_misses()
    values = {CURVE: None} if what == "curve" else SURFACE
    return pg.sweep(found.extract, found.protocol, values)


def charts(cohort):
    """An eligible, a possible and an ineligible transplant, as far as there are such."""
    status = outcome(cohort).status.tolist()
    return [PatientRecord(outcome(cohort), status.index(one)) for one in (2, 1, 0) if one in status]


FIGURES = {
    "attrition": lambda c: [exhibits.attrition(outcome(c))],
    "assumption_tornado": lambda c: [exhibits.assumption_tornado(result("forecast", c))],
    "combination_matrix": lambda c: [exhibits.combination_matrix(outcome(c))],
    "criteria_states": lambda c: [
        exhibits.criteria_states(pg.computability(outcome(c).extract, outcome(c).protocol), outcome(c).protocol)
    ],
    "cumulative_incidence": lambda c: [exhibits.cumulative_incidence(result("estimates", c))],
    "cytopenia_by_route": lambda c: [exhibits.cytopenia_by_route(outcome(c))],
    "enrolment_fan": lambda c: [exhibits.enrolment_fan(result("forecast", c))],
    "near_miss_steps": lambda c: [exhibits.near_miss_steps(result("near", c), outcome(c).protocol)],
    "observed_transplants": lambda c: [exhibits.observed_transplants(outcome(c).observations)],
    "only_this_one": lambda c: [exhibits.only_this_one(outcome(c))],
    "patients_by_site": lambda c: [exhibits.patients_by_site(outcome(c))],
    "patient_timeline": lambda c: [exhibits.patient_timeline(chart) for chart in charts(c)],
    "threshold_curve": lambda c: [exhibits.threshold_curve(result("curve", c), outcome(c).protocol, CURVE)],
    "threshold_surface": lambda c: [
        exhibits.threshold_surface(result("surface", c), outcome(c).protocol, list(SURFACE))
    ],
    "forest": lambda c: [exhibits.forest(result("compared", c))],
    "verdicts_by_criterion": lambda c: [exhibits.verdicts_by_criterion(outcome(c))],
}


@cache
def figures(name, cohort):
    return FIGURES[name](cohort)


@cache
def drawn(exhibit):
    """The texts that are drawn, tick labels out of the axis not among them, with their boxes in pixels."""
    seen = []
    draw = Text.draw

    def record(self, renderer, *args, **kwargs):
        if self.get_visible() and self.get_text().strip():
            seen.append((self.get_text(), self.get_window_extent(renderer)))
        return draw(self, renderer, *args, **kwargs)

    with mock.patch.object(Text, "draw", record):
        laid_out(exhibit)
    return list({(words, tuple(box.extents)): (words, box) for words, box in seen}.values())


def over(one, other):
    """Whether two boxes share more than a pixel in both directions."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return width > 1 and height > 1


def gives(function):
    """The name of what a function returns; empty for a class."""
    return "" if isinstance(function, type) else function.__annotations__.get("return")


def test_every_figure_there_is_is_drawn_here():
    made = {name for name in exhibits.__all__ if gives(getattr(exhibits, name)) == "Exhibit"}
    assert made == set(FIGURES)


@pytest.mark.parametrize("cohort", SHARE)
@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_cut_off_or_printed_over_another(name, cohort):
    for exhibit in figures(name, cohort):
        texts = drawn(exhibit)
        width, height = exhibit.figure.bbox.size
        outside = [
            words for words, box in texts if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
        ]
        assert outside == []
        assert [(a, b) for (a, one), (b, other) in combinations(texts, 2) if over(one, other)] == []


def numeric(axis: Axis) -> bool:
    """Whether an axis shows ticks of numbers; years are dates."""
    if isinstance(axis.get_major_formatter(), ConciseDateFormatter):
        return False
    labels = [tick.get_text() for tick in axis.get_ticklabels() if tick.get_visible()]
    words = [text.replace("\N{MINUS SIGN}", "-").replace(",", "").split("\n")[0] for text in labels if text]
    return bool(words) and all(re.fullmatch(r"[-+]?\d+(\.\d+)?", text) for text in words)


@pytest.mark.parametrize("cohort", SHARE)
@pytest.mark.parametrize("name", FIGURES)
def test_an_axis_of_numbers_says_of_what(name, cohort):
    for exhibit in figures(name, cohort):
        drawn(exhibit)
        for axes in exhibit.figure.axes:
            for axis in (axes.xaxis, axes.yaxis):
                shown = axes.axison and axis.get_visible() and axis.get_tick_params().get("labelbottom", True)
                if shown and axis.get_tick_params().get("labelleft", True) and numeric(axis):
                    assert QUANTITY.search(axis.get_label_text()), axis.get_label_text()


@pytest.mark.parametrize("cohort", COHORTS)
@pytest.mark.parametrize("name", FIGURES)
def test_the_words_for_a_figure_are_whole_sentences_without_slips(name, cohort):
    for exhibit in figures(name, cohort):
        assert exhibit.alt.endswith(".")
        assert not re.search(r"\b(nan|None|NaT)\b|<NA>|  |\.\.|, \.|: \.", exhibit.alt)


LOOKS = {
    "ends of the attrition": [look for _, look in ENDS],
    "verdicts": [look for _, _, look in verdicts.VERDICTS],
    "strips": [look for look, _ in patient_timeline_rows.VERDICTS.values()],
    "purposes": [*(look for _, _, look in patient_timeline_rows.PURPOSES), patient_timeline_rows.OTHER_PURPOSE[1]],
    "conditions": [patient_timeline_rows.ACTIVE, patient_timeline_rows.UNCLEAR],
}  # fmt: skip


@pytest.mark.parametrize("looks", LOOKS.values(), ids=LOOKS)
def test_neighbouring_fills_can_be_told_apart_in_grey(looks):
    for one, other in pairwise(looks):
        light, dark = sorted((luminance(one["facecolor"]), luminance(other["facecolor"])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= FAR_ENOUGH or one.get("hatch") != other.get("hatch")


def luminance(colour):
    """Relative luminance of WCAG 2."""
    linear = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in to_rgb(colour)
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
