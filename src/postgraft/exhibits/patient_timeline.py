"""One transplant over its days, for the review of a chart: results, treatment, conditions, verdicts."""

from __future__ import annotations

from postgraft.analysis.patient_record import PatientRecord
from postgraft.exhibits.figure import Exhibit, absent, counted, number, styled
from postgraft.exhibits.labels import ENDS, fitted, label
from postgraft.exhibits.patient_timeline_curves import curves
from postgraft.exhibits.patient_timeline_page import Days, headed, page
from postgraft.exhibits.patient_timeline_rows import (
    condition_rows,
    deciding_words,
    status_rows,
    test_rows,
    therapy_rows,
    verdict_rows,
)
from postgraft.vocabulary.errors import PostgraftError
from postgraft.vocabulary.verdicts import FAIL

CURVE = 0.92
"""Inches of a curve, where the page has room for it."""
ID = 26
"""Columns of a patient's id that the title has room for."""
FOOT = (
    "Points are results, joined while one still counts; grey: no result counts. Typical before: what a fall is "
    "measured against on that day.",
    "Counts and doses: linear up to the threshold, logarithmic above. × limit: the result's own limit, else the "
    "protocol's.",
)


def patient_timeline(chart: PatientRecord, first: int | None = None, last: int | None = None) -> Exhibit:
    """Counts, transfusions, steroid dose, other treatment, conditions and every verdict over the same days.

    ``first`` and ``last``: the days shown, both included (None: from day 0 to the last observed day). Raises
    PostgraftError for a range without a day up to the last observed one.
    """
    if chart.last < chart.first:
        return absent(f"No day of {_who(chart)} is observed.")
    days = _range(chart, first, last)
    panels = [
        status_rows(chart),
        *curves(chart),
        *test_rows(chart),
        *therapy_rows(chart),
        *condition_rows(chart),
        verdict_rows(chart),
    ]
    with styled():
        figure = page(panels, days, CURVE, chart.deciding_day, FOOT)
        who = f"{fitted(chart.patient_id, ID)}, transplant {chart.transplant}"
        headed(figure, f"{who}: {status_words(chart)}", _observed(chart, days))
    return Exhibit(figure, _alt(chart))


def _range(chart: PatientRecord, first: int | None, last: int | None) -> Days:
    shown = Days(max(first or 0, 0), chart.last if last is None else min(last, chart.last))
    if shown.last < shown.first:
        raise PostgraftError(
            f"timeline: found days {first} to {last}; accepted are days from 0 to {chart.last}, the last observed one "
            f"of {_who(chart)}."
        )
    return shown


def _who(chart: PatientRecord) -> str:
    return f"{chart.patient_id}, transplant {chart.transplant}"


def status_words(chart: PatientRecord) -> str:
    """Status and first day: "eligible, first on day 133"."""
    if chart.status == "ineligible":
        return "not eligible"
    kind = {"documentation": "not ruled out: one document missing", "diagnosis": "not ruled out: work-up missing"}
    first = chart.stretches(chart.status)[0].first
    return f"{kind.get(chart.possible_kind, chart.status)}, first on day {number(first)}"


def _observed(chart: PatientRecord, days: Days) -> str:
    said = f"Observed on days {number(chart.first)} to {number(chart.last)}, ended by: {ENDS[chart.ended_by].lower()}"
    if (days.first, days.last) != (0, chart.last):
        said += f". Shown: days {number(days.first)} to {number(days.last)}"
    return f"{said}."


def _alt(chart: PatientRecord) -> str:
    said = [f"{_who(chart)}: {status_words(chart)}.", _observed(chart, Days(0, chart.last))]
    eligible, open_ = chart.stretches("eligible"), chart.stretches("possible")
    if eligible:
        length = sum(stretch.last - stretch.first + 1 for stretch in eligible)
        said.append(f"Eligible on {counted(length, 'day')}; {_after(chart, eligible[0].last)}")
    elif open_:
        said.append(f"Unknown on the {deciding_words(chart)}: {_listed(chart, open_[0].first, failed=False)}.")
    else:
        day = chart.deciding_day
        assert day is not None
        unknown = _listed(chart, day, failed=False)
        said.append(f"On its best day, day {number(day)}, failed: {_listed(chart, day, failed=True)}.")
        said += [f"Unknown on that day: {unknown}."] if unknown else []
    return " ".join([*said, *_lowest(chart)])


def _after(chart: PatientRecord, last: int) -> str:
    """What ends the first eligible stretch."""
    if last == chart.last:
        return f"the first stretch lasts to day {number(last)}, when observation ends."
    name, verdict = chart.in_the_way(last + 1)[0]
    how = "failed" if verdict == FAIL else "unknown"
    return f"the first stretch ends on day {number(last)}, {label(name)} being {how} on the next."


def _listed(chart: PatientRecord, day: int, failed: bool) -> str:
    return ", ".join(label(name) for name, verdict in chart.in_the_way(day) if (verdict == FAIL) == failed)


def _lowest(chart: PatientRecord) -> list[str]:
    """The lowest counts, as sentences."""
    said = []
    for analyte, unit in (("hemoglobin", "g/dL"), ("platelets", "×10⁹/L"), ("neutrophils", "×10⁹/L")):
        found = chart.results(analyte)
        if found.day.size == 0:
            said.append(f"No {analyte} measured.")
        else:
            at = int(found.value.argmin())
            said.append(
                f"Lowest {analyte} {found.words(at)} {unit} on day {number(found.day[at])} "
                f"of {counted(found.day.size, 'result')}."
            )
    return said
