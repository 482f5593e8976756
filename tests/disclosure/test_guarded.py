"""Every exhibit at the level release: permitted texts only, or the words that it is withheld; and never an error."""

import inspect
import re
import zlib

import pytest
from architecture.project import ROOT
from matplotlib.text import Text

from postgraft import eligibility, exhibits
from postgraft.disclosure.rule import Rule
from postgraft.disclosure.shown import Shown
from postgraft.eligibility.guarded import Guarded
from postgraft.eligibility.readings import evaluate_readings
from postgraft.eligibility.verdict_shares import verdict_shares
from postgraft.exhibits.withheld import WORDS
from postgraft.extract import read_extract
from postgraft.protocol import load_amendments, load_protocol
from postgraft.reports.release_check.counts import Counts
from postgraft.reports.release_check.grids import text_grids
from postgraft.reports.release_check.material import Material, Named, Piece
from postgraft.reports.release_check.pages import html_material
from postgraft.vocabulary.errors import WithheldError

PROTOCOL = load_protocol()
STEP = "days_since_transplant_min"
OF_RESULTS = ("Outcome", "Estimates", "Forecast", "pd.DataFrame", "Mapping[str, Outcome]")
"""Types of parameters that hold results of patients."""
IN_THE_HOUSE = {
    # of single patients: they take charts, which nothing guarded gives
    *("patient_pages", "patient_timeline", "reasons_table", "reviewed_table", "verdict_days_table"),
    # of notebooks that are never released, from extracts and observations
    *("analyte_coverage", "coverage_table", "facts_table", "follow_up_table", "ledger_table", "limits_table"),
    *("observed_transplants", "rows_table", "warnings_table"),
    # of forecasts, which no count gives out
    *("enrolment_fan", "target_probability", "key_figures_table", "forecast_by_site_table"),
    *("forecast_amendments_table", "forecast_words_table", "forecast_numbers", "plan_table"),
    # of a protocol alone
    *("not_answerable_table", "readings_table"),
}


def by_lot(sets):
    """As the rule has it, and a tenth of the sets withheld, whichever: an exhibit must stand any of them."""
    return [
        Shown.withheld() if zlib.crc32(row.tobytes()) % 10 == 0 else Shown.of(int(row.sum()), Rule())
        for row in sets
    ]


@pytest.fixture(scope="module")
def made():
    """Every exhibit of guarded results of the demo cohort, by name, and a check of what it may print."""
    extract = read_extract(ROOT / "cohorts" / "demo")
    count = by_lot
    amendments = load_amendments("menu", PROTOCOL)[:3]
    found = evaluate_readings(extract, PROTOCOL, amendments, count)
    outcome, estimates = found.base, found.base.estimate()
    compared = eligibility.compare(extract, PROTOCOL, amendments, count=count)
    swept = eligibility.sweep(extract, PROTOCOL, {STEP: [30, 45]}, count=count)
    pair = {STEP: [30, 45], "neutrophils_min": [0.5, 1]}
    given = {
        "amendments_table": (outcome, found.by_amendment),
        "changes_table": (compared,),
        "collect_first_table": (estimates,),
        "compared_numbers": (compared,),
        "comparison_table": (compared,),
        "cumulative_incidence": (estimates,),
        "donors_table": (estimates,),
        "estimates_table": (estimates,),
        "explorer": (outcome,),
        "frontier_table": (eligibility.frontier(extract, PROTOCOL, amendments, 2, count=count),),
        "near_miss_steps": (outcome.near_misses(),),
        "near_misses_table": (outcome.near_misses(),),
        "sensitivity_table": (estimates,),
        "side_by_side_table": (found.by_reading, "Readings"),
        "threshold_curve": (swept, PROTOCOL, STEP),
        "threshold_surface": (eligibility.sweep(extract, PROTOCOL, pair, count=count), PROTOCOL, list(pair)),
        "tornado": (compared,),
        "verdict_table": (verdict_shares(outcome),),
    }
    exhibited = {}
    for name in sorted(set(exhibits.__all__) - IN_THE_HOUSE - {"Exhibit", "KeyNumbers", "Table"}):
        exhibited[name] = _shown(name, given.get(name, (outcome,)))
    exhibited["cytopenia_by_route, possible"] = _shown("cytopenia_by_route", (outcome, "possible"))
    for name in ("combination_matrix", "combinations_table"):
        exhibited[f"{name}, possible"] = _shown(name, (outcome, "eligible_or_possible"))
    return exhibited, Counts(Rule(), [extract.name])


def _shown(name, given):
    try:
        return getattr(exhibits, name)(*given)
    except WithheldError as error:
        return error


NAMES = [
    *sorted(set(exhibits.__all__) - IN_THE_HOUSE - {"Exhibit", "KeyNumbers", "Table"}),
    *("cytopenia_by_route, possible", "combination_matrix, possible", "combinations_table, possible"),
]
ONLY_LAB = {"explorer"}
"""Made for JupyterLab; a guarded outcome is refused in plain words."""


def test_every_exhibit_of_a_result_is_tried_here():
    of_results = {
        name
        for name in exhibits.__all__
        if inspect.isfunction(function := getattr(exhibits, name))
        and any("Outcome" in str(one.annotation) for one in inspect.signature(function).parameters.values())
    }
    assert of_results
    assert of_results <= set(NAMES)
    assert set(exhibits.__all__) > IN_THE_HOUSE


@pytest.mark.parametrize("name", NAMES)
def test_only_what_may_be_told_is_shown_or_it_says_that_it_is_withheld(made, name):
    exhibited, check = made
    shown = exhibited[name]
    if isinstance(shown, WithheldError):
        assert name in ONLY_LAB
        return
    material = Material()
    if hasattr(shown, "figure"):
        material.prose.append(Piece(name, "alt", shown.alt, alt=True))
        material.prose += [Piece(name, "drawn", text, alt=True) for text in _drawn(shown.figure)]
    else:
        table = getattr(shown, "table", shown)
        material.add(html_material(table.html, name))
        material.grids += text_grids(shown._repr_mimebundle_()["text/plain"], name, "text")
        material.numbers += [Named(name, "numbers", *one) for one in getattr(shown, "numbers", {}).items()]
    leaks = [leak for grid in material.grids for leak in check.in_grid(grid)]
    leaks += [leak for piece in material.prose for leak in check.in_prose(piece)]
    leaks += [leak for number in material.numbers for leak in check.in_named(number)]
    assert leaks == []
    everything = " ".join(
        [*(piece.text for piece in material.prose), str(material.grids), str(material.numbers)]
    )
    assert not re.search(r"\bnan\b|\b5\.5\b", everything)


def _drawn(figure):
    """Texts of a figure but the ticks of axes that count; what is printed on bars, in legends and beside them."""
    figure.canvas.draw()
    ticks = {
        text
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for text in axis.get_ticklabels()
        if re.fullmatch(r"[−\d,.]*", text.get_text())
    }
    return [
        text.get_text()
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in ticks
    ]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "collect_first_table",
            "cumulative_incidence",
            "donors_table",
            "estimates_table",
            "sensitivity_table",
        ),
        *("frontier_table", "near_miss_steps", "near_misses_table", "threshold_curve", "threshold_surface"),
        *("days_since_transplant", "stretch_table", "tornado"),
    ],
)
def test_what_is_made_of_patients_is_withheld_in_words(made, name):
    assert made[0][name].title == WORDS


def test_what_can_be_told_is_shown(made):
    withheld = [name for name, one in made[0].items() if getattr(one, "title", "") == WORDS]
    assert len(withheld) < len(made[0]) / 2


ALLOWED = {
    "protocol",
    "extract",
    "summary",
    "funnel",
    "barriers",
    "combinations",
    "kept_out",
    "estimate",
    "near_misses",
}


def test_a_guarded_outcome_has_no_rows():
    extract = read_extract(ROOT / "cohorts" / "demo")
    outcome = eligibility.evaluate(extract, PROTOCOL)
    guarded = eligibility.guarded(outcome, by_lot)
    assert isinstance(guarded, Guarded)
    names = [name for name in dir(outcome) if not name.startswith("_")]
    assert {"patients", "transplants", "verdicts", "explain", "spells", "observations"} <= set(names)
    for name in {*names, "anything"} - ALLOWED:
        with pytest.raises(WithheldError, match=name):
            getattr(guarded, name)
    for name in ("patients", "transplants", "measurements", "contents", "counts"):
        assert not hasattr(guarded.extract, name)
    for made in (guarded.estimate(), guarded.near_misses(steps=3)):
        with pytest.raises(WithheldError):
            made.anything  # noqa: B018
        with pytest.raises(WithheldError):
            made["patient_id"]
