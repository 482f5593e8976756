"""Figures and tables of results: a result in, a figure or a table out."""

from postgraft.exhibits.amendments import changes_table, comparison_table, frontier_table, tornado
from postgraft.exhibits.answer import Answer
from postgraft.exhibits.attrition import attrition
from postgraft.exhibits.barriers import barriers_table
from postgraft.exhibits.combinations import combinations_table
from postgraft.exhibits.composition import composition_table
from postgraft.exhibits.estimates import (
    collect_first_table,
    cumulative_incidence,
    donors_table,
    estimates_table,
    sensitivity_table,
)
from postgraft.exhibits.fails_only import answer_barriers, barrier_chart
from postgraft.exhibits.figure import Exhibit
from postgraft.exhibits.forecast import enrolment_fan, target_probability
from postgraft.exhibits.forecast_tables import (
    forecast_amendments_table,
    forecast_by_site_table,
    forecast_words_table,
    key_figures_table,
    plan_table,
)
from postgraft.exhibits.key_numbers import KeyNumbers, compared_numbers, forecast_numbers, key_numbers
from postgraft.exhibits.near_misses import answer_near_misses, near_misses_table
from postgraft.exhibits.patient_review import patient_pages, reasons_table, reviewed_table, verdict_days_table
from postgraft.exhibits.patient_timeline import patient_timeline
from postgraft.exhibits.population import cytopenia_by_route, days_since_transplant, patients_by_site, patients_by_year
from postgraft.exhibits.quality import (
    analyte_coverage,
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
    amendments_table,
    not_answerable_table,
    readings_table,
    side_by_side_table,
    stretch_table,
    summary_table,
    verdict_table,
)
from postgraft.exhibits.tables import Table
from postgraft.exhibits.thresholds import threshold_curve, threshold_surface
from postgraft.exhibits.verdicts import verdicts_by_criterion

__all__ = [
    "Answer",
    "Exhibit",
    "KeyNumbers",
    "Table",
    "amendments_table",
    "analyte_coverage",
    "answer_barriers",
    "answer_near_misses",
    "attrition",
    "barrier_chart",
    "barriers_table",
    "changes_table",
    "collect_first_table",
    "combinations_table",
    "compared_numbers",
    "comparison_table",
    "composition_table",
    "computability_table",
    "coverage_table",
    "cumulative_incidence",
    "cytopenia_by_route",
    "days_since_transplant",
    "donors_table",
    "enrolment_fan",
    "estimates_table",
    "facts_table",
    "follow_up_table",
    "forecast_amendments_table",
    "forecast_by_site_table",
    "forecast_numbers",
    "forecast_words_table",
    "frontier_table",
    "import_table",
    "key_figures_table",
    "key_numbers",
    "limits_table",
    "near_misses_table",
    "not_answerable_table",
    "observed_transplants",
    "patient_pages",
    "patient_timeline",
    "patients_by_site",
    "patients_by_year",
    "plan_table",
    "readings_table",
    "reasons_table",
    "reviewed_table",
    "rows_table",
    "sensitivity_table",
    "side_by_side_table",
    "stretch_table",
    "summary_table",
    "target_probability",
    "threshold_curve",
    "threshold_surface",
    "tornado",
    "verdict_days_table",
    "verdict_table",
    "verdicts_by_criterion",
    "warnings_table",
]
