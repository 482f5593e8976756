"""Every exhibit at the level release: permitted texts only, or the words that it is no part; and never an error."""

import inspect
import re

import pytest
from architecture.project import ROOT
from bs4 import BeautifulSoup
from disclosure.printed import HOUSE
from matplotlib.text import Text

import postgraft as pg
from postgraft import exhibits
from postgraft.analysis.released import ReleasedOutcome
from postgraft.api import evaluate_readings
from postgraft.disclosure.cell_keys import CellKeys
from postgraft.exhibits.tables import WORDS
from postgraft.extract import read_extract
from postgraft.protocol import load_amendments, load_protocol
from postgraft.vocabulary.errors import WithheldError

PROTOCOL = load_protocol()
STEP = "days_since_transplant_min"
OF_RESULTS = ("Outcome", "Estimates", "Forecast", "pd.DataFrame", "Mapping[str, Outcome]")
"""Types of parameters that hold results of patients."""
IN_THE_HOUSE = {
    # of single patients: they take charts, which no release has
    *("patient_pages", "patient_timeline", "reasons_table", "reviewed_table", "verdict_days_table"),
    # of notebooks that are never released, from extracts and observations
    *(
        "answer_data",
        "criteria_states",
        "coverage_table",
        "facts_table",
        "follow_up_table",
        "computability_table",
        "import_table",
        "limits_table",
    ),
    *("observed_transplants", "rows_table", "warnings_table"),
    # of forecasts, which no count gives out
    *("answer_forecast", "assumption_tornado", "enrolment_fan", "key_figures_table", "forecast_by_site_table"),
    *("forecast_amendments_table", "plan_words_table", "plan_table"),
    # of the summary, which tests/unit/exhibits/test_one_page.py tries at level release
    *("overview", "summary_answer", "summary_pages", "summary_panels"),
    # of a protocol or of amendments alone
    *("glossary", "not_answerable_table", "readings_table"),
}


def counting(extract):
    return CellKeys(extract.patients["patient_id"].astype(str), HOUSE).counting


@pytest.fixture(scope="module")
def made():
    """Every exhibit of released results of the demo cohort, by name."""
    extract = read_extract(ROOT / "cohorts" / "demo")
    count = counting(extract)
    amendments = load_amendments("menu", PROTOCOL)[:3]
    found = evaluate_readings(extract, PROTOCOL, amendments, count)
    outcome, estimates = found.base, found.base.estimate()
    compared = outcome.compare(amendments)
    swept = outcome.sweep({STEP: [30, 45]})
    pair = {STEP: [30, 45], "neutrophils_min": [0.5, 1]}
    given = {
        "answer_changes": (compared, outcome.frontier(amendments, 2)),
        "answer_population": (outcome, estimates),
        "changes_short_table": (compared,),
        "changes_table": (compared, PROTOCOL),
        "collect_first_table": (estimates,),
        "comparison_table": (compared,),
        "cumulative_incidence": (estimates,),
        "donors_table": (estimates,),
        "estimates_table": (estimates,),
        "explorer": (outcome,),
        "frontier_table": (outcome.frontier(amendments, 2),),
        "limitations": (found,),
        "near_miss_steps": (outcome.near_misses(), PROTOCOL),
        "readings_side_by_side": (found,),
        "sensitivity_table": (estimates,),
        "threshold_curve": (swept, PROTOCOL, STEP),
        "threshold_surface": (outcome.sweep(pair), PROTOCOL, list(pair)),
        "forest": (compared,),
    }
    exhibited = {}
    for name in sorted(set(exhibits.__all__) - IN_THE_HOUSE - {"Answer", "Exhibit", "Table"}):
        exhibited[name] = _shown(name, given.get(name, (outcome,)))
    return exhibited


def _shown(name, given):
    try:
        return getattr(exhibits, name)(*given)
    except WithheldError as error:
        return error


NAMES = sorted(set(exhibits.__all__) - IN_THE_HOUSE - {"Answer", "Exhibit", "Table"})
ONLY_LAB = {"explorer"}
"""Made for JupyterLab; a released outcome is refused in plain words."""


def test_every_exhibit_of_a_result_is_tried_here():
    of_results = {
        name
        for name in exhibits.__all__
        if inspect.isfunction(function := getattr(exhibits, name))
        and any("Outcome" in str(one.annotation) for one in inspect.signature(function).parameters.values())
    }
    assert of_results
    assert of_results - IN_THE_HOUSE <= set(NAMES)
    assert set(exhibits.__all__) > IN_THE_HOUSE


NUMBERS = {
    *(str(n) for n in range(15, 100, 5)),  # counts of a cohort of 72
    *("1", "7", "14", "45"),  # days that the protocol asks for
    *("23", "95", "2023", "2"),  # criteria, level of an interval, the one year and the sites that are not rare
    *("30", "60", "0.5", "0.75", "1.0", "0"),  # values of the amendments
    *("34", "4", "3", "21"),  # open points of the record, criteria, groups of sites and criteria without a number
}
"""What may stand in an exhibit as a number by itself."""
NAMED = r"\b[IE]\d+[a-z]?\b|\d+ – [\d.]+ ?%|Synthetic site \d|[\d.]+ ?%|≤ 10|day 0|CD38"
"""Numbers that are parts of a name, of a hidden count or of a share."""


@pytest.mark.parametrize("name", NAMES)
def test_only_what_may_be_told_is_shown_or_it_says_that_it_is_no_part(made, name):
    shown = made[name]
    if isinstance(shown, WithheldError):
        assert name in ONLY_LAB
        return
    said = " ".join(_texts(shown)).replace("\N{NO-BREAK SPACE}", " ")
    assert said
    assert not re.search(r"\bnan\b|\bNone\b(?! failed)|\bwithheld: ", said)
    if name == "changes_table":
        said = re.sub(r"\S+ \(base [^)]*\)|\S+: [^.]*→[^.]*", "", said)
    left = re.findall(r"(?<![\w.])\d[\d,.]*(?<![.,])", re.sub(NAMED, "", said))
    assert set(left) - NUMBERS == set(), said


def _texts(shown):
    if hasattr(shown, "figure"):
        return [shown.alt, *_drawn(shown.figure)]
    if isinstance(shown, exhibits.Answer):
        return [str(shown), *map(str, shown.numbers.values())]
    return [BeautifulSoup(shown.html, "html.parser").get_text(" ")]


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
        *("collect_first_table", "cumulative_incidence", "donors_table", "estimates_table", "sensitivity_table"),
        *("frontier_table", "near_miss_steps", "only_this_one", "threshold_curve", "threshold_surface"),
        *("forest", "stretch_table", "combination_matrix", "composition_table", "cytopenia_by_route"),
    ],
)
def test_what_is_made_of_patients_is_withheld_in_words(made, name):
    assert made[name].title == WORDS


def test_the_fixed_tables_are_shown(made):
    shown = {name for name in NAMES if name not in ONLY_LAB and getattr(made[name], "title", "") != WORDS}
    assert shown == {
        *("answer_barriers", "answer_changes", "answer_population", "limitations"),
        *("summary_table", "readings_side_by_side", "barriers_table"),
        *("attrition", "verdicts_by_criterion", "patients_by_site"),
        *("changes_short_table", "comparison_table", "changes_table"),
    }


def test_what_is_computed_of_two_counts_has_no_column(made):
    head = BeautifulSoup(made["comparison_table"].html, "html.parser").select("thead th")
    assert [one.get_text() for one in head] == ["Change", "Eligible", "Not ruled out", "Gained", "Lost"]
    costs = made["barriers_table"].html
    assert "gain if dropped" in costs
    assert "share" not in costs.lower()


ALLOWED = {
    *("protocol", "extract", "summary", "funnel", "attrition", "barriers", "kept_out"),
    *("by_site", "by_year", "verdict_shares", "compare"),
}
WITHHELD = {"estimate", "near_misses", "sweep", "frontier"}
"""What a notebook asks at either level, and gets an answer of which nothing can be had."""


def test_a_released_outcome_has_no_rows():
    extract = read_extract(ROOT / "cohorts" / "demo")
    outcome = pg.evaluate(extract, PROTOCOL)
    released = outcome.released(counting(extract))
    assert isinstance(released, ReleasedOutcome)
    names = [name for name in dir(outcome) if not name.startswith("_")]
    assert {"patients", "transplants", "verdicts", "explain", "spells", "observations"} <= set(names)
    for name in {*names, "anything"} - ALLOWED - WITHHELD:
        with pytest.raises(WithheldError, match=name):
            getattr(released, name)
    for name in ("patients", "transplants", "measurements", "contents", "counts"):
        assert not hasattr(released.extract, name)
    for name in WITHHELD:
        made = getattr(released, name)(steps=3)
        with pytest.raises(WithheldError):
            made.anything  # noqa: B018
        with pytest.raises(WithheldError):
            made["patient_id"]
