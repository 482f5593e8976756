"""Figures and tables of results: a result in, a figure or a table out."""

from postgraft.exhibits.amendments import (
    answer_changes,
    changes_short_table,
    changes_table,
    comparison_table,
    forest,
    frontier_table,
)
from postgraft.exhibits.answer import Answer
from postgraft.exhibits.answerable import answer_data, criteria_states
from postgraft.exhibits.attrition import attrition
from postgraft.exhibits.barriers import answer_barriers, barriers_table, only_this_one
from postgraft.exhibits.combinations import combination_matrix
from postgraft.exhibits.composition import composition_table
from postgraft.exhibits.estimates import (
    collect_first_table,
    cumulative_incidence,
    donors_table,
    estimates_table,
    sensitivity_table,
)
from postgraft.exhibits.figure import Exhibit
from postgraft.exhibits.forecast import assumption_tornado, enrolment_fan
from postgraft.exhibits.forecast_answer import answer_forecast
from postgraft.exhibits.forecast_tables import (
    forecast_amendments_table,
    forecast_by_site_table,
    key_figures_table,
    plan_table,
    plan_words_table,
)
from postgraft.exhibits.glossary import glossary
from postgraft.exhibits.near_misses import near_miss_steps
from postgraft.exhibits.one_page.overview import overview
from postgraft.exhibits.one_page.page import summary_answer, summary_pages, summary_panels
from postgraft.exhibits.patient_review import patient_pages, reasons_table, reviewed_table, verdict_days_table
from postgraft.exhibits.patient_timeline import patient_timeline
from postgraft.exhibits.population import cytopenia_by_route, patients_by_site
from postgraft.exhibits.population_answer import answer_population, limitations
from postgraft.exhibits.quality import (
    computability_table,
    coverage_table,
    facts_table,
    follow_up_table,
    import_table,
    limits_table,
    observed_transplants,
    rows_table,
    warnings_table,
)
from postgraft.exhibits.summary import (
    not_answerable_table,
    readings_side_by_side,
    readings_table,
    stretch_table,
    summary_table,
)
from postgraft.exhibits.tables import Table
from postgraft.exhibits.thresholds import threshold_curve, threshold_surface
from postgraft.exhibits.verdicts import verdicts_by_criterion

__all__ = [
    "Answer",
    "Exhibit",
    "Table",
    "answer_barriers",
    "answer_changes",
    "answer_data",
    "answer_forecast",
    "answer_population",
    "assumption_tornado",
    "attrition",
    "barriers_table",
    "changes_short_table",
    "changes_table",
    "collect_first_table",
    "combination_matrix",
    "comparison_table",
    "composition_table",
    "computability_table",
    "coverage_table",
    "criteria_states",
    "cumulative_incidence",
    "cytopenia_by_route",
    "donors_table",
    "enrolment_fan",
    "estimates_table",
    "facts_table",
    "follow_up_table",
    "forecast_amendments_table",
    "forecast_by_site_table",
    "forest",
    "frontier_table",
    "glossary",
    "import_table",
    "key_figures_table",
    "limitations",
    "limits_table",
    "near_miss_steps",
    "not_answerable_table",
    "observed_transplants",
    "only_this_one",
    "overview",
    "patient_pages",
    "patient_timeline",
    "patients_by_site",
    "plan_table",
    "plan_words_table",
    "readings_side_by_side",
    "readings_table",
    "reasons_table",
    "reviewed_table",
    "rows_table",
    "sensitivity_table",
    "stretch_table",
    "summary_answer",
    "summary_pages",
    "summary_panels",
    "summary_table",
    "threshold_curve",
    "threshold_surface",
    "verdict_days_table",
    "verdicts_by_criterion",
    "warnings_table",
]
